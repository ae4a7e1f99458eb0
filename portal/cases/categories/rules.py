"""What a category may say of itself: its name, words, extra questions, and where else to go.

A county edits all of it, in a file or in the staff pages; both are held to the same bounds.
Each fault is a sentence, said of the part it is about.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.county.taxonomy import MAX_CODE, Question, QuestionKind, Stopper
from portal.errors import Invalid
from portal.language import N_

CODE = re.compile(rf"(?=.{{1,{MAX_CODE}}}\Z)[a-z0-9]+(?:[.-][a-z0-9]+)*\Z")
"""A code as it stands in addresses: `water`, `water.leak`."""

NAME_LENGTH, WORD_LENGTH, LABEL_LENGTH, CHOICE_LENGTH, ADVICE_LENGTH = 24, 20, 60, 30, 300
"""Characters at most."""

MOST_WORDS, MOST_QUESTIONS, MOST_CHOICES = 80, 6, 12

LEAST_CHOICES = 2
"""With fewer there is nothing to choose."""

_KEY = re.compile(r"[a-z0-9_]{1,32}\Z")
_PHONE = re.compile(r"(?:\d{3,12}|\d{3,4}-\d{7,8})?\Z")

Fault = tuple[str, str, dict[str, Any]]
"""The part that is wrong, the sentence (N_) and its parameters."""


@dataclass(frozen=True)
class Content:
    """All that a category says, but for its place and its department."""

    name: str
    words: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    stopper: Stopper | None = None

    @classmethod
    def of(cls, code: str, value: Mapping[str, Any]) -> "Content":
        """Read what a file says of the category `code`.

        Raises AttributeError, KeyError, TypeError or ValueError when it is not of that form.
        """
        questions = _list(value.get("questions", []))
        return cls(
            name=value["name"],
            words=tuple(_list(value.get("words", []))),
            questions=tuple(
                Question.of({**one, "choices": _list(one.get("choices", []))}) for one in questions
            ),
            stopper=Stopper.of(code, value.get("stopper", {})),
        )


def _list(value: Any) -> list[Any]:
    """Refuse a text where a list belongs: it would be taken apart into its characters."""
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def faults(content: Content) -> Iterator[Fault]:
    """Say what is wrong with a category's content, part by part."""
    if not content.name.strip():
        yield "name", N_("请填写名称。"), {}
    elif len(content.name) > NAME_LENGTH:
        yield "name", N_("名称最多 %(max)s 个字。"), {"max": NAME_LENGTH}
    yield from _words(content.words)
    if len(content.questions) > MOST_QUESTIONS:
        yield "questions", N_("附加问题最多 %(max)s 个。"), {"max": MOST_QUESTIONS}
    if len({one.key for one in content.questions}) < len(content.questions):
        yield "questions", N_("两个附加问题用了同一个代码。"), {}
    for n, question in enumerate(content.questions, start=1):
        yield from _question(n, question)
    if content.stopper is not None:
        yield from _stopper(content.stopper)


def check(content: Content) -> None:
    """Raise Invalid with the first fault of `content`."""
    for _part, message, params in faults(content):
        raise Invalid(message, **params)


def _words(words: tuple[str, ...]) -> Iterator[Fault]:
    if len(words) > MOST_WORDS:
        yield "words", N_("俗称最多 %(max)s 个。"), {"max": MOST_WORDS}
    if len(set(words)) < len(words):
        yield "words", N_("同一个俗称写了两次。"), {}
    for word in words:
        if not 1 < len(word.strip()) <= WORD_LENGTH:
            text = N_("俗称“%(word)s”应当有 2 至 %(max)s 个字。")
            yield "words", text, {"word": word[:WORD_LENGTH], "max": WORD_LENGTH}


def _question(n: int, question: Question) -> Iterator[Fault]:
    if not _KEY.match(question.key):
        yield "questions", N_("第 %(n)s 个附加问题的代码不正确。"), {"n": n}
    if not 0 < len(question.label.strip()) <= LABEL_LENGTH:
        text = N_("第 %(n)s 个附加问题应当有 1 至 %(max)s 个字。")
        yield "questions", text, {"n": n, "max": LABEL_LENGTH}
    if question.kind is not QuestionKind.CHOICE:
        return
    choices = question.choices
    if not LEAST_CHOICES <= len(choices) <= MOST_CHOICES or len(set(choices)) < len(choices):
        text = N_("第 %(n)s 个附加问题要有 %(min)s 至 %(max)s 个不同的选项。")
        yield "questions", text, {"n": n, "min": LEAST_CHOICES, "max": MOST_CHOICES}
    if any(not 0 < len(choice.strip()) <= CHOICE_LENGTH for choice in choices):
        text = N_("第 %(n)s 个附加问题的每个选项应当有 1 至 %(max)s 个字。")
        yield "questions", text, {"n": n, "max": CHOICE_LENGTH}


def _stopper(stopper: Stopper) -> Iterator[Fault]:
    if not 0 < len(stopper.title.strip()) <= NAME_LENGTH:
        yield "stopper", N_("提示的标题应当有 1 至 %(max)s 个字。"), {"max": NAME_LENGTH}
    if not 0 < len(stopper.advice.strip()) <= ADVICE_LENGTH:
        yield "stopper", N_("提示的内容应当有 1 至 %(max)s 个字。"), {"max": ADVICE_LENGTH}
    if not _PHONE.match(stopper.phone):
        yield "stopper", N_("提示的电话只能写数字，如 12345 或 0571-1234567。"), {}
