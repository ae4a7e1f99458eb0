"""Words beside ratings: read by a moderator before the public reads them."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.comment_forms import WordsForm
from portal.errors import WrongState
from portal.files.serving import send
from portal.language import N_
from portal.ratings.actions import decide_comment
from portal.ratings.comments import (
    MODELS,
    VISIBILITY_LABELS,
    WORDS_LABELS,
    Words,
    fingerprint,
    text_of,
    waiting,
    words_page,
)
from portal.ratings.followups.actions import decide_text
from portal.ratings.followups.workflow import REMEDY_LABELS
from portal.ratings.kinds import LEVEL_LABELS, PROOF_LABELS, STANDING_LABELS, Standing
from portal.ratings.models import CommentVisibility, Rating, RatingPhoto
from portal.redaction import KIND_LABELS, propose
from portal.security import Permission
from portal.web import arg_text, page, requires


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `kind` names the personal data it looks like, '' where it does not."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Shown:
    """Words as the page shows them."""

    thing: Any
    rating: Rating
    pieces: list[Piece]
    seen: str

    @property
    def is_doubtful(self) -> bool:
        """Whether something in it looks like personal data."""
        return any(piece.kind for piece in self.pieces)


@bp.get("/comments")
@requires(Permission.RATING_MODERATE)
def comments():
    """List words that wait to be read, or those that were published or withheld."""
    s, words, visibility = db.session(), _words(), _visibility()
    found = words_page(s, words, visibility, after=arg_text("after", 200))
    here = {"tab": words.value, "state": visibility.value}
    return page(
        "appraisal/comments.html",
        page=found,
        shown=[_shown(thing) for thing in found.rows],
        words=words,
        visibility=visibility,
        counts=waiting(s),
        words_labels=WORDS_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        level_labels=LEVEL_LABELS,
        proof_labels=PROOF_LABELS,
        remedy_labels=REMEDY_LABELS,
        standing_labels=STANDING_LABELS,
        Standing=Standing,
        next_url=url_for(".comments", **here, after=found.next) if found.next else None,
        first_url=None if found.is_first else url_for(".comments", **here),
    )


@bp.post("/comments/<any(ratings, additions, remedies):tab>/<int(max=2147483647):ident>/<act>")
@requires(Permission.RATING_MODERATE)
def decide_words(tab: str, ident: int, act: str):
    """Let words be seen, or not; what looks like personal data only on a second thought."""
    if act not in DONE:
        abort(404)
    form, words = WordsForm(), Words(tab)
    here = url_for(".comments", tab=tab, state=_visibility().value)
    thing = db.get_or_404(MODELS[words], ident)
    if act == "publish" and propose(text_of(thing)) and not form.is_sure.data:
        flash(_("没有公开：文字里像有个人信息。看过确实可以公开的，请先勾选再公开。"), "warning")
        return redirect(f"{here}#words-{ident}", 303)
    with db.transaction() as s:
        _decide(s, words, ident, publish=act == "publish", seen=form.seen.data or "")
    flash(_(DONE[act]), "success")
    return redirect(here, 303)


@bp.get("/photos/<int(max=2147483647):ident>")
@requires(Permission.RATING_MODERATE)
def rating_photo(ident: int):
    """Show a photo beside a rating to whoever decides on it."""
    photo = db.get_or_404(RatingPhoto, ident)
    return send(photo.file, f"rating-{photo.rating_id}-{ident}", is_public=False)


DONE = {"publish": N_("已公开一条。"), "withhold": N_("已定为不公开一条。")}


def _decide(s: Session, words: Words, ident: int, *, publish: bool, seen: str) -> None:
    """Decide on words as they were looked at: raise WrongState when they are others by now."""
    thing = s.get(MODELS[words], ident, with_for_update=True) or abort(404)
    if fingerprint(thing) != seen:
        raise WrongState(N_("打开页面之后，这段文字或照片已被修改或删除。请重新打开再看。"))
    decide = decide_text if words is Words.REMEDY else decide_comment
    decide(s, thing, publish=publish, actor=g.actor, at=clock.now())


def _shown(thing: Any) -> Shown:
    rating = thing if isinstance(thing, Rating) else thing.rating
    return Shown(thing, rating, _pieces(text_of(thing)), fingerprint(thing))


def _pieces(text: str) -> list[Piece]:
    found, at = [], 0
    for spot in propose(text):
        found += [Piece(text[at : spot.start]), Piece(spot.text, KIND_LABELS[spot.kind])]
        at = spot.end
    return [piece for piece in [*found, Piece(text[at:])] if piece.text]


def _words() -> Words:
    chosen = arg_text("tab")
    return Words(chosen) if chosen in list(Words) else Words.RATING


def _visibility() -> CommentVisibility:
    chosen = request.args.get("state")
    known = list(CommentVisibility)
    return CommentVisibility(chosen) if chosen in known else CommentVisibility.PRIVATE
