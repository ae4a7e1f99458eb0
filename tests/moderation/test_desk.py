"""What stands around the queue: filters kept, notes, phrases, who looks, undo, the day's work."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.models import Case
from portal.cases.parts import CaseNote
from portal.cases.workflow import State
from portal.moderation import presence, workload
from portal.moderation.filters import Filter
from portal.moderation.models import Phrase, PhraseUse, Presence, SavedFilter
from portal.security import Role
from tests import factories
from tests.moderation import desks


@pytest.fixture
def desk(app, write):
    """Open the browser of a moderator with an account of this name."""

    def open_desk(name="mo-desk"):
        write(lambda s: desks.moderator(s, name))
        return desks.desk_of(app, write, name)

    return open_desk


def new_case(write, **more):
    return write(lambda s: factories.case(s, **({"at": clock.now()} | more)).reference)


def by_reference(s, reference):
    return s.scalar(select(Case).where(Case.reference == reference))


def assign(browser, reference, code, **more):
    path = f"/moderation/cases/{reference}/assign"
    return browser.post(path, data={"department": code, **more})


# --- filters kept ----------------------------------------------------------------------


def test_a_filter_is_kept_opened_changed_and_deleted(desk, write):
    mine, other = desk("mo-one"), desk("mo-two")
    query = Filter(risk=3, q="漏电").as_text()
    done = mine.post("/moderation/filters", data={"name": "先看这个", "queue": query})
    assert done.status_code == 303
    assert "risk=3" in done.headers["Location"]
    page = mine.get("/moderation/").text
    assert "先看这个" in page
    assert "保存或删除我的筛选（1）" in page
    assert "先看这个" not in other.get("/moderation/").text
    mine.post("/moderation/filters", data={"name": "先看这个", "queue": "state=answered"})
    rows = write(lambda s: [(f.id, f.query) for f in s.scalars(select(SavedFilter))])
    assert [query for _id, query in rows] == [{"state": "answered"}]
    path = f"/moderation/filters/{rows[0][0]}/delete"
    assert other.post(path).status_code == 404
    assert mine.post(path).status_code == 303
    assert mine.post(path).status_code == 404


def test_an_account_keeps_at_most_twenty_filters(desk):
    mine = desk()
    for n in range(20):
        done = mine.post("/moderation/filters", data={"name": f"第{n}个", "queue": ""})
        assert done.status_code == 303
    refused = mine.post("/moderation/filters", data={"name": "再一个", "queue": ""})
    assert refused.status_code == 422
    assert "最多保存 20 个" in refused.text
    assert mine.post("/moderation/filters", data={"name": "第3个"}).status_code == 303


@pytest.mark.parametrize("name", ["", "   ", "很" * 21])
def test_a_filter_wants_a_short_name(desk, name):
    assert desk().post("/moderation/filters", data={"name": name}).status_code == 422


def test_a_kept_filter_that_no_longer_means_anything_shows_the_queue(desk, write):
    mine = desk()

    def spoil(s):
        mine.post("/moderation/filters", data={"name": "坏的", "queue": ""})
        row = s.scalar(select(SavedFilter))
        row.query = {"state": ["x"], "risk": {"a": 1}, "q": 5}

    write(spoil)
    assert mine.get("/moderation/").status_code == 200


# --- notes -------------------------------------------------------------------------------


def test_moderators_leave_notes_for_each_other(desk, write):
    mine, reference = desk(), new_case(write)
    path = f"/moderation/cases/{reference}"
    done = mine.post(f"{path}/notes", data={"text": "已电话核实，<b>属实</b>"})
    assert done.status_code == 303
    page = desk("mo-two").get(path).text
    assert "已电话核实，&lt;b&gt;属实&lt;/b&gt;" in page
    audited = select(AuditEntry.details).where(AuditEntry.act == "case:note")
    assert write(lambda s: s.scalars(audited).all()) == [{}]


@pytest.mark.parametrize("text", ["", "  \n", "字" * 1001])
def test_a_note_has_words_and_an_end(desk, write, text):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}/notes"
    assert desk().post(path, data={"text": text}).status_code == 422
    assert write(lambda s: s.scalars(select(CaseNote)).all()) == []


def test_no_one_notes_or_signs_or_undoes_on_a_case_about_them(desk, write):
    mine = desk()

    def make(s):
        me = s.scalar(select(factories.Account).where(factories.Account.username == "mo-desk"))
        who = factories.Actor("mo-desk", Role.MODERATOR, me.id)
        return factories.case(s, targets=[desks.about(s, who)]).reference

    reference = write(make)
    path = f"/moderation/cases/{reference}"
    assert mine.get(path).status_code == 404
    assert mine.get(f"{path}/merge").status_code == 404
    assert mine.get(f"{path}/split").status_code == 404
    assert mine.post(f"{path}/notes", data={"text": "看看"}).status_code == 404
    assert mine.post(f"{path}/undo").status_code == 404
    assert mine.post(f"{path}/presence").status_code == 404
    assert write(lambda s: s.scalars(select(Presence)).all()) == []


# --- who is looking ----------------------------------------------------------------------


def test_who_has_a_case_open_is_shown_to_the_others_for_a_minute_and_a_half(desk, write):
    one, two, reference = desk("mo-one"), desk("mo-two"), new_case(write)
    path = f"/moderation/cases/{reference}"
    assert "正在查看" not in visible(one.get(path))
    assert "mo-one 正在查看" in visible(two.get(path))
    assert "mo-two 正在查看" in visible(one.get(path))
    queue = one.get("/moderation/").text
    assert "mo-two 正在查看" in queue
    assert "mo-one 正在查看" not in queue

    def age(s):
        for row in s.scalars(select(Presence)):
            row.seen_at = clock.now() - presence.FRESH

    write(age)
    assert "正在查看" not in one.get("/moderation/").text
    one.get(path)
    assert len(write(lambda s: s.scalars(select(Presence)).all())) == 1


def visible(page):
    """The page without the sentence that waits in an attribute for the script."""
    assert page.status_code == 200
    return page.text.replace('data-text="{names} 正在查看"', "")


def test_an_open_page_gives_a_sign_and_learns_who_else_is_there(desk, write):
    one, two, reference = desk("mo-one"), desk("mo-two"), new_case(write)
    path = f"/moderation/cases/{reference}/presence"
    assert one.post(path).json == {"others": []}
    assert two.post(path).json == {"others": ["mo-one"]}
    assert one.post(path).json == {"others": ["mo-two"]}
    assert one.post("/moderation/cases/20990101-000000/presence").status_code == 404


# --- on through the queue, and back --------------------------------------------------------


def queue_of(write, n=3):
    def make(s):
        unit = factories.department(s)
        at = clock.now()
        made = [factories.case(s, at=at + timedelta(seconds=i)) for i in range(n)]
        return unit.code, [case.reference for case in made]

    return write(make)


def test_after_an_act_the_next_case_of_the_same_filter_opens(desk, write):
    mine = desk()
    code, (first, second, third) = queue_of(write)
    carried = {"queue": "state=submitted&kind=complaint", "next": "queue"}
    page = mine.get(f"/moderation/cases/{first}", query_string={"queue": carried["queue"]}).text
    assert 'name="next" value="queue"' in page
    assert "state=submitted&amp;kind=complaint" in page
    done = assign(mine, first, code, **carried)
    following = mine.get(done.headers["Location"])
    assert f"/moderation/cases/{second}?" in following.headers["Location"]
    opened = mine.get(following.headers["Location"]).text
    assert re.search(rf"已派给[^<]+：{first}</p>", opened), "what was done, in words"
    assert re.search(rf"已派给[^<]+：{first}。[^<]+前可以撤销", opened)
    said = {"reason": "privacy", "note": "不宜公开"}
    mine.post(f"/moderation/cases/{second}/withhold", data=said | carried)
    assert write(lambda s: by_reference(s, third).state) is State.SUBMITTED


def test_an_act_that_leaves_the_case_in_the_queue_stays_with_it(desk, write):
    mine = desk()
    _code, (first, *_rest) = queue_of(write)
    carried = {"queue": "state=submitted", "next": "queue"}
    path = f"/moderation/cases/{first}"
    said = {"reason": "privacy", "note": "不宜公开"}
    done = mine.post(f"{path}/withhold", data=said | carried)
    assert done.headers["Location"].startswith(f"{path}?queue=")


def test_the_next_case_is_one_that_nobody_else_has_open(desk, write):
    one, two = desk("mo-one"), desk("mo-two")
    _code, (first, second, third) = queue_of(write)
    two.get(f"/moderation/cases/{second}")
    way = one.get("/moderation/next", query_string={"after": first, "queue": "state=submitted"})
    assert third in way.headers["Location"]
    way = one.get("/moderation/next", query_string={"after": third, "queue": "state=submitted"})
    assert first in way.headers["Location"]
    two.get(f"/moderation/cases/{first}")
    end = one.get("/moderation/next", query_string={"after": third, "queue": "state=submitted"})
    assert end.headers["Location"] == "/moderation/?state=submitted"
    assert "或者都有人正在查看" in one.get(end.headers["Location"]).text


def test_without_a_queue_an_act_leads_back_to_the_case(desk, write):
    code, (first, *_rest) = queue_of(write)
    done = assign(desk(), first, code, next="queue")
    assert done.headers["Location"] == f"/moderation/cases/{first}"


@pytest.mark.parametrize("queue", ["//evil.example", "javascript:alert(1)", "%00%ff", "a" * 5000])
def test_a_made_up_queue_leads_nowhere_else(desk, write, queue):
    mine = desk()
    code, (first, second, _third) = queue_of(write)
    done = assign(mine, first, code, next="queue", queue=queue)
    assert done.headers["Location"].startswith("/moderation/next?")
    way = mine.get(done.headers["Location"])
    assert way.headers["Location"].startswith(f"/moderation/cases/{second}?")
    page = mine.get(f"/moderation/cases/{second}", query_string={"queue": queue})
    assert page.status_code == 200


def test_an_act_is_taken_back_once_within_a_minute(desk, write):
    mine = desk()
    code, (first, *_rest) = queue_of(write)
    assign(mine, first, code)
    path = f"/moderation/cases/{first}"
    page = mine.get(path).text
    assert re.search(rf"已派给[^<]+：{first}。", page)
    assert "还剩 5" in page or "还剩 60" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    done = mine.post(f"{path}/undo", data={"seen": seen})
    assert done.status_code == 303
    page = mine.get(done.headers["Location"]).text
    assert "已撤销：派单" in page
    assert "data-desk-undo" not in page
    assert write(lambda s: by_reference(s, first).state) is State.SUBMITTED
    assert mine.post(f"{path}/undo", data={"seen": seen}).status_code == 409
    assert mine.post(f"{path}/undo").status_code == 409


def test_nobody_takes_back_what_another_did_or_what_is_older_than_a_minute(desk, write):
    one, two = desk("mo-one"), desk("mo-two")
    code, (first, second, _third) = queue_of(write)
    assign(one, first, code)
    assert "data-desk-undo" not in two.get(f"/moderation/cases/{first}").text
    assert "data-desk-undo" not in two.get(f"/moderation/?done={first}").text
    assert "data-desk-undo" in one.get(f"/moderation/?done={first}").text
    assert two.post(f"/moderation/cases/{first}/undo").status_code == 409

    def long_ago(s):
        who = factories.Actor("mo-one", Role.MODERATOR)
        unit = s.scalar(select(factories.Department).where(factories.Department.code == code))
        at = clock.now() - timedelta(seconds=61)
        actions.assign(s, by_reference(s, second), unit, actor=who, at=at)

    write(long_ago)
    assert "data-desk-undo" not in one.get(f"/moderation/cases/{second}").text
    late = one.post(f"/moderation/cases/{second}/undo")
    assert late.status_code == 409
    assert "只能在一分钟内" in late.text


# --- phrases ---------------------------------------------------------------------------


PHRASE = {"use": "reject", "title": "找邻县", "text": "请向邻县12345反映。"}


def test_phrases_are_kept_offered_changed_and_deleted(desk, write):
    mine, reference = desk(), new_case(write)
    assert mine.post("/moderation/phrases", data=PHRASE).status_code == 303
    ident = write(lambda s: s.scalar(select(Phrase.id)))
    assert "找邻县" in mine.get("/moderation/phrases").text
    page = mine.get(f"/moderation/cases/{reference}")
    assert "请向邻县12345反映。" in page.text
    assert page.text.count(">请向邻县12345反映。</textarea>") == 0
    chosen = mine.get(f"/moderation/cases/{reference}?phrase={ident}").text
    assert chosen.count(">请向邻县12345反映。</textarea>") == 1
    edited = PHRASE | {"text": "请向邻县政府反映。"}
    assert "邻县12345" in mine.get(f"/moderation/phrases?edit={ident}").text
    mine.post(f"/moderation/phrases?edit={ident}", data=edited)
    rows = write(lambda s: [(p.id, p.use, p.text) for p in s.scalars(select(Phrase))])
    assert rows == [(ident, PhraseUse.REJECT, "请向邻县政府反映。")]
    assert mine.post(f"/moderation/phrases/{ident}/delete").status_code == 303
    assert mine.post(f"/moderation/phrases/{ident}/delete").status_code == 404
    acts = select(AuditEntry.act).where(AuditEntry.subject == f"phrase:{ident}")
    assert write(lambda s: sorted(s.scalars(acts))) == [
        "template:drop",
        "template:keep",
        "template:keep",
    ]


def test_phrases_are_few_and_have_different_names(desk):
    mine = desk()
    assert mine.post("/moderation/phrases", data=PHRASE).status_code == 303
    assert mine.post("/moderation/phrases", data=PHRASE).status_code == 409
    assert mine.post("/moderation/phrases", data=PHRASE | {"use": "assign"}).status_code == 303
    for n in range(29):
        more = PHRASE | {"title": f"第{n}条"}
        assert mine.post("/moderation/phrases", data=more).status_code == 303
    refused = mine.post("/moderation/phrases", data=PHRASE | {"title": "再一条"})
    assert "最多保存 30 条" in refused.text


@pytest.mark.parametrize(
    "wrong", [{"use": "nowhere"}, {"title": ""}, {"text": "字" * 501}, {"title": "长" * 21}]
)
def test_a_phrase_that_is_not_whole_is_refused(desk, wrong):
    assert desk().post("/moderation/phrases", data=PHRASE | wrong).status_code == 422


@pytest.mark.parametrize("ident", ["999", "x", "99999999999999999999", "-1"])
def test_a_phrase_that_is_not_there_changes_nothing(desk, write, ident):
    mine, reference = desk(), new_case(write)
    assert mine.get(f"/moderation/cases/{reference}?phrase={ident}").status_code == 200
    assert mine.get(f"/moderation/phrases?edit={ident}").status_code in (200, 404)


# --- the day's work ----------------------------------------------------------------------


def test_the_day_is_counted_with_its_wholes(s):
    at = clock.at_local(clock.today(), 15)
    unit, actor = factories.department(s), desks.moderator(s)
    for hours in (1, 5, 30, 50):
        factories.case(s, at=at - timedelta(hours=hours), title="路灯不亮")
    factories.case(s, at=at - timedelta(hours=1), title="变压器漏电")
    done = factories.case(s, at=at - timedelta(hours=2))
    actions.assign(s, done, unit, actor=actor, at=at - timedelta(minutes=5))
    by_rule = factories.case(s, at=at - timedelta(hours=2))
    actions.dispatch(s, by_rule, unit, at=at - timedelta(minutes=5))
    found = workload.waiting(s, actor, at)
    assert found.counts == {(0, 0): 1, (3, 0): 1, (0, 1): 1, (0, 2): 1, (0, 3): 1}
    assert (found.total, found.of_risk(0), found.of_band(0)) == (5, 4, 2)
    assert found.overdue >= 1
    day = workload.today(s, actor, at)
    assert (day.arrived, day.screened, day.by_system) == (5, 2, 1)
    assert day.acts == {actor.name: {"assign": 1}}
    assert day.total == 1


def test_what_was_taken_back_is_no_screening(desk, write):
    mine = desk()
    code, (first, second, _third) = queue_of(write)
    for reference in (first, second):
        assign(mine, reference, code)
    mine.post(f"/moderation/cases/{first}/undo")
    day = write(lambda s: workload.today(s, factories.MODERATOR, clock.now()))
    assert day.screened == 1
    assert day.acts == {"mo-desk": {"assign": 2, "undo": 1}}
    page = mine.get("/moderation/workload").text
    assert "派单 2" in page
    assert "3 / 3" in page


def test_the_work_on_cases_about_the_reader_is_in_no_number(s):
    actor, other = desks.moderator(s), factories.MODERATOR
    unit = factories.department(s)
    at = clock.now()
    about = factories.case(s, at=at, targets=[desks.about(s, actor)])
    actions.assign(s, about, unit, actor=other, at=at)
    factories.case(s, at=at, targets=[desks.about(s, actor)])
    assert workload.today(s, actor, at).arrived == 0
    assert workload.today(s, actor, at).acts == {}
    assert workload.waiting(s, actor, at).total == 0
    assert workload.today(s, other, at).arrived == 2
