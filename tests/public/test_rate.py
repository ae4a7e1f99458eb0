"""The resident's rating form, what it says afterwards, and who sees a photo."""

import io
import re
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import func, select

from portal import clock, vault
from portal.county.models import Town
from portal.db import session
from portal.files.models import StoredFile
from portal.projects.models import Site
from portal.public.ratings import fill_seconds, opened
from portal.ratings import actions
from portal.ratings.followups.actions import of_rating
from portal.ratings.kinds import Channel, Doubt, Proof, Standing, WaveKind
from portal.ratings.models import (
    CommentVisibility,
    Rating,
    RatingPhoto,
    RatingRevision,
    Wave,
)
from portal.residents.models import Resident
from portal.security import Role
from tests import factories
from tests.files import samples
from tests.public.rows import add
from tests.residents.test_verify import begin, enter, verified
from tests.visiting import PHONE, change_view, first_link

PHOTO = samples.saved(samples.scene())
OTHER_PHOTO = samples.saved(samples.scene(333, 222))
WORDS = "水压比以前好多了，就是路面还没有铺平，希望尽快补上。"


@pytest.fixture
def code(write):
    """A completed project's code."""
    return write(lambda s: factories.project(s, unit=factories.department(s, "水利局")).code)


def send(client, code, level="5", query="", photos=(), **more):
    """Send the form."""
    files = [(io.BytesIO(data), f"{n}.jpg") for n, data in enumerate(photos)]
    data = {"level": level, **more} | ({"photos": files} if files else {})
    return client.post(f"/projects/{code}/rate{query}", data=data)


def form_of(client, code, query=""):
    """Open the form."""
    return client.get(f"/projects/{code}/rate{query}").text


def thanks(client, code):
    """What is said after rating."""
    return client.get(f"/projects/{code}/rated").text


def only(app):
    """The one rating there is."""
    with app.app_context():
        found = session().scalars(select(Rating)).one()
        session().refresh(found, ["photos", "site", "resident"])
        return found


def shown(app):
    """The hashes of the photos that stand beside a rating."""
    with app.app_context():
        files = select(StoredFile.sha256).join(RatingPhoto, RatingPhoto.file_id == StoredFile.id)
        return session().scalars(files).all()


def checked(page, name):
    """The values of a field that are ticked."""
    inputs = re.findall(rf'<input type="(?:radio|checkbox)"[^>]* name="{name}"[^>]*>', page)
    return [re.search(r'value="([^"]*)"', i)[1] for i in inputs if " checked" in i]


def test_one_answer_is_enough(app, client, code):
    answer = send(client, code, "4")
    assert (answer.status_code, answer.location) == (303, f"/projects/{code}/rated")
    found = only(app)
    assert (found.level, found.marks, found.reasons, found.comment) == (4, {}, [], "")
    assert (found.channel, found.proof, found.site_id) == (Channel.WEB, Proof.NONE, None)
    page = thanks(client, code)
    assert "评价已收到：满意。" in page
    assert "已计入满意率" not in page


def test_all_that_is_said_is_kept(app, client, write, code):
    def place(s):
        s.add(Town(code="chengguan", name="城关镇", sort_order=1))
        project = s.scalar(select(factories.Project).where(factories.Project.code == code))
        add(s, project, "site", number=2, name="文昌路段", status="completed")
        site = s.scalar(select(Site))
        site.town_code = "chengguan"

    write(place)
    more = {"reasons": ["defect", "far"], "mark_quality": "1", "mark_open": "3", "comment": WORDS}
    answer = send(client, code, "2", "?channel=qr&site=2", [PHOTO, OTHER_PHOTO], **more)
    assert answer.status_code == 303
    found = only(app)
    assert (found.level, found.reasons, found.comment) == (2, ["defect", "far"], WORDS)
    assert found.marks == {"quality": 1, "open": 3}
    assert (found.channel, found.site.number, found.town_code) == (Channel.QR, 2, "chengguan")
    assert len(found.photos) == 2
    assert found.comment_visibility is CommentVisibility.PRIVATE
    assert found.network
    assert found.device
    assert "审核后公开" in thanks(client, code)


