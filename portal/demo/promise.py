"""What was promised in the invented county: items, sites, stages, decisions, and who answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from portal.demo.course import HUNDRED, Course
from portal.demo.days import fill, workday
from portal.demo.log import Log
from portal.departments.models import Department
from portal.projects.kinds import DecisionKind, DutyRole, ProjectStatus, Stage
from portal.projects.models import Decision, Item, Site, StageRecord
from portal.projects.people.models import Duty, Leader
from portal.projects.record.values import plain
from portal.projects.rules import furthest

NOTICE_DAYS = 10
"""From acceptance to the end of the public notice of seven days."""


def add_items(course: Course, log: Log) -> list[Item]:
    """Return the items of a project, each as far as the whole."""
    found = []
    for n, (name, quantity, unit, *more) in enumerate(course.story.get("items", [])):
        found.append(_item(course, n, name, quantity, unit, *more))
    log.s.add_all(found)
    log.s.flush()
    return found


def _item(
    course: Course,
    n: int,
    name: str,
    quantity: float | None,
    unit: str,
    more: Mapping[str, Any] | None = None,
) -> Item:
    more = more or {}
    target = None if quantity is None else Decimal(str(quantity))
    for _on, row in course.decided(DecisionKind.TARGET, course.days.day):
        target = Decimal(row[4][1]) if row[4][0] == name else target
    end = Decimal(str(more.get("done", quantity if target is None else target)))
    begin = Decimal(str(more.get("from", 0)))
    part = min(course.project.percent or _year_part(course), HUNDRED)
    if more.get("whole") and course.completed_on is None:
        part = Decimal(0)  # a bed or a pupil's place is there when all of it is
    done = begin + (end - begin) * part / 100
    step = Decimal("0.1") if end % 1 or (target or 0) % 1 else Decimal(1)
    rounding = ROUND_HALF_UP if end < begin else ROUND_DOWN
    return Item(
        project_id=course.project.id,
        sort_order=n,
        name=name,
        quantity=target,
        unit=unit,
        done=done.quantize(step, rounding) if course.reports else None,
        is_lower_better=more.get("lower", False),
        owner="",
        note=more.get("note", ""),
    )


def _year_part(course: Course) -> Decimal:
    """A policy has no percent: whoever is entitled gets it from the first month on."""
    return HUNDRED if course.more["kind"] == "policy" and course.reports else Decimal(0)


def add_sites(course: Course, places: Mapping[str, list[float]], log: Log) -> list[Site]:
    """Return the sites of a project; one begins after the other."""
    rows = course.story.get("sites", [])
    found = [_site(course, n, row, places) for n, row in enumerate(rows)]
    log.s.add_all(found)
    return found


def _site(course: Course, n: int, row: list[Any], places: Mapping[str, list[float]]) -> Site:
    name, town, address, *rest = row
    more = rest[0] if rest else {}
    whole = course.project.percent
    percent = None if whole is None else min(whole * (100 + 4 * (1 - n)) // 100, HUNDRED)
    note = ""
    if percent is not None and more and course.completed_on is None:
        percent, note = min(percent, Decimal(more["slow"])), more["note"]
    elif percent is not None and len(course.story["sites"]) > 2 and percent > 95:
        percent = HUNDRED
    status = course.project.status
    if status is ProjectStatus.IN_PROGRESS and percent == HUNDRED:
        status = ProjectStatus.COMPLETED
    if status is ProjectStatus.COMPLETED:
        percent = HUNDRED
    latitude, longitude = places[town]
    return Site(
        project_id=course.project.id,
        number=n + 1,
        name=name,
        address=address,
        town_code=town,
        latitude=Decimal(f"{latitude + (course.n * 37 % 19 - 9 + n * 5) / 2500:.6f}"),
        longitude=Decimal(f"{longitude + (course.n * 53 % 17 - 8 - n * 4) / 2500:.6f}"),
        status=status,
        percent=percent,
        note=note,
    )


def add_stages(course: Course, data: Mapping[str, Any], handover: date | None, log: Log) -> None:
    """Record the stages that have come, each with its document, and the furthest of them."""
    found = []
    for stage, reached, document, note in _stages(course, data, handover):
        if course.days.past(reached):
            found.append(
                StageRecord(
                    project_id=course.project.id,
                    stage=stage,
                    reached_on=reached,
                    document_no=document,
                    note=note,
                )
            )
            if stage not in (Stage.COLLECTION, Stage.CANDIDATE):
                n = course.n + 5 * (stage is Stage.ACCEPTANCE)
                log.row(course.project, "stage", found[-1], course.days.moment(reached, n))
    log.s.add_all(found)
    course.project.stage = furthest([r.stage for r in found])


def _stages(
    course: Course, data: Mapping[str, Any], handover: date | None
) -> Iterator[tuple[Stage, date | None, str, str]]:
    days, done = course.days, course.completed_on
    for key, (on, document, note) in data.items():
        slots = {"voices": 312 + days.year % 10 * 17}
        yield Stage(key), days.of(on), fill(document, days.year), fill(note, days.year, **slots)
    begun = course.reports and not course.more.get("waiting")
    yield Stage.WORK, course.start if begun else None, "", "按计划启动实施"
    if done is None:
        return
    number = f"民实验〔{done.year}〕{course.n:02d}号"
    yield Stage.ACCEPTANCE, done, number, "竣工验收通过"
    notice = workday(done + timedelta(days=NOTICE_DAYS))
    yield Stage.NOTICE, notice, "", "完成情况公示7天，没有收到异议"
    ballot = workday(max(days.of("12-25"), notice + timedelta(days=20)))
    verdict = "基本满意" if course.n % 7 == 6 else "满意"
    document = f"青人常〔{ballot.year}〕21号"
    yield Stage.EVALUATION, ballot, document, f"县人大代表票决评议：{verdict}"
    yield Stage.UPKEEP, handover, "", "移交管护主体"


def add_decisions(course: Course, body: str, items: list[Item], log: Log) -> None:
    """Record the decisions that changed the promise, and what the log says of each."""
    project, days = course.project, course.days
    for kind, on, row in course.decisions:
        if on > days.day:
            continue
        before = course.due_on(on - timedelta(days=1))
        found = Decision(
            project_id=project.id,
            kind=kind,
            decided_by=body,
            document_no=fill(row[2], days.year),
            decided_on=on,
            reason=row[3],
            **_changed(course, kind, before, row, items),
        )
        at = days.moment(on, course.n + 4)
        log.s.add(found)
        log.row(project, "decision", found, at, "kind", "document_no", "decided_on", "reason")
        if kind is DecisionKind.TARGET:
            log.change(project, at, "item", row[4][0], "quantity", *_numbers(found))
        log.own(project, at, *_followed(course, kind, before, found))


def _changed(
    course: Course, kind: DecisionKind, before: date, row: list[Any], items: list[Item]
) -> dict[str, Any]:
    """Return which date or target a decision changed, from what to what."""
    if kind is DecisionKind.DATE:
        return {"due_before": before, "due_after": course.days.of(row[4])}
    if kind is not DecisionKind.TARGET:
        return {}
    name, after = row[4]
    (item,) = (i for i in items if i.name == name)
    (before,) = (row[1] for row in course.story["items"] if row[0] == name)
    return {
        "item_id": item.id,
        "target_before": f"{plain(Decimal(before))}{item.unit}",
        "target_after": f"{plain(Decimal(after))}{item.unit}",
    }


def _numbers(decision: Decision) -> tuple[str, str]:
    """Return the target before and after a decision, without its unit."""
    before, after = (
        "".join(c for c in text if c in "0123456789.")
        for text in (decision.target_before, decision.target_after)
    )
    return before, after


def _followed(
    course: Course, kind: DecisionKind, before: date, decision: Decision
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the project's own columns before and after a decision."""
    if kind is DecisionKind.DATE:
        return {"due_on": before}, {"due_on": decision.due_after}
    running, paused = ProjectStatus.IN_PROGRESS, ProjectStatus.PAUSED
    found = {
        DecisionKind.PAUSE: (running, paused),
        DecisionKind.RESUME: (paused, running),
        DecisionKind.STOP: (running, ProjectStatus.STOPPED),
    }.get(kind)
    return ({"status": found[0]}, {"status": found[1]}) if found else ({}, {})


