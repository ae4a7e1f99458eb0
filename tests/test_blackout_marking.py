"""Marking regions on a photo and reading a difference, in a real browser on a page made here."""

import json
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from portal import create_app, migrations
from portal.difference import pieces
from portal.errors import Invalid
from portal.files.rules import GRID, MOST_REGIONS, marked
from portal.security import Permission
from portal.web import requires
from tests.files import samples
from tests.visiting import DESKTOP, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGE = """{% extends 'base.html' %}
{% from '_macros/blackout.html' import blackout %}
{% from '_macros/difference.html' import difference %}
{% block title %}{{ '遮盖' }}{% endblock %}
{% block head %}<script type="module" src="{{ url_for('static', filename='js/blackout.js') }}">
</script>{% endblock %}
{% block main %}<h1>{{ '遮盖' }}</h1>
<form method="post">{{ csrf_field() }}
{{ blackout('/picture', '路口的照片', 1200, 800, grid, regions) }}
<p class="actions"><button class="btn btn-primary">{{ '遮盖' }}</button></p></form>
<h2>{{ '改动' }}</h2>{{ difference(pieces) }}{% endblock %}"""

BEFORE = "我住人民路12号3单元，电话13912345678。\n路灯坏了三天，晚上看不见路，请尽快处理。\n谢谢！"
AFTER = "我住[门牌已隐去]，电话[电话已隐去]。\n路灯坏了五天，夜里看不清路，请尽快处理。"


@requires(Permission.PUBLIC)
def picture() -> Response:
    """The photo."""
    return Response(samples.saved(samples.scene(1200, 800)), mimetype="image/jpeg")


@requires(Permission.PUBLIC)
def marking() -> str | Response:
    """The page; what it posts is told as the rules read it."""
    if request.method == "GET":
        shown = {"grid": GRID, "regions": request.args.get("regions", "")}
        return render_template_string(PAGE, pieces=pieces(BEFORE, AFTER), **shown)
    try:
        found = marked(request.form["regions"], request.form.getlist("cell"))
    except Invalid as refusal:
        return Response(str(refusal), mimetype="text/plain")
    thousandths = [[round(1000 * n) for n in (r.left, r.top, r.width, r.height)] for r in found]
    return Response(json.dumps(thousandths), mimetype="text/plain")


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Where an app with this page of its own answers."""
    folder = tmp_path_factory.mktemp("marking")
    app: Flask = create_app(
        {
            "MODE": "test",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite'}",
            "SECRET_KEY": "a secret of the tests, long enough to be one",
            "WTF_CSRF_ENABLED": False,
        }
    )
    migrations.upgrade(app.extensions["engine"])
    app.add_url_rule("/marking", view_func=marking, methods=["GET", "POST"])
    app.add_url_rule("/picture", view_func=picture)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["engine"].dispose()


@pytest.fixture
def opened(browser, address, browser_context_args) -> Iterator:
    """Open the page in a window; messages on its console fail the test.

    Answers here are bare text, for which Chromium asks in vain for a picture of the site.
    """
    contexts, heard = [], []

    def open_page(viewport=DESKTOP, regions="", **more) -> Page:
        options = browser_context_args | {"viewport": viewport, "base_url": address} | more
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(f"/marking?regions={regions}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [text for text in heard if "status of 404" not in text]


def field(page: Page) -> list[list[int]]:
    """What the form would send."""
    text = page.input_value("[name=regions]")
    return [[int(n) for n in one.split(",")] for one in text.split(";")] if text else []


def sent(page: Page) -> list[list[int]]:
    """Send the form and return what was read from it."""
    page.click("main button.btn-primary")
    return json.loads(page.inner_text("body"))


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Press, move and let go of the mouse; places are fractions of the picture."""
    page.locator("[data-stage]").scroll_into_view_if_needed()
    box = page.locator("[data-stage]").bounding_box()
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (begin, end)]
    page.mouse.move(*spots[0])
    page.mouse.down()
    page.mouse.move(*spots[1], steps=4)
    page.mouse.up()


def is_near(found: list[int], wanted: list[int]) -> bool:
    """Tell whether a region is where it was put, to a pixel or two."""
    return all(abs(a - b) <= 6 for a, b in zip(found, wanted, strict=True))