def test_the_way_in_is_carried_by_the_form_and_a_forged_one_is_left_out(app, client, write, code):
    def place(s):
        project = s.scalar(select(factories.Project).where(factories.Project.code == code))
        add(s, project, "site", number=2, name="文昌路段", status="completed")

    write(place)
    page = form_of(client, code, "?channel=qr&site=2")
    assert f'action="/projects/{code}/rate?channel=qr&amp;site=2"' in page
    assert "点位2：文昌路段" in page
    for query in ("?channel=phone&site=9", "?channel=visit&site=-1", "?site=x", "?channel=web"):
        assert f'action="/projects/{code}/rate"' in form_of(client, code, query)
        assert send(client, code, "5", query).status_code == 303
    found = only(app)
    assert (found.channel, found.site_id) == (Channel.WEB, None)


def test_reasons_are_for_bad_levels(app, client, code):
    assert send(client, code, "4", reasons=["defect", "nonsense"]).status_code == 303
    assert only(app).reasons == []
    refused = send(client, code, "1", reasons=["defect", "nonsense"])
    assert refused.status_code == 422
    assert "请从列表中选择原因" in refused.text
    assert only(app).level == 4


@pytest.mark.parametrize("wrong", [{"level": ""}, {"level": "6"}, {"comment": "长" * 501}])
def test_what_was_typed_survives_a_refusal(app, client, code, wrong):
    more = {"level": "2", "reasons": ["fees"], "mark_useful": "3", "comment": WORDS} | wrong
    page = send(client, code, photos=[PHOTO], **more)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert more["comment"] in page.text
    assert checked(page.text, "reasons") == ["fees"]
    assert checked(page.text, "mark_useful") == ["3"]
    assert checked(page.text, "level") == (["2"] if more["level"] == "2" else [])
    assert '<details class="rate-marks" open>' in page.text
    assert "照片还没有上传，请重新选择" in page.text
    with app.app_context():
        assert session().scalar(select(func.count(Rating.id))) == 0


def test_a_mark_outside_the_scale_is_refused_and_shown(client, code):
    page = send(client, code, mark_upkeep="9")
    assert page.status_code == 422
    assert '<details class="rate-marks" open>' in page.text
    assert 'href="#mark_upkeep-0"' in page.text


def test_sides_are_folded_away_until_something_is_said_of_them(client, code):
    page = form_of(client, code)
    assert '<details class="rate-marks">' in page
    assert checked(page, "mark_useful") == [""]
    assert page.count("不评</b>") == 5
    for word in ("实用", "质量", "便利", "管护", "公开", "坏了有人修，平时有人管"):
        assert word in page


@pytest.mark.parametrize(
    ("photos", "said"),
    [
        ([PHOTO] * 4, "最多上传 3 张照片"),
        ([b"x" * 50], "只能上传 JPEG"),
        ([samples.written(samples.document())], "只能上传 JPEG、PNG 或 WebP 照片"),
        ([PHOTO, PHOTO[:900]], "第 2 张：文件已损坏"),
        ([PHOTO, b""], "第 2 张：文件是空的"),
    ],
)
def test_photos_that_cannot_be_kept_are_told_one_by_one(app, client, code, photos, said):
    page = send(client, code, "5", photos=photos, comment=WORDS)
    assert page.status_code == 422
    assert said in page.text
    assert WORDS in page.text
    assert checked(page.text, "level") == ["5"]
    with app.app_context():
        assert session().scalar(select(func.count(StoredFile.id))) == 0


def test_sending_the_same_form_twice_is_one_rating_without_history(app, client, code):
    for _ in range(2):
        assert send(client, code, "3", comment=WORDS).status_code == 303
    assert only(app).level == 3
    with app.app_context():
        assert session().scalar(select(func.count(RatingRevision.id))) == 0


