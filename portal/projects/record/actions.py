"""From a draft to what everybody sees: propose, hand in, return, drop, publish.

What the public sees is only ever changed by `apply`: it checks, writes the row, lets the
project follow, logs every field, and renews standing and search. A draft is the same change
waiting for a second pair of eyes (信息公开条例, art. 17: review before publication).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import profile
from portal.errors import Invalid, NotAllowed, WrongState
from portal.language import N_
from portal.projects.fields import Field, Section
from portal.projects.models import Project
from portal.projects.record import effects
from portal.projects.record.checks import check, check_removal
from portal.projects.record.items import KEY, as_they_are, reported
from portal.projects.record.models import Change, Draft, DraftState, Operation
from portal.projects.record.proposals import Proposal
from portal.projects.record.queries import row_of, rows_of
from portal.projects.record.values import differ, row_values, told, typed, written
from portal.projects.schedule.standings import renew
from portal.projects.search import index
from portal.projects.sections import OWN, OWN_FIELDS, SECTIONS
from portal.security import Actor, Permission, ensure, permits


def propose(
    s: Session,
    project: Project,
    section: Section,
    operation: Operation,
    target: Any | None,
    after: Mapping[str, Any],
    *,
    hand_in: bool,
    actor: Actor,
    at: datetime,
) -> Draft:
    """Keep a change as a draft; hand it in for review when told to.

    A draft that is only kept may still be incomplete; one that is handed in is checked.
    Raises NotAllowed, Invalid.
    """
    ensure(actor, Permission.PROJECT_EDIT, project)
    if target is not None and row_of(s, project, section, target.id) is None:
        raise NotAllowed(N_("这条记录不属于这个项目。"))
    if target is None and section.is_single and rows_of(s, project, section):
        raise Invalid(N_("这一部分只有一条记录，请修改原有记录。"))
    draft = Draft(
        project=project,
        section=section.key,
        operation=operation,
        target_id=target.id if target is not None else None,
        before=_before(s, project, section, target, after),
        after=dict(after),
        state=DraftState.DRAFT,
        author=actor.name,
        author_account_id=actor.account_id,
        department_id=actor.department_id,
        created_at=at,
    )
    s.add(draft)
    s.flush()
    if hand_in:
        submit(s, draft, actor=actor, at=at)
    else:
        _audit(s, "draft:keep", draft, actor, at)
    return draft


def rewrite(
    s: Session, draft: Draft, after: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    """Change what a draft says while it is with its author; it speaks of the row as it is now.

    Raises NotAllowed, WrongState.
    """
    ensure_author(draft, actor)
    _ensure_state(draft, DraftState.DRAFT, DraftState.RETURNED)
    section = SECTIONS[draft.section]
    draft.before = _before(s, draft.project, section, _target(s, draft, section), after)
    draft.after = dict(after)
    s.flush()
    _audit(s, "draft:keep", draft, actor, at)


def submit(s: Session, draft: Draft, *, actor: Actor, at: datetime) -> None:
    """Hand a draft in for review. Raises NotAllowed, WrongState, Invalid."""
    ensure_author(draft, actor)
    _ensure_state(draft, DraftState.DRAFT, DraftState.RETURNED)
    section = SECTIONS[draft.section]
    target = _target(s, draft, section)
    if is_outdated(s, draft, section, target):
        raise WrongState(N_("这份填报之后，原记录已被修改。请打开填报核对后再提交。"))
    if draft.operation is Operation.REMOVE:
        check_removal(s, section, target)
    else:
        check(_proposal(s, draft.project, section, target, draft.after, local_day(at)))
    draft.state, draft.submitted_at = DraftState.SUBMITTED, at
    s.flush()
    _audit(s, "draft:submit", draft, actor, at)


def drop(s: Session, draft: Draft, *, actor: Actor, at: datetime) -> None:
    """Take a draft back before it is published. Raises NotAllowed, WrongState."""
    ensure_may_drop(draft, actor)
    _ensure_state(draft, DraftState.DRAFT, DraftState.SUBMITTED, DraftState.RETURNED)
    draft.state, draft.decided_at = DraftState.DROPPED, at
    s.flush()
    _audit(s, "draft:drop", draft, actor, at)


def send_back(s: Session, draft: Draft, *, note: str, actor: Actor, at: datetime) -> None:
    """Return a draft to its author with the reviewer's words. Raises as `publish`."""
    _ensure_reviewer(draft, actor)
    _ensure_state(draft, DraftState.SUBMITTED)
    if not note:
        raise Invalid(N_("请写明退回的理由。"))
    _decide(draft, DraftState.RETURNED, note, actor, at)
    s.flush()
    _audit(s, "draft:return", draft, actor, at)


