"""Which cases a query code opens: the letter it was handed out for, and what was split from it.

A part has a reference, which messages name, and no code that anybody was given: the writer's
one code opens the letter and every part.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.intake import find
from portal.cases.models import Case


def opened_by(s: Session, reference: str, code: str) -> list[Case]:
    """Return the cases that `code` opens, the one asked for first; none when it is wrong.

    `reference` is of the letter itself or of any part of it.
    """
    letter = find(s, reference, code)
    if letter is not None:
        return [letter, *parts_of(s, letter)]
    asked = s.scalar(select(Case).where(Case.reference == reference))
    above = asked.origin if asked else None
    while above is not None:
        if find(s, above.reference, code) is not None:
            family = [above, *parts_of(s, above)]
            return [asked, *(case for case in family if case is not asked)]
        above = above.origin
    return []


def parts_of(s: Session, letter: Case) -> list[Case]:
    """Return what was split from a letter, and from its parts, one query for each generation."""
    found: list[Case] = []
    parents = [letter.id]
    while parents:
        parts = list(s.scalars(select(Case).where(Case.origin_id.in_(parents)).order_by(Case.id)))
        found += parts
        parents = [part.id for part in parts]
    return found
