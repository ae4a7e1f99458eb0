"""250 cases of the invented county, each led through the real acts to where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases import actions
from portal.cases.categories.models import Category
from portal.cases.contacts import Contact
from portal.cases.intake import Letter, submit
from portal.cases.kinds import Adoption, Kind, Resolved
from portal.cases.masking import mask
from portal.cases.models import Case
from portal.cases.returns import return_
from portal.clock import ZONE, at_local, local_day
from portal.county.models import Town
from portal.demo.texts import slots
from portal.departments.models import Department
from portal.projects.models import Project
from portal.security import Actor, Role

# What becomes of the cases: outcome, how many, youngest and oldest age in days; 0 is
# within the last 18 hours.
PLAN = (
    ("submitted", 28, 0, 0),
    ("submitted", 8, 2, 3),
    ("rejected", 18, 8, 300),
    ("withdrawn", 8, 8, 200),
    ("assigned", 26, 2, 9),
    ("returned", 4, 3, 6),
    ("in_progress", 30, 3, 20),
    ("extended", 8, 8, 18),
    ("sent_back", 4, 6, 14),
    ("answered", 22, 4, 12),
    ("reopened", 8, 15, 40),
    ("closed", 86, 14, 400),
)
REJECTS = ("elsewhere", "in-procedure", "repeated", "unclear", "counter", "other-power")
MODERATORS = tuple(Actor(f"moderator{n}", Role.MODERATOR) for n in (1, 2))
TOLD = "请核实后答复居民。"
SEAT = "城关镇"
"""The town that a letter about a project of the whole county speaks of."""


@dataclass(frozen=True)
class Field:
    """A field of the lists with all that its letters need."""

    name: str
    lead: Department
    letters: list[list[str]]
    """Kind, title, body, answer, part of the project's name or "", code of the matter; of a
    suggestion, what became of it."""
    projects: list[Project]


class Walk:
    """One case on its way: each step comes some working hours after the one before."""

    def __init__(self, s: Session, rng: Random, start: datetime, now: datetime) -> None:
        """Begin at `start`; nothing happens after `now`."""
        self.s, self.rng, self.at, self.now = s, rng, start, now

    def later(self, least: int, most: int) -> dict[str, Any]:
        """Move on by some hours and return the moment as the acts want it."""
        step = timedelta(hours=self.rng.randint(least, most), minutes=self.rng.randint(1, 50))
        moment = self.at + step
        hour = moment.astimezone(ZONE).hour
        if not 8 <= hour < 18:  # offices are closed: the next morning
            moment = at_local(local_day(moment) + timedelta(days=hour >= 18), 9, moment.minute)
        self.at = min(moment, self.now)
        return {"at": self.at}


def add_cases(s: Session, fields: list[Field], rng: Random, day: date, now: datetime) -> int:
    """Add the cases of PLAN; return how many."""
    towns = {town.name: town for town in s.scalars(select(Town))}
    count = 0
    for outcome, age, field in _plan(fields, rng):
        start = at_local(day - timedelta(days=age), rng.randint(8, 19), rng.randint(0, 59))
        if age == 0:
            start = now - timedelta(minutes=rng.randint(20, 18 * 60))
        walk = Walk(s, rng, start, now)
        letter, project = _letter(walk, field, count)
        town = project.town or towns[SEAT]
        case = _submit(walk, letter, project, town, f"demo-{day.isoformat()}-{count}", count)
        _lead(walk, case, field, outcome, letter)
        count += 1
    return count


def _plan(fields: list[Field], rng: Random) -> Iterator[tuple[str, int, Field]]:
    """Yield what becomes of each case, its age in days and its field, the oldest first."""
    outcomes = [
        (rng.randint(youngest, oldest), outcome)
        for outcome, number, youngest, oldest in PLAN
        for _ in range(number)
    ]
    for age, outcome in sorted(outcomes, reverse=True):
        yield outcome, age, rng.choice(fields)


def _letter(walk: Walk, field: Field, n: int) -> tuple[list[str], Project]:
    """Return the n-th letter and its project; one about works not yet begun waits its turn."""
    for letter in (field.letters * 2)[n % len(field.letters) :]:
        project = walk.rng.choice([p for p in field.projects if letter[4] in p.name])
        if not letter[4] or project.start_on <= local_day(walk.at):
            break
    return letter, project


def _submit(walk: Walk, letter: list[str], project: Project, town: Town, key: str, n: int) -> Case:
    rng = walk.rng
    kind, title, body, _answer_text, about, matter, *_adoption = letter
    words = slots(rng, town.name, project.name)
    has_phone = rng.random() < 0.8
    contact = Contact(
        name=rng.choice(["", "居民", "张女士", "李先生", "陈师傅"]),
        phone=words["phone"] if has_phone else "",
        email="" if has_phone else f"resident{n}@example.cn",
    )
    sent = Letter(
        kind=Kind(kind),
        title=title.format(**words)[:80],
        body=body.format(**words),
        contact=contact,
        consent_publish=rng.random() < 0.82,
        project=project if "{project}" in body or (about and rng.random() < 0.6) else None,
        category=walk.s.get(Category, matter) if rng.random() < 0.7 else None,
        town=town if n % 4 else None,
        place=words["village"] if "{village}" in title + body else "",
    )
    reference = f"{walk.at:%Y%m%d}-{900_000 + n * 37 % 99_991:06d}"
    return submit(walk.s, sent, submission_key=key, reference=reference, at=walk.at).case


def _lead(walk: Walk, case: Case, field: Field, outcome: str, letter: list[str]) -> None:
    """Lead a case through the acts until it stands where `outcome` says."""
    s, rng = walk.s, walk.rng
    moderator = rng.choice(MODERATORS)
    if outcome == "submitted":
        return
    if outcome == "rejected":
        reason = rng.choice(REJECTS)
        actions.reject(s, case, reason, actor=moderator, **walk.later(2, 20))
        return
    if outcome == "withdrawn":
        writer = Actor("resident", Role.RESIDENT, proven=frozenset({case.reference}))
        actions.withdraw(s, case, actor=writer, note="已经自己解决了。", **walk.later(3, 30))
        return
    actions.assign(s, case, field.lead, actor=moderator, note=TOLD, **walk.later(1, 20))
    if rng.random() < 0.75:
        _publish(walk, case, moderator)
    officer = Actor(f"officer-{field.lead.code}", Role.OFFICER, department_id=field.lead.id)
    if outcome == "assigned":
        return
    if outcome == "returned":
        note, basis = (
            "经核实，该路段由乡镇负责管护，建议改派。",
            "《青禾县农村公路管护责任清单》第3项",
        )
        return_(s, case, actor=officer, note=note, basis=basis, **walk.later(1, 6))
        return
    actions.sign(s, case, actor=officer, **walk.later(2, 20))
    if outcome == "extended":
        note = "需要开挖检测并等待材料，预计十个工作日内完成。"
        actions.extend(s, case, actor=officer, note=note, **walk.later(20, 60))
    if outcome in ("in_progress", "extended"):
        return
    _answer(walk, case, letter, officer)
    if outcome == "sent_back":
        note = "请写明整改完成时间和责任人，不能只说“已督促”。"
        actions.send_back(s, case, actor=moderator, note=note, **walk.later(2, 20))
        return
    if outcome == "answered":
        return
    text = mask(case.answer.text).masked
    actions.close(s, case, actor=moderator, answer_text=text, **walk.later(2, 24))
    _judge(walk, case, is_unhappy=outcome == "reopened")


def _publish(walk: Walk, case: Case, moderator: Actor) -> None:
    s = walk.s
    if case.consent_publish:
        title, body = mask(case.title).masked, mask(case.body).masked
        texts = {"public_title": title, "public_body": body}
        actions.publish(s, case, **texts, actor=moderator, **walk.later(0, 2))
    elif walk.rng.random() < 0.3:
        note = "您没有同意公开，办理结果只向您本人反馈。"
        said = {"reason": "other", "note": note}
        actions.withhold(s, case, actor=moderator, **said, **walk.later(0, 2))


def _answer(walk: Walk, case: Case, letter: list[str], officer: Actor) -> None:
    rng = walk.rng
    text = letter[3].format(after=rng.choice(["次日", "当周", "两天后"]))
    slow = 260 if rng.random() < 0.15 else 90
    adoption = Adoption(letter[6]) if case.kind is Kind.SUGGESTION else None
    actions.answer(walk.s, case, text, adoption=adoption, actor=officer, **walk.later(16, slow))


def _judge(walk: Walk, case: Case, *, is_unhappy: bool) -> None:
    rng = walk.rng
    writer = Actor("resident", Role.RESIDENT, proven=frozenset({case.reference}))
    if is_unhappy:
        resolved, satisfaction, note = Resolved.NO, rng.choice([1, 2]), "只来看了一眼，问题还在。"
    elif rng.random() < 0.4:
        return  # many never say; silence is not satisfaction
    elif rng.random() < 0.7:
        resolved, satisfaction, note = Resolved.YES, rng.choice([5, 5, 4, 4, 3]), ""
    else:
        resolved, satisfaction, note = (
            Resolved.PARTLY,
            rng.choice([4, 3, 3, 2]),
            "还差一点。",
        )
    actions.judge(
        walk.s,
        case,
        resolved=resolved,
        satisfaction=satisfaction,
        note=note,
        actor=writer,
        **walk.later(5, 90),
    )
