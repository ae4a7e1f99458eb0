"""Reading the ratings that were set aside: burst by burst as a moderator decides on them.

A burst is what one rule set aside in one wave: from one network or browser or with one text
where the rule is about these, and without a longer pause than the rule's window where it has
one. Of networks and devices only letters are handed out ("网络A"): who shares one, never which.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.paging import Page, fetch_page
from portal.projects.models import Project
from portal.ratings.counts import Cut
from portal.ratings.kinds import Channel, Doubt, Proof, Standing
from portal.ratings.models import Rating, RatingDoubt, RatingPhoto, Tally, Wave
from portal.ratings.screening.rules import DAY, Rule

PAGE_SIZE, HISTORY_SIZE = 10, 30
"""Bursts on a page of the queue; ratings on a page of what was decided."""

MOST_WAITING = 5_000
"""Most waiting ratings that are put into bursts at a time, the oldest first."""

MOST_TOGETHER = 300
"""Most ratings of one burst that are shown, and decided on, together."""

OPEN = (RatingDoubt.decided_at.is_(None), Rating.standing == Standing.SET_ASIDE)
"""A rating that its resident erased meanwhile waits for nobody."""


@dataclass(frozen=True)
class Entry:
    """One rating that was set aside, with what was decided."""

    doubt_id: int
    rating_id: int
    level: int
    proof: Proof
    channel: Channel
    comment: str
    photos: int
    said_at: datetime
    set_aside_at: datetime
    standing: Standing
    decided_at: datetime | None
    decided_by: str
    decision: Standing | None
    reason: str
    network: str
    """Letter of the network within the burst; '' where it is unknown or forgotten by now."""
    device: str
    """Letter of the browser, likewise."""

    @property
    def is_waiting(self) -> bool:
        """Whether a moderator has to decide on it."""
        return self.decided_at is None and self.standing is Standing.SET_ASIDE


@dataclass(frozen=True)
class Burst:
    """Ratings of one wave that the same rule set aside together."""

    head: int
    """Number of the first of them: the address of the burst."""
    doubt: Doubt
    project: Project
    wave: Wave
    rule: Rule
    """As it stood when the last of them was set aside."""
    size: int
    """How many fell under the rule together when it was broken last."""
    entries: list[Entry]
    usual: dict[int, int]
    """Levels of all ratings of the wave that count."""
    left_out: int = 0
    """How many more of the burst there are than `entries`."""

    @property
    def waiting(self) -> list[Entry]:
        """What a moderator has to decide on."""
        return [e for e in self.entries if e.is_waiting]

    @property
    def levels(self) -> dict[int, int]:
        """How many of the burst gave each level."""
        return dict(Counter(e.level for e in self.entries))

    @property
    def first(self) -> datetime:
        """When the first of them was given, or last changed."""
        return min(e.said_at for e in self.entries)

    @property
    def last(self) -> datetime:
        """When the last of them was."""
        return max(e.said_at for e in self.entries)

    @property
    def networks(self) -> dict[str, int]:
        """Letter -> how many came from that network, the most frequent first."""
        return _shares(e.network for e in self.entries)

    @property
    def devices(self) -> dict[str, int]:
        """Letter -> how many came from that browser, likewise."""
        return _shares(e.device for e in self.entries)

    @property
    def comments(self) -> dict[str, int]:
        """Comment -> how often it was given, the most frequent first."""
        return _shares(e.comment for e in self.entries)


@dataclass(frozen=True)
class Queue:
    """A page of bursts that wait, and what waits in all."""

    bursts: list[Burst]
    next: int | None
    """After which burst the next page begins."""
    counts: dict[Doubt, int]
    """How many ratings wait, by class; of the `MOST_WAITING` oldest."""


def waiting_count(s: Session) -> int:
    """Return how many ratings wait for a moderator's decision."""
    standing = Rating.standing == Standing.SET_ASIDE
    return s.scalar(select(func.count(Rating.id)).where(standing)) or 0


