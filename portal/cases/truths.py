"""What the table of the workflow asks of a case. Pure: nothing here reads the database.

Each truth is named in `workflow.TRANSITIONS` or used by an act; a model class takes them in.
"""

from itertools import chain
from typing import Any

from portal.cases.decisions import was_appealed
from portal.cases.kinds import CONFLICTING, AppealKind, Channel, Kind
from portal.cases.workflow import Action, State, Visibility
from portal.security import Actor


class Truths:
    """What is true of a case, worked out from its columns and what hangs on it."""

    def recuses(self, actor: Actor) -> bool:
        """Whether the actor must never see this case: it is about them or their department.

        Source: 信访工作条例, art. 28 and 30.
        """
        return any(target.recuses(actor) for target in self.accused)

    @property
    def accused(self) -> list[Any]:
        """Who it complains about, and who its split-off parts do: the letter keeps every word.

        `is_conflicted` of a letter says so of its parts too, so that few have to be read.
        """
        parts = self.split_off if self.is_conflicted else ()
        return [*self.targets, *chain.from_iterable(part.accused for part in parts)]

    def conflicts_with(self, department: Any) -> bool:
        """Whether the case complains about this department or somebody who works there now."""
        return department.id in self.conflicting

    @property
    def conflicting(self) -> frozenset[int]:
        """The departments that the case complains about, or that have somebody of whom it does."""
        units = (target.units for target in self.accused if target.kind in CONFLICTING)
        return frozenset().union(*units) - {None}

    @property
    def is_confidential(self) -> bool:
        """Whether it is a report of wrongdoing: for the discipline office alone."""
        return self.kind is Kind.REPORT

    @property
    def is_not_confidential(self) -> bool:
        """Whether a moderator reads and releases what the department answers."""
        return not self.is_confidential

    @property
    def is_of_portal(self) -> bool:
        """Whether the portal opened it and nobody wrote it; a part of a letter is its writer's."""
        return self.channel is Channel.INTERNAL and self.origin_id is None

    @property
    def is_never_public(self) -> bool:
        """Whether no consent could make it public: a report, or about people with desks here."""
        return self.is_confidential or self.is_conflicted

    @property
    def assisting(self) -> frozenset[int]:
        """The departments that were asked to help with it and still may see it."""
        return frozenset(a.department_id for a in self.assists if a.ended_at is None)

    @property
    def may_not_return(self) -> bool:
        """Whether a department cannot hand it back by itself: somebody did, or it was settled.

        A report of wrongdoing is never handed back: nobody else could ever see it.
        """
        return self.is_confidential or self.returns > 0 or self.is_settled or self.is_owned

    @property
    def may_not_dispute(self) -> bool:
        """Whether the inspection office is not asked: not yet returned, or it has ruled."""
        return self.returns == 0 or self.is_settled or self.is_owned

    @property
    def may_not_reassign(self) -> bool:
        """Whether it stays with its department: signed for, ruled to be theirs, or answered once.

        A department that was closed, or that must recuse itself since, keeps nothing.
        """
        unit = self.department
        if unit is not None and (not unit.is_active or self.conflicts_with(unit)):
            return False
        return self.state is State.IN_PROGRESS or self.is_settled or self.was_reopened

    @property
    def is_owned(self) -> bool:
        """Whether it is the department's for good: signed for, or silent too long (首办责任)."""
        return self.owned_at is not None

    @property
    def has_children(self) -> bool:
        """Whether other cases were merged into it."""
        return bool(self.children)

    @property
    def stands_alone(self) -> bool:
        """Whether it cannot go into another case: others went into it, the inspection office
        ruled whose it is, or its resident was not satisfied, so that only a second pair of eyes
        ends it."""
        return self.has_children or self.is_settled or self.is_unhappy

    @property
    def is_unhappy(self) -> bool:
        """Whether the resident said of an earlier round that the matter is not solved."""
        return self.round > 1

    @property
    def appealable(self) -> list[AppealKind]:
        """What the writer may still appeal against: each decision once."""
        standing = {
            AppealKind.REFUSAL: self.state is State.REJECTED,
            AppealKind.WITHHOLDING: (
                self.is_withheld and self.consent_publish and not self.is_never_public
            ),
            AppealKind.REDACTION: self.is_altered,
        }
        if self.open_appeal is not None:
            return []
        return [kind for kind, is_so in standing.items() if is_so and not was_appealed(self, kind)]

    @property
    def may_not_appeal(self) -> bool:
        """Whether there is nothing left to appeal against."""
        return not self.appealable

    @property
    def open_appeal(self) -> Any:
        """The appeal that waits for a moderator."""
        return next((a for a in self.appeals if a.decided_at is None), None)

    @property
    def has_no_open_appeal(self) -> bool:
        """Whether no appeal waits."""
        return self.open_appeal is None

    @property
    def has_no_refusal_appeal(self) -> bool:
        """Whether no appeal against the refusal waits."""
        return self.open_appeal is None or self.open_appeal.against is not AppealKind.REFUSAL

    @property
    def has_no_text_appeal(self) -> bool:
        """Whether no appeal waits against what is or is not published."""
        return self.open_appeal is None or self.open_appeal.against is AppealKind.REFUSAL

    @property
    def is_redacted(self) -> bool:
        """Whether the public text differs from what the resident wrote."""
        return (self.public_title, self.public_body) != (self.title, self.body)

    @property
    def altered_answers(self) -> list[Any]:
        """The answers that others read otherwise than the department wrote them.

        One that came along with another case was decided on there.
        """
        along = {e.at for e in self.events if e.action == Action.CLOSE_ALONG}
        return [
            answer
            for answer in self.answers
            if answer.released_at is not None
            and answer.released_at not in along
            and answer.public_text != answer.text
        ]

    @property
    def has_altered_reply(self) -> bool:
        """Whether the writer reads the reply to their question otherwise than it was written."""
        q = self.question
        return q is not None and q.released_at is not None and q.public_reply != q.reply

    @property
    def altered_files(self) -> list[Any]:
        """The photos and documents that are held back, or shown with something blacked out."""
        return [
            file
            for file in self.files
            if file.visibility is Visibility.WITHHELD
            or file.public_file_id not in (None, file.file_id)
        ]

    @property
    def is_altered(self) -> bool:
        """Whether anything of it is read otherwise than it was written or sent."""
        is_public = self.visibility is Visibility.PUBLIC
        of_public = is_public and (
            self.is_redacted or bool(self.altered_answers) or bool(self.altered_files)
        )
        return of_public or self.has_altered_reply

    @property
    def was_asked(self) -> bool:
        """Whether the one question after the answer is used up."""
        return self.question is not None

    @property
    def has_no_open_question(self) -> bool:
        """Whether the department owes no reply to a question."""
        return self.question is None or self.question.replied_at is not None

    @property
    def has_no_waiting_reply(self) -> bool:
        """Whether no reply to a question waits for the moderator."""
        q = self.question
        return q is None or q.replied_at is None or q.released_at is not None

    @property
    def has_nothing_to_publish(self) -> bool:
        """Whether it may not be public, or is and no answer waits to be released beside it."""
        waits = self.state is State.ANSWERED and self.answer.released_at is None
        is_public = self.visibility is Visibility.PUBLIC
        return self.is_never_public or (is_public and not waits)

    @property
    def is_withheld(self) -> bool:
        """Whether a moderator decided against publication."""
        return self.visibility is Visibility.WITHHELD

    @property
    def was_extended(self) -> bool:
        """Whether the extensions of this round are used up."""
        return self.extensions >= self.extensions_allowed

    @property
    def was_reopened(self) -> bool:
        """Whether the one reopening is used up."""
        return self.round > 1

    @property
    def was_begun(self) -> bool:
        """Whether a department ever worked on it, even one that has it no more."""
        return self.was_reopened or any(e.to_state is State.IN_PROGRESS for e in self.events)

    @property
    def has_verdict(self) -> bool:
        """Whether the resident has judged this round."""
        return any(v.round == self.round for v in self.verdicts)

    @property
    def answer(self) -> Any:
        """The latest answer."""
        return self.answers[-1] if self.answers else None
