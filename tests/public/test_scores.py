"""A year's satisfaction, its download, and the published rule."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from portal import clock
from portal.county.actions import put_town, set_setting
from portal.county.presets import RATINGS
from portal.projects.models import ProjectStatus
from portal.public.stuffing import HONEST_MOST, HONEST_WORST_RUN, LINES
from portal.ratings.kinds import Channel, Proof
from portal.ratings.overview import PAGE_SIZE
from tests import factories
from tests.factories import AT
from tests.public.test_places import section
from tests.ratings.crowd import answered, crowd, moving

DAY = date(2026, 11, 15)
DOCUMENT = Path(__file__).parents[2] / "docs" / "stuffing.md"


@pytest.fixture(autouse=True)
def _autumn(monkeypatch):
    """It is the middle of November in the county."""
    monkeypatch.setattr(clock, "local_day", lambda _moment: DAY)


def plain(html: str) -> str:
    """A page's text without markup and idle blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def year(write):
    """A year with projects of many ratings, few and none."""

    def make(s):
        put_town(s, "north", "城北镇", sort_order=1)
        unit = factories.department(s)
        good = factories.project(s, "好", unit=unit, town_code="north")
        crowd(s, good, {5: 57, 2: 3})
        crowd(s, good, {4: 2}, proof=Proof.NONE)
        crowd(s, factories.project(s, "少而全好"), {5: 10}, channel=Channel.QR)
        crowd(s, factories.project(s, "差"), {4: 12, 1: 18})
        crowd(s, factories.project(s, "太少"), {5: 9})
        factories.project(s, "没有")
        factories.project(s, "在建", ProjectStatus.IN_PROGRESS)
        crowd(s, factories.project(s, "去年", year=2025), {5: 11})

    write(make)


def test_a_years_figure_is_of_all_its_verified_ratings(client, year):
    part = section(client.get("/ratings").text, "全部项目合计")
    assert "88 ÷ 109 份评价" in part
    assert "95% 置信区间 72.3%–87.0%" in part
    assert "另有未验证 2 份，不算在内。" in part


def test_projects_stand_by_the_lower_bound_with_a_range_of_places(client, year):
    text = client.get("/ratings?year=2026").text
    items = re.findall(r"<li>\s*<p class=\"score-name\">.*?</li>", text, re.S)
    told = [plain(item).strip() for item in items]
    assert [t.split()[0] for t in told] == ["好", "少而全好", "差"]
    assert "第 1–2 名之间" in told[0]
    assert "满意率 95.0%（57 ÷ 60） · 95%区间 86.3%–98.3%" in told[0]
    assert "第 1–2 名之间" in told[1]
    assert "第 3 名" in told[2]
    assert '<line x1="86.3%" x2="86.3%"' in items[0]
    assert '<rect class="span" x="86.3%" width="12.0%"' in items[0]


def test_the_drawing_has_a_table_with_the_same_numbers(client, year):
    text = client.get("/ratings").text
    table = re.search(r'<table class="figures score-table">.*?</table>', text, re.S)[0]
    rows = [plain(row).strip() for row in re.findall(r"<tr>.*?</tr>", table, re.S)]
    assert rows[1] == "好 57 0 0 3 0 60 95.0% 86.3%–98.3% 第 1–2 名之间"
    assert len(rows) == 4


def test_projects_with_too_few_ratings_stand_apart_without_a_place(client, year):
    text = client.get("/ratings").text
    apart = plain(text[text.index("样本不足，不参加排序（2 件）") :])
    assert "太少 已验证评价 9 份" in apart
    assert "没有 还没有已验证的评价" in apart
    assert "在建" not in text
    assert "去年" not in text
    assert "去年" in client.get("/ratings?year=2025").text


def test_towns_and_channels_have_their_own_figures(client, year):
    text = client.get("/ratings").text
    towns = plain(section(text, "各乡镇街道"))
    assert "城北镇 份数 60 满意率 95.0% 57 ÷ 60" in towns
    assert "没有注明乡镇 份数 49" in towns
    channels = plain(section(text, "从哪里评的"))
    assert "现场扫码 · 已验证居民 份数 10 满意率 100.0% 10 ÷ 10" in channels
    assert "网上 · 未验证 份数 2 满意率 样本不足" in channels


def test_what_does_not_count_is_told_with_its_share_of_all_that_came(client, write, year):
    def make(s):
        p = factories.project(s, "被刷的")
        crowd(s, p, {5: 6}, at=AT + timedelta(days=30), device="one and the same")

    write(make)
    part = plain(section(client.get("/ratings").text, "没有计入的评价"))
    assert "6 份 ÷ 收到 117 份（5.13%）" in part
    assert "同一设备评价过多：6 份" in part


