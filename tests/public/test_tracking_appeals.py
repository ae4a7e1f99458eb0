"""What was changed for publication and why, as its writer reads it; and the one appeal."""

import re

import pytest

from portal.cases import actions, appeals, questions
from portal.cases.attachments import withhold_file
from portal.cases.kinds import AppealKind
from portal.cases.workflow import Visibility
from tests import factories
from tests.cases.photos import with_photo
from tests.factories import AT, MODERATOR
from tests.public.writing import (
    DAY,
    OTHER_MODERATOR,
    answer,
    at_time,
    facts,
    letter,
    of,
    prove,
    publish,
)

WHY = "我不同意，理由是这件事确实归县里管，请再看。"


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    at_time(monkeypatch)


def refused(s, case, unit) -> None:
    actions.reject(s, case, "elsewhere", actor=MODERATOR, at=AT)


def withheld(s, case, unit) -> None:
    actions.withhold(s, case, actor=MODERATOR, at=AT, note="涉及邻里隐私")


def redacted(s, case, unit) -> None:
    answer(s, case, unit)
    publish(s, case, unit)


DECISIONS = {"refusal": refused, "withholding": withheld, "redaction": redacted}


def file(client, found, against: str, note: str = WHY):
    return client.post(f"{found.door}/appeal", data={"against": against, "note": note})


def differences(page: str) -> list[str]:
    return re.findall(r'<div class="difference">(.*?)</div>', page, re.S)


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


# What was changed, and why


def test_the_writer_reads_what_was_changed_character_by_character_and_why(client, write):
    page = prove(client, letter(write, redacted)).text
    title, body = differences(page)
    assert "<del>" in title
    assert "三天没人修" in title
    assert re.search(r"<del>.*13800001234.*</del>", body)
    assert re.search(r"<ins>.*\[电话已隐去\].*</ins>", body)
    assert "手机或电话号码，1 处" in plain(page)
    assert "个人信息保护法" in page
    assert "另有改动由审核员作出" in page  # of the title


def test_what_only_loses_personal_data_is_said_to_lose_nothing_else(client, write):
    def lead(s, case, unit):
        publish(s, case, unit, title=case.title)

    page = prove(client, letter(write, lead)).text
    assert len(differences(page)) == 1
    assert "另有改动" not in page
    assert "标题的改动" not in page


def test_a_text_published_as_it_was_written_says_so_and_offers_no_appeal(client, write):
    def lead(s, case, unit):
        publish(s, case, unit, title=case.title, body=case.body)

    page = prove(client, letter(write, lead)).text
    assert "按您的原文公开，没有改动" in page
    assert not differences(page)
    assert "/appeal" not in page


def test_what_was_changed_of_the_answer_is_told_where_the_public_reads_it(client, write):
    def lead(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)
        publish(s, case, unit, title=case.title, body=case.body)
        actions.sign(s, case, actor=factories.officer(unit), at=AT)
        said = "已修好，来电13900001234可查。"
        actions.answer(s, case, said, actor=factories.officer(unit), at=AT)
        fit = "已修好，来电[电话已隐去]可查。"
        actions.close(s, case, actor=MODERATOR, at=AT, answer_text=fit)

    page = prove(client, letter(write, lead)).text
    assert "已修好，来电13900001234可查。" in page
    assert "这份答复公开时改了什么" in page
    assert re.search(r"<del>.*13900001234.*</del>", differences(page)[0])


def test_the_writer_reads_why_words_went_that_are_no_personal_data(client, write):
    def lead(s, case, unit):
        texts = {"public_title": case.title, "public_body": "城东路口漏水。"}
        why = "与办理无关的话没有公开。"
        actions.publish(s, case, actor=MODERATOR, at=AT, note=why, **texts)
        actions.redact(s, case, actor=MODERATOR, at=AT + DAY, note="改短了。", **texts)

    page = prove(client, letter(write, lead)).text
    said, timeline = page.split("办理过程")
    assert "改短了。" in said
    assert "与办理无关的话没有公开。" in timeline
    assert "审核员整理公开的文字" in timeline


