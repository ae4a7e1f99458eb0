"""拆分: one letter with several matters becomes several cases; the letter itself stays whole."""

import re

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.cases import merging
from portal.cases.merging import Part
from portal.cases.models import Case
from portal.cases.pages import LABELS, open_case
from portal.moderation.blueprint import bp
from portal.moderation.case_forms import leaves
from portal.moderation.onward import carried
from portal.moderation.queue_forms import TITLE_LENGTH, SplitForm
from portal.security import Permission
from portal.web import page, requires

MOST = 4
"""Cases that can be made of one letter beside itself: two to five matters in all."""

_NUMBERED = re.compile(
    "(?:^|(?<=[\\n。；;！!？?]))[ \\t\u3000]{0,8}"
    "(?:[（(][一二三四五六七八九十\\d]{1,2}[）)]|[一二三四五六七八九十]{1,2}、|\\d{1,2}[、.．](?!\\d)"
    "|第[一二三四五六七八九十][，,、：:]|其[一二三四五][，,、：:])"
)
"""What begins a matter in a letter: 一、 or （1） or 第二， at the beginning of a sentence."""

_TITLE_SHOWN = 24
"""Characters of a matter's first sentence that are offered as its title."""


def matters_in(body: str) -> list[str]:
    """Return the matters that a letter numbers or sets apart, in their order; itself for one.

    What stands before the first number belongs to every matter and so stays with the letter.
    """
    starts = [found.start() for found in _NUMBERED.finditer(body)]
    if len(starts) > 1:
        pieces = [body[a:b] for a, b in zip(starts, [*starts[1:], len(body)], strict=True)]
    else:
        pieces = _paragraphs(body)
    found = [piece.strip() for piece in pieces if piece.strip()]
    return found or [body]


def _paragraphs(body: str) -> list[str]:
    """Part a text at its empty lines."""
    found = [""]
    for line in body.split("\n"):
        if line.strip():
            found[-1] += f"{line}\n"
        else:
            found.append("")
    return found


def title_of(matter: str) -> str:
    """Return what could be the title of a matter: its first sentence, without its number."""
    plain = _NUMBERED.sub("", matter.strip(), count=1).strip()
    return re.split("[，。；！？,;!?\n]", plain)[0][:_TITLE_SHOWN]


@bp.get("/cases/<reference>/split")
@requires(Permission.CASE_MODERATE)
def split_page(reference: str):
    """Show the letter, and a form with the matters that were found in it."""
    case = open_case(Permission.CASE_MODERATE, reference)
    others = matters_in(case.body)[1 : MOST + 1]
    parts = [{"title": title_of(one), "body": one} for one in others]
    return _page(case, SplitForm(formdata=None, data={"parts": parts}))


@bp.post("/cases/<reference>/split")
@requires(Permission.CASE_MODERATE)
def split(reference: str):
    """Make a case of each part that is filled in."""
    form = SplitForm()
    case = open_case(Permission.CASE_MODERATE, reference)
    if not form.validate_on_submit() or not _are_whole(form):
        return _page(case, form, 422)
    with db.transaction() as s:
        case = open_case(Permission.CASE_MODERATE, reference, to_change=True)
        common = {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}
        made = merging.split(s, case, _parts(form), **common)
        names = "、".join(one.reference for one in made)
    flash(_("已拆分，另立：%(names)s。", names=names), "success")
    return redirect(url_for(".case", reference=reference, **carried()), 303)


def _parts(form: SplitForm) -> list[Part]:
    entries = [entry.form for entry in form.parts]
    return [Part(e.title.data, e.body.data) for e in entries if e.title.data or e.body.data]


def _are_whole(form: SplitForm) -> bool:
    """Say whether a part is filled in and each has both texts; write on the fields what is not."""
    if not _parts(form):
        _fill_up(form)
        form.parts[0].form.title.errors = [_("请至少填写一件另立的诉求。")]
    for entry in form.parts:
        one = entry.form
        if bool(one.title.data) != bool(one.body.data):
            empty = one.body if one.title.data else one.title
            empty.errors = [_("标题和内容都要填写，或者都留空。")]
    return not any(e.form.title.errors or e.form.body.errors for e in form.parts)


def _fill_up(form: SplitForm) -> None:
    """Give the form all the rows that the page shows."""
    while len(form.parts) < MOST:
        form.parts.append_entry()


def _page(case: Case, form: SplitForm, status: int = 200):
    _fill_up(form)
    return page(
        "moderation/split.html",
        status,
        case=case,
        form=form,
        wrong=[field for field in leaves(form) if field.errors],
        seen=len(case.events),
        title_length=TITLE_LENGTH,
        carried=carried(),
        **LABELS,
    )