def queue(s: Session, doubt: Doubt | None, *, after: int = 0) -> Queue:
    """Return a page of the bursts that wait, the oldest first; of one class where given."""
    oldest = _keys().where(*OPEN).order_by(RatingDoubt.id).limit(MOST_WAITING)
    rows = s.execute(oldest).all()
    counts = Counter(row.doubt for row in rows)
    groups = [g for g in grouped(rows) if g[0].id > after and doubt in (None, g[0].doubt)]
    shown = groups[:PAGE_SIZE]
    following = shown[-1][0].id if len(groups) > PAGE_SIZE else None
    found = _read(s, [[row.id for row in group] for group in shown])
    return Queue(found, following, {d: counts[d] for d in Doubt if counts[d]})


def burst_of(s: Session, doubt_id: int) -> Burst | None:
    """Return the burst that a rating was set aside with, whatever was decided since.

    Of a burst larger than `MOST_TOGETHER` those that wait come first.
    """
    key = s.execute(_keys().where(RatingDoubt.id == doubt_id)).one_or_none()
    if key is None:
        return None
    alike = _keys().where(Rating.wave_id == key.wave_id, RatingDoubt.doubt == key.doubt)
    rows = s.execute(alike.order_by(RatingDoubt.id).limit(MOST_WAITING)).all()
    group = next((g for g in grouped(rows) if any(r.id == doubt_id for r in g)), [key])
    decided_last = sorted(group, key=lambda row: (row.decided_at is not None, row.id))
    ids = sorted(row.id for row in decided_last[:MOST_TOGETHER])
    (found,) = _read(s, [ids])
    return replace(found, left_out=len(group) - len(ids))


def history(s: Session, decision: Standing, doubt: Doubt | None, *, after: str | None) -> Page:
    """Return a page of what was decided so, the last set aside first."""
    statement = select(RatingDoubt).where(RatingDoubt.decision == decision)
    if doubt:
        statement = statement.where(RatingDoubt.doubt == doubt)
    order = [(RatingDoubt.id, True)]
    return fetch_page(s, statement, order, after=after, size=HISTORY_SIZE)


def ratings_of(s: Session, doubts: Sequence[RatingDoubt]) -> dict[int, Rating]:
    """Return the ratings that these doubts are of, by their number, with their projects."""
    ids = [doubt.rating_id for doubt in doubts]
    statement = select(Rating).where(Rating.id.in_(ids)).options(joinedload(Rating.project))
    return {rating.id: rating for rating in s.scalars(statement)}


def grouped(rows: Iterable[Any]) -> list[list[Any]]:
    """Put rows of `_keys` into bursts, the oldest burst first.

    Of what has forgotten its trait (erased by the resident, or after a time) the moment tells
    to which burst it belongs.
    """
    groups: list[list[Any]] = []
    current: dict[tuple[int, Doubt, str | None], list[Any]] = {}
    moments: dict[tuple[int, Doubt, datetime], list[Any]] = {}
    for row in sorted(rows, key=lambda r: (r.set_aside_at, _trait(r) is None, r.id)):
        key, pause = (row.wave_id, row.doubt, _trait(row)), _pause(row)
        moment = (row.wave_id, row.doubt, row.set_aside_at)
        group = moments.get(moment) if _trait(row) is None else None
        group = group or current.get(key)
        if group is None or (pause and row.set_aside_at - group[-1].set_aside_at > pause):
            current[key] = group = []
            groups.append(group)
        group.append(row)
        moments[moment] = group
    return sorted((sorted(g, key=lambda r: r.id) for g in groups), key=lambda g: g[0].id)


def rule_of(stored: dict[str, Any]) -> Rule:
    """Return a rule as it was kept; a figure that the rule has no longer is left out."""
    known = {field.name for field in fields(Rule)}
    return Rule.of({name: value for name, value in stored.items() if name in known})


_SHARED = {Doubt.DEVICE: "device", Doubt.TEXT: "text", Doubt.NETWORK: "network"}
"""What those of a burst have in common; forgotten after a time, when only the class tells."""


def _trait(row: Any) -> str | None:
    return getattr(row, _SHARED[row.doubt]) if row.doubt in _SHARED else None


