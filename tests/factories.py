"""Things that tests need, made through the real acts."""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.accounts.passwords import hash_password
from portal.cases import actions
from portal.cases.contacts import Contact
from portal.cases.intake import Letter, Receipt, submit
from portal.cases.kinds import Adoption, Kind
from portal.cases.models import Case
from portal.departments import actions as departments
from portal.departments.models import Department
from portal.projects.models import Project, ProjectStatus
from portal.ratings import actions as ratings
from portal.ratings.actions import Said, Voter
from portal.ratings.kinds import Proof
from portal.ratings.models import Rating
from portal.residents import actions as residents
from portal.residents.models import Resident
from portal.security import SYSTEM, Actor, Role

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, ten in the morning in the county
MODERATOR = Actor("moderator", Role.MODERATOR)
ADMIN = Actor("admin", Role.ADMIN)
PASSWORD = "a long enough password"

_numbers = itertools.count(1)


def department(s: Session, name: str = "县水利局", code: str | None = None) -> Department:
    """A department with an alias and a duty."""
    n = next(_numbers)
    return departments.create(
        s,
        code=code or f"unit{n}",
        name=name if code else f"{name}{n}",
        aliases=[f"水利{n}"],
        duties=["水管"],
        phone="",
        sort_order=n,
        actor=SYSTEM,
        at=AT,
    )


def officer(unit: Department) -> Actor:
    """An officer of the department."""
    return Actor("officer", Role.OFFICER, department_id=unit.id)


def writer(case: Case) -> Actor:
    """The resident who wrote the case."""
    return Actor("resident", Role.RESIDENT, proven=frozenset({case.reference}))


def account(s: Session, username: str, role: Role, unit: Department | None = None) -> Account:
    """A staff account with the password PASSWORD."""
    return accounts.create(
        s,
        username=username,
        full_name=username,
        role=role,
        department=unit,
        password_hash=hash_password(PASSWORD),
        actor=SYSTEM,
        at=AT,
    )


def project(
    s: Session,
    name: str = "城东供水管网改造",
    status: ProjectStatus = ProjectStatus.COMPLETED,
    unit: Department | None = None,
    year: int = 2026,
    **more: object,
) -> Project:
    """A project of the year's list."""
    n = next(_numbers)
    fields = {
        "code": f"{year}-{n:02d}",
        "year": year,
        "source_key": f"{n}|{name}",
        "sort_order": n,
        "number": str(n),
        "name": name,
        "content": "更换老旧供水管道12公里。",
        "field": "供水",
        "place": "城东",
        "department": unit,
        "department_text": unit.name if unit else "县水利局",
        "amount_fen": 1_360_000_000,
        "amount_text": "1360",
        "start_on": date(year, 2, 1),
        "due_on": date(year, 11, 30),
        "due_text": "11月底前",
        "status": status,
        "percent": Decimal(100) if status is ProjectStatus.COMPLETED else Decimal(35),
        "progress_text": "",
        "reported_on": date(year, 2, 28),
        "completed_on": date(year, 2, 28) if status is ProjectStatus.COMPLETED else None,
        "updated_at": AT,
    }
    found = Project(**(fields | more))
    s.add(found)
    s.flush()
    return found


def receipt(s: Session, at: datetime = AT, **more: object) -> Receipt:
    """A case just handed in, with its query code."""
    fields = {
        "kind": Kind.COMPLAINT,
        "title": "水管漏水三天没人修",
        "body": "城东路口水管漏水，我的电话是13800001234。",
        "contact": Contact("张先生", "13800001234", ""),
        "consent_publish": True,
    }
    given = {key: more.pop(key) for key in ("actor", "reference", "entered_at") if key in more}
    key = more.pop("submission_key", f"key-{next(_numbers)}")
    return submit(s, Letter(**(fields | more)), at=at, submission_key=key, **given)


def case(s: Session, **more: object) -> Case:
    """A case just handed in."""
    return receipt(s, **more).case


def answered(s: Session, unit: Department, **more: object) -> Case:
    """A case whose answer waits for the moderator."""
    found = case(s, **more)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=officer(unit), at=AT)
    adoption = Adoption.ADOPTED if found.kind is Kind.SUGGESTION else None
    said = "已于周二修好，来电13900001234可查。"
    actions.answer(s, found, said, adoption=adoption, actor=officer(unit), at=AT)
    return found


def closed(s: Session, unit: Department, **more: object) -> Case:
    """A case whose answer the resident has."""
    found = answered(s, unit, **more)
    actions.close(s, found, actor=MODERATOR, at=AT)
    return found


def public(s: Session, unit: Department, **more: object) -> Case:
    """A closed case that everybody may read."""
    found = closed(s, unit, **more)
    actions.publish(
        s, found, public_title="水管漏水", public_body="城东路口水管漏水。", actor=MODERATOR, at=AT
    )
    return found


def resident(s: Session, contact: str | None = None, *, keeps: bool = False, at: datetime = AT):
    """A verified resident; with `keeps`, one who wants answers."""
    contact = contact or f"138{next(_numbers):08d}"
    challenge = residents.send_code(s, contact, at=at)
    code = residents.code_of(challenge.token)
    return residents.verify(s, challenge.token, code, keep_contact=keeps, at=at).resident


def voter(person: Resident | None = None, **more: object) -> Voter:
    """Who rates: a verified resident, or a browser of its own."""
    if person:
        return Voter(person.pseudonym, Proof.VERIFIED, person, **more)
    return Voter(f"{next(_numbers):064x}", **more)


def rating(
    s: Session,
    found: Project,
    level: int = 5,
    *,
    by: Voter | None = None,
    at: datetime = AT,
    **more: object,
) -> Rating:
    """A rating, through the real act; of somebody new unless `by` is given."""
    return ratings.give(s, found, Said(level, **more), by or voter(), at=at)