def test_the_writer_reads_why_a_case_and_a_photo_are_not_shown(client, write):
    def lead(s, case, unit):
        photo = with_photo(s, case)
        withhold_file(s, case, photo, actor=MODERATOR, at=AT, note="遮住人脸后看不清现场。")
        actions.withhold(s, case, reason="minors", actor=MODERATOR, at=AT, note="涉及孩子。")

    page = prove(client, letter(write, lead)).text.split("办理过程")[0]
    assert "遮住人脸后看不清现场。" in page
    assert "涉及未成年人或特殊困难群众，公开可能造成伤害" in page
    assert "涉及孩子。" in page


def test_what_was_changed_of_a_reply_is_said_without_showing_it(client, write):
    def lead(s, case, unit):
        answer(s, case, unit)
        questions.ask(s, case, actor=factories.writer(case), at=AT, note="谁修的？")
        said = "张三修的，电话13700001111。"
        questions.reply(s, case, actor=factories.officer(unit), at=AT, text=said)
        questions.release(s, case, actor=MODERATOR, at=AT, text="县里修的。")

    found = letter(write, lead)
    page = prove(client, found).text
    assert "这份答复发给您之前，审核员作了改动" in page
    assert "13700001111" not in page
    assert file(client, found, "redaction").status_code == 303


def test_a_second_refusal_has_a_form_of_its_own_beside_the_first_appeal(client, write):
    def lead(s, case, unit):
        refused(s, case, unit)
        mine = {"actor": factories.writer(case), "at": AT, "note": WHY}
        appeals.appeal(s, case, AppealKind.REFUSAL, **mine)
        appeals.grant(s, case, actor=OTHER_MODERATOR, at=AT, note="恢复。")
        actions.reject(s, case, "unclear", actor=OTHER_MODERATOR, at=AT)

    found = letter(write, lead)
    page = prove(client, found).text
    assert page.count(f'action="{found.door}/appeal"') == 1
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert file(client, found, "refusal").status_code == 303


def test_the_original_is_for_the_writer_alone(app, client, write):
    found = letter(write, redacted)
    prove(client, found)
    public = app.test_client().get(f"/feedback/{found.reference}").text
    assert "13800001234" not in public
    assert "申诉" not in public.split("<main")[1].split("</main>")[0]


# The appeal


@pytest.mark.parametrize("against", DECISIONS)
def test_each_decision_is_appealed_against_once(client, write, against):
    found = letter(write, DECISIONS[against])
    page = prove(client, found).text
    assert "2026-03-17 10:00 之前申诉一次" in plain(page)
    assert file(client, found, against).status_code == 303
    page = client.get(found.door).text
    assert WHY in page
    assert "等待另一位审核员处理" in page
    assert f'action="{found.door}/appeal"' not in page
    again = file(client, found, against)
    assert again.status_code == 409
    assert "已经申诉过" in again.text
    assert WHY in again.text
    (made,) = facts(write, found.reference, "appeals")
    assert len(made) == 1


@pytest.mark.parametrize("against", DECISIONS)
@pytest.mark.parametrize("is_granted", [True, False])
def test_the_outcome_is_read_with_its_words_and_without_names(client, write, against, is_granted):
    found = letter(write, DECISIONS[against])
    prove(client, found)
    file(client, found, against)
    texts = {"public_title": "新标题", "public_body": "新正文。"} if against == "redaction" else {}

    def decide(s):
        case = of(s, found.reference)
        common = {"actor": OTHER_MODERATOR, "at": AT, "note": "看过了，这样处理。"}
        if is_granted:
            appeals.grant(s, case, **texts, **common)
        else:
            appeals.deny(s, case, **common)

    write(decide)
    page = client.get(found.door).text
    assert ("申诉成立" if is_granted else "维持原决定") in page
    assert "看过了，这样处理。" in page
    assert "这项决定已经申诉过" in page
    assert OTHER_MODERATOR.name not in page
    assert MODERATOR.name not in page.replace("/moderation", "")
    assert file(client, found, against).status_code == 409
    if is_granted and against == "refusal":
        assert "您可以这样做" not in page
        assert "待审核" in page


