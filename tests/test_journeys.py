"""The main job in a real browser, as each of its users, with and without JavaScript."""

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from tests.visiting import DESKTOP, PHONE, change_view, first_link, look, phones, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def submit(page: Page, title: str) -> tuple[str, str]:
    page.goto("/feedback/new")
    page.check("[name=kind][value=complaint]")
    page.fill("[name=title]", title)
    page.fill("[name=body]", "城关镇路口积水三天，公交候车亭旁边没法走。")
    page.fill("[name=phone]", str(next(phones)))
    page.check("[name=consent_publish]")
    page.click("#feedback-form > .actions button")
    page.wait_for_selector(".before, #reference")
    if page.locator(".before").count():  # a case of the county reads alike
        page.get_by_role("button", name="都不是，提交我的").click()
    return page.inner_text("#reference"), page.inner_text("#query-code")


WORKERS = itertools.cycle(["城东班组", "老城养护队", "新区项目部", "排水维修点"])
"""Who did it: a department that always answers in the same words is asked whether it means to."""


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_complaint_is_answered_and_judged(visit, javascript, viewport):
    resident = visit(viewport, java_script_enabled=javascript)
    title = f"候车亭旁边积水{next(phones) % 1000}"
    reference, code = submit(resident, title)

    moderator = visit(java_script_enabled=javascript)
    sign_in(moderator, "moderator1")
    moderator.goto(f"/moderation/cases/{reference}")
    expect(moderator.locator(".suggestion").first).to_contain_text("县交通运输局")
    moderator.click("#act-assign .actions button")
    moderator.click("#act-redact button")
    moderator.click("#act-publish button")

    officer = visit(java_script_enabled=javascript)
    sign_in(officer, "officer-jiaotong")
    officer.goto("/desk/")
    officer.goto(f"/desk/cases/{reference}")
    officer.click("#act-sign button")
    done = "已派人疏通排水口，候车亭旁边的积水当天排干"
    officer.fill(
        "#act-answer [name=text]", f"{next(WORKERS)}{done}，下次雨后再复查一次，请您监督。"
    )
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
    page.click("#feedback-form > .actions button")
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
    change_view(page)
    page.goto("/track")
    assert page.locator("html").get_attribute("data-view") == "care"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
    box = page.locator("main button[type=submit]").bounding_box()
    assert box["height"] >= 60


def test_the_list_is_narrowed_and_its_navigation_skipped_by_keyboard_alone(visit):
    page = visit()
    page.goto("/projects")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(3):  # over the first of the page's own links, into the search
        page.keyboard.press("Tab")
        if page.locator("[name=q]").evaluate("e => e === document.activeElement"):
            break
    page.keyboard.type("供水")
    page.keyboard.press("Enter")
    expect(page.locator(".chips a").first).to_contain_text("供水")
    page.keyboard.press("Tab")  # a page that was just opened does not know how it is used
    page.focus(".more summary")
    outline = "e => getComputedStyle(e).outlineStyle"
    assert page.locator(".more summary").evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("[name=light], [name=stage]").first).to_be_visible()


PUBLIC = ["/", "/projects", "/projects?q=供水&stale=yes", "/feedback", "/feedback/new", "/track"]
PUBLIC += ["/feedback/ledger"]
PUBLIC += ["/about", "/accessibility", "/staff/sign-in", "/nowhere", "/leaders"]
PUBLIC += ["/ratings", "/ratings/rules", "/verify", "/mine", "/outbox"]
WALLS = ["/wall?view=table", "/wall?screen=1"]
STATES = ["status=completed", "status=in_progress", "status=planned", "status=paused"]
STATES += ["status=stopped", "completion=built", "light=severe"]

