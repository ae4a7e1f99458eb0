"""Raising alerts of hot spots, and what a moderator does about one: join or dismiss.

That what many raise is looked at and handled as one is practice of hotlines (国办发〔2020〕53号:
分析研判热点问题). A joint case answers all; each writer keeps their own receipt and verdict.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.cases.categories.models import Category
from portal.cases.clusters import rules
from portal.cases.clusters.models import Cluster, ClusterMember, ClusterState
from portal.cases.clusters.queries import decidable, members, rows
from portal.cases.clusters.rules import Scope
from portal.cases.intake import Letter, submit
from portal.cases.kinds import Channel, Kind
from portal.cases.masking import Veil
from portal.cases.merging import merge
from portal.cases.models import Case
from portal.cases.workflow import State
from portal.clock import local_day
from portal.county.models import Town
from portal.county.queries import intake
from portal.db import added
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.projects.models import Project
from portal.security import SYSTEM, Actor, Permission, ensure

FEWEST = 2
"""Cases that a joint case answers at least; one is no joint case."""

LONGEST_LABEL = 50
"""Characters of the label in a title, which has room for 80."""

MERGEABLE = (State.SUBMITTED, State.ASSIGNED)

LEFT = {
    State.IN_PROGRESS: N_("承办单位已在办理"),
    State.ANSWERED: N_("已有答复，等待审核"),
    State.DISPUTED: N_("正在裁定承办单位"),
    State.MERGED: N_("已并入其他诉求"),
    State.CLOSED: N_("已办结"),
    State.REJECTED: N_("不予受理"),
    State.WITHDRAWN: N_("居民已撤回"),
}
"""Why a case is left to go its own way."""

LEFT_AS_PARENT = N_("已有其他诉求并入，须单独办理")
LEFT_UNHAPPY = N_("居民曾表示未解决，须单独办理")


@dataclass(frozen=True)
class Joined:
    """What became of joining: the joint case, what it answers, and what it does not and why."""

    case: Case
    merged: list[Case]
    left: list[tuple[Case, str]]


@dataclass(frozen=True)
class Look:
    """What a look at the cases of late has found."""

    settings: rules.Settings
    known: dict[int, rules.Row]
    alerts: list[rules.Alert]


def raise_alerts(s: Session, *, at: datetime) -> int:
    """Raise an alert for each new hot spot and let open ones grow; return how many of both.

    Nobody is told twice: cases that somebody has decided on do not raise the same again, only
    enough others do. A county that sets fewer than two cases wants no alerts.
    """
    return tell(s, look(s, at=at), at=at)


def look(s: Session, *, at: datetime) -> Look | None:
    """Find the hot spots as of `at`; None for a county that wants none. Changes nothing: it
    takes some seconds where many write, in which nobody has to wait."""
    figures = intake(s, local_day(at))
    if figures["hot_cases"] < FEWEST:
        return None
    settings = rules.Settings(window_days=figures["hot_days"], at_least=figures["hot_cases"])
    known = {row.case_id: row for row in rows(s, settings, at)}
    return Look(settings, known, rules.alerts(known.values(), settings, at))


def tell(s: Session, found: Look | None, *, at: datetime) -> int:
    """Put on record what a look has found, as `raise_alerts`."""
    if found is None or not found.alerts:
        return 0
    since = at - timedelta(days=found.settings.window_days)
    before = [(cluster, _alert(cluster)) for cluster in decidable(s, since)]
    return sum(_tell(s, alert, before, found, at) for alert in found.alerts)


def join(
    s: Session,
    cluster: Cluster,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    chosen: Collection[str] | None = None,
) -> Joined:
    """Open a joint case and merge into it what can still be merged, all in one.

    `chosen` are the references of the cases to be merged, all of the alert where it is None; the
    others go on one by one. The promise made first holds: the joint case is due when the first of
    them is. Raises WrongState when somebody has decided on the alert, Invalid when a chosen case
    is not one of the alert that `actor` may see, or when fewer than two can be merged.
    """
    _check_open(cluster, actor)
    cases = members(s, cluster, actor, to_change=True)
    if chosen is not None:
        if not set(chosen) <= {case.reference for case in cases}:
            raise Invalid(N_("所选的诉求不都属于这个热点，请重新打开页面选择。"))
        cases = [case for case in cases if case.reference in chosen]
    able = [case for case in cases if case.state in MERGEABLE and not case.stands_alone]
    if len(able) < FEWEST:
        raise Invalid(N_("能够并案的诉求不足两件：其余已在办理、已办结或已并案。"))
    joint = _open_joint(s, cluster, able, actor, at)
    for case in able:
        merge(s, case, joint, actor=actor, at=at, note=note)
    left = [(case, _why_left(case)) for case in cases if case not in able]
    cluster.state, cluster.joint_case = ClusterState.JOINED, joint
    cluster.note = note.strip()
    facts = {"joint": joint.reference, "merged": len(able), "left": len(left)}
    _decide(s, cluster, "cluster:join", actor, at, **facts)
    return Joined(joint, able, left)


def dismiss(s: Session, cluster: Cluster, *, actor: Actor, at: datetime, note: str) -> None:
    """Put on record that the cases go on one by one, and why. Raises Invalid without a reason."""
    _check_open(cluster, actor)
    if not note.strip():
        raise Invalid(N_("请填写说明。"))
    cluster.state, cluster.note = ClusterState.DISMISSED, note.strip()
    _decide(s, cluster, "cluster:dismiss", actor, at, note=cluster.note)


# --- raising ------------------------------------------------------------------------


def _tell(
    s: Session,
    alert: rules.Alert,
    before: Sequence[tuple[Cluster, rules.Alert]],
    found: Look,
    at: datetime,
) -> bool:
    """Let the alert grow an open one, or raise it; False when it tells nothing new."""
    same = [cluster for cluster, told in before if rules.matches(told, alert)]
    for cluster in same:
        if cluster.state is ClusterState.OPEN:
            return _grow(s, cluster, alert)
    decided = {member.case_id for cluster in same for member in cluster.members}
    fresh = [found.known[ident] for ident in alert.case_ids if ident not in decided]
    if len({row.writer or row.case_id for row in fresh}) < found.settings.at_least:
        return False
    return _raise(s, alert, fresh, at)


def _grow(s: Session, cluster: Cluster, alert: rules.Alert) -> bool:
    had = _alert(cluster)
    whole = rules.grown(had, alert)
    new = [ident for ident in whole.case_ids if ident not in had.case_ids]
    cluster.members += [ClusterMember(case_id=ident) for ident in new]
    cluster.first_at, cluster.last_at = whole.first_at, whole.last_at
    s.flush()
    return bool(new)


def _raise(s: Session, alert: rules.Alert, fresh: Sequence[rules.Row], at: datetime) -> bool:
    moments = [row.submitted_at for row in fresh]
    cluster = Cluster(
        scope=alert.scope,
        key=alert.key,
        label=_label(s, alert, max(fresh, key=lambda row: row.submitted_at).case_id),
        raised_at=at,
        first_at=min(moments),
        last_at=max(moments),
        state=ClusterState.OPEN,
        decided_by="",
        note="",
        members=[ClusterMember(case_id=row.case_id) for row in fresh],
    )
    if not added(s, cluster):
        return False
    _record(s, cluster, "cluster:raise", SYSTEM, at, label=cluster.label, cases=len(fresh))
    return True


def _alert(cluster: Cluster) -> rules.Alert:
    ids = tuple(sorted(member.case_id for member in cluster.members))
    return rules.Alert(cluster.scope, cluster.key, ids, cluster.first_at, cluster.last_at)


def _label(s: Session, alert: rules.Alert, newest: int) -> str:
    """Return the name of what the cases have in common, as it is called now.

    A place is in a writer's own words, and the joint case takes it to the department.
    """
    if alert.scope is Scope.PROJECT:
        return s.get_one(Project, int(alert.key)).name
    if alert.scope is Scope.CATEGORY:
        return s.get_one(Category, alert.key).full_name
    case = s.get_one(Case, newest)
    return f"{case.town.name if case.town else ''}{Veil(case)(case.place.strip())}"


# --- joining ------------------------------------------------------------------------


def _open_joint(
    s: Session, cluster: Cluster, cases: Sequence[Case], actor: Actor, at: datetime
) -> Case:
    label = cluster.label[:LONGEST_LABEL]
    letter = Letter(
        kind=Kind.COMPLAINT,
        title=f"关于{label}的共性问题（{len(cases)}件）",
        body=_matter(cluster, cases),
        contact=None,
        consent_publish=False,
        project=_project(s, cluster) or _shared(cases, "project"),
        category=_category(s, cluster) or _shared(cases, "category"),
        town=_shared(cases, "town"),
        place=cluster.label if cluster.scope is Scope.PLACE else "",
        channel=Channel.INTERNAL,
    )
    key = f"cluster:{cluster.id}"
    joint = submit(s, letter, at=at, submission_key=key, actor=actor).case
    joint.risk = max(case.risk for case in cases)
    joint.due_at = min(joint.due_at, *(case.due_at for case in cases))
    s.flush()
    return joint


def _matter(cluster: Cluster, cases: Sequence[Case]) -> str:
    """Say what it is about and how many wrote; nothing of any one of them.

    What they wrote stands on the pages as they are shown (信访工作条例, art. 30): a case that
    turns out to be about the department that reads this is gone from there at once, and a text
    that is stored would go on telling of it.
    """
    first, last = local_day(cluster.first_at), local_day(cluster.last_at)
    return (
        f"{first}至{last}收到反映“{cluster.label}”的诉求，现将{len(cases)}件并案，"
        "由主办单位统一办理、统一答复。"
    )


def _project(s: Session, cluster: Cluster) -> Project | None:
    """Return the project that the alert is about, if it is about one."""
    return s.get(Project, int(cluster.key)) if cluster.scope is Scope.PROJECT else None


def _category(s: Session, cluster: Cluster) -> Category | None:
    """Return the category that the alert is about; some of its cases may have been counted by
    their words alone."""
    return s.get(Category, cluster.key) if cluster.scope is Scope.CATEGORY else None


def _why_left(case: Case) -> str:
    alone = LEFT_AS_PARENT if case.has_children else LEFT_UNHAPPY
    return LEFT.get(case.state, alone)


def _shared(cases: Sequence[Case], name: str) -> Project | Category | Town | None:
    """Return what all the cases have alike, or None where they differ."""
    values = {getattr(case, name) for case in cases}
    return values.pop() if len(values) == 1 else None


# --- deciding -----------------------------------------------------------------------


def _check_open(cluster: Cluster, actor: Actor) -> None:
    ensure(actor, Permission.CASE_MODERATE)
    if cluster.state is not ClusterState.OPEN:
        raise WrongState(N_("这个热点刚才已有人处理过，您的操作没有执行。"))


def _decide(
    s: Session, cluster: Cluster, act: str, actor: Actor, at: datetime, **facts: object
) -> None:
    cluster.decided_by, cluster.decided_at = actor.name, at
    s.flush()
    _record(s, cluster, act, actor, at, **facts)


def _record(
    s: Session, cluster: Cluster, act: str, actor: Actor, at: datetime, **facts: object
) -> None:
    record(s, actor=actor, act=act, subject=f"cluster:{cluster.id}", at=at, **facts)
