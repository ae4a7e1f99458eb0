"""A moderator's page of a case in a real browser, with JavaScript and without it."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.files import samples
from tests.visiting import DESKTOP, PHONE, change_view, faults, phones, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
PHOTO = {
    "name": "a.jpg",
    "mimeType": "image/jpeg",
    "buffer": samples.saved(samples.scene(800, 600)),
}


def submit(page: Page, title: str, body: str, **files: object) -> str:
    """Hand in a complaint whatever the page says before, and return its reference."""
    page.goto("/feedback/new")
    page.check("[name=kind][value=complaint]")
    page.fill("[name=title]", title)
    page.fill("[name=body]", body)
    page.fill("[name=phone]", str(next(phones)))
    page.check("[name=consent_publish]")
    if files:
        page.set_input_files("[name=photos]", **files)
    page.locator("#feedback-form .actions").last.get_by_role("button", name="提交诉求").click()
    expect(page.locator("#reference, [data-before]").first).to_be_visible()
    if page.locator("[data-before]").count():
        page.locator("[data-before] button[form=feedback-form]").last.click()
    return page.inner_text("#reference")


def open_case(page: Page, reference: str, username: str = "moderator1") -> None:
    """Open a case as a moderator."""
    sign_in(page, username)
    page.goto(f"/moderation/cases/{reference}")


def letter() -> tuple[str, str]:
    """A title and a body with a phone, an officer's name and a door in them."""
    n = next(phones) % 10_000
    return f"井盖{n}号松动", f"孙局长说过要换{n}号井盖，电话13812345678，住翠竹小区3栋2单元501室。"


@SCRIPT
def test_a_proposal_is_switched_off_confirmed_and_the_rest_is_masked(visit, javascript):
    title, body = letter()
    reference = submit(visit(PHONE), title, body)
    page = visit(DESKTOP, java_script_enabled=javascript)
    open_case(page, reference)
    marks = page.locator("#form-redact .mark")
    expect(marks).to_have_count(3)
    preview = page.locator("#form-redact [data-redact-preview]")
    expect(preview).to_contain_text("[姓名已隐去]")
    expect(preview).not_to_contain_text("仍含疑似个人信息")

    marks.first.click()
    expect(marks.first.locator("input")).not_to_be_checked()
    if not javascript:
        page.get_by_role("button", name="应用所选").first.click()
        expect(page.locator("#told")).to_contain_text("还没有保存")
    expect(preview).to_contain_text("仍含疑似个人信息 1 处")
    expect(preview).to_contain_text("孙局长说过")

    page.click("#act-publish button")
    expect(page.locator("main")).to_contain_text("请逐一核对并勾选确认")
    stranger = visit(PHONE)
    assert stranger.goto(f"/feedback/{reference}").status == 404
    page.locator("#redact-confirmed").check()
    page.click("#act-publish button")
    expect(page.locator(".notice-success").first).to_contain_text("公开")
    stranger.goto(f"/feedback/{reference}")
    expect(stranger.locator("main")).to_contain_text("孙局长说过要换")
    for secret in ("13812345678", "501"):
        expect(stranger.locator("main")).not_to_contain_text(secret)


@SCRIPT
def test_what_was_written_by_hand_is_shown_before_it_is_published(visit, javascript):
    title, body = letter()
    reference = submit(visit(PHONE), title, body)
    page = visit(DESKTOP, java_script_enabled=javascript)
    open_case(page, reference)
    page.locator("#form-redact summary", has_text="手工修改文字").click()
    page.fill("#redact-public_body", "翠竹小区的井盖松动，请更换。")
    page.fill("#note-redact", "与办理无关的话没有公开。")
    preview = page.locator("#form-redact [data-redact-preview]")
    if javascript:
        expect(preview).to_contain_text("请更换")
    else:
        page.click("#act-publish button")
        expect(page.locator("main")).to_contain_text("请核对标出的改动")
        expect(preview).to_contain_text("请更换")
    page.click("#act-publish button")
    expect(page.locator(".notice-success").first).to_contain_text("公开")
    stranger = visit(PHONE)
    stranger.goto(f"/feedback/{reference}")
    expect(stranger.locator("main")).to_contain_text("翠竹小区的井盖松动，请更换。")


def test_selected_words_are_masked_and_boxes_do_not_undo_what_was_done_by_hand(visit):
    title, body = letter()
    reference = submit(visit(PHONE), title, body)
    page = visit(DESKTOP)
    open_case(page, reference)
    page.evaluate(
        """() => {
          const text = [...document.querySelectorAll("[data-redact-part=public_body]")]
            .flatMap((p) => [...p.childNodes]).find((n) => n.textContent.includes("翠竹小区"));
          const at = text.textContent.indexOf("翠竹小区");
          getSelection().setBaseAndExtent(text, at, text, at + 4);
        }"""
    )
    page.get_by_role("button", name="隐去选中的文字").first.click()
    area = page.locator("#redact-public_body")
    expect(area).to_have_value(re.compile(r"住\[已隐去\]\[住址已隐去\]"))
    expect(page.locator("#form-redact [data-redact-preview]")).to_contain_text("[已隐去]")

    page.locator("#form-redact .mark").first.click()
    expect(page.locator("#form-redact [data-redact-status]")).to_contain_text("手工修改过")
    expect(area).to_have_value(re.compile(r"\[姓名已隐去\]局长"))
    page.get_by_role("button", name="应用所选").first.click()
    expect(page.locator(".redact-kept")).to_contain_text("[已隐去]")
    expect(area).to_have_value(re.compile("孙局长.*翠竹小区"))

    page.locator("#form-redact summary", has_text="手工修改文字").click()
    area.evaluate("e => { e.focus(); e.setSelectionRange(0, 1); }")
    page.get_by_role("button", name="隐去选中的文字").first.click()
    expect(area).to_have_value(re.compile(r"^\[已隐去\]局长"))


