"""The shapes of a taxonomy: groups, matters, extra questions, and where else to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How strongly a resident is told to go elsewhere; they may send the letter all the same."""

    CALL_NOW = "call-now"
    """Somebody may come to harm while the letter waits."""
    ELSEWHERE = "elsewhere"
    """Another office decides on such matters, or a quicker way exists."""


@dataclass(frozen=True)
class Stopper:
    """Where to go instead of, or before, sending a letter. It never blocks and keeps the text."""

    code: str
    title: str
    """A few words (N_): what it looks like."""
    advice: str
    """A sentence or two (N_): where to go, and that the letter can still be sent."""
    phone: str
    """The number to dial, digits only, for a `tel:` link; empty where there is none."""
    severity: Severity = Severity.ELSEWHERE

    @classmethod
    def of(cls, code: str, value: Mapping[str, str]) -> "Stopper | None":
        """Read what a county keeps with the category `code`; None where it keeps nothing.

        Needs `title`; raises KeyError without it and ValueError for an unknown severity.
        """
        if not value:
            return None
        return cls(
            code=value.get("code") or f"category-{code}",
            title=value["title"],
            advice=value.get("advice", ""),
            phone=value.get("phone", ""),
            severity=Severity(value.get("severity", Severity.ELSEWHERE)),
        )

    def as_json(self) -> dict[str, str]:
        """Return it as a county keeps it with a category."""
        return {
            "code": self.code,
            "title": self.title,
            "advice": self.advice,
            "phone": self.phone,
            "severity": self.severity.value,
        }


class QuestionKind(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True)
class Question:
    """What is asked in addition in a matter, because no department can act without it."""

    key: str
    """Short stable key, unique within its matter."""
    label: str
    """The question in the resident's words (N_)."""
    kind: QuestionKind = QuestionKind.TEXT
    choices: tuple[str, ...] = ()
    """What can be chosen (N_), for CHOICE only."""
    required: bool = False

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Question":
        """Read one question as a county keeps it.

        Raises KeyError without key or label, ValueError for an unknown kind, choices where
        none belong, or a choice without any.
        """
        kind = QuestionKind(value.get("kind", QuestionKind.TEXT))
        choices = tuple(value.get("choices", ()))
        if bool(choices) != (kind is QuestionKind.CHOICE):
            raise ValueError(f"choices do not fit the kind {kind.value!r}")
        return cls(value["key"], value["label"], kind, choices, bool(value.get("required")))

    def as_json(self) -> dict[str, Any]:
        """Return it as a county keeps it with a category."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind.value,
            "choices": list(self.choices),
            "required": self.required,
        }


@dataclass(frozen=True)
class Matter:
    """The second level: one thing residents write about (事项)."""

    code: str
    """Group and matter, such as `water.leak`; at most 32 characters, never changed."""
    name: str
    words: tuple[str, ...]
    """What residents call it; no word belongs to two matters."""
    departments: tuple[str, ...]
    """Words of the name of the department usually in charge, the likeliest first."""
    questions: tuple[Question, ...] = ()
    stopper: Stopper | None = None


@dataclass(frozen=True)
class Group:
    """The first level: a field of life with its matters."""

    code: str
    name: str
    matters: tuple[Matter, ...]


def matter(
    code: str,
    name: str,
    words: str,
    departments: str,
    *questions: Question,
    stopper: Stopper | None = None,
) -> Matter:
    """Return a matter whose words and departments are given between blanks."""
    return Matter(code, name, tuple(words.split()), tuple(departments.split()), questions, stopper)
