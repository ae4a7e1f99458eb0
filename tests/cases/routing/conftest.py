"""What a process has learned is forgotten between tests."""

import pytest

from portal.cases.routing.learned import look_again


@pytest.fixture
def forgetful(app):
    """Let no model of one test be used in another."""
    with app.app_context():
        look_again()
    yield
    with app.app_context():
        look_again()
