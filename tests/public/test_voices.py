"""What residents and deputies say of a project, and what followed, on its page."""

import re
from datetime import date, timedelta

import pytest

from portal import clock
from portal.county.actions import put_town
from portal.files.actions import accept, store
from portal.projects.upkeep.models import Revisit
from portal.ratings import actions as ratings
from portal.ratings.appeals.actions import file
from portal.ratings.appeals.models import Ground
from portal.ratings.kinds import Channel, Dimension, Proof
from portal.ratings.waves.actions import of_project as project_waves
from tests import factories
from tests.files import samples
from tests.public.dossiers import accepted, heard_of, running
from tests.public.rows import NOW, change
from tests.ratings.ballots import recorded
from tests.ratings.crowd import answered, crowd, moving

TODAY = clock.local_day(NOW)


@pytest.fixture(autouse=True)
def mid_november(monkeypatch):
    """Every page is asked for on 15 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


REVISITED = date(2026, 8, 10)


def two_waves(s):
    """A project that was liked after acceptance and is not after the revisit; with all kinds."""
    project = accepted(s)
    crowd(s, project, {5: 38, 2: 2}, at=clock.at_local(date(2026, 5, 7), 9))
    crowd(s, project, {5: 2, 1: 1}, at=clock.at_local(date(2026, 5, 8), 9), proof=Proof.NONE)
    revisit = s.query(Revisit).filter_by(project_id=project.id, months=3).one()
    seen = {"score": 62, "summary": "水压不足。", "by": "县督查办"}
    change(s, project, "revisit", revisit, done_on=REVISITED.isoformat(), checklist={}, **seen)
    later = clock.at_local(REVISITED, 9)
    marks = {"marks": {Dimension.UPKEEP: 2}}
    crowd(s, project, {5: 12, 2: 28}, at=later, said=marks, channel=Channel.QR)
    crowd(s, project, {3: 4}, at=later, proof=Proof.NONE)
    by_phone = {"proof": Proof.STAFF, "channel": Channel.PHONE}
    crowd(s, project, {5: 1}, at=later, **by_phone)
    return project


def part(page, anchor):
    """One part of a project's page, as text."""
    found = re.search(rf'<section[^>]* id="{anchor}">.*?</section>', page.text, re.S)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def test_the_headline_is_of_verified_residents_and_says_of_which_wave(page_of):
    text = part(page_of(two_waves), "ratings")
    assert "满意率 30.0% 12 ÷ 40 份评价 95% 置信区间 18.1%–45.4%" in text
    assert "以上只算已验证居民在第2轮 回头看（3个月）中的评价" in text


def test_unverified_and_staff_entered_ratings_stand_apart_with_their_own_counts(page_of):
    text = part(page_of(two_waves), "ratings").partition("不算进上面的满意率")[2]
    assert "未验证 4 份 非常满意 0 满意 0 基本满意 4 不满意 0 非常不满意 0 样本不足" in text
    assert "工作人员登记 1 份 非常满意 1 满意 0" in text


def test_each_wave_is_compared_with_the_one_before(page_of):
    text = part(page_of(two_waves), "ratings").partition("看变化")[2]
    first, _second, then = text.partition("第2轮 回头看（3个月）")
    assert "第1轮 完成验收后 2026-05-06 – 2026-08-09 份数 40 满意率 95.0% 38 ÷ 40" in first
    assert "首轮" in first
    assert "2026-08-10 –长期开放 份数 40 满意率 30.0% 12 ÷ 40" in then
    assert "比上一轮明显下降" in then


def test_dimensions_and_channels_have_their_own_numbers_on_the_page(page_of):
    text = part(page_of(two_waves), "ratings")
    assert "管护 份数 40 满意率 0.0% 0 ÷ 40 95%区间 0.0%–8.8%" in text
    assert "公开透明 份数 0 满意率 暂无评价" in text
    assert "现场扫码 · 已验证居民 份数 40" in text
    assert "网上 · 未验证 份数 4 满意率 样本不足" in text
    assert "电话回访 · 工作人员登记 份数 1" in text


def test_towns_are_named_with_their_own_numbers(page_of):
    def make(s):
        put_town(s, "north", "城北镇", sort_order=1)
        project = accepted(s)
        project.town_code = "north"
        crowd(s, project, {5: 9, 2: 1}, at=NOW)
        return project

    assert "城北镇 份数 10 满意率 90.0% 9 ÷ 10" in part(page_of(make), "ratings")


