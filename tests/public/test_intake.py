"""The form in which a resident brings a case: kinds, categories, targets, the second look."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases.categories.models import Category
from portal.cases.contacts import unseal_contact
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.targets import Target, name_of
from portal.cases.workflow import State, Visibility
from portal.county.actions import put_town, set_setting
from portal.db import session
from portal.security import Permission, Role, permits
from tests import factories

FORM = {
    "kind": "complaint",
    "title": "路口积水三天没人管",
    "body": "城东路口积水，一直没有人来。",
    "phone": "13800001234",
    "told": "",
}
BURNING = {"title": "厨房着火了", "body": "家里现在着火了，快来人。"}
BRIBE = {"title": "村主任收钱", "body": "村主任挪用修路的公款，大家都知道。"}
SHOP = {"key": "shop", "label": "店铺的名称、地址", "required": True}
SIZE = {"key": "size", "label": "多大范围？", "kind": "choice", "choices": ["一家", "一条街"]}
SINCE = {"key": "since", "label": "从哪天开始？", "kind": "date"}


def send(client, **more):
    return client.post("/feedback/new", data=FORM | more)


def again(client, page, **more):
    """Send the page again as it came back, with all that it keeps."""
    hidden = dict(re.findall(r'name="(told|submission_key|slot|asked)"[^>]*value="([^"]*)"', page))
    return client.post("/feedback/new", data=FORM | hidden | more)


def only(app) -> Case:
    """Return the one case there is."""
    return session().scalars(select(Case)).one()


@pytest.mark.parametrize("nothing", ["\u200b\u200b", "\u3164", "\u2800", "\u00ad", "\u061c\u200f"])
@pytest.mark.parametrize(("field", "words"), [("title", "请填写标题"), ("body", "请填写具体情况")])
def test_a_text_that_shows_nothing_is_none(client, field, words, nothing):
    page = send(client, **{field: nothing})
    assert page.status_code == 422
    assert words in page.text


def test_a_title_stands_on_one_line_and_nothing_turns_it_around(app, client):
    send(
        client,
        title="水管\u2028漏水\u0085三\u200f天\r\n了",
        body="第一行\u2028第二行",
        place="东\n街",
    )
    with app.app_context():
        case = only(app)
        assert (case.title, case.body, case.place) == (
            "水管 漏水 三天 了",
            "第一行\n第二行",
            "东 街",
        )


@pytest.fixture
def settle(write):
    """Set how the county takes cases in."""

    def settle(**value):
        day = date(2020, 1, 1)
        write(lambda s: set_setting(s, "intake", value, valid_from=day, basis="x"))

    return settle


@pytest.fixture
def office(write, settle):
    """A county with a discipline office: its id and code."""

    def make(s):
        unit = factories.department(s, "县纪委监委")
        return unit.id, unit.code

    found = write(make)
    settle(report_department=found[1])
    return found


@pytest.fixture
def categories(write):
    """A group with two matters, one of which asks and one of which has a place of its own."""

    def make(s):
        def add(code, name, parent=None, **more):
            fields = {"words": [], "questions": [], "stopper": {}, "is_active": True} | more
            s.add(Category(code=code, name=name, parent_code=parent, sort_order=1, **fields))
            s.flush()

        add("market", "市场")
        add("market.price", "乱收费", "market", words=["宰客"], questions=[SHOP, SIZE, SINCE])
        stop = {"title": "停电请打95598", "advice": "更快。", "phone": "95598"}
        add("market.power", "停电", "market", stopper=stop)
        add("market.gone", "已停用", "market", is_active=False)

    write(make)


# --- kinds -------------------------------------------------------------------------


def test_a_report_is_offered_only_where_an_office_takes_it(client, settle):
    assert 'value="report"' not in client.get("/feedback/new").text
    assert send(client, kind="report").status_code == 422
    settle(report_department="nowhere")
    assert 'value="report"' not in client.get("/feedback/new").text


def test_a_report_goes_straight_to_the_office_and_is_never_public(app, client, office, sign_in):
    page = client.get("/feedback/new?kind=report").text
    assert 'name="consent_publish"' not in page
    assert "永远不公开" in page
    sent = send(client, kind="report", consent_publish="y", anonymous="y", phone="")
    assert sent.status_code == 303
    receipt = client.get(sent.location).text
    assert "已收到您的举报" in receipt
    assert "已直接送县纪委监委" in receipt
    assert "您没有留联系方式" in receipt
    assert FORM["title"] not in receipt
    with app.app_context():
        case = only(app)
        assert case.department_id == office[0]
        assert case.state is State.ASSIGNED
        assert case.consent_publish is False
        assert case.contact is None
        reference = case.reference
    stranger = app.test_client()
    assert stranger.get(f"/feedback/{reference}").status_code == 404
    assert reference not in stranger.get("/feedback").text
    moderator = sign_in(Role.MODERATOR)
    assert moderator.get(f"/moderation/cases/{reference}").status_code in (403, 404)


def test_a_report_about_the_only_office_is_told_where_to_go(client, office):
    page = send(client, kind="report", target_kind="department", target_unit=office[1])
    assert page.status_code == 422
    assert "12388" in page.text
    assert FORM["body"] in page.text


# --- without a contact -------------------------------------------------------------


def test_an_anonymous_case_is_taken_where_the_county_says_so(app, client):
    sent = send(client, anonymous="y", phone="", name="")
    assert sent.status_code == 303
    assert "不会通知您结果" in client.get(sent.location).text
    with app.app_context():
        assert only(app).contact is None


def test_who_asks_to_be_anonymous_leaves_no_contact_even_if_one_was_typed(app, client):
    assert send(client, anonymous="y", name="张三").status_code == 303
    with app.app_context():
        assert only(app).contact is None


def test_a_kind_that_wants_a_contact_says_so_and_keeps_what_was_written(app, client):
    page = send(client, kind="help", anonymous="y", phone="")
    assert page.status_code == 422
    assert "这类诉求不能匿名" in page.text
    assert FORM["body"] in page.text
    assert send(client, kind="help", anonymous="y").status_code == 303
    with app.app_context():
        assert unseal_contact(only(app)).phone == FORM["phone"]


def test_a_county_that_wants_names_offers_no_anonymity(client, settle):
    settle(anonymous=[])
    assert 'name="anonymous"' not in client.get("/feedback/new").text
    assert send(client, anonymous="y", phone="").status_code == 422


# --- where and what ----------------------------------------------------------------


def test_town_place_and_category_are_kept(app, client, write, categories):
    write(lambda s: put_town(s, "t1", "城关镇", sort_order=1))
    page = client.get("/feedback/new").text
    assert '<optgroup label="市场">' in page
    assert 'data-words="乱收费 宰客"' in page
    assert "已停用" not in page
    sent = send(
        client,
        town="t1",
        place="文昌路口",
        category="market.price",
        asked="market.price",
        q_shop="老王烧烤",
        q_size="一条街",
        q_since="2026-03-01",
    )
    assert sent.status_code == 303
    with app.app_context():
        case = only(app)
        assert (case.town_code, case.place) == ("t1", "文昌路口")
        assert case.category_code == "market.price"
        assert case.details == [
            ["店铺的名称、地址", "老王烧烤"],
            ["多大范围？", "一条街"],
            ["从哪天开始？", "2026-03-01"],
        ]


def test_the_questions_of_a_category_are_asked_before_the_letter_goes(app, client, categories):
    page = send(client, category="market.price")
    assert page.status_code == 200
    assert "还有几个问题" in page.text
    assert "店铺的名称、地址" in page.text
    assert "请回答这个问题" not in page.text
    assert FORM["body"] in page.text
    late = again(client, page.text, category="market.price")
    assert late.status_code == 422
    assert "请回答这个问题" in late.text
    done = again(client, late.text, category="market.price", q_shop="老王烧烤")
    assert done.status_code == 303
    with app.app_context():
        assert only(app).details == [["店铺的名称、地址", "老王烧烤"]]


def test_a_forged_word_that_questions_were_seen_gets_around_none(client, categories):
    sent = send(client, category="market.price", asked="market.price")
    assert sent.status_code == 422


@pytest.mark.parametrize(
    "reply",
    [
        {"q_size": "整个宇宙"},
        {"q_since": "昨天"},
        {"q_since": "20260301"},
        {"q_since": "2026-W01-1"},
        {"q_shop": "长" * 201},
        {"q_shop": "\u3164"},
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused(client, categories, reply):
    asked = {"category": "market.price", "asked": "market.price", "q_shop": "老王"}
    assert send(client, **asked | reply).status_code == 422


def test_the_questions_come_as_a_part_of_the_page_for_javascript(client, categories):
    part = client.get("/feedback/questions/market.price").text
    assert 'name="asked" value="market.price"' in part
    assert 'name="q_shop"' in part
    assert 'type="date"' in part
    assert "<html" not in part
    assert client.get("/feedback/questions/market.power").text.strip().count("q_") == 0
    assert client.get("/feedback/questions/nothing").status_code == 404


# --- who is complained about -------------------------------------------------------


def test_who_is_complained_about_never_sees_it_and_nobody_else_does_in_public(
    app, client, write, sign_in
):
    def make(s):
        unit = factories.department(s)
        return unit.id, unit.code

    ident, code = write(make)
    sent = send(
        client,
        target_kind="person",
        target_unit=code,
        target_name="王某，科长",
        consent_publish="y",
    )
    assert sent.status_code == 303
    assert "也不会派给他们" in client.get(sent.location).text
    with app.app_context():
        case = only(app)
        target = case.targets[0]
        assert (target.kind, target.department_id) == (TargetKind.PERSON, ident)
        assert name_of(target) == "王某，科长"
        assert case.is_conflicted
        officer = factories.Actor("o", Role.OFFICER, department_id=ident)
        assert case.recuses(officer)
        assert not permits(officer, Permission.CASE_HANDLE, case)
        reference = case.reference
    assert sign_in(Role.OFFICER, ident).get(f"/desk/cases/{reference}").status_code in (403, 404)
    assert client.get(f"/feedback/{reference}").status_code == 404


def test_a_company_is_kept_by_its_name_and_is_no_conflict(app, client):
    assert send(client, target_kind="contractor", target_name="某某建设公司").status_code == 303
    with app.app_context():
        case = only(app)
        assert name_of(case.targets[0]) == "某某建设公司"
        assert not case.is_conflicted


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"target_kind": "department"}, "请选择被反映的单位"),
        ({"target_kind": "person"}, "请写明被反映人的姓名或所在单位"),
        ({"target_kind": "contractor"}, "请写明被反映企业的名称"),
        ({"target_name": "王某"}, "请选择反映的是单位、人还是企业"),
        ({"target_kind": "council", "target_name": "王某"}, ""),
    ],
)
def test_half_a_target_is_asked_about_and_not_lost(client, named, said):
    page = send(client, **named)
    assert page.status_code == 422
    assert said in page.text
    assert '<details class="intake-target" open>' in page.text


# --- where else to go --------------------------------------------------------------


def test_an_emergency_is_told_where_to_call_and_the_text_stays(app, client):
    page = send(client, **BURNING)
    assert page.status_code == 200
    assert 'href="tel:119"' in page.text
    assert BURNING["body"] in page.text
    assert "仍然提交" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert session().scalar(select(Case.id)) is None
    assert again(client, page.text, **BURNING).status_code == 303


def test_what_is_new_in_a_changed_text_is_told_as_well(client):
    page = send(client, **BURNING)
    changed = BURNING | {"body": BURNING["body"] + "有人晕倒在地上，叫不醒。"}
    other = again(client, page.text, **changed)
    assert other.status_code == 200
    assert 'href="tel:120"' in other.text
    assert again(client, other.text, **changed).status_code == 303


def test_the_place_of_a_category_is_told(client, categories):
    page = send(client, category="market.power")
    assert "停电请打95598" in page.text
    assert 'href="tel:95598"' in page.text


def test_wrongdoing_can_be_made_a_report_with_one_button(app, client, office):
    page = send(client, **BRIBE)
    assert page.status_code == 200
    assert 'name="as_kind" value="report"' in page.text
    sent = again(client, page.text, **BRIBE, as_kind="report", consent_publish="y")
    assert sent.status_code == 303
    with app.app_context():
        assert only(app).is_confidential
        assert only(app).department_id == office[0]


def test_where_no_reports_are_taken_none_is_proposed(client):
    page = send(client, **BRIBE)
    assert "本平台不受理举报" in page.text
    assert "as_kind" not in page.text
    assert send(client, **BRIBE, as_kind="report").status_code == 200


def test_a_client_that_shows_no_pages_gets_its_receipt_at_once(client, categories):
    plain = {name: value for name, value in FORM.items() if name != "told"}
    sent = client.post("/feedback/new", data=plain | BURNING | {"category": "market.price"})
    assert sent.status_code == 303


# --- one form, one case ------------------------------------------------------------


def test_another_text_on_a_form_that_was_sent_is_another_matter(app, client):
    key = {"submission_key": "k" * 32}
    first = send(client, **key)
    page = send(client, **key, title="另一件事", body="路灯不亮。")
    assert page.status_code == 422
    assert "这张表已经提交过" in page.text
    assert "路灯不亮。" in page.text
    assert "k" * 32 not in page.text
    assert again(client, page.text, title="另一件事", body="路灯不亮。").status_code == 303
    assert send(client, **key).location == first.location
    with app.app_context():
        assert len(session().scalars(select(Case)).all()) == 2


def test_a_key_from_outside_never_opens_a_case_of_the_portal(app, client, write):
    """The portal's own cases have keys that can be guessed."""
    write(lambda s: factories.case(s, submission_key="follow-up:1"))
    sent = send(client, submission_key="follow-up:1")
    assert sent.status_code == 303
    with app.app_context():
        keys = session().scalars(select(Case.submission_key)).all()
    assert sorted(keys) == ["follow-up:1", "form:follow-up:1"]


