"""What was changed for publication, and the sorts of personal data that went."""

import pytest

from portal.cases.changes import change
from portal.redaction import Kind, apply, propose

LETTER = "我是张建国先生，电话13800001234，车牌青A·X1234，住文昌路2号3单元501室。请修路灯。"


def test_every_sort_that_went_is_named_with_its_number():
    found = change(LETTER, apply(LETTER, propose(LETTER)))
    assert found.kinds[Kind.PHONE] == 1
    assert found.kinds[Kind.PLATE] == 1
    assert sum(found.kinds.values()) == len(propose(LETTER))
    assert not found.has_others
    assert found.is_any


def test_what_was_left_in_is_not_named():
    after = LETTER.replace("13800001234", "[电话已隐去]")
    found = change(LETTER, after)
    assert found.kinds == {Kind.PHONE: 1}
    assert not found.has_others


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("路灯坏了，局长是笨蛋。", "路灯坏了。"),
        ("路灯坏了。", "路灯坏了，在南街。"),
        ("电话13800001234。路灯坏了。", "电话[电话已隐去]。路灯不亮。"),
    ],
)
def test_other_changes_are_said_to_be_there(before, after):
    assert change(before, after).has_others


def test_a_text_that_stayed_has_no_change():
    found = change(LETTER, LETTER)
    assert not found.is_any
    assert not found.kinds
    assert not found.has_others


@pytest.mark.parametrize(("before", "after"), [("", ""), ("", "新"), ("旧", "")])
def test_empty_texts_are_texts_too(before, after):
    found = change(before, after)
    assert found.is_any == (before != after)


def test_the_pieces_make_both_texts():
    after = "请修路灯。"
    found = change(LETTER, after)
    assert "".join(p.text for p in found.pieces if p.kind != "added") == LETTER
    assert "".join(p.text for p in found.pieces if p.kind != "removed") == after


@pytest.mark.parametrize(
    ("after", "is_other"),
    [
        ("他的电话是138****1234，他说谎。", False),
        ("他的电话是，他说谎。", False),
        ("他说谎。", True),
        ("他的电话是假的，他说谎。", True),
    ],
)
def test_words_that_went_along_with_personal_data_are_said_to_be_there(after, is_other):
    before = "他的电话是13800001234，他说谎。"
    assert change(before, after).has_others is is_other
