"""Setting ratings aside by the public rule, and deciding on those that were.

Called inside `counts.moving` of the project, like everything that changes a rating.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from portal import vault
from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.projects.models import Project
from portal.ratings.counts import Cut, Moving
from portal.ratings.followups.actions import follow
from portal.ratings.kinds import Doubt, Proof, Standing
from portal.ratings.models import (
    CommentVisibility,
    InterestedContact,
    Rating,
    RatingDoubt,
    Tally,
)
from portal.ratings.screening.rules import (
    DAY,
    Rule,
    Seen,
    comparable,
    first_look,
    suspects,
)
from portal.security import RESIDENT, SYSTEM, Actor, Permission, ensure

MOST_LATELY, MOST_ALIKE = 300, 100
"""Most ratings looked at of the last day, and that share one trait with a new one: a new rating
is judged at a bounded cost, and a burst is found with fewer."""

MOST_FORGOTTEN = 5_000
"""Most ratings whose traits are forgotten in one go; the next round goes on. Residents wait
for no longer than that takes."""


def screen(
    s: Session,
    moves: Moving,
    rating: Rating,
    rule: Rule,
    *,
    fill_seconds: float | None,
    at: datetime,
) -> None:
    """Set a rating aside, and those that came in one burst with it, where the rule says so."""
    if rating.standing is not Standing.COUNTED or rating.is_cleared:
        return
    if doubt := first_look(fill_seconds, interest(s, rating), rule):
        set_aside(s, moves, [rating], doubt, rule, at)
        return
    others = _alike(s, rating)
    found = suspects(_seen(rating), [_seen(o) for o in others], rule, _usual(s, moves, rating))
    if found is None:
        return
    doubt, indexes = found
    burst = [rating, *(others[i] for i in indexes)]
    moves.watch(*burst)
    open_ = [r for r in burst if r.standing is Standing.COUNTED]
    set_aside(s, moves, open_, doubt, rule, at, burst=len(burst))


def set_aside(
    s: Session,
    moves: Moving,
    ratings: list[Rating],
    doubt: Doubt,
    rule: Rule,
    at: datetime,
    *,
    burst: int = 1,
) -> None:
    """Take ratings out of the figures until a moderator decides; their follow-ups stop."""
    for rating in ratings:
        moves.watch(rating)
        rating.standing, rating.doubt = Standing.SET_ASIDE, doubt
        s.add(
            RatingDoubt(
                rating_id=rating.id,
                doubt=doubt,
                burst=burst,
                rule=asdict(rule),
                set_aside_at=at,
                decided_by="",
                reason="",
            )
        )
        s.flush()
        follow(s, moves, rating, at=at)
        details = {"doubt": doubt.value, "burst": burst}
        record(s, actor=SYSTEM, act="rating:set-aside", subject=_subject(rating), at=at, **details)


def decide(
    s: Session,
    moves: Moving,
    rating: Rating,
    *,
    release: bool,
    actor: Actor,
    reason: str,
    at: datetime,
) -> None:
    """Let a rating that was set aside count after all, or not for good; nothing is deleted.

    A released rating is not set aside by the rule again while its level stays. Raises
    WrongState for a rating that is not waiting, Invalid without a reason.
    """
    ensure(actor, Permission.RATING_MODERATE)
    if rating.standing is not Standing.SET_ASIDE:
        raise WrongState(N_("这份评价现在不在待判定之列。"))
    if not reason:
        raise Invalid(N_("请写明判定的理由。"))
    moves.watch(rating)
    _settle(s, rating, Standing.COUNTED if release else Standing.REJECTED, actor, reason, at)
    act = "rating:release" if release else "rating:reject"
    record(s, actor=actor, act=act, subject=_subject(rating), at=at, reason=reason)
    s.flush()
    follow(s, moves, rating, at=at)


def reject_on_appeal(
    s: Session, moves: Moving, rating: Rating, *, actor: Actor, reason: str, at: datetime
) -> None:
    """Take a rating out of the figures for good: the inspection office upheld an appeal."""
    moves.watch(rating)
    if rating.standing is Standing.SET_ASIDE:
        _settle(s, rating, Standing.REJECTED, actor, reason, at)
    rating.standing, rating.doubt = Standing.REJECTED, Doubt.APPEAL
    record(s, actor=actor, act="rating:reject", subject=_subject(rating), at=at, reason=reason)
    s.flush()
    follow(s, moves, rating, at=at)


def interest(s: Session, rating: Rating) -> Doubt | None:
    """Return as whose contact the rater is known: staff of the unit or of a contractor.

    None as well where a moderator has found that this very rating is of nobody's list.
    """
    if rating.proof is Proof.NONE:
        return None
    project = s.get_one(Project, rating.project_id)
    found = s.scalar(
        select(InterestedContact.kind)
        .where(
            InterestedContact.pseudonym == rating.rater,
            or_(
                InterestedContact.project_id.is_(None),
                InterestedContact.project_id == project.id,
            ),
            or_(
                InterestedContact.department_id.is_(None),
                InterestedContact.department_id == project.department_id,
            ),
        )
        .order_by(InterestedContact.id)
        .limit(1)
    )
    is_released = found and s.scalar(select(was_released()).where(Rating.id == rating.id))
    return None if is_released else found


def was_released() -> ColumnElement[bool]:
    """Whether a moderator has released a rating that was set aside for whose contact it is."""
    return exists().where(
        RatingDoubt.rating_id == Rating.id,
        RatingDoubt.doubt.in_((Doubt.STAFF, Doubt.CONTRACTOR)),
        RatingDoubt.decision == Standing.COUNTED,
        RatingDoubt.decided_by != RESIDENT.name,
    )


def signals(network: str, device: str, comment: str, rule: Rule) -> dict[str, str | None]:
    """Return the keyed indexes by which copies of one source are found; never the things."""
    words = comparable(comment, rule)
    return {
        "network": vault.index("network", network) if network else None,
        "device": vault.index("device", device) if device else None,
        "text": vault.index("words", words) if words else None,
    }


def rule_on(s: Session, at: datetime) -> Rule:
    """Return the county's rule against stuffing as it stands."""
    return Rule.of(setting(s, local_day(at))["screening"])


