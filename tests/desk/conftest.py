"""What the tests of the departments' room share."""

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
def officer(sign_in, county):
    """The browser of an officer of the lead department."""
    return sign_in(Role.OFFICER, county.lead)


@pytest.fixture
def helper(sign_in, county):
    """The browser of an officer of the department that may be asked to assist."""
    return sign_in(Role.OFFICER, county.helper)
