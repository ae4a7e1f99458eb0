"""Ratings in a real browser, from the poster to the figures, as each of those who work on them.

All share one county and come in any order: figures are compared with what they were before.
"""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from portal import clock
from tests.files import samples
from tests.visiting import DESKTOP, PHONE, change_view, faults, first_link, look, phones, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HASTE = 2.2
"""Seconds that a form has to be open: who sends it sooner is taken for a machine."""

PHOTO = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": samples.saved(samples.scene())}
SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


def hardly_rated(page: Page) -> list[str]:
    """Return the addresses of last year's completed projects with too few ratings for a rate."""
    page.goto(f"/ratings?year={clock.today().year - 1}")
    links = page.locator("#list .plain-list a").evaluate_all("all => all.map(a => a.pathname)")
    assert links
    return links


def officer_of(page: Page, project: str) -> str:
    """Return the name under which the officer of a project's department signs in."""
    return "officer-" + first_link(page, project, "/departments/").rsplit("/", 1)[-1]


def said(page: Page, project: str, words: str) -> tuple[int, ...]:
    """Return the numbers at a place of what the public reads of a project's ratings; 0 if none."""
    page.goto(project)
    found = re.search(words, page.locator("#ratings").text_content())
    return tuple(map(int, found.groups())) if found else (0,) * re.compile(words).groups


def verified(page: Page, project: str) -> int:
    """Return how many verified ratings the public sees in a project's latest wave."""
    page.goto(project)
    rows = page.locator("#ratings .figure-table").first.locator("tbody tr")
    return int(re.search(r"份数(\d+)", rows.last.text_content())[1]) if rows.count() else 0


def rate(page: Page, project: str, level: int, comment: str = "", **files: object) -> None:
    """Give a rating as slowly as a person does, and see the thanks."""
    page.goto(f"{project}/rate")
    since = time.monotonic()
    page.check(f"[name=level][value='{level}']")
    page.fill("[name=comment]", comment)
    if files:
        page.set_input_files("[name=photos]", **files)
    send(page, since)


def send(page: Page, since: float) -> None:
    """Send the rating form that was opened at a moment, and see the thanks."""
    page.wait_for_timeout(max(0, HASTE - (time.monotonic() - since)) * 1000)
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("h1")).to_have_text("谢谢您的评价")


def ask_for_code(page: Page) -> str:
    """Ask for a code by e-mail from the page of thanks; return the address that was given."""
    contact = f"r@r{next(phones)}.example.com"
    page.get_by_role("link", name="去验证").click()
    page.fill("[name=contact]", contact)
    page.check("[name=keep]")
    page.get_by_role("button", name="发送验证码").click()
    return contact


def verify(page: Page) -> str:
    """Verify from the page of thanks, with the code as it came to the mailbox of the demo."""
    contact = ask_for_code(page)
    page.get_by_role("link", name="到演示邮箱看验证码").click()
    letter = page.locator("article", has_text=contact.replace("@", "***@", 1))
    for _ in range(100):
        if letter.count():
            break
        page.wait_for_timeout(300)
        page.reload()
    code = re.search(r"\d{6}", letter.first.locator(".pre").inner_text())[0]
    page.goto("/verify/code")
    page.fill("[name=code]", code)
    page.get_by_role("button", name="确认").click()
    expect(page.locator("h1")).to_have_text("谢谢您的评价")
    return contact


def mine(page: Page, project: str) -> Locator:
    """Return what a resident's own page says of one project."""
    page.goto("/mine")
    return page.locator("article.mine", has=page.locator(f"a[href='{project}']"))


def open_last(page: Page, path: str, name: str) -> None:
    """Open what came last of one project, from a list with the oldest first."""
    page.goto(path)
    page.locator("tr", has_text=name).last.locator("a").first.click()


def tab_to(page: Page, target: Locator) -> None:
    """Reach a control with the tab key alone."""
    for _ in range(150):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {target}")


