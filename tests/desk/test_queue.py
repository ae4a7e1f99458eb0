"""The room's lists: what waits for whom, counted, at the same cost whatever their length."""

import re

import pytest

from portal.cases import actions
from portal.cases.assists import ask_assist
from portal.cases.contacts import Contact
from portal.departments.models import Department
from portal.security import Role
from tests import factories
from tests.desk.room import DAY, Now, main
from tests.factories import AT, MODERATOR


def many(s, county, n: int) -> list[str]:
    """Some cases of every sort at the lead; the helper assists those in hand."""
    lead, helper = s.get(Department, county.lead), s.get(Department, county.helper)
    found = []
    for i in range(n):
        project = factories.project(s, unit=lead)
        case = factories.case(
            s, project=project, at=AT - i * DAY, contact=Contact(f"周某{i}", "13800001234")
        )
        actions.assign(s, case, lead, actor=MODERATOR, at=AT)
        ask_assist(s, case, helper, actor=MODERATOR, at=AT, note="请核实")
        factories.answered(s, lead)
        factories.closed(s, lead)
        found.append(case.reference)
    return found


def links(page, door: str) -> list[str]:
    return re.findall(rf'href="{door}/([\d-]+)"', page.text)


def counts(page) -> list[int]:
    return [int(n) for n in re.findall(r"<b>(\d+)</b>", main(page))]


def test_each_list_says_how_many_it_has(officer, helper, county, write):
    write(lambda s: many(s, county, 3))
    page = officer.get("/desk/")
    assert counts(page) == [4, 0, 4, 0, 3, 0, 3]
    assert len(links(page, "/desk/cases")) == 4
    assert len(links(officer.get("/desk/?show=answered"), "/desk/cases")) == 3
    page = helper.get("/desk/assists")
    assert counts(page) == [0, 3, 3, 0]
    assert len(links(page, "/desk/assists")) == 3


@pytest.mark.parametrize("path", ["/desk/", "/desk/assists"])
def test_an_empty_list_says_so(sign_in, county, path):
    page = sign_in(Role.OFFICER, county.other).get(path)
    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_the_first_due_stand_first_and_every_page_is_reached(officer, helper, county, write):
    made = write(lambda s: many(s, county, 30))
    for browser, path, door in (
        (officer, "/desk/?show=open", "/desk/cases"),
        (helper, "/desk/assists", "/desk/assists"),
    ):
        first = browser.get(path)
        following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
        found = links(first, door) + links(browser.get(following), door)
        assert sorted(found) == sorted([*made, county.case] if "cases" in door else made)
        if "cases" in door:
            assert found[:5] == made[::-1][:5]
    assert officer.get("/desk/?after=nonsense").status_code == 422
    assert helper.get("/desk/assists?after=nonsense").status_code == 422


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/desk/", "lead"),
        ("/desk/?show=closed", "lead"),
        ("/desk/?show=asked", "lead"),
        ("/desk/assists", "helper"),
        ("/desk/assists?show=given", "helper"),
    ],
)
def test_a_list_costs_the_same_queries_whatever_its_length(
    sign_in, county, write, count_queries, path, who
):
    browser = sign_in(Role.OFFICER, getattr(county, who))
    spent = []
    for _ in range(2):
        write(lambda s: many(s, county, 5))
        browser.get(path)
        with count_queries() as sent:
            assert browser.get(path).status_code == 200
        spent.append(sent.n)
    assert 0 < spent[0] == spent[1]


def test_nonsense_in_the_address_shows_the_usual_list(officer, county: object, now: Now):
    for chosen in ("x", "all", "'", "%00"):
        assert officer.get(f"/desk/?show={chosen}").status_code == 200
