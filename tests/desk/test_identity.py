"""Who wrote is hidden from the departments; one look takes a reason and leaves a trace."""

import pytest
from sqlalchemy import select

from portal import vault
from portal.audit.models import AuditEntry
from portal.cases import actions, questions
from portal.cases.kinds import Resolved
from portal.cases.parts import ContactView
from portal.errors import Invalid
from portal.security import Role
from tests import factories
from tests.desk.room import (
    BODY,
    EMAIL,
    NAME,
    PHONE,
    SECRETS,
    TITLE,
    ask,
    facts,
    letter,
    main,
    of,
    report,
    sign,
)

REASON = {"note": "需要上门核实漏点，约定时间"}


def hides(page) -> list[str]:
    """What of the writer's personal data an answer shows."""
    return [secret for secret in SECRETS if secret in page.text]


def finish(s, county):
    """Let the letter be answered, judged with words that name the writer, and asked about."""
    case = of(s, county.case)
    lead = factories.officer(case.department)
    actions.answer(s, case, "已修好，可以复查。", actor=lead, at=factories.AT)
    actions.close(s, case, actor=factories.MODERATOR, at=factories.AT)
    writer = factories.writer(case)
    said = {"resolved": Resolved.PARTLY, "satisfaction": 3, "note": f"{NAME}家还在漏"}
    actions.judge(s, case, **said, actor=writer, at=factories.AT)
    note = f"什么时候修我{NAME}家的？打{PHONE}"
    questions.ask(s, case, actor=writer, at=factories.AT, note=note)


def test_the_lead_reads_the_matter_and_not_who_wrote(officer, county):
    for page in (officer.get(county.door), officer.get("/desk/")):
        assert page.status_code == 200
        assert not hides(page)
        assert "家门口水管漏水" in page.text
    page = officer.get(county.door).text
    assert "路口水管漏水三天" in page
    assert "居民（已隐去）" in page
    assert "留有电话、电子邮箱" in page


def test_of_an_anonymous_letter_the_lead_knows_that_nobody_can_be_reached(officer, county, write):
    def make(s):
        lead = of(s, county.case).department
        found = factories.case(s, contact=None)
        actions.assign(s, found, lead, actor=factories.MODERATOR, at=factories.AT)
        return found.reference

    assert "没有留下联系方式" in officer.get(f"/desk/cases/{write(make)}").text


def test_place_and_answers_to_questions_are_veiled_too(officer, county, write):
    def make(s):
        lead = of(s, county.case).department
        asked = (("几点漏水", "夜里"), ("谁能开门", f"{NAME}，{PHONE}"))
        found = letter(s, place=f"{NAME}家门口", details=asked)
        actions.assign(s, found, lead, actor=factories.MODERATOR, at=factories.AT)
        return f"/desk/cases/{found.reference}"

    door = write(make)
    page = officer.get(door)
    assert "谁能开门" in page.text
    assert "夜里" in page.text
    assert not hides(page)
    revealed = officer.post(f"{door}/reveal", data=REASON).text
    assert f"{NAME}家门口" in revealed
    assert f"{NAME}，{PHONE}" in revealed


def test_words_of_the_resident_are_veiled_in_verdict_question_and_history(officer, county, write):
    write(lambda s: sign(s, county))
    write(lambda s: finish(s, county))
    page = officer.get(county.door)
    assert "家还在漏" in page.text
    assert "什么时候修我" in page.text
    assert not hides(page)


def test_a_moderators_note_that_names_the_writer_is_veiled_too(officer, county, write):
    def send_back(s):
        case = sign(s, county)
        lead = factories.officer(case.department)
        actions.answer(s, case, "已修好。", actor=lead, at=factories.AT)
        note = f"请先给{NAME}（{PHONE}）回电。"
        actions.send_back(s, case, actor=factories.MODERATOR, at=factories.AT, note=note)

    write(send_back)
    page = officer.get(county.door)
    assert "回电" in page.text
    assert not hides(page)


def test_what_departments_write_among_themselves_names_the_writer_to_nobody(officer, county, write):
    def make(s):
        case = ask(s, county)
        sign(s, county)
        lead = factories.officer(case.department)
        text = f"已与{NAME}（{PHONE}）约好，经办电话0571-1234567。"
        actions.answer(s, case, text, actor=lead, at=factories.AT)

    write(make)
    page = officer.get(county.door)
    assert "请核实管护责任" in page.text
    assert "经办电话0571-1234567" in page.text
    assert not hides(page)


def test_who_assists_reads_matter_and_task_and_not_who_wrote(helper, county, write):
    write(lambda s: (sign(s, county), ask(s, county)))
    for page in (helper.get(county.task), helper.get("/desk/assists")):
        assert page.status_code == 200
        assert not hides(page)
    page = helper.get(county.task).text
    assert "请核实管护责任" in page
    assert "路口水管漏水三天" in page
    assert "查看联系方式" not in page
    assert "留有" not in page


def test_who_assists_cannot_look(helper, county, write):
    write(lambda s: (sign(s, county), ask(s, county)))
    assert helper.post(f"{county.door}/reveal", data=REASON).status_code == 404
    assert helper.post(f"{county.task}/reveal", data=REASON).status_code == 404
    assert not write(lambda s: s.scalars(select(ContactView)).all())