def test_who_comes_again_finds_what_they_said_and_changes_it(app, client, code):
    more = {"reasons": ["nuisance"], "mark_open": "2", "comment": WORDS}
    send(client, code, "1", photos=[PHOTO], **more)
    page = form_of(client, code)
    assert "您已评价过：非常不满意" in page
    assert WORDS in page
    assert (checked(page, "level"), checked(page, "reasons")) == (["1"], ["nuisance"])
    assert checked(page, "mark_open") == ["2"]
    assert '<details class="rate-marks" open>' in page
    assert "您已上传 1 张" in page
    assert 'alt="您上传的照片，第 1 张，共 1 张"' in page
    first = shown(app)
    send(client, code, "4", comment="修好了")
    found = only(app)
    assert (found.level, found.marks, found.reasons, found.comment) == (4, {}, [], "修好了")
    assert shown(app) == first
    assert send(client, code, "4", comment="修好了", photos=[OTHER_PHOTO]).status_code == 303
    assert shown(app) != first
    assert len(shown(app)) == 1


def test_a_form_with_somebodys_own_words_is_stored_nowhere(client, code):
    assert client.get(f"/projects/{code}/rate").headers["Cache-Control"] != "no-store"
    assert send(client, code, "", comment=WORDS).headers["Cache-Control"] == "no-store"
    send(client, code, "4", comment=WORDS)
    again = client.get(f"/projects/{code}/rate")
    assert WORDS in again.text
    assert again.headers["Cache-Control"] == "no-store"


def test_leaving_out_the_level_is_not_saying_the_former_one_again(app, client, code):
    send(client, code, "5")
    assert send(client, code, "").status_code == 422


def test_verifying_makes_what_was_just_said_count(app, client, code):
    send(client, code, "5")
    page = thanks(client, code)
    assert "列在“未验证”里单独公布" in page
    assert f'href="/verify?next=/projects/{code}/rated"' in page
    begin(client, target=f"/projects/{code}/rated")
    answer = enter(app, client)
    assert answer.location == f"/projects/{code}/rated"
    assert only(app).proof is Proof.VERIFIED
    page = thanks(client, code)
    assert "您刚才的 1 份评价" in page
    assert "已计入满意率。" in page
    assert "/verify" not in page


def test_who_is_verified_is_told_at_once_that_it_counts(app, code):
    client = verified(app)
    assert "您已验证" in form_of(client, code)
    send(client, code, "5")
    assert "已计入满意率。" in thanks(client, code)


def test_without_a_way_to_verify_none_is_offered(client, code, monkeypatch):
    monkeypatch.setattr("portal.notifications.development.is_kept", lambda: False)
    assert "验证过的计入满意率" not in form_of(client, code)
    send(client, code, "5")
    page = thanks(client, code)
    assert "和验证过的评价分开公布" in page
    assert "/verify" not in page


def test_thanks_are_for_who_rated(app, client, code):
    send(client, code, "1")
    answer = app.test_client().get(f"/projects/{code}/rated")
    assert (answer.status_code, answer.location) == (302, f"/projects/{code}/rate")
    assert client.get(f"/projects/{code}/rated").headers["Cache-Control"] == "no-store"
    assert client.get("/projects/none/rated").status_code == 404


def test_an_answer_is_offered_where_a_contact_is_kept(app, code):
    keeps, keeps_not = verified(app, keep="y"), verified(app, "13800005678")
    assert checked(form_of(keeps, code), "wants_answer") == ["y"]
    assert "wants_answer" not in form_of(keeps_not, code)
    send(keeps, code, "5")
    assert checked(form_of(keeps, code), "wants_answer") == []
    send(keeps, code, "2", wants_answer="y")
    send(keeps_not, code, "2", wants_answer="y")
    with app.app_context():
        rows = session().execute(select(Resident.contact, Rating.wants_answer).join(Rating))
        wanted = {contact is not None: wants for contact, wants in rows}
    assert wanted == {True: True, False: False}


