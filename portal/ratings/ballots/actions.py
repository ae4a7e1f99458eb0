"""Writing a ballot down as it was published, and correcting what was copied wrongly.

Nothing published is put right here, and nothing is lost: a correction leaves the figures that
stood before in the audit trail.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record as audit
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.projects.models import LISTED, Project
from portal.ratings.ballots.models import Ballot, BallotLine
from portal.ratings.ballots.reading import Line, Register
from portal.ratings.ballots.rules import RULES
from portal.security import Actor, Permission, ensure


@dataclass(frozen=True)
class Head:
    """What is said of a ballot as a whole; the fields are those of `models.Ballot`."""

    year: int
    title: str
    body: str
    held_on: date
    members: int
    present: int
    is_secret: bool
    rule: str
    document_no: str
    source: str


def record(s: Session, head: Head, lines: Sequence[Line], *, actor: Actor, at: datetime) -> Ballot:
    """Write a ballot down. Raises NotAllowed, and Invalid for one that is on record already."""
    ensure(actor, Permission.RATING_MANAGE)
    _check(s, head, None)
    ballot = Ballot(**asdict(head), recorded_at=at, changed_at=None)
    _write(s, ballot, lines)
    s.add(ballot)
    s.flush()
    audit(s, actor=actor, act="ballot:record", subject=_subject(ballot), at=at, **_told(ballot))
    return ballot


def change(
    s: Session,
    ballot: Ballot,
    head: Head,
    lines: Sequence[Line],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> bool:
    """Correct a ballot; False when nothing differs.

    `version` is the one that the page was made of. Raises NotAllowed, WrongState when somebody
    else corrected it since, and Invalid when another ballot has its year, day and title.
    """
    ensure(actor, Permission.RATING_MANAGE)
    if ballot.version != version:
        raise WrongState(N_("您打开页面之后，别人更正过这次测评。您的操作没有执行。"))
    _check(s, head, ballot)
    before = _told(ballot)
    for name, value in asdict(head).items():
        setattr(ballot, name, value)
    _write(s, ballot, lines)
    after = _told(ballot)
    if before == after:
        return False
    ballot.changed_at = at  # also when only lines differ: the version must count up
    s.flush()
    old = {name: value for name, value in before.items() if value != after[name]}
    new = {name: after[name] for name in old}
    audit(
        s, actor=actor, act="ballot:change", subject=_subject(ballot), at=at, before=old, after=new
    )
    return True


def _check(s: Session, head: Head, own: Ballot | None) -> None:
    if head.rule not in RULES:
        raise Invalid(N_("没有这个判定规则。"))
    same = select(Ballot.id).where(
        Ballot.year == head.year, Ballot.held_on == head.held_on, Ballot.title == head.title
    )
    found = s.scalar(same)
    if found is not None and (own is None or found != own.id):
        raise Invalid(N_("这一年已有同名、同一天的测评记录。"))


def _write(s: Session, ballot: Ballot, lines: Sequence[Line]) -> None:
    """Make the ballot's rows say `lines`; rows are changed in place, for places are unique."""
    listed = select(Project.id, Project.code, Project.name).where(
        Project.year == ballot.year, LISTED
    )
    with s.no_autoflush:  # one change of the row, and one step of its version
        register = Register([tuple(row) for row in s.execute(listed)])
    del ballot.lines[len(lines) :]
    for place, line in enumerate(lines, 1):
        if place > len(ballot.lines):
            ballot.lines.append(BallotLine(sort_order=place))
        row = ballot.lines[place - 1]
        row.project_id, row.name = register.find(line.name)
        row.satisfied, row.basic, row.unsatisfied = (
            line.votes.satisfied,
            line.votes.basic,
            line.votes.unsatisfied,
        )


def _told(ballot: Ballot) -> dict[str, Any]:
    """Return what the audit trail keeps: the head, and each line in one row."""
    head = {name: getattr(ballot, name) for name in Head.__dataclass_fields__}
    head["held_on"] = ballot.held_on.isoformat()
    lines = [
        [row.sort_order, row.project_id, row.name, row.satisfied, row.basic, row.unsatisfied]
        for row in ballot.lines
    ]
    return head | {"lines": lines}


def _subject(ballot: Ballot) -> str:
    return f"ballot:{ballot.id}"
