"""The departments read the matter, not who wrote."""

import pytest

from portal import vault
from portal.cases.contacts import Contact
from portal.cases.masking import ANYBODY, Veil, mask
from portal.errors import Invalid
from tests import factories


def veil(s, name: str = "", phone: str = "", email: str = "") -> Veil:
    return Veil(factories.case(s, contact=Contact(name, phone or "13800001234", email)))


def test_what_is_found_is_masked_and_named():
    found = mask("电话13800001234，请回电。")
    assert found.masked == "电话[电话已隐去]，请回电。"
    assert [p.text for p in found.proposals] == ["13800001234"]


def test_the_writers_own_name_is_masked_where_no_rule_would_find_it(s):
    text = "别告诉邻居是欧阳小满说的，欧阳小满敬上"
    assert "欧阳小满" in mask(text).masked
    assert "欧阳" not in veil(s, "欧阳小满")(text)
    assert veil(s, "欧阳小满")(text).count("[姓名已隐去]") == 2


def test_in_a_departments_own_words_only_the_writer_is_masked(s):
    text = "已联系欧阳小满（13800001234），经办人张科长，电话13900005678。"
    shown = veil(s, "欧阳小满").known(text)
    assert shown == "已联系[姓名已隐去]（[电话已隐去]），经办人张科长，电话13900005678。"


@pytest.mark.parametrize("name", ["居民", "热心市民", "王"])
def test_a_name_that_is_nobodys_spoils_no_text(s, name):
    assert name in ANYBODY or len(name) == 1
    text = "小区居民和热心市民都走王家桥。"
    assert veil(s, name)(text) == text


def test_a_name_that_touches_what_was_found_is_masked_with_it(s):
    shown = veil(s, "李明13")("找李明13800001234。")
    assert "李明" not in shown
    assert "138" not in shown


def test_a_letter_that_grows_when_made_small_shifts_nothing(s):
    assert veil(s, "欧阳小满")("İ路口İ，欧阳小满") == "İ路口İ，[姓名已隐去]"


def test_with_another_servers_key_what_can_be_found_is_masked_all_the_same(s, monkeypatch):
    found = factories.case(s)

    def refuse(*_words):
        raise Invalid("other key")

    monkeypatch.setattr(vault, "unseal", refuse)
    assert Veil(found)("电话13900005678") == "电话[电话已隐去]"


def test_a_case_without_a_contact_is_veiled_like_any_other(s):
    found = factories.case(s, contact=None)
    assert Veil(found)("电话13900005678，路口积水") == "电话[电话已隐去]，路口积水"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("张小明", "我是小明家隔壁的"),
        ("张小明", "张 小 明反映"),
        ("张小明", "张·小·明反映"),
        ("张小明先生", "张小明反映"),
        ("李建国（3组）", "李建国家门口"),
        ("欧阳志远", "志远家门口"),
    ],
)
def test_the_writers_name_is_known_however_it_is_spelt(s, name, text):
    shown = veil(s, name)(text)
    assert "[姓名已隐去]" in shown
    assert not any(part in shown for part in ("小", "建国", "志远"))


def test_the_surname_alone_is_nobodys(s):
    text = "张家桥的路灯，李家湾的水。"
    assert veil(s, "张明")(text) == text


@pytest.mark.parametrize(
    "spelt", ["138-0000-1234", "１３８００００１２３４", "138 0000 1234", "一三八零零零零一二三四"]
)
def test_the_writers_number_is_known_in_a_departments_words_however_it_is_spelt(s, spelt):
    shown = veil(s, "张小明").known(f"已致电{spelt}，经办人13900005678。")
    assert shown == "已致电[电话已隐去]，经办人13900005678。"


def test_a_landline_is_known_without_its_dash(s):
    assert veil(s, phone="0743-8222222").known("座机07438222222") == "座机[电话已隐去]"