def test_what_does_not_count_is_told_by_class_and_what_was_erased_by_number(page_of):
    def make(s):
        project = accepted(s)
        crowd(s, project, {5: 6}, at=NOW, device="one and the same")
        ratings.erase(s, factories.rating(s, project, at=NOW), at=NOW)
        return project

    text = part(page_of(make), "ratings")
    assert "暂不计入或认定不计入 6 份 原因类别 同一设备评价过多：6 份" in text
    assert "居民自行删除或并入本人另一份评价 1 份" in text
    assert 'href="/ratings/rules#set-aside"' in page_of(make).text


def test_a_disputed_rating_counts_and_is_marked(page_of):
    def make(s):
        project = accepted(s)
        given = crowd(s, project, {1: 1}, at=NOW, said={"comment": "门锁着"})
        heard_of(s, given)
        with moving(s, project, NOW) as moves:
            own = factories.officer(project.department)
            file(s, moves, given[0], Ground.MISTAKEN, actor=own, reason="不是这里", at=NOW)
        return project

    text = part(page_of(make), "ratings")
    assert "共 1 份评价" in text
    assert "申诉中，仍计入 1 份" in text
    assert "责任单位已申诉，等督查机构决定，仍计入" in text


def test_follow_up_figures_stand_with_what_they_are_parts_of(page_of):
    def make(s):
        project = accepted(s)
        given = crowd(s, project, {1: 3, 5: 1}, at=NOW, said={"comment": "门锁着"})
        heard_of(s, given[:1])
        with moving(s, project, NOW) as moves:
            answered(s, moves, given[0], text="已派人开门", days=1)
            answered(s, moves, given[1], text="锁已换", days=60)
        return project

    text = part(page_of(make), "ratings")
    assert "差评回访：3 件已立项" in text
    for row in (
        "居民留了联系方式 ÷ 立项差评 0 ÷ 3",
        "已回访（含未联系上）或现场核实 ÷ 立项差评 2 ÷ 3",
        "其中按时 ÷ 已回访 1 ÷ 2",
        "已整改或说明 ÷ 立项差评 2 ÷ 3",
        "其中按时 ÷ 已整改或说明 1 ÷ 2",
        "居民再次评价 ÷ 立项差评 0 ÷ 3",
        "改评为满意 ÷ 再次评价 0 ÷ 0",
        "居民未再评价 ÷ 立项差评 0 ÷ 3",
        "还在办理 ÷ 立项差评 3 ÷ 3",
    ):
        assert row in text, row
    assert text.index("锁已换") < text.index("门锁着") < text.index("已派人开门")


def test_photos_stand_with_the_words_that_were_let_through_and_nowhere_else(page_of):
    def make(s):
        project = accepted(s)
        photo = store(s, accept(samples.saved(samples.scene(300, 200))), at=NOW)
        more = {"comment": "路灯不亮", "photos": [photo]}
        shown, _waiting = crowd(s, project, {4: 2}, at=NOW, said=more)
        heard_of(s, [shown])
        return project

    page = page_of(make)
    assert len(re.findall(r'<img src="/rating-photos/\d+"', page.text)) == 1


def test_deputies_ballots_are_a_part_of_their_own(page_of):
    def make(s):
        project = accepted(s)
        recorded(s, [(project.code, 25, 3, 1)])
        return project

    page = page_of(make)
    assert "代表测评" in part(page, "ballots")
    assert "代表测评" not in part(page, "ratings")
    assert 'href="#ballots"' in page.text


@pytest.mark.parametrize(
    ("closes_on", "is_open"), [(None, True), (TODAY, True), (TODAY - timedelta(days=1), False)]
)
def test_the_button_is_there_while_a_wave_is_open_and_then_the_days_are(
    page_of, closes_on, is_open
):
    def make(s):
        project = accepted(s)
        crowd(s, project, {5: 1}, at=clock.at_local(date(2026, 5, 7), 9))
        project_waves(s, project)[0].closes_on = closes_on
        return project

    text = part(page_of(make), "ratings")
    assert ("我来评价" in text) is is_open
    assert ("现在不在评价时间。上一轮： 2026-05-06 – 2026-11-14" in text) is not is_open


def test_before_acceptance_the_page_says_when_rating_opens(page_of):
    text = part(page_of(running), "ratings")
    assert "项目完成验收后开放评价。" in text
    assert "我来评价" not in text


def test_the_page_asks_no_more_queries_for_three_hundred_ratings_than_for_three(price):
    def rated(n, worded):
        def make(s):
            project = accepted(s)
            given = crowd(s, project, {5: n}, at=clock.at_local(date(2026, 5, 7), 9))
            bad = crowd(s, project, {1: worded}, at=NOW, said={"comment": "门锁着"})
            heard_of(s, bad)
            with moving(s, project, NOW) as moves:
                answered(s, moves, bad[0], text="已派人开门")
            assert len(given) == n
            return project

        return make

    assert price(rated(270, 30)) == price(rated(2, 1))