def test_with_the_mouse_a_region_is_drawn_moved_sized_and_taken_away(opened):
    page = opened()
    drag(page, (0.1, 0.2), (0.4, 0.5))
    assert is_near(field(page)[0], [100, 200, 300, 300])
    drag(page, (0.2, 0.3), (0.3, 0.4))
    assert is_near(field(page)[0], [200, 300, 300, 300])
    drag(page, (0.495, 0.595), (0.695, 0.795))
    assert is_near(field(page)[0], [200, 300, 500, 500])
    drag(page, (0.3, 0.4), (0.95, 0.95))
    assert is_near(field(page)[0], [500, 500, 500, 500])
    drag(page, (0.4, 0.1), (0.1, 0.3))
    assert is_near(field(page)[1], [100, 100, 300, 200])
    page.click("[data-remove]")
    assert len(field(page)) == 1
    assert is_near(sent(page)[0], [500, 500, 500, 500])


def test_a_click_alone_marks_nothing(opened):
    page = opened()
    page.click("[data-stage] img")
    assert field(page) == []
    page.click("main button.btn-primary")
    assert "至少标出一处" in page.inner_text("body")


def test_the_keyboard_alone_does_all_of_it(opened):
    page = opened()
    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    region = page.locator(".blackout-region")
    expect(region).to_be_focused()
    expect(page.locator("[data-status]")).to_have_text("已加上遮盖区 1")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert field(page) == [[380, 390, 210, 210]]
    expect(region).to_have_attribute("aria-label", "遮盖区 1 左 38%，上 39%，宽 21%，高 21%")
    expect(page.locator("[data-status]")).to_have_text("左 38%，上 39%，宽 21%，高 21%")
    for _ in range(50):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Shift+ArrowUp")
    assert field(page) == [[0, 390, 210, 10]]
    page.keyboard.press("Delete")
    assert field(page) == []
    expect(page.locator("[data-add]")).to_be_focused()
    expect(page.locator("[data-remove]")).to_be_disabled()


def test_a_finger_draws_and_moves(opened):
    page = opened(PHONE, has_touch=True)
    page.locator("[data-stage]").scroll_into_view_if_needed()
    box = page.locator("[data-stage]").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        points = [] if kind == "touchEnd" else [point]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for begin, end in (((0.2, 0.2), (0.5, 0.6)), ((0.3, 0.3), (0.5, 0.3))):
        touch("touchStart", *begin)
        touch("touchMove", (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
        touch("touchMove", *end)
        touch("touchEnd")
    page.wait_for_function("document.querySelector('[name=regions]').value")
    assert len(field(page)) == 1
    assert is_near(field(page)[0], [400, 200, 300, 400])


def test_no_more_regions_than_are_allowed(opened):
    full = ";".join(f"{40 * n},0,30,30" for n in range(MOST_REGIONS))
    page = opened(regions=full)
    assert len(field(page)) == MOST_REGIONS
    page.click("[data-add]")
    drag(page, (0.2, 0.5), (0.4, 0.8))
    assert len(field(page)) == MOST_REGIONS
    expect(page.locator("[data-status]")).to_have_text("一张照片最多遮盖 20 处。")


def test_what_a_refused_form_said_is_still_marked_and_nonsense_is_left_out(opened):
    page = opened(regions="100,100,200,200;<b>;900,900,900,900;1000,0,5,5")
    assert field(page) == [[100, 100, 200, 200], [900, 900, 100, 100]]
    expect(page.locator(".blackout-region")).to_have_count(2)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_ticking_cells_does_the_same(opened, javascript):
    page = opened(PHONE, java_script_enabled=javascript)
    if javascript:
        page.locator("summary").click()
    expect(page.locator("[data-tools]")).to_be_visible(visible=javascript)
    for name in ("第 2 行第 3 列", "第 2 行第 4 列"):
        page.get_by_label(name, exact=True).check()
    assert sent(page) == [[333, 250, 334, 250]]


def test_the_cells_lie_on_what_they_cover(opened):
    page = opened(PHONE, java_script_enabled=False)
    shown = page.locator(".blackout-grid img").bounding_box()
    cell = page.locator(f"[value='{GRID[3][5]}']").locator("..").bounding_box()
    assert abs(cell["x"] + cell["width"] - shown["x"] - shown["width"]) < 2
    assert abs(cell["y"] + cell["height"] - shown["y"] - shown["height"]) < 2
    assert abs(cell["width"] * 6 - shown["width"]) < 6


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("view", ["standard", "care"])
def test_the_page_is_sound_in_both_views(opened, viewport, view):
    page = opened(viewport, "100,100,200,200;600,300,150,250")
    if view == "care":
        page.click("[name=view]")
        expect(page.locator("html")).to_have_attribute("data-view", "care")
    page.click("[data-add]")
    page.locator("summary").click()
    page.get_by_label("第 2 行第 3 列", exact=True).check()
    expect(page.locator(".blackout-region").first).to_be_visible()
    assert not faults(page, "marking")