def _pause(row: Any) -> timedelta | None:
    """How long a pause may be within one burst; None where the rule knows no window."""
    if row.doubt in (Doubt.DEVICE, Doubt.TEXT):
        return None
    names = {Doubt.NETWORK: "window_minutes", Doubt.PACE: "pace_minutes"}
    if row.doubt not in names:
        return DAY
    return timedelta(minutes=getattr(rule_of(row.rule), names[row.doubt]))


def _keys() -> Select[Any]:
    """Select what bursts are put together by."""
    return select(
        RatingDoubt.id,
        RatingDoubt.doubt,
        RatingDoubt.set_aside_at,
        RatingDoubt.decided_at,
        RatingDoubt.rule,
        Rating.wave_id,
        Rating.network,
        Rating.device,
        Rating.text,
    ).join(Rating, Rating.id == RatingDoubt.rating_id)


def _read(s: Session, groups: Sequence[Sequence[int]]) -> list[Burst]:
    """Read bursts from the numbers of their doubts; the number of queries does not grow."""
    ids = [ident for group in groups for ident in group]
    photos = (
        select(func.count(RatingPhoto.id))
        .where(RatingPhoto.rating_id == Rating.id)
        .correlate(Rating)
        .scalar_subquery()
    )
    statement = (
        select(RatingDoubt, Rating, photos.label("photos"))
        .join(Rating, Rating.id == RatingDoubt.rating_id)
        .where(RatingDoubt.id.in_(ids))
        .options(joinedload(Rating.project), joinedload(Rating.wave))
    )
    rows = {row.RatingDoubt.id: row for row in s.execute(statement)}
    usual = _usual(s, {row.Rating.wave_id for row in rows.values()})
    return [_burst([rows[i] for i in group], usual) for group in groups if group]


def _burst(rows: Sequence[Any], usual: dict[int, dict[int, int]]) -> Burst:
    newest, rating = rows[-1].RatingDoubt, rows[0].Rating
    networks = _letters(row.Rating.network for row in rows)
    devices = _letters(row.Rating.device for row in rows)
    return Burst(
        head=rows[0].RatingDoubt.id,
        doubt=newest.doubt,
        project=rating.project,
        wave=rating.wave,
        rule=rule_of(newest.rule),
        size=newest.burst,
        entries=[_entry(row, networks, devices) for row in rows],
        usual=usual.get(rating.wave_id, {}),
    )


def _entry(row: Any, networks: dict[str, str], devices: dict[str, str]) -> Entry:
    doubt, rating = row.RatingDoubt, row.Rating
    return Entry(
        doubt_id=doubt.id,
        rating_id=rating.id,
        level=rating.level,
        proof=rating.proof,
        channel=rating.channel,
        comment=rating.comment,
        photos=row.photos,
        said_at=rating.said_at,
        set_aside_at=doubt.set_aside_at,
        standing=rating.standing,
        decided_at=doubt.decided_at,
        decided_by=doubt.decided_by,
        decision=doubt.decision,
        reason=doubt.reason,
        network=networks.get(rating.network, ""),
        device=devices.get(rating.device, ""),
    )


def _usual(s: Session, wave_ids: set[int]) -> dict[int, dict[int, int]]:
    statement = (
        select(Tally.wave_id, Tally.level, func.sum(Tally.n))
        .where(Tally.wave_id.in_(wave_ids), Tally.cut == Cut.TOTAL, Tally.n > 0)
        .group_by(Tally.wave_id, Tally.level)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for wave_id, level, n in s.execute(statement):
        found[wave_id][level] = int(n)
    return found


def _letters(keys: Iterable[str | None]) -> dict[str, str]:
    """Name keyed indexes A, B, ... Z, A2, B2, ..., the most frequent first."""
    frequent = Counter(key for key in keys if key).most_common()
    return {
        key: chr(ord("A") + n % 26) + (str(n // 26 + 1) if n >= 26 else "")
        for n, (key, _) in enumerate(frequent)
    }


def _shares(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(value for value in values if value).most_common())
