"""Who may do what: permissions, predicates, and the table that joins them.

Nothing here knows the web or the database. A door names its permission, an act checks it
against the thing at hand, and both ask this one table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.errors import NotAllowed
from portal.language import N_


class Role(StrEnum):
    """Who somebody is to the portal."""

    RESIDENT = "resident"  # 居民
    ADMIN = "admin"  # 系统管理员
    MODERATOR = "moderator"  # 审核员
    OFFICER = "officer"  # 承办单位经办人
    INSPECTOR = "inspector"  # 督查员
    SYSTEM = "system"  # 系统自动


ROLE_LABELS = {
    Role.RESIDENT: N_("居民"),
    Role.ADMIN: N_("系统管理员"),
    Role.MODERATOR: N_("审核员"),
    Role.OFFICER: N_("经办人"),
    Role.INSPECTOR: N_("督查员"),
    Role.SYSTEM: N_("系统"),
}

STAFF_ROLES = (Role.ADMIN, Role.MODERATOR, Role.OFFICER, Role.INSPECTOR)


class Permission(StrEnum):
    """What a door or an act asks for."""

    PUBLIC = "public"
    """Anyone, signed in or not."""
    STAFF = "staff"
    """Any signed-in member of staff."""
    CASE_OWN = "case:own"
    """The resident who wrote the case and proved it with the query code."""
    CASE_MODERATE = "case:moderate"
    """Accept, reject, route, redact and publish cases."""
    CASE_HANDLE = "case:handle"
    """Sign for, return and answer cases of one's own department."""
    CASE_LEAD = "case:lead"
    """Ask other departments to help with a case."""
    CASE_ASSIST = "case:assist"
    """Give one's department's part to a case that another one leads."""
    CASE_INSPECT = "case:inspect"
    """Read every case with its whole history, changing nothing."""
    CASE_RULE = "case:rule"
    """Decide whose a case is that departments push away."""
    CASE_AUTOMATE = "case:automate"
    """What the portal does by itself, by a rule that is written down."""
    CATEGORY_MANAGE = "category:manage"
    """Keep the taxonomy of cases, and who is in charge of which matter."""
    PROJECT_EDIT = "project:edit"
    """Fill in projects of one's own department, or any; what is filled in awaits review."""
    PROJECT_REVIEW = "project:review"
    """Publish or return what others filled in."""
    PROJECT_IMPORT = "project:import"
    """Import lists and progress tables, and undo an import."""
    RATING_MODERATE = "rating:moderate"
    """Decide on ratings set aside, on comments and photos; enter ratings for residents."""
    RATING_ANSWER = "rating:answer"
    """Follow up bad ratings of one's own department's projects, and appeal against ratings."""
    RATING_INSPECT = "rating:inspect"
    """Decide on appeals; see how every bad rating was followed up."""
    RATING_MANAGE = "rating:manage"
    """Keep waves, ballots of deputies and the contacts that may not rate."""
    AUDIT_READ = "audit:read"
    """Read the audit trail."""
    ACCOUNT_MANAGE = "account:manage"
    """Create, change and close staff accounts and their sessions."""
    DEPARTMENT_MANAGE = "department:manage"
    """Keep the register of departments."""


@dataclass(frozen=True)
class Actor:
    """Who is acting, as far as rules need to know."""

    name: str
    role: Role
    account_id: int | None = None
    department_id: int | None = None
    session_id: int | None = None
    proven: frozenset[str] = frozenset()
    """References of the cases whose query code this resident has shown."""
    full_name: str = field(default="", compare=False)
    """What a signed-in member of staff is called; for pages alone, no rule asks for it."""

    @property
    def in_full(self) -> str:
        """Who it is to a reader: the person's name and the user name."""
        return f"{self.full_name} {self.name}".strip()

    @property
    def is_staff(self) -> bool:
        """Whether this is a signed-in member of staff."""
        return self.role in STAFF_ROLES


RESIDENT = Actor("resident", Role.RESIDENT)
SYSTEM = Actor("system", Role.SYSTEM)

Predicate = Callable[[Actor, Any], bool]


def anyone(_actor: Actor, _thing: Any) -> bool:
    """Everybody."""
    return True