@pytest.mark.parametrize(
    ("viewport", "javascript"),
    [(PHONE, True), (DESKTOP, False)],
    ids=["phone-script", "desktop-no-script"],
)
def test_a_resident_rates_from_the_poster_verifies_changes_and_erases(visit, viewport, javascript):
    page = visit(viewport, java_script_enabled=javascript)
    posters = {p: first_link(page, p, r".*/sites/\d+/poster") for p in hardly_rated(page)[:4]}
    project, poster = next((p, found) for p, found in posters.items() if found)
    erased = r"并入本人另一份评价 (\d+) 份"
    before, erased_before = verified(page, project), said(page, project, erased)[0]

    page.goto(poster)
    site = page.inner_text(".poster-site")
    page.goto("http://" + re.search(r"[\w.:]+/scan/[\w/-]+", page.inner_text(".poster footer"))[0])
    page.get_by_role("link", name="我来评价").click()
    since = time.monotonic()
    expect(page.locator(".meta-line")).to_contain_text(site)
    expect(page.locator("[name=reasons]").first).to_be_hidden()
    page.check("[name=level][value='2']")
    page.check("[name=reasons][value=defect]")
    page.fill("[name=comment]", "踏步的石板松了。")
    page.set_input_files("[name=photos]", files=[PHOTO])
    send(page, since)
    expect(page.locator(".notice-success")).to_contain_text("评价已收到：不满意")
    expect(page.locator(".answer")).to_contain_text("再评一次")
    assert verified(page, project) == before

    page.goto(f"{project}/rated")
    verify(page)
    expect(page.locator("main")).to_contain_text("已计入满意率")
    assert verified(page, project) == before + 1
    own = mine(page, project)
    for words in ("不满意", "计入满意率", "现场扫码", "质量有问题", "石板松了", site[-4:]):
        expect(own).to_contain_text(words)

    with page.expect_download() as taken:
        page.get_by_role("button", name="下载我的资料").click()
    text = Path(taken.value.path()).read_text("utf-8")
    assert "踏步的石板松了" in text
    assert json.loads(text)

    own.get_by_role("link", name="修改").click()
    since = time.monotonic()
    expect(page.locator(".notice-info")).to_contain_text("您已评价过：不满意")
    page.check("[name=level][value='4']")
    send(page, since)
    own = mine(page, project)
    own.locator("summary", has_text="以前说过的（1次）").click()
    expect(own.locator(".timeline").first).to_contain_text("不满意")
    assert verified(page, project) == before + 1

    mine(page, project).get_by_role("link", name="删除").click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator(".notice-success")).to_contain_text("评价已删除")
    expect(own).to_have_count(0)
    assert verified(page, project) == before
    assert said(page, project, erased)[0] == erased_before + 1


@SCRIPT
def test_from_the_poster_to_the_thanks_it_takes_three_taps_and_no_time(visit, javascript):
    page = visit(PHONE, java_script_enabled=javascript)
    page.goto(hardly_rated(page)[-1].replace("/projects", "/scan"))
    begun, taps = time.monotonic(), 0
    for target in (
        page.get_by_role("link", name="我来评价"),
        page.locator("label.choice", has_text=re.compile(r"^\s*满意\s*$")).first,
        page.get_by_role("button", name="提交评价"),
    ):
        expect(target).to_be_in_viewport(ratio=1)
        target.click()
        taps += 1
        if page.url.endswith("/rated"):
            break
    expect(page.locator("h1")).to_have_text("谢谢您的评价")
    assert taps <= 3
    assert time.monotonic() - begun < 10
    expect(page.locator(".notice-success")).to_contain_text("评价已收到：满意")


@SCRIPT
def test_a_bad_rating_is_followed_up_and_the_resident_judges_again(visit, javascript):
    resident = visit(PHONE, java_script_enabled=javascript)
    project = hardly_rated(resident)[1]
    changed = r"改评为满意\s*÷ 再次评价\s*(\d+) ÷ (\d+)"
    better, replied = said(resident, project, changed)
    name, username = resident.inner_text("h1"), officer_of(resident, project)
    words = f"{next(phones) % 1000}号井的水管接头漏水。"
    rate(resident, project, 1, words)
    contact = verify(resident)

    officer = visit(java_script_enabled=javascript)
    sign_in(officer, username)
    open_last(officer, "/appraisal/follow-ups", name.split("\n")[0])
    expect(officer.locator("main")).to_contain_text(words)
    expect(officer.locator("main")).not_to_contain_text(contact)
    officer.locator("summary", has_text="查看完整联系方式").click()
    officer.get_by_role("button", name="查看并记录").click()
    expect(officer.locator(".error-summary, .has-error").first).to_be_visible()
    officer.fill("#reveal-note", "约居民到现场查看。")
    officer.get_by_role("button", name="查看并记录").click()
    expect(officer.locator(".revealed")).to_have_text(contact)
    officer.check("[name=outcome][value=reached]")
    officer.fill("#call-note", "居民带看了漏水的接头。")
    officer.get_by_role("button", name="登记回访", exact=True).click()
    officer.check("[name=kind][value=fixed]")
    officer.fill("#remedy-text", "已更换接头并试水，每周巡查一次。")
    officer.get_by_role("button", name="登记并请居民再评").click()
    expect(officer.locator(".notice-success")).to_contain_text("登记整改或说明")

    own = mine(resident, project)
    expect(own).to_contain_text("已更换接头并试水")
    own.get_by_role("link", name="改评").click()
    since = time.monotonic()
    resident.check("[name=level][value='4']")
    send(resident, since)
    expect(mine(resident, project)).not_to_contain_text("改评：")
    assert said(resident, project, changed) == (better + 1, replied + 1)
    officer.reload()
    expect(officer.locator("main")).to_contain_text("居民改评为满意")


