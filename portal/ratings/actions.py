"""Giving a rating, changing it, adding the one word more, erasing it, deciding on its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.db import added
from portal.errors import Invalid, WrongState
from portal.files.models import StoredFile
from portal.language import N_
from portal.projects.models import Project, Site
from portal.ratings import counts
from portal.ratings.counts import Moving
from portal.ratings.followups.actions import follow, heard
from portal.ratings.kinds import (
    BAD,
    Channel,
    Dimension,
    Doubt,
    Proof,
    Reason,
    Standing,
)
from portal.ratings.models import (
    CommentVisibility,
    Follower,
    Rating,
    RatingAddition,
    RatingPhoto,
    RatingRevision,
    Wave,
)
from portal.ratings.own_word import judge_anew, take_over
from portal.ratings.photos import forget_files, show_photos
from portal.ratings.screening.actions import rule_on, screen, signals
from portal.ratings.screening.rules import Rule, is_uniform
from portal.ratings.waves.actions import of_project, open_on, window
from portal.residents import actions as residents
from portal.residents.models import Resident
from portal.security import RESIDENT, Actor, Permission, ensure

CLAIMED_WITHIN = timedelta(hours=1)
"""How long after rating a resident's verification still reaches back to it. Short, because
several people may use one browser: nobody takes over what somebody else said in the morning."""


@dataclass(frozen=True)
class Said:
    """What a resident says."""

    level: int
    marks: dict[Dimension, int] = field(default_factory=dict)
    reasons: Sequence[Reason] = ()
    comment: str = ""
    photos: Sequence[StoredFile] = ()
    """Kept files; None of them leaves the photos as they are."""
    wants_answer: bool = False

    def tidy(self) -> "Said":
        """Return the same without reasons where the level is not bad."""
        reasons = [r for r in Reason if r in self.reasons] if self.level <= BAD else []
        marks = {d: self.marks[d] for d in Dimension if d in self.marks}
        return Said(self.level, marks, reasons, self.comment, tuple(self.photos), self.wants_answer)


@dataclass(frozen=True)
class Voter:
    """Who says it, and how it came."""

    rater: str
    """Keyed pseudonym of the contact, else of the browser."""
    proof: Proof = Proof.NONE
    resident: Resident | None = None
    channel: Channel = Channel.WEB
    site: Site | None = None
    network: str = ""
    """As `screening.rules.network_of` gives it; only its keyed index is kept."""
    device: str = ""
    """The browser's random name; only its keyed index is kept."""
    fill_seconds: float | None = None
    """How long the form was open; None when unknown."""


def rating_of(s: Session, wave: Wave, rater: str) -> Rating | None:
    """Return what this rater has said in the wave so far."""
    return s.scalar(select(Rating).where(Rating.wave_id == wave.id, Rating.rater == rater))


def given_by(s: Session, project: Project, rater: str, at: datetime) -> Rating | None:
    """Return what this rater has said in the wave that is open now."""
    waves = (w for w in of_project(s, project) if window(w).holds(local_day(at)))
    return next((found for w in waves if (found := rating_of(s, w, rater))), None)


def give(
    s: Session,
    project: Project,
    said: Said,
    voter: Voter,
    *,
    at: datetime,
    actor: Actor = RESIDENT,
) -> Rating:
    """Rate a completed project; saying it again in the same wave replaces what was said.

    What staff entered for a resident becomes the resident's own (`own_word.take_over`).
    Raises WrongState while no wave is open, Invalid for too many photos.
    """
    said, rules = said.tidy(), setting(s, local_day(at))
    if len(said.photos) > rules["photos"]:
        raise Invalid(N_("最多上传 %(n)s 张照片。"), n=rules["photos"])
    with counts.moving(s, project.id, rules["minimum"]) as moves:
        wave = open_on(s, project, at)
        if wave is None:
            raise WrongState(N_("这个项目现在没有开放评价。"))
        found = rating_of(s, wave, voter.rater)
        if found is None:
            found = _new(s, project, wave, said, voter, actor, at)
            moves.added(found)
        else:
            moves.watch(found)
            is_own = take_over(s, found, voter.resident, voter.channel, at)
            if not _revise(s, found, said, voter, at) and not is_own:
                return found
        rule = Rule.of(rules["screening"])
        if voter.proof is not Proof.STAFF:
            found.signals_until = local_day(at) + timedelta(days=rules["signal_days"])
            _mark(found, signals(voter.network, voter.device, said.comment, rule))
        s.flush()
        show_photos(s, found, said.photos)
        _audit(s, "rating:give", found, actor, at, level=said.level, channel=voter.channel.value)
        screen(s, moves, found, rule, fill_seconds=voter.fill_seconds, at=at)
        follow(s, moves, found, at=at)
    return found


