"""Staff enter what residents said on the telephone or at the door, one after the other."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.projects.models import ProjectStatus, Site
from portal.ratings.kinds import Channel, Proof, Standing
from portal.ratings.models import Rating
from portal.security import Role
from tests import factories

PHONE = "13800000088"


@pytest.fixture
def moderator(sign_in):
    """The browser of a moderator."""
    return sign_in(Role.MODERATOR, username="caller")


@pytest.fixture
def code(write) -> str:
    """A completed project with two sites."""

    def make(s):
        day = clock.today() - timedelta(days=30)
        found = factories.project(s, unit=factories.department(s), completed_on=day)
        for n in (1, 2):
            s.add(Site(project_id=found.id, number=n, name=f"{n}号点位"))
        return found.code

    return write(make)


def enter(client, code, follow=False, **typed):
    data = {"channel": "phone", "level": "4", "contact": PHONE, "key": "k1"} | typed
    return client.post(f"/appraisal/entry/{code}", data=data, follow_redirects=follow)


def only(write):
    names = ("level", "proof", "channel", "entered_by", "marks", "reasons", "comment", "site_id")

    def read(s):
        row = s.scalars(select(Rating)).one()
        return {name: getattr(row, name) for name in names}

    return write(read)


def count(write):
    return write(lambda s: s.scalar(select(func.count(Rating.id))))


def test_a_rating_is_entered_and_the_form_is_ready_for_the_next(moderator, code, write):
    answer = enter(
        moderator,
        code,
        level="2",
        reasons=["far", "defect"],
        quality="1",
        comment="路太远",
        site="2",
    )
    assert answer.status_code == 303
    assert answer.location == f"/appraisal/entry/{code}?channel=phone&site=2"
    page = moderator.get(answer.location).text
    assert "已登记：不满意（电话回访）。" in page
    assert "您今天已登记 1 份。" in page
    assert re.search(r'name="channel" value="phone" checked', page)
    assert re.search(r'<option selected value="2">', page)
    assert not re.search(r'name="level"[^>]*checked', page)
    assert PHONE not in page
    found = only(write)
    assert (found["level"], found["proof"], found["channel"]) == (2, Proof.STAFF, Channel.PHONE)
    assert (found["marks"], found["reasons"]) == ({"quality": 1}, ["defect", "far"])
    assert found["entered_by"] == "caller"
    assert found["site_id"]


def test_the_number_is_stored_nowhere(moderator, code, write):
    enter(moderator, code)

    def everything(s):
        tables = Rating.metadata.sorted_tables
        return " ".join(str(row) for table in tables for row in s.execute(select(table)))

    assert PHONE not in write(everything)


def test_the_same_number_again_changes_what_was_entered(moderator, code, write):
    enter(moderator, code, level="2")
    answer = enter(moderator, code, level="5", key="k2", contact="+86 138-0000-0088", follow=True)
    assert "这位居民本轮登记过，已改为：非常满意（电话回访）。" in answer.text
    assert "您今天已登记 1 份。" in answer.text
    assert only(write)["level"] == 5


def test_without_a_number_it_is_said_that_nobody_can_tell(moderator, code, write):
    answer = enter(moderator, code, contact="", follow=True)
    assert "没有手机号，是否重复登记无法识别。" in answer.text
    enter(moderator, code, contact="")  # the same form sent twice
    assert count(write) == 1
    enter(moderator, code, contact="", key="k2")
    assert count(write) == 2


def test_each_form_has_a_key_of_its_own(moderator, code):
    pattern = r'name="key"[^>]* value="([^"]{10,})"'
    keys = {re.search(pattern, moderator.get(f"/appraisal/entry/{code}").text)[1] for _ in "ab"}
    assert len(keys) == 2


def test_a_resident_who_rated_for_themselves_is_not_overwritten(moderator, code, write):
    def own(s):
        project = s.scalars(select(factories.Project)).one()
        by = factories.voter(factories.resident(s, PHONE))
        factories.rating(s, project, 1, by=by, at=clock.now())

    write(own)
    answer = enter(moderator, code, comment="电话里说满意")
    assert answer.status_code == 409
    assert "这位居民在本轮已经自己评价过" in answer.text
    assert "电话里说满意" in answer.text  # what was typed stays
    assert (only(write)["level"], only(write)["proof"]) == (1, Proof.VERIFIED)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"channel": ""}, "请选择电话回访或入户走访。"),
        ({"channel": "web"}, "有 1 处需要修改"),
        ({"level": ""}, "请选择满意程度。"),
        ({"level": "6"}, "有 1 处需要修改"),
        ({"contact": "0571-1234567"}, "请填写 11 位手机号；只有固定电话的，留空不填。"),
        ({"contact": "没有"}, "请填写 11 位手机号"),
        ({"site": "9"}, "有 1 处需要修改"),
        ({"site": "x"}, "有 1 处需要修改"),
        ({"reasons": ["nothing"]}, "有 1 处需要修改"),
        ({"quality": "0"}, "有 1 处需要修改"),
        ({"comment": "长" * 501}, "最多 500 个字。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_entered(moderator, code, write, typed, said):
    answer = enter(moderator, code, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert count(write) == 0


def test_projects_are_found_by_name_and_code_and_only_completed_ones(moderator, code, write):
    def more(s):
        factories.project(s, "城北道路", ProjectStatus.IN_PROGRESS)
        factories.project(s, "幼儿园", year=2025)

    write(more)
    page = moderator.get("/appraisal/entry").text
    assert f'href="/appraisal/entry/{code}"' in page
    assert "幼儿园" in page
    assert "城北道路" not in page
    for query in (f"q={code}", "q=供水", "year=2026"):
        page = moderator.get(f"/appraisal/entry?{query}").text
        assert code in page
        assert "幼儿园" not in page
    assert "没有符合条件的已完成项目" in moderator.get("/appraisal/entry?q=%25").text


def test_nothing_is_entered_for_a_project_that_is_not_open(moderator, write):
    building = write(lambda s: factories.project(s, status=ProjectStatus.IN_PROGRESS).code)
    assert "现在没有开放评价" in moderator.get(f"/appraisal/entry/{building}").text
    assert enter(moderator, building).status_code == 409
    assert enter(moderator, "nowhere").status_code == 404
    assert count(write) == 0


def test_officers_do_not_enter_ratings_of_their_own_projects(sign_in, code, write):
    unit = write(lambda s: s.scalar(select(factories.Department.id)))
    officer = sign_in(Role.OFFICER, unit)
    assert officer.get("/appraisal/entry").status_code == 403
    assert officer.get(f"/appraisal/entry/{code}").status_code == 403
    assert enter(officer, code, level="5").status_code == 403
    for role in (Role.INSPECTOR, Role.ADMIN):
        assert enter(sign_in(role), code).status_code == 403
    assert count(write) == 0


def test_office_wide_praise_is_set_aside_like_any_other(moderator, code, write):
    marks = dict.fromkeys(("useful", "quality", "open"), "5")
    for n in range(20):
        enter(moderator, code, level="5", contact=f"138000010{n:02d}", key=f"k{n}", **marks)
    standings = write(lambda s: set(s.scalars(select(Rating.standing))))
    assert standings == {Standing.SET_ASIDE}
