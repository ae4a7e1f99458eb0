"""Inspectors and administrators look over waves, open another one and move days."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.projects.models import ProjectStatus
from portal.ratings.models import Wave
from portal.ratings.waves.queries import completed_page
from portal.security import Role
from tests import factories


def day(n):
    """So many days from today, as it is typed."""
    return (clock.today() + timedelta(days=n)).isoformat()


@pytest.fixture
def inspector(sign_in):
    """The browser of an inspector."""
    return sign_in(Role.INSPECTOR)


@pytest.fixture
def code(write) -> str:
    """A project accepted thirty days ago that two residents have rated, five days ago."""

    def make(s):
        found = factories.project(s, completed_on=clock.today() - timedelta(days=30))
        at = clock.now() - timedelta(days=5)
        factories.rating(s, found, 5, at=at)
        factories.rating(s, found, 4, by=factories.voter(factories.resident(s)), at=at)
        return found.code

    return write(make)


def spans(write):
    def read(s):
        rows = s.scalars(select(Wave).order_by(Wave.number))
        return [(w.kind.value, str(w.opens_on), w.closes_on and str(w.closes_on)) for w in rows]

    return write(read)


def change(client, code, opens, closes, number=1, version=1):
    data = {
        f"w{number}-opens_on": opens,
        f"w{number}-closes_on": closes,
        f"w{number}-version": version,
    }
    return client.post(f"/appraisal/waves/{code}/{number}", data=data)


def extra(client, code, opens, closes="", follow=False):
    data = {"opens_on": opens, "closes_on": closes}
    return client.post(f"/appraisal/waves/{code}", data=data, follow_redirects=follow)


def acts(write):
    entries = select(AuditEntry.act, AuditEntry.actor).where(AuditEntry.act.like("wave:%"))
    return write(lambda s: [tuple(row) for row in s.execute(entries.order_by(AuditEntry.id))])


def test_projects_are_listed_with_their_waves_and_how_many_rated(inspector, code, write):
    write(lambda s: factories.project(s, "还没有人评的", year=2025) and None)
    write(lambda s: factories.project(s, "在建的", ProjectStatus.IN_PROGRESS) and None)
    page = inspector.get("/appraisal/waves").text
    assert f'href="/appraisal/waves/{code}"' in page
    assert "计入 2 份" in page
    assert "还没有人评价，首次评价时自动开放" in page
    assert "在建的" not in page
    assert "还没有人评的" not in inspector.get("/appraisal/waves?year=2026").text
    assert "还没有人评的" in inspector.get("/appraisal/waves?q=没有人").text


def test_a_wave_is_shown_with_its_days_and_who_stands_behind_its_ratings(inspector, code):
    page = inspector.get(f"/appraisal/waves/{code}").text
    assert "第 1 轮 · 完成验收后" in page
    assert "开放中" in page
    assert "已验证居民 1，工作人员登记 0，未验证 1" in page


def test_another_wave_ends_the_running_one_the_day_before(inspector, code, write):
    answer = extra(inspector, code, day(3), day(20), follow=True)
    assert "已另开一轮评价" in answer.text
    assert spans(write) == [
        ("completion", day(-30), day(2)),
        ("extra", day(3), day(20)),
    ]
    assert "还没开始" in answer.text
    assert [act for act, _ in acts(write)] == ["wave:open", "wave:open"]


def test_the_days_of_a_wave_are_moved(inspector, code, write):
    assert change(inspector, code, day(-20), day(10)).status_code == 303
    assert spans(write) == [("completion", day(-20), day(10))]
    page = inspector.get(f"/appraisal/waves/{code}").text
    assert "这一轮的日期已修改" in page
    assert acts(write)[-1][0] == "wave:change"


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (-2, 10, "已有居民在这些日期里评价过"),
        (-30, -6, "已有居民在这些日期里评价过"),
        (5, 2, "结束日期不能早于开始日期。"),
        (None, 2, "请选择开始日期。"),
        ("2026-02-30", 2, "请选择日期。"),
        ("0001-01-01", 2, "请选择日期。"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(inspector, code, write, opens, closes, said):
    typed = day(opens) if isinstance(opens, int) else opens or ""
    answer = change(inspector, code, typed, day(closes))
    assert answer.status_code == 422
    assert said in answer.text
    assert "<details open" in answer.text
    assert spans(write) == [("completion", day(-30), None)]


def test_waves_do_not_overlap(inspector, code, write):
    assert extra(inspector, code, day(-40)).status_code == 422
    assert "新一轮的开始日期应在上一轮开始之后" in extra(inspector, code, day(-30)).text
    extra(inspector, code, day(3), day(20))
    version = write(lambda s: s.scalar(select(Wave.version).where(Wave.number == 1)))
    answer = change(inspector, code, day(-30), day(4), version=version)
    assert "与下一轮的日期重叠" in answer.text
    later = change(inspector, code, day(1), day(20), number=2)
    assert "与上一轮的日期重叠" in later.text
    assert len(spans(write)) == 2


def test_nothing_opens_before_acceptance(inspector, write):
    building = write(lambda s: factories.project(s, status=ProjectStatus.IN_PROGRESS).code)
    answer = extra(inspector, building, day(1))
    assert answer.status_code == 409
    assert "还没有完成验收" in answer.text
    assert spans(write) == []


def test_two_at_once_do_not_overwrite_each_other(inspector, code, write):
    assert change(inspector, code, day(-30), day(10)).status_code == 303
    late = change(inspector, code, day(-30), day(40))
    assert late.status_code == 409
    assert "刚才有其他人修改了这一轮的日期" in late.text
    assert change(inspector, code, day(-30), day(40), version="x").status_code == 409
    assert spans(write) == [("completion", day(-30), day(10))]


def test_a_wave_that_is_due_is_announced(inspector, write):
    code = write(lambda s: factories.project(s).code)
    page = inspector.get(f"/appraisal/waves/{code}").text
    assert "有一轮评价已经到期应开" in page
    assert "还没有开放过评价" in page


def test_only_those_in_charge_come_in(sign_in, code, write):
    for role in (Role.MODERATOR, Role.OFFICER):
        unit = write(lambda s: factories.department(s).id) if role is Role.OFFICER else None
        client = sign_in(role, unit)
        assert client.get("/appraisal/waves").status_code == 403
        assert client.get(f"/appraisal/waves/{code}").status_code == 403
        assert extra(client, code, day(1)).status_code == 403
        assert change(client, code, day(-30), day(1)).status_code == 403
    assert sign_in(Role.ADMIN).get(f"/appraisal/waves/{code}").status_code == 200


def test_what_does_not_exist_is_not_found(inspector, code):
    assert inspector.get("/appraisal/waves/nowhere").status_code == 404
    assert change(inspector, code, day(-30), day(1), number=7).status_code == 404


def test_the_list_is_paged_by_key(inspector, write):
    write(lambda s: [factories.project(s, f"项目{n}") for n in range(23)] and None)
    page = inspector.get("/appraisal/waves?year=2026").text
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert inspector.get(following).text.count("首次评价时自动开放") == 3
    assert write(lambda s: len(completed_page(s, "项目_", None).rows)) == 0  # no wildcards
