"""The moderators' queue: its order, its pages, what narrows it, what it says of each case."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from portal import clock
from portal.cases import actions, merging
from portal.cases.kinds import Kind
from portal.cases.parts import CaseFile
from portal.cases.workflow import State, Visibility
from portal.files.models import MediaType, StoredFile
from portal.moderation import filters, reading
from portal.moderation.filters import Filter, read, read_text
from portal.moderation.queue import first_line
from portal.security import Role
from tests import factories
from tests.moderation import desks

AT = factories.AT
DANGER, LIVELIHOOD, DATED = "小区变压器漏电", "小区停水三天", "报名明天截止"


def listed(s, chosen=None, actor=factories.MODERATOR, after=None):
    return reading.queue_page(s, chosen or Filter(), actor, at=clock.now(), after=after)


def test_the_gravest_stand_first_and_within_a_risk_the_longest_waiting(s):
    plain = factories.case(s, title="路灯不亮", at=AT)
    later = factories.case(s, title=DANGER, at=AT + timedelta(hours=2))
    sooner = factories.case(s, title=DANGER, at=AT + timedelta(hours=1))
    middle = factories.case(s, title=LIVELIHOOD, at=AT)
    assert [c.risk for c in (plain, later, middle)] == [0, 3, 2]
    assert listed(s).rows == [sooner, later, middle, plain]


def test_every_case_is_on_exactly_one_page(s, monkeypatch):
    monkeypatch.setattr(reading, "PAGE_SIZE", 3)
    titles = [DANGER, LIVELIHOOD, DATED, "路灯不亮"]
    made = [
        factories.case(s, title=titles[n % 4], at=AT + timedelta(seconds=n // 3)) for n in range(14)
    ]
    pages, after = [], None
    while True:
        page = listed(s, after=after)
        pages.append(page.rows)
        after = page.next
        if after is None:
            break
    order = sorted(made, key=lambda c: (-c.risk, c.submitted_at, c.id))
    assert [c for rows in pages for c in rows] == order
    assert [len(rows) for rows in pages] == [3, 3, 3, 3, 2]


def test_a_case_that_arrives_meanwhile_shifts_no_later_page(s, monkeypatch):
    monkeypatch.setattr(reading, "PAGE_SIZE", 2)
    made = [factories.case(s, title="路灯不亮", at=AT + timedelta(hours=n)) for n in range(4)]
    first = listed(s)
    factories.case(s, title=DANGER)
    assert listed(s, after=first.next).rows == made[2:]


def test_what_is_done_stands_newest_first(s):
    unit = factories.department(s)
    closed = [factories.closed(s, unit) for _ in range(2)]
    assert listed(s, Filter(state=State.CLOSED)).rows == closed[::-1]


def test_the_department_is_the_suggested_one_only_while_nobody_has_the_case(s):
    lead, other = factories.department(s), factories.department(s)
    waits, sent, merged = [factories.case(s) for _ in range(3)]
    for case in (waits, sent):
        desks.suggested(s, case, other)
    actions.assign(s, sent, lead, actor=factories.MODERATOR, at=AT)
    merging.merge(s, merged, sent, actor=factories.MODERATOR, at=AT)
    for state, unit, found in [
        (State.SUBMITTED, other.code, [waits]),
        (State.SUBMITTED, lead.code, []),
        (State.ASSIGNED, lead.code, [sent]),
        (State.ASSIGNED, other.code, []),
        (State.ASSIGNED, filters.NO_SUGGESTION, []),
        (State.MERGED, filters.NO_SUGGESTION, [merged]),
        (State.MERGED, lead.code, []),
    ]:
        narrowed = Filter(state=state, department=unit)
        assert listed(s, narrowed).rows == found, narrowed
        total = reading.count_selected(s, narrowed, factories.MODERATOR, AT)
        assert total == len(found), narrowed


def test_the_field_says_which_department_it_narrows_by(sign_in, write):
    write(factories.department)
    desk = sign_in(Role.MODERATOR)
    labels = [("submitted", "建议单位", "无建议"), ("assigned", "承办单位", "未派单")]
    for state, label, none in labels:
        page = desk.get("/moderation/", query_string={"state": state}).text
        field = page.split('name="department"')[0].rsplit("<label", 1)[1]
        assert label in field
        assert none in page.split('name="department"')[1].split("</select>")[0]


@pytest.mark.parametrize(
    "cursor", ["x", "9.1.1", "1.1", "0.999999999999999999.1", "0.1.99999999999"]
)
def test_a_cursor_that_is_not_ours_is_refused_in_words(sign_in, cursor):
    page = sign_in(Role.MODERATOR).get("/moderation/", query_string={"after": cursor})
    assert page.status_code == 422
    assert "翻页地址已失效" in page.text


def test_the_queue_narrows_by_all_it_offers(s):
    unit, project = factories.department(s), factories.project(s, "城东供水管网改造")
    s.execute(
        text(
            "INSERT INTO category (code, parent_code, name, sort_order, is_active, words, "
            "questions, stopper) VALUES ('water', NULL, '供水', 1, true, '[]', '[]', '{}'), "
            "('pipe', 'water', '水管', 1, true, '[]', '[]', '{}')"
        )
    )
    s.commit()
    old = factories.case(s, title="路灯不亮", at=clock.now() - timedelta(hours=30))
    mine = factories.case(s, title="楼道照明坏了", at=clock.now(), kind=Kind.HELP, project=project)
    mine.category_code = "pipe"
    s.flush()
    desks.suggested(s, mine, unit)
    for narrowed, found in [
        (Filter(kind=Kind.HELP), [mine]),
        (Filter(group="water"), [mine]),
        (Filter(group="pipe"), [mine]),
        (Filter(group="road"), []),
        (Filter(department=unit.code), [mine]),
        (Filter(department=filters.NO_SUGGESTION), [old]),
        (Filter(project=project.code), [mine]),
        (Filter(project="供水管网"), [mine]),
        (Filter(project="%"), []),
        (Filter(older=24), [old]),
        (Filter(older=31), []),
        (Filter(q="照明"), [mine]),
        (Filter(q="照明 坏了"), [mine]),
        (Filter(q="照明 路灯"), []),
        (Filter(q="_"), []),
        (Filter(q=old.reference), [old]),
        (Filter(state=State.CLOSED, q=old.reference), [old]),
        (Filter(risk=3), []),
        (Filter(risk=0), [old, mine]),
    ]:
        assert listed(s, narrowed).rows == found, narrowed


@pytest.mark.parametrize(
    "given",
    [
        {"state": "nonsense", "kind": "x", "risk": "-1", "older": "1e9", "q": "\x00"},
        {"risk": "²", "older": "٣", "department": "'; DROP TABLE", "group": "\ud800x"[1:]},
        {"q": "%" * 500, "project": "\\", "older": "999999"},
        {"q": "a b c d e f g", "state": "submitted"},
    ],
)
def test_absurd_filters_show_the_queue_and_no_error(sign_in, given):
    page = sign_in(Role.MODERATOR).get("/moderation/", query_string=given)
    assert page.status_code == 200


def test_a_filter_survives_being_written_and_read():
    chosen = Filter(State.ANSWERED, Kind.HELP, 0, "water", "-", "管网&=", 5, "水 管", late=True)
    assert read_text(chosen.as_text()) == chosen
    assert read(chosen.as_query()) == chosen
    assert read_text("%zz&&=") == Filter()
    assert read_text(None) == Filter()


def test_a_row_says_what_a_moderator_has_to_know(app, sign_in, write):
    def make(s):
        unit = factories.department(s)
        case = factories.case(
            s,
            title=DANGER,
            targets=[desks.about_unit(factories.department(s, "县城管局"))],
            at=clock.now(),
        )
        desks.suggested(s, case, unit, 0.874)
        case.joined = 3
        from_letter = factories.case(s)
        from_letter.origin_id = case.id
        return case.reference, unit.name

    reference, unit = write(make)
    page = sign_in(Role.MODERATOR).get("/moderation/").text
    for words in (reference, unit, "把握 87%", "人身安全", "涉被反映对象", "3 人加入", "拆出 1 件"):
        assert words in page
    assert "由来信拆出" in page
    assert "不到 1 小时" in page
    assert "无建议" in page
    assert "13800001234" not in page
    assert "电话已隐去" in page


def test_the_beginning_of_a_letter_never_shows_half_a_number():
    body = "您好" * 27 + "我的电话13800001234请回"
    assert "138" not in first_line(body)
    assert len(first_line("水管漏水" * 50)) == 61


def test_the_page_costs_the_same_statements_whatever_its_length(s, count_queries, sign_in, write):
    browser = sign_in(Role.MODERATOR)
    write(lambda s: [factories.case(s, title=DANGER) for _ in range(2)])
    browser.get("/moderation/")
    with count_queries() as few:
        browser.get("/moderation/")
    write(lambda s: [factories.case(s, title=DANGER) for _ in range(30)])
    with count_queries() as many:
        assert browser.get("/moderation/").text.count("data-desk-row") == 32
    assert many.n == few.n


def plan(s, run) -> str:
    """Return how SQLite goes about the statements of `run`."""
    sent = []
    engine = s.get_bind()

    def note(_conn, _cursor, statement, parameters, *_more):
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    run()
    event.remove(engine, "before_cursor_execute", note)
    raw = s.connection().connection.cursor()
    lines = []
    for statement, parameters in sent:
        if statement.startswith(("SELECT", "WITH")):
            raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines += [row[3] for row in raw.fetchall()]
    return "\n".join(lines)


def test_the_queue_is_read_in_the_order_of_its_index(s):
    if s.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan of a small table tells nothing on PostgreSQL")
    actor = desks.moderator(s)
    case = factories.case(s)
    cursor = reading.Place.of(case).cursor
    for after in (None, cursor):
        how = plan(s, lambda after=after: listed(s, actor=actor, after=after))
        assert "USING INDEX ix_case_state_risk_submitted_at" in how
        assert "TEMP B-TREE" not in how
    assert "state=? AND risk=? AND submitted_at>?" in how


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR, Role.ADMIN, None])
def test_the_desk_is_closed_to_everybody_else(client, sign_in, write, role):
    ident, reference = write(lambda s: (factories.department(s).id, factories.case(s).reference))
    browser = client
    if role:
        browser = sign_in(role, ident if role is Role.OFFICER else None)
    for path in (
        "/moderation/",
        "/moderation/next",
        "/moderation/workload",
        "/moderation/phrases",
        f"/moderation/cases/{reference}/merge",
        f"/moderation/cases/{reference}/split",
    ):
        assert browser.get(path).status_code == (403 if role else 302), path
    for path in (
        "/moderation/bulk",
        "/moderation/filters",
        "/moderation/filters/1/delete",
        "/moderation/phrases",
        "/moderation/phrases/1/delete",
        *(
            f"/moderation/cases/{reference}/{act}"
            for act in ("merge", "unmerge", "split", "undo", "notes", "presence")
        ),
    ):
        assert browser.post(path, data={"pick": f"{reference}:1:"}).status_code == 403, path


def test_a_case_about_a_moderator_is_nowhere_on_their_desk(app, sign_in, write):
    def make(s):
        accused = desks.moderator(s, "accused")
        case = factories.case(s, title="审核员吃拿卡要", targets=[desks.about(s, accused)])
        return case.reference

    reference = write(make)
    theirs, other = desks.desk_of(app, write, "accused"), sign_in(Role.MODERATOR)
    for path in ("/moderation/", f"/moderation/?q={reference}", "/moderation/?q=吃拿卡要"):
        assert f"/moderation/cases/{reference}" in other.get(path).text
        page = theirs.get(path).text
        assert f"/moderation/cases/{reference}" not in page
        assert "审核员吃拿卡要" not in page
        assert "待审核 <b>0</b>" in page
    assert "符合条件的 0 件" in theirs.get("/moderation/?kind=complaint").text
    assert theirs.get("/moderation/next").headers["Location"].startswith("/moderation/?")
    assert reference in other.get("/moderation/next").headers["Location"]


def test_files_beside_a_case_are_counted(s):
    case = factories.case(s)
    for n in range(2):
        facts = {"sha256": f"{n:064x}", "media_type": MediaType.JPEG, "size": 1}
        stored = StoredFile(**facts, width=1, height=1, data=b"x", created_at=AT)
        case.files.append(CaseFile(file=stored, name="", visibility=Visibility.PRIVATE))
    s.flush()
    assert reading.marks(s, [case], factories.MODERATOR).files == {case.id: 2}