def test_faults_are_summed_up_in_the_order_of_the_form(client, settle):
    wrong = {"kind": "", "title": "", "place": "长" * 101, "target_name": "王某", "email": "x"}
    page = send(client, anonymous="", **wrong).text
    summary = page.split('class="error-summary"')[1].split("</ul>")[0]
    named = re.findall(r'href="#([^"]+)"', summary)
    assert named == ["kind-0", "title", "place", "target_kind", "email"]
    drawn = [page.index(f'id="{ident}"') for ident in named]
    assert drawn == sorted(drawn)


def test_what_one_of_two_fields_must_say_is_not_called_optional(client):
    page = client.get("/feedback/new").text
    for ident, mark in (
        ("phone", "至少填一项"),
        ("email", "至少填一项"),
        ("target_unit", "反映单位时必选"),
        ("target_name", "反映企业时必填"),
        ("name", "选填"),
    ):
        label = page.split(f'<label for="{ident}">')[1].split("</label>")[0]
        assert f'<span class="optional">{mark}</span>' in label


def test_an_absurd_key_is_replaced(app, client):
    assert send(client, submission_key="x" * 5000).status_code == 303
    with app.app_context():
        assert len(only(app).submission_key) < 100


def test_the_receipt_prints_days_and_where_to_ask(client, write):
    page = client.get(send(client, consent_publish="y").location).text
    for text in ("受理回执", "/track", "审核员在", "之前答复", "data-draft-done"):
        assert text in page
    assert str(clock.today().year) in page


def test_public_pages_show_no_case_about_a_department_and_no_report(app, client, write, office):
    def make(s):
        unit = s.get(factories.Department, office[0])
        shown = factories.public(s, factories.department(s))
        report = factories.case(s, kind=factories.Kind.REPORT)
        target = Target(TargetKind.DEPARTMENT, unit)
        about = factories.case(s, targets=[target])
        assert {report.visibility, about.visibility} == {Visibility.PRIVATE}
        return shown.reference, report.reference, about.reference

    shown, *hidden = write(make)
    assert shown in client.get("/feedback").text
    for reference in hidden:
        assert client.get(f"/feedback/{reference}").status_code == 404
        assert client.post(f"/feedback/{reference}/join").status_code == 404
        assert reference not in client.get("/feedback").text