@pytest.mark.parametrize(
    ("ruling", "javascript", "outcome"),
    [("upheld", True, "不计入"), ("dismissed", False, "单独列出")],
    ids=["upheld-script", "dismissed-no-script"],
)
def test_an_appealed_rating_is_shown_as_disputed_until_it_is_decided(
    visit, ruling, javascript, outcome
):
    resident = visit(PHONE, java_script_enabled=javascript)
    project = hardly_rated(resident)[2]
    disputed, out = r"申诉中，仍计入 (\d+) 份", r"认定不计入 (\d+) 份"
    decided = r"已决定的申诉：成立 (\d+) 件，不成立 (\d+) 件"
    (disputed_before,), (out_before,) = (said(resident, project, w) for w in (disputed, out))
    upheld, dismissed = said(resident, project, decided)
    name, username = resident.inner_text("h1").split("\n")[0], officer_of(resident, project)
    rate(resident, project, 1, f"隔壁工地第{next(phones) % 1000}天夜里还在施工。")

    officer = visit(java_script_enabled=javascript)
    sign_in(officer, username)
    open_last(officer, "/appraisal/follow-ups", name)
    officer.locator("summary", has_text="申诉一次").click()
    officer.check("[name=ground][value=mistaken]")
    officer.fill("#appeal-reason", "评价说的工地不在本项目范围内。")
    officer.get_by_role("button", name="提出申诉").click()
    expect(officer.locator("main")).to_contain_text("申诉中，仍计入")

    assert said(resident, project, disputed) == (disputed_before + 1,)
    assert said(resident, project, out) == (out_before,)
    expect(mine(resident, project)).to_contain_text("责任单位有异议")

    inspector = visit(java_script_enabled=javascript)
    sign_in(inspector, "inspector1")
    open_last(inspector, "/appraisal/appeals", name)
    inspector.check(f"[name=ruling][value={ruling}]")
    inspector.fill("#ruling-note", "已到现场核对。")
    inspector.get_by_role("button", name="作出决定").click()
    expect(inspector.locator(".notice-success")).to_contain_text("已决定")

    is_out = ruling == "upheld"
    assert said(resident, project, disputed) == (disputed_before,)
    assert said(resident, project, out) == (out_before + is_out,)
    assert said(resident, project, decided) == (upheld + is_out, dismissed + (not is_out))
    expect(mine(resident, project)).to_contain_text(outcome)


def decide_one(page: Page, is_released: bool) -> None:
    """Decide on the first rating of a burst, all others unticked, by keyboard alone."""
    for box in page.locator("[name=picks]").all()[1:]:
        tab_to(page, box)
        page.keyboard.press("Space")
    tab_to(page, page.locator("[name=decision]").first)
    page.keyboard.press("Space" if is_released else "ArrowDown")
    tab_to(page, page.locator("[name=reason]"))
    page.keyboard.type("已电话核实。")
    page.keyboard.press("Enter")


