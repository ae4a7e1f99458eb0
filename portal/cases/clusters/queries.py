"""Reading cases for the rule of hot spots, and alerts for those who decide on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.cases.clusters import rules
from portal.cases.clusters.models import Cluster, ClusterMember, ClusterState
from portal.cases.kinds import Kind
from portal.cases.models import Case, CaseContact
from portal.cases.targets import open_to
from portal.cases.workflow import State
from portal.county.taxonomy import matters
from portal.paging import Page, fetch_page
from portal.security import Actor
from portal.text import folded

PAGE_SIZE = 10
MEMBERS_SHOWN = 50
"""Cases listed of one alert, the newest; the number says how many there are."""

READ_AT_MOST = 200
"""Characters of a letter that are read for what it is about."""

LONGEST_PLACE = 40


def takes_part() -> ColumnElement[bool]:
    """Return the condition for a case that may belong to a hot spot at all.

    Neither reports nor what is about departments or their people: a list would show them
    (信访工作条例, art. 30). What the portal opens for a rating has a course of its own, and praise
    is no trouble that many have: nobody who thanks wants the joint answer to a complaint.
    """
    apart = [Kind.REPORT, Kind.FOLLOW_UP, Kind.PRAISE]
    return and_(Case.kind.not_in(apart), Case.is_conflicted.is_(False))


def rows(s: Session, settings: rules.Settings, at: datetime) -> list[rules.Row]:
    """Return the cases of window and baseline as the rule sees them, in one query."""
    since = at - timedelta(days=settings.window_days + settings.baseline_days)
    joint = select(Cluster.joint_case_id).where(Cluster.joint_case_id.is_not(None))
    found = s.execute(
        select(
            Case.id,
            Case.submitted_at,
            Case.project_id,
            Case.town_code,
            Case.place,
            Case.category_code,
            Case.title,
            func.substr(Case.body, 1, READ_AT_MOST).label("body"),
            CaseContact.reach_index,
        )
        .outerjoin(CaseContact, CaseContact.case_id == Case.id)
        .where(
            takes_part(),
            Case.submitted_at > since,
            Case.submitted_at <= at,
            Case.state.not_in([State.REJECTED, State.WITHDRAWN]),
            Case.id.not_in(joint),
        )
    )
    return [_row(one) for one in found]


def place_key(town_code: str | None, place: str) -> str:
    """Return what two cases at the same place have alike; '' where none was named."""
    spelled = folded(place).lower()[:LONGEST_PLACE]
    return f"{town_code or ''}:{spelled}" if spelled else ""


def decidable(s: Session, since: datetime) -> list[Cluster]:
    """Return the alerts that a new one could be the same as: open, or decided on lately.

    The open ones are locked: they may grow.
    """
    still_open = (
        select(Cluster)
        .where(Cluster.state == ClusterState.OPEN)
        .options(selectinload(Cluster.members))
        .order_by(Cluster.id)
        .with_for_update()
    )
    decided = (
        select(Cluster)
        .where(Cluster.state != ClusterState.OPEN, Cluster.last_at > since)
        .options(selectinload(Cluster.members))
        .order_by(Cluster.id)
    )
    return [*s.scalars(still_open), *s.scalars(decided)]


@dataclass(frozen=True)
class Shown:
    """An alert as somebody may see it."""

    cluster: Cluster
    total: int
    """How many of its cases are open to who looks."""
    cases: list[Case]
    """The newest of them, at most MEMBERS_SHOWN."""
    joint: Case | None
    """The case that answers for all, where it is open to who looks."""


def cluster_page(s: Session, state: ClusterState, actor: Actor, *, after: str | None) -> Page:
    """Return a page of alerts in one state, the latest first, of those with cases for `actor`.

    Its rows are `Shown`. Three queries, whatever there is; four where any was joined.
    """
    theirs = (
        select(ClusterMember.cluster_id)
        .join(ClusterMember.case)
        .where(ClusterMember.cluster_id == Cluster.id, takes_part(), open_to(actor))
    )
    statement = select(Cluster).where(Cluster.state == state, theirs.exists())
    order = [(Cluster.raised_at, True), (Cluster.id, True)]
    found = fetch_page(s, statement, order, after=after, size=PAGE_SIZE)
    return Page(_shown(s, found.rows, actor), found.next, found.is_first)


def members(s: Session, cluster: Cluster, actor: Actor, *, to_change: bool = False) -> list[Case]:
    """Return the cases of an alert that are open to `actor`, the oldest first."""
    statement = (
        select(Case)
        .join(ClusterMember, ClusterMember.case_id == Case.id)
        .where(ClusterMember.cluster_id == cluster.id, takes_part(), open_to(actor))
        .options(
            selectinload(Case.events),
            selectinload(Case.targets),
            selectinload(Case.children),
            selectinload(Case.contact),
            selectinload(Case.assists),
        )
        .order_by(Case.id)
    )
    return list(s.scalars(statement.with_for_update(of=Case) if to_change else statement))


def count_open(s: Session, actor: Actor) -> int:
    """Return how many alerts wait for a decision."""
    theirs = (
        select(func.count(Cluster.id.distinct()))
        .join(Cluster.members)
        .join(ClusterMember.case)
        .where(Cluster.state == ClusterState.OPEN, takes_part(), open_to(actor))
    )
    return s.scalar(theirs)


def _shown(s: Session, clusters: Collection[Cluster], actor: Actor) -> list[Shown]:
    place = func.row_number().over(
        partition_by=ClusterMember.cluster_id, order_by=ClusterMember.case_id.desc()
    )
    total = func.count().over(partition_by=ClusterMember.cluster_id)
    ranked = (
        select(
            ClusterMember.cluster_id,
            ClusterMember.case_id,
            place.label("place"),
            total.label("total"),
        )
        .join(ClusterMember.case)
        .where(ClusterMember.cluster_id.in_([c.id for c in clusters]), takes_part(), open_to(actor))
        .subquery()
    )
    found = s.execute(
        select(ranked.c.cluster_id, ranked.c.total, Case)
        .join(ranked, ranked.c.case_id == Case.id)
        .options(joinedload(Case.department), joinedload(Case.project))
        .where(ranked.c.place <= MEMBERS_SHOWN)
        .order_by(Case.id.desc())
    ).all()
    totals = {one.cluster_id: one.total for one in found}
    listed: dict[int, list[Case]] = {}
    for one in found:
        listed.setdefault(one.cluster_id, []).append(one.Case)
    joint = _joint(s, clusters, actor)
    return [
        Shown(c, totals.get(c.id, 0), listed.get(c.id, []), joint.get(c.joint_case_id))
        for c in clusters
    ]


def _joint(s: Session, clusters: Collection[Cluster], actor: Actor) -> dict[int | None, Case]:
    """Return the cases that answer for others, those alone that are open to `actor`, by id.

    One can have become a case about somebody, or a report, after it was joined.
    """
    ids = [c.joint_case_id for c in clusters if c.joint_case_id is not None]
    if not ids:
        return {}
    found = s.scalars(select(Case).where(Case.id.in_(ids), open_to(actor)))
    return {case.id: case for case in found}


def _row(one: Row) -> rules.Row:
    return rules.Row(
        case_id=one.id,
        submitted_at=one.submitted_at,
        project_id=one.project_id,
        place=place_key(one.town_code, one.place),
        category=one.category_code or "",
        words=_words(f"{one.title}\n{one.body}"),
        writer=one.reach_index or "",
    )


def _words(text: str) -> frozenset[str]:
    """Return the words of the preset taxonomy that a letter uses; one begins with a pair of its
    characters, so that few are looked for."""
    read = folded(text).lower()
    begun = {*map(str.__add__, read, read[1:])} & _WORDS.keys()
    return frozenset(word for pair in begun for word in _WORDS[pair] if word in read)


def _by_beginning() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in {folded(word).lower() for matter in matters() for word in matter.words}:
        found.setdefault(word[:2], []).append(word)
    return found


_WORDS = _by_beginning()