def claim(s: Session, resident: Resident, browser_rater: str, *, at: datetime) -> list[Rating]:
    """Make what this browser said within the hour the verified resident's own.

    Where the resident has rated in that wave before, the newer words replace the older ones
    and the unverified rating is erased: one resident, one rating.
    """
    recent = select(Rating).where(
        Rating.rater == browser_rater,
        Rating.proof == Proof.NONE,
        Rating.standing != Standing.ERASED,
        Rating.said_at >= at - CLAIMED_WITHIN,
    )
    return [
        claimed
        for rating in s.scalars(recent.order_by(Rating.project_id)).all()
        if (claimed := _claim_one(s, resident, rating.id, rating.project_id, at))
    ]


def add(s: Session, rating: Rating, *, level: int, comment: str, at: datetime) -> RatingAddition:
    """Add the one word more after the wave has closed (追评); the wave's figures stay.

    It answers a follow-up as a changed rating would (`followups.actions.heard`).
    Raises WrongState while the rating can still be changed, or when one was added already.
    Source: Zhejiang's rules of good-or-bad rating allow one.
    """
    minimum = setting(s, local_day(at))["minimum"]
    with counts.moving(s, rating.project_id, minimum) as moves:
        s.refresh(rating)
        if rating.standing is Standing.ERASED:
            raise WrongState(N_("这份评价已经删除。"))
        if window(rating.wave).holds(local_day(at)):
            raise WrongState(N_("本轮评价还没有结束，可以直接修改评价。"))
        addition = RatingAddition(
            rating_id=rating.id,
            project_id=rating.project_id,
            level=level,
            comment=comment,
            comment_visibility=CommentVisibility.PRIVATE,
            given_at=at,
        )
        if not added(s, addition):
            raise WrongState(N_("您已经追评过一次。"))
        _audit(s, "rating:add", rating, RESIDENT, at, level=level)
        heard(s, moves, rating, level=level, at=at)
    return addition


def erase(s: Session, rating: Rating, *, at: datetime, actor: Actor = RESIDENT) -> None:
    """Erase what a resident said: words, photos, history and every link to the resident.

    Only a place in the count of erased ratings stays, so that pressure to erase shows.
    Source: Personal Information Protection Law art. 47.
    """
    minimum = setting(s, local_day(at))["minimum"]
    with counts.moving(s, rating.project_id, minimum) as moves:
        s.refresh(rating)
        if rating.standing is not Standing.ERASED:
            moves.watch(rating)
            _empty(s, moves, rating, at)
            _audit(s, "rating:erase", rating, actor, at)


def erase_resident(s: Session, resident: Resident, *, at: datetime) -> None:
    """Erase a resident with everything they gave; the same contact later is a new resident."""
    given = select(Rating).where(Rating.resident_id == resident.id).order_by(Rating.project_id)
    for rating in s.scalars(given).all():
        erase(s, rating, at=at)
    s.execute(delete(Follower).where(Follower.resident_id == resident.id))
    residents.erase(s, resident, at=at)


def decide_comment(
    s: Session, rating: Rating | RatingAddition, *, publish: bool, actor: Actor, at: datetime
) -> None:
    """Let words and photos beside a rating be seen, or not. The level counts either way."""
    ensure(actor, Permission.RATING_MODERATE)
    is_first = isinstance(rating, Rating)
    if not rating.comment and not (is_first and rating.photos):
        raise WrongState(N_("这条评价没有文字意见。"))
    rating.comment_visibility = CommentVisibility.PUBLIC if publish else CommentVisibility.WITHHELD
    s.flush()
    act = "rating:publish" if publish else "rating:withhold"
    _audit(s, act, rating if is_first else rating.rating, actor, at)


def _new(
    s: Session,
    project: Project,
    wave: Wave,
    said: Said,
    voter: Voter,
    actor: Actor,
    at: datetime,
) -> Rating:
    site = voter.site
    found = Rating(
        project_id=project.id,
        wave_id=wave.id,
        rater=voter.rater,
        resident_id=voter.resident.id if voter.resident else None,
        proof=voter.proof,
        channel=voter.channel,
        site_id=site.id if site else None,
        town_code=(site.town_code if site else None) or project.town_code,
        standing=Standing.COUNTED,
        is_cleared=False,
        is_disputed=False,
        entered_by=actor.name if voter.proof is Proof.STAFF else "",
        comment_visibility=CommentVisibility.at_first(said.comment or said.photos),
        given_at=at,
        said_at=at,
        level=said.level,
        marks={d.value: n for d, n in said.marks.items()},
        reasons=[r.value for r in said.reasons],
        comment=said.comment,
        wants_answer=_can_answer(said, voter),
        is_uniform=is_uniform(said.level, said.marks, said.comment),
    )
    s.add(found)
    return found


