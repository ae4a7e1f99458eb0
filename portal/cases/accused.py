"""Whom a name means: accounts and units of this portal that stand in what somebody wrote.

Residents write "县交通局王局长" or a full name and know of no account. Whoever the name may mean
recuses themselves with their unit (信访工作条例, art. 28 and 30): one person too many costs a look
that another can take, one too few shows the accused who wrote. So a name that several bear
means them all, closed accounts and closed units among them.
"""

import re
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import Account
from portal.departments.models import Department
from portal.departments.queries import whole_register
from portal.routing.rules import Unit, signs
from portal.text import folded

SHORTEST_NAME = 2
"""Characters of a full name below which it stands in too many others."""

_OFFICES = re.compile("(?:人民政府|政府|街道办事处|办事处|村民委员会|居民委员会)$")
"""What is left out in speech: 城关镇人民政府 is called 城关镇."""

_COMPANY = "公司"
_FORM = re.compile("(?:股份有限|有限责任|有限)公司$")
_PLACE = re.compile("^(?:[一-龥]{1,4}?县|[县市区])(?=.{3})")
"""The county, or the level alone, that a company's name begins with."""

_SHORTEST_COMPANY = 3
"""Characters without the legal form below which a name is an ordinary word, such as 供水."""


@dataclass(frozen=True)
class Register:
    """Everybody who has a desk here and every unit, as they are looked for in names."""

    units: tuple[Unit, ...]
    by_code: dict[str, Department]
    people: tuple[tuple[str, Account], ...]
    """The full name of each, folded and small, with the account."""
    companies: dict[str, Department] = field(default_factory=dict)
    """The units under the names that a company may be written with."""

    def people_in(self, name: str) -> list[Account]:
        """Return the accounts whose full name is `name` or stands in it."""
        written = _plain(name)
        return [account for full, account in self.people if full in written]

    def units_in(self, name: str) -> list[Department]:
        """Return the units that `name` names by their name or an alias, level or not."""
        return [self.by_code[sign.department] for sign in signs(name, self.units)]

    def company(self, name: str) -> Department | None:
        """Return the unit that a company of this name is, whatever legal form is written."""
        written = _bare(name)
        bare = _FORM.sub("", written)
        forms = [written, bare + _COMPANY]
        forms += [bare] if len(bare) >= _SHORTEST_COMPANY else []
        return next((self.companies[one] for one in forms if one in self.companies), None)


def register(s: Session) -> Register:
    """Read who has a desk here and which units there are. Four queries."""
    departments = whole_register(s)
    everybody = select(Account).options(joinedload(Account.department))
    accounts = s.scalars(everybody.order_by(Account.id))
    named = ((_plain(account.full_name), account) for account in accounts)
    return Register(
        units=tuple(_unit(one) for one in departments),
        by_code={one.code: one for one in departments},
        people=tuple(pair for pair in named if len(pair[0]) >= SHORTEST_NAME),
        companies={
            known: one
            for one in departments
            for name in (*(alias.name for alias in one.aliases), one.name)
            for known in (_FORM.sub(_COMPANY, _bare(name)), _bare(name))
        },
    )


def _unit(department: Department) -> Unit:
    """Return a unit with the names it goes by, and none of its duties: those accuse nobody."""
    aliases = [alias.name for alias in department.aliases]
    short = (_OFFICES.sub("", name) for name in (department.name, *aliases))
    more = [name for name in short if len(name) > SHORTEST_NAME]
    return Unit(department.code, department.name, tuple(dict.fromkeys([*aliases, *more])))


def _bare(name: str) -> str:
    return _PLACE.sub("", _plain(name))


def _plain(text: str) -> str:
    return folded(text).lower()
