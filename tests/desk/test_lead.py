"""The lead signs, returns once, disputes, extends, asks others, answers for all."""

import pytest
from sqlalchemy import select

from portal.cases import actions, assists, questions, returns
from portal.cases.models import Answer
from portal.cases.parts import CaseAssist, CaseQuestion
from portal.cases.workflow import State
from portal.departments.models import Department
from portal.errors import WrongState
from portal.security import Role
from tests import factories
from tests.desk.room import (
    BASIS,
    DAY,
    RETURN,
    act,
    ask,
    facts,
    main,
    make_county,
    of,
    report,
    returned,
    sign,
    silence,
)
from tests.factories import AT, MODERATOR


def test_before_signing_the_page_says_until_when_and_what_silence_means(officer, county):
    page = officer.get(county.door).text
    assert "可以在2026-03-04 23:59之前提出" in page
    assert "逾期不提出，视为认可由本单位首办" in page
    assert 'id="act-return"' in page
    assert 'id="act-dispute"' not in page
    assert "2026-03-04 23:59前可退回" in main(officer.get("/desk/"))


def test_a_first_return_goes_back_with_reason_and_basis(officer, county, write):
    assert act(officer, county, "return", **RETURN).status_code == 303
    assert facts(write, county.case, "state", "department_id", "returns") == (
        State.SUBMITTED,
        None,
        1,
    )
    note = write(lambda s: of(s, county.case).events[-1].note)
    assert RETURN["note"] in note
    assert BASIS in note


@pytest.mark.parametrize(
    "data", [{}, {"note": "不归我管"}, {"basis": BASIS}, {"note": "不归我管", "basis": "三定"}]
)
@pytest.mark.parametrize("name", ["return", "dispute"])
def test_without_reason_and_basis_nothing_is_handed_back(officer, county, write, name, data):
    if name == "dispute":
        write(lambda s: returned(s, county))
    page = act(officer, county, name, **data)
    assert page.status_code == 422
    assert "处需要修改" in page.text
    assert facts(write, county.case, "state") == (State.ASSIGNED,)


def test_the_second_time_only_the_inspection_office_can_be_asked(officer, county, write):
    write(lambda s: returned(s, county))
    page = officer.get(county.door).text
    assert 'id="act-return"' not in page
    assert 'id="act-dispute"' in page
    assert "已经退回过1次" in page
    assert act(officer, county, "return", **RETURN).status_code == 409
    assert act(officer, county, "dispute", **RETURN).status_code == 303
    assert facts(write, county.case, "state", "returns", "department_id") == (
        State.DISPUTED,
        2,
        county.lead,
    )
    page = officer.get(county.door).text
    assert "正在等待督查室裁定" in page
    assert "现在不需要本单位操作" in page
    listed = officer.get("/desk/?show=disputed").text
    assert county.case in listed
    assert act(officer, county, "sign").status_code == 409


@pytest.mark.parametrize("name", ["return", "dispute"])
def test_after_the_limit_neither_is_offered_nor_taken(sign_in, county, write, now, name):
    if name == "dispute":
        write(lambda s: returned(s, county))
    now.at = facts(write, county.case, "objection_due_at")[0]
    officer = sign_in(Role.OFFICER, county.lead)
    assert f'id="act-{name}"' in officer.get(county.door).text
    now.at += DAY / 86400
    page = officer.get(county.door).text
    for gone in ("return", "dispute"):
        assert f'id="act-{gone}"' not in page
    assert "按首办负责制由本单位办理" in page
    assert "前可退回" not in officer.get("/desk/").text
    assert act(officer, county, name, **RETURN).status_code == 409
    assert act(officer, county, "sign").status_code == 303


def test_who_was_silent_owns_it_and_the_page_says_so(sign_in, county, write, now):
    due = facts(write, county.case, "objection_due_at")[0]
    assert write(lambda s: silence(s, due)) == 0
    now.at = due + DAY
    assert write(lambda s: silence(s, now.at)) == 1
    assert write(lambda s: silence(s, now.at)) == 0
    assert facts(write, county.case, "owned_at", "state") == (due, State.ASSIGNED)
    page = sign_in(Role.OFFICER, county.lead).get(county.door).text
    assert "按首办负责制由本单位办理" in page
    assert "逾期未退，确认为首办单位" in page


def test_after_a_ruling_the_department_reads_why_and_cannot_return(officer, county, write):
    def decide(s):
        case = returned(s, county)
        lead = factories.officer(case.department)
        returns.dispute(s, case, actor=lead, at=AT, note="仍不归我局", basis=BASIS)
        inspector = factories.Actor("inspector", Role.INSPECTOR)
        returns.rule(
            s, case, case.department, actor=inspector, at=AT, note="职责清单第5项写明由你局管护"
        )

    write(decide)
    page = officer.get(county.door).text
    assert "督查室已裁定由本单位办理" in page
    assert "职责清单第5项写明由你局管护" in page
    for name in ("return", "dispute"):
        assert f'id="act-{name}"' not in page
        assert act(officer, county, name, **RETURN).status_code == 409
    assert act(officer, county, "sign").status_code == 303


