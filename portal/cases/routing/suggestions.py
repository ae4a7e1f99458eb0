"""Which departments a case should go to, best first, with the share and the reasons in words.

A person decides, or the county's own rule for automatic dispatch (`dispatching`); here it is
only worked out. No department that is closed, or that the case complains about, is ever among
them (信访工作条例, art. 28 and 30).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.categories.queries import in_charge
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.routing.evidence import (
    TELLS,
    Ranked,
    combine,
    of_returns,
    of_rules,
    of_similar,
)
from portal.cases.routing.learned import Learned, newest
from portal.cases.routing.register import active_rows, by_codes, units_of
from portal.cases.routing.similar import similar
from portal.cases.workflow import Action, State
from portal.clock import local_day
from portal.county.queries import intake
from portal.departments.models import Department
from portal.language import N_
from portal.routing.rules import Reason, Sign, Unit, signs

BY_MODEL = N_("文字与以往由该单位办理的诉求相近（模型判断%(percent)s%%）")
BY_WORDS = N_("“%(words)s”等用语与以往由该单位办理的诉求相近（模型判断%(percent)s%%）")

READ_FOR_REASONS = 600
"""Characters of a letter that are searched for the words the model went by."""

WORDS_SHOWN = 3

MOSTLY = 0.5
"""From this probability on what the model says is told first."""


@dataclass(frozen=True)
class Suggested:
    """A department, how much of all that is known speaks for it (0 to 1), and what does."""

    department: Department
    share: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Advice:
    """What is suggested for a case, and the model that took part."""

    suggested: list[Suggested]
    model_id: int | None


def suggest_for(s: Session, case: Case, at: datetime) -> list[Suggested]:
    """Return at most three departments for `case` as things stand at `at`, best first.

    Empty when nothing points anywhere. The number of queries does not depend on the case.
    """
    return advise(s, case, at).suggested


def advise(s: Session, case: Case, at: datetime) -> Advice:
    """Return what `suggest_for` does, with the model that took part."""
    register = active_rows(s)
    conflicting = case.conflicting
    usable = [d.code for d in register if d.id not in conflicting]
    learned = newest(s)
    text = _text(case)
    guesses = learned.classifier.predict(text) if learned else []
    ranked = combine(
        usable,
        [
            *of_rules(_signs(s, case, units_of(s, register), at)),
            *of_similar(similar(s, case)),
            *of_returns(_handed_back(case)),
        ],
        {guess.label: guess.probability for guess in guesses},
        first=_by_rule(s, case, usable, at),
    )
    found = by_codes(s, [one.department for one in ranked])
    suggested = [
        Suggested(found[one.department], one.share, _reasons(one, learned, text, n == 0))
        for n, one in enumerate(ranked)
    ]
    return Advice(suggested, learned.ident if learned else None)


def renew(s: Session, case: Case, at: datetime) -> list[Suggested]:
    """Work the stored suggestion out again, because what it rests on has changed.

    Acts that change kind, category, project, town or targets call it, and a return. Once a
    case is out its suggestion stays as it was when it was sent; a report has none.
    """
    if case.state is not State.SUBMITTED or case.is_confidential:
        return []
    return keep(s, case, at).suggested


def keep(s: Session, case: Case, at: datetime) -> Advice:
    """Work a suggestion out and store it in place of an earlier one."""
    advice = advise(s, case, at)
    best = advice.suggested[0] if advice.suggested else None
    row = case.suggestion
    if row is None:
        row = case.suggestion = CaseSuggestion()
    row.department = best.department if best else None
    row.confidence = best.share if best else 0.0
    row.model_id, row.made_at = advice.model_id, at
    s.flush()
    return advice


def keep_none(s: Session, case: Case, at: datetime) -> None:
    """Store that nothing is suggested, so that a case that cannot be read is not tried again."""
    if case.suggestion is None:
        case.suggestion = CaseSuggestion(confidence=0.0, made_at=at)
        s.flush()


def _text(case: Case) -> str:
    return f"{case.title}\n{case.body}"


def _signs(s: Session, case: Case, units: list[Unit], at: datetime) -> list[Sign]:
    """Return what the rules find: all departments are looked for, so that the name of one that
    is complained about is not taken for a shorter name of another."""
    project, category = case.project, case.category
    lead = project.department if project else None
    owner = in_charge(s, category, case.town_code, local_day(at)) if category else None
    return signs(
        _text(case),
        units,
        project_lead=(lead.code, project.name) if lead else None,
        category_owner=(owner.code, category.name) if owner else None,
    )


def _handed_back(case: Case) -> set[str]:
    """Return the departments that returned this case, with their reasons."""
    if not case.returns:  # its events need not be read
        return set()
    returned = [e.department for e in case.events if e.action == Action.RETURN]
    return {department.code for department in returned if department}


def _by_rule(s: Session, case: Case, usable: list[str], at: datetime) -> str | None:
    """Return the office that the county has for what the usual department may not see."""
    if not case.is_conflicted:
        return None
    code = intake(s, local_day(at))["conflict_department"]
    return code if code in usable else None


def _reasons(one: Ranked, learned: Learned | None, text: str, is_best: bool) -> tuple[Reason, ...]:
    """Add what the model says where it says something, with its words for the best only: they
    take as long to find as the rest together."""
    if learned is None or one.learned < TELLS:
        return one.reasons
    params = {"percent": f"{100 * one.learned:.0f}"}
    words: list[str] = []
    if is_best:
        part = text[:READ_FOR_REASONS]
        words = learned.classifier.reasons(part, one.department, WORDS_SHOWN)
    if words:
        told = Reason(BY_WORDS, params | {"words": "”“".join(words)})
    else:
        told = Reason(BY_MODEL, params)
    return (told, *one.reasons) if one.learned >= MOSTLY else (*one.reasons, told)