def forget_signals(s: Session, at: datetime) -> int:
    """Forget network, device and text of ratings whose time is over; return how many.

    One that is being changed at this moment is left to the next round: to wait for it while
    holding others could keep both waiting for ever.
    """
    over = select(Rating.id).where(Rating.signals_until < local_day(at))
    idle = list(s.scalars(over.limit(MOST_FORGOTTEN).with_for_update(skip_locked=True)))
    gone: dict[str, Any] = dict.fromkeys(("network", "device", "text", "signals_until"))
    # The version moves as well: a page opened before must not write them back.
    moved = update(Rating).where(Rating.id.in_(idle))
    return s.execute(moved.values(gone | {"version": Rating.version + 1})).rowcount


def _alike(s: Session, rating: Rating) -> list[Rating]:
    """Return what came before and shares a trait with the rating, newest first, in bounds."""
    lately = Rating.said_at >= rating.said_at - DAY
    found = _newest(s, rating, MOST_LATELY, lately)
    if rating.network and len(found) == MOST_LATELY:
        found |= _newest(s, rating, MOST_ALIKE, lately, Rating.network == rating.network)
    copies = [
        column == value
        for column, value in ((Rating.device, rating.device), (Rating.text, rating.text))
        if value
    ]
    if copies:
        found |= _newest(s, rating, MOST_ALIKE, or_(*copies))
    return sorted(found.values(), key=lambda r: (r.said_at, r.id), reverse=True)


def _newest(
    s: Session, rating: Rating, most: int, *conditions: ColumnElement[bool]
) -> dict[int, Rating]:
    others = select(Rating).where(
        Rating.wave_id == rating.wave_id,
        Rating.id != rating.id,
        Rating.proof == rating.proof,
        Rating.standing.in_((Standing.COUNTED, Standing.SET_ASIDE)),
        *conditions,
    )
    newest = others.order_by(Rating.said_at.desc(), Rating.id.desc()).limit(most)
    return {r.id: r for r in s.scalars(newest)}


def _seen(r: Rating) -> Seen:
    return Seen(
        at=r.said_at,
        level=r.level,
        network=r.network or "",
        device=r.device or "",
        text=r.text or "",
        is_uniform=r.is_uniform,
        rater=r.rater,
        is_staff_entered=r.proof is Proof.STAFF,
        is_verified=r.proof is Proof.VERIFIED,
        doubt=r.doubt,
        is_cleared=r.is_cleared,
        is_published=r.comment_visibility is CommentVisibility.PUBLIC,
    )


def _usual(s: Session, moves: Moving, rating: Rating) -> dict[int, int]:
    """Return the levels of the wave's counted ratings of the same proof, without this one.

    Read from the counts, which move only when the block of `moving` ends: what is watched in
    it is taken as it was before, and a new rating is not in them yet.
    """
    rows = s.execute(
        select(Tally.level, Tally.n).where(
            Tally.wave_id == rating.wave_id,
            Tally.cut == Cut.TOTAL,
            Tally.key == "",
            Tally.proof == rating.proof,
        )
    )
    usual = dict(rows.all())
    before = moves.level_before(rating)
    return usual | ({before: usual.get(before, 0) - 1} if before else {})


def _settle(
    s: Session, rating: Rating, to: Standing, actor: Actor, reason: str, at: datetime
) -> None:
    open_ = select(RatingDoubt).where(
        RatingDoubt.rating_id == rating.id, RatingDoubt.decided_at.is_(None)
    )
    for doubt in s.scalars(open_):
        doubt.decided_at, doubt.decided_by, doubt.decision = at, actor.name, to
        doubt.reason = reason
    rating.standing = to
    rating.is_cleared = to is Standing.COUNTED
    if to is Standing.COUNTED:
        rating.doubt = None


def _subject(rating: Rating) -> str:
    return f"rating:{rating.id}"
