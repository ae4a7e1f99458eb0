"""The writer's page, the appeals desk and the ledger in a real browser, on a county made here."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from portal import clock, create_app, db, migrations
from portal.cases import actions, appeals, merging, questions
from portal.cases.kinds import AppealKind
from portal.cases.revealing import reveal_contact
from portal.security import Role
from tests import factories
from tests.conftest import settings
from tests.factories import MODERATOR
from tests.public.writing import publish
from tests.visiting import DESKTOP, PATIENCE, PHONE, change_view, faults

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass
class Place:
    """Where the county is served, and its cases: what each is with its reference and code."""

    url: str
    cases: dict[str, tuple[str, str]]


def fill(s) -> dict[str, tuple[str, str]]:
    """Make a case for each thing that a writer's page can show."""
    at = clock.now()
    unit = factories.department(s)
    factories.account(s, "other-moderator", Role.MODERATOR)
    made = {}

    def new(name):
        found = factories.receipt(s, at=at)
        made[name] = found.case.reference, found.code
        return found.case

    def finish(case):
        officer = factories.officer(unit)
        actions.sign(s, case, actor=officer, at=at)
        actions.answer(s, case, "已修好，来电13900001234可查。", actor=officer, at=at)
        actions.close(s, case, actor=MODERATOR, at=at, answer_text="已修好。")

    whole = new("answered")
    merging.split(s, whole, [merging.Part("路灯不亮", "南街路灯不亮。")], actor=MODERATOR, at=at)
    actions.assign(s, whole, unit, actor=MODERATOR, at=at)
    reveal_contact(s, whole, actor=MODERATOR, at=at, note="核实来信人意愿")
    publish(s, whole, unit, at=at)
    finish(whole)
    asked = new("asked")
    actions.assign(s, asked, unit, actor=MODERATOR, at=at)
    finish(asked)
    questions.ask(s, asked, actor=factories.writer(asked), at=at, note="保修几年？")
    refused = new("refused")
    actions.reject(s, refused, "counter", actor=MODERATOR, at=at)
    for against in ("redaction", "withholding"):
        case = new(against)
        if against == "redaction":
            publish(s, case, unit, at=at)
        else:
            actions.withhold(s, case, actor=MODERATOR, at=at, note="涉及隐私")
        by = factories.writer(case)
        appeals.appeal(s, case, AppealKind(against), actor=by, at=at, note="不同意。")
    merged = new("merged")
    merging.merge(s, merged, factories.case(s, at=at), actor=MODERATOR, at=at)
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    """A served county of its own."""
    folder = tmp_path_factory.mktemp("tracking")
    app = create_app(settings(f"sqlite:///{folder / 'portal.sqlite'}", folder))
    migrations.upgrade(app.extensions["engine"])
    with app.app_context(), db.transaction() as s:
        made = fill(s)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Place(f"http://127.0.0.1:{server.server_port}", made)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["engine"].dispose()


@pytest.fixture
def come(browser, place):
    """Open a window on it."""
    contexts = []

    def come(viewport=DESKTOP, **more) -> Page:
        options = {"locale": "zh-CN", "viewport": viewport, "base_url": place.url} | more
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield come
    for context in contexts:
        context.close()


def prove(page: Page, case: tuple[str, str]) -> str:
    """Show the code of a case and open all that its page folds away."""
    page.goto("/track")
    page.fill("[name=reference]", case[0])
    page.fill("[name=code]", case[1])
    page.click("main button[type=submit]")
    page.wait_for_url(f"**/track/{case[0]}")
    for summary in page.locator("main summary").all():
        summary.click()
    return f"/track/{case[0]}"


def sign_in(page: Page) -> None:
    page.goto("/staff/sign-in")
    page.fill("[name=username]", "other-moderator")
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".staff-bar")).to_be_visible()


@pytest.mark.parametrize("is_care", [False, True], ids=["standard", "care"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_has_a_fault(come, place, viewport, is_care):
    page = come(viewport, locale="zh-CN" if viewport is PHONE else "en-US")
    if is_care:
        page.goto("/")
        change_view(page)
    found = []
    for case in place.cases.values():
        path = prove(page, case)
        found += faults(page, path)
    for path in ("/feedback/ledger", "/track"):
        page.goto(path)
        found += faults(page, path)
    sign_in(page)
    page.goto("/moderation/appeals")
    found += faults(page, "/moderation/appeals")
    links = page.locator("main table a")
    paths = links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert paths
    for path in paths:
        page.goto(path)
        found += faults(page, path)
    assert not found


def test_faults_of_a_form_are_summed_up_and_led_to(come, place):
    page = come(PHONE)
    prove(page, place.cases["refused"])
    page.click("#appeal-refusal button")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.locator("a").click()
    expect(page.locator("#appeal-refusal textarea")).to_be_focused()


def test_a_writer_asks_judges_and_objects_without_javascript(come, place):
    page = come(PHONE, java_script_enabled=False)
    prove(page, place.cases["answered"])
    page.fill("#ask textarea", "换的是什么管子？")
    page.click("#ask button")
    expect(page.locator(".notice-success")).to_contain_text("已收到您的追问")
    page.check("#verdict [name=resolved][value=partly]")
    page.check("#verdict [name=satisfaction][value='3']")
    page.check("#verdict [name=speed][value='2']")
    page.click("#verdict button")
    expect(page.locator("main")).to_contain_text("回复速度：不满意")
    page.click("#appeal-redaction summary")
    page.fill("#appeal-redaction textarea", "删得太多。")
    page.click("#appeal-redaction button")
    filed = page.locator("section[id^='appeal-redaction-']")
    expect(filed).to_contain_text("等待另一位审核员处理")
    page.click("#reopen summary")
    page.fill("#reopen textarea", "又漏了。")
    page.click("#reopen button")
    expect(page.locator(".notice-success")).to_contain_text("重新办理")
    expect(page.locator(".tag", has_text="重新办理（第 2 轮）")).to_be_visible()