@dataclass(frozen=True)
class People:
    """Who there is to answer for a project."""

    data: Mapping[str, Any]
    leaders: Mapping[str, Leader]
    units: Mapping[str, Department]


def add_duties(course: Course, people: People, log: Log) -> None:
    """Record who answers for a project, with those who did before."""
    project, rows = course.project, list(_duties(course, people))
    for row in rows:
        log.s.add(row)
        if row.from_on <= course.days.day:
            log.row(project, "duty", row, course.days.moment(row.from_on, course.n + 2))
    held = [
        r.leader_id
        for r in rows
        if r.role is DutyRole.COUNTY_LEADER and (r.until_on or course.days.day) >= course.days.day
    ]
    project.leader_id = held[-1]


def _duties(course: Course, people: People) -> Iterator[Duty]:
    data, units, project = people.data, people.units, course.project
    unit = next(code for code, one in units.items() if one is project.department)
    begin = min(course.days.of("01-28"), course.days.day)
    for code, first, last in _leaders(course, people, begin):
        yield _duty(course, DutyRole.COUNTY_LEADER, first, last, leader_id=people.leaders[code].id)
    (head, post), deputy, _desk = data["heads"][unit]
    moved = data["moved"]
    last = course.days.of(moved["last_day"])
    if unit == moved["unit"] and course.days.year < course.days.day.year:
        person = {"name": moved["name"], "post": f"{project.department_text}{moved['post']}"}
        yield _duty(course, DutyRole.FIRST, begin, last, **person)
        begin_head = last + timedelta(days=1)
    else:
        begin_head = begin
    name = project.department_text
    yield _duty(course, DutyRole.FIRST, begin_head, None, name=head, post=name + post)
    yield _duty(course, DutyRole.IN_CHARGE, begin, None, name=deputy[0], post=name + deputy[1])
    yield _duty(course, DutyRole.LEAD, begin, None, department_id=project.department_id)
    for code in data["own_assist"].get(course.name, data["assist"][course.field]):
        yield _duty(course, DutyRole.ASSIST, begin, None, department_id=units[code].id)


def _leaders(
    course: Course, people: People, begin: date
) -> Iterator[tuple[str, date, date | None]]:
    """Yield which county leader had charge of a project, from when and until when."""
    data, days = people.data, course.days
    code = data["own_leaders"].get(course.name, data["leaders"][course.field])
    former = data["former"]
    for name, before, after, on in data["changes"]:
        if name == course.name and days.past(days.of(on)):
            yield before, begin, days.of(on) - timedelta(days=1)
            yield after, days.of(on), None
            return
        code = before if name == course.name else code
    if code == former["successor"] and days.year < days.day.year:
        last = days.of(former["last_day"])
        yield former["code"], begin, last
        begin = last + timedelta(days=1)
    yield code, begin, None


def _duty(course: Course, role: DutyRole, first: date, last: date | None, **who: Any) -> Duty:
    return Duty(project_id=course.project.id, role=role, from_on=first, until_on=last, **who)
