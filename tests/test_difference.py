"""The difference of two texts: true to both, readable, and never slow."""

import itertools
import random
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.difference import Kind, Piece, pieces

LETTER = "人民路从三月挖开没铺好。我住幸福小区，电话138 1234 5678，\n车牌浙A12345。请尽快处理！"
SHORT = {Kind.SAME: "{}", Kind.REMOVED: "<-{}>", Kind.ADDED: "<+{}>"}


def told(before: str, after: str) -> str:
    """Write the difference in one line: <-gone>, <+new>."""
    return "".join(SHORT[piece.kind].format(piece.text) for piece in pieces(before, after))


def is_true(before: str, after: str) -> bool:
    """Tell whether the pieces give back both texts, alternate and are never empty."""
    found = pieces(before, after)
    kinds = [piece.kind for piece in found]
    return (
        "".join(p.text for p in found if p.kind != Kind.ADDED) == before
        and "".join(p.text for p in found if p.kind != Kind.REMOVED) == after
        and all(p.text for p in found)
        and all(a != b for a, b in itertools.pairwise(kinds))
        and (Kind.ADDED, Kind.REMOVED) not in itertools.pairwise(kinds)
    )


WORDS = st.lists(
    st.sampled_from([*"路灯坏了的，。！\n\r [】👩\u200d\u0301a1", "[电话已隐去]", "\r\n", "138"])
).map("".join)


@settings(max_examples=300, deadline=None)
@given(WORDS | st.text(), WORDS | st.text())
@example("啊。\n啊。", "啊。啊。\n")
@example("", "")
def test_the_pieces_give_back_both_texts_to_the_character(before, after):
    assert is_true(before, after)


@settings(max_examples=100, deadline=None)
@given(WORDS)
def test_a_text_does_not_differ_from_itself(text):
    assert pieces(text, text) == ([Piece(Kind.SAME, text)] if text else [])


def test_what_a_mask_replaced_is_shown_and_nothing_else():
    masked = LETTER.replace("138 1234 5678", "[电话已隐去]").replace("浙A12345", "[车牌已隐去]")
    assert told(LETTER, masked) == (
        "人民路从三月挖开没铺好。我住幸福小区，电话<-138 1234 5678><+[电话已隐去]>，\n"
        "车牌<-浙A12345><+[车牌已隐去]>。请尽快处理！"
    )


def test_two_masks_side_by_side_stay_two():
    assert told("找13912345678、13800000000。", "找[电话已隐去]、[电话已隐去]。") == (
        "找<-13912345678><+[电话已隐去]>、<-13800000000><+[电话已隐去]>。"
    )


def test_one_mask_for_another_is_exchanged_whole():
    assert told("致电[电话已隐去]。", "致电[车牌已隐去]。") == (
        "致电<-[电话已隐去]><+[车牌已隐去]>。"
    )


def test_numbers_and_words_are_exchanged_whole():
    assert told("2024年投入3500元", "2025年投入3800元") == "<-2024><+2025>年投入<-3500><+3800>元"
    assert told("请看 notice 一栏", "请看 notify 一栏") == "请看 <-notice><+notify> 一栏"


def test_what_happens_to_be_in_both_is_no_island_in_a_new_sentence():
    assert told("今天去看了现场情况很差。", "明天我们要看到整改方案。") == (
        "<-今天去看了现场情况很差><+明天我们要看到整改方案>。"
    )


def test_a_sentence_is_not_explained_by_characters_of_another_one():
    assert told("路灯坏了。请修理。", "路灯坏了。路面也坏了。请修理。") == (
        "路灯坏了。<+路面也坏了。>请修理。"
    )


def test_line_breaks_stay_where_they_are_and_hold_changes_apart():
    assert told("甲\n乙\n丙", "丁\n乙\n戊") == "<-甲><+丁>\n乙\n<-丙><+戊>"
    assert told("甲乙", "甲\n乙") == "甲<+\n>乙"


