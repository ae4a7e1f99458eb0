"""What became of a suggestion: said with the answer to it, and counted for the whole county.

Source: 信访工作条例 art. 29: what is reasonable and feasible is adopted, or adopted in part, and
the writer is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.kinds import Adoption, Kind
from portal.cases.models import Answer, Case
from portal.errors import Invalid
from portal.language import N_
from portal.text import folded

SHORTEST_WHY = 20
"""Characters, blanks not counted, in which nobody can say why a suggestion is not adopted."""

NO_WHY = N_("没有采纳的，请写明理由，不少于%(n)s字。")


@dataclass(frozen=True)
class Adopted:
    """How many suggestions were answered, and what became of so many of them."""

    answered: int
    counts: Mapping[Adoption, int]

    @property
    def unsaid(self) -> int:
        """Of how many the answer does not say it: given before it was asked, or to another
        kind of case that the suggestion was merged into."""
        return self.answered - sum(self.counts.values())


def check_adoption(case: Case, adoption: Adoption | None, text: str) -> None:
    """Raise Invalid unless an answer to a suggestion, and no other, says what became of it.

    One that is not adopted is answered in at least `SHORTEST_WHY` characters.
    """
    if case.kind is not Kind.SUGGESTION:
        if adoption is not None:
            raise Invalid(N_("只有对建议的答复才写采纳情况。"))
    elif adoption is None:
        raise Invalid(N_("请选择采纳情况。"))
    elif lacks_reason(adoption, text):
        raise Invalid(NO_WHY, n=SHORTEST_WHY)


def lacks_reason(adoption: Adoption | None, text: str) -> bool:
    """Whether a suggestion is declined in fewer words than a reason needs."""
    return adoption is Adoption.DECLINED and len(folded(text)) < SHORTEST_WHY


def adopted(s: Session) -> Adopted:
    """Count the suggestions that have a released answer by what the last one says; one query.

    Cases that are not public are counted too: the figures are of the county's work.
    """
    last = (
        select(func.max(Answer.id).label("id"))
        .join(Case, Case.id == Answer.case_id)
        .where(Case.kind == Kind.SUGGESTION, Answer.released_at.is_not(None))
        .group_by(Answer.case_id)
        .subquery()
    )
    rows = s.execute(
        select(Answer.adoption, func.count())
        .join(last, last.c.id == Answer.id)
        .group_by(Answer.adoption)
    )
    found = dict(rows.all())
    counts = {adoption: found.get(adoption, 0) for adoption in Adoption}
    return Adopted(sum(found.values()), counts)
