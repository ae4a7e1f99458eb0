"""Nobody but administrators comes into the import room."""

import pytest
from sqlalchemy import func, select

from portal.departments.models import Department
from portal.projects.models import Project
from portal.security import Role
from tests.imports.county import settle, take
from tests.imports.test_writing import LIST

DOORS = ("/imports/", "/imports/uploads/1", "/imports/uploads/1/preview", "/imports/batches/1")
DOORS += ("/imports/template.xlsx", "/imports/ledger/2026.xlsx")
ACTS = ("/imports/", "/imports/uploads/1/columns", "/imports/uploads/1/choices")
ACTS += ("/imports/uploads/1/confirm", "/imports/uploads/1/drop", "/imports/batches/1/undo")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OFFICER, Role.INSPECTOR])
def test_other_staff_may_not(sign_in, write, role):
    write(lambda s: (settle(s), take(s, LIST)))
    unit = write(lambda s: s.scalar(select(Department.id).where(Department.code == "edu")))
    client = sign_in(role, unit if role is Role.OFFICER else None)
    assert {client.get(path).status_code for path in DOORS} == {403}
    assert {client.post(path).status_code for path in ACTS} == {403}
    assert write(lambda s: s.scalar(select(func.count()).select_from(Project))) == 2


def test_visitors_are_asked_to_sign_in(client):
    assert {client.get(path).status_code for path in DOORS} == {302}
    assert {client.post(path).status_code for path in ACTS} == {403}