def test_a_face_of_several_characters_is_never_cut_in_two():
    family, couple = "👩\u200d👧", "👩\u200d👦"
    assert told(f"谢谢{family}", f"谢谢{couple}") == f"谢谢<-{family}><+{couple}>"


def rare(begin: int, count: int) -> list[str]:
    """As many different characters."""
    return [chr(begin + n) for n in range(count)]


def spread(common: str, begin: int, count: int) -> str:
    """The same character again and again, each time before another one."""
    return "".join(common + letter for letter in rare(begin, count))


DICE = random.Random(5)  # noqa: S311 - any texts, the same each time

HOSTILE = {
    "one character": ("啊" * 6600, "X" + "啊" * 6000 + "Y"),
    "two in turn": ("啊哦" * 3300, "哦啊" * 3300),
    "two in turn, just payable": ("啊哦" * 380, "哦啊" * 380 + "哎" * 5800),
    "one common, all else different": (spread("啊", 0x5000, 3300), spread("啊", 0x7000, 3300)),
    "many single matches, just payable": (spread("啊", 0x5000, 150), spread("啊", 0x7000, 150)),
    "ends of sentences": ("。" * 6600, "。x" * 5000),
    "short sentences": ("啊。" * 3300, "哦。啊。" * 1650),
    "line breaks": ("a\n" * 10_000, "\na" * 10_000),
    "words": ("a b " * 5000, "b a " * 5000),
    "brackets": ("[" * 20_000, "[ " * 10_000),
    "joiners": ("👩\u200d" * 2800, "\u200d👩" * 2800),
    "turned round": ("".join(rare(0x4E00, 6600)), "".join(rare(0x4E00, 6600)[::-1])),
    "shuffled": ("".join(rare(0x4E00, 6600)), "".join(DICE.sample(rare(0x4E00, 6600), 6600))),
    "few letters": tuple("".join(DICE.choices("的了是我不，", k=6600)) for _ in range(2)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_two_texts_of_twenty_kilobytes_take_half_a_second(name):
    before, after = HOSTILE[name]
    began = time.process_time()
    found = pieces(before, after)
    assert time.process_time() - began < 0.5
    assert found
    assert is_true(before, after)


def test_a_long_letter_with_a_few_changes_is_compared_to_the_character():
    words = "路灯水管噪声垃圾积水台阶扶手"
    lines = (f"第{n}户反映{''.join(DICE.choices(words, k=25))}。" for n in range(110))
    letter = "\n".join(lines)
    assert len(letter) > 3500
    changed = letter.replace("第50户", "第50家").replace("第90户反映", "第90户")
    found = [piece for piece in pieces(letter, changed) if piece.kind != Kind.SAME]
    assert [piece.text for piece in found] == ["户", "家", "反映"]


SHOWN = """{% from '_macros/difference.html' import difference %}{{ difference(pieces) }}"""


def rendered(app, before: str, after: str) -> str:
    """The difference as the page has it."""
    with app.test_request_context("/"):
        return app.jinja_env.from_string(SHOWN).render(pieces=pieces(before, after))


def test_a_page_says_in_words_what_went_and_what_came(app):
    text = rendered(app, "电话138", "电话[电话已隐去]")
    words = re.sub(r"<[^>]+>", "", text.split('<div class="difference">')[1]).strip()
    assert words == "电话［删去：138］［加上：[电话已隐去]］"
    assert '>电话<del><span class="vh">［删去：</span>138<' in text
    assert '</del><ins><span class="vh">［加上：</span>[电话已隐去]<' in text
    assert "没有改动" not in text


def test_a_page_shows_that_a_line_break_came(app):
    assert '<span aria-hidden="true">↵</span>\n' in rendered(app, "甲乙", "甲\n乙")
    assert "↵" not in rendered(app, "甲\n乙", "甲\n丙")


def test_a_page_runs_nothing_of_a_text(app):
    text = rendered(app, "<script>a</script>", "<b onclick=x>\n</b>")
    assert "<script" not in text
    assert "<b " not in text
    assert "&lt;" in text


def test_a_page_says_when_nothing_was_changed(app):
    assert "没有改动" in rendered(app, "甲", "甲")