def _revise(s: Session, found: Rating, said: Said, voter: Voter, at: datetime) -> bool:
    """Replace what was said, keeping it; False when nothing is different."""
    marks = {d.value: n for d, n in said.marks.items()}
    reasons = [r.value for r in said.reasons]
    new = (said.level, marks, reasons, said.comment)
    old = (found.level, found.marks, found.reasons, found.comment)
    wants_answer = _can_answer(said, voter)
    if new == old and not said.photos and found.wants_answer == wants_answer:
        return False
    if new != old:
        found.revisions.append(
            RatingRevision(
                level=found.level,
                marks=found.marks,
                reasons=found.reasons,
                comment=found.comment,
                replaced_at=at,
            )
        )
    if said.comment != found.comment or said.photos:
        found.comment_visibility = CommentVisibility.PRIVATE
    if said.level != found.level:  # a moderator has let another level through, not this one
        found.is_cleared = False
    found.level, found.marks, found.reasons, found.comment = new
    found.wants_answer, found.said_at = wants_answer, at
    found.is_uniform = is_uniform(said.level, said.marks, said.comment)
    return True


def _can_answer(said: Said, voter: Voter) -> bool:
    """An answer can be wanted only where a contact is kept to give it to."""
    return said.wants_answer and voter.resident is not None and voter.resident.contact is not None


def _mark(found: Rating, traits: Mapping[str, str | None]) -> None:
    """Keep the keyed traits by which copies of one source are found, for a time."""
    for name, value in traits.items():
        setattr(found, name, value)


def _claim_one(
    s: Session, resident: Resident, rating_id: int, project_id: int, at: datetime
) -> Rating | None:
    minimum = setting(s, local_day(at))["minimum"]
    with counts.moving(s, project_id, minimum) as moves:
        rating = s.get_one(Rating, rating_id, populate_existing=True)
        if rating.proof is not Proof.NONE or rating.standing is Standing.ERASED:
            return None
        own = rating_of(s, rating.wave, resident.pseudonym)
        if own is not None:
            return _merge(s, moves, own, rating, resident, at)
        moves.watch(rating)
        rating.rater, rating.resident_id = resident.pseudonym, resident.id
        rating.proof = Proof.VERIFIED
        rating.wants_answer = resident.contact is not None
        judge_anew(s, rating, at)
        s.flush()
        _audit(s, "rating:verify", rating, RESIDENT, at)
        screen(s, moves, rating, rule_on(s, at), fill_seconds=None, at=at)
        follow(s, moves, rating, at=at)
        return rating


def _merge(
    s: Session, moves: Moving, own: Rating, newer: Rating, resident: Resident, at: datetime
) -> Rating:
    """Let what the resident has just said without proof replace what they said before."""
    moves.watch(own, newer)
    is_own = take_over(s, own, resident, newer.channel, at)
    files = [photo.file for photo in newer.photos]
    said = Said(
        newer.level,
        {Dimension(d): n for d, n in newer.marks.items()},
        [Reason(r) for r in newer.reasons],
        newer.comment,
        files,
        wants_answer=own.wants_answer,
    )
    voter = Voter(own.rater, own.proof, own.resident, newer.channel)
    traits = {name: getattr(newer, name) for name in ("network", "device", "text")}
    until = newer.signals_until
    seconds = 0.0 if newer.doubt is Doubt.SPEED else None
    show_photos(s, own, files)
    _empty(s, moves, newer, at)
    if _revise(s, own, said, voter, at) or is_own:
        _mark(own, traits)
        own.signals_until = until
        s.flush()
        _audit(s, "rating:give", own, RESIDENT, at, level=own.level)
        screen(s, moves, own, rule_on(s, at), fill_seconds=seconds, at=at)
        follow(s, moves, own, at=at)
    return own


def _empty(s: Session, moves: Moving, rating: Rating, at: datetime) -> None:
    rating.standing, rating.doubt, rating.erased_at = Standing.ERASED, None, at
    rating.rater, rating.resident_id = f"erased:{rating.id}", None
    rating.marks, rating.reasons, rating.comment = {}, [], ""
    rating.comment_visibility = CommentVisibility.PRIVATE
    rating.wants_answer = rating.is_uniform = rating.is_disputed = False
    for name in ("network", "device", "text", "signals_until", "site_id"):
        setattr(rating, name, None)
    s.flush()
    files = list(s.scalars(select(RatingPhoto.file_id).where(RatingPhoto.rating_id == rating.id)))
    for model in (RatingRevision, RatingPhoto, RatingAddition):
        s.execute(delete(model).where(model.rating_id == rating.id))
    forget_files(s, files)
    s.expire(rating, ["revisions", "photos", "addition"])
    follow(s, moves, rating, at=at)


def _audit(
    s: Session, act: str, rating: Rating, actor: Actor, at: datetime, **details: object
) -> None:
    record(s, actor=actor, act=act, subject=f"rating:{rating.id}", at=at, **details)
