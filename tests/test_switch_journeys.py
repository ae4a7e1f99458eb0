"""Pressing the switches of view and language in a real browser while something is written."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.visiting import DESKTOP, PHONE, change_view, faults, phones

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SWITCHES = pytest.mark.parametrize("switch", ["view", "language"])
PHONE_NUMBER = "13800001234"


def begin(page: Page, kind: str = "report") -> None:
    """Write a letter that is not sent; a report is never kept on the device."""
    page.goto("/feedback/new")
    page.check(f"[name=kind][value={kind}]")
    page.fill("[name=title]", "村主任收钱")
    page.fill("[name=body]", "村主任挪用修路的公款，大家都知道。")
    page.fill("[name=phone]", PHONE_NUMBER)
    if kind != "report":
        page.check("[name=consent_publish]")


def expect_letter(page: Page, kind: str = "report") -> None:
    """Wait for all of it to be there."""
    expect(page.locator(f"[name=kind][value={kind}]")).to_be_checked()
    expect(page.locator("[name=title]")).to_have_value("村主任收钱")
    expect(page.locator("[name=body]")).to_have_value("村主任挪用修路的公款，大家都知道。")
    expect(page.locator("[name=phone]")).to_have_value(PHONE_NUMBER)
    if kind != "report":
        expect(page.locator("[name=consent_publish]")).to_be_checked()


def test_the_easy_view_comes_without_leaving_the_page_and_stays(visit):
    page = visit(PHONE)
    begin(page)
    page.evaluate("window.isSame = true")
    change_view(page)
    expect(page.locator("html")).to_have_attribute("data-view", "care")
    expect(page.get_by_role("button", name="标准版")).to_be_visible()
    expect_letter(page)
    assert page.evaluate("window.isSame")
    assert not faults(page, "turned in place")
    page.goto("/track")
    expect(page.locator("html")).to_have_attribute("data-view", "care")
    change_view(page)
    expect(page.locator("html")).not_to_have_attribute("data-view", "care")
    expect(page.get_by_role("button", name="关怀版")).to_be_visible()
    page.goto("/")
    expect(page.locator("html")).not_to_have_attribute("data-view", "care")


def test_what_is_told_before_a_letter_goes_is_still_there_in_the_easy_view(visit):
    page = visit(PHONE)
    begin(page, "complaint")
    page.fill("[name=body]", "家里现在着火了，快来人。")
    page.click("#feedback-form > .actions button")
    expect(page.locator(".before a[href='tel:119']")).to_be_visible()
    change_view(page)
    expect(page.locator(".before a[href='tel:119']")).to_be_visible()
    expect(page.locator("[name=phone]")).to_have_value(PHONE_NUMBER)
    expect(page.locator("[name=consent_publish]")).to_be_checked()


@SWITCHES
@pytest.mark.parametrize("kind", ["report", "complaint"])
def test_without_javascript_a_switch_takes_the_letter_along(visit, switch, kind):
    page = visit(PHONE, java_script_enabled=False)
    begin(page, kind)
    page.click(f"button[name={switch}]")
    expect(page.locator("html")).to_have_attribute(
        *(("data-view", "care") if switch == "view" else ("lang", "en"))
    )
    expect_letter(page, kind)


def test_the_other_language_takes_the_letter_along_and_asks_nothing(visit):
    page = visit(DESKTOP)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    begin(page)
    page.click("button[name=language]")
    expect(page.locator("h1")).to_have_text("Send feedback")
    expect_letter(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_enter_key_sends_the_letter_and_presses_no_switch(visit, javascript):
    page = visit(DESKTOP, java_script_enabled=javascript)
    begin(page, "complaint")
    page.fill("[name=body]", "")
    page.press("[name=title]", "Enter")
    expect(page.locator(".error-summary")).to_contain_text("请填写具体情况")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_elsewhere_the_other_language_asks_before_anything_written_is_lost(visit):
    page = visit(PHONE)
    answers, asked = [False, True], []

    def decide(dialog):
        asked.append(dialog.message)
        dialog.accept() if answers[len(asked) - 1] else dialog.dismiss()

    page.on("dialog", decide)
    page.goto("/track")
    page.fill("[name=reference]", "20260101-000001")
    page.click("button[name=language]")
    expect(page.locator("[name=reference]")).to_have_value("20260101-000001")
    assert "还没有提交的内容会清空" in asked[0]
    page.click("button[name=language]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert len(asked) == 2
    page.click("button[name=language]")  # nothing is written
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert len(asked) == 2


def test_what_came_back_from_a_faulty_form_counts_as_written(visit):
    page = visit(PHONE)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.goto("/track")
    page.fill("[name=reference]", "20260101-000001")
    page.click("main button[type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()
    page.click("button[name=language]")
    expect(page.locator("[name=reference]")).to_have_value("20260101-000001")
    assert len(asked) == 1


def test_a_form_waits_for_the_view_to_be_kept_so_that_its_receipt_is_shown(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    page.check("[name=kind][value=praise]")
    page.fill("[name=title]", "路修得又快又好")
    page.fill("[name=body]", "施工队很负责。")
    page.fill("[name=phone]", str(next(phones)))
    slow = []

    def hold(route):
        slow.append(route)

    page.route("**/preferences", hold)
    page.click("button[name=view]")
    page.click("#feedback-form > .actions button")
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile("/feedback/new$"))
    assert len(slow) == 1
    slow[0].continue_()
    expect(page.locator("h1")).to_contain_text("已收到")
    expect(page.locator("html")).to_have_attribute("data-view", "care")
