"""What a resident is told once before a letter is sent: where else to go, what is there already.

Nothing here stops a letter. What was told is remembered in the form; only what is new is told
again, when the text has been changed meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal import clock
from portal.cases.categories.models import Category
from portal.cases.kinds import CONFLICTING, Kind
from portal.cases.models import Case
from portal.cases.stoppers import stoppers
from portal.county.presets import PROFILE
from portal.county.queries import profile
from portal.county.taxonomy import Severity, Stopper
from portal.language import N_
from portal.projects.queries import by_code
from portal.public.intake_forms import FeedbackForm
from portal.public.similar import About, similar

DISCIPLINE = "discipline"
"""The stopper that proposes to report wrongdoing as such."""

NO_REPORTS = {
    "title": N_("反映违纪违法，请打12388"),
    "advice": N_("本平台不受理举报，请向纪检监察机关反映。不涉及违纪违法的部分可以继续提交。"),
}
"""What is said instead, in a county that takes no reports here."""

_LONGEST = 2000
"""Characters of what was told that are read."""


@dataclass(frozen=True)
class Look:
    """What is told before a letter is sent."""

    stoppers: Sequence[Stopper] = ()
    cases: Sequence[Case] = ()
    asks: bool = False
    """Whether the chosen category asks what this page did not show yet."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.stoppers or self.cases or self.asks)

    @property
    def urgent(self) -> list[Stopper]:
        """What a call is better for, now."""
        return [one for one in self.stoppers if one.severity is Severity.CALL_NOW]

    @property
    def elsewhere(self) -> list[Stopper]:
        """What another office decides, or a quicker way exists for."""
        return [one for one in self.stoppers if one.severity is Severity.ELSEWHERE]


def second_look(s: Session, form: FeedbackForm) -> Look:
    """Return what has to be told of this letter and was not; remember it in the form."""
    category = s.get(Category, form.category.data) if form.category.data else None
    told = set((form.told.data or "")[:_LONGEST].split(","))
    found = _stoppers(s, form, category)
    alike = [] if form.target in CONFLICTING else similar(s, _about(s, form, category))
    look = Look(
        stoppers=[one for one in found if one.code not in told],
        cases=[case for case in alike if case.reference not in told],
        asks=not form.is_asked,
    )
    seen = [*(one.code for one in found), *(case.reference for case in alike)]
    form.told.data = ",".join(sorted({*told, *seen} - {""}))
    return look


def _stoppers(s: Session, form: FeedbackForm, category: Category | None) -> list[Stopper]:
    county = profile(s, clock.today()).name
    found = stoppers(
        f"{form.title.data}\n{form.body.data}",
        Stopper.of(category.code, category.stopper) if category else None,
        county="" if county == PROFILE["name"] else county,
    )
    if form.is_report:
        return [one for one in found if one.code != DISCIPLINE]
    if Kind.REPORT in form.offer.kinds:
        return found
    return [replace(one, **NO_REPORTS) if one.code == DISCIPLINE else one for one in found]


def _about(s: Session, form: FeedbackForm, category: Category | None) -> About:
    return About(
        kind=Kind(form.kind.data),
        title=form.title.data,
        body=form.body.data,
        project=by_code(s, form.project.data) if form.project.data else None,
        category=category,
        town_code=form.town.data or "",
        place=form.place.data or "",
    )
