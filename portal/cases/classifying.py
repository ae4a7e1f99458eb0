"""Putting right what a case is filed under: its kind, category, project and town.

What the resident wrote and answered stays as it is. A case filed otherwise may be somebody
else's: its suggestion is worked out anew.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.categories.models import Category
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.risk import risk
from portal.cases.routing.suggestions import renew
from portal.cases.steps import begin, log, snapshot
from portal.cases.workflow import Action
from portal.clock import local_day
from portal.county.models import Town
from portal.county.queries import calendar, deadlines
from portal.deadlines import Limit, due_at
from portal.errors import Invalid
from portal.language import N_
from portal.projects.models import Project
from portal.security import Actor

FIXED = frozenset({Kind.REPORT, Kind.FOLLOW_UP})
"""Kinds that no case is given or loses: a report of wrongdoing is never read by moderators
(信访工作条例, art. 30), and a follow-up belongs to its rating."""


def classify(
    s: Session,
    case: Case,
    *,
    kind: Kind,
    category: Category | None,
    project: Project | None,
    town: Town | None,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> None:
    """File the case under `kind`, `category`, `project` and `town`; what it was is on record.

    Another kind has another limit: the promised day follows, counted from when the case came
    in (or was taken on appeal) by the rules of that day, unless it was extended or opened again
    since. A case that answers others keeps what they were promised. Raises Invalid for a kind
    that cannot change, a closed category, and when nothing would change.
    """
    if kind is not case.kind and FIXED & {kind, case.kind}:
        raise Invalid(N_("举报和差评跟进不能与其他类型互相更改。"))
    if category is not None and category is not case.category and not category.is_active:
        raise Invalid(N_("类别“%(name)s”已停用，请选择其他类别。"), name=category.name)
    kept, was = snapshot(case), _filed(case.kind, case.category, case.project, case.town)
    now = _filed(kind, category, project, town)
    before = begin(case, Action.CLASSIFY, actor, "", seen)
    if now == was:
        raise Invalid(N_("没有任何改动。"))
    is_other_kind = kind is not case.kind
    case.kind, case.category, case.project, case.town = kind, category, project, town
    s.flush()
    if is_other_kind:
        _follow_kind(s, case)
    facts = {name: [was[name], value] for name, value in now.items() if value != was[name]}
    if (due := case.due_at.isoformat()) != kept["due_at"]:
        facts["due_at"] = [kept["due_at"], due]
    log(s, case, Action.CLASSIFY, before, actor, at, undo=kept, changed=facts)
    renew(s, case, at)


def _filed(
    kind: Kind, category: Category | None, project: Project | None, town: Town | None
) -> dict[str, str | None]:
    """Return what a case is filed under, as the record keeps it."""
    return {
        "kind": kind.value,
        "category": category.code if category else None,
        "project": project.code if project else None,
        "town": town.code if town else None,
    }


def _follow_kind(s: Session, case: Case) -> None:
    """Let risk and promised day be those of the kind, or of what it answers where that is more."""
    own, others = risk(case.kind, f"{case.title}\n{case.body}").level, case.children
    case.risk = max([own, *(child.risk for child in others)])
    if case.extensions == 0 and case.round == 1:
        since = _taken_at(case)
        limit = Limit.of(deadlines(s, local_day(since))["answer"][case.kind.value])
        due = due_at(since, limit, calendar(s))
        case.due_at = min([due, *(child.due_at for child in others)])


def _taken_at(case: Case) -> datetime:
    """Return from when its clocks run: when it came, or when its refusal was overturned."""
    anew = [event.at for event in case.events if event.action == Action.RECONSIDER]
    return anew[-1] if anew else case.submitted_at
