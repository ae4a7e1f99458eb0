"""Acts on a selection: each case by itself, and words for each."""

import re

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account
from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.models import Case, CaseEvent
from portal.cases.workflow import State
from portal.departments.queries import by_code
from portal.notifications.models import Message
from portal.security import Actor, Role
from tests import factories
from tests.moderation import desks

OUTCOME = re.compile(r'<td role="cell">([^<]+)</td>\s*</tr>')


@pytest.fixture
def moderator(app, write):
    """The browser of a moderator, and their user name."""
    write(lambda s: desks.moderator(s, "mo-bulk"))
    return desks.desk_of(app, write, "mo-bulk")


@pytest.fixture
def waiting(write):
    """Three cases that wait: the values of their checkboxes, and two departments' codes."""

    def make(s):
        unit, other = factories.department(s), factories.department(s, "县交通局")
        cases = [factories.case(s, at=clock.now()) for _ in range(3)]
        return [desks.pick(c, unit.code) for c in cases], unit.code, other.code

    return write(make)


def run(browser, act, picks, **more):
    return browser.post("/moderation/bulk", data={"act": act, "pick": picks, **more})


def of(picks):
    return [pick.partition(":")[0] for pick in picks]


def by_reference(s, reference):
    return s.scalar(select(Case).where(Case.reference == reference))


def complaint(s, **more):
    """A case about the very moderator who bulk-acts."""
    me = s.scalar(select(Account).where(Account.username == "mo-bulk"))
    target = desks.about(s, Actor("mo-bulk", Role.MODERATOR, me.id))
    return factories.case(s, targets=[target], **more)


def states(write, picks):
    def look(s):
        rows = s.execute(select(Case.reference, Case.state).where(Case.reference.in_(of(picks))))
        known = dict(rows.all())
        return [known[reference] for reference in of(picks)]

    return write(look)


def words(page):
    return OUTCOME.findall(page.text)


def test_each_goes_to_the_department_its_row_showed(moderator, waiting, write):
    picks, unit, other = waiting
    picks[2] = picks[2].replace(unit, other)
    page = run(moderator, "suggested", picks)
    assert page.status_code == 200
    assert "所选 3 件：3 件已办理，0 件没有执行" in page.text

    def sent(s):
        cases = s.scalars(select(Case).where(Case.reference.in_(of(picks))).order_by(Case.id))
        return [(c.state, c.department.code, c.events[-1].actor) for c in cases]

    assigned = State.ASSIGNED
    assert write(sent) == [
        (assigned, unit, "mo-bulk"),
        (assigned, unit, "mo-bulk"),
        (assigned, other, "mo-bulk"),
    ]


def test_every_one_is_audited_by_itself(moderator, waiting, write):
    picks = waiting[0]
    run(moderator, "suggested", picks)

    def audited(s):
        entries = select(AuditEntry.subject).where(AuditEntry.act == "case:assign")
        return sorted(s.scalars(entries))

    assert write(audited) == sorted(f"case:{reference}" for reference in of(picks))


def test_a_case_without_a_suggestion_stays_where_it_is(moderator, waiting, write):
    picks, unit, _other = waiting
    picks[1] = picks[1].removesuffix(unit)
    page = run(moderator, "suggested", picks)
    assert "没有建议单位" in words(page)[1]
    assert states(write, picks) == [State.ASSIGNED, State.SUBMITTED, State.ASSIGNED]


def test_one_failure_stops_no_other_and_each_says_why(moderator, waiting, write):
    picks, unit, other = waiting

    def happen(s):
        first, second = (by_reference(s, reference) for reference in of(picks)[:2])
        common = {"actor": factories.MODERATOR, "at": clock.now()}
        actions.assign(s, first, by_code(s, other), **common)
        actions.redact(s, second, public_title="标题", public_body="正文", **common)

    write(happen)
    page = run(moderator, "assign", picks, department=unit)
    said = words(page)
    assert "已有新的办理记录" in said[0]
    assert "已有新的办理记录" in said[1]
    assert "已派给" in said[2]
    assert states(write, picks) == [State.ASSIGNED, State.SUBMITTED, State.ASSIGNED]

    where = write(lambda s: by_reference(s, of(picks)[0]).department.code)
    assert where == other


def test_a_department_that_is_complained_about_never_gets_it(moderator, write):
    def make(s):
        unit = factories.department(s)
        cases = [factories.case(s, targets=[desks.about_unit(unit)]), factories.case(s)]
        return [desks.pick(c, unit.code) for c in cases]

    picks = write(make)
    page = run(moderator, "suggested", picks)
    assert "应当回避" in words(page)[0]
    assert states(write, picks) == [State.SUBMITTED, State.ASSIGNED]


def test_refusing_takes_a_reason_of_the_fixed_list_and_tells_each_writer(moderator, waiting, write):
    picks = waiting[0]
    assert run(moderator, "reject", picks).status_code == 422
    assert run(moderator, "reject", picks, reason="because").status_code == 422
    assert states(write, picks) == [State.SUBMITTED] * 3
    page = run(moderator, "reject", picks, reason="elsewhere", note="请找邻县。")
    assert "不属于本县管辖" in words(page)[0]
    assert states(write, picks) == [State.REJECTED] * 3
    told = select(func.count()).select_from(Message).where(Message.kind == "case_rejected")
    assert write(lambda s: s.scalar(told)) == 3


