"""What the portal knows already that tables name: units, towns, leaders."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.county.queries import towns
from portal.departments.models import Department
from portal.departments.queries import names
from portal.projects.people.models import Leader


@dataclass(frozen=True)
class Registers:
    """Names -> codes, and codes -> ids."""

    units: dict[str, str]
    """Names and aliases of departments."""
    towns: dict[str, str]
    leaders: dict[str, str]
    """County leaders; a name that two of them bear is left out."""
    unit_ids: dict[str, int]
    leader_ids: dict[str, int]


def registers(s: Session) -> Registers:
    """Read the registers as they are now, in a fixed number of queries."""
    found = s.execute(select(Leader.name, Leader.code, Leader.id)).all()
    times = Counter(name for name, _code, _id in found)
    return Registers(
        units=names(s),
        towns={town.name: town.code for town in towns(s)},
        leaders={name: code for name, code, _id in found if times[name] == 1},
        unit_ids=dict(s.execute(select(Department.code, Department.id)).all()),
        leader_ids={code: ident for _name, code, ident in found},
    )
