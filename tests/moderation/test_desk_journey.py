"""The moderators' desk in a real browser: by keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.visiting import DESKTOP, PHONE, change_view, faults, look, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_STROKES = 6
"""Key strokes from the queue to a case that is sent out, when the suggestion is right."""


class Keyboard:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        """Press one key after another, each when the page is ready for it."""
        for key in keys:
            self.page.wait_for_load_state("load")
            self.page.keyboard.press(key)
            self.strokes += 1


@pytest.fixture
def desk(visit):
    """Open the queue of a moderator in a window."""

    def open_desk(username="moderator1", viewport=DESKTOP, path="/moderation/", **more) -> Page:
        page = visit(viewport, **more)
        sign_in(page, username)
        page.goto(path)
        return page

    return open_desk


def reference_of(page: Page) -> str:
    return re.search(r"/moderation/cases/([\d-]+)", page.url)[1]


def test_a_case_is_sent_where_it_is_suggested_in_six_key_strokes_at_most(desk):
    page = desk()
    waiting = int(page.locator(".tabs [aria-current] b").inner_text())
    keys = Keyboard(page)
    keys.press("j", "Enter")
    expect(page.locator("#act-assign")).to_be_visible()
    first = reference_of(page)
    wanted = page.locator("[data-desk-department]").first.get_attribute("data-desk-department")
    keys.press("1")
    expect(page.locator("#act-assign [name=department]")).to_have_value(wanted)
    expect(page.locator("#act-assign .actions button")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".desk-undo")).to_contain_text(f"：{first}。")
    assert keys.strokes <= MOST_STROKES

    second = reference_of(page)
    assert second != first
    again = Keyboard(page)
    again.press("1", "Enter")  # the next case is open already
    expect(page.locator(".desk-undo")).to_contain_text(f"：{second}。")
    assert again.strokes == 2
    again.press("u", "Enter")
    expect(page.locator(".notice-success")).to_contain_text("已撤销：派单")
    assert reference_of(page) == second
    page.goto("/moderation/")
    expect(page.locator(".tabs [aria-current] b")).to_have_text(str(waiting - 1))


def test_the_keys_walk_the_queue_select_and_lead_to_the_selection(desk):
    page = desk()
    rows = page.locator("[data-desk-row]")
    expect(page.locator("#desk-bulk [data-desk-count]")).to_have_text("已选 0 件")
    page.keyboard.press("j")
    expect(rows.nth(0).locator("[data-desk-open]")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#desk-bulk [data-desk-count]")).to_have_text("已选 2 件")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("#desk-bulk [data-desk-count]")).to_have_text("已选 1 件")
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type("jxb?")
    expect(page.locator("[name=q]")).to_have_value("jxb?")
    page.locator("h1").click()
    page.keyboard.press("b")
    expect(page.locator("#bulk [name=act]")).to_be_focused()
    expect(page.locator("#bulk [name=department]")).to_be_hidden()
    page.select_option("#bulk [name=act]", "assign")
    expect(page.locator("#bulk [name=department]")).to_be_visible()
    page.keyboard.press("Control+j")
    expect(page.locator("#bulk [name=act]")).to_be_focused()


def test_single_keys_can_be_switched_off_and_stay_off(desk):
    page = desk()
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    assert not faults(page, "the keys")
    page.keyboard.press("j")  # the dialog has the keyboard
    expect(page.locator("[data-desk-open]").first).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    page.click("[data-desk-help]")
    page.locator("dialog .choice").click()
    page.locator("dialog button").click()
    page.reload()
    for key in ("j", "?", "b"):
        page.keyboard.press(key)
    expect(page.locator("dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")
    page.click("[data-desk-help]")
    expect(page.locator("[data-desk-switch]")).not_to_be_checked()
    page.locator("dialog .choice").click()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("[data-desk-open]").first).to_be_focused()


def test_who_else_looks_is_told_while_the_page_is_open(desk):
    one = desk("moderator1", path="/moderation/?state=answered")
    one.locator("[data-desk-open]").first.click()
    other = desk("moderator2")
    other.goto(one.url)
    expect(other.locator("[data-desk-others]")).to_contain_text("正在查看")
    expect(one.locator("[data-desk-others]")).to_be_hidden()
    one.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(one.locator("[data-desk-others]")).to_contain_text("正在查看")


def test_a_phrase_goes_into_the_note_at_once(desk):
    page = desk(path="/moderation/phrases")
    page.select_option("[name=use]", "assign")
    page.fill("[name=title]", "请先到场")
    page.fill("[name=text]", "请先到现场核实。")
    page.click("#phrase-form button")
    page.goto("/moderation/next")
    page.click("summary:has-text('写说明')")
    page.fill("#note-assign", "急。")
    page.select_option("#phrase-assign", label="请先到场")
    page.click("[data-desk-phrases=note-assign] button")
    expect(page.locator("#note-assign")).to_have_value("急。请先到现场核实。")


def test_everything_works_with_links_and_buttons_alone(desk):
    page = desk(viewport=PHONE, java_script_enabled=False)
    page.locator("[data-desk-open]").first.click()
    first = reference_of(page)
    page.click("#act-assign .actions button")
    expect(page.locator(".desk-undo")).to_contain_text(first)
    page.click(".desk-undo button")
    expect(page.locator(".notice-success")).to_contain_text("已撤销")
    assert reference_of(page) == first
    page.click("text=跳过，看下一件")
    assert reference_of(page) != first
    page.click("text=回到队列")
    boxes = page.locator("[name=pick]")
    for n in range(2):
        boxes.nth(n).check()
    page.select_option("[name=act]", "suggested")
    page.click("#desk-bulk button")
    expect(page.locator("[role=status]")).to_contain_text("所选 2 件：2 件已办理")
    page.click("text=撤销这 2 件")
    expect(page.locator("[role=status]")).to_contain_text("所选 2 件：2 件已办理")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_while_cases_are_picked_the_way_to_the_form_stays_in_sight(desk, viewport):
    page = desk(viewport=viewport)
    bar, whole = page.locator("[data-desk-bar]"), page.locator("[data-desk-all] input")
    boxes = page.locator("[data-desk-row] input[type=checkbox]")
    expect(bar).to_be_hidden()
    boxes.first.check()
    expect(bar).to_be_in_viewport(ratio=1)
    expect(bar).to_contain_text("已选 1 件")
    whole.check()
    n = boxes.count()
    expect(bar).to_contain_text(f"已选 {n} 件")
    assert page.locator("[data-desk-row] input:checked").count() == n
    bar.locator("a").click()
    expect(page.locator("#desk-bulk h2")).to_be_in_viewport()
    whole.uncheck()
    expect(bar).to_be_hidden()
    assert not page.locator("[data-desk-row] input:checked").count()
    assert not faults(page, "queue")


def test_without_javascript_there_is_no_box_that_does_nothing(desk):
    page = desk(java_script_enabled=False)
    expect(page.locator("[data-desk-row]").first).to_be_visible()
    expect(page.locator("[data-desk-all]")).to_be_hidden()
    expect(page.locator("[data-desk-bar]")).to_be_hidden()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("care", [False, True], ids=["standard", "care"])
def test_the_pages_of_the_desk_have_no_faults(desk, viewport, care):
    page = desk(viewport=viewport)
    if care:
        change_view(page)
    case = page.locator("[data-desk-open]").first.get_attribute("href").partition("?")[0]
    wrong = []
    for path in (
        "/moderation/?risk=1&q=水&group=x",
        "/moderation/workload",
        "/moderation/phrases",
        case,
        "/moderation/clusters",
        f"{case}/merge",
        f"{case}/split",
    ):
        wrong += look(page, path)
    assert not wrong