def test_a_moderator_releases_one_of_a_burst_and_rejects_another_by_keyboard(visit):
    page, reader = visit(), visit(PHONE)
    sign_in(page, "moderator1")
    tab_to(page, page.get_by_role("link", name="存疑评价"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="逐份查看并判定").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="判定勾选的评价")).to_be_visible()
    project = page.locator("h1 small a").get_attribute("href")
    waiting, out = page.locator("[name=picks]").count(), r"认定不计入 (\d+) 份"
    (before,) = said(reader, project, out)

    decide_one(page, is_released=True)
    expect(page.locator(".notice-success")).to_contain_text("已恢复计入 1 份")
    expect(page.locator("[name=picks]")).to_have_count(waiting - 1)
    assert said(reader, project, out) == (before - 1,)

    decide_one(page, is_released=False)
    expect(page.locator(".notice-success")).to_contain_text("已判定不计入 1 份")
    expect(page.locator("[name=picks]")).to_have_count(waiting - 2)
    assert said(reader, project, out) == (before - 1,)


def test_words_and_a_photo_are_seen_by_all_once_a_moderator_has_read_them(visit):
    resident = visit(PHONE, java_script_enabled=False)
    project, words = hardly_rated(resident)[3], f"晚上{next(phones) % 1000}盏灯都亮，好找。"
    rate(resident, project, 5, words, files=[PHOTO])
    expect(resident.locator("main")).to_contain_text("审核后公开")

    moderator, reader = visit(), visit(PHONE)
    sign_in(moderator, "moderator1")
    moderator.goto("/appraisal/comments")
    while not (one := moderator.locator("article", has_text=words)).count():
        moderator.goto(moderator.locator(".pager [rel=next]").get_attribute("href"))
    photo = one.locator("img")
    photo.scroll_into_view_if_needed()
    expect(photo).to_have_js_property("naturalWidth", 320)
    reader.goto(project)
    expect(reader.locator("#ratings")).not_to_contain_text(words)
    one.get_by_role("button", name="公开", exact=True).click()
    expect(moderator.locator(".notice-success")).to_contain_text("已公开")

    reader.goto(project)
    heard = reader.locator(".comments li", has_text=words)
    heard.locator("img").scroll_into_view_if_needed()
    expect(heard.locator("img")).to_have_js_property("naturalWidth", 320)
    expect(heard).to_contain_text("非常满意")
    expect(heard).to_contain_text("未验证")


def test_what_was_said_at_the_door_stands_apart_in_the_figures(visit):
    page, reader = visit(), visit(PHONE)
    project = hardly_rated(reader)[-2]
    code, by_staff = project.rsplit("/", 1)[-1], r"工作人员登记 (\d+) 份"
    (before,), counted = said(reader, project, by_staff), verified(reader, project)
    sign_in(page, "moderator1")
    page.goto("/appraisal/entry")
    page.fill("[name=q]", code)
    page.get_by_role("button", name="查找").click()
    page.locator(f"a[href$='/entry/{code}']").click()
    page.check("[name=channel][value=visit]")
    page.fill("[name=contact]", str(next(phones)))
    page.check("[name=level][value='3']")
    page.get_by_role("button", name="登记，接着登下一份").click()
    expect(page.locator(".notice-success")).to_contain_text("已登记：基本满意（入户走访）")
    expect(page.locator("[name=channel][value=visit]")).to_be_checked()

    assert said(reader, project, by_staff) == (before + 1,)
    assert verified(reader, project) == counted
    reader.locator("summary", has_text="从哪里评的").click()
    row = reader.locator("tr", has_text="入户走访 · 工作人员登记")
    expect(row).to_contain_text(f"份数{before + 1}")


def test_a_row_of_a_ballot_that_does_not_add_up_is_flagged_not_mended(visit):
    page, reader = visit(), visit(PHONE)
    right, wrong = (p.rsplit("/", 1)[-1] for p in hardly_rated(reader)[:2])
    year, title = clock.today().year - 1, f"第{next(phones) % 1000}次满意度测评"
    sign_in(page, "inspector1")
    page.goto("/appraisal/ballots")
    page.get_by_role("link", name="登记一次测评").click()
    for name, value in {
        "year": str(year),
        "title": title,
        "body": "县人大常委会",
        "held_on": clock.today().isoformat(),
        "members": "33",
        "present": "29",
        "source": "县人大常委会公报",
        "lines": f"{right}，20，8，1\n{wrong}，20，8，3",
    }.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="保存并公开").click()
    expect(page.locator(".notice-success")).to_contain_text("测评已登记并公开")

    reader.goto(f"/ballots/{year}")
    panel = reader.locator("section.panel", has=reader.get_by_role("heading", name=title))
    expect(panel).to_contain_text("1 项的票数对不上")
    rows = panel.locator("tbody tr")
    expect(rows.nth(0)).not_to_contain_text("相差")
    expect(rows.nth(1)).to_contain_text("三项合计 31，到会 29，相差 2")
    expect(rows.nth(1)).to_contain_text("不满意3 ÷ 33")


