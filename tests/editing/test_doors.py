"""Who may open which door: every door, every section, every role."""

import re

import pytest

from portal import db
from portal.projects.kinds import ProjectStatus
from portal.projects.models import Project
from portal.projects.record.models import Draft
from portal.projects.record.queries import rows_of
from portal.projects.sections import SECTIONS
from portal.security import Role
from tests.editing.examples import place, typed
from tests.editing.room import handed_in

PERSONS = ("resident", "own", "other", "moderator", "inspector", "admin")
EDITORS = {"own", "admin"}
DEPARTMENTS = {"own", "other", "admin"}
REVIEWERS = {"moderator", "admin"}


@pytest.fixture
def at(write):
    return write(lambda s: place(s, ProjectStatus.COMPLETED))


@pytest.fixture
def people(client, sign_in, at):
    """A browser of each kind of person."""
    return {
        "resident": client,
        "own": sign_in(Role.OFFICER, at.unit),
        "other": sign_in(Role.OFFICER, at.other),
        "moderator": sign_in(Role.MODERATOR),
        "inspector": sign_in(Role.INSPECTOR),
        "admin": sign_in(Role.ADMIN),
    }


def who_gets_in(people, path, method="get", **data):
    """The persons whom a door lets in; everybody else is told that they may not."""
    found = set()
    for name, browser in people.items():
        status = getattr(browser, method)(path, **data).status_code
        refused = 302 if (name, method) == ("resident", "get") else 403
        is_in = status in (200, 303, 422, 409) or (status == 302 and name != "resident")
        assert is_in or status == refused, (name, method, path, status)
        found |= {name} if is_in else set()
    return found


def section_paths(app, at):
    """Every door of every section: new, change, remove."""
    with app.app_context():
        s = db.session()
        project = s.get(Project, at.project)
        for key, section in SECTIONS.items():
            yield f"/editing/{at.code}/{key}/new"
            if section.is_added_only:
                continue
            for row in rows_of(s, project, section)[:1]:
                yield f"/editing/{at.code}/{key}/{row.id}"
                if key not in ("promise", "revisit"):
                    yield f"/editing/{at.code}/{key}/{row.id}/remove"


def test_only_the_lead_department_and_administrators_fill_in(app, people, at):
    paths = [f"/editing/{at.code}", *section_paths(app, at)]
    assert len(paths) > 28
    for path in paths:
        assert who_gets_in(people, path) == EDITORS, path
        if path.count("/") > 2:
            assert who_gets_in(people, path, "post", data={"act": "keep"}) == EDITORS, path


def test_a_refused_person_leaves_nothing_behind(app, people, at):
    for name in set(PERSONS) - EDITORS:
        for key in SECTIONS:
            data = typed(key, at) if key != "promise" else {"name": "别人的项目"}
            people[name].post(f"/editing/{at.code}/{key}/new", data=data | {"act": "submit"})
    with app.app_context():
        assert db.session().query(Draft).count() == 0


def test_each_list_opens_for_its_readers(people):
    assert who_gets_in(people, "/editing/") == DEPARTMENTS
    assert who_gets_in(people, "/editing/review") == REVIEWERS
    for path in ("/editing/leaders", "/editing/leaders/new", "/editing/projects/new"):
        assert who_gets_in(people, path) == {"admin"}
    for path in ("/editing/leaders/new", "/editing/projects/new"):
        assert who_gets_in(people, path, "post") == {"admin"}


def test_the_doors_of_a_draft(people, at):
    draft = handed_in(people["own"], f"/editing/{at.code}/honour/new", **typed("honour", at))
    assert who_gets_in(people, f"/editing/drafts/{draft}") == EDITORS
    assert who_gets_in(people, f"/editing/drafts/{draft}/change") == {"own"}
    assert who_gets_in(people, f"/editing/review/{draft}") == REVIEWERS
    for act in ("submit", "drop"):  # an administrator did not write it
        assert who_gets_in(people, f"/editing/drafts/{draft}/{act}", "post") == {"own"}
    for act in ("publish", "return"):
        assert who_gets_in(people, f"/editing/review/{draft}/{act}", "post") == REVIEWERS


def test_an_officer_sees_own_projects_and_an_administrator_all(people, at, write):
    other = write(place)
    assert at.code in people["own"].get("/editing/").text
    assert other.code not in people["own"].get("/editing/").text
    for code in (at.code, other.code):
        assert code in people["admin"].get("/editing/").text
    assert f"/editing/{other.code}" not in people["own"].get(f"/editing/?q={other.code}").text
    assert people["admin"].get("/editing/?year=2026&q=供水&after=x").status_code == 422


def test_rows_of_another_project_and_nonsense_are_not_found(people, at, write):
    foreign = write(place)
    own = people["own"]
    for path in (
        f"/editing/{at.code}/item/{foreign.item}",
        f"/editing/{at.code}/item/{foreign.item}/remove",
        f"/editing/{at.code}/promise/{foreign.project}",
        f"/editing/{at.code}/hazard/2147483647",
        f"/editing/{at.code}/hazard/99999999999",
        f"/editing/{at.code}/hazard/-1",
        f"/editing/{at.code}/nothing/new",
        f"/editing/{at.code}/photo/{at.item}",
        "/editing/1999-01",
        "/editing/drafts/2147483647",
        "/editing/drafts/0",
    ):
        assert own.get(path).status_code == 404, path
        assert own.post(path).status_code in (404, 405), path


def test_no_act_is_done_by_opening_an_address(app, people, at):
    draft = handed_in(people["own"], f"/editing/{at.code}/honour/new", **typed("honour", at))
    for path in (f"/editing/drafts/{draft}/submit", f"/editing/drafts/{draft}/drop"):
        assert people["own"].get(path).status_code == 405
    for act in ("publish", "return"):
        assert people["admin"].get(f"/editing/review/{draft}/{act}").status_code == 405


def test_a_forged_form_is_refused_at_every_door(app, people, at):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("editing.")]
        posts = [r.rule for r in rules if "POST" in r.methods]
        assert len(posts) >= 10
        for rule in posts:
            path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule)
            path = re.sub(r"<int[^>]*>", "1", path).replace("<code>", at.code)
            path = path.replace("<section>", "item")
            assert people["own"].post(path, data={"name": "x"}).status_code == 400, path
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
