"""Cases with a story: reports, conflicts, phone calls, photos, disputes, appeals, a hot spot.

The letters beside this module are many and alike; each of these shows one thing that can
happen to a case. They are data (matters.json) and go through the real acts (`stage`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.cases.categories.actions import route
from portal.cases.categories.models import Category
from portal.cases.contacts import Contact
from portal.cases.intake import Letter, submit
from portal.cases.kinds import STAFF_CHANNELS, Channel, Kind
from portal.cases.models import Case
from portal.cases.parts import CaseUpload
from portal.clock import at_local
from portal.county.models import Town
from portal.demo.pictures import document, picture
from portal.demo.stage import MODERATORS, Stage, Words, play, targets_of
from portal.demo.texts import DAYS, HOURS, TIMES, VILLAGES
from portal.departments.models import Department
from portal.files.actions import Accepted, store
from portal.files.models import MediaType
from portal.moderation import phrases, saved
from portal.moderation.filters import read as read_filter
from portal.moderation.models import Phrase, PhraseUse
from portal.projects.models import Project
from portal.security import RESIDENT, Actor, Role

NAMES = ("张女士", "李先生", "陈师傅", "居民", "")
ENTERED_AFTER = timedelta(minutes=25)
"""How long after a call, a visit or a letter it stands in the portal."""

_ADMIN = Actor("admin1", Role.ADMIN)


class Stories:
    """The county as the stories need it."""

    def __init__(
        self,
        s: Session,
        units: Mapping[str, Department],
        projects: list[Project],
        day: date,
        now: datetime,
    ) -> None:
        """Look up what the stories name."""
        self.s, self.units, self.projects, self.day, self.now = s, units, projects, day, now
        self.towns = {town.code: town for town in s.scalars(select(Town))}
        self.count = 0

    def tell(self, n: int, story: Mapping[str, Any]) -> None:
        """Bring one story's letter and let happen what happened to it."""
        start = self._start(n, story)
        case = self._submit(n, story, start)
        stage = Stage(self.s, self.units, case, start, self.now, n, self._echo)
        for verb, hours, words in story["steps"]:
            play(stage, verb, hours, words)
        self.count += len(case.split_off)

    def _start(self, n: int, story: Mapping[str, Any]) -> datetime:
        if "minutes" in story:
            return self.now - timedelta(minutes=story["minutes"])
        day = self.day - timedelta(days=story["days"])
        return at_local(day, story.get("hour", 8 + n % 9), n * 13 % 60)

    def _submit(self, n: int, story: Mapping[str, Any], at: datetime) -> Case:
        channel = Channel(story.get("channel", Channel.WEB))
        is_entered = channel in STAFF_CHANNELS
        key = f"demo-{self.day.isoformat()}-story{self.count}"
        self._upload(key, story, at)
        receipt = submit(
            self.s,
            self._letter(n, story, channel),
            at=at,
            submission_key=key,
            reference=f"{at:%Y%m%d}-{700_000 + self.count * 41:06d}",
            actor=MODERATORS[n % 2] if is_entered else RESIDENT,
            entered_at=min(at + ENTERED_AFTER, self.now) if is_entered else None,
        )
        self.count += 1
        return receipt.case

    def _letter(self, n: int, story: Mapping[str, Any], channel: Channel) -> Letter:
        project = self._project(story.get("project", ""))
        words = self._slots(n, story, project)
        is_anonymous = "from" in story
        phone = f"138000000{10 + n * 7 % 90}"
        kind = Kind(story["kind"])
        return Letter(
            kind=kind,
            title=story["title"].format(**words),
            body=story["body"].format(**words),
            contact=None if is_anonymous else Contact(name=NAMES[n % 5], phone=phone),
            consent_publish=story.get("consent", True) and kind is not Kind.REPORT,
            project=project,
            category=self.s.get(Category, story["matter"]) if story["matter"] else None,
            town=self.towns[story["town"]],
            place=story.get("place", "").format(**words),
            details=[(question, answer) for question, answer in story.get("details", [])],
            targets=targets_of(self.units, story.get("targets", [])),
            channel=channel,
        )

    def _slots(self, n: int, story: Mapping[str, Any], project: Project | None) -> dict[str, str]:
        """Fill the slots of a story without chance. Numbers look right and belong to nobody."""
        villages = " ".join(VILLAGES).split()
        return {
            "town": self.towns[story["town"]].name,
            "village": villages[n * 3 % len(villages)] + "村",
            "project": project.name if project else "",
            "time": TIMES[n % len(TIMES)],
            "day": DAYS[n % len(DAYS)],
            "hour": HOURS[n % len(HOURS)],
            "plate": f"青A·X{1000 + n * 97}",
            "phone": f"138000000{10 + n * 11 % 90}",
            "idcard": "350799199001010000",
        }

    def _project(self, name: str) -> Project | None:
        return next((p for p in self.projects if name in p.name), None) if name else None

    def _upload(self, key: str, story: Mapping[str, Any], at: datetime) -> None:
        """Let drawings and a scanned page wait for the letter, as uploads do."""
        files = [(f"{scene}.png", picture(scene)) for scene in story.get("photos", [])]
        if lines := story.get("papers"):
            files.append(("scan.pdf", document(lines)))
        for name, data in files:
            is_photo = name.endswith(".png")
            kind = MediaType.PNG if is_photo else MediaType.PDF
            edges = (800, 500) if is_photo else (None, None)
            file = store(self.s, Accepted(data, kind, *edges), at=at)
            self.s.add(CaseUpload(submission_key=key, file_id=file.id, name=name, created_at=at))
        self.s.flush()

    def _echo(self, stage: Stage, words: Words) -> Case:
        """Let somebody else write of the same matter as the case on the stage."""
        case = stage.case
        story = {
            "kind": case.kind.value,
            "matter": case.category_code,
            "town": case.town_code,
            "place": case.place,
            **words,
        }
        at = stage.at - timedelta(minutes=5)
        return self._submit(stage.n + 50 + self.count, story, at)


def add_matters(
    s: Session,
    data: Mapping[str, Any],
    units: Mapping[str, Department],
    projects: list[Project],
    day: date,
    now: datetime,
) -> int:
    """Tell the stories of `data`, and keep the moderators' phrases and filters; return how many
    cases there are of them."""
    stories = Stories(s, units, projects, day, now)
    for n, story in enumerate(data["stories"]):
        stories.tell(n, story)
    for use, title, text in data["phrases"]:
        row = Phrase()
        phrases.keep(s, row, PhraseUse(use), title, text, actor=MODERATORS[0], at=now)
    for username, name, query in data["filters"]:
        ident = s.scalars(select(Account.id).where(Account.username == username)).one()
        owner = Actor(username, Role.MODERATOR, account_id=ident)
        saved.keep(s, owner, name, read_filter(query))
    return stories.count


def add_routes(
    s: Session, rows: list[list[Any]], units: Mapping[str, Department], first: date, day: date
) -> None:
    """Put departments in charge of matters: matter, town or "", department, and how many days
    after `day` it begins; empty: on `first`."""
    by = {"actor": _ADMIN, "at": at_local(first, 9)}
    for matter, town, unit, days in rows:
        category, place = s.get_one(Category, matter), s.get(Town, town) if town else None
        begins = first if days is None else day + timedelta(days=days)
        route(s, category, place, units[unit], begins, **by)