@SCRIPT
def test_a_photo_is_blacked_out_and_only_the_black_one_is_public(visit, javascript):
    title, body = letter()
    reference = submit(visit(PHONE), title, body, files=[PHOTO])
    page = visit(DESKTOP, java_script_enabled=javascript)
    open_case(page, reference)
    page.click("#act-publish button")
    expect(page.locator("#files")).to_contain_text("待决定")
    page.locator("#files").get_by_role("link", name="查看、遮盖").click()
    if javascript:
        stage = page.locator("[data-stage]")
        stage.scroll_into_view_if_needed()
        box = stage.bounding_box()
        page.mouse.move(box["x"] + 4, box["y"] + 4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
        page.mouse.up()
    else:
        for n in (0, 1, 2, 6, 7, 8):
            page.locator("[name=cell]").nth(n).check()
    page.get_by_role("button", name="遮盖后公开").click()
    expect(page.locator("#files")).to_contain_text("已放行（遮盖后）")

    stranger = visit(PHONE)
    stranger.goto(f"/feedback/{reference}")
    shown = stranger.locator("img[src*='/case-files/']")
    expect(shown).to_have_count(1)
    address = shown.get_attribute("src")
    picture = Image.open(io.BytesIO(stranger.request.get(address).body())).convert("L")
    assert picture.crop((80, 60, 360, 250)).getextrema()[1] < 8
    assert picture.crop((500, 400, 800, 600)).getextrema()[1] > 40
    assert stranger.request.get(f"{address}/original").status == 404

    page.locator("summary", has_text="撤下公开").click()
    page.check("#act-withhold [name=reason][value=privacy]")
    page.fill("#note-withhold", "照片仍能看出住户。")
    page.locator("#act-withhold .btn-danger").click()
    expect(page.locator(".notice-success").first).to_contain_text("不公开")
    assert stranger.request.get(address).status == 404


@SCRIPT
def test_an_answer_is_masked_before_the_public_reads_it(visit, javascript):
    title, body = letter()
    reference = submit(visit(PHONE), title, body)
    page = visit(PHONE, java_script_enabled=javascript)
    open_case(page, reference)
    page.click("#act-publish button")
    page.select_option("#assign-department", label="县城市管理局")
    page.click("#act-assign .btn-primary")
    expect(page.locator(".notice-success").first).to_contain_text("已派给县城市管理局")

    officer = visit(java_script_enabled=javascript)
    sign_in(officer, "officer-chengguanju")
    officer.goto(f"/desk/cases/{reference}")
    officer.click("#act-sign button")
    done = "旧井盖当天下午拆走，新井盖加了防响胶圈，周边三处井盖一并检查过。"
    told = f"已更换井盖，联系人周科长，电话13912345678。{title}：{done}"
    if javascript:  # what was said word for word before is asked about once more
        told += "夜里也来听过，不再响。"
    officer.fill("#act-answer [name=text]", told)
    officer.locator("#act-answer .btn-primary").click()

    page.goto(f"/moderation/cases/{reference}")
    review = page.locator("#form-close")
    expect(review.locator(".mark")).to_have_count(2)
    expect(review).to_contain_text("[电话已隐去]")
    page.click("#act-close button")
    expect(page.locator(".notice-success").first).to_be_visible()
    stranger = visit(PHONE)
    stranger.goto(f"/feedback/{reference}")
    expect(stranger.locator("main")).to_contain_text("已更换井盖，联系人[姓名已隐去]科长")
    expect(stranger.locator("main")).not_to_contain_text("13912345678")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_has_no_faults_in_any_view_with_everything_open(visit, viewport):
    title, body = letter()
    reference = submit(visit(PHONE), title, body, files=[PHOTO])
    page = visit(viewport)
    open_case(page, reference)
    found = []
    for view in ("standard", "care"):
        if view == "care":
            change_view(page)
        path = f"/moderation/cases/{reference}"
        page.goto(path)
        found += faults(page, path)
        page.locator("main details").evaluate_all("all => all.forEach(e => e.open = true)")
        found += faults(page, f"{path} open")
        page.goto(page.locator(".case-photo").get_attribute("href"))
        found += faults(page, "file")
    page.goto(f"/moderation/cases/{reference}")
    page.locator("summary", has_text="查看完整联系方式").click()
    page.fill("#note-reveal", "电话核实井盖位置")
    page.locator("#act-reveal button").click()
    expect(page.locator(".revealed")).to_contain_text("139")
    expect(page.locator(".watermark text").first).to_contain_text("moderator1")
    found += faults(page, "revealed")
    assert not found
