"""Keeping staff accounts and their sessions."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts.models import Account, StaffSession
from portal.audit.actions import record
from portal.departments.models import Department
from portal.errors import Invalid
from portal.language import N_
from portal.security import STAFF_ROLES, SYSTEM, Actor, Role

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def create(
    s: Session,
    *,
    username: str,
    full_name: str,
    role: Role,
    department: Department | None,
    password_hash: str,
    actor: Actor,
    at: datetime,
    is_demo: bool = False,
) -> Account:
    """Create an account. Raises Invalid when the name is taken or the role does not fit."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Invalid(N_("用户名须为 2 至 40 个小写字母、数字、点、横线或下划线。"))
    if s.scalar(select(Account.id).where(Account.username == username)):
        raise Invalid(N_("用户名“%(name)s”已被使用。"), name=username)
    check_role(role, department)
    account = Account(
        username=username,
        full_name=full_name.strip() or username,
        role=role,
        department=department,
        password_hash=password_hash,
        is_active=True,
        is_demo=is_demo,
        created_at=at,
    )
    s.add(account)
    s.flush()
    _audit(s, "account:create", account, actor, at, role=role.value)
    return account


def check_role(role: Role, department: Department | None) -> None:
    """Raise Invalid unless officers, and only officers, have a department."""
    if role not in STAFF_ROLES:
        raise Invalid(N_("没有这种角色。"))
    if role is Role.OFFICER and department is None:
        raise Invalid(N_("经办人必须属于一个承办单位。"))
    if role is not Role.OFFICER and department is not None:
        raise Invalid(N_("只有经办人属于承办单位，其他角色请留空。"))


def change(
    s: Session,
    account: Account,
    *,
    full_name: str,
    role: Role,
    department: Department | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Change name, role or department. A change of role ends the open sessions."""
    check_role(role, department)
    _keep_an_admin(s, account, loses=role is not Role.ADMIN)
    before = {
        "full_name": account.full_name,
        "role": account.role.value,
        "department": account.department.code if account.department else None,
    }
    moved = account.role is not role or account.department is not department
    account.full_name, account.role, account.department = full_name, role, department
    if moved:
        _end_sessions(s, account, at)
    _audit(s, "account:change", account, actor, at, before=before, role=role.value)


def set_active(
    s: Session, account: Account, is_active: bool, *, actor: Actor, at: datetime
) -> None:
    """Close or reopen an account; closing ends its sessions at once."""
    _keep_an_admin(s, account, loses=not is_active)
    account.is_active = is_active
    if not is_active:
        _end_sessions(s, account, at)
    _audit(s, "account:reopen" if is_active else "account:close", account, actor, at)


def set_password(
    s: Session, account: Account, password_hash: str, *, actor: Actor, at: datetime
) -> None:
    """Set a new password; every open session of the account ends."""
    account.password_hash = password_hash
    _end_sessions(s, account, at)
    _audit(s, "account:password", account, actor, at)


def open_session(
    s: Session, account: Account, *, browser: str, hours: int, at: datetime
) -> tuple[StaffSession, str]:
    """Open a session that ends after `hours`; return it with the token for the cookie."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        account=account,
        token_hash=hash_token(token),
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=hours),
        browser=browser[:200],
    )
    s.add(row)
    s.flush()
    actor = Actor(account.username, account.role, account.id, account.department_id, row.id)
    _audit(s, "session:open", account, actor, at, browser=row.browser)
    return row, token


def refuse_sign_in(s: Session, username: str, *, at: datetime) -> None:
    """Put a failed sign-in on record."""
    subject = f"account:{username[:40].lower()}"
    record(s, actor=SYSTEM, act="session:refuse", subject=subject, at=at)


def end_session(s: Session, row: StaffSession, *, actor: Actor, at: datetime) -> None:
    """End a session: signing out of one's own, revoking somebody else's."""
    if row.ended_at is None:
        row.ended_at = at
        act = "session:close" if actor.session_id == row.id else "session:revoke"
        _audit(s, act, row.account, actor, at, session=row.id)


def hash_token(token: str) -> str:
    """Return what is stored of a session token: it is random, so a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def _end_sessions(s: Session, account: Account, at: datetime) -> None:
    open_ones = StaffSession.account_id == account.id, StaffSession.ended_at.is_(None)
    s.execute(update(StaffSession).where(*open_ones).values(ended_at=at))


def _keep_an_admin(s: Session, account: Account, *, loses: bool) -> None:
    if account.role is not Role.ADMIN or not account.is_active or not loses:
        return
    others = select(Account.id).where(
        Account.role == Role.ADMIN, Account.is_active, Account.id != account.id
    )
    if not s.scalar(others.limit(1)):
        raise Invalid(N_("这是最后一个系统管理员，不能停用或改为其他角色。"))


def _audit(
    s: Session, act: str, account: Account, actor: Actor, at: datetime, **details: object
) -> None:
    record(s, actor=actor, act=act, subject=f"account:{account.username}", at=at, **details)