def test_a_look_shows_everything_once_with_who_looks_and_when(sign_in, county):
    browser = sign_in(Role.OFFICER, county.lead, "zhang.san")
    page = browser.post(f"{county.door}/reveal", data=REASON)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for words in (NAME, PHONE, EMAIL, TITLE, BODY):
        assert words in page.text
    for mark in (" zhang.san</text>", ">2026-03-02 10:00</text>"):
        assert page.text.count(mark) == 3
    assert "仅供zhang.san zhang.san于2026-03-02 10:00查看" in page.text
    assert "style=" not in main(page)
    assert not hides(browser.get(county.door))


def test_every_look_is_on_record_with_its_reason(officer, county, write):
    for _ in range(2):
        officer.post(f"{county.door}/reveal", data=REASON)

    def read(s):
        entries = s.scalars(select(AuditEntry).where(AuditEntry.act == "case:reveal")).all()
        views = s.scalars(select(ContactView)).all()
        return (
            [(v.department_id, v.reason) for v in views],
            [e.details for e in entries],
        )

    views, entries = write(read)
    assert views == [(county.lead, REASON["note"])] * 2
    assert entries == [{}] * 2, "the reason stands with the case alone"


def test_inspectors_see_who_looked_when_and_why(officer, sign_in, county):
    officer.post(f"{county.door}/reveal", data=REASON)
    page = sign_in(Role.INSPECTOR).get(f"/supervision/cases/{county.case}").text
    looks = page.split('id="h-looks"')[1].split("</section>")[0]
    assert REASON["note"] in looks
    assert "2026-03-02 10:00" in looks
    assert "县水利局" in looks
    assert "officer" in looks


@pytest.mark.parametrize("note", ["", "  ", "看看", "x" * 501])
def test_without_a_real_reason_nothing_is_shown(officer, county, write, note):
    page = officer.post(f"{county.door}/reveal", data={"note": note})
    assert page.status_code == 422
    assert not hides(page)
    assert "处需要修改" in page.text
    assert "<details open><summary>查看联系方式和原文" in page.text
    assert not write(lambda s: s.scalars(select(ContactView)).all())


def test_a_contact_that_cannot_be_opened_is_not_counted_as_seen(
    officer, county, write, monkeypatch
):
    def refuse(*_words):
        raise Invalid("other key")

    monkeypatch.setattr(vault, "unseal", refuse)
    assert officer.get(county.door).status_code == 200
    assert officer.post(f"{county.door}/reveal", data=REASON).status_code == 422
    assert not write(lambda s: s.scalars(select(ContactView)).all())


def test_a_department_that_gave_the_case_back_cannot_look_any_more(officer, county, write):
    assert officer.post(f"{county.door}/return", data=_return()).status_code == 303
    assert facts(write, county.case, "department_id") == (None,)
    assert officer.post(f"{county.door}/reveal", data=REASON).status_code == 404
    assert officer.get(county.door).status_code == 404


def _return() -> dict[str, str]:
    return {"note": "归县城管局管护", "basis": "《县水利局三定规定》第三条"}


def test_a_page_that_is_out_of_date_keeps_what_was_written_and_names_nobody(officer, county, write):
    page = officer.get(county.door).text
    seen = page.split('name="seen" value="')[1].split('"')[0]

    def happen(s):
        case = sign(s, county)
        actions.withhold(
            s, case, actor=factories.MODERATOR, at=factories.AT, note=f"{NAME}不愿公开"
        )

    write(happen)
    data = {"note": "管道要另行采购，写了很久的原因", "seen": seen}
    page = officer.post(f"{county.door}/extend", data=data)
    assert page.status_code == 409
    assert "管道要另行采购，写了很久的原因" in page.text
    assert "不愿公开" in page.text
    assert not hides(page)
    assert facts(write, county.case, "extensions") == (0,)
    again = page.text.split('name="seen" value="')[1].split('"')[0]
    data["seen"] = again
    assert officer.post(f"{county.door}/extend", data=data).status_code == 303


def test_what_was_written_for_an_act_that_is_gone_is_still_there_to_copy(officer, county, write):
    page = officer.get(county.door).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    write(lambda s: sign(s, county))
    data = _return() | {"seen": seen}
    page = officer.post(f"{county.door}/return", data=data)
    assert page.status_code == 409
    assert "您刚才写的内容" in page.text
    assert data["note"] in page.text
    assert data["basis"] in page.text


def test_who_looks_at_a_report_is_told_that_its_writer_alone_sees_it(sign_in, county, write):
    """Inspectors cannot open a report: they see nothing of it."""
    reference = write(lambda s: report(s, county).reference)
    office = sign_in(Role.OFFICER, county.office)
    page = office.get(f"/desk/cases/{reference}").text
    assert "举报人会看到这次查看和原因" in page
    shown = office.post(f"/desk/cases/{reference}/reveal", data=REASON).text
    assert "举报人会看到" in shown
    refused = office.post(f"/desk/cases/{reference}/reveal", data={"note": "看"}).text
    assert "举报人会看到这次查看和原因" in refused
    for text in (page, shown, refused):
        assert "督查室" not in text.replace("督查室裁定", "")


def test_who_looks_at_another_letter_is_told_that_inspectors_see_it_too(officer, county):
    assert "居民和督查室会看到这次查看和原因" in officer.get(county.door).text
    assert "居民和督查室都会看到" in officer.post(f"{county.door}/reveal", data=REASON).text
