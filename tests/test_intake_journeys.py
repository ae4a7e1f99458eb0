"""Bringing a case in a real browser: files, questions, the second look, drafts, joining.

All share one county and come in any order.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.files import samples
from tests.visiting import DESKTOP, PHONE, faults, phones

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHOTO = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": samples.saved(samples.scene())}
PDF = samples.written(samples.document(1))
DOCUMENT = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": PDF}
SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
SAVED = 600
"""Milliseconds after which a draft is saved for sure."""


def write(page: Page, title: str, body: str, kind: str = "complaint") -> None:
    page.check(f"[name=kind][value={kind}]")
    page.fill("[name=title]", title)
    page.fill("[name=body]", body)


def send(page: Page) -> None:
    page.click("#feedback-form > .actions button")


def drafts(page: Page) -> list[str]:
    """Return what this browser keeps of letters."""
    script = "Object.entries(localStorage).filter(([k]) => k.startsWith('minsheng-draft:'))"
    return [text for _name, text in page.evaluate(script)]


def expect_no_draft(page: Page) -> None:
    """Wait for the page's script to have done its work."""
    for _ in range(50):
        if not drafts(page):
            return
        page.wait_for_timeout(100)
    assert drafts(page) == []


def reference(page: Page) -> str:
    expect(page.locator("h1")).to_contain_text("已收到")
    return page.inner_text("#reference")


@SCRIPT
def test_files_and_words_survive_every_step_of_a_letter(visit, javascript):
    page = visit(PHONE, java_script_enabled=javascript)
    page.goto("/feedback/new")
    write(page, "", "电梯里闻到焦味，现在着火了，快来人。")
    page.fill("[name=phone]", str(next(phones)))
    page.set_input_files("[name=photos]", files=[PHOTO])
    page.click("summary:has-text('添加 PDF')")
    page.set_input_files("[name=documents]", files=[DOCUMENT])
    send(page)
    expect(page.locator(".error-summary")).to_contain_text("请填写标题")
    expect(page.locator(".kept-files li")).to_have_count(2)
    assert not javascript or not faults(page, "with faults")
    page.locator(".kept-files li", has_text="合同.pdf").get_by_role("button").click()
    expect(page.locator(".kept-files li")).to_have_count(1)
    page.fill("[name=title]", "电梯着火了")
    send(page)
    expect(page.locator(".before a[href='tel:119']")).to_be_visible()
    assert not javascript or not faults(page, "second look")
    page.get_by_role("button", name="仍然提交").click()
    reference(page)
    expect(page.locator(".receipt")).to_contain_text("1 个")
    assert not javascript or not faults(page, "receipt")


