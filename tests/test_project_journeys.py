"""A promise in a real browser, from the list to what residents see; all of it without JavaScript.

The project is one of last year's list, so that its day has passed on whatever day this runs.
"""

from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from tests.visiting import PHONE, phones, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass(frozen=True)
class Promised:
    """A project on record, and those who work on it, each in a window of their own."""

    name: str
    code: str
    due: date
    officer: Page
    moderator: Page


def publish_next(moderator: Page, code: str) -> None:
    """Publish what waits for review of a project."""
    moderator.goto("/editing/review")
    moderator.locator("tr", has_text=code).locator("a").click()
    moderator.click("form[action$=publish] button")
    expect(moderator.locator(".notice-success")).to_be_visible()


@pytest.fixture
def promised(visit) -> Promised:
    """A project that an administrator listed and whose department published its promised day."""
    year = clock.today().year - 1
    name, due = f"城东桥头护栏更新{next(phones) % 1000}", date(year, 11, 30)
    admin = visit(java_script_enabled=False)
    sign_in(admin, "admin1")
    admin.goto("/editing/projects/new")
    admin.fill("[name=year]", str(year))
    admin.fill("[name=name]", name)
    admin.select_option("[name=department]", label="县交通运输局")
    admin.fill("[name=listed_on]", f"{year}-01-20")
    admin.click("main form button")
    code = admin.inner_text("h1 .code")

    officer = visit(PHONE, java_script_enabled=False)
    sign_in(officer, "officer-jiaotong")
    officer.goto(f"/editing/{code}?open=promise")
    officer.locator("#s-promise .bench-acts a").first.click()
    officer.fill("[name=content]", "更新桥头护栏800米。")
    officer.fill("[name=start_on]", f"{year}-03-01")
    officer.fill("[name=due_on]", due.isoformat())
    officer.click("button[value=submit]")

    moderator = visit(java_script_enabled=False)
    sign_in(moderator, "moderator1")
    publish_next(moderator, code)
    return Promised(name, code, due, officer, moderator)


def test_a_late_report_is_taken_with_a_remedy_only_and_then_seen_by_all(visit, promised):
    officer = promised.officer
    officer.goto("/editing/")
    officer.locator("tr", has_text=promised.code).locator("text=填报进展").click()
    officer.check("[name=status][value=in_progress]")
    officer.fill("[name=percent]", "60")
    officer.fill("[name=narrative]", "已更新480米。")
    officer.click("button[value=submit]")
    summary = officer.locator(".error-summary")
    expect(summary.locator("a")).to_have_count(3)
    expect(summary).to_contain_text("滞后原因：")
    expect(officer.locator("[name=narrative]")).to_have_value("已更新480米。")

    officer.fill("[name=cause]", "护栏厂家延期交货。")
    officer.fill("[name=measure]", "另找两家供货，分段安装。")
    officer.fill("[name=new_date]", clock.today().isoformat())
    officer.click("button[value=submit]")
    expect(officer.locator("main")).to_contain_text("待审核")

    resident = visit(PHONE, java_script_enabled=False)
    resident.goto(f"/projects/{promised.code}")
    expect(resident.locator("main")).not_to_contain_text("另找两家供货")

    publish_next(promised.moderator, promised.code)
    resident.reload()
    expect(resident.locator("#remedies ~ article").first).to_contain_text("另找两家供货")
    expect(resident.locator(".top")).to_contain_text("60")
    resident.click(".page-index >> text=变更记录")
    expect(resident.locator("main")).to_contain_text("已更新480米。")
    expect(resident.locator("main")).to_contain_text("60%")


def test_a_promised_day_moves_by_a_decision_only_and_shows_both_days(visit, promised):
    officer, year = promised.officer, promised.due.year
    officer.goto(f"/editing/{promised.code}?open=promise")
    officer.locator("#s-promise .bench-acts a").first.click()
    expect(officer.locator("[name=due_on]")).to_have_count(0)

    officer.goto(f"/editing/{promised.code}/decision/new")
    officer.check("[name=kind][value=date]")
    officer.fill("[name=decided_by]", "县人大常委会")
    officer.fill("[name=document_no]", f"青人常〔{year}〕9号")
    officer.fill("[name=decided_on]", f"{year}-11-02")
    officer.fill("[name=reason]", "汛期冲毁便道，工期顺延。")
    officer.fill("[name=due_after]", f"{year + 2}-06-30")
    officer.click("button[value=submit]")
    publish_next(promised.moderator, promised.code)

    resident = visit(java_script_enabled=False)
    resident.goto(f"/projects?q={promised.name}")
    card = resident.locator(".project-card", has_text=promised.name)
    expect(card.locator(".moved s")).to_have_text(f"{year}年11月底")
    expect(card.locator(".moved b")).to_have_text(f"{year + 2}年6月底")
    card.locator(".card-title a").click()
    expect(resident.locator(".moved")).to_contain_text(f"最初承诺 {year}年11月底")
    expect(resident.locator(".moved")).to_contain_text(f"现在承诺 {year + 2}年6月底")
    expect(resident.locator(".moved")).to_contain_text("县人大常委会")
    expect(resident.locator("#decisions ~ *").first).to_be_visible()
