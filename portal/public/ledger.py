"""审核公开: what moderators took, refused, changed and sent where, in a year's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, abort
from flask_babel import gettext as _

from portal import clock, db
from portal.cases.kinds import APPEAL_LABELS, REJECT_REASONS, WITHHOLD_REASONS
from portal.cases.ledger.queries import first_year, ledger_of
from portal.cases.ledger.rules import FEWEST, Ledger, Tally, percent
from portal.cases.pages import at_least
from portal.county.queries import intake
from portal.downloads import csv_file
from portal.language import N_
from portal.limits import by_address, limited
from portal.public.blueprint import bp
from portal.security import Permission
from portal.web import arg_int, page, requires


@dataclass(frozen=True)
class Line:
    """One number of the ledger with what it is a part of."""

    label: str
    n: int
    of: int | None = None
    """The denominator; None for a number that is one itself."""
    part: str = ""
    """What the denominator is called."""
    note: str = ""

    @property
    def percent(self) -> Decimal | None:
        """`n` of `of`, or None where there is nothing to divide by."""
        return percent(self.n, self.of) if self.of else None


@dataclass(frozen=True)
class Section:
    """Some lines that belong together."""

    key: str
    title: str
    lines: list[Line]
    note: str = ""


MONTHLY = (
    (N_("收到"), "received", ""),
    (N_("受理"), "accepted", "received"),
    (N_("不予受理"), "refused", "received"),
    (N_("已公开"), "public", "accepted"),
    (N_("公开时有改动"), "redacted", "public"),
    (N_("审核决定不公开"), "withheld", "accepted"),
    (N_("派出"), "sent", ""),
    (N_("派错"), "misrouted", "sent"),
)
"""The columns of the months: what it is called, the number of a Tally, and its denominator."""

HEAD = (
    N_("年份"),
    N_("月份"),
    N_("部分"),
    N_("项目"),
    N_("件数"),
    N_("分母"),
    N_("分母是"),
    N_("百分比"),
)


@bp.get("/feedback/ledger")
@requires(Permission.PUBLIC)
def ledger():
    """Show a year's ledger; the present year first."""
    years = _years()
    year = arg_int("year", 2000, 2100) or years[0]
    if year not in years:
        abort(404)
    found = ledger_of(db.session(), year)
    return page(
        "public/ledger.html",
        year=year,
        years=years,
        ledger=found,
        sections=_sections(found),
        monthly=MONTHLY,
        month_head=[_("月份"), *(_(label) for label, _name, _whole in MONTHLY)],
        hidden=_hidden(found),
    )


@bp.get("/feedback/ledger/<int:year>.csv")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def ledger_csv(year: int) -> Response:
    """Hand over the same numbers as CSV."""
    if year not in _years():
        abort(404)
    found = ledger_of(db.session(), year)
    return csv_file(_("%(year)s年诉求审核公开.csv", year=year), _rows(year, found))


def _years() -> list[int]:
    """Return the years there is a ledger of, the latest first; never none."""
    now = clock.today().year
    return list(range(now, min(first_year(db.session()) or now, now) - 1, -1))


def _hidden(found: Ledger) -> list[tuple[str, str]]:
    """Return what is told in steps alone: what it is, and how many; the same for none and few."""
    told = [(_("反映单位或工作人员的诉求"), at_least(found.about_staff))]
    if found.reports or intake(db.session(), clock.today())["report_department"]:
        told.append((_("公职人员违纪违法的举报"), at_least(found.reports)))
    return told


def _sections(found: Ledger) -> list[Section]:
    total = found.total
    return [
        _screening(total),
        _reasons(found),
        _in_public(total),
        _withheld(found),
        _files(found),
        *_appeals(found),
        _routing(total),
    ]


def _screening(t: Tally) -> Section:
    part = _("收到的诉求")
    lines = [
        Line(_("收到的诉求"), t.received, note=_("居民自己撤回的 %(n)s 件不在内。", n=t.withdrawn)),
        Line(_("受理"), t.accepted, t.received, part),
        Line(_("不予受理"), t.refused, t.received, part),
        Line(_("等待审核"), t.waiting, t.received, part),
    ]
    return Section("screening", _("收到和受理"), lines)


def _reasons(found: Ledger) -> Section:
    title, refused = _("不予受理的原因"), found.total.refused
    if found.reasons is None:
        note = _(
            "全年不予受理 %(n)s 件，不足 %(fewest)s 件，不分列原因，以免看出是谁的来信。",
            n=refused,
            fewest=FEWEST,
        )
        return Section("reasons", title, [], note)
    lines = []
    for key, n in found.reasons.items():
        known = REJECT_REASONS.get(key)
        label, instead = (_(known.label), _(known.instead)) if known else (key, "")
        lines.append(Line(label, n, refused, _("不予受理的"), instead))
    note = _(
        "原因只有固定的这几种，由审核员选定，每一种都告诉居民可以去哪里。机器不能拒绝任何诉求。"
    )
    return Section("reasons", title, lines, note)