def publish(s: Session, draft: Draft, *, note: str = "", actor: Actor, at: datetime) -> None:
    """Let everybody see what a draft says. Never by its own author.

    Raises NotAllowed, Invalid, and WrongState when it was decided on or when the row has
    changed since the draft was begun.
    """
    _ensure_reviewer(draft, actor)
    _ensure_state(draft, DraftState.SUBMITTED)
    section = SECTIONS[draft.section]
    target = _target(s, draft, section)
    if is_outdated(s, draft, section, target):
        raise WrongState(N_("这份填报之后，原记录已被修改。请退回，由填报人重新填写。"))
    apply(
        s,
        draft.project,
        section,
        draft.operation,
        target,
        draft.after,
        actor=actor,
        organisation=draft.department.name if draft.department else _host(s, at),
        at=at,
    )
    _decide(draft, DraftState.PUBLISHED, note, actor, at)
    s.flush()
    _audit(s, "draft:publish", draft, actor, at)


def apply(
    s: Session,
    project: Project,
    section: Section,
    operation: Operation,
    target: Any | None,
    after: Mapping[str, Any],
    *,
    actor: Actor,
    organisation: str,
    at: datetime,
) -> Any | None:
    """Change what everybody sees, and log it; return the row. Raises Invalid."""
    day = local_day(at)
    before = row_values(section, target) if target is not None else {}
    log = _Log(s, project, actor, organisation, at)
    if operation is Operation.REMOVE:
        check_removal(s, section, target)
        log.removed(section, target)
        s.delete(target)
        s.flush()
        follow = effects.EFFECTS.get(section.key, _nothing)
        row, columns = None, follow(s, project, None, before, day)
    else:
        proposal = _proposal(s, project, section, target, after, day)
        check(proposal)
        row, columns = _write(proposal, before, at)
        s.flush()
        log.fields(section, row, before, after)
        _write_items(proposal, log)
    log.own(columns)
    for name, value in columns.items():
        setattr(project, name, value)
    project.updated_at = at
    s.flush()
    s.expire(project, ["items", "sites"])
    renew(s, [project], day)
    index(s, [project])
    return row


def _write(p: Proposal, before: Mapping[str, Any], at: datetime) -> tuple[Any, dict[str, Any]]:
    """Write the row, and return it with what follows for the project."""
    if p.section.key == "report":
        return effects.report(p, at)
    if p.section.key == "decision":
        return effects.decision(p)
    row = p.target
    if row is None:
        row = p.section.model(project_id=p.project.id, **p.section.always)
    for name, value in p.values.items():
        setattr(row, name, value)
    if p.section.always:
        row.name = row.name or p.values["description"]
    p.s.add(row)
    p.s.flush()
    return row, effects.EFFECTS.get(p.section.key, _nothing)(p.s, p.project, row, before, p.day)


def _write_items(p: Proposal, log: "_Log") -> None:
    """Let the items follow what a report says is done of them."""
    section = SECTIONS["item"]
    for item, done in p.done.items():
        before = row_values(section, item)
        item.done = done
        log.fields(section, item, before, {})


def _nothing(*_args: Any) -> dict[str, Any]:
    return {}


