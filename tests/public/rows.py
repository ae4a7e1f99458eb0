"""Publishing rows of a project, as staff do."""

from datetime import date

from portal import clock
from portal.projects.record.actions import apply
from portal.projects.record.models import Operation
from portal.projects.record.values import row_values
from portal.projects.sections import SECTIONS
from tests.factories import ADMIN

NOW = clock.at_local(date(2026, 11, 15), 10)
"""The moment at which the tests of public pages look."""


def add(s, project, section, at=NOW, **after):
    """Publish a new row."""
    options = {"actor": ADMIN, "organisation": "县水利局", "at": at}
    return apply(s, project, SECTIONS[section], Operation.ADD, None, after, **options)


def change(s, project, section, row, at=NOW, **more):
    """Publish a change of a row."""
    after = row_values(SECTIONS[section], row) | more
    options = {"actor": ADMIN, "organisation": "县水利局", "at": at}
    apply(s, project, SECTIONS[section], Operation.CHANGE, row, after, **options)


def remove(s, project, section, row, at=NOW):
    """Publish that a row is gone."""
    options = {"actor": ADMIN, "organisation": "县水利局", "at": at}
    apply(s, project, SECTIONS[section], Operation.REMOVE, row, {}, **options)