def _in_public(t: Tally) -> Section:
    part = _("受理的诉求")
    lines = [
        Line(_("已公开"), t.public, t.accepted, part),
        Line(
            _("其中文字有改动"),
            t.redacted,
            t.public,
            _("已公开的"),
            _("隐去个人信息等；本人能看到改了什么，可以申诉。"),
        ),
        Line(_("居民不同意公开"), t.no_consent, t.accepted, part),
        Line(
            _("审核决定不公开"),
            t.withheld,
            t.accepted,
            part,
            _("居民同意公开，审核员决定不公开，理由告诉本人。"),
        ),
        Line(_("还没有公开"), t.undecided, t.accepted, part),
    ]
    return Section("public", _("公开和不公开"), lines)


def _withheld(found: Ledger) -> Section:
    title, kept_back = _("审核决定不公开的原因"), found.total.withheld
    if found.withheld is None:
        note = _(
            "全年审核决定不公开 %(n)s 件，不足 %(fewest)s 件，不分列原因，以免看出是谁的来信。",
            n=kept_back,
            fewest=FEWEST,
        )
        return Section("withheld", title, [], note)
    labels = {"": N_("没有记录原因"), **WITHHOLD_REASONS}
    lines = [
        Line(_(labels[key]) if key in labels else key, n, kept_back, _("审核决定不公开的"))
        for key, n in found.withheld.items()
    ]
    return Section("withheld", title, lines)


def _files(found: Ledger) -> Section:
    note, withheld = _("受理的诉求带来附件 %(n)s 个，", n=found.files), found.files_withheld
    if withheld is None:
        note += _("其中审核决定不公开的不足 %(n)s 个，不列出具体个数。", n=FEWEST)
    else:
        note += _("其中审核决定不公开 %(n)s 个。", n=withheld)
    return Section("files", _("附件"), [], note)


def _appeals(found: Ledger) -> Iterator[Section]:
    """Yield what came of the appeals against each sort of decision."""
    for kind, a in found.appeals.items():
        decision = _(APPEAL_LABELS[kind])
        decided = _("已处理的申诉")
        lines = [
            Line(_("申诉件次"), a.filed, a.decisions, _("这种决定")),
            Line(_("申诉成立"), a.granted, a.decided, decided),
            Line(_("申诉不成立"), a.denied, a.decided, decided),
            Line(_("还在处理"), a.pending, a.filed, _("提出的申诉")),
        ]
        yield Section(f"appeal-{kind}", _("对“%(decision)s”的申诉", decision=decision), lines)


def _routing(t: Tally) -> Section:
    sent = _("派出的诉求")
    lines = [
        Line(_("派出的诉求"), t.sent),
        Line(_("由系统派出"), t.sent_by_system, t.sent, sent),
        Line(_("由审核员派出"), t.sent_by_person, t.sent, sent),
        Line(_("派错，后来改派"), t.misrouted, t.sent, sent),
        Line(_("系统派错"), t.misrouted_by_system, t.sent_by_system, _("系统派出的")),
        Line(_("审核员派错"), t.misrouted_by_person, t.sent_by_person, _("审核员派出的")),
        Line(
            _("被承办单位退回过"),
            t.returned,
            t.sent,
            sent,
            _("一共退回 %(n)s 次。", n=t.returns),
        ),
    ]
    note = _("派错：第一次派去的单位不对，由人改派给别的单位，无论后来谁办结。")
    return Section("routing", _("派单准不准"), lines, note)


def _rows(year: int, found: Ledger) -> Iterator[list[Any]]:
    """Yield head and lines of the table to take away; empty cells where nothing is told."""
    yield [_(label) for label in HEAD]
    for section in _sections(found):
        for line in section.lines:
            yield [year, "", section.title, line.label, *_cells(line.n, line.of, line.part)]
    files = _("受理的诉求的附件")
    yield [year, "", _("附件"), files, *_cells(found.files, None, "")]
    if found.files_withheld is not None:
        cells = _cells(found.files_withheld, found.files, files)
        yield [year, "", _("附件"), _("审核决定不公开的附件"), *cells]
    for label, told in _hidden(found):
        yield [year, "", _("只按档公布"), label, told, "", "", ""]
    labels = {name: label for label, name, _whole in MONTHLY}
    for month, tally in found.months.items():
        for label, name, whole in MONTHLY:
            of, part = (getattr(tally, whole), _(labels[whole])) if whole else (None, "")
            cells = _cells(getattr(tally, name), of, part)
            yield [year, month, _("各月"), _(label), *cells]


def _cells(n: int, of: int | None, part: str) -> list[Any]:
    share = percent(n, of) if of else None
    return [n, "" if of is None else of, part, "" if share is None else share]
