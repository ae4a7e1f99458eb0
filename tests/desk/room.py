"""A county for tests of the departments' room: who leads, who assists, who must not know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.cases import actions, assists, returns
from portal.cases.contacts import Contact
from portal.cases.kinds import Kind, TargetKind
from portal.cases.models import Case
from portal.cases.targets import Target
from portal.county.actions import set_setting
from portal.departments.models import Department
from tests import factories
from tests.factories import AT, MODERATOR

DAY = timedelta(days=1)
NAME, PHONE, EMAIL = "欧阳小满", "13800001234", "xiaoman@example.cn"
TITLE = "欧阳小满家门口水管漏水"
BODY = (
    "我是欧阳小满，住城东小区3栋2单元502室。路口水管漏水三天，电话138 0000 1234，"
    "也可写信到XiaoMan@example.cn。请别告诉邻居是欧阳小满说的。"
)
SECRETS = ("欧阳", "小满", PHONE, "138 0000 1234", "138****", "502室", "xiaoman", "XiaoMan")
"""What a department must not read anywhere without saying why."""

BASIS = "《县水利局三定规定》第三条第二款"
RETURN = {"note": "该路口归城管局管护，建议改派县城管局。", "basis": BASIS}


@dataclass
class County:
    """Ids of departments, and references of cases."""

    lead: int
    helper: int
    other: int
    accused: int
    office: int
    codes: dict[int, str]
    case: str
    cases: dict[str, str] = field(default_factory=dict)

    @property
    def door(self) -> str:
        """The page of the case at its lead."""
        return f"/desk/cases/{self.case}"

    @property
    def task(self) -> str:
        """The page of the case at who assists."""
        return f"/desk/assists/{self.case}"


def letter(s, **more: object) -> Case:
    """A letter full of personal data, just in."""
    given = {"title": TITLE, "body": BODY, "contact": Contact(NAME, PHONE, EMAIL)} | more
    return factories.case(s, **given)


def make_county(s) -> County:
    """A letter assigned to its lead; beside it departments that assist, look on, are accused."""
    names = ("县水利局", "县城管局", "县教育局", "县住建局", "县纪委监委")
    units = [factories.department(s, name) for name in names]
    rules = {"report_department": units[4].code}
    set_setting(s, "intake", rules, valid_from=date(2025, 1, 1), basis="试验")
    case = letter(s)
    actions.assign(s, case, units[0], actor=MODERATOR, at=AT, note="请核实后答复居民。")
    ids = [unit.id for unit in units]
    return County(*ids, {unit.id: unit.code for unit in units}, case.reference)


def of(s, reference: str) -> Case:
    """The case with this reference."""
    return s.scalars(select(Case).where(Case.reference == reference)).one()


def sign(s, county: County, at: datetime = AT) -> Case:
    """Have the lead sign."""
    case = of(s, county.case)
    actions.sign(s, case, actor=factories.officer(s.get(Department, county.lead)), at=at)
    return case


def ask(s, county: County, at: datetime = AT, unit: int | None = None) -> Case:
    """Have the lead ask another department for its part."""
    case = of(s, county.case)
    lead = factories.officer(s.get(Department, county.lead))
    helper = s.get(Department, unit or county.helper)
    task = f"请核实管护责任，居民{NAME}电话{PHONE}。"
    assists.ask_assist(s, case, helper, actor=lead, at=at, note=task)
    return case


def returned(s, county: County, at: datetime = AT) -> Case:
    """A case that came back once and was sent to the lead again."""
    case = of(s, county.case)
    lead = s.get(Department, county.lead)
    actor = factories.officer(lead)
    returns.return_(s, case, actor=actor, at=at, note="不归我局管护", basis=BASIS)
    actions.assign(s, case, lead, actor=MODERATOR, at=at, note="职责清单写明由你局负责。")
    return case


def report(s, county: County, **more: object) -> Case:
    """A report of wrongdoing about somebody at the accused department."""
    accused = s.get(Department, county.accused)
    about = Target(TargetKind.PERSON, department=accused, name="赵某某")
    return letter(s, kind=Kind.REPORT, title="举报围标", targets=[about], **more)


def conflicted(s, county: County) -> Case:
    """A complaint about the accused department, led by the lead."""
    about = Target(TargetKind.DEPARTMENT, department=s.get(Department, county.accused))
    case = letter(s, title="住建局推诿", targets=[about])
    actions.assign(s, case, s.get(Department, county.lead), actor=MODERATOR, at=AT)
    return case


def silence(s, at: datetime) -> int:
    """Let the time to object pass."""
    return returns.settle_silence(s, at=at)


class Now:
    """A clock that tests set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = AT
        monkeypatch.setattr(clock, "now", lambda: self.at)


def act(client: FlaskClient, county: County, name: str, **data: str):
    """Send a form of the lead's page."""
    return client.post(f"{county.door}/{name}", data=data)


def facts(write: Callable[..., Any], reference: str, *names: str) -> tuple[Any, ...]:
    """Columns of a case as they are now."""
    return write(lambda s: tuple(getattr(of(s, reference), name) for name in names))


def main(page) -> str:
    """What stands between header and footer, and in the title, of an answer."""
    head, _, rest = page.text.partition("<main")
    title = head.partition("<title>")[2].partition("</title>")[0]
    return title + rest.partition("</main>")[0]
