"""Ratings that staff enter for residents: by telephone (电话回访) or at the door (入户走访).

They stand beside the residents' own ratings, never among them. The number that was called only
serves to tell one resident from another: its keyed pseudonym is what a verified resident with
that number has too, so that one resident stays one voice. The number itself is not kept.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import vault
from portal.clock import at_local, local_day
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.projects.models import Project, Site
from portal.ratings import counts
from portal.ratings.actions import Said, Voter, give, given_by
from portal.ratings.kinds import STAFF_CHANNELS, Channel, Proof, Standing
from portal.ratings.models import Rating
from portal.residents.actions import pseudonym_of
from portal.residents.rules import Contact
from portal.security import Actor, Permission, ensure

UNNAMED = "unnamed:"
"""How the rater of an entry without a number begins: nobody can tell whether it is the second."""


def enter(
    s: Session,
    project: Project,
    said: Said,
    *,
    channel: Channel,
    contact: Contact | None,
    key: str,
    site: Site | None,
    actor: Actor,
    at: datetime,
) -> Rating:
    """Enter what a resident said; again for the same contact, it replaces what was entered.

    Without a contact the rating stands for itself; `key` is the form's, so that sending it
    twice enters one. Raises WrongState when the resident has already rated in this wave, for
    their own word is never overwritten, and as `actions.give`; Invalid for another channel.
    """
    ensure(actor, Permission.RATING_MODERATE)
    if channel not in STAFF_CHANNELS:
        raise Invalid(N_("工作人员只能登记电话回访或入户走访的评价。"))
    counts.lock(s, project.id)
    rater = pseudonym_of(contact) if contact else f"{UNNAMED}{vault.index('unnamed', key)}"
    before = given_by(s, project, rater, at)
    if before and before.proof is not Proof.STAFF:
        raise WrongState(N_("这位居民在本轮已经自己评价过，以本人的评价为准，不再登记。"))
    voter = Voter(rater, Proof.STAFF, channel=channel, site=site)
    return give(s, project, said, voter, at=at, actor=actor)


def entered_today(s: Session, actor: Actor, at: datetime) -> int:
    """Return how many ratings this person has entered on the day of `at`."""
    beginning = at_local(local_day(at), 0)
    return s.scalar(
        select(func.count(Rating.id)).where(
            Rating.standing.in_((Standing.COUNTED, Standing.SET_ASIDE, Standing.REJECTED)),
            Rating.said_at >= beginning,
            Rating.given_at >= beginning,
            Rating.proof == Proof.STAFF,
            Rating.entered_by == actor.name,
        )
    )
