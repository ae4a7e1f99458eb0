"""The moderators' page of one case: every act over HTTP, and whom it is shut to."""

import re

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.cases import actions, assists, follow_ups
from portal.cases.categories.models import Category
from portal.cases.kinds import Channel, Kind, Resolved, TargetKind
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import ContactView
from portal.cases.targets import Target, name_of
from portal.cases.workflow import State, Visibility
from portal.departments.models import Department
from portal.ratings.counts import moving
from portal.ratings.followups import actions as followups
from portal.ratings.followups.workflow import Outcome, Remedy
from portal.ratings.models import Rating
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT, MODERATOR
from tests.moderation import desks


@pytest.fixture
def moderator(sign_in):
    """A moderator's browser."""
    return sign_in(Role.MODERATOR)


@pytest.fixture
def units(write):
    """The ids and codes of three departments."""
    return write(lambda s: [(u.id, u.code) for u in (factories.department(s) for _ in range(3))])


@pytest.fixture
def reference(write):
    """A case just handed in."""
    return write(lambda s: factories.case(s).reference)


def post(browser, reference, act, **data):
    """Send a form of the page."""
    return browser.post(f"/moderation/cases/{reference}/{act}", data=data)


def of(write, reference, *names):
    """Read columns and relations of a case."""

    def read(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        values = [getattr(found, name) for name in names]
        return values[0] if len(values) == 1 else values

    return write(read)


def lead(write, reference, unit, act):
    """Let something happen to a case: `act` gets session, case and department."""

    def make(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        act(s, found, s.get(Department, unit[0]))

    write(make)


def answered(s, case, unit):
    """Bring a case to where its answer waits."""
    actions.assign(s, case, unit, actor=MODERATOR, at=AT)
    actions.sign(s, case, actor=factories.officer(unit), at=AT)
    actions.answer(s, case, "已修好。", actor=factories.officer(unit), at=AT)


# --- routing -------------------------------------------------------------------------------


def test_a_suggestion_stands_with_its_reasons_and_is_chosen(moderator, write, units):
    def make(s):
        project = factories.project(s, unit=s.get(Department, units[1][0]))
        return factories.case(s, project=project).reference

    reference = write(make)
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert f'data-desk-department="{units[1][1]}"' in page
    assert "牵头单位" in page
    assert re.search(rf'<option selected value="{units[1][1]}"', page)
    assert post(moderator, reference, "assign", department=units[1][1]).status_code == 303
    assert of(write, reference, "state", "department_id") == [State.ASSIGNED, units[1][0]]


def test_the_button_of_a_suggestion_goes_before_the_list(moderator, write, reference, units):
    done = post(moderator, reference, "assign", department=units[0][1], pick=units[2][1])
    assert done.status_code == 303
    assert of(write, reference, "department_id") == units[2][0]


@pytest.mark.parametrize("code", ["", "nowhere", "x' --"])
def test_a_department_that_is_none_is_refused_where_it_stands(moderator, write, reference, code):
    for data in ({"department": code}, {"pick": code}):
        refused = post(moderator, reference, "assign", **data)
        assert refused.status_code == 422
        assert 'href="#assign-department"' in refused.text
    assert of(write, reference, "state") is State.SUBMITTED


def test_assisting_departments_are_asked_with_the_hand_over_or_not_at_all(
    moderator, write, reference, units
):
    lead_unit, helper, other = (code for _ident, code in units)
    rows = {"assists-0-department": helper, "assists-0-task": "查一查管网图"}
    without_task = post(
        moderator, reference, "assign", department=lead_unit, **{"assists-3-department": other}
    )
    assert without_task.status_code == 422
    assert "请写明请它做什么" in without_task.text
    same = post(moderator, reference, "assign", department=helper, **rows)
    assert same.status_code == 422
    assert of(write, reference, "state") is State.SUBMITTED
    done = post(moderator, reference, "assign", department=lead_unit, **rows)
    assert done.status_code == 303

    def tasks(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        return [(a.department.code, a.task) for a in found.assists]

    assert write(tasks) == [(helper, "查一查管网图")]
    assert "查一查管网图" in moderator.get(f"/moderation/cases/{reference}").text


def test_help_is_asked_for_later_and_ended_with_a_reason(moderator, write, reference, units):
    lead(
        write, reference, units[0], lambda s, c, u: actions.assign(s, c, u, actor=MODERATOR, at=AT)
    )
    page = moderator.get(f"/moderation/cases/{reference}").text
    ask = re.search(r'<form[^>]*id="act-ask-assist".*?</form>', page, re.S)[0]
    assert f'value="{units[1][1]}"' in ask
    assert f'value="{units[0][1]}"' not in ask
    asked = post(moderator, reference, "ask-assist", department=units[1][1], note="查管网图")
    assert asked.status_code == 303
    empty = post(moderator, reference, "end-assist", department=units[1][1], note=" ")
    assert empty.status_code == 422
    assert "请写明原因" in empty.text
    ended = post(moderator, reference, "end-assist", department=units[1][1], note="已查清")
    assert ended.status_code == 303
    again = post(moderator, reference, "end-assist", department=units[1][1], note="已查清")
    assert again.status_code == 409


def test_a_case_is_sent_elsewhere_before_it_is_signed_for(moderator, write, reference, units):
    lead(
        write, reference, units[0], lambda s, c, u: actions.assign(s, c, u, actor=MODERATOR, at=AT)
    )
    page = moderator.get(f"/moderation/cases/{reference}").text
    form = re.search(r'<form[^>]*id="act-reassign".*?</form>', page, re.S)[0]
    assert f'value="{units[0][1]}"' not in form
    assert post(moderator, reference, "reassign", department=units[1][1]).status_code == 422
    done = post(moderator, reference, "reassign", department=units[1][1], note="职责在此")
    assert done.status_code == 303
    assert of(write, reference, "department_id", "was_misrouted") == [units[1][0], True]


# --- refusing, withholding, filing ---------------------------------------------------------


def test_a_case_is_refused_only_for_a_reason_of_the_list(moderator, write, reference):
    for reason in ("", "because", "unclear\x00"):
        assert post(moderator, reference, "reject", reason=reason).status_code == 422
    assert of(write, reference, "state") is State.SUBMITTED
    assert post(moderator, reference, "reject", reason="unclear", note="请补充").status_code == 303
    assert of(write, reference, "state", "reject_reason") == [State.REJECTED, "unclear"]


def test_withholding_takes_a_reason_of_the_list_and_words(moderator, write, reference):
    for reason, note in (("privacy", " "), ("", "涉及他人隐私"), ("because", "涉及他人隐私")):
        refused = post(moderator, reference, "withhold", reason=reason, note=note)
        assert refused.status_code == 422
    said = {"reason": "privacy", "note": "涉及他人隐私"}
    assert post(moderator, reference, "withhold", **said).status_code == 303
    found = of(write, reference, "visibility", "withheld_reason")
    assert found == [Visibility.WITHHELD, "privacy"]


def test_a_case_is_filed_under_kind_category_project_and_town(moderator, write, reference):
    def make(s):
        group = Category(code="water", name="供水", sort_order=1, is_active=True)
        matter = Category(
            code="leak", name="漏水", parent_code="water", sort_order=1, is_active=True
        )
        for one in (group, matter):
            one.words, one.questions, one.stopper = [], [], {}
        s.add(group)
        s.flush()
        s.add(matter)
        return factories.project(s, name="城东管网").code, factories.project(
            s, name="城西管网"
        ).code

    one, _other = write(make)
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert '<optgroup label="供水">' in page
    assert 'value="report"' not in re.search(r'id="act-classify".*?</form>', page, re.S)[0]
    filed = {"kind": "help", "category": "leak", "town": ""}
    for words in ("没有这个项目", "管网"):
        refused = post(moderator, reference, "classify", **filed, project=words)
        assert refused.status_code == 422
        assert 'href="#classify-project"' in refused.text
    assert "城东管网" in refused.text
    assert post(moderator, reference, "classify", **filed, project="城东").status_code == 303
    found = of(write, reference, "kind", "category_code", "project_id")
    assert found[:2] == [Kind.HELP, "leak"]
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert f'value="{one}"' in page
    assert post(moderator, reference, "classify", **(filed | {"kind": "report"})).status_code == 422
    assert (
        post(moderator, reference, "classify", **(filed | {"kind": "follow_up"})).status_code == 422
    )


# --- who the case is about -----------------------------------------------------------------


def rows(*targets):
    """The rows of the form of targets."""
    names = ("kind", "department", "account", "name")
    return {
        f"targets-{n}-{name}": value
        for n, target in enumerate(targets)
        for name, value in zip(names, target, strict=True)
    }


def test_naming_a_department_takes_the_case_back_and_off_the_public_pages(
    moderator, write, units, client
):
    def make(s):
        found = factories.case(s, consent_publish=True)
        unit = s.get(Department, units[0][0])
        actions.assign(s, found, unit, actor=MODERATOR, at=AT)
        texts = {"public_title": "漏水", "public_body": "漏水了。"}
        actions.publish(s, found, **texts, actor=MODERATOR, at=AT)
        return found.reference

    reference = write(make)
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert "立即收回" in page
    done = post(moderator, reference, "target", **rows(("department", units[0][1], "", "")))
    assert done.status_code == 303
    state, unit, visibility, never = of(
        write, reference, "state", "department_id", "visibility", "is_conflicted"
    )
    assert (state, unit, visibility, never) == (State.SUBMITTED, None, Visibility.WITHHELD, True)
    assert client.get(f"/feedback/{reference}").status_code == 404
    page = moderator.get(f"/moderation/cases/{reference}").text
    inside = re.search(r'<form[^>]*id="act-assign".*?</form>', page, re.S)[0]
    assert f'value="{units[0][1]}"' not in inside
    assert f'value="{units[1][1]}"' in inside
    assert f'data-desk-department="{units[0][1]}"' not in page
    for data in ({"department": units[0][1]}, {"pick": units[0][1]}):
        assert post(moderator, reference, "assign", **data).status_code == 422
    helping = {"assists-0-department": units[0][1], "assists-0-task": "帮忙"}
    assert (
        post(moderator, reference, "assign", department=units[1][1], **helping).status_code == 422
    )
    assert post(moderator, reference, "publish").status_code == 409
    assert of(write, reference, "department_id") is None
    assert post(moderator, reference, "assign", department=units[1][1]).status_code == 303
    page = moderator.get(f"/moderation/cases/{reference}").text
    for form in ("act-ask-assist", "act-reassign"):
        inside = re.search(rf'<form[^>]*id="{form}".*?</form>', page, re.S)[0]
        assert f'value="{units[0][1]}"' not in inside
        assert f'value="{units[2][1]}"' in inside
    asked = post(moderator, reference, "ask-assist", department=units[0][1], note="帮忙")
    assert asked.status_code == 422


def test_names_of_persons_and_companies_are_sealed_shown_and_taken_off(moderator, write, reference):
    both = rows(("person", "", "", "赵某某"), ("contractor", "", "", "宏远建设有限公司"))
    assert post(moderator, reference, "target", **both).status_code == 303

    def names(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        assert all("赵".encode() not in (t.name or b"") for t in found.targets)
        return [name_of(t) for t in found.targets]

    assert write(names) == ["赵某某", "宏远建设有限公司"]
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert "赵某某" in page
    off = rows(("", "", "", "赵某某"), ("contractor", "", "", "宏远建设有限公司"))
    assert post(moderator, reference, "target", **off).status_code == 303
    assert write(names) == ["宏远建设有限公司"]
    assert of(write, reference, "is_conflicted") is False
    entries = write(lambda s: [e.details for e in s.scalars(select(AuditEntry))])
    assert "赵某某" not in str(entries)


@pytest.mark.parametrize(
    "row",
    [
        ("person", "", "", ""),
        ("department", "", "", "县水利局"),
        ("contractor", "", "", " "),
        ("thing", "", "", "x"),
        ("person", "nowhere", "", "x"),
        ("person", "", "nobody", "x"),
        ("person", "", "", "长" * 100),
    ],
)
def test_a_target_that_names_nobody_is_refused(moderator, write, reference, row):
    assert post(moderator, reference, "target", **rows(row)).status_code == 422
    assert of(write, reference, "is_conflicted") is False


def test_more_rows_than_the_form_has_are_left_out(moderator, write, reference):
    many = rows(*[("contractor", "", "", f"第{n}工程公司") for n in range(40)])
    assert post(moderator, reference, "target", **many).status_code == 303

    def count(s):
        return len(s.scalar(select(Case).where(Case.reference == reference)).targets)

    assert write(count) == 6


def test_a_moderator_who_names_themselves_sees_the_case_no_more(app, write, reference):
    write(lambda s: desks.moderator(s, "mo-self"))
    browser = desks.desk_of(app, write, "mo-self")
    done = post(browser, reference, "target", **rows(("person", "", "mo-self", "")))
    assert done.status_code == 303
    assert done.location == "/moderation/"
    assert browser.get(f"/moderation/cases/{reference}").status_code == 404


# --- whom the page is shut to --------------------------------------------------------------

ACTS = ["classify", "target", "assign", "reassign", "reject", "redact", "publish", "withhold"]
ACTS += ["send-back", "close", "ask-assist", "end-assist", "release", "reveal"]
ACTS += ["preview/redact", "preview/close", "preview/release"]


def test_a_moderator_whom_a_case_is_about_meets_no_door_of_it(app, write):
    def make(s):
        me = desks.moderator(s, "mo-about")
        return factories.case(s, targets=[desks.about(s, me)]).reference

    reference = write(make)
    browser = desks.desk_of(app, write, "mo-about")
    assert browser.get(f"/moderation/cases/{reference}").status_code == 404
    for act in ACTS:
        assert post(browser, reference, act, note="核实情况").status_code == 404, act
    assert write(lambda s: s.scalar(select(func.count(ContactView.id)))) == 0


def test_a_report_of_wrongdoing_is_open_to_no_moderator(moderator, write, units):
    def make(s):
        found = factories.case(s)
        found.kind = Kind.REPORT
        found.department = s.get(Department, units[0][0])
        found.state = State.ASSIGNED
        return found.reference

    reference = write(make)
    assert moderator.get(f"/moderation/cases/{reference}").status_code == 404
    for act in ACTS:
        assert post(moderator, reference, act, note="核实情况").status_code == 404, act


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR, Role.ADMIN])
def test_other_staff_are_refused(sign_in, reference, units, role):
    browser = sign_in(role, units[0][0] if role is Role.OFFICER else None)
    assert browser.get(f"/moderation/cases/{reference}").status_code == 403
    for act in ACTS:
        assert post(browser, reference, act).status_code == 403


def test_what_is_not_there_is_not_found(moderator, reference):
    assert moderator.get("/moderation/cases/20260101-000000").status_code == 404
    assert post(moderator, "20260101-000000", "assign").status_code == 404
    for act in ("dispatch", "answer", "verdict", "own", "x", "preview/assign"):
        assert post(moderator, reference, act).status_code == 404


# --- two at once, and too late -------------------------------------------------------------


def test_an_old_page_is_told_what_has_happened(moderator, sign_in, write, reference, units):
    other = sign_in(Role.MODERATOR)
    page = moderator.get(f"/moderation/cases/{reference}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    assert post(other, reference, "reject", reason="unclear").status_code == 303
    for act, data in (
        ("assign", {"department": units[0][1]}),
        ("assign", {}),
        ("publish", {"public_title": "x", "public_body": "y"}),
        ("classify", {"kind": "help"}),
        ("target", rows(("contractor", "", "", "某公司"))),
    ):
        late = post(moderator, reference, act, seen=seen, **data)
        assert late.status_code == 409, act
        assert "审核后不予受理" in late.text
    assert of(write, reference, "state") is State.REJECTED


def test_an_act_at_the_wrong_moment_is_refused_before_anything_else(moderator, write, reference):
    for act in ("close", "send-back", "release", "reassign", "ask-assist"):
        assert post(moderator, reference, act).status_code == 409, act
    assert write(lambda s: s.scalar(select(func.count(CaseEvent.id)))) == 1


# --- closing over an unhappy resident ------------------------------------------------------


def test_over_an_unhappy_resident_another_moderator_closes_with_words(app, write, reference, units):
    first = write(lambda s: desks.moderator(s, "mo-first"))
    write(lambda s: desks.moderator(s, "mo-second"))

    def unhappy(s, case, unit):
        answered(s, case, unit)
        actions.close(s, case, actor=first, at=AT)
        writer = factories.writer(case)
        no = {"resolved": Resolved.NO, "satisfaction": 1, "note": "还在漏"}
        actions.judge(s, case, **no, actor=writer, at=AT)
        actions.sign(s, case, actor=factories.officer(unit), at=AT)
        actions.answer(s, case, "又修了一次。", actor=factories.officer(unit), at=AT)

    lead(write, reference, units[0], unhappy)
    one, two = (desks.desk_of(app, write, name) for name in ("mo-first", "mo-second"))
    page = one.get(f"/moderation/cases/{reference}").text
    assert "上次由您办结" in page
    assert 'id="act-close"' not in page
    assert "还在漏" in page
    assert post(one, reference, "close", note="已修").status_code == 403
    page = two.get(f"/moderation/cases/{reference}").text
    assert "上次由 mo-first 办结" in page
    assert 'id="act-close"' in page
    refused = post(two, reference, "close")
    assert refused.status_code == 422
    assert 'id="act-close"' in refused.text  # the page stays, and says what is missing where
    assert "居民曾表示未解决，办结时请写明给居民的说明。" in refused.text
    assert post(two, reference, "close", note="已换新管，试压合格。").status_code == 303
    assert of(write, reference, "state") is State.CLOSED


def test_a_weak_answer_goes_back_with_what_is_missing(moderator, write, reference, units):
    lead(write, reference, units[0], answered)
    assert post(moderator, reference, "send-back", note="").status_code == 422
    assert post(moderator, reference, "send-back", note="没有写何时通水").status_code == 303
    assert of(write, reference, "state") is State.IN_PROGRESS


# --- what the page says --------------------------------------------------------------------


def test_who_the_writer_is_is_shown_once_with_the_viewers_name_over_it(moderator, write, reference):
    path = f"/moderation/cases/{reference}"
    assert (
        "13800001234"
        not in re.search(r'id="contact".*?</section>', moderator.get(path).text, re.S)[0]
    )
    for note in ("", "看看"):
        refused = post(moderator, reference, "reveal", note=note)
        assert refused.status_code == 422
        assert 'href="#note-reveal"' in refused.text
    shown = post(moderator, reference, "reveal", note="电话核实漏水位置")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    panel = re.search(r'id="contact".*?</section>', shown.text, re.S)[0]
    assert "13800001234" in panel
    viewer = write(lambda s: s.scalars(select(ContactView.actor)).one())
    assert panel.count(f"{viewer}</text>") >= 3
    after = moderator.get(path).text
    assert "13800001234" not in re.search(r'id="contact".*?</section>', after, re.S)[0]
    assert "电话核实漏水位置" in after


def test_what_came_with_the_case_stands_on_its_page(moderator, write):
    def make(s):
        found = factories.case(
            s,
            channel=Channel.PHONE,
            place="城东桥头",
            details=[("漏了几天", "三天")],
            actor=Actor("clerk", Role.MODERATOR),
        )
        return found.reference

    page = moderator.get(f"/moderation/cases/{write(make)}").text
    for text in ("城东桥头", "漏了几天", "三天", "来源渠道", "电话", "clerk"):
        assert text in page


def test_the_verdict_and_the_round_stand_on_the_page(moderator, write, reference, units):
    def judged(s, case, unit):
        answered(s, case, unit)
        actions.close(s, case, actor=MODERATOR, at=AT)
        said = {"resolved": Resolved.PARTLY, "satisfaction": 3, "note": "还差一点"}
        marks = {"content": 4, "speed": 2}
        actions.judge(s, case, **said, **marks, actor=factories.writer(case), at=AT)

    lead(write, reference, units[0], judged)
    page = moderator.get(f"/moderation/cases/{reference}").text
    for text in ("部分解决", "基本满意", "还差一点", "答复内容", "办理速度"):
        assert text in page


def test_a_bad_rating_that_goes_on_here_is_shown_as_the_resident_has_it_now(moderator, write):
    def make(s):
        unit = factories.department(s)
        person = factories.resident(s, "13800007777", keeps=True)
        said = {"reasons": ["defect"], "comment": "井盖一踩就响", "wants_answer": True}
        project = factories.project(s, unit=unit)
        given = factories.rating(s, project, 1, by=factories.voter(person), **said)
        officer, fixed = factories.officer(unit), {"text": "已垫胶圈", "at": AT}
        with moving(s, project.id, 10) as moves:
            found = followups.of_rating(s, given)
            called = {"actor": officer, "note": "已联系", "at": AT}
            followups.call(s, moves, found, Outcome.REACHED, **called)
            followups.remedy(s, moves, found, Remedy.FIXED, actor=officer, **fixed)
            followups.still_bad(s, moves, found, note="还是响", at=AT)
        return follow_ups.open_case(s, found, at=AT).reference, given.id

    reference, rating_id = write(make)
    page = moderator.get(f"/moderation/cases/{reference}").text
    for text in ("差评跟进", "非常不满意", "质量有问题", "井盖一踩就响", "还是响", "已垫胶圈"):
        assert text in page

    def change(s):
        s.get(Rating, rating_id).comment = "现在好多了"

    write(change)
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert "现在好多了" in page
    assert "井盖一踩就响" not in page


def test_hostile_text_is_text(moderator, write):
    evil = "<script>alert(1)</script>{{ 7*7 }}'\"&amp;"
    reference = write(
        lambda s: (
            factories.case(
                s,
                title=evil,
                body=f"{evil}13800001234</label></p>",
                place=evil,
                targets=[Target(TargetKind.CONTRACTOR, name=evil)],
            ).reference
        )
    )
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert "<script>alert" not in page
    assert "</label></p>13" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_page_costs_the_same_however_much_has_happened(
    moderator, write, reference, units, count_queries
):
    path = f"/moderation/cases/{reference}"

    def assigned(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)

    lead(write, reference, units[0], assigned)
    moderator.get(path)
    with count_queries() as before:
        moderator.get(path)

    def busy(s, case, unit):
        for n, (ident, _code) in enumerate(units[1:]):
            other = s.get(Department, ident)
            task = assists.ask_assist(s, case, other, actor=MODERATOR, at=AT, note=f"查{n}")
            assert task.is_open

    lead(write, reference, units[0], busy)
    with count_queries() as after:
        moderator.get(path)
    assert after.n <= before.n + 2
    assert after.n < 60


# --- on to the next ------------------------------------------------------------------------


def test_after_an_act_the_next_case_of_the_queue_opens(moderator, write, units):
    one, two = write(lambda s: [factories.case(s).reference for _ in range(2)])
    page = moderator.get(f"/moderation/cases/{one}?queue=state%3Dsubmitted").text
    form = re.search(r'<form[^>]*id="act-assign".*?</form>', page, re.S)[0]
    assert 'name="next" value="queue"' in form
    assert "跳过，看下一件" in page
    sent = {"department": units[0][1], "next": "queue", "queue": "state=submitted"}
    done = moderator.post(f"/moderation/cases/{one}/assign", data=sent, follow_redirects=True)
    assert done.status_code == 200
    assert two in done.request.path
    assert f"：{one}。" in done.text, "what was done, beside the way to take it back"
    said = {"reason": "privacy", "note": "涉及隐私"}
    stays = moderator.post(f"/moderation/cases/{two}/withhold", data=sent | said)
    assert two in stays.location
