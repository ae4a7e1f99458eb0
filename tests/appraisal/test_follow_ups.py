"""Officers follow bad ratings of their own projects up; inspectors see whether they do."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.clock import end_of_day
from portal.files.models import MediaType, StoredFile
from portal.projects.models import Project
from portal.ratings import actions as ratings
from portal.ratings.followups import actions as followups
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Close, Outcome, Remedy, State
from portal.ratings.models import Rating, RatingPhoto
from portal.residents import actions as residents
from portal.security import Role
from tests import factories
from tests.appraisal.following import OPENED, PHONE, act, at_noon, facts, make_county, seen
from tests.factories import AT
from tests.ratings import following as do
from tests.ratings.following import DAY, bad, call, plan, remedy, resident, say, set_aside

CALL = {"outcome": "reached", "note": "居民说三楼以上没水"}
REMEDY = {"kind": "fixed", "text": "已更换加压泵"}
APPEAL = {"ground": "mistaken", "reason": "说的是另一条路"}


@pytest.fixture
def county(write, monkeypatch):
    at_noon(monkeypatch)
    return write(make_county)


@pytest.fixture
def officer(sign_in, county):
    """The browser of an officer of the lead department."""
    return sign_in(Role.OFFICER, county.unit)


@pytest.fixture
def inspector(sign_in):
    """The browser of an inspector."""
    return sign_in(Role.INSPECTOR)


# Who may come in

OFFICERS = ["", "/photos/1"]
INSPECTORS = ["/appraisal/oversight", "/appraisal/oversight.csv", "/appraisal/oversight/{id}"]
ACTS = {"call": CALL, "plan": {"planned_on": "2026-05-01", "note": "x"}, "remedy": REMEDY}
ACTS |= {"appeal": APPEAL, "reveal": {"note": "x"}}


@pytest.mark.parametrize("who", ["other", "nobody", Role.MODERATOR, Role.ADMIN, Role.INSPECTOR])
def test_only_the_lead_department_comes_in_and_acts(sign_in, client, write, county, who):
    if who == "other":
        browser, expected = sign_in(Role.OFFICER, county.other), 403
    elif who == "nobody":
        browser, expected = client, 302
    else:
        browser, expected = sign_in(who), 403
    for door in OFFICERS:
        assert browser.get(county.door + door).status_code == expected, door
    for name, data in ACTS.items():
        answer = act(browser, county, name, **data)
        assert answer.status_code == 403, name
        assert PHONE not in answer.text
    assert facts(write, county.follow_up, "state", "version") == (State.OPEN, 1)
    assert not write(lambda s: s.get(Rating, county.rating).is_disputed)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN, Role.OFFICER])
def test_only_inspectors_oversee(sign_in, client, county, role):
    browser = sign_in(role, county.unit if role is Role.OFFICER else None)
    for door in INSPECTORS:
        assert browser.get(door.format(id=county.follow_up)).status_code == 403, door
        assert client.get(door.format(id=county.follow_up)).status_code == 302, door


def test_an_inspector_reads_and_is_offered_nothing_to_do(inspector, county):
    page = inspector.get(f"/appraisal/oversight/{county.follow_up}")
    assert page.status_code == 200
    assert "管子换了水更小" in page.text
    main = page.text.split("<main")[1]
    assert 'method="post"' not in main
    assert "138" not in main


def test_what_is_not_there_is_not_found(officer, inspector):
    for ident in (2**31 - 1, 2**31, 10**30):
        assert officer.get(f"/appraisal/follow-ups/{ident}").status_code == 404
        assert officer.post(f"/appraisal/follow-ups/{ident}/call", data=CALL).status_code == 404
        assert inspector.get(f"/appraisal/oversight/{ident}").status_code == 404


def test_an_act_that_does_not_exist_is_not_found(officer, county):
    for name in ("reply", "expire", "stop", "resume", "reopen"):
        assert act(officer, county, name, note="x").status_code in (404, 405)


# The queue


def test_the_queue_stands_by_what_is_due_first(officer, write, county):
    def more(s):
        project = s.get(Project, county.project)
        early = bad(s, project, at=AT - 3 * DAY)
        late = bad(s, project, resident(s, keeps=False), at=AT - DAY)
        foreign = bad(s, factories.project(s, "别人的", unit=factories.department(s)))
        return early.id, late.id, foreign.id

    early, late, foreign = write(more)
    listed = officer.get("/appraisal/follow-ups").text
    order = [int(n) for n in re.findall(r'href="/appraisal/follow-ups/(\d+)"', listed)]
    assert order == [early, county.follow_up, late]
    assert foreign not in order
    assert "已超期" in listed


def test_tabs_count_and_hold_what_is_theirs(officer, write, county):
    def more(s):
        project = s.get(Project, county.project)
        one, two, three, four = (bad(s, project) for _ in range(4))
        call(s, one, AT)
        plan(s, one, (AT + 60 * DAY).date(), AT)
        for f in (two, three):
            call(s, f, AT)
            remedy(s, f, AT)
        say(s, three, 4, AT + timedelta(hours=1))
        set_aside(s, four, AT)

    write(more)
    page = officer.get("/appraisal/follow-ups").text
    tabs = re.findall(r">(待回访|待整改|等居民再评|已办结) <b>(\d+)</b>", page)
    assert tabs == [("待回访", "1"), ("待整改", "1"), ("等居民再评", "1"), ("已办结", "2")]
    assert "已列入台账" in officer.get("/appraisal/follow-ups?show=remedy").text
    assert "等到 2026-04-01" in officer.get("/appraisal/follow-ups?show=asked").text
    ended = officer.get("/appraisal/follow-ups?show=ended").text
    assert "居民改评为满意" in ended
    assert "评价不计入，已停办" in ended
    assert officer.get("/appraisal/follow-ups?show=nonsense").status_code == 200


@pytest.mark.parametrize("show", ["call", "ended"])
def test_a_long_queue_is_paged_by_key_and_shows_everything_once(officer, write, county, show):
    def more(s):
        project = s.get(Project, county.project)
        for n in range(30):
            f = bad(s, project, resident(s, keeps=False), at=AT + timedelta(hours=n))
            if show == "ended":
                set_aside(s, f, AT + timedelta(hours=n))

    write(more)
    found: list[str] = []
    path = f"/appraisal/follow-ups?show={show}"
    while path:
        page = officer.get(path).text
        found += re.findall(r'href="/appraisal/follow-ups/(\d+)"', page)
        nxt = re.search(r'href="([^"]+)" ?>下一页|rel="next" href="([^"]+)"', page)
        path = (nxt[1] or nxt[2]).replace("&amp;", "&") if nxt else ""
    assert len(found) == len(set(found)) == 30 + (show == "call")
    assert officer.get("/appraisal/follow-ups?after=nonsense").status_code == 422


def test_a_queue_takes_as_many_queries_with_many_as_with_one(officer, write, county, app):
    asked: list[str] = []
    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    def queries(path):
        asked.clear()
        assert officer.get(path).status_code == 200
        return len(asked)

    few = queries("/appraisal/follow-ups")

    def more(s):
        project = s.get(Project, county.project)
        for _ in range(12):
            bad(s, project)

    write(more)
    assert queries("/appraisal/follow-ups") == few


# The page and its acts


def test_the_page_says_what_was_said_and_never_who(officer, county, write):
    page = officer.get(county.door)
    assert page.headers["Cache-Control"] == "no-store"
    assert "管子换了水更小" in page.text
    assert "138****34" in page.text
    pseudonym = write(lambda s: s.get(Rating, county.rating).rater)
    assert PHONE not in page.text
    assert pseudonym not in page.text
    assert "登记整改或说明" not in page.text  # the call comes first


def test_a_call_a_remedy_and_the_second_question(officer, county, write):
    page = officer.get(county.door).text
    answer = act(officer, county, "call", seen=seen(page), **CALL)
    assert (answer.status_code, answer.location) == (303, county.door)
    assert facts(write, county.follow_up, "state", "outcome", "was_called_in_time") == (
        State.CALLED,
        Outcome.REACHED,
        True,
    )
    page = officer.get(county.door).text
    assert "居民说三楼以上没水" in page
    assert act(officer, county, "remedy", seen=seen(page), **REMEDY).status_code == 303
    found = facts(write, county.follow_up, "state", "remedy", "remedy_text")
    assert found == (State.ASKED, Remedy.FIXED, "已更换加压泵")
    page = officer.get(county.door).text
    assert "待审核" in page
    assert "138****34" not in page  # nothing is owed any more


def test_a_longer_remedy_is_planned_while_there_is_time(officer, county, write, monkeypatch):
    act(officer, county, "call", **CALL)
    data = {"planned_on": "2026-05-29", "note": "等汛期过后"}
    assert act(officer, county, "plan", **data).status_code == 303
    assert facts(write, county.follow_up, "due_at") == (
        end_of_day(clock.local_day(AT).replace(month=5, day=29)),
    )


@pytest.mark.parametrize(
    ("planned_on", "said"),
    [
        ("", "请选择日期。"),
        ("2026-02-30", "请选择日期。"),
        ("2026-03-10", "完成日期应在整改期限之后"),
        ("2028-01-01", "完成日期最晚在一年之内。"),
    ],
)
def test_a_day_that_will_not_do_is_said_and_the_words_stay(officer, county, planned_on, said):
    act(officer, county, "call", **CALL)
    answer = act(officer, county, "plan", planned_on=planned_on, note="等汛期过后")
    assert answer.status_code == 422
    assert said in answer.text
    assert "等汛期过后" in answer.text


def test_a_plan_is_not_offered_after_the_limit(sign_in, officer, county, monkeypatch):
    act(officer, county, "call", **CALL)
    assert "列入限期整改" in officer.get(county.door).text
    at_noon(monkeypatch, AT + 30 * DAY)
    later = sign_in(Role.OFFICER, county.unit)
    assert "列入限期整改" not in later.get(county.door).text
    assert act(later, county, "plan", planned_on="2026-05-29", note="x").status_code == 409


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("call", {"outcome": "reached", "note": ""}),
        ("call", {"note": "打过了"}),
        ("call", {"outcome": "no_contact", "note": "去看过了"}),
        ("call", {"outcome": "reached", "note": "长" * 501}),
        ("remedy", {"kind": "fixed", "text": " "}),
        ("remedy", {"kind": "", "text": "x"}),
        ("remedy", {"kind": "fixed", "text": "长" * 4001}),
        ("appeal", {"ground": "mistaken", "reason": ""}),
        ("appeal", {"ground": "nonsense", "reason": "x"}),
        ("reveal", {"note": ""}),
    ],
)
def test_a_form_that_is_not_filled_changes_nothing(officer, county, write, name, data):
    answer = act(officer, county, name, **data)
    assert answer.status_code == 422
    assert "处需要修改" in answer.text
    assert facts(write, county.follow_up, "state", "version") == (State.OPEN, 1)
    assert PHONE not in answer.text


def test_what_comes_from_an_old_page_is_refused_and_nothing_typed_is_lost(officer, county, write):
    old = seen(officer.get(county.door).text)
    assert act(officer, county, "call", seen=old, outcome="not_reached", note="无人接听")
    late = act(
        officer,
        county,
        "call",
        seen=old,
        outcome="reached",
        note="另一位同事已经联系上居民本人，约好后天上门查看水表",
    )
    assert late.status_code == 409
    assert "另一位同事已经联系上居民本人，约好后天上门查看水表" in late.text
    assert facts(write, county.follow_up, "outcome") == (Outcome.NOT_REACHED,)


def test_an_act_out_of_turn_is_refused(officer, county, write):
    assert act(officer, county, "remedy", **REMEDY).status_code == 409
    assert facts(write, county.follow_up, "state", "has_contact") == (State.OPEN, True)


def test_the_contact_is_shown_once_for_a_reason_and_in_no_address(officer, county, write):
    answer = act(officer, county, "reveal", note="核实三楼水压")
    assert answer.status_code == 200
    assert PHONE in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert PHONE not in officer.get(county.door).text
    entry = write(
        lambda s: [
            (e.subject, e.details)
            for e in s.scalars(select(AuditEntry).where(AuditEntry.act == "followup:reveal"))
        ]
    )
    assert entry == [(f"followup:{county.follow_up}", {"note": "核实三楼水压"})]


def test_a_deleted_contact_is_not_shown_and_the_visit_takes_its_place(officer, county, write):
    def forget(s):
        residents.forget_contact(s, s.get(Rating, county.rating).resident, at=AT)

    write(forget)
    page = officer.get(county.door).text
    assert "居民已删除联系方式" in page
    assert "138" not in page.split("<main")[1]
    assert act(officer, county, "reveal", note="x").status_code == 409
    assert act(officer, county, "call", outcome="reached", note="x").status_code == 422
    assert act(officer, county, "call", outcome="no_contact", note="已到现场").status_code == 303


def test_photos_are_shown_to_staff_who_may_see_the_rating(officer, inspector, county, write):
    def add(s):
        data = b"\xff\xd8\xff a photo"
        file = StoredFile(
            sha256="a" * 64,
            media_type=MediaType.JPEG,
            size=len(data),
            width=10,
            height=10,
            data=data,
            created_at=AT,
        )
        s.add(file)
        s.flush()
        photo = RatingPhoto(rating_id=county.rating, file_id=file.id)
        s.add(photo)
        s.flush()
        return photo.id

    number = write(add)
    for browser, door in (
        (officer, f"{county.door}/photos/{number}"),
        (inspector, f"/appraisal/oversight/{county.follow_up}/photos/{number}"),
    ):
        page = browser.get(door.rsplit("/photos", 1)[0]).text
        assert f'src="{door}"' in page
        photo = browser.get(door)
        assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
        assert "public" not in photo.headers["Cache-Control"]
        assert browser.get(door + "0").status_code == 404


def test_a_project_that_changes_hands_takes_its_open_follow_ups_along(sign_in, county, write):
    old, new = sign_in(Role.OFFICER, county.unit), sign_in(Role.OFFICER, county.other)
    write(lambda s: setattr(s.get(Project, county.project), "department_id", county.other))
    assert old.get(county.door).status_code == 403
    assert county.door not in old.get("/appraisal/follow-ups").text
    assert county.door in new.get("/appraisal/follow-ups").text
    assert act(new, county, "call", **CALL).status_code == 303
    assert "责任单位调整" in new.get(county.door).text


def test_an_ended_one_stays_with_those_who_did_it(sign_in, county, write):
    old, new = sign_in(Role.OFFICER, county.unit), sign_in(Role.OFFICER, county.other)

    def end(s):
        say(s, s.get(FollowUp, county.follow_up), 4, AT + timedelta(hours=1))
        s.get(Project, county.project).department_id = county.other

    write(end)
    assert county.door in old.get("/appraisal/follow-ups?show=ended").text
    assert county.door not in new.get("/appraisal/follow-ups?show=ended").text
    assert new.get(county.door).status_code == 403


def test_what_a_withdrawn_list_brought_is_in_no_list(officer, inspector, county, write):
    write(lambda s: setattr(s.get(Project, county.project), "withdrawn_at", AT))
    assert county.door not in officer.get("/appraisal/follow-ups").text
    assert "没有符合条件" in inspector.get("/appraisal/oversight?show=all").text


def test_an_erased_rating_shows_as_erased(officer, county, write):
    write(lambda s: ratings.erase(s, s.get(Rating, county.rating), at=AT))
    page = officer.get(county.door).text
    assert "居民已删除这份评价" in page
    assert "管子换了水更小" not in page


# Oversight


def table(page: str) -> dict[str, list[str]]:
    """The table of departments: name -> its cells, as read."""
    rows = re.findall(
        r'<tr role="row"[^>]*><th role="rowheader"[^>]*>(.*?)</th>(.*?)</tr>', page, re.S
    )
    found = {}
    for name, cells in rows:
        texts = re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S)
        plain = [" ".join(re.sub(r"<[^>]+>", " ", t).split()) for t in texts]
        if len(plain) == 7:
            found[name] = plain
    return found


@pytest.fixture
def worked(write, county):
    """One department on time and late, and a project that nobody leads."""

    def make(s):
        project = s.get(Project, county.project)
        kept, missed, planned, asked, again = (bad(s, project, at=AT - 40 * DAY) for _ in range(5))
        call(s, kept, AT - 40 * DAY)
        remedy(s, kept, AT - 39 * DAY)
        say(s, kept, 4, AT - 38 * DAY)
        call(s, missed, AT - 30 * DAY)
        call(s, planned, AT - 40 * DAY)
        plan(s, planned, (AT + 60 * DAY).date(), AT - 40 * DAY)
        call(s, asked, AT - 40 * DAY, Outcome.NOT_REACHED)
        remedy(s, asked, AT - 5 * DAY)
        call(s, again, AT - 40 * DAY)
        remedy(s, again, AT - 39 * DAY)
        do.within(s, project, lambda m: followups.still_bad(s, m, again, note="", at=AT - 38 * DAY))
        bad(s, project, at=AT - 10 * DAY)  # nobody has called
        stopped = bad(s, project, at=AT - 10 * DAY)
        set_aside(s, stopped, AT - 10 * DAY)
        bad(
            s,
            factories.project(s, "没人管的", completed_on=OPENED),
            resident(s, keeps=False),
            at=AT - 40 * DAY,
        )
        return s.get(Project, county.project).department.name

    return write(make)


def test_promises_are_counted_with_their_denominators(inspector, worked):
    rows = table(inspector.get("/appraisal/oversight").text)
    assert rows[worked] == [
        "7",  # without the stopped one
        "4",
        "1",
        "1",
        "4 ÷ 6 66.7%",  # the newest is not due yet
        "2 ÷ 4 50.0% 列入台账 1",
        "1 ÷ 3 33.3%",
    ]
    assert rows["无责任单位"] == ["1", "1", "0", "1", "无", "0 ÷ 1 0.0%", "无"]
    assert rows["合计"][0] == "8"


def test_departments_stand_in_the_countys_order_and_never_by_merit(
    inspector, county, worked, write
):
    def more(s):
        first = factories.department(s, "县教育局")
        first.sort_order = 0
        bad(s, factories.project(s, "学校食堂", unit=first))
        return first.name

    first = write(more)
    assert list(table(inspector.get("/appraisal/oversight").text)) == [
        first,
        worked,
        "无责任单位",
        "合计",
    ]


def test_what_is_overdue_now_is_listed_and_can_be_narrowed(inspector, county, worked, write):
    page = inspector.get("/appraisal/oversight").text
    assert page.count('href="/appraisal/oversight/') == 3
    assert "没人管的" in page
    none = inspector.get("/appraisal/oversight?department=none").text
    assert set(table(none)) == {"无责任单位"}
    assert "没人管的" in none
    one = inspector.get(f"/appraisal/oversight?department={county.unit}").text
    assert set(table(one)) == {worked}
    assert "没人管的" not in one
    assert not table(inspector.get("/appraisal/oversight?year=2031").text)
    assert "没有超期" in inspector.get("/appraisal/oversight?year=2031").text
    everything = inspector.get("/appraisal/oversight?show=all&year=2026").text
    assert "评价不计入，已停办" in everything
    for strange in ("department=x", "year=0", "show=x", f"department={10**30}"):
        assert inspector.get(f"/appraisal/oversight?{strange}").status_code == 200


def test_the_table_can_be_taken_away_as_numbers(inspector, county, worked, write):
    def harm(s):
        s.get(Project, county.project).department.name = "=SUM(A1)"

    write(harm)
    answer = inspector.get("/appraisal/oversight.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["责任单位"] for row in rows] == ["'=SUM(A1)", "无责任单位"]
    assert {k: rows[0][k] for k in ("差评", "按时回访", "应回访", "联系未果", "居民已再评")} == {
        "差评": "7",
        "按时回访": "4",
        "应回访": "6",
        "联系未果": "1",
        "居民已再评": "2",
    }
    assert (
        len(list(csv.reader(io.StringIO(inspector.get("/appraisal/oversight.csv?year=2031").text))))
        == 1
    )


def test_oversight_takes_as_many_queries_with_many_as_with_few(inspector, county, write, app):
    asked: list[str] = []
    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    def queries():
        asked.clear()
        assert inspector.get("/appraisal/oversight?show=all").status_code == 200
        return len(asked)

    few = queries()

    def more(s):
        for n in range(6):
            unit = factories.department(s) if n % 3 else None
            project = factories.project(s, f"项目{n}", unit=unit)
            for _ in range(2):
                bad(s, project)

    write(more)
    assert queries() == few


def test_a_late_answer_changes_what_the_public_is_told(officer, county, write):
    """From the bad rating to the changed mind, as everybody may read it."""
    act(officer, county, "call", **CALL)
    act(officer, county, "remedy", **REMEDY)
    write(lambda s: say(s, s.get(FollowUp, county.follow_up), 5, AT + timedelta(hours=2)))
    assert facts(write, county.follow_up, "closing") == (Close.BETTER,)
    found = write(lambda s: do.figures(s, s.get(Project, county.project)))
    assert (found.opened, found.called_in_time, found.remedied_in_time, found.better) == (
        1,
        1,
        1,
        1,
    )
    assert write(lambda s: do.is_right(s, s.get(Project, county.project)))
