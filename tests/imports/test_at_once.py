"""Two administrators at once, with real threads and real commits, on both databases."""

import pytest

from portal import clock, db
from portal.accounts import actions as accounts
from portal.imports.models import ImportUpload
from portal.projects.models import ImportBatch, Project
from portal.security import Role
from tests import factories
from tests.imports.county import settle
from tests.imports.test_pages import form_of, upload
from tests.imports.test_writing import LIST
from tests.test_at_once import at_once, count


@pytest.fixture
def browse(own_app):
    """Make a browser in which one administrator is signed in."""
    with own_app.app_context(), db.transaction() as s:
        settle(s)
        person = factories.account(s, "admin", Role.ADMIN)
        _row, token = accounts.open_session(s, person, browser="x", hours=1, at=clock.now())

    def browser():
        client = own_app.test_client()
        client.set_cookie("staff", token)
        return client

    return browser


def test_one_upload_confirmed_many_times_at_once_is_one_batch(own_app, browse):
    path = upload(browse(), LIST)
    form = form_of(browse().get(f"{path}/preview"))
    codes = at_once(6, lambda _n: browse().post(f"{path}/confirm", data=form).status_code)
    assert sorted(codes) == [303] + [409] * 5
    assert (count(own_app, ImportBatch), count(own_app, Project)) == (1, 2)


def test_one_list_uploaded_and_confirmed_many_times_at_once_is_one_batch(own_app, browse):
    paths = [upload(browse(), LIST) for _n in range(4)]
    forms = [form_of(browse().get(f"{path}/preview")) for path in paths]

    def send(n: int) -> int:
        return browse().post(f"{paths[n]}/confirm", data=forms[n]).status_code

    assert sorted(at_once(4, send)) == [303] + [409] * 3
    assert (count(own_app, ImportBatch), count(own_app, Project)) == (1, 2)
    assert count(own_app, ImportUpload) == 4


def test_one_batch_taken_back_many_times_at_once_is_taken_back_once(own_app, browse):
    path = upload(browse(), LIST)
    form = form_of(browse().get(f"{path}/preview"))
    batch = browse().post(f"{path}/confirm", data=form).headers["Location"]
    codes = at_once(5, lambda _n: browse().post(f"{batch}/undo").status_code)
    assert sorted(codes) == [303] + [409] * 4