def test_follow_ups_of_a_year_are_told_with_what_they_are_parts_of(client, write):
    def make(s):
        p = factories.project(s, unit=factories.department(s))
        bad = crowd(s, p, {1: 4})
        with moving(s, p) as moves:
            answered(s, moves, bad[0], text="已修")

    write(make)
    part = plain(section(client.get("/ratings").text, "差评回访"))
    assert "4 件已立项" in part
    assert "已整改或说明 ÷ 立项差评 1 ÷ 4" in part
    assert "居民再次评价 ÷ 立项差评 0 ÷ 4" in part
    assert "没有再评价的，不算满意" in part


def test_a_year_without_ratings_says_so_and_a_year_without_a_list_is_not_found(client, write):
    assert client.get("/ratings").status_code == 200
    write(lambda s: factories.project(s).code)
    assert "还没有样本足够的项目" in client.get("/ratings").text
    assert client.get("/ratings?year=2031").status_code == 404
    assert client.get("/ratings/2031.csv").status_code == 404
    assert client.get("/ratings?after=nonsense").status_code == 422


def test_long_lists_go_on_on_further_pages(client, write):
    write(lambda s: [factories.project(s, f"第{n}号") for n in range(PAGE_SIZE + 3)] and None)
    first = client.get("/ratings").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(following).text
    names = [set(re.findall(r">(第\d+号)<", text)) for text in (first, second)]
    assert (len(names[0]), len(names[1])) == (PAGE_SIZE, 3)
    assert not names[0] & names[1]
    assert "回到第一页" in second


def test_the_csv_has_each_projects_numbers_and_places(client, year):
    answer = client.get("/ratings/2026.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[2:7] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    told = [";".join(row[1:]) for row in rows]
    assert told[0] == "好;57;0;0;3;0;60;57;95.0;86.3;98.3;1;2;3;2;"
    assert told[3] == "太少;9;0;0;0;0;9;9;;;;;;;0;样本不足，不参加排序"
    assert len(rows) == 5


def test_the_workbook_says_the_same(client, year):
    answer = client.get("/ratings/2026.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    head, *rows = book.get_sheet_by_name("各项目满意度").to_python()
    assert len(head) == 17
    assert rows[0][1:11] == ["好", 57, 0, 0, 3, 0, 60, 57, 95.0, 86.3]
    assert [row[1] for row in rows] == ["好", "少而全好", "差", "太少", "没有"]


def test_the_rule_says_the_formula_with_an_example_that_is_worked_out(client):
    text = plain(client.get("/ratings/rules").text)
    assert "满意率 = （非常满意 + 满意 + 基本满意）÷ 全部评价" in text
    assert "50 份里有 46 份满意" in text
    assert "p = 46 ÷ 50 = 0.920，z = 1.96" in text
    assert "= 0.8900" in text
    assert "= 0.0784" in text
    assert "满意率 92.0%，区间 81.2%–96.8%" in text
    assert "“不满意”“非常不满意”是差评" in text


OWN = RATINGS | {
    "minimum": 23,
    "mode": "window",
    "days": 47,
    "revisit_waves": False,
    "call_back": {"days": 3, "unit": "day"},
    "remedy": {"days": 19, "unit": "working_day"},
    "ask_again_days": 41,
    "signal_days": 77,
    "photos": 2,
    "screening": {"device_count": 9, "network_count": 13, "window_minutes": 37, "fill_seconds": 5},
}


def test_every_figure_of_the_rule_is_the_countys_own(client, write):
    write(lambda s: set_setting(s, "ratings", OWN, valid_from=DAY, basis=""))
    text = plain(client.get("/ratings/rules").text)
    for words in (
        "已验证评价不到 23 份",
        "每一轮开放 47 天",
        "居民留了联系方式的，3天内打电话回访",
        "19个工作日内：整改",
        "41 天内都可以答",
        "最多留 77 天",
        "最多 2 张",
        "有9人及以上评价",
        "同一网络37分钟内有13份及以上",
        "不足5秒",
    ):
        assert words in text, words
    assert "每次回头看之后开始新的一轮" not in text


def test_the_page_tells_what_the_simulation_found(client):
    text = plain(client.get("/ratings/rules").text)
    assert f"平均最多 {HONEST_MOST}%，单次最多 {HONEST_WORST_RUN}%，不到 1%" in text
    for line in LINES:
        assert f"{line.label} 刷好评，不设防 {line.praise_open} 刷好评，本站 {line.praise}" in text


def test_what_the_page_tells_of_the_simulation_is_in_the_document():
    document = DOCUMENT.read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in document.splitlines()]
    told = {row[0]: row for row in rows if row}
    for line in LINES:
        row = told[line.line]
        assert row[2:6] == [line.praise_open, line.praise, line.damning_open, line.damning]
    first = document.partition("honest residents, no attacker")[2].partition("\n\n")[0]
    shares = [float(share) for share in re.findall(r"\(([\d.]+) %\)", first)]
    worst = [float(share) for share in re.findall(r"\| ([\d.]+) % \|", first)]
    assert max(shares) == float(HONEST_MOST)
    assert max(worst) == float(HONEST_WORST_RUN) <= 1
