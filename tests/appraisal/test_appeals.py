"""A department appeals on the page of the follow-up; the inspection office decides."""

import re

import pytest
from sqlalchemy import select

from portal.projects.models import Project
from portal.ratings import actions as ratings
from portal.ratings.appeals.models import Appeal, Ruling
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import State
from portal.ratings.kinds import Doubt, Standing
from portal.ratings.models import Rating
from portal.security import Role
from tests import factories
from tests.appraisal.following import act, at_noon, facts, make_county
from tests.factories import AT
from tests.ratings.following import DAY, appeal, bad, is_right, release, rule, say, set_aside

APPEAL = {"ground": "malicious", "reason": "同一人在三个项目留下同样的话"}


@pytest.fixture
def county(write, monkeypatch):
    at_noon(monkeypatch)
    return write(make_county)


@pytest.fixture
def officer(sign_in, county):
    """The browser of an officer of the lead department."""
    return sign_in(Role.OFFICER, county.unit)


@pytest.fixture
def inspector(sign_in):
    """The browser of an inspector."""
    return sign_in(Role.INSPECTOR)


@pytest.fixture
def door(officer, county, write) -> str:
    """The page of an appeal that waits."""
    assert act(officer, county, "appeal", **APPEAL).status_code == 303
    return f"/appraisal/appeals/{write(lambda s: s.scalars(select(Appeal.id)).one())}"


def ruled(write) -> tuple[str | None, str, str]:
    def read(s):
        found = s.scalars(select(Appeal)).one()
        return found.ruling, found.decided_by, found.decision_note

    return write(read)


def standing(write, county) -> tuple[Standing, Doubt | None, bool]:
    def read(s):
        rating = s.get(Rating, county.rating)
        return rating.standing, rating.doubt, rating.is_disputed

    return write(read)


def test_an_officer_appeals_once_and_is_told_what_holds_meanwhile(officer, county, write):
    assert "申诉一次" in officer.get(county.door).text
    before = facts(write, county.follow_up, "state", "due_at")
    assert act(officer, county, "appeal", **APPEAL).status_code == 303
    page = officer.get(county.door).text
    assert "同一人在三个项目留下同样的话" in page
    assert "申诉中，仍计入" in page
    assert "申诉一次" not in page
    assert facts(write, county.follow_up, "state", "due_at") == before
    assert act(officer, county, "appeal", **APPEAL).status_code == 409
    assert standing(write, county) == (Standing.COUNTED, None, True)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN, Role.OFFICER])
def test_only_inspectors_read_and_decide(sign_in, client, county, door, write, role):
    browser = sign_in(role, county.unit if role is Role.OFFICER else None)
    for path in ("/appraisal/appeals", door, f"{door}/photos/1"):
        assert browser.get(path).status_code == 403, path
        assert client.get(path).status_code == 302, path
    for who in (browser, client):
        answer = who.post(door, data={"ruling": "upheld", "note": "x"})
        assert answer.status_code == 403
    assert ruled(write) == (None, "", "")


def test_an_inspector_reads_both_sides(inspector, door, county, write):
    def before(s):
        f = s.get(FollowUp, county.follow_up)
        say(s, f, 1, AT + DAY, comment="越来越差")

    write(before)
    listed = inspector.get("/appraisal/appeals").text
    assert f'href="{door}"' in listed
    assert "恶意差评" in listed
    page = inspector.get(door).text
    for words in ("越来越差", "管子换了水更小", "改评之前", "同一人在三个项目留下同样的话"):
        assert words in page
    assert "138" not in page.split("<main")[1]


def test_an_upheld_appeal_takes_the_rating_out_and_the_department_reads_why(
    inspector, officer, door, county, write
):
    data = {"ruling": "upheld", "note": "三份评价文字、时间一致"}
    assert inspector.post(door, data=data).status_code == 303
    assert standing(write, county) == (Standing.REJECTED, Doubt.APPEAL, False)
    assert facts(write, county.follow_up, "state") == (State.VOID,)
    page = officer.get(county.door).text
    assert "三份评价文字、时间一致" in page
    assert "现在不需要本单位操作" in page
    decided = inspector.get("/appraisal/appeals?show=decided").text
    assert "申诉成立" in decided
    assert "没有等待决定的申诉" in inspector.get("/appraisal/appeals").text
    assert write(lambda s: is_right(s, s.get(Project, county.project)))


