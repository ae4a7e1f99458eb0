"""Public cases that a letter is likely about: shown before it is sent, to join one instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal import clock
from portal.cases.categories.models import Category
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.parts import CaseFile
from portal.cases.similarity import Candidate, Draft, likely
from portal.cases.workflow import OPEN, Visibility
from portal.projects.models import Project

WITHIN = timedelta(days=180)
"""Older cases are not offered: whoever still waits then has something new to say."""

MOST, NEAREST = 200, 40
"""Cases that are compared: in all, and of the same project, town and group of matters each;
whatever is left of MOST goes to the newest."""

WITHOUT = (Kind.REPORT, Kind.PRAISE)
"""Kinds for which nothing is looked for: one is secret, the other is not to be answered."""


@dataclass(frozen=True)
class About:
    """What a letter says of itself, as far as cases are compared."""

    kind: Kind
    title: str
    body: str
    project: Project | None
    category: Category | None
    town_code: str
    place: str


def similar(s: Session, about: About) -> list[Case]:
    """Return the public cases still open that are likely the same matter, the likeliest first.

    Two statements, whatever the number of cases. Of a case only what is public is compared,
    so nobody can find out by trying what its writer wrote beside it.
    """
    if about.kind in WITHOUT:
        return []
    candidates = [_candidate(row) for row in s.execute(_candidates(about))]
    draft = Draft(
        title=about.title,
        body=about.body,
        project_id=about.project.id if about.project else None,
        category_code=about.category.code if about.category else "",
        place=about.place,
        town=about.town_code,
    )
    matches = likely(draft, candidates)
    return _shown(s, [match.reference for match in matches]) if matches else []


def first_photo(case: Case) -> CaseFile | None:
    """Return the first photo of a public case that everybody may see."""
    return next((file for file in public_files(case) if file.public_file.is_photo), None)


def public_files(case: Case) -> list[CaseFile]:
    """Return the files of a public case that everybody may see."""
    return [file for file in case.files if file.visibility is Visibility.PUBLIC]


def _candidates(about: About):
    """Select the newest cases of the same project, town and group, and the newest of all."""
    is_open = (
        Case.visibility == Visibility.PUBLIC,
        Case.state.in_(OPEN),
        Case.submitted_at > clock.now() - WITHIN,
    )

    def newest(most: int, *conditions: ColumnElement[bool]):
        found = select(Case.id).where(*is_open, *conditions)
        return found.order_by(Case.submitted_at.desc(), Case.id.desc()).limit(most)

    near = []
    if about.project:
        near.append(Case.project_id == about.project.id)
    if about.town_code:
        near.append(Case.town_code == about.town_code)
    if about.category:
        near.append(Case.category_code.in_(_group_of(about.category)))
    sets = [newest(NEAREST, condition) for condition in near]
    sets.append(newest(MOST - NEAREST * len(sets)))
    columns = (
        Case.reference,
        Case.public_title,
        Case.public_body,
        Case.project_id,
        Case.category_code,
        Case.town_code,
    )
    return select(*columns).where(or_(*(Case.id.in_(found) for found in sets)))


def _group_of(category: Category):
    """Select the codes that stand in one group with this category: people choose differently."""
    group = category.parent_code or category.code
    within = or_(Category.code == group, Category.parent_code == group)
    return select(Category.code).where(within)


def _candidate(row) -> Candidate:
    return Candidate(
        reference=row.reference,
        title=row.public_title,
        body=row.public_body,
        project_id=row.project_id,
        category_code=row.category_code or "",
        town=row.town_code or "",
    )


def _shown(s: Session, references: Sequence[str]) -> list[Case]:
    """Return the cases with what is shown of them, in the order of their references."""
    found = s.scalars(
        select(Case)
        .where(Case.reference.in_(references))
        .options(
            joinedload(Case.department),
            selectinload(Case.files).joinedload(CaseFile.public_file),
        )
    )
    return sorted(found, key=lambda case: references.index(case.reference))
