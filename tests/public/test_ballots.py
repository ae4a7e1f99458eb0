"""Everybody sees the ballots of deputies, with their denominators, rule, source and flaws."""

import csv
import io
import re
from datetime import date

from flask import render_template_string

from portal import db
from portal.ratings.ballots import queries
from tests import factories
from tests.ratings.ballots import ROWS, SOURCE, recorded


def rows_of(text: str) -> list[str]:
    """The words of each row of the tables, without tags."""
    rows = re.findall(r"<tr.*?</tr>", text, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_a_year_without_list_and_ballot_is_not_found(client, write):
    write(lambda s: recorded(s, year=2024))
    assert client.get("/ballots/2024").status_code == 200
    for year in (1999, 2023, 10**30):
        assert client.get(f"/ballots/{year}").status_code == 404
        assert client.get(f"/ballots/{year}/1.csv").status_code == 404


def test_a_year_that_has_no_ballot_yet_says_so(client, write):
    write(lambda s: factories.project(s).code)
    assert "还没有登记这一年的代表测评。" in client.get("/ballots/2026").text


def test_three_counts_stand_with_all_members_and_the_verdict_in_words(client, write):
    code = write(lambda s: (factories.project(s, "老年护理照料中心建设"), recorded(s))[0].code)
    text = client.get("/ballots/2026").text
    rows = rows_of(text)
    assert "5 老年护理照料中心建设" in rows[5]
    assert "17 ÷ 31（54.8%）" in rows[5]
    assert "11 ÷ 31（35.5%）" in rows[5]
    assert "1 ÷ 31（3.2%）" in rows[5]
    assert rows[5].endswith("满意")
    assert len(rows) == 1 + len(ROWS)
    assert f'href="/projects/{code}"' in text
    assert "29 人，全体组成人员 31 人" in text


def test_the_rule_and_both_sources_are_named(client, write):
    write(lambda s: recorded(s, source="《区人大常委会公报》2026年第1号"))
    text = client.get("/ballots/2026").text
    assert "满意票加基本满意票不足半数的（含半数），为测评不满意" in text
    assert f'href="{SOURCE}"' in text  # of the rule
    assert "《区人大常委会公报》2026年第1号" in text


def test_only_addresses_of_the_web_become_links(client, write):
    write(lambda s: recorded(s, source="javascript:alert(1)"))
    assert "javascript:alert(1)" in client.get("/ballots/2026").text
    assert 'href="javascript' not in client.get("/ballots/2026").text


def test_a_link_is_named_by_its_host_and_is_never_empty(client, write):
    def make(s):
        recorded(s)
        recorded(s, title="没有写完", source="https://")

    write(make)
    text = client.get("/ballots/2026").text
    assert f'<a href="{SOURCE}" rel="noopener nofollow">www.zh.gov.cn</a>' in text
    assert '<a href="https://" rel="noopener nofollow">https://</a>' in text


def test_what_does_not_add_up_stands_beside_its_line(client, write):
    write(lambda s: recorded(s, [("甲", 28, 1, 0), ("乙", 27, 1, 0)], members=28, present=29))
    text = client.get("/ballots/2026").text
    rows = rows_of(text)
    assert "三项合计 29，多于全体组成人员 28" in rows[1]
    assert "三项合计 28，到会 29，相差 1" in rows[2]
    assert "相差" not in rows[1]
    assert "到会 29，多于全体组成人员 28" in text
    assert "2 项的票数对不上" in text


def test_a_ballot_that_adds_up_has_no_flag(client, write):
    write(recorded)
    assert "对不上" not in client.get("/ballots/2026").text


def test_a_ballot_is_said_to_be_apart_from_ratings_and_changes_none(client, write):
    def make(s):
        project = factories.project(s, "老旧小区改造")
        recorded(s)
        return project.code

    code = write(make)
    assert "不计入居民评价，也不与居民满意率合并" in client.get("/ballots/2026").text
    assert "暂无评价" in client.get(f"/projects/{code}").text


def test_a_correction_is_told_with_its_day(client, write):
    write(lambda s: setattr(recorded(s), "changed_at", factories.AT))
    assert "登记更正" in client.get("/ballots/2026").text


def test_the_other_years_are_linked(client, write):
    write(lambda s: [recorded(s, year=year) for year in (2024, 2026)])
    assert 'href="/ballots/2024"' in client.get("/ballots/2026").text


def test_the_latest_ballot_stands_first(client, write):
    def make(s):
        recorded(s, title="年中测评", held_on=date(2026, 7, 1))
        recorded(s, title="年初测评")

    write(make)
    text = client.get("/ballots/2026").text
    assert text.index("年中测评") < text.index("年初测评")


def test_the_csv_file_says_the_same_with_its_flags(client, write):
    def make(s):
        code = factories.project(s, "老旧小区改造").code
        return recorded(s, [*ROWS, ("=1+1", 27, 1, 0)]).id, code

    ident, code = write(make)
    answer = client.get(f"/ballots/2026/{ident}.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[:3] == ["序号", "项目编号", "测评项目（公布的名称）"]
    assert [(r[2], *map(int, r[3:6])) for r in rows[:8]] == ROWS
    assert [r[1] for r in rows[:8]] == ["", "", code, "", "", "", "", ""]
    assert rows[1][6:10] == ["29", "29", "31", "满意"]
    assert rows[8][2] == "'=1+1"
    assert rows[8][10] == "三项合计 28，到会 29，相差 1"
    assert rows[8][11:] == ["民生实事项目完成情况满意度测评", "区人大常委会", "2026-01-21", SOURCE]


def test_a_ballot_is_not_handed_over_under_another_year(client, write):
    ident = write(lambda s: (recorded(s, year=2025), recorded(s))[0].id)
    assert client.get(f"/ballots/2025/{ident}.csv").status_code == 200
    assert client.get(f"/ballots/2026/{ident}.csv").status_code == 404


OF_PROJECT = """{% from "_macros/ballots.html" import ballot_of_project with context %}
{{ ballot_of_project(lines) }}"""


def test_the_page_of_a_project_can_show_what_ballots_said_of_it(app, write):
    def make(s):
        project = factories.project(s, "老旧小区改造")
        recorded(s, [(f"{project.code} 旧改一期", 26, 2, 0), (project.code, 10, 3, 16)])
        return project.id

    ident = write(make)
    with app.test_request_context("/"):
        app.preprocess_request()
        lines = queries.of_project(db.session(), ident)
        text = render_template_string(OF_PROJECT, lines=lines)
        assert render_template_string(OF_PROJECT, lines=[]).strip() == ""
    rows = rows_of(text)
    assert "旧改一期" in rows[1]
    assert "26 ÷ 31（83.9%）" in rows[1]
    assert "相差 1" in rows[1]
    assert rows[2].endswith("不满意")
    assert "不计入居民评价" in text