def _before(
    s: Session, project: Project, section: Section, target: Any | None, after: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a draft is compared with: its row, or the items that a report speaks of."""
    if target is not None:
        return row_values(section, target)
    return as_they_are(s, project, section, after)


def is_outdated(s: Session, draft: Draft, section: Section, target: Any | None) -> bool:
    """Say whether the row, or an item that a report speaks of, reads otherwise than when the
    draft was written. An item that is gone is for `items.reported` to name."""
    if target is not None:
        return row_values(section, target) != draft.before
    was = draft.before.get(KEY) or {}
    now = as_they_are(s, draft.project, section, draft.after).get(KEY) or {}
    return any(now[ident] is not None and now[ident] != was.get(ident) for ident in now)


def _host(s: Session, at: datetime) -> str:
    """Return on whose behalf administrators write: user names are not for the public."""
    county = profile(s, local_day(at))
    return county.host or county.name


def _proposal(
    s: Session,
    project: Project,
    section: Section,
    target: Any | None,
    after: Mapping[str, Any],
    day: date,
) -> Proposal:
    """Read a draft's values as the model wants them; fixed ones stay what they are."""
    values = {}
    for field in section.fields:
        fixed = field.is_fixed and target is not None
        if fixed and getattr(target, field.name) is not None:
            values[field.name] = getattr(target, field.name)
        else:
            values[field.name] = typed(s, project.id, field, after.get(field.name))
    done = reported(s, project, section, after)
    return Proposal(s, project, section, target, values, day, done)


class _Log:
    """Writes the public log of one change."""

    def __init__(
        self, s: Session, project: Project, actor: Actor, organisation: str, at: datetime
    ) -> None:
        self.s, self.project, self.at = s, project, at
        self.actor, self.organisation = actor, organisation

    def fields(
        self, section: Section, row: Any, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Log every field that says something else than before."""
        title = self._title(section, row)
        now = {**after, **row_values(section, row)}
        for field in section.fields:
            old, new = before.get(field.name), now.get(field.name)
            if differ(old, new):
                self._add(section.key, title, field, old, new)

    def removed(self, section: Section, row: Any) -> None:
        """Log that a row went."""
        self.s.add(self._entry(section.key, self._title(section, row), "", "", ""))

    def own(self, columns: Mapping[str, Any]) -> None:
        """Log what follows on the project's own columns."""
        for field in OWN_FIELDS:
            if field.name in columns:
                old = written(field, getattr(self.project, field.name))
                new = written(field, columns[field.name])
                if old != new:
                    self._add(OWN, "", field, old, new)

    def _title(self, section: Section, row: Any) -> str:
        field = section.field(section.title)
        return told(self.s, field, written(field, getattr(row, field.name)))[:80]

    def _add(self, key: str, title: str, field: Field, old: Any, new: Any) -> None:
        before, after = told(self.s, field, old), told(self.s, field, new)
        self.s.add(self._entry(key, title, field.name, before, after))

    def _entry(self, key: str, title: str, field: str, before: str, after: str) -> Change:
        return Change(
            project_id=self.project.id,
            at=self.at,
            actor=self.actor.name,
            organisation=self.organisation,
            section=key,
            row=title,
            field=field,
            before=before,
            after=after,
        )


def _target(s: Session, draft: Draft, section: Section) -> Any | None:
    """Return the row a draft is about. Raises WrongState when it is gone."""
    if draft.operation is Operation.ADD:
        return None
    found = row_of(s, draft.project, section, draft.target_id)
    if found is None:
        raise WrongState(N_("原记录已被删除，这份填报不再适用。"))
    return found


def _decide(draft: Draft, state: DraftState, note: str, actor: Actor, at: datetime) -> None:
    draft.state, draft.note = state, note
    draft.decided_by, draft.decided_at = actor.name, at


def is_own(draft: Draft, actor: Actor) -> bool:
    """Say whether `actor` wrote the draft or is of its department, whoever leads the project."""
    is_of_unit = actor.department_id is not None and actor.department_id == draft.department_id
    return permits(actor, Permission.PROJECT_EDIT) and (actor.name == draft.author or is_of_unit)


def ensure_author(draft: Draft, actor: Actor) -> None:
    """Raise NotAllowed unless `actor` wrote the draft or is of its department."""
    ensure(actor, Permission.PROJECT_EDIT, draft.project)
    if not is_own(draft, actor):
        raise NotAllowed(N_("只有填报人或本单位同事可以修改这份填报。"))


def ensure_may_drop(draft: Draft, actor: Actor) -> None:
    """Raise NotAllowed unless the draft is `actor`'s own, or of a department that led before.

    Where the lead has changed nobody could hand the old lead's drafts in, so that both the old
    and whoever fills in the project now may clear them away.
    """
    if is_own(draft, actor):
        return
    ensure(actor, Permission.PROJECT_EDIT, draft.project)
    if draft.department_id in (None, draft.project.department_id):
        raise NotAllowed(N_("只有填报人或本单位同事可以修改这份填报。"))


def _ensure_reviewer(draft: Draft, actor: Actor) -> None:
    ensure(actor, Permission.PROJECT_REVIEW)
    if actor.name == draft.author:
        raise NotAllowed(N_("自己填报的内容须由另一位工作人员审核。"))


def _ensure_state(draft: Draft, *states: DraftState) -> None:
    if draft.state not in states:
        raise WrongState(N_("这份填报已被处理，您的操作没有执行。"))


def _audit(s: Session, act: str, draft: Draft, actor: Actor, at: datetime) -> None:
    subject = f"project:{draft.project.code}"
    details = {"draft": draft.id, "section": draft.section, "operation": draft.operation.value}
    record(s, actor=actor, act=act, subject=subject, at=at, **details)