def spelt(moment):
    """A day as the page says it, with its year at the turn of one."""
    day = clock.local_day(moment)
    year = "" if day.year == clock.today().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def test_who_is_not_satisfied_is_told_what_follows_and_by_when(app, client, code):
    keeps = verified(app, keep="y")
    for who, has_contact in ((client, False), (keeps, True)):
        send(who, code, "1", wants_answer="y")
        page = thanks(who, code)
        with app.app_context():
            found = session().scalars(select(Rating).order_by(Rating.id.desc())).first()
            follow_up = of_rating(session(), found)
            called, remedied = map(spelt, (follow_up.call_due_at, follow_up.remedy_due_at))
            unit = follow_up.department.name
        if has_contact:
            assert f"最迟{called}，{unit}联系您" in page
        else:
            assert f"{unit}会到现场核实" in page
            assert "想接到回访，请验证" in page
        assert f"最迟{remedied}，{unit}整改或者说明情况" in page
    send(client, code, "4")
    assert "接下来会怎样" not in thanks(client, code)


@pytest.fixture
def at(app, monkeypatch):
    """Set the clock on by some seconds."""
    begun = clock.now()
    return lambda seconds: monkeypatch.setattr(
        clock, "now", lambda: begun + timedelta(seconds=seconds)
    )


def note_of(page):
    """The signed note of when the form was opened."""
    return re.search(r'name="opened" value="([^"]+)"', page)[1]


def test_a_form_filled_in_faster_than_a_person_can_is_set_aside_in_plain_words(
    app, client, code, at
):
    at(0)
    note = note_of(form_of(client, code))
    at(1)
    send(client, code, "1", opened=note)
    found = only(app)
    assert (found.standing, found.doubt) == (Standing.SET_ASIDE, Doubt.SPEED)
    page = thanks(client, code)
    assert "这份评价暂不计入，等待审核员查看。" in page
    assert "不是说您的评价有问题" in page
    for word in ("真人", "刷评", "作弊", "接下来会怎样", "已计入"):
        assert word not in page


def test_a_form_that_was_open_for_a_while_counts(app, client, code, at):
    at(0)
    note = note_of(form_of(client, code))
    at(20)
    refused = send(client, code, "", opened=note)
    assert note_of(refused.text) == note
    send(client, code, "5", opened=note)
    assert only(app).standing is Standing.COUNTED


def test_the_fill_time_is_unknown_where_its_note_is_not_sound(app, at):
    with app.app_context():
        at(0)
        note = opened("2026-01")
        assert fill_seconds(note, "2026-01") == 0
        at(90)
        assert fill_seconds(note, "2026-01") == 90
        for forged in ("", "x", note[:-1] + "!", note + "x", "WyIyMDI2LTAxIiwxXQ.AAAA"):
            assert fill_seconds(forged, "2026-01") is None
        assert fill_seconds(note, "2026-02") is None
        at(-1)
        assert fill_seconds(note, "2026-01") is None
        at(86_401)
        assert fill_seconds(note, "2026-01") is None


def test_a_rating_without_a_sound_note_is_taken(app, client, code):
    for note in ("", "forged", "\0"):
        assert send(client, code, "5", opened=note).status_code == 303
    assert only(app).standing is Standing.COUNTED


def test_a_rating_that_was_rejected_says_so_and_whom_to_call(app, client, code, write):
    send(client, code, "5")

    def reject(s):
        found = s.scalars(select(Rating)).one()
        found.standing, found.doubt = Standing.REJECTED, Doubt.TEXT

    write(reject)
    page = thanks(client, code)
    assert "这份评价经查看后没有计入" in page
    assert "去验证" not in page


def wave(s, code, number, opens_on, closes_on):
    """Put a wave on record."""
    project = s.scalar(select(factories.Project).where(factories.Project.code == code))
    row = Wave(
        project_id=project.id,
        number=number,
        kind=WaveKind.COMPLETION if number == 1 else WaveKind.EXTRA,
        opens_on=opens_on,
        closes_on=closes_on,
    )
    s.add(row)
    return row


