"""What the writer is told of decisions on publication: what was changed, why, and by which step."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases import actions, appeals, questions, undo
from portal.cases.attachments import publish_file, withhold_file
from portal.cases.decisions import decision_before, decision_of, why_reworded
from portal.cases.kinds import WITHHOLD_REASONS, AppealKind, Resolved
from portal.cases.visibility import for_writer
from portal.cases.workflow import Action, Visibility
from portal.errors import Invalid, NotAllowed
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS
from portal.security import Actor, Role
from tests import factories
from tests.cases.photos import stored, with_photo
from tests.factories import AT, MODERATOR, case, department, officer, writer

OTHER = Actor("other", Role.MODERATOR)
THIRD = Actor("third", Role.MODERATOR)
MINUTE = timedelta(minutes=1)
TEXT = {"public_title": "水管漏水", "public_body": "城东路口漏水。"}
NEW = {"public_title": "水管漏水了", "public_body": "城东路口水管漏水。"}
REDACTION, WITHHOLDING = AppealKind.REDACTION, AppealKind.WITHHOLDING


def told(s, found):
    """The messages to the writer, in the order they were queued."""
    mine = Message.recipient == f"case:{found.reference}"
    return [m.kind for m in s.scalars(select(Message).where(mine).order_by(Message.id))]


def at(n):
    """Some minutes later."""
    return {"at": AT + n * MINUTE}


def as_written(found):
    """The public text that changes nothing."""
    return {"public_title": found.title, "public_body": found.body}


def answered(s, found, text="已修好，来电13900001234。"):
    """Bring the case to where its answer waits."""
    unit = department(s)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=officer(unit), at=AT)
    actions.answer(s, found, text, actor=officer(unit), at=AT)
    return unit


def file_appeal(s, found, against, n, why="我不同意"):
    appeals.appeal(s, found, against, actor=writer(found), note=why, **at(n))


# What is said


def test_a_new_text_of_a_public_case_is_told_and_stands_in_the_timeline(s):
    found = case(s)
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    actions.redact(s, found, **NEW, actor=OTHER, note="补上漏写的字。", **at(5))
    assert told(s, found) == ["case_redacted", "case_redacted"]
    assert (found.events[-1].action, found.events[-1].note) == ("redact", "补上漏写的字。")
    assert for_writer(Action.REDACT).note
    assert why_reworded(found) == "补上漏写的字。"


def test_what_is_only_prepared_is_not_told(s):
    found = case(s)
    actions.redact(s, found, **TEXT, actor=MODERATOR, at=AT)
    assert told(s, found) == []


def test_a_text_that_was_saved_with_its_reason_keeps_it_when_it_is_published(s):
    found = case(s)
    actions.redact(s, found, **TEXT, actor=MODERATOR, at=AT, note="与办理无关的删去。")
    actions.publish(s, found, actor=OTHER, **at(1))
    assert why_reworded(found) == "与办理无关的删去。"


@pytest.mark.parametrize("is_public", [True, False])
def test_withholding_is_told_once_it_can_no_longer_be_undone(s, is_public):
    found = case(s)
    if is_public:
        actions.publish(s, found, **as_written(found), actor=MODERATOR, at=AT)
    actions.withhold(s, found, reason="privacy", actor=MODERATOR, note="认得出人", **at(2))
    assert told(s, found) == ["case_withheld"]
    undo.undo(s, found, actor=MODERATOR, **at(2))
    assert told(s, found) == []
    assert found.withheld_reason is None


def test_who_never_agreed_is_not_told_that_it_stays_private(s):
    found = case(s, consent_publish=False)
    actions.withhold(s, found, actor=MODERATOR, at=AT, note="没有同意")
    assert told(s, found) == []


def test_a_reason_is_of_the_list_and_goes_when_the_case_is_published(s):
    found = case(s)
    for wrong in ("", "because", "unclear"):
        with pytest.raises(Invalid):
            actions.withhold(s, found, reason=wrong, actor=MODERATOR, at=AT, note="x")
    with pytest.raises(Invalid):
        actions.withhold(s, found, reason="other", actor=MODERATOR, at=AT, note=" ")
    for reason in WITHHOLD_REASONS:
        actions.withhold(s, found, reason=reason, actor=MODERATOR, at=AT, note="x")
        assert found.withheld_reason == reason
        actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
        assert found.withheld_reason is None


def test_a_granted_appeal_clears_the_reason(s):
    found = case(s)
    actions.withhold(s, found, reason="minors", actor=MODERATOR, at=AT, note="涉及孩子")
    file_appeal(s, found, WITHHOLDING, 1)
    appeals.grant(s, found, actor=OTHER, note="可以公开", **at(2))
    assert (found.visibility, found.withheld_reason) == (Visibility.PRIVATE, None)


def test_decisions_on_photos_are_steps_with_their_reason_and_one_message_a_minute(s):
    found = case(s)
    one, two = with_photo(s, found), with_photo(s, found_other := case(s))
    assert found_other.files == [two]
    publish_file(s, found, one, one.file, actor=MODERATOR, at=AT)
    assert (one.note, found.events[-1].action, found.events[-1].note) == ("", "publish-file", "")
    with pytest.raises(Invalid):
        publish_file(s, found, one, stored(s, b"black"), actor=MODERATOR, at=AT)
    seconds = {"actor": MODERATOR, "at": AT + timedelta(seconds=20)}
    publish_file(s, found, one, stored(s, b"black"), note="有人脸", **seconds)
    assert (one.note, found.events[-1].note) == ("有人脸", "有人脸")
    assert told(s, found) == ["case_file"]
    withhold_file(s, found, one, actor=MODERATOR, note="遮不住", **at(3))
    assert (one.note, found.events[-1].action) == ("遮不住", "withhold-file")
    assert told(s, found) == ["case_file", "case_file"]
    assert for_writer(Action.WITHHOLD_FILE).note
    publish_file(s, found, one, one.file, actor=MODERATOR, **at(6))
    assert one.note == ""


def test_every_message_has_its_text():
    assert {"case_redacted", "case_withheld", "case_file"} <= TEXTS.keys()


# One appeal a decision


def test_a_second_refusal_can_be_appealed_against_again(s):
    found = case(s)
    actions.reject(s, found, "unclear", actor=MODERATOR, at=AT)
    file_appeal(s, found, AppealKind.REFUSAL, 1)
    appeals.grant(s, found, actor=OTHER, note="清楚", **at(2))
    actions.reject(s, found, "elsewhere", actor=OTHER, note="归邻县", **at(3))
    assert found.appealable == [AppealKind.REFUSAL]
    file_appeal(s, found, AppealKind.REFUSAL, 4)
    assert found.open_appeal.decided_before_by == OTHER.name
    with pytest.raises(NotAllowed):
        appeals.deny(s, found, actor=OTHER, note="维持", **at(5))
    appeals.deny(s, found, actor=MODERATOR, note="维持", **at(5))
    assert found.appealable == []
    first, second = found.appeals
    assert [decision_before(found, a).actor for a in (first, second)] == [
        MODERATOR.name,
        OTHER.name,
    ]


def test_a_text_that_was_changed_once_more_can_be_appealed_against_again(s):
    found = case(s)
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    file_appeal(s, found, REDACTION, 1)
    assert found.appealable == []
    appeals.deny(s, found, actor=OTHER, note="维持", **at(2))
    assert found.appealable == []
    actions.redact(s, found, **NEW, actor=OTHER, **at(3))
    assert found.appealable == [REDACTION]
    undo.undo(s, found, actor=OTHER, **at(3))
    assert found.appealable == []


def test_what_was_withheld_a_second_time_can_be_appealed_against_again(s):
    found = case(s)
    actions.withhold(s, found, actor=MODERATOR, at=AT, note="x")
    file_appeal(s, found, WITHHOLDING, 1)
    appeals.grant(s, found, actor=OTHER, note="y", **at(2))
    actions.withhold(s, found, actor=OTHER, note="z", **at(3))
    file_appeal(s, found, WITHHOLDING, 4)
    assert found.open_appeal.decided_before_by == OTHER.name


# What else can be appealed against


def test_an_answer_that_others_read_otherwise_can_be_appealed_against(s):
    found = case(s)
    actions.publish(s, found, **as_written(found), actor=MODERATOR, at=AT)
    answered(s, found)
    assert found.appealable == []
    actions.close(s, found, actor=OTHER, answer_text="已修好。", **at(5))
    assert found.appealable == [REDACTION]
    assert decision_of(found, REDACTION).actor == OTHER.name
    file_appeal(s, found, REDACTION, 6)
    with pytest.raises(NotAllowed):
        appeals.grant(s, found, actor=OTHER, note="x", **at(7))
    with pytest.raises(Invalid):
        appeals.grant(s, found, actor=MODERATOR, note="x", **at(7))
    new = {found.answer.id: "已修好，来电可查。"}
    appeals.grant(s, found, actor=MODERATOR, note="x", answers=new, **at(7))
    assert found.answer.public_text == "已修好，来电可查。"
    assert found.appealable == [], "it was appealed against"


def test_an_answer_that_only_its_writer_reads_is_not(s):
    found = case(s)
    answered(s, found)
    actions.close(s, found, actor=OTHER, answer_text="已修好。", **at(5))
    assert found.appealable == []
    actions.publish(s, found, **as_written(found), actor=MODERATOR, **at(9))
    assert found.appealable == [REDACTION]
    assert decision_of(found, REDACTION).at == AT + 9 * MINUTE, "now others read it"


def test_a_reply_that_was_changed_can_be_appealed_against_even_of_a_private_case(s):
    found = case(s, consent_publish=False)
    unit = answered(s, found)
    actions.close(s, found, actor=MODERATOR, at=AT)
    questions.ask(s, found, actor=writer(found), note="谁修的？", **at(1))
    questions.reply(s, found, actor=officer(unit), text="张三修的，电话13700001111。", **at(2))
    questions.release(s, found, actor=OTHER, text="县里修的。", **at(3))
    assert found.appealable == [REDACTION]
    assert decision_of(found, REDACTION).actor == OTHER.name
    file_appeal(s, found, REDACTION, 4)
    with pytest.raises(Invalid):
        appeals.grant(s, found, actor=MODERATOR, note="x", **at(5))
    appeals.grant(s, found, actor=MODERATOR, note="x", reply="张三修的。", **at(5))
    assert found.question.public_reply == "张三修的。"
    assert decision_before(found, found.appeals[0]).actor == OTHER.name


@pytest.mark.parametrize("is_black", [True, False])
def test_a_photo_that_is_held_back_or_blacked_out_can_be_appealed_against(s, is_black):
    found = case(s)
    photo = with_photo(s, found)
    actions.publish(s, found, **as_written(found), actor=MODERATOR, at=AT)
    publish_file(s, found, photo, photo.file, actor=MODERATOR, at=AT)
    assert found.appealable == []
    if is_black:
        publish_file(s, found, photo, stored(s, b"black"), note="人脸", actor=OTHER, **at(2))
    else:
        withhold_file(s, found, photo, actor=OTHER, note="人脸", **at(2))
    assert found.appealable == [REDACTION]
    file_appeal(s, found, REDACTION, 3)
    assert found.open_appeal.decided_before_by == OTHER.name
    with pytest.raises(NotAllowed):
        appeals.grant(s, found, actor=OTHER, note="x", **at(4))
    appeals.grant(s, found, actor=MODERATOR, note="照片将重新处理。", **at(4))
    publish_file(s, found, photo, photo.file, actor=MODERATOR, **at(5))
    assert found.appealable == []


def test_whoever_had_a_hand_in_it_stands_back_while_a_moderator_is_left(s):
    found = case(s)
    answered(s, found)
    actions.publish(s, found, **TEXT, answer_text="已修好。", actor=MODERATOR, **at(1))
    actions.redact(s, found, **NEW, actor=OTHER, **at(2))
    file_appeal(s, found, REDACTION, 3)
    assert appeals.shut_out(s, found, found.open_appeal) == {OTHER.name}, "nobody else is there"
    factories.account(s, THIRD.name, Role.MODERATOR)
    with pytest.raises(NotAllowed):
        appeals.deny(s, found, actor=MODERATOR, note="x", **at(4))
    appeals.deny(s, found, actor=THIRD, note="x", **at(4))


# Over an unhappy resident


def test_a_second_answer_is_not_sent_out_by_who_closed_the_first_time(s):
    found = case(s)
    unit = answered(s, found)
    actions.close(s, found, actor=MODERATOR, at=AT)
    no = {"resolved": Resolved.NO, "satisfaction": 1, "note": "还在漏"}
    actions.judge(s, found, **no, actor=writer(found), **at(1))
    actions.sign(s, found, actor=officer(unit), **at(2))
    actions.answer(s, found, "又修了一次。", actor=officer(unit), **at(3))
    with pytest.raises(NotAllowed):
        actions.publish(s, found, **TEXT, actor=MODERATOR, note="已修", **at(4))
    with pytest.raises(Invalid):
        actions.publish(s, found, **TEXT, actor=OTHER, **at(4))
    actions.publish(s, found, **TEXT, actor=OTHER, note="已换新管。", **at(4))
    assert found.answer.released_at == AT + 4 * MINUTE
    assert for_writer(Action.PUBLISH).note


def overturned(s, against, decide):
    """A case of which an appeal changed what MODERATOR had decided."""
    found = case(s)
    decide(found, MODERATOR, 0)
    file_appeal(s, found, against, 5)
    texts = NEW if against is REDACTION else {}
    appeals.grant(s, found, actor=OTHER, note="申诉成立", **texts, **at(6))
    return found


def reworded(s, found, who, n):
    act = actions.redact if found.visibility is Visibility.PUBLIC else actions.publish
    act(s, found, actor=who, **TEXT, **at(n))


DECISIONS = {
    AppealKind.REFUSAL: lambda s: (
        lambda c, who, n: actions.reject(s, c, "unclear", actor=who, **at(n))
    ),
    WITHHOLDING: lambda s: (
        lambda c, who, n: actions.withhold(s, c, actor=who, note="涉及他人", **at(n))
    ),
    REDACTION: lambda s: lambda c, who, n: reworded(s, c, who, n),
}


@pytest.mark.parametrize("against", DECISIONS)
def test_whose_decision_an_appeal_changed_does_not_take_it_again(s, against):
    decide = DECISIONS[against](s)
    found = overturned(s, against, decide)
    with pytest.raises(NotAllowed):
        decide(found, MODERATOR, 10)
    s.expire_all()
    decide(found, THIRD, 10)


def test_an_appeal_that_waited_takes_no_time_from_another(s):
    found = case(s)
    actions.withhold(s, found, actor=MODERATOR, note="涉及他人", **at(0))
    file_appeal(s, found, WITHHOLDING, 1)
    actions.reject(s, found, "unclear", actor=MODERATOR, **at(2))
    decided = AT + timedelta(days=40)
    appeals.deny(s, found, actor=OTHER, at=decided, note="维持")
    refusal = AppealKind.REFUSAL
    assert appeals.appeal_until(s, found, refusal, decided) > decided
    words = {"actor": writer(found), "note": "不同意"}
    appeals.appeal(s, found, refusal, at=decided + MINUTE, **words)


def test_who_did_not_agree_has_nothing_to_appeal_against(s):
    found = case(s, consent_publish=False)
    actions.withhold(s, found, actor=MODERATOR, note="涉及他人", **at(0))
    assert found.appealable == []