def seen(page: Page, *paths: str, first: Callable[[Page], None] | None = None) -> list[str]:
    """Look at pages as most do, then in English and in large letters, and go back to that."""
    wrong, html = [], page.locator("html")
    page.on("dialog", agree)  # another language clears what was chosen
    for language, view in (("zh-Hans", None), ("en", "care")):
        for path in paths:
            page.goto(path)
            assert (html.get_attribute("lang"), html.get_attribute("data-view")) == (language, view)
            if first:
                first(page)
            wrong += faults(page, path)
        page.click("button[name=language]")
        change_view(page)
    page.remove_listener("dialog", agree)
    return wrong


def agree(dialog: Dialog) -> None:
    """Say yes to what a page asks."""
    dialog.accept()


def choose_the_worst(page: Page) -> None:
    """Choose the worst level, so that the reasons stand there, and open what is folded up."""
    page.check("[name=level][value='1']")
    page.click(".rate-marks summary")
    expect(page.locator("[name=reasons]").first).to_be_visible()


def opened_today(inspector: Page, waves: str) -> bool:
    """Whether the latest wave of a project began today, so that none can follow it today."""
    inspector.goto(waves)
    return f"{clock.today()} 至" in inspector.inner_text("main")


def test_what_a_resident_sees_of_their_own_ratings_shuts_nobody_out(visit):
    page, inspector = visit(PHONE), visit()
    sign_in(inspector, "inspector1")
    waves = [p.replace("/projects", "/appraisal/waves") for p in reversed(hardly_rated(page))]
    waves_of = next(w for w in waves if not opened_today(inspector, w))
    project = waves_of.replace("/appraisal/waves", "/projects")
    wrong = seen(page, f"{project}/rate", first=choose_the_worst)
    rate(page, project, 1, "栏杆松了，孩子靠上去危险。", files=[PHOTO])
    wrong += seen(page, f"{project}/rated", "/mine")
    page.goto(f"{project}/rated")
    ask_for_code(page)
    wrong += seen(page, "/verify/code")
    page.goto(f"{project}/rated")
    verify(page)
    wrong += seen(page, f"{project}/rated", "/verify")

    inspector.goto(waves_of)
    inspector.locator("#opens_on").fill(clock.today().isoformat())
    inspector.get_by_role("button", name="另开一轮").click()
    expect(inspector.locator(".notice-success")).to_contain_text("已另开一轮评价")
    add, erase = (
        first_link(page, "/mine", rf"/mine/ratings/\d+/{act}") for act in ("add", "erase")
    )
    wrong += seen(page, "/mine", add, erase, "/mine/erase", "/mine/contact")
    assert not wrong

    page.goto(add)
    page.check("[name=level][value='4']")
    page.fill("[name=comment]", "栏杆已经换了。")
    page.get_by_role("button", name="提交追评").click()
    expect(page.locator(".notice-success")).to_contain_text("追评已收到")
    expect(mine(page, project)).to_contain_text("栏杆已经换了。")


def test_a_contact_that_may_not_rate_is_listed_found_and_taken_off(visit):
    page, contact = visit(PHONE), f"{next(phones)}"
    sign_in(page, "inspector1")
    page.goto("/appraisal/contacts/new")
    page.check("[name=kind] >> nth=0")
    page.check("[name=scope][value=county]")
    page.fill("[name=note]", "施工单位人员名册")
    page.fill("[name=lines]", f"甲某，{contact}")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".notice-success")).to_contain_text("已登记 1 个联系方式")
    expect(page.locator("main")).not_to_contain_text(contact)
    page.fill("[name=contact]", contact)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("status")).to_have_text("查到 1 条。")
    remove = page.locator("tbody a").last.get_attribute("href")
    assert not look(page, "/appraisal/contacts") + look(page, remove)
    page.fill("[name=reason]", "已离职。")
    page.get_by_role("button", name="删除", exact=True).click()
    expect(page.locator(".notice-success")).to_contain_text("已从名单中删除")