# Pages of the staff; a pair is a page and the pattern of the link on it that leads on.
STAFF: dict[str, list[str | tuple[str, str]]] = {
    "moderator1": [
        "/moderation/",
        "/moderation/?state=closed",
        "/moderation/workload",
        "/moderation/phrases",
        "/moderation/clusters",
        ("/moderation/clusters", r"/moderation/clusters/\d"),
        "/moderation/appeals",
        ("/moderation/appeals", r"/moderation/appeals/\d"),
        "/moderation/categories",
        ("/moderation/categories", "/moderation/categories/[^n]"),
        "/moderation/entry",
        "/appraisal/comments",
        "/appraisal/comments?tab=remedies",
        "/appraisal/doubts",
        ("/appraisal/doubts", r"/appraisal/doubts/\d"),
        "/appraisal/doubts?state=rejected",
        "/appraisal/entry",
        ("/appraisal/entry", "/appraisal/entry/"),
        ("/moderation/", "/moderation/cases/"),
        ("/moderation/?state=answered", "/moderation/cases/"),
        "/editing/review",
        ("/editing/review", r"/editing/review/\d"),
    ],
    "officer-jiaotong": [
        "/desk/",
        "/desk/?show=closed",
        "/desk/?show=asked",
        "/desk/assists",
        ("/desk/", "/desk/cases/"),
        "/staff/own",
        "/appraisal/follow-ups",
        ("/appraisal/follow-ups", r"/appraisal/follow-ups/\d"),
        ("/appraisal/follow-ups?show=remedy", r"/appraisal/follow-ups/\d"),
        ("/appraisal/follow-ups?show=ended", r"/appraisal/follow-ups/\d"),
        "/editing/",
        ("/editing/", r"/editing/[\d-]+$"),
        ("/editing/", ".*/report/new"),
        ("/editing/", r"/editing/drafts/\d+$"),
    ],
    "inspector1": [
        "/supervision/",
        "/supervision/?overdue=yes",
        "/supervision/disputes",
        "/supervision/returns",
        ("/supervision/disputes", "/supervision/(cases|disputes)/"),
        "/supervision/audit",
        ("/supervision/", "/supervision/cases/"),
        "/appraisal/waves",
        ("/appraisal/waves", "/appraisal/waves/"),
        "/appraisal/contacts",
        "/appraisal/contacts/new",
        "/appraisal/appeals",
        ("/appraisal/appeals", r"/appraisal/appeals/\d"),
        ("/appraisal/appeals?show=decided", r"/appraisal/appeals/\d"),
        "/appraisal/oversight?show=all",
        ("/appraisal/oversight?show=all", r"/appraisal/oversight/\d"),
        "/appraisal/ballots",
        "/appraisal/ballots/new",
        ("/appraisal/ballots", r"/appraisal/ballots/\d"),
    ],
    "admin1": [
        "/staff/accounts",
        "/staff/accounts/new",
        "/staff/accounts/moderator1",
        "/staff/departments",
        "/staff/departments/shuili",
        "/editing/",
        "/editing/projects/new",
        "/editing/leaders",
        "/editing/leaders/new",
        ("/editing/leaders", "/editing/leaders/(?!new)"),
    ],
}
FORMS = ["photo/new", "document/new", "decision/new", "handover/new", "revisit/new"]


def public_doors(page: Page) -> list[str | None]:
    """Return the pages that everybody may open, one of each kind."""
    states = [first_link(page, f"/projects?{state}", "/projects/") for state in STATES]
    done, running = states[:2]
    led_to = (rf"{done}/sites/\d+/poster", "/towns/", "/departments/", "/leaders/")
    year = first_link(page, "/", r"/years/\d+$")
    return [
        *PUBLIC,
        *states,
        *(f"{project}/rate" for project in (done, running) if project),
        f"{done}/notice",
        f"{running}/notice",
        f"{running}/changes",
        f"{running}/poster",
        f"/scan/{done}".replace("/projects", ""),
        *(first_link(page, done, pattern) for pattern in led_to),
        *(
            f"{year}{rest}"
            for rest in ("", "/funds", "/wall", "/wall?view=table", "/wall?screen=1")
        ),
        f"/ballots/{clock.today().year - 1}",
        first_link(page, "/feedback", r"/feedback/\d"),
    ]


def staff_doors(page: Page, username: str) -> list[str | None]:
    """Return the pages of somebody's room, one of each kind."""
    sign_in(page, username)
    found = [first_link(page, *d) if isinstance(d, tuple) else d for d in STAFF[username]]
    if username.startswith("officer"):
        bench, draft = found[-3], found[-1]
        found += [f"{bench}/{form}" for form in FORMS] + [f"{draft}/change"]
    return found


@pytest.fixture(scope="module")
def doors(browser, live, browser_context_args) -> list[tuple[str, str]]:
    """Who opens which page; in some seasons the county has no project in one of the states."""
    context = browser.new_context(**browser_context_args, base_url=live.url)
    page = context.new_page()
    found = [("", path) for path in public_doors(page)]
    for username in STAFF:
        context.clear_cookies()
        found += [(username, path) for path in staff_doors(page, username)]
    context.close()
    return [(username, path) for username, path in dict.fromkeys(found) if path]


WAYS = list(itertools.product(("phone", "desktop"), ("zh", "en"), ("standard", "care")))
FULL = [WAYS[0], ("phone", "en", "care")]
"""Where every page is looked at: the usual phone, and where words and letters are longest."""

SHARED = [way for way in WAYS if way not in FULL]
"""Where pages take turns, so that each is seen in one of these as well."""


@pytest.mark.parametrize(("device", "language", "view"), WAYS, ids=map("-".join, WAYS))
def test_no_page_shuts_anybody_out(visit, doors, device, language, view):
    way = (device, language, view)
    seen = doors if way in FULL else doors[SHARED.index(way) :: len(SHARED)]
    locale = "zh-CN" if language == "zh" else "en-GB"
    page = visit(PHONE if device == "phone" else DESKTOP, locale=locale)
    page.goto("/")
    if view == "care":
        change_view(page)
    wrong = []
    for username, turn in itertools.groupby(seen, key=lambda door: door[0]):
        if username:
            sign_in(page, username)
        wrong += [fault for _, path in turn for fault in look(page, path)]
        if username:
            page.click(".staff-bar form button")
    assert page.locator("html").get_attribute("data-view") == ("care" if view == "care" else None)
    assert not wrong
