"""A county that has handled some cases, and what a small model makes of them."""

import hashlib
from datetime import date

from sqlalchemy.orm import Session

from portal.cases import actions
from portal.cases.categories.models import Category
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.routing.learned import look_again
from portal.county.actions import set_setting
from portal.departments.models import Department, DepartmentDuty
from portal.routing.classifier import Guess
from portal.routing.models import RoutingModel
from tests import factories
from tests.factories import AT, MODERATOR


class Oracle:
    """A model that always says the same, in place of one that was learned."""

    def __init__(self, **says: float) -> None:
        """`says`: department codes with their probabilities."""
        self.says, self.read = says, []

    def predict(self, text: str) -> list[Guess]:
        """Say it, the likeliest first."""
        self.read.append(text)
        pairs = sorted(self.says.items(), key=lambda pair: -pair[1])
        return [Guess(label, probability) for label, probability in pairs]

    def reasons(self, _text: str, _label: str, most: int = 3) -> list[str]:
        """Name two words."""
        return ["路灯", "不亮"][:most]


def stored(
    s: Session, data: bytes, *, sha256: str | None = None, is_told: bool = True
) -> RoutingModel:
    """A row of a model with these bytes, which this process is told of."""
    row = RoutingModel(
        trained_at=AT,
        examples=100,
        labels=2,
        accuracy=0.9,
        threshold=0.7,
        coverage=0.8,
        sha256=sha256 or hashlib.sha256(data).hexdigest(),
        data=data,
    )
    s.add(row)
    s.flush()
    if is_told:
        look_again()
    return row


def oracle(s: Session, monkeypatch, **says: float) -> Oracle:
    """Let the newest stored model be one that says this."""
    found = Oracle(**says)
    monkeypatch.setattr("portal.cases.routing.learned.Classifier.from_bytes", lambda _data: found)
    stored(s, b"an oracle")
    return found


def unit(s: Session, code: str, name: str, *duties: str) -> Department:
    """A department with these words of duty and no alias."""
    found = factories.department(s, name, code=code)
    found.aliases, found.duties = [], []
    s.flush()
    found.duties = [DepartmentDuty(word=word) for word in duties]
    s.flush()
    return found


def others(s: Session, number: int = 18) -> None:
    """Departments that have nothing to do with it, as in any county."""
    for n in range(number):
        unit(s, f"other{n}", f"第{n}办公室")


def category(s: Session, code: str, name: str, owner: Department | None = None) -> Category:
    """A group of the taxonomy that a department is in charge of."""
    found = Category(
        code=code,
        parent_code=None,
        name=name,
        department=owner,
        sort_order=0,
        is_active=True,
        words=[],
        questions=[],
        stopper={},
    )
    s.add(found)
    s.flush()
    return found


def setting(s: Session, **figures: object) -> None:
    """What the county says of how cases are taken in, from the beginning on."""
    set_setting(s, "intake", figures, valid_from=date(2020, 1, 1), basis="试验")
    s.flush()


def handled(s: Session, owner: Department, title: str, **more: object) -> Case:
    """A case that a moderator sent to `owner`, who signed for it."""
    case = factories.case(s, title=title, body=title, kind=Kind.COMPLAINT, **more)
    actions.assign(s, case, owner, actor=MODERATOR, at=AT)
    actions.sign(s, case, actor=factories.officer(owner), at=AT)
    return case