def test_a_reopened_case_is_not_offered_for_return(officer, county, write):
    def lead_on(s):
        case = sign(s, county)
        lead = factories.officer(case.department)
        actions.answer(s, case, "已修好。", actor=lead, at=AT)
        actions.close(s, case, actor=MODERATOR, at=AT)
        actions.reopen(s, case, actor=factories.writer(case), at=AT, note="还在漏水")

    write(lead_on)
    page = officer.get(county.door).text
    assert 'id="act-return"' not in page
    assert "按首办负责制" not in page
    assert act(officer, county, "return", **RETURN).status_code == 409


def test_an_extension_shows_the_day_it_leads_to(officer, county, write):
    write(lambda s: sign(s, county))
    page = officer.get(county.door).text
    assert "现在的答复时限是2026-03-09，延期后为2026-03-23" in page
    assert act(officer, county, "extend", note="要等管道到货").status_code == 303
    due = facts(write, county.case, "due_at")[0]
    assert f"{due:%Y-%m-%d}" == "2026-03-23"
    assert act(officer, county, "extend", note="再等等").status_code == 409


def test_an_extension_is_neither_offered_nor_taken_once_the_day_is_over(
    sign_in, county, write, now
):
    write(lambda s: sign(s, county))
    now.at = facts(write, county.case, "due_at")[0]
    officer = sign_in(Role.OFFICER, county.lead)
    assert 'id="act-extend"' in officer.get(county.door).text
    now.at += DAY / 86400
    assert 'id="act-extend"' not in officer.get(county.door).text
    note = "需要开挖的路段刚刚修好，要等管道到货。"
    refused = act(officer, county, "extend", note=note)
    assert refused.status_code == 409
    assert "答复时限已过" in refused.text
    assert note in refused.text
    assert facts(write, county.case, "extensions") == (0,)


def test_who_is_given_a_reopened_case_anew_may_say_that_it_is_not_theirs(sign_in, county, write):
    def heir(s):
        case = sign(s, county)
        lead = case.department
        actions.answer(s, case, "已修好。", actor=factories.officer(lead), at=AT)
        actions.close(s, case, actor=MODERATOR, at=AT)
        actions.reopen(s, case, actor=factories.writer(case), at=AT, note="还在漏水")
        lead.is_active = False
        actions.reassign(
            s, case, s.get(Department, county.other), actor=MODERATOR, at=AT, note="已撤销"
        )

    write(heir)
    assert 'id="act-return"' in sign_in(Role.OFFICER, county.other).get(county.door).text


def test_another_department_is_asked_with_a_day_of_its_own(officer, county, write):
    page = officer.get(county.door).text
    assert "现在提出为2026-03-05" in page
    data = {"department": county.codes[county.helper], "note": "请核实管护责任"}
    assert act(officer, county, "ask-assist", **data).status_code == 303
    page = officer.get(county.door).text
    assert "请核实管护责任" in page
    assert "期限：2026-03-05" in page
    options = page.split('id="ask-assist-department"')[1].split("</select>")[0]
    assert county.codes[county.other] in options
    for gone in (county.lead, county.helper):
        assert f'"{county.codes[gone]}"' not in options
    assert act(officer, county, "ask-assist", **data).status_code == 422


@pytest.mark.parametrize("data", [{}, {"note": "x"}, {"department": "nobody", "note": "x"}])
def test_asking_needs_a_department_and_a_task(officer, county, write, data):
    assert act(officer, county, "ask-assist", **data).status_code == 422
    assert not write(lambda s: s.scalars(select(CaseAssist)).all())


def test_an_assistance_is_ended_with_a_reason(officer, helper, county, write):
    write(lambda s: (sign(s, county), ask(s, county), ask(s, county, unit=county.other)))
    code = county.codes[county.helper]
    page = act(officer, county, "end-assist", department=code)
    assert page.status_code == 422
    assert page.text.count("aria-invalid") == 1
    assert helper.get(county.task).status_code == 200
    done = act(officer, county, "end-assist", department=code, note="已由本局核实")
    assert done.status_code == 303
    assert helper.get(county.task).status_code == 404
    assert county.case not in helper.get("/desk/assists").text
    again = act(officer, county, "end-assist", department=code, note="再结束一次")
    assert again.status_code == 409
    page = officer.get(county.door).text
    assert "已结束" in page
    assert page.count("不再需要，结束协办") == 1


