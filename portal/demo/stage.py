"""What happens to a story's case: each step is one of the real acts, by whoever may do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal import vault
from portal.cases import actions, appeals, assists, questions, returns
from portal.cases.attachments import publish_file, withhold_file
from portal.cases.categories.models import Category
from portal.cases.joining import join
from portal.cases.kinds import AppealKind, Resolved, TargetKind
from portal.cases.masking import mask
from portal.cases.merging import Part, merge, split
from portal.cases.models import Case
from portal.cases.revealing import reveal_contact
from portal.cases.targets import Target, set_targets
from portal.clock import ZONE, at_local, local_day
from portal.departments.models import Department
from portal.moderation.notes import add_note
from portal.security import Actor, Role

MODERATORS = tuple(Actor(f"moderator{n}", Role.MODERATOR) for n in (1, 2))
INSPECTOR = Actor("inspector1", Role.INSPECTOR)

Words = Mapping[str, Any]
"""What a step says: texts, and codes of departments."""


@dataclass
class Stage:
    """One case of a story on its way, and the moment it has come to."""

    s: Session
    units: Mapping[str, Department]
    case: Case
    at: datetime
    now: datetime
    n: int
    """Number of the story; even ones are moderator1's, odd ones moderator2's."""
    echo: Callable[["Stage", Words], Case]
    """Lets somebody else send a letter of the same matter."""

    def later(self, hours: int) -> None:
        """Move on by some hours, into office hours, never beyond now."""
        moment = self.at + timedelta(hours=hours, minutes=7 + self.n * 11 % 40)
        hour = moment.astimezone(ZONE).hour
        if not 8 <= hour < 18:
            moment = at_local(local_day(moment) + timedelta(days=hour >= 18), 9, moment.minute)
        self.at = min(moment, self.now)

    @property
    def moderator(self) -> dict[str, Any]:
        """The moderator of this story, now."""
        return {"actor": MODERATORS[self.n % 2], "at": self.at}

    @property
    def other_moderator(self) -> dict[str, Any]:
        """The other one: who decides on appeals."""
        return {"actor": MODERATORS[1 - self.n % 2], "at": self.at}

    @property
    def writer(self) -> dict[str, Any]:
        """Who wrote the case, now."""
        proven = frozenset({self.case.reference})
        return {"actor": Actor("resident", Role.RESIDENT, proven=proven), "at": self.at}

    def officer(self, code: str = "") -> dict[str, Any]:
        """An officer of the department that has the case, or of the one named, now."""
        unit = self.units[code] if code else self.case.department
        actor = Actor(f"officer-{unit.code}", Role.OFFICER, department_id=unit.id)
        return {"actor": actor, "at": self.at}


def play(stage: Stage, verb: str, hours: int, words: Words) -> None:
    """Let the step `verb` happen some hours after the one before."""
    stage.later(hours)
    STEPS[verb](stage, words)
    stage.s.flush()


def targets_of(units: Mapping[str, Department], rows: list[list[str]]) -> list[Target]:
    """Return who is complained about: kind, code of the department, name."""
    return [Target(TargetKind(kind), units.get(code), name=name) for kind, code, name in rows]


def _assign(p: Stage, w: Words) -> None:
    actions.assign(
        p.s, p.case, p.units[w["to"]], note=w.get("note", "请核实后答复居民。"), **p.moderator
    )


def _publish(p: Stage, w: Words) -> None:
    title = w.get("title") or mask(p.case.title).masked
    body = w.get("body") or mask(p.case.body).masked
    texts = {"public_title": title, "public_body": body}
    actions.publish(p.s, p.case, **texts, note=w.get("note", ""), **p.moderator)


def _withhold(p: Stage, w: Words) -> None:
    actions.withhold(p.s, p.case, reason=w["reason"], note=w["note"], **p.moderator)


def _photo(p: Stage, w: Words) -> None:
    file = p.case.files[w["n"]]
    publish_file(p.s, p.case, file, file.file, **p.moderator)


def _withhold_photo(p: Stage, w: Words) -> None:
    withhold_file(p.s, p.case, p.case.files[w["n"]], note=w["note"], **p.moderator)


def _reject(p: Stage, w: Words) -> None:
    actions.reject(p.s, p.case, w["reason"], note=w["note"], **p.moderator)


def _target(p: Stage, w: Words) -> None:
    set_targets(p.s, p.case, targets_of(p.units, w["targets"]), **p.moderator)


def _note(p: Stage, w: Words) -> None:
    add_note(p.s, p.case, w["text"], **p.moderator)


def _reveal(p: Stage, w: Words) -> None:
    reveal_contact(p.s, p.case, note=w["note"], **p.officer())


def _sign(p: Stage, _w: Words) -> None:
    actions.sign(p.s, p.case, **p.officer())


def _return(p: Stage, w: Words) -> None:
    returns.return_(p.s, p.case, note=w["note"], basis=w["basis"], **p.officer())


def _dispute(p: Stage, w: Words) -> None:
    returns.dispute(p.s, p.case, note=w["note"], basis=w["basis"], **p.officer())


def _rule(p: Stage, w: Words) -> None:
    by = {"actor": INSPECTOR, "at": p.at}
    returns.rule(p.s, p.case, p.units[w["to"]], note=w["note"], **by)


def _ask_assist(p: Stage, w: Words) -> None:
    assists.ask_assist(p.s, p.case, p.units[w["to"]], note=w["note"], **p.officer())


def _assist(p: Stage, w: Words) -> None:
    assists.assist(p.s, p.case, text=w["text"], **p.officer(w["by"]))


def _answer(p: Stage, w: Words) -> None:
    actions.answer(p.s, p.case, w["text"], **p.officer())


def _conclude(p: Stage, w: Words) -> None:
    actions.conclude(p.s, p.case, w["text"], **p.officer())


def _close(p: Stage, w: Words) -> None:
    text = mask(p.case.answer.text).masked
    actions.close(p.s, p.case, answer_text=text, note=w.get("note", ""), **p.moderator)


def _judge(p: Stage, w: Words) -> None:
    said = {**w, "resolved": Resolved(w["resolved"])}
    actions.judge(p.s, p.case, **said, **p.writer)


def _ask(p: Stage, w: Words) -> None:
    questions.ask(p.s, p.case, note=w["note"], **p.writer)


def _reply(p: Stage, w: Words) -> None:
    questions.reply(p.s, p.case, text=w["text"], **p.officer())


def _release(p: Stage, _w: Words) -> None:
    questions.release(p.s, p.case, text="", **p.moderator)


def _appeal(p: Stage, w: Words) -> None:
    appeals.appeal(p.s, p.case, AppealKind(w["against"]), note=w["note"], **p.writer)


def _grant(p: Stage, w: Words) -> None:
    text = {"public_title": w.get("title", ""), "public_body": w.get("body", "")}
    appeals.grant(p.s, p.case, note=w["note"], **text, **p.other_moderator)


def _deny(p: Stage, w: Words) -> None:
    appeals.deny(p.s, p.case, note=w["note"], **p.other_moderator)


def _join(p: Stage, w: Words) -> None:
    """Let some people join, every second of them to be told of the answer."""
    for k in range(w["n"]):
        phone = f"138000000{10 + (p.n + k) % 90}"
        person = vault.index("joiner", f"demo:{p.n}:{k}")
        join(p.s, p.case, person=person, contact="" if k % 2 else phone, at=p.at)


def _echo(p: Stage, w: Words) -> None:
    other = p.echo(p, w)
    merge(p.s, other, p.case, note="同一件事，并案答复。", **p.moderator)


def _split(p: Stage, w: Words) -> None:
    rows = w["parts"]
    parts = split(p.s, p.case, [Part(title, body) for title, body, *_more in rows], **p.moderator)
    for part, (_title, _body, matter, unit) in zip(parts, rows, strict=True):
        part.category = p.s.get(Category, matter)
        actions.assign(p.s, part, p.units[unit], note="由来信拆分，请单独答复。", **p.moderator)


STEPS: dict[str, Callable[[Stage, Words], None]] = {
    "assign": _assign,
    "publish": _publish,
    "withhold": _withhold,
    "photo": _photo,
    "withhold_photo": _withhold_photo,
    "reject": _reject,
    "target": _target,
    "note": _note,
    "reveal": _reveal,
    "sign": _sign,
    "return": _return,
    "dispute": _dispute,
    "rule": _rule,
    "ask_assist": _ask_assist,
    "assist": _assist,
    "answer": _answer,
    "conclude": _conclude,
    "close": _close,
    "judge": _judge,
    "ask": _ask,
    "reply": _reply,
    "release": _release,
    "appeal": _appeal,
    "grant": _grant,
    "deny": _deny,
    "join": _join,
    "echo": _echo,
    "split": _split,
}
"""The words of matters.json for what happens."""
