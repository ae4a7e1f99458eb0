"""Taking a case in: reference, query code, sealed contact, promised answer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import vault
from portal.audit.actions import record
from portal.cases.categories.models import Category
from portal.cases.contacts import Contact, seal_contact
from portal.cases.kinds import CONFLICTING, Channel, Kind
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseFile, CaseUpload
from portal.cases.risk import risk
from portal.cases.routes import send_report
from portal.cases.targets import Target, add_targets, check_targets
from portal.cases.uploads import drop_all
from portal.cases.visibility import SUBMIT
from portal.cases.workflow import State, Visibility
from portal.clock import local_day
from portal.county.models import Town
from portal.county.queries import calendar, deadlines, intake
from portal.db import added
from portal.deadlines import Limit, due_at
from portal.errors import Invalid, PortalError
from portal.language import N_
from portal.projects.models import Project
from portal.security import RESIDENT, Actor

CODE_DIGITS = 10
"""Length of a query code, as county mailboxes use; guesses are limited per reference."""

_TRIES = 20


@dataclass(frozen=True)
class Letter:
    """What somebody brings, in their own words, before it is a case."""

    kind: Kind
    title: str
    body: str
    contact: Contact | None
    consent_publish: bool
    project: Project | None = None
    category: Category | None = None
    town: Town | None = None
    place: str = ""
    details: Sequence[tuple[str, str]] = ()
    """The category's questions as asked, each with its answer."""
    targets: Sequence[Target] = ()
    channel: Channel = Channel.WEB


@dataclass(frozen=True)
class Receipt:
    """What the writer takes home."""

    case: Case
    code: str
    is_new: bool = True
    """False: the same form was sent before, and this is its first receipt."""


def submit(
    s: Session,
    letter: Letter,
    *,
    at: datetime,
    submission_key: str,
    actor: Actor = RESIDENT,
    reference: str | None = None,
    entered_at: datetime | None = None,
) -> Receipt:
    """Take a case in. The same `submission_key` again returns the first receipt.

    A `reference` is given only where the same data must come out twice, as in the demo.
    `entered_at` is when staff wrote it down, where that is later than `at`, when it came.
    The files that were uploaded with the form go over to the case.

    The query code is derived from the key of the form and our secret: it is stored nowhere,
    and the second click on the button shows the same one.

    A report of wrongdoing goes to the discipline office in the same breath: nobody else ever
    sees it (信访工作条例, art. 22 and 30).

    Raises Invalid for a kind that wants a contact and has none (`anonymous` of the county),
    and for a report that nobody here may take.
    """
    if known := receipt_of(s, submission_key):
        return _again(s, known)
    code = _code(submission_key)
    _check_contact(s, letter, at)
    check_targets(letter.targets)
    when = entered_at or at
    case = _new_case(s, letter, reference or _new_reference(s, at), submission_key, at)
    case.code_hash = _code_hash(case.reference, code)
    case.entered_by = actor.name if actor.is_staff else ""
    case.events.append(_first_step(actor, when))
    if not added(s, case):
        first = s.scalars(select(Case).where(Case.submission_key == submission_key)).one()
        return _again(s, Receipt(first, code, is_new=False))
    add_targets(s, case, letter.targets)
    _take_files(s, case)
    s.flush()
    subject = f"case:{case.reference}"
    facts = {"kind": case.kind.value, "channel": case.channel.value}
    record(s, actor=actor, act="case:submit", subject=subject, at=when, **facts)
    if case.is_confidential:
        _send_report(s, case, when)
    return Receipt(case, code)


def receipt_of(s: Session, submission_key: str) -> Receipt | None:
    """Return the receipt of the form with this key, where it was sent before."""
    found = s.scalar(select(Case).where(Case.submission_key == submission_key))
    return Receipt(found, _code(submission_key), is_new=False) if found else None


def code_of(case: Case) -> str:
    """Return the query code of a case, for the receipt of who has just sent it."""
    return _code(case.submission_key)