@pytest.fixture
def november(monkeypatch):
    """A day on which the tests of waves look."""
    monkeypatch.setattr(clock, "now", lambda: clock.at_local(date(2026, 11, 15), 10))


def test_the_days_of_a_wave_stand_on_the_form(client, code, write, november):
    assert "评价长期开放" in form_of(client, code)
    write(lambda s: wave(s, code, 1, date(2026, 3, 1), None))
    assert "评价长期开放" in form_of(client, code)

    def end(s):
        s.scalars(select(Wave)).one().closes_on = date(2027, 1, 31)

    write(end)
    assert "本轮评价：3月1日—2027年1月31日" in form_of(client, code)


def test_between_waves_the_form_says_which_was_the_last_and_what_can_be_done(
    app, client, code, write, november
):
    write(lambda s: wave(s, code, 1, date(2026, 3, 1), date(2026, 5, 29)))
    page = form_of(client, code)
    assert "上一轮评价：3月1日—5月29日（完成验收后）" in page
    assert "下一次回头看之后再开放" in page
    assert f"/feedback/new?project={code}" in page
    assert "追评" in page
    assert 'name="level"' not in page
    write(lambda s: wave(s, code, 2, date(2026, 12, 1), None))
    assert "下一轮从12月1日开始" in form_of(client, code)


def test_a_wave_that_ended_while_the_form_was_open_gives_the_words_back(
    app, client, code, write, november
):
    write(lambda s: wave(s, code, 1, date(2026, 3, 1), date(2026, 11, 14)))
    page = send(client, code, "2", comment=WORDS, photos=[PHOTO])
    assert page.status_code == 409
    assert "您填写的时候，本轮评价结束了" in page.text
    assert WORDS in page.text
    assert f"/feedback/new?project={code}" in page.text
    with app.app_context():
        assert session().scalar(select(func.count(StoredFile.id))) == 0


@pytest.fixture
def photo(app, code):
    """A resident's browser and the address of the photo they sent."""
    client = verified(app)
    send(client, code, "5", photos=[PHOTO], comment=WORDS)
    with app.app_context():
        return client, f"/rating-photos/{session().scalar(select(RatingPhoto.id))}"


def test_a_photo_that_nobody_let_through_is_for_its_resident_and_the_moderators(
    app, photo, sign_in
):
    client, path = photo
    for who in (client, sign_in(Role.MODERATOR)):
        page = who.get(path)
        assert (page.status_code, page.mimetype) == (200, "image/jpeg")
        assert page.headers["Cache-Control"] == "private, no-cache"
    for stranger in (app.test_client(), verified(app, "13800009999"), sign_in(Role.INSPECTOR)):
        assert stranger.get(path).status_code == 404


def test_the_photo_of_an_unverified_rating_is_for_its_browser(app, client, code):
    send(client, code, "5", photos=[PHOTO])
    with app.app_context():
        path = f"/rating-photos/{session().scalar(select(RatingPhoto.id))}"
    assert client.get(path).status_code == 200
    assert app.test_client().get(path).status_code == 404


