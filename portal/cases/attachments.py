"""附件: which photos and documents beside a case everybody may see, decided one by one.

What came in stays as it came. What is shown is a file of its own: the same one, or a copy of a
photo in which faces, plates and door numbers are black. Whether it is served is decided by the
case as well: what was let through is seen while the case is public, and only then.

Each decision is a step of the case. The writer is told, and reads why a file is not shown, or
not as it came; decisions on several files within a minute make one message.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.parts import CaseFile
from portal.cases.steps import begin, log, tell_writer
from portal.cases.workflow import Action, State, Visibility
from portal.errors import Invalid, WrongState
from portal.files.models import StoredFile
from portal.language import N_
from portal.notifications.models import Message
from portal.security import Actor, Permission, ensure

OVER = frozenset({State.REJECTED, State.WITHDRAWN})
"""States in which nothing of a case is ever shown to everybody."""

NOT_WAITING = N_("这个附件已经是这样处理的，可能刚被其他人处理过。")


def may_be_shown(case: Case) -> bool:
    """Say whether files of the case can be let through: the rules of its text hold for them."""
    return case.consent_publish and not case.is_never_public and case.state not in OVER


def standing_of(file: CaseFile) -> str:
    """Return what tells how a file stands; a page carries it, so that an old one is noticed."""
    return f"{file.visibility.value}:{file.public_file_id or ''}"


def publish_file(
    s: Session,
    case: Case,
    file: CaseFile,
    shown: StoredFile,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    is_read: bool = False,
    was: str | None = None,
) -> None:
    """Let a file through; what everybody sees is `shown`: the file itself, or a blackened copy.

    `note` says why something is black on a copy. A document can only be shown as it is, and
    only by somebody who says that they have read it (`is_read`). Raises NotAllowed, Invalid
    without consent, for what is never public and for a copy without a reason, WrongState when
    it stands otherwise than the page said (`was`) or stands so already.
    """
    _check(case, file, actor, was)
    if not may_be_shown(case):
        raise Invalid(N_("居民没有同意公开，或这件诉求不能公开，附件也不能公开。"))
    if not file.file.is_photo and not is_read:
        raise Invalid(N_("公开文件前请先打开通读，并勾选确认。"))
    if shown.id != file.file_id and not (shown.is_photo and file.file.is_photo):
        raise Invalid(N_("文件只能原样公开。"))
    is_copy = shown.id != file.file_id
    if is_copy and not note.strip():
        raise Invalid(N_("请写明遮盖的原因。"))
    if file.visibility is Visibility.PUBLIC and file.public_file_id == shown.id:
        raise WrongState(NOT_WAITING)
    why = note.strip() if is_copy else ""
    before = begin(case, Action.PUBLISH_FILE, actor, why, None)
    file.visibility, file.public_file, file.note = Visibility.PUBLIC, shown, why
    s.flush()
    facts = {"file": file.id, "how": "blacked out" if is_copy else "as it is"}
    event = log(s, case, Action.PUBLISH_FILE, before, actor, at, why, sha256=shown.sha256, **facts)
    _tell(s, case, event.id, at)


def withhold_file(
    s: Session,
    case: Case,
    file: CaseFile,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    was: str | None = None,
) -> None:
    """Decide against showing a file, or take it back, and put on record why.

    The file stays beside the case. Raises NotAllowed, Invalid without a reason, WrongState as
    `publish_file`.
    """
    _check(case, file, actor, was)
    if not note.strip():
        raise Invalid(N_("请写明不公开的原因。"))
    if file.visibility is Visibility.WITHHELD:
        raise WrongState(NOT_WAITING)
    before = begin(case, Action.WITHHOLD_FILE, actor, note, None)
    file.visibility, file.public_file, file.note = Visibility.WITHHELD, None, note.strip()
    s.flush()
    facts = {"file": file.id, "reason": file.note}
    event = log(s, case, Action.WITHHOLD_FILE, before, actor, at, note, **facts)
    _tell(s, case, event.id, at)


def _check(case: Case, file: CaseFile, actor: Actor, was: str | None) -> None:
    ensure(actor, Permission.CASE_MODERATE, case)
    if file.case_id != case.id:
        raise Invalid(N_("这个附件不属于这件诉求。"))
    if was is not None and was != standing_of(file):
        raise WrongState(N_("这个附件刚被其他人处理过，您的操作没有执行。请核对后再决定。"))


def _tell(s: Session, case: Case, step: int, at: datetime) -> None:
    """Tell a writer who agreed to publication, unless the same message waits for its minute."""
    if not case.consent_publish or case.is_never_public:
        return
    waits = select(Message.id).where(
        Message.kind == "case_file",
        Message.recipient == f"case:{case.reference}",
        Message.done_at.is_(None),
        Message.attempts == 0,
        Message.run_at > at,
    )
    if not s.scalar(select(exists(waits))):
        tell_writer(s, case, "case_file", str(step), at, later=True)