def test_a_category_is_found_in_ones_own_words_and_asks_at_once(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    page.fill("#finder", "漏水")
    page.locator(".found button").first.click()
    expect(page.locator("[name=category]")).not_to_have_value("")
    expect(page.locator("[name=category]")).to_be_focused()
    expect(page.locator("#questions .field").first).to_be_visible()
    page.fill("#finder", "量子纠缠")
    expect(page.locator(".found")).to_contain_text("没有找到")
    page.press("#finder", "Enter")
    expect(page).to_have_url(re.compile("/feedback/new$"))


def test_without_javascript_the_questions_are_asked_before_the_letter_goes(visit):
    page = visit(DESKTOP, java_script_enabled=False)
    page.goto("/feedback/new")
    write(page, "楼下烧烤摊", "油烟飘进家里，开不了窗。")
    page.fill("[name=phone]", str(next(phones)))
    page.select_option("[name=category]", label="餐饮油烟")
    send(page)
    expect(page.locator(".before")).to_contain_text("还有几个问题")
    for field in page.locator("#questions input[type=text]").all():
        field.fill("老王烧烤，文昌路12号")
    for choice in page.locator("#questions select").all():
        choice.select_option(index=1)
    send(page)
    reference(page)


def test_what_goes_only_with_some_choices_shows_when_they_are_made(visit):
    page = visit(DESKTOP)
    page.goto("/feedback/new")
    report = page.locator(".only-report")
    expect(report).to_be_hidden()
    expect(page.locator(".consent")).to_be_visible()
    page.check("[name=kind][value=report]")
    expect(report).to_be_visible()
    expect(page.locator(".consent")).to_be_hidden()
    expect(page.locator("[name=target_kind]")).to_be_visible()
    expect(page.locator("[name=target_name]")).to_be_hidden()
    page.select_option("[name=target_kind]", "person")
    expect(page.locator("[name=target_name]")).to_be_visible()
    page.check("[name=anonymous]")
    expect(page.locator("[name=phone]")).to_be_hidden()
    assert not faults(page, "report")


# --- drafts ------------------------------------------------------------------------


def test_a_letter_is_there_again_after_the_page_was_lost(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    write(page, "路灯坏了", "南门外路灯不亮，晚上看不见。")
    page.fill("[name=place]", "南门外")
    page.fill("[name=phone]", "13800001234")
    page.fill("[name=name]", "张三")
    page.wait_for_timeout(SAVED)
    assert "13800001234" not in str(drafts(page))
    assert "张三" not in str(drafts(page))
    key = page.input_value("[name=submission_key]")

    page.goto("/")
    page.goto("/feedback/new")
    expect(page.locator("[data-draft-part=restored]")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("南门外路灯不亮，晚上看不见。")
    expect(page.locator("[name=place]")).to_have_value("南门外")
    expect(page.locator("[name=kind][value=complaint]")).to_be_checked()
    expect(page.locator("[name=phone]")).to_have_value("")
    assert page.input_value("[name=submission_key]") == key
    assert not faults(page, "restored")

    page.get_by_role("button", name="清除草稿").click()
    expect(page.locator("[name=body]")).to_have_value("")
    assert page.input_value("[name=submission_key]") != key
    assert drafts(page) == []
    page.reload()
    expect(page.locator("[data-draft-part=restored]")).to_be_hidden()


def test_without_a_connection_nothing_is_lost_and_the_second_try_arrives(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    write(page, "桥栏杆松了", "河边桥上的栏杆松了，孩子靠上去危险。")
    page.fill("[name=phone]", str(next(phones)))
    page.context.set_offline(True)
    send(page)
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("桥栏杆松了")
    assert len(drafts(page)) == 1
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    send(page)
    reference(page)
    expect_no_draft(page)


def test_sending_again_after_a_lost_answer_shows_the_first_receipt(visit):
    page = visit(DESKTOP)
    page.goto("/feedback/new")
    write(page, "垃圾桶满了", "小区北门的垃圾桶满了三天。")
    page.fill("[name=phone]", str(next(phones)))
    taken = []

    def lose(route):
        if route.request.method == "POST" and not taken:
            taken.append(route.fetch(max_redirects=0).headers["location"])
            route.fulfill(status=204)  # the browser stays where it is, as if nothing had come
        else:
            route.continue_()

    page.route("**/feedback/new", lose)
    send(page)
    page.wait_for_timeout(SAVED)
    assert taken
    page.goto("/feedback/new")
    expect(page.locator("[data-draft-part=restored]")).to_be_visible()
    page.fill("[name=phone]", str(next(phones)))
    send(page)
    assert taken[0].endswith(reference(page))
    expect_no_draft(page)


def test_the_files_of_a_draft_are_shown_with_it(visit):
    page = visit(DESKTOP)
    page.goto("/feedback/new")
    write(page, "井盖没了", "人行道上的井盖没了。")
    page.set_input_files("[name=photos]", files=[PHOTO])
    send(page)  # nobody to reach: it comes back
    expect(page.locator(".error-summary")).to_contain_text("至少一项")
    page.goto("/feedback/new")
    expect(page.locator("[data-draft-part=restored]")).to_be_visible()
    expect(page.locator(".kept-files img")).to_have_count(1)


def test_on_a_shared_device_nothing_is_kept(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    write(page, "树枝挡路", "树枝垂到人行道上。")
    page.wait_for_timeout(SAVED)
    assert drafts(page)
    page.get_by_role("button", name="这是公用设备").click()
    page.fill("[name=title]", "树枝挡路了")
    page.wait_for_timeout(SAVED)
    assert drafts(page) == []
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("")
    page.get_by_role("button", name="改为保存").click()
    page.fill("[name=title]", "树枝挡路了")
    page.wait_for_timeout(SAVED)
    assert drafts(page)


def test_a_report_of_wrongdoing_leaves_no_trace_on_the_device(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    write(page, "虚报", "有人虚报冒领补贴。")
    page.wait_for_timeout(SAVED)
    assert drafts(page)
    page.check("[name=kind][value=report]")
    page.wait_for_timeout(SAVED)
    assert drafts(page) == []
    page.check("[name=anonymous]")
    send(page)
    expect(page.locator("h1")).to_have_text("已收到您的举报")
    assert drafts(page) == []
    assert not faults(page, "receipt of a report")


def test_a_draft_of_a_week_ago_is_gone(visit):
    page = visit(PHONE)
    page.goto("/feedback/new")
    write(page, "旧的", "一周前写的。")
    page.wait_for_timeout(SAVED)
    page.evaluate(
        """() => { for (const [name, text] of Object.entries(localStorage)) {
             const draft = JSON.parse(text);
             localStorage.setItem(name, JSON.stringify({...draft, at: draft.at - 7.1 * 864e5}));
        } }"""
    )
    page.goto("/feedback/new")
    expect(page.locator("[name=title]")).to_have_value("")
    assert drafts(page) == []


def test_each_project_has_a_draft_of_its_own(visit):
    page = visit(DESKTOP)
    page.goto("/projects")
    href = page.locator(".card-title a").first.get_attribute("href")
    code = href.rsplit("/", 1)[1]
    page.goto(f"/feedback/new?project={code}")
    write(page, "关于项目", "这个项目旁边没有人行道。")
    page.wait_for_timeout(SAVED)
    page.goto("/feedback/new")
    expect(page.locator("[name=title]")).to_have_value("")
    page.goto(f"/feedback/new?project={code}")
    expect(page.locator("[name=title]")).to_have_value("关于项目")
    expect(page.locator("[name=project]")).to_have_value(code)


# --- cases that are there already --------------------------------------------------


@SCRIPT
def test_who_has_the_same_matter_joins_instead(visit, javascript):
    page = visit(PHONE, java_script_enabled=javascript)
    page.goto("/feedback?kind=complaint")
    card = page.locator(".card", has_text="办理中").first
    title, body = card.locator("h2").inner_text(), card.locator(".clip").inner_text()
    place = card.locator("h2 a").get_attribute("href")

    page.goto("/feedback/new")
    write(page, title, body)
    page.fill("[name=phone]", str(next(phones)))
    send(page)
    alike = page.locator(".alike li", has_text=title).first
    expect(alike).to_contain_text(body[:20])
    assert not javascript or not faults(page, "duplicates")
    alike.get_by_role("button").click()
    expect(page.locator(".notice-success")).to_contain_text("已加入，有答复时通知您")
    expect(page).to_have_url(re.compile(f"{place}$"))
    assert not javascript or not faults(page, "joined")
    if javascript:
        expect_no_draft(page)