def signed_in(actor: Actor, _thing: Any) -> bool:
    """Any member of staff."""
    return actor.is_staff


def has_role(role: Role) -> Predicate:
    """Make the predicate that asks for `role`."""

    def predicate(actor: Actor, _thing: Any) -> bool:
        return actor.role is role

    return predicate


def to_whom_it_is_open(predicate: Predicate) -> Predicate:
    """Narrow `predicate` to cases that are neither about the actor nor a report of wrongdoing.

    Source: 信访工作条例, art. 28 (recusal) and art. 30 (no report to the accused).
    """

    def narrowed(actor: Actor, case: Any) -> bool:
        is_shut = case is not None and (case.is_confidential or case.recuses(actor))
        return not is_shut and predicate(actor, case)

    return narrowed


def officer_in_charge(actor: Actor, case: Any) -> bool:
    """An officer of the department that has the case, unless it is about them or theirs."""
    return officer_of_department(actor, case) and (case is None or not case.recuses(actor))


def officer_who_assists(actor: Actor, case: Any) -> bool:
    """An officer of a department that was asked to help, unless it is about them or theirs."""
    if actor.role is not Role.OFFICER or actor.department_id is None:
        return False
    return case is None or (actor.department_id in case.assisting and not case.recuses(actor))


def officer_of_department(actor: Actor, thing: Any) -> bool:
    """An officer of the department that the case is assigned to, or that leads the project."""
    if actor.role is not Role.OFFICER or actor.department_id is None:
        return False
    return thing is None or thing.department_id == actor.department_id


def writer_of_case(actor: Actor, case: Any) -> bool:
    """The resident who has shown the query code of this very case."""
    if actor.role is not Role.RESIDENT:
        return False
    return case is None or case.reference in actor.proven


# A permission is granted when any one of its predicates holds.
GRANTS: dict[Permission, list[Predicate]] = {
    Permission.PUBLIC: [anyone],
    Permission.STAFF: [signed_in],
    Permission.CASE_OWN: [writer_of_case],
    Permission.CASE_MODERATE: [to_whom_it_is_open(has_role(Role.MODERATOR))],
    Permission.CASE_HANDLE: [officer_in_charge],
    Permission.CASE_LEAD: [to_whom_it_is_open(has_role(Role.MODERATOR)), officer_in_charge],
    Permission.CASE_ASSIST: [officer_who_assists],
    Permission.CASE_INSPECT: [to_whom_it_is_open(has_role(Role.INSPECTOR))],
    Permission.CASE_RULE: [to_whom_it_is_open(has_role(Role.INSPECTOR))],
    Permission.CASE_AUTOMATE: [has_role(Role.SYSTEM)],
    Permission.CATEGORY_MANAGE: [has_role(Role.MODERATOR), has_role(Role.ADMIN)],
    Permission.PROJECT_EDIT: [officer_of_department, has_role(Role.ADMIN)],
    Permission.PROJECT_REVIEW: [has_role(Role.MODERATOR), has_role(Role.ADMIN)],
    Permission.PROJECT_IMPORT: [has_role(Role.ADMIN)],
    Permission.RATING_MODERATE: [has_role(Role.MODERATOR)],
    Permission.RATING_ANSWER: [officer_of_department],
    Permission.RATING_INSPECT: [has_role(Role.INSPECTOR)],
    Permission.RATING_MANAGE: [has_role(Role.INSPECTOR), has_role(Role.ADMIN)],
    Permission.AUDIT_READ: [has_role(Role.INSPECTOR), has_role(Role.ADMIN)],
    Permission.ACCOUNT_MANAGE: [has_role(Role.ADMIN)],
    Permission.DEPARTMENT_MANAGE: [has_role(Role.ADMIN)],
}


def permits(actor: Actor, permission: Permission, thing: Any = None) -> bool:
    """Say whether `actor` holds `permission`, for `thing` where one is given."""
    return any(predicate(actor, thing) for predicate in GRANTS[permission])


def ensure(actor: Actor, permission: Permission, thing: Any = None) -> None:
    """Raise `NotAllowed` unless `actor` holds `permission` for `thing`."""
    if not permits(actor, permission, thing):
        raise NotAllowed(N_("您的账号没有这项权限。"))
