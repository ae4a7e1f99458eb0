"""What others than the writer read of a case: prepared, published, kept back. They flush only.

The writer is told whenever it reads otherwise than they wrote it, and why. Beside `actions`,
whose acts these are too; files have their own decisions (`attachments`).
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.joining import tell_joiners, tell_joiners_ended
from portal.cases.kinds import WITHHOLD_REASONS, AppealKind
from portal.cases.models import Case
from portal.cases.second_eyes import check_not_overruled, check_other
from portal.cases.steps import begin, log, set_public_text, snapshot, tell_writer
from portal.cases.workflow import Action, State, Visibility
from portal.errors import Invalid
from portal.language import N_
from portal.security import Actor


def redact(
    s: Session,
    case: Case,
    *,
    public_title: str,
    public_body: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Prepare the text that may become public; what the resident wrote stays as it is.

    Of a public case it replaces what everybody reads, and the writer is told. `note` is for the
    writer: why more was changed than personal data hidden.
    """
    check_not_overruled(case, actor, AppealKind.REDACTION)
    kept = snapshot(case)
    before = begin(case, Action.REDACT, actor, note, seen)
    was = {"title": case.public_title, "body": case.public_body}
    set_public_text(case, public_title, public_body)
    event = log(s, case, Action.REDACT, before, actor, at, note, undo=kept, was=was)
    is_new = was != {"title": case.public_title, "body": case.public_body}
    if case.visibility is Visibility.PUBLIC and is_new and case.is_redacted:
        tell_writer(s, case, "case_redacted", str(event.id), at, later=True)


def publish(
    s: Session,
    case: Case,
    *,
    public_title: str = "",
    public_body: str = "",
    answer_text: str = "",
    answers: Mapping[int, str] | None = None,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Make the prepared text public, and an answer that waits for release with it.

    `answers`: by their ids new public texts of those that only the writer has read so far.

    Raises Invalid without the resident's consent (个人信息保护法 art. 25) or a prepared text, and
    what `close` raises when it releases an answer over an unhappy resident. The writer is told,
    and reads what was changed and why (`note`); a published answer cannot be undone.
    """
    releases = case.state is State.ANSWERED and case.answer.released_at is None
    if releases:
        check_other(s, case, actor, note)
    kept = snapshot(case)
    before = begin(case, Action.PUBLISH, actor, note, seen)
    if not case.consent_publish:
        raise Invalid(N_("居民没有同意公开，这件诉求只能由居民本人查询。"))
    if public_title or public_body:
        set_public_text(case, public_title, public_body)
        if (case.public_title, case.public_body) != (kept["public_title"], kept["public_body"]):
            check_not_overruled(case, actor, AppealKind.REDACTION)
    if not case.public_body:
        raise Invalid(N_("请先准备公开标题和公开正文。"))
    is_new = case.visibility is not Visibility.PUBLIC or kept["public_body"] != case.public_body
    case.visibility, case.published_at = Visibility.PUBLIC, at
    case.withheld_reason = None
    for one in case.answers:
        if one.released_at is not None and (text := (answers or {}).get(one.id, "").strip()):
            one.public_text = text
    if releases:
        release(s, case, answer_text, at)
    undo = None if releases else kept
    event = log(s, case, Action.PUBLISH, before, actor, at, note, undo=undo)
    if is_new and case.is_redacted:
        tell_writer(s, case, "case_redacted", str(event.id), at, later=True)


def withhold(
    s: Session,
    case: Case,
    *,
    reason: str = "other",
    actor: Actor,
    at: datetime,
    note: str,
    seen: int | None = None,
) -> None:
    """Decide against publication, or take a public case back; the writer reads why.

    `reason` is of the fixed list (Invalid else), which the public ledger counts; `note` says it
    in words, and alone where nothing of the list fits. Who agreed to publication is told.
    """
    if reason not in WITHHOLD_REASONS:
        raise Invalid(N_("请从列表中选择不公开的原因。"))
    check_not_overruled(case, actor, AppealKind.WITHHOLDING)
    kept = snapshot(case)
    before = begin(case, Action.WITHHOLD, actor, note, seen)
    was_public = case.visibility is Visibility.PUBLIC
    case.visibility, case.published_at = Visibility.WITHHELD, None
    case.withheld_reason = reason
    event = log(s, case, Action.WITHHOLD, before, actor, at, note, undo=kept, reason=reason)
    if case.consent_publish and not case.is_never_public:
        tell_writer(s, case, "case_withheld", str(event.id), at, later=True)
    if was_public:
        tell_joiners_ended(s, case, str(event.id), at)


def release(s: Session, case: Case, text: str, at: datetime) -> None:
    """Let the writer read the answer, and who may read the case its public `text`; once."""
    answer = case.answer
    if answer is not None and answer.released_at is None:
        answer.public_text, answer.released_at = text.strip() or answer.text, at
        tell_writer(s, case, "case_answered", str(answer.id), at)
        tell_joiners(s, case, str(answer.id), at)
