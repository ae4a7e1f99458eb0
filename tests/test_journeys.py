"""The main job in a real browser, as each of its users, with and without JavaScript."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.serving import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE, DESKTOP = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
_phones = itertools.count(13_900_000_000)


@pytest.fixture
def visit(browser, live, browser_context_args):
    """Open a browser window on the portal; messages on its console fail the test.

    Chromium itself notes a page that was answered with a refusal; that one is no fault.
    """
    contexts, heard = [], []

    def open_window(viewport=DESKTOP, **more) -> Page:
        options = browser_context_args | {"viewport": viewport, "base_url": live.url} | more
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not [text for text in heard if "status of 4" not in text]


def sign_in(page: Page, username: str) -> None:
    page.goto("/staff/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".staff-bar")).to_be_visible()


def submit(page: Page, title: str) -> tuple[str, str]:
    page.goto("/feedback/new")
    page.check("[name=kind][value=complaint]")
    page.fill("[name=title]", title)
    page.fill("[name=body]", "城关镇路口积水三天，公交候车亭旁边没法走。")
    page.fill("[name=phone]", str(next(_phones)))
    page.check("[name=consent_publish]")
    page.click("main button[type=submit]")
    return page.inner_text("#reference"), page.inner_text("#query-code")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_complaint_is_answered_and_judged(visit, javascript, viewport):
    resident = visit(viewport, java_script_enabled=javascript)
    title = f"候车亭旁边积水{next(_phones) % 1000}"
    reference, code = submit(resident, title)

    moderator = visit(java_script_enabled=javascript)
    sign_in(moderator, "moderator1")
    moderator.goto(f"/moderation/cases/{reference}")
    expect(moderator.locator(".suggestion").first).to_contain_text("县交通运输局")
    moderator.click("#act-assign button")
    moderator.click("#act-redact button")
    moderator.click("#act-publish button")

    officer = visit(java_script_enabled=javascript)
    sign_in(officer, "officer-jiaotong")
    officer.goto("/desk/")
    officer.goto(f"/desk/cases/{reference}")
    officer.click("#act-sign button")
    officer.fill("#act-answer [name=text]", "已派人疏通排水口，雨后复查。")
    officer.click("#act-answer button")

    moderator.goto(f"/moderation/cases/{reference}")
    moderator.click("#act-close button")
    expect(moderator.locator(".notice-success")).to_be_visible()

    resident.goto("/track")
    resident.fill("[name=reference]", reference)
    resident.fill("[name=code]", code)
    resident.click("main button[type=submit]")
    expect(resident.locator("main")).to_contain_text("已派人疏通排水口")
    resident.check("[name=resolved][value=yes]")
    resident.check("[name=satisfaction][value='4']")
    resident.click("#verdict button")
    expect(resident.locator("main")).to_contain_text("您的评价")

    stranger = visit(viewport, java_script_enabled=javascript)
    stranger.goto(f"/feedback/{reference}")
    expect(stranger.locator("main")).to_contain_text("已派人疏通排水口")
    expect(stranger.locator("main")).to_contain_text("已解决")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_completed_project_is_found_and_rated_on_a_phone(visit, javascript):
    page = visit(PHONE, java_script_enabled=javascript)
    page.goto("/")
    page.click("text=评价已完成的项目")
    page.locator(".card-title a").first.click()
    page.click("text=我来评价")
    page.check("[name=level][value='5']")
    page.fill("[name=comment]", "修得很好。")
    page.click("main button[type=submit]")
    expect(page.locator(".notice-success")).to_contain_text("评价已收到")


def test_faults_are_summed_up_and_led_to(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    page.click("main button[type=submit]")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.locator("a", has_text="请填写标题").click()
    expect(page.locator("[name=title]")).to_be_focused()


def test_a_language_and_the_easy_view_are_one_click_away_and_stay(visit):
    page = visit(PHONE)
    page.goto("/projects")
    page.click("button[name=language]")
    expect(page).to_have_url(re.compile("/projects$"))
    expect(page.locator("h1")).to_have_text("Projects")
    page.click("button[name=view]")
    page.goto("/track")
    assert page.locator("html").get_attribute("data-view") == "care"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
    box = page.locator("main button[type=submit]").bounding_box()
    assert box["height"] >= 60


PUBLIC = ["/", "/projects", "/feedback", "/feedback/new", "/track", "/about", "/accessibility"]
PUBLIC += ["/staff/sign-in", "/nowhere"]
STAFF = {
    "moderator1": ["/moderation/", "/moderation/?state=closed", "/moderation/comments"],
    "officer-shuili": ["/desk/", "/desk/?show=closed", "/staff/own"],
    "inspector1": ["/supervision/", "/supervision/?overdue=yes", "/supervision/audit"],
    "admin1": [
        "/staff/accounts",
        "/staff/accounts/new",
        "/staff/accounts/moderator1",
        "/staff/departments",
        "/staff/departments/shuili",
    ],
}


def look(page: Page, path: str) -> list[str]:
    """Return what is wrong with a page: axe's findings, and content wider than the window."""
    page.goto(path)
    found = [
        f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}"
        for v in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{path}: wider than the window")
    return found


def first_link(page: Page, path: str, pattern: str) -> str:
    """Return the first address on a page that matches."""
    page.goto(path)
    return next(
        h for a in page.locator("main a").all() if re.match(pattern, h := a.get_attribute("href"))
    )


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", ["standard", "care"])
def test_no_page_shuts_anybody_out(visit, viewport, language, view):
    page = visit(viewport, locale="zh-CN" if language == "zh" else "en-GB")
    page.goto("/")
    if view == "care":
        page.click("button[name=view]")
    project = first_link(page, "/projects?status=completed", "/projects/")
    running = first_link(page, "/projects?status=in_progress", "/projects/")
    case = first_link(page, "/feedback", r"/feedback/\d")
    paths = [*PUBLIC, project, running, f"{project}/rate", f"{running}/rate", case]
    wrong = [fault for path in paths for fault in look(page, path)]
    for username, doors in STAFF.items():
        sign_in(page, username)
        if username == "moderator1":
            doors = [*doors, first_link(page, "/moderation/", "/moderation/cases/")]
            doors.append(first_link(page, "/moderation/?state=answered", "/moderation/cases/"))
        if username == "officer-shuili":
            doors = [*doors, first_link(page, "/desk/", "/desk/cases/")]
        if username == "inspector1":
            doors = [*doors, first_link(page, "/supervision/", "/supervision/cases/")]
        wrong += [fault for path in doors for fault in look(page, path)]
        page.click(".staff-bar form button")
    assert not wrong
