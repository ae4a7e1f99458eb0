"""The printed invitation: open waves only, all five words alike, nothing that leads."""

import re
from datetime import date

import pytest

from portal import clock
from portal.county.actions import set_setting
from portal.projects.kinds import ProjectStatus
from portal.ratings import counts
from portal.ratings.kinds import WaveKind
from portal.ratings.waves.actions import open_due
from tests import factories
from tests.factories import AT
from tests.public.test_posters import code_of, drawn


@pytest.fixture(autouse=True)
def _spring(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def code(write):
    return write(lambda s: factories.project(s).code)


def test_the_notice_invites_and_leads_to_the_scan_page(client, code):
    page = client.get(f"/projects/{code}/notice")
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert drawn(page) == code_of(f"http://localhost/scan/{code}")
    for shown in (
        "城东供水管网改造",
        "项目已完成验收，请您评价",
        "2026年2月底起，长期开放",
        "一人一评",
        "1个工作日内回访",
        "15个工作日内整改或说明",
        "评价自愿，请照实说",
        "手机：扫这个码",
        f"localhost/scan/{code}",
        "电话：12345",
    ):
        assert shown in page.text, shown
    assert not re.search(r"\sstyle=|<style", page.text)


def test_all_five_words_stand_there_alike_and_nothing_leads(client, code):
    text = client.get(f"/projects/{code}/notice").text
    assert "非常满意、满意、基本满意、不满意、非常不满意，五选一" in text
    assert not [word for word in ("五星", "好评", "请支持", "给个", "点赞") if word in text]


def test_the_days_and_the_occasion_are_those_of_the_wave(client, write):
    def make(s):
        project = factories.project(s)
        with counts.moving(s, project.id, 10):
            (wave,) = open_due(s, project, AT)
        wave.kind, wave.closes_on = WaveKind.EXTRA, date(2026, 4, 10)
        return project.code

    text = client.get(f"/projects/{write(make)}/notice").text
    assert "请您评价这个项目" in text
    assert "已完成验收，请您" not in text
    assert "2026年2月底至2026年4月10日" in text


def test_the_limits_are_the_countys(client, code, write):
    limits = {"call_back": {"days": 2, "unit": "day"}, "remedy": {"days": 20, "unit": "day"}}
    write(
        lambda s: set_setting(s, "ratings", limits, valid_from=date(2026, 1, 1), basis="县里的规定")
    )
    text = client.get(f"/projects/{code}/notice").text
    assert "2日内回访" in text
    assert "20日内整改" in text


def test_while_rating_is_closed_there_is_nothing_to_print(client, write):
    code = write(lambda s: factories.project(s, status=ProjectStatus.IN_PROGRESS).code)
    page = client.get(f"/projects/{code}/notice")
    assert page.status_code == 200
    assert "现在没有开放评价" in page.text
    for absent in ('class="qr"', "poster-page", "请您评价"):
        assert absent not in page.text
    assert client.get("/projects/none/notice").status_code == 404