@pytest.mark.parametrize("against", DECISIONS)
def test_after_its_time_an_appeal_is_neither_offered_nor_taken(client, write, monkeypatch, against):
    found = letter(write, DECISIONS[against])
    at_time(monkeypatch, AT + 15 * DAY)
    assert f'action="{found.door}/appeal"' in prove(client, found).text
    at_time(monkeypatch, AT + 16 * DAY)
    page = prove(client, found).text
    assert f'action="{found.door}/appeal"' not in page
    assert "的申诉期限（2026-03-17 10:00）已过" in plain(page)
    late = file(client, found, against)
    assert late.status_code == 409
    assert "申诉期限已过" in late.text
    assert WHY in late.text
    assert facts(write, found.reference, "appeals") == ([],)


@pytest.mark.parametrize("note", ["", " \n ", "长" * 501])
def test_an_appeal_of_the_wrong_length_is_shown_again_with_its_text(client, write, note):
    found = letter(write, refused)
    prove(client, found)
    answered = file(client, found, "refusal", note)
    assert answered.status_code == 422
    assert '<details class="panel" id="appeal-refusal" open>' in answered.text
    assert 'href="#appeal-refusal-note"' in answered.text
    assert note.strip() in answered.text
    assert facts(write, found.reference, "appeals") == ([],)


@pytest.mark.parametrize(("against", "status"), [("x", 422), ("", 422), ("redaction", 409)])
def test_what_was_not_decided_cannot_be_appealed_against(client, write, against, status):
    found = letter(write, refused)
    prove(client, found)
    for note in (WHY, ""):
        assert file(client, found, against, note).status_code == status
    assert facts(write, found.reference, "appeals") == ([],)


def test_two_decisions_on_one_case_have_a_form_each(client, write):
    def both(s, case, unit):
        withheld(s, case, unit)
        refused(s, case, unit)

    found = letter(write, both)
    page = prove(client, found).text
    assert page.count(f'action="{found.door}/appeal"') == 2
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert file(client, found, "withholding").status_code == 303
    page = client.get(found.door).text
    assert f'action="{found.door}/appeal"' not in page  # one at a time
    write(
        lambda s: appeals.deny(
            s, of(s, found.reference), actor=OTHER_MODERATOR, at=AT, note="维持。"
        )
    )
    assert file(client, found, "refusal").status_code == 303


def test_a_granted_text_is_what_the_writer_reads_from_then_on(client, write):
    found = letter(write, redacted)
    prove(client, found)
    file(client, found, "redaction")

    def grant(s):
        case = of(s, found.reference)
        appeals.grant(
            s,
            case,
            actor=OTHER_MODERATOR,
            at=AT,
            note="恢复标题。",
            public_title=case.title,
            public_body="城东路口水管漏水，我的电话是[电话已隐去]。",
        )

    write(grant)
    page = client.get(found.door).text
    assert len(differences(page)) == 1
    assert facts(write, found.reference, "visibility") == (Visibility.PUBLIC,)


def test_an_appeal_is_counted_from_the_decision_and_not_from_the_letter(client, write, s):
    def late(s, case, unit):
        actions.reject(s, case, "elsewhere", actor=MODERATOR, at=AT + 40 * DAY)

    found = letter(write, late)
    case = of(s, found.reference)
    until = appeals.appeal_until(s, case, AppealKind.REFUSAL, AT + 40 * DAY)
    assert until == AT + 55 * DAY
