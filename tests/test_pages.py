"""Every page opens for whom it is meant, on both databases."""

from datetime import date

import pytest

from portal import clock
from portal.projects.models import ProjectStatus
from portal.security import Role
from tests import factories

PUBLIC = ["/", "/projects", "/feedback/new", "/feedback", "/track", "/about", "/accessibility"]
PUBLIC += ["/ratings", "/ratings/rules", "/verify", "/mine", "/mine/erase", "/outbox"]


@pytest.mark.parametrize("path", [*PUBLIC, "/staff/sign-in"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_public_page_opens_while_the_database_is_empty(client, path, language):
    with client.session_transaction() as cookie:
        cookie["language"] = language
    page = client.get(path)
    assert page.status_code == 200
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in page.text


@pytest.fixture
def county(write):
    """A department, a completed and a running project, and cases in several states."""

    def make(s):
        unit = factories.department(s)
        done = factories.project(s, unit=unit)
        running = factories.project(s, "城北道路", ProjectStatus.IN_PROGRESS, unit)
        return {
            "unit": unit.id,
            "done": done.code,
            "running": running.code,
            "new": factories.case(s, project=done).reference,
            "answered": factories.answered(s, unit).reference,
            "public": factories.public(s, unit, project=done).reference,
        }

    return write(make)


def test_every_public_page_opens_with_content(client, county):
    paths = [
        *PUBLIC,
        f"/projects/{county['done']}",
        f"/projects/{county['running']}",
        f"/projects/{county['done']}/rate",
        f"/projects/{county['running']}/rate",
        f"/projects/{county['done']}/notice",
        f"/projects/{county['running']}/notice",
        "/ratings?year=2026",
        "/ballots/2026",
        f"/feedback/{county['public']}",
        "/projects?year=2026&status=completed&q=供水",
    ]
    for path in paths:
        assert client.get(path).status_code == 200, path


def test_a_case_that_is_not_public_is_not_found(client, county):
    assert client.get(f"/feedback/{county['new']}").status_code == 404
    assert client.get(f"/feedback/{county['answered']}").status_code == 404


def test_every_staff_page_opens_for_its_role(sign_in, county):
    moderator = sign_in(Role.MODERATOR)
    for path in [
        "/moderation/",
        "/moderation/?state=answered",
        "/appraisal/comments",
        "/appraisal/doubts",
        "/appraisal/doubts?state=rejected",
        "/appraisal/entry",
        f"/appraisal/entry/{county['done']}",
    ]:
        assert moderator.get(path).status_code == 200, path
    for key in ("new", "answered", "public"):
        assert moderator.get(f"/moderation/cases/{county[key]}").status_code == 200
    officer = sign_in(Role.OFFICER, county["unit"])
    for path in [
        "/desk/",
        f"/desk/cases/{county['answered']}",
        "/staff/own",
        "/appraisal/follow-ups",
        "/appraisal/follow-ups?show=ended",
    ]:
        assert officer.get(path).status_code == 200, path
    inspector = sign_in(Role.INSPECTOR)
    for path in [
        "/supervision/",
        "/supervision/?overdue=yes",
        f"/supervision/cases/{county['new']}",
        "/supervision/audit",
        "/appraisal/waves",
        f"/appraisal/waves/{county['done']}",
        "/appraisal/contacts",
        "/appraisal/contacts/new",
        "/appraisal/appeals",
        "/appraisal/appeals?show=decided",
        "/appraisal/oversight",
        "/appraisal/ballots",
        "/appraisal/ballots/new",
    ]:
        assert inspector.get(path).status_code == 200, path
    admin = sign_in(Role.ADMIN, username="root1")
    for path in [
        "/staff/accounts",
        "/staff/accounts/new",
        "/staff/accounts/root1",
        "/staff/departments",
        "/staff/departments/new",
        "/supervision/audit",
    ]:
        assert admin.get(path).status_code == 200, path


STAFF_DOORS = ["/moderation/", "/desk/", "/supervision/", "/staff/accounts", "/staff/own"]
STAFF_DOORS += ["/appraisal/doubts", "/appraisal/follow-ups", "/appraisal/appeals"]


@pytest.mark.parametrize("path", STAFF_DOORS)
def test_a_visitor_is_sent_to_sign_in(client, path):
    page = client.get(path)
    assert page.status_code == 302
    assert page.location.startswith("/staff/sign-in?next=")


def test_a_role_does_not_open_another_roles_door(sign_in, county):
    inspector = sign_in(Role.INSPECTOR)
    for path in ["/moderation/", "/desk/", "/staff/accounts", "/appraisal/doubts"]:
        assert inspector.get(path).status_code == 403, path


def test_an_officer_does_not_see_another_departments_case(sign_in, county, write):
    other = write(lambda s: factories.department(s).id)
    officer = sign_in(Role.OFFICER, other)
    assert officer.get(f"/desk/cases/{county['answered']}").status_code == 404


@pytest.mark.parametrize(
    ("day", "is_warned"), [(date(2026, 6, 1), False), (date(2026, 12, 5), True)]
)
def test_inspectors_are_warned_before_a_year_without_holidays(sign_in, monkeypatch, day, is_warned):
    inspector = sign_in(Role.INSPECTOR)
    monkeypatch.setattr(clock, "local_day", lambda _moment: day)
    page = inspector.get("/supervision/")
    assert ("2027年的放假安排还没有录入" in page.text) is is_warned


def test_the_health_page_asks_the_database(client):
    assert client.get("/healthz").json == {"status": "ok"}
