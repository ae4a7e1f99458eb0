"""Which step decided what a resident can appeal against, and whether it was appealed. Pure.

One appeal a decision: a second refusal, or a text that was changed once more, is a decision of
its own. What its moderator took back within the minute is no decision.
"""

from collections.abc import Iterator
from typing import Any

from portal.cases.kinds import AppealKind
from portal.cases.workflow import Action, State, Visibility

_FILE_ACTS = frozenset({Action.PUBLISH_FILE, Action.WITHHOLD_FILE})
_RELEASES = frozenset({Action.CLOSE, Action.PUBLISH})
_DECIDES = {
    AppealKind.REFUSAL: {Action.REJECT},
    AppealKind.WITHHOLDING: {Action.WITHHOLD, Action.TARGET},
    AppealKind.REDACTION: _FILE_ACTS | _RELEASES | {Action.REDACT, Action.RELEASE},
}
"""The acts that an appeal can be against."""

_LEAVES_PUBLIC = frozenset({Action.WITHHOLD, Action.REJECT, Action.WITHDRAW})


def decision_of(case: Any, against: AppealKind) -> Any:
    """Return the step by which it was decided what an appeal is `against`, the last of several.

    Raises IndexError for something that was never decided.
    """
    return decisions_of(case, against)[-1]


def decisions_of(case: Any, against: AppealKind) -> list[Any]:
    """Return every step that decided something of what an appeal is `against`, the first first.

    A redaction is several: of the letter, of an answer, of the reply to a question, of a photo.
    """
    steps = standing(case)
    if against is AppealKind.REFUSAL:
        return [step for step in steps if step.action == Action.REJECT][-1:]
    if against is AppealKind.WITHHOLDING:
        return _withheld_by(steps)
    found = set(map(id, _changed_by(case, steps)))
    changed = [step for step in steps if id(step) in found]
    return changed or [s for s in steps if s.action in (Action.REDACT, Action.PUBLISH)][-1:]


def was_appealed(case: Any, against: AppealKind) -> bool:
    """Whether an appeal was filed since the decision that stands."""
    made = [step for step, one in _filed(case) if one.against is against]
    return bool(made) and made[-1].id > decision_of(case, against).id


def decision_before(case: Any, appeal: Any) -> Any:
    """Return the step that an appeal was filed against, whatever was decided since."""
    until = next(step.id for step, one in _filed(case) if one is appeal)
    found = [step for step in decisions_of(case, appeal.against) if step.id < until]
    acts = _DECIDES[appeal.against]
    return (
        found
        or [
            step
            for step in standing(case)
            if step.id < until and step.action in acts and step.actor == appeal.decided_before_by
        ]
    )[-1]


def standing(case: Any) -> list[Any]:
    """Return the steps without those that were undone; an undo is always of the last step."""
    found: list[Any] = []
    for step in case.events:
        if step.action == Action.UNDO:
            while found and found[-1].action == Action.ASK_ASSIST:  # asked with the same click
                found.pop()
            found = found[:-1]
        else:
            found.append(step)
    return found


def release_of(case: Any, answer: Any) -> Any:
    """Return the step that released an answer, or None for one that came another way."""
    return next(
        (
            step
            for step in standing(case)
            if step.action in _RELEASES
            and step.from_state is State.ANSWERED
            and step.at == answer.released_at
        ),
        None,
    )


def why_reworded(case: Any) -> str:
    """Return why the letter's public text is worded as it is, in the moderator's words.

    Publishing a text that was saved before may be silent: then the reason is the one it was
    saved with.
    """
    for step in reversed(_letter_by(standing(case))):
        if step.note or step.action == Action.REDACT:
            return step.note
    return ""


def why_released(case: Any, answer: Any) -> str:
    """Return what the moderator said to the writer when an answer was released, or nothing."""
    step = release_of(case, answer)
    return step.note if step is not None else ""


def _filed(case: Any) -> Iterator[tuple[Any, Any]]:
    """Give each appeal with the step that filed it: both are in the order of filing."""
    steps = (step for step in case.events if step.action == Action.APPEAL)
    return zip(steps, case.appeals, strict=False)


def _withheld_by(steps: list[Any]) -> list[Any]:
    """The last act against publication. Naming who it is about takes a public case back too."""
    found, is_public = [], False
    for step in steps:
        if step.action == Action.PUBLISH:
            is_public = True
        elif step.action == Action.WITHHOLD or (step.action == Action.TARGET and is_public):
            found.append(step)
            is_public = is_public and step.action == Action.TARGET
    return found[-1:] or [step for step in steps if step.action == Action.TARGET][-1:]


def _letter_by(steps: list[Any]) -> list[Any]:
    """The acts that set the letter's public text, or made it public: no mere release beside it."""
    found, is_public = [], False
    for step in steps:
        if step.action == Action.REDACT:
            found.append(step)
        elif step.action == Action.PUBLISH:
            if not (is_public and step.from_state is State.ANSWERED):
                found.append(step)
            is_public = True
        elif step.action in _LEAVES_PUBLIC:
            is_public = False
    return found


def _changed_by(case: Any, steps: list[Any]) -> Iterator[Any]:
    """The acts by which something of the case is read otherwise than it was written."""
    if case.visibility is Visibility.PUBLIC:
        letter = _letter_by(steps)
        if case.is_redacted:
            yield from letter[-1:]
        if answers := case.altered_answers:
            yield from filter(None, (release_of(case, answer) for answer in answers))
            yield from [step for step in letter if step.action == Action.PUBLISH][-1:]
        if case.altered_files:
            # shown as it came, a file has no reason beside it
            yield from [step for step in steps if step.action in _FILE_ACTS and step.note][-1:]
    if case.has_altered_reply:
        yield from [step for step in steps if step.action == Action.RELEASE][-1:]