def test_a_photo_that_was_let_through_is_for_everybody_until_it_is_taken_back(app, photo, write):
    _client, path = photo
    stranger = app.test_client()

    def decide(visibility, standing=Standing.COUNTED, doubt=None):
        def change(s):
            found = s.scalars(select(Rating)).one()
            found.comment_visibility, found.standing, found.doubt = visibility, standing, doubt

        write(change)
        return stranger.get(path)

    shown = decide(CommentVisibility.PUBLIC)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "public, max-age=600"
    assert "inline" in shown.headers["Content-Disposition"]
    again = stranger.get(path, headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304
    assert decide(CommentVisibility.WITHHELD).status_code == 404
    aside = decide(CommentVisibility.PUBLIC, Standing.SET_ASIDE, Doubt.PACE)
    assert aside.status_code == 404


def test_the_photos_go_when_the_project_is_withdrawn(app, photo, write):
    _client, path = photo

    def withdraw(s):
        found = s.scalars(select(Rating)).one()
        found.comment_visibility, found.project.withdrawn_at = (
            CommentVisibility.PUBLIC,
            clock.now(),
        )

    write(withdraw)
    assert app.test_client().get(path).status_code == 404


def test_a_photo_without_words_can_be_let_through(app, client, code, write):
    send(client, code, "5", photos=[PHOTO])

    def publish(s):
        found = s.scalars(select(Rating)).one()
        decide = {"publish": True, "actor": factories.MODERATOR, "at": clock.now()}
        actions.decide_comment(s, found, **decide)
        return found.photos[0].id

    path = f"/rating-photos/{write(publish)}"
    assert app.test_client().get(path).status_code == 200


def test_an_erased_photo_is_gone_for_everybody(photo, write, sign_in):
    client, path = photo
    write(lambda s: actions.erase(s, s.scalars(select(Rating)).one(), at=clock.now()))
    for who in (client, sign_in(Role.MODERATOR)):
        assert who.get(path).status_code == 404
    assert client.get("/rating-photos/99999999999999999999").status_code == 404


def test_the_browsers_name_is_not_what_is_stored(app, client, code):
    send(client, code, "5")
    with client.session_transaction() as cookie:
        name = cookie["browser"]
    found = only(app)
    with app.app_context():
        assert found.rater == vault.index("rater", name)
    assert name not in (found.rater, found.device)


@pytest.fixture
def poster(visit):
    """Open the page behind a poster, in one of the ways people do."""

    def scanned(**more):
        page = visit(PHONE, **more)
        done = first_link(page, "/projects?status=completed", "/projects/")
        page.goto(done.replace("/projects/", "/scan/"))
        return page

    return scanned


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_the_poster_three_taps_are_a_rating(poster, javascript):
    page = poster(java_script_enabled=javascript)
    page.get_by_role("link", name="我来评价").click()
    last = page.get_by_role("radio", name="非常不满意").locator("xpath=..").first
    box = last.bounding_box()
    assert box["y"] + box["height"] < PHONE["height"]
    page.get_by_text("满意", exact=True).first.click()
    button = page.get_by_role("button", name="提交评价")
    expect(button).to_be_in_viewport(ratio=1)
    button.click()
    expect(page.locator("h1")).to_have_text("谢谢您的评价")
    expect(page.locator(".notice-success")).to_contain_text("评价已收到：满意")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_reasons_come_with_a_bad_level_and_go_with_a_good_one(poster):
    page = poster(java_script_enabled=False)
    page.get_by_role("link", name="我来评价").click()
    reasons = page.get_by_role("group", name="不满意在哪里")
    expect(reasons).to_have_count(0)
    for value, n in (("2", 1), ("3", 0), ("1", 1), ("5", 0)):
        page.check(f"[name=level][value='{value}']")
        expect(reasons).to_have_count(n)


def shuts_nobody_out(page):
    """Look at a page as it stands: axe finds nothing, and it is no wider than the window."""
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("view", ["standard", "care"])
def test_the_form_with_all_it_can_say_and_the_thanks_shut_nobody_out(poster, view):
    page = poster()
    if view == "care":
        change_view(page)
    page.get_by_role("link", name="我来评价").click()
    page.check("[name=level][value='1']")
    page.locator(".rate-marks summary").click()
    shuts_nobody_out(page)
    for words in ("漏" * 501, "水管又漏了。"):
        page.locator("[name=comment]").evaluate("e => e.removeAttribute('maxlength')")
        page.fill("[name=comment]", words)
        page.get_by_role("button", name="提交评价").click()
        shuts_nobody_out(page)
    expect(page.locator("h1")).to_have_text("谢谢您的评价")
