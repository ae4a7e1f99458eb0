"""我的评价: what was given, what became of it, and everything to change, take along, take back."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from portal import clock, db, vault, worker
from portal.audit.models import AuditEntry
from portal.cases.models import Case
from portal.errors import WrongState
from portal.files.models import MediaType, StoredFile
from portal.projects.models import Project
from portal.ratings import actions, counts, invitations
from portal.ratings.followups import actions as followups
from portal.ratings.followups.models import FollowUp, FollowUpEvent
from portal.ratings.followups.workflow import CONTACT, OPENED, Close, Outcome, Remedy, State
from portal.ratings.invitations import is_followed
from portal.ratings.kinds import Dimension, Doubt, Reason, Standing
from portal.ratings.models import CommentVisibility, Follower, Rating, RatingPhoto
from portal.residents import sessions
from portal.residents.models import Resident
from tests import factories
from tests.factories import AT

PHONE = "13800005678"
LAST = date(2026, 3, 20)
AFTER = clock.at_local(date(2026, 3, 25), 9)


@pytest.fixture
def at(monkeypatch):
    """Set the clock; it stands at AT until told otherwise."""

    def move(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(AT)
    return move


@pytest.fixture
def made(at, write):
    """A completed project with its code, and a verified resident who wants answers."""

    def make(s):
        project = factories.project(s, unit=factories.department(s))
        return project.id, project.code, factories.resident(s, PHONE, keeps=True).id

    return write(make)


def give(write, made, level=2, contact=PHONE, at=AT, **said):
    """The number of a rating that the resident gives."""

    def make(s):
        project = s.get(Project, made[0])
        person = factories.resident(s, contact, keeps=contact == PHONE)
        said.setdefault("wants_answer", True)
        return factories.rating(s, project, level, by=factories.voter(person), at=at, **said).id

    return write(make)


def known_browser(app, resident_id):
    """A browser in which the resident is verified."""
    client = app.test_client()
    with app.test_request_context("/"):
        response = app.make_response("")
        sessions.sign_in(response, db.session().get(Resident, resident_id))
    client.set_cookie("resident", response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0])
    return client


@pytest.fixture
def me(app, made):
    return known_browser(app, made[2])


@pytest.fixture
def stranger(app, made, write):
    return known_browser(app, write(lambda s: factories.resident(s).id))


def close_wave(write, ident):
    def close(s):
        s.get(Rating, ident).wave.closes_on = LAST

    write(close)


def remedied(write, ident, at=AT, text="管道已更换。"):
    """Call the resident and report a remedy, as the department does."""

    def act(s):
        f = s.scalar(select(FollowUp).where(FollowUp.rating_id == ident))
        actor = factories.officer(f.department)
        with counts.moving(s, f.project_id, 10) as moves:
            outcome = Outcome.REACHED if f.has_contact else Outcome.NO_CONTACT
            followups.call(s, moves, f, outcome, actor=actor, note="已通话", at=at)
            followups.remedy(s, moves, f, Remedy.FIXED, actor=actor, text=text, at=at)

    write(act)


def is_right(write, made):
    return write(lambda s: counts.kept(s, [made[0]]) == counts.recounted(s, [made[0]]))


def follow_up(write, ident, *names):
    def read(s):
        f = s.scalar(select(FollowUp).where(FollowUp.rating_id == ident))
        return [getattr(f, name) for name in names]

    return write(read)


# What is shown


def test_a_resident_sees_what_they_said_and_what_became_of_it(me, made, write):
    marks = {Dimension.QUALITY: 1, Dimension.OPEN: 4}
    give(write, made, 2, marks=marks, reasons=[Reason.DEFECT, Reason.FEES], comment="水龙头漏")
    give(write, made, 1, comment="还是漏", at=AT + timedelta(hours=1))
    page = me.get("/mine")
    for shown in (
        "城东供水管网改造",
        "第1轮（完成验收后），2026-02-28 起",
        "非常不满意",
        "还是漏",
        "待审核",
        "以前说过的（1次）",
        "水龙头漏",
        "计入满意率",
        "应在 3月3日 前联系您",
        "138****78",
        "手机验证码",
    ):
        assert shown in page.text, shown
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert PHONE not in page.text


def test_dimensions_and_reasons_stand_in_words(me, made, write):
    give(write, made, 2, marks={Dimension.QUALITY: 1}, reasons=[Reason.FEES, Reason.DEFECT])
    text = me.get("/mine").text
    assert "质量有问题、收费不合理" in text
    assert re.search(r"<dt>质量</dt><dd>非常不满意</dd>", text)


def test_a_rating_set_aside_says_so_with_its_class_in_words(me, made, write):
    ident = give(write, made, 5)

    def doubt(s):
        rating = s.get(Rating, ident)
        with counts.moving(s, made[0], 10) as moves:
            moves.watch(rating)
            rating.standing, rating.doubt = Standing.SET_ASIDE, Doubt.NETWORK

    write(doubt)
    text = me.get("/mine").text
    assert "暂不计入" in text
    assert "原因：同一网络集中评价。审核员会查看" in text
    assert "计入满意率" not in text.replace("暂不计入", "")


def test_a_disputed_rating_says_that_it_counts_meanwhile(me, made, write):
    ident = give(write, made)
    assert "异议" not in me.get("/mine").text
    write(lambda s: setattr(s.get(Rating, ident), "is_disputed", True))
    assert "有结论以前，您的评价照常计入" in me.get("/mine").text


def test_nobody_sees_what_others_gave(me, stranger, client, made, write):
    give(write, made, comment="只有我看得到")
    assert "只有我看得到" in me.get("/mine").text
    for other in (stranger, client):
        assert "只有我看得到" not in other.get("/mine").text


def test_an_unverified_browser_sees_its_own_and_the_way_to_verify(client, made):
    client.post(f"/projects/{made[1]}/rate", data={"level": "4", "comment": "挺好"})
    page = client.get("/mine")
    assert "挺好" in page.text
    assert "您还没有验证" in page.text
    assert "/verify?next=/mine" in page.text
    assert "未验证的评价不进满意率" in page.text


def test_the_remedy_is_told_to_the_verified_and_never_once_withheld(me, made, write):
    ident = give(write, made)
    remedied(write, ident)
    page = me.get("/mine").text
    for shown in ("责任单位已联系您", "已整改", "管道已更换。", "4月1日 以前都可以再评"):
        assert shown in page, shown

    def withhold(s):
        f = s.scalar(select(FollowUp).where(FollowUp.rating_id == ident))
        f.remedy_visibility = CommentVisibility.WITHHELD

    write(withhold)
    page = me.get("/mine").text
    assert "管道已更换" not in page
    assert "这段文字没有公开。" in page


def test_what_a_browser_gave_unverified_shows_a_remedy_once_it_is_public(client, made, write):
    client.post(f"/projects/{made[1]}/rate", data={"level": "1"})
    ident = write(lambda s: s.scalar(select(Rating.id)))
    remedied(write, ident)
    assert "管道已更换" not in client.get("/mine").text

    def publish(s):
        s.scalar(select(FollowUp)).remedy_visibility = CommentVisibility.PUBLIC

    write(publish)
    assert "管道已更换" in client.get("/mine").text


def queries(app, client):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            seen.append(statement)

    client.get("/mine")
    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get("/mine")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def many(write, made, n):
    def make(s):
        person = s.get(Resident, made[2])
        unit = factories.department(s)
        for level in range(n):
            project = factories.project(s, f"项目第{level}号", unit=unit)
            by = factories.voter(person)
            factories.rating(s, project, 1 + level % 5, by=by, comment="话")
            factories.rating(s, project, 2, by=by, comment="改", at=AT + timedelta(minutes=1))
            s.add(Follower(project_id=project.id, resident_id=person.id, since=AT))

    write(make)


def test_a_page_asks_the_same_queries_for_two_as_for_twenty(app, me, made, write):
    many(write, made, 2)
    few = queries(app, me)
    many(write, made, 18)
    assert queries(app, me) == few


def test_many_are_paged_by_key_newest_first(me, made, write):
    many(write, made, 27)
    first = me.get("/mine").text
    assert len(re.findall(r'id="rating-', first)) == 25
    after = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = me.get(after).text
    shown = [int(n) for n in re.findall(r'id="rating-(\d+)', first + second)]
    assert len(shown) == 27
    assert shown == sorted(shown, reverse=True)
    assert me.get("/mine?after=nonsense").status_code == 422


# Correcting


def test_while_the_wave_is_open_it_can_be_changed_and_afterwards_added_to(me, at, made, write):
    ident = give(write, made)
    assert f'href="/projects/{made[1]}/rate"' in me.get("/mine").text
    assert me.get(f"/mine/ratings/{ident}/add").status_code == 303
    close_wave(write, ident)
    at(AFTER)
    page = me.get("/mine").text
    assert f'href="/projects/{made[1]}/rate"' not in page
    assert f'href="/mine/ratings/{ident}/add"' in page


def test_the_one_word_more_is_taken_once(me, at, made, write):
    ident = give(write, made, 5)
    path = f"/mine/ratings/{ident}/add"
    said = {"level": "3", "comment": "用久了有点小毛病"}
    assert me.post(path, data=said).status_code == 409
    close_wave(write, ident)
    at(AFTER)
    assert me.post(path, data={"comment": "没有选"}).status_code == 422
    answer = me.post(path, data=said)
    assert (answer.status_code, answer.location) == (303, f"/mine#rating-{ident}")
    text = me.get("/mine").text
    assert "用久了有点小毛病" in text
    assert "追评" in text
    assert path not in text
    assert me.post(path, data=said).status_code == 409


def test_an_addition_answers_the_second_question(me, at, made, write):
    ident = give(write, made, 1)
    remedied(write, ident)
    close_wave(write, ident)
    at(AFTER)
    me.post(f"/mine/ratings/{ident}/add", data={"level": "4"})
    state = follow_up(write, ident, "state", "closing", "level_after", "replied_at")
    assert state == [State.CLOSED, Close.BETTER, 4, AFTER]
    assert is_right(write, made)


@pytest.mark.parametrize(
    ("level", "is_asked", "closing"),
    [(2, True, Close.SAME), (5, False, Close.BETTER), (1, False, None)],
)
def test_what_an_addition_does_to_a_running_follow_up(
    me, at, made, write, level, is_asked, closing
):
    ident = give(write, made, 2)
    if is_asked:
        remedied(write, ident)
    close_wave(write, ident)
    at(AFTER)
    me.post(f"/mine/ratings/{ident}/add", data={"level": str(level), "comment": "只在追评里"})
    assert follow_up(write, ident, "closing") == [closing]
    assert is_right(write, made)
    kept = write(lambda s: list(s.scalars(select(FollowUpEvent.note))))
    assert "只在追评里" not in kept


def test_still_bad_is_taken_once_and_only_when_asked(me, made, write):
    ident = give(write, made, 1)
    path = f"/mine/ratings/{ident}/still-bad"
    assert me.post(path).status_code == 409
    remedied(write, ident)
    assert path in me.get("/mine").text
    assert me.post(path, data={"note": "长" * 501}).status_code == 422
    assert me.post(path, data={"note": "还在漏"}).status_code == 303
    said = follow_up(write, ident, "closing", "level_after", "reply_note")
    assert said == [Close.SAME, 1, "还在漏"]
    assert is_right(write, made)
    assert me.post(path).status_code == 409
    assert path not in me.get("/mine").text


def test_who_is_still_unhappy_finds_the_case_that_goes_on_and_reads_it_without_a_code(
    app, me, stranger, made, write
):
    ident = give(write, made, 1)
    door = f"/mine/ratings/{ident}/case"
    remedied(write, ident)
    me.post(f"/mine/ratings/{ident}/still-bad", data={"note": "还在漏"})
    assert me.post(door).status_code == 404
    with app.app_context():
        worker.tidy()
    [reference] = write(lambda s: list(s.scalars(select(Case.reference))))
    page = me.get("/mine").text
    assert reference in page
    assert door in page
    opened = me.post(door)
    assert opened.headers["Location"] == f"/track/{reference}"
    assert reference in me.get(f"/track/{reference}").text
    assert stranger.post(door).status_code == 404
    assert stranger.get(f"/track/{reference}").status_code == 302


def test_a_good_rating_has_nothing_to_be_still_bad_about(me, made, write):
    ident = give(write, made, 5)
    assert me.post(f"/mine/ratings/{ident}/still-bad").status_code == 409


# The wrong person


DOORS = ["add", "still-bad", "erase"]


@pytest.mark.parametrize("door", DOORS)
def test_another_residents_rating_is_not_found(stranger, client, at, made, write, door):
    ident = give(write, made, 1)
    remedied(write, ident)
    close_wave(write, ident)
    at(AFTER)
    client.get(f"/projects/{made[1]}/rate")  # it has a name now, and no cookie of a resident
    for other in (stranger, client):
        path = f"/mine/ratings/{ident}/{door}"
        assert other.post(path, data={"level": "5"}).status_code == 404
        if door != "still-bad":
            assert other.get(path).status_code == 404
    standing = write(lambda s: s.get(Rating, ident).standing)
    assert standing is Standing.COUNTED
    assert follow_up(write, ident, "state") == [State.ASKED]


@pytest.mark.parametrize("door", DOORS)
def test_a_number_that_is_no_rating_is_not_found(me, door):
    for number in (0, 999_999, 2**40):
        assert me.post(f"/mine/ratings/{number}/{door}", data={"level": "5"}).status_code == 404


def test_a_resident_may_not_touch_what_another_browser_gave_unverified(me, client, made, write):
    client.post(f"/projects/{made[1]}/rate", data={"level": "4"})
    ident = write(lambda s: s.scalar(select(Rating.id)))
    assert me.post(f"/mine/ratings/{ident}/erase").status_code == 404
    assert client.post(f"/mine/ratings/{ident}/erase").status_code == 303


def test_a_form_that_was_open_while_the_resident_signed_out_does_nothing(me, made, write):
    ident = give(write, made)
    assert me.get(f"/mine/ratings/{ident}/erase").status_code == 200
    me.post("/verify/sign-out")
    assert me.post(f"/mine/ratings/{ident}/erase").status_code == 404
    assert write(lambda s: s.get(Rating, ident).standing) is Standing.COUNTED


def test_every_change_needs_the_token_of_a_form(app, me, made, write, monkeypatch):
    ident = give(write, made)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    paths = [f"/mine/ratings/{ident}/{door}" for door in DOORS]
    paths += ["/mine/forget", "/mine/export", "/mine/erase", "/mine/contact"]
    paths += [f"/projects/{made[1]}/follow", f"/projects/{made[1]}/unfollow"]
    for path in paths:
        assert me.post(path, data={"level": "1", "contact": PHONE}).status_code == 400, path
    assert write(lambda s: s.get(Rating, ident).standing) is Standing.COUNTED


# Taking along


def test_the_export_holds_everything_and_is_put_on_record(me, at, made, write):
    ident = give(write, made, 2, reasons=[Reason.DEFECT], comment="第一次")
    give(write, made, 1, comment="第二次", marks={Dimension.OPEN: 3}, at=AT + timedelta(hours=1))

    def more(s):
        file = StoredFile(
            sha256="a" * 64,
            media_type=MediaType.JPEG,
            size=3,
            width=1,
            height=1,
            data=b"jpg",
            created_at=AT,
        )
        s.add(file)
        s.flush()
        s.add(RatingPhoto(rating_id=ident, file_id=file.id))
        s.add(Follower(project_id=made[0], resident_id=made[2], since=AT))

    write(more)
    remedied(write, ident)
    close_wave(write, ident)
    at(AFTER)
    me.post(f"/mine/ratings/{ident}/add", data={"level": "4", "comment": "追加"})
    answer = me.post("/mine/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.data)
    assert found["verification"]["contact"] == PHONE
    assert [p["project"] for p in found["followed_projects"]] == [made[1]]
    (rating,) = found["ratings"]
    assert (rating["level"], rating["comment"]) == (1, "第二次")
    assert rating["dimensions"] == {"公开透明": "基本满意"}
    assert [(b["level"], b["comment"], b["reasons"]) for b in rating["before"]] == [
        (2, "第一次", ["质量有问题"])
    ]
    assert rating["photos"] == [{"name": "photo-1.jpeg", "sha256": "a" * 64, "bytes": 3}]
    assert rating["addition"]["comment"] == "追加"
    assert (rating["follow_up"]["level_after"], rating["follow_up"]["ended"]) == (
        4,
        "居民改评为满意",
    )
    assert rating["follow_up"]["remedy_words"] == "管道已更换。"
    entry = write(
        lambda s: s.scalar(select(AuditEntry).where(AuditEntry.act == "rating:export")).details
    )
    assert entry == {"ratings": 1}


def test_a_browser_takes_its_own_along_and_nothing_of_a_resident(client, made, write):
    give(write, made, comment="不是你的")
    client.post(f"/projects/{made[1]}/rate", data={"level": "4", "comment": "我的"})
    found = json.loads(client.post("/mine/export").data)
    assert [r["comment"] for r in found["ratings"]] == ["我的"]
    assert found["verification"] is None


# The contact


def test_forgetting_the_contact_ends_the_promise_to_call_and_says_so(me, made, write):
    ident = give(write, made)
    assert follow_up(write, ident, "has_contact") == [True]
    me.post("/mine/forget")
    assert follow_up(write, ident, "has_contact", "state") == [False, State.OPEN]
    assert write(lambda s: s.get(Resident, made[2]).contact) is None
    assert not write(lambda s: s.get(Rating, ident).wants_answer)
    steps = write(lambda s: list(s.scalars(select(FollowUpEvent.act).order_by(FollowUpEvent.id))))
    assert steps == [OPENED, CONTACT]
    assert is_right(write, made)
    assert "不打电话；应在 3月23日 前核实" in me.get("/mine").text
    remedied(write, ident)  # the department verifies on the spot, and is not stuck
    assert follow_up(write, ident, "outcome") == [Outcome.NO_CONTACT]


def test_a_call_that_was_missed_before_stays_missed(me, at, made, write):
    ident = give(write, made)
    at(AT + timedelta(days=3))
    me.post("/mine/forget")
    assert follow_up(write, ident, "has_contact", "was_called_in_time") == [False, False]
    assert is_right(write, made)


def test_who_was_called_already_stays_somebody_who_left_a_contact(me, made, write):
    ident = give(write, made)
    remedied(write, ident)
    me.post("/mine/forget")
    assert follow_up(write, ident, "has_contact", "outcome") == [True, Outcome.REACHED]
    assert is_right(write, made)


def test_a_verified_resident_leaves_the_contact_again_without_a_code(me, made, write):
    me.post("/mine/forget")
    assert "/mine/contact" in me.get("/mine").text
    page = me.post("/mine/contact", data={"contact": "13900000000"})
    assert page.status_code == 422
    assert "不一致" in page.text
    assert me.post("/mine/contact", data={"contact": "nonsense"}).status_code == 422
    answer = me.post("/mine/contact", data={"contact": "138 0000 5678", "next": "/projects"})
    assert (answer.status_code, answer.location) == (303, "/projects")
    assert "138****78" in me.get("/mine").text


def test_who_is_not_verified_is_led_to_it(client, made):
    for answer in (client.get("/mine/contact"), client.post("/mine/contact")):
        assert answer.location == "/verify?next=/mine&keep=y"


# Taking back


def test_one_rating_is_erased_after_a_question_and_a_second_click_is_told(me, made, write):
    ident = give(write, made, 1, comment="删掉我")
    path = f"/mine/ratings/{ident}/erase"
    assert "删除后找不回来" in me.get(path).text
    assert write(lambda s: s.get(Rating, ident).comment) == "删掉我"
    assert me.post(path).status_code == 303
    assert write(lambda s: s.get(Rating, ident).standing) is Standing.ERASED
    assert is_right(write, made)
    me.get("/mine")
    again = me.post(path, follow_redirects=True)
    assert again.status_code == 200
    assert "这份评价已经删除过了" in again.text
    assert "删掉我" not in again.text


def test_all_is_erased_and_the_browser_is_nobodys(app, me, made, write):
    ident = give(write, made, 1, comment="全部删掉")
    me.post(f"/projects/{made[1]}/follow")
    with me.session_transaction() as cookie:
        before = cookie["browser"]
    assert "下载我的资料" in me.get("/mine/erase").text
    other = known_browser(app, made[2])
    answer = me.post("/mine/erase")
    assert answer.location == "/mine"
    assert me.get_cookie("resident") is None
    with me.session_transaction() as cookie:
        assert cookie.get("browser") != before
    assert "您还没有验证" in other.get("/mine").text
    left = write(
        lambda s: [
            s.get(Rating, ident).comment,
            s.get(Rating, ident).resident_id,
            s.get(Resident, made[2]).contact,
            s.scalar(select(func.count()).select_from(Follower)),
        ]
    )
    assert left == ["", None, None, 0]
    assert is_right(write, made)
    again = me.post("/mine/erase", follow_redirects=True)
    assert "可能已经删除过了" in again.text
    fresh = write(lambda s: factories.resident(s, PHONE).id)
    assert fresh != made[2]


def test_what_the_browser_gave_before_verifying_goes_as_well(app, made, write):
    client = known_browser(app, made[2])
    with client.session_transaction() as cookie:
        cookie["browser"] = "a browser"

    def make(s):
        project = s.get(Project, made[0])
        by = actions.Voter(vault.index("rater", "a browser"))
        return factories.rating(s, project, 3, by=by, comment="没验证时说的").id

    ident = write(make)
    page = client.get("/mine").text
    assert "没验证时说的" in page
    assert f'href="/projects/{made[1]}/rate"' not in page  # the form would make another one
    client.post("/mine/erase")
    assert write(lambda s: s.get(Rating, ident).standing) is Standing.ERASED


# Following


def is_following(write, made):
    def read(s):
        project = s.get(Project, made[0])
        return is_followed(s, project, s.get(Resident, made[2]))

    return write(read)


def test_a_resident_follows_and_follows_no_longer(me, made, write):
    path = f"/projects/{made[1]}"
    assert me.post(f"{path}/follow").location == path
    me.post(f"{path}/follow")
    assert is_following(write, made)
    assert f'action="{path}/unfollow"' in me.get("/mine").text
    assert me.post(f"{path}/unfollow", data={"next": "/mine"}).location == "/mine"
    me.post(f"{path}/unfollow")
    assert not is_following(write, made)


def test_to_follow_one_verifies_and_leaves_a_contact(client, me, made, write):
    path = f"/projects/{made[1]}"
    assert client.post(f"{path}/follow").location == f"/verify?next={path}&keep=y"
    me.post("/mine/forget")
    assert me.post(f"{path}/follow").location == f"/mine/contact?next={path}"
    assert not is_following(write, made)
    assert me.post("/projects/none/follow").status_code == 404


def test_nobody_follows_without_end(s, monkeypatch):
    monkeypatch.setattr(invitations, "FOLLOWED_MOST", 1)
    person = factories.resident(s, keeps=True)
    one, other = factories.project(s), factories.project(s)
    invitations.follow(s, one, person, at=AT)
    invitations.follow(s, one, person, at=AT)
    with pytest.raises(WrongState):
        invitations.follow(s, other, person, at=AT)