JOINT = "路口水管的漏点已经修好，井盖已经更换，管道三天内再检查一遍。"


def give(s, county, unit: int, text: str) -> None:
    helper = factories.officer(s.get(Department, unit))
    assists.assist(s, of(s, county.case), actor=helper, at=AT, text=text)


def test_the_joint_answer_takes_over_what_was_given(officer, county, write):
    def parts(s):
        sign(s, county)
        for unit in (county.helper, county.other):
            ask(s, county, unit=unit)
        give(s, county, county.helper, "井盖已更换。")

    write(parts)
    page = officer.get(county.door).text
    assert "井盖已更换。" in page
    assert "还有1个协办单位没有提交意见：" in page
    page = act(officer, county, "answer", text="漏点已修好。", take="parts")
    assert page.status_code == 200
    field = page.text.split('name="text"')[1].split("</textarea>")[0]
    assert "漏点已修好。" in field
    assert "：井盖已更换。" in field
    assert not write(lambda s: s.scalars(select(Answer)).all())
    assert act(officer, county, "answer", text=JOINT).status_code == 303
    tasks = write(
        lambda s: [(t.given_at is None, t.ended_at is None) for t in of(s, county.case).assists]
    )
    assert tasks == [(False, True), (True, False)]


def test_parts_are_offered_to_the_answer_only_where_there_are_some(officer, county, write):
    write(lambda s: (sign(s, county), ask(s, county)))
    assert "把协办意见写入答复" not in officer.get(county.door).text
    write(lambda s: give(s, county, county.helper, "已核实。"))
    assert "把协办意见写入答复" in officer.get(county.door).text


def test_a_question_after_the_answer_is_listed_and_replied_to_once(officer, county, write):
    def question(s):
        case = sign(s, county)
        lead = factories.officer(case.department)
        actions.answer(s, case, "已修好。", actor=lead, at=AT)
        actions.close(s, case, actor=MODERATOR, at=AT)
        questions.ask(s, case, actor=factories.writer(case), at=AT, note="保修多久？")

    write(question)
    listed = main(officer.get("/desk/?show=asked"))
    assert county.case in listed
    assert "追问 2026-03-05" in listed
    assert "保修多久？" in officer.get(county.door).text
    assert act(officer, county, "reply").status_code == 422
    assert act(officer, county, "reply", text="保修两年。").status_code == 303
    assert write(lambda s: s.scalars(select(CaseQuestion.reply)).one()) == "保修两年。"
    assert act(officer, county, "reply", text="三年。").status_code == 409
    assert county.case not in main(officer.get("/desk/?show=asked"))
    assert 'id="act-reply"' not in officer.get(county.door).text


def test_the_discipline_office_alone_handles_and_concludes_a_report(sign_in, county, write):
    reference = write(lambda s: report(s, county).reference)
    office = sign_in(Role.OFFICER, county.office)
    door = f"/desk/cases/{reference}"
    page = office.get(door).text
    assert "赵某某" in page
    assert "举报，不得外传" in page
    assert 'id="act-return"' not in page
    assert office.post(f"{door}/return", data=RETURN).status_code == 409
    assert office.post(f"{door}/sign", data={}).status_code == 303
    page = office.get(door).text
    assert 'id="act-conclude"' in page
    assert 'id="act-answer"' not in page
    assert 'id="act-ask-assist"' not in page
    assert office.post(f"{door}/answer", data={"text": "x"}).status_code == 409
    assert office.post(f"{door}/conclude", data={"text": " "}).status_code == 422
    assert office.post(f"{door}/conclude", data={"text": "已立案。"}).status_code == 303
    assert facts(write, reference, "state") == (State.CLOSED,)
    assert reference in office.get("/desk/?show=closed").text


def test_a_report_never_leaves_the_office_by_being_returned(s, now):
    from_office = report(s, make_county(s))
    with pytest.raises(WrongState):
        returns.return_(
            s,
            from_office,
            actor=factories.officer(from_office.department),
            at=AT,
            note="不归我管",
            basis=BASIS,
        )
    assert from_office.department is not None


def test_an_act_nobody_knows_is_not_found(officer, county):
    for name in ("assign", "rule", "publish", "assist", "nonsense"):
        assert act(officer, county, name, note="x").status_code == 404


def test_hostile_and_oversized_words_do_no_harm(officer, county, write):
    write(lambda s: sign(s, county))
    assert act(officer, county, "answer", text="字" * 4001).status_code == 422
    text = "<script>alert(1)</script>{{ 7*7 }}\x00"
    assert act(officer, county, "answer", text=text, confirmed="beside").status_code == 303
    page = officer.get(county.door).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