def find(s: Session, reference: str, code: str) -> Case | None:
    """Return the case when reference and code belong together."""
    case = s.scalar(select(Case).where(Case.reference == reference))
    expected = case.code_hash if case else _code_hash("", "")
    return case if vault.same(expected, _code_hash(reference, code)) else None


def _again(s: Session, known: Receipt) -> Receipt:
    """Return the first receipt; the files that a second click brought a moment later go."""
    drop_all(s, known.case.submission_key)
    return known


def _check_contact(s: Session, letter: Letter, at: datetime) -> None:
    """Handling needs a way to ask back, except where the county takes anonymous cases."""
    if letter.channel is Channel.INTERNAL or (letter.contact and not letter.contact.is_empty):
        return
    if letter.kind not in intake(s, local_day(at))["anonymous"]:
        raise Invalid(N_("这类诉求需要留下联系电话或电子邮箱，至少一项。"))


def _new_case(
    s: Session, letter: Letter, reference: str, submission_key: str, at: datetime
) -> Case:
    case = Case(
        reference=reference,
        submission_key=submission_key,
        channel=letter.channel,
        kind=letter.kind,
        category=letter.category,
        project=letter.project,
        town=letter.town,
        place=letter.place,
        details=[list(pair) for pair in letter.details],
        title=letter.title,
        body=letter.body,
        consent_publish=letter.consent_publish,
        risk=risk(letter.kind, f"{letter.title}\n{letter.body}").level,
        is_conflicted=any(t.kind in CONFLICTING for t in letter.targets),
        **_beginning(s, letter.kind, at),
    )
    if letter.contact and not letter.contact.is_empty:
        case.contact = seal_contact(reference, letter.contact)
    return case


def _beginning(s: Session, kind: Kind, at: datetime) -> dict[str, Any]:
    """Return how a case begins: private, and with the promise that holds today."""
    rules = deadlines(s, local_day(at))
    days = calendar(s)
    return {
        "state": State.SUBMITTED,
        "visibility": Visibility.PRIVATE,
        "public_title": "",
        "public_body": "",
        "was_sent_by_system": False,
        "was_misrouted": False,
        "returns": 0,
        "is_settled": False,
        "joined": 0,
        "submitted_at": at,
        "screen_due_at": due_at(at, Limit.of(rules["screen"]), days),
        "due_at": due_at(at, Limit.of(rules["answer"][kind.value]), days),
        "extensions": 0,
        "extensions_allowed": rules["extension"]["times"],
        "round": 1,
    }


def _first_step(actor: Actor, at: datetime) -> CaseEvent:
    return CaseEvent(
        at=at,
        action=SUBMIT,
        from_state=None,
        to_state=State.SUBMITTED,
        actor=actor.name,
        role=actor.role.value,
        note="",
    )


def _send_report(s: Session, case: Case, at: datetime) -> None:
    """Let a report leave at once; it is not taken where nobody here may read it."""
    if not send_report(s, case, at):
        raise Invalid(N_("本平台不能受理这件举报，请拨打12388或向上级纪检监察机关反映。"))


def _take_files(s: Session, case: Case) -> None:
    """Let what was uploaded with the form hang on the case, private until looked at."""
    waiting = select(CaseUpload).where(CaseUpload.submission_key == case.submission_key)
    for upload in s.scalars(waiting.order_by(CaseUpload.id)):
        case.files.append(
            CaseFile(file_id=upload.file_id, name=upload.name, visibility=Visibility.PRIVATE)
        )
    s.execute(delete(CaseUpload).where(CaseUpload.submission_key == case.submission_key))


def _code(submission_key: str) -> str:
    return vault.digits("query-code", submission_key, CODE_DIGITS)


def _code_hash(reference: str, code: str) -> str:
    return vault.index("query-code", f"{reference}:{code}")


def _new_reference(s: Session, at: datetime) -> str:
    """Draw a reference: it tells the day and not how many others there were."""
    for _ in range(_TRIES):
        reference = f"{local_day(at):%Y%m%d}-{secrets.randbelow(10**6):06d}"
        if not s.scalar(select(Case.id).where(Case.reference == reference)):
            return reference
    raise PortalError(N_("暂时无法生成受理编号，请稍后再提交一次。"))