def test_withholding_takes_a_reason_of_the_list_and_words(moderator, waiting, write):
    picks = waiting[0]
    page = run(moderator, "withhold", picks, why="privacy", note="  ")
    assert page.status_code == 422
    assert "请写明不公开的原因" in page.text
    assert page.text.count("checked>") == 3
    page = run(moderator, "withhold", picks, note="内容涉及他人隐私。")
    assert page.status_code == 422
    assert "请选择不公开的原因" in page.text
    said = {"why": "privacy", "note": "内容涉及他人隐私。"}
    assert "3 件已办理" in run(moderator, "withhold", picks, **said).text
    assert write(lambda s: set(s.scalars(select(Case.withheld_reason)))) == {"privacy"}


def test_merging_takes_the_oldest_as_parent_unless_one_is_named(moderator, waiting, write):
    picks = waiting[0]
    page = run(moderator, "merge", picks)
    assert "作为主件" in words(page)[0]
    assert states(write, picks) == [State.SUBMITTED, State.MERGED, State.MERGED]

    def parents(s):
        rows = s.scalars(select(Case).where(Case.reference.in_(of(picks))).order_by(Case.id))
        return [c.parent.reference if c.parent else None for c in rows]

    assert write(parents) == [None, of(picks)[0], of(picks)[0]]


def test_merging_into_a_named_case(moderator, waiting, write):
    picks = waiting[0]
    parent = of(picks)[2]
    page = run(moderator, "merge", picks[:2], parent=parent)
    assert [f"已并入 {parent}" in said for said in words(page)] == [True, True]
    gone = run(moderator, "merge", picks[2:], parent="20990101-000000")
    assert "找不到这件诉求" in words(gone)[0]
    assert states(write, picks)[2] is State.SUBMITTED


def test_what_was_done_to_all_can_be_taken_back_at_once(moderator, waiting, write):
    picks = waiting[0]
    page = run(moderator, "suggested", picks)
    assert "撤销这 3 件" in page.text
    again = re.findall(r'name="pick" value="([^"]+)"', page.text)
    back = run(moderator, "undo", again)
    assert words(back) == ["已撤销。"] * 3
    assert states(write, picks) == [State.SUBMITTED] * 3
    twice = run(moderator, "undo", again)
    assert all("已有新的办理记录" in said for said in words(twice))


def test_a_case_closed_to_the_moderator_is_told_from_none_that_exists_by_nobody(moderator, write):
    def make(s):
        case = complaint(s, title="反映审核员")
        unit = factories.department(s)
        return desks.pick(case, unit.code), unit.code

    pick, unit = write(make)
    missing = f"20990101-000000:1:{unit}"
    for act, more in [
        ("suggested", {}),
        ("assign", {"department": unit}),
        ("withhold", {"why": "privacy", "note": "原因"}),
        ("reject", {"reason": "elsewhere"}),
        ("merge", {}),
        ("undo", {}),
    ]:
        page = run(moderator, act, [pick, missing], **more)
        assert "反映审核员" not in page.text
        assert len(set(words(page))) == 1, act
    assert states(write, [pick]) == [State.SUBMITTED]


def test_nothing_is_merged_into_a_case_closed_to_the_moderator(moderator, waiting, write):
    picks = waiting[0]
    theirs = write(lambda s: complaint(s).reference)
    page = run(moderator, "merge", picks[:1], parent=theirs)
    assert "找不到这件诉求" in words(page)[0]


@pytest.mark.parametrize(
    ("picks", "said"),
    [
        ([], "请先在队列中勾选"),
        ([f"20260302-{n:06d}:1:" for n in range(51)], "一次最多选择 50 件"),
        (["20260302-000001"], "不完整"),
        (["20260302-000001:²:"], "不完整"),
        ([f"20260302-000001:{'9' * 40}:"], "不完整"),
        (["' OR 1=1:1:"], "不完整"),
        (["20260302-000001:1:" + "x" * 61], "不完整"),
    ],
)
def test_a_selection_that_is_none_or_too_large_or_made_up_is_refused(moderator, picks, said):
    page = run(moderator, "suggested", picks)
    assert page.status_code == 422
    assert said in page.text


def test_fifty_are_taken_and_one_named_twice_is_done_once(moderator, write):
    def make(s):
        unit = factories.department(s)
        return [desks.pick(factories.case(s), unit.code) for _ in range(50)]

    picks = write(make)
    page = run(moderator, "suggested", [*picks[:49], picks[0]])
    assert "所选 49 件：49 件已办理" in page.text
    steps = select(func.count()).select_from(CaseEvent).where(CaseEvent.action == "assign")
    assert write(lambda s: s.scalar(steps)) == 49


def test_an_act_of_no_known_name_is_refused(moderator, waiting, write):
    picks = waiting[0]
    for act in ("", "close", "delete", "publish"):
        assert run(moderator, act, picks).status_code == 422
    assert states(write, picks) == [State.SUBMITTED] * 3