def test_after_a_dismissed_appeal_the_department_goes_on(inspector, officer, door, county, write):
    before = facts(write, county.follow_up, "state", "call_due_at", "remedy_due_at")
    data = {"ruling": "dismissed", "note": "现场核实情况属实"}
    assert inspector.post(door, data=data).status_code == 303
    assert standing(write, county) == (Standing.COUNTED, None, False)
    assert facts(write, county.follow_up, "state", "call_due_at", "remedy_due_at") == before
    page = officer.get(county.door).text
    assert "申诉不成立" in page
    assert "登记回访" in page
    assert "申诉一次" not in page


@pytest.mark.parametrize(
    "data", [{}, {"ruling": "upheld"}, {"note": "x"}, {"ruling": "x", "note": "x"}]
)
def test_a_ruling_needs_a_choice_and_grounds(inspector, door, write, data):
    answer = inspector.post(door, data=data)
    assert answer.status_code == 422
    assert "处需要修改" in answer.text
    assert ruled(write) == (None, "", "")


def test_an_appeal_is_decided_once(inspector, door, write):
    assert inspector.post(door, data={"ruling": "dismissed", "note": "一"}).status_code == 303
    assert inspector.post(door, data={"ruling": "upheld", "note": "二"}).status_code == 409
    assert ruled(write)[::2] == (Ruling.DISMISSED, "一")
    assert 'name="ruling"' not in inspector.get(door).text


@pytest.mark.parametrize("what", ["better", "erased", "rejected"])
def test_where_no_bad_rating_is_left_only_dismissing_is_offered(
    inspector, door, county, write, what
):
    def change(s):
        f = s.get(FollowUp, county.follow_up)
        if what == "better":
            say(s, f, 4, AT + DAY)
        elif what == "erased":
            ratings.erase(s, f.rating, at=AT + DAY)
        else:
            set_aside(s, f, AT)
            release(s, f, AT + DAY, counts_again=False)

    write(change)
    page = inspector.get(door).text
    assert "没有可以排除的差评" in page
    assert 'value="upheld"' not in page
    if what == "erased":
        assert "居民已删除这份评价" in page
    assert inspector.post(door, data={"ruling": "upheld", "note": "x"}).status_code == 422
    assert inspector.post(door, data={"ruling": "dismissed", "note": "已改评"}).status_code == 303
    assert ruled(write)[0] is Ruling.DISMISSED
    assert write(lambda s: is_right(s, s.get(Project, county.project)))


def test_a_rating_that_is_set_aside_can_still_be_upheld(inspector, door, county, write):
    write(lambda s: set_aside(s, s.get(FollowUp, county.follow_up), AT))
    page = inspector.get(door).text
    assert "暂不计入的记录" in page
    assert inspector.post(door, data={"ruling": "upheld", "note": "x"}).status_code == 303
    assert standing(write, county)[:2] == (Standing.REJECTED, Doubt.APPEAL)


def test_the_longest_waiting_stand_first_and_a_long_list_is_paged(inspector, county, write):
    def more(s):
        project = s.get(Project, county.project)
        made = [appeal(s, bad(s, project), AT - n * DAY).id for n in range(28)]
        rule(s, s.get(Appeal, made[3]), Ruling.DISMISSED, AT)
        made.pop(3)
        return made[::-1]

    expected = write(more)
    first = inspector.get("/appraisal/appeals").text
    found = [int(n) for n in re.findall(r'href="/appraisal/appeals/(\d+)"', first)]
    assert found == expected[:25]
    following = re.search(r'href="([^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    rest = re.findall(r'href="/appraisal/appeals/(\d+)"', inspector.get(following).text)
    assert [int(n) for n in rest] == expected[25:]
    assert re.findall(r">(待决定|已决定) <b>(\d+)</b>", first) == [
        ("待决定", "27"),
        ("已决定", "1"),
    ]


def test_what_is_not_there_is_not_found(inspector):
    for ident in (1, 2**31 - 1, 2**31, 10**30):
        assert inspector.get(f"/appraisal/appeals/{ident}").status_code == 404
        data = {"ruling": "dismissed", "note": "x"}
        code = inspector.post(f"/appraisal/appeals/{ident}", data=data).status_code
        assert code == 404 if ident < 2**31 else code in (404, 405)


def test_another_departments_officer_does_not_see_the_appeal(sign_in, county, door):
    stranger = sign_in(Role.OFFICER, county.other)
    assert stranger.get(county.door).status_code == 403
    assert act(stranger, county, "appeal", **APPEAL).status_code == 403


def test_a_rating_of_a_project_without_a_lead_waits_for_one(inspector, write, county):
    def orphan(s):
        f = bad(s, factories.project(s, "没人管的"))
        return f.id

    ident = write(orphan)
    assert "无责任单位" in inspector.get(f"/appraisal/oversight/{ident}").text
