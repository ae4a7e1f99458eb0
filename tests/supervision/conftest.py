"""What the tests of the inspectors' room share."""

import pytest

from portal.security import Role
from tests.desk.room import County, Now, make_county


@pytest.fixture
def now(monkeypatch) -> Now:
    """The clock, at noon of a Monday until a test moves it."""
    return Now(monkeypatch)


@pytest.fixture
def county(write, now) -> County:
    """Departments, and a letter that the first of them leads."""
    return write(make_county)


@pytest.fixture
def inspector(sign_in, county):
    """The browser of an inspector."""
    return sign_in(Role.INSPECTOR)
