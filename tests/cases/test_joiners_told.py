"""Who joined a case, and who wrote it, hears what becomes of it: merged, split, off the pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases import actions, joining, merging, undo
from portal.cases.kinds import REJECT_REASONS, TargetKind
from portal.cases.merging import Part
from portal.cases.models import Case
from portal.cases.steps import SECOND_THOUGHTS
from portal.cases.targets import Target, set_targets
from portal.cases.workflow import Visibility
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS
from tests.factories import AT, MODERATOR, case, department, officer, writer

TEXT = {"public_title": "水管漏水", "public_body": "城东路口漏水。"}
LATER = AT + timedelta(minutes=5)


def joined(s, found: Case, people: int = 2) -> Case:
    """The case made public, with people who joined it, and one who left no contact."""
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    for n in range(people):
        joining.join(s, found, person=f"{n:064x}", contact=f"1390000111{n}", at=AT)
    joining.join(s, found, person="f" * 64, contact="", at=AT)
    return found


def told(s, kind: str) -> list[Message]:
    return list(s.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def words(message: Message) -> str:
    return "".join(part % message.payload for part in TEXTS[message.kind])


def refuse(s, found):
    actions.reject(s, found, "unclear", actor=MODERATOR, at=LATER)


def withdraw(s, found):
    actions.withdraw(s, found, actor=writer(found), at=LATER)


def accuse(s, found):
    accused = Target(TargetKind.DEPARTMENT, department(s))
    set_targets(s, found, [accused], actor=MODERATOR, at=LATER)


def hide(s, found):
    actions.withhold(s, found, actor=MODERATOR, at=LATER, note="涉及他人")


@pytest.mark.parametrize("act", [refuse, withdraw, accuse, hide])
def test_who_joined_hears_when_a_case_is_public_no_longer(s, act):
    found = joined(s, case(s))
    act(s, found)
    ended = told(s, "joined_ended")
    assert len({m.recipient for m in ended}) == len(ended) == 2
    assert {m.run_at for m in ended} == {LATER + SECOND_THOUGHTS}
    assert "不再公开办理" in words(ended[0])
    assert "请另行提交" in words(ended[0])
    assert "http" not in words(ended[0])


@pytest.mark.parametrize("act", [refuse, withdraw, accuse, hide])
def test_of_a_case_that_was_not_public_nobody_is_told_that_it_is_so_no_longer(s, act):
    found = joined(s, case(s))
    found.visibility, found.published_at = Visibility.PRIVATE, None
    act(s, found)
    assert told(s, "joined_ended") == []


def test_naming_a_contractor_takes_nothing_off_and_tells_nobody(s):
    found = joined(s, case(s))
    firm = Target(TargetKind.CONTRACTOR, name="某公司")
    set_targets(s, found, [firm], actor=MODERATOR, at=LATER)
    assert found.visibility is Visibility.PUBLIC
    assert told(s, "joined_ended") == []


def test_one_step_tells_each_joiner_once_and_the_next_step_again(s):
    found = joined(s, case(s))
    for once in ("1", "1", "2"):
        joining.tell_joiners_ended(s, found, once, LATER)
    assert len(told(s, "joined_ended")) == 4


def test_a_refusal_that_is_taken_back_tells_nobody(s):
    found = joined(s, case(s))
    refuse(s, found)
    undo.undo(s, found, actor=MODERATOR, at=LATER + timedelta(seconds=5))
    assert found.visibility is Visibility.PUBLIC
    assert told(s, "joined_ended") == told(s, "case_rejected") == []


def test_who_joined_hears_of_the_answer_of_a_case_that_left_the_public_pages(s):
    found, unit = joined(s, case(s)), department(s)
    actions.assign(s, found, unit, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=officer(unit), at=AT)
    actions.answer(s, found, "已于周二修好。", actor=officer(unit), at=AT)
    hide(s, found)
    actions.close(s, found, actor=MODERATOR, at=LATER)
    assert told(s, "joined_answered") == []
    unseen = told(s, "joined_answered_unseen")
    assert len(unseen) == 2
    assert "已有答复" in words(unseen[0])
    assert "办理公开" not in words(unseen[0])


def test_writer_and_joiners_hear_that_a_case_is_answered_along_with_another(s):
    parent = case(s, title="别人的标题", body="别人的事")
    child = joined(s, case(s))
    merging.merge(s, child, parent, actor=MODERATOR, at=LATER)
    (mine,) = told(s, "case_merged")
    assert (mine.recipient, mine.run_at) == (f"case:{child.reference}", LATER + SECOND_THOUGHTS)
    assert child.reference in words(mine)
    theirs = told(s, "joined_merged")
    assert len(theirs) == 2
    for message in (mine, *theirs):
        assert parent.reference not in words(message)
        assert "别人" not in words(message)


def test_a_merger_that_is_taken_back_tells_nobody(s):
    parent, child = case(s), joined(s, case(s))
    merging.merge(s, child, parent, actor=MODERATOR, at=LATER)
    undo.undo(s, child, actor=MODERATOR, at=LATER + timedelta(seconds=5))
    assert told(s, "case_merged") == told(s, "joined_merged") == []
    assert told(s, "case_redacted"), "what another act told stays"


def test_the_writer_hears_in_how_many_parts_a_letter_is_handled(s):
    letter = case(s)
    lamps, road = Part("路灯不亮", "路灯不亮"), Part("路面破损", "路面破损")
    made = merging.split(s, letter, [lamps, road], actor=MODERATOR, at=LATER)
    (first,) = told(s, "case_split")
    assert first.recipient == f"case:{letter.reference}"
    assert "分成 3 件办理" in words(first)
    assert letter.reference in words(first)
    assert not any(part.reference in words(first) for part in made)
    s.expire_all()
    merging.split(s, letter, [Part("噪音", "噪音")], actor=MODERATOR, at=LATER)
    assert "分成 4 件办理" in words(told(s, "case_split")[1])


def test_every_refusal_says_where_else_to_go():
    for key, reason in REJECT_REASONS.items():
        assert "请" in reason.instead, key
