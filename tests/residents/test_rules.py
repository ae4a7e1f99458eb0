"""Contacts in one normal form, and how long a code lives."""

from datetime import timedelta

import pytest

from portal.residents import rules
from portal.residents.kinds import Method, Problem
from tests.factories import AT


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234",
        " 138 0000 1234 ",
        "138-0000-1234",
        "138—0000—1234",
        "+8613800001234",
        "+86 138-0000-1234",
        "8613800001234",
        "008613800001234",
        "１３８００００１２３４",
        "＋８６１３８００００１２３４",
    ],
)
def test_a_mobile_number_is_one_however_it_is_typed(typed):
    assert rules.read(typed) == rules.Contact(Method.SMS, "13800001234")


@pytest.mark.parametrize("typed", ["z.hang@gmail.com", "Zhang+1@googlemail.com", "zhang@gmail.com"])
def test_where_dots_make_no_difference_they_make_no_second_person(typed):
    assert rules.read(typed).person == "zhang@gmail.com"


def test_elsewhere_dots_make_another_mailbox():
    assert rules.read("z.hang@example.cn").person == "z.hang@example.cn"


def test_a_number_that_begins_like_the_country_stays_itself():
    assert rules.read("18613800001").address == "18613800001"


def test_an_email_is_lower_case_and_half_width():
    assert rules.read(" Zhang.San＠Example.CN ") == rules.Contact(
        Method.EMAIL, "zhang.san@example.cn"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "",
        None,
        "1380000123",
        "138000012345",
        "12800001234",
        "0571-1234567",
        "١٣٨٠٠٠٠١٢٣٤",
        "张三",
        "name@",
        "@example.cn",
        "name@host",
        "name@example.c0m-",
        "name@@example.cn",
        "a@b@example.cn",
        "someone,name@example.cn",
        "<name@example.cn>",
        "name(x)@example.cn",
        '"name"@example.cn',
        ".name@example.cn",
        "na..me@example.cn",
        "name@-example.cn",
        "name@exa_mple.cn",
        "n" * 65 + "@example.cn",
        "name@" + "e" * 60 + "." + "e" * 60 + ".cn",
    ],
)
def test_what_is_neither_mobile_nor_plain_email_is_refused(typed):
    assert rules.read(typed) is None


def test_one_mailbox_is_one_person_and_gets_its_mail_where_it_wants():
    plain, tagged = rules.read("zhang@example.cn"), rules.read("zhang+votes@example.cn")
    assert tagged.address == "zhang+votes@example.cn"
    assert tagged.person == plain.person == "zhang@example.cn"
    assert rules.read("+zhang@example.cn").person != rules.read("+li@example.cn").person


def test_a_contact_is_shown_masked():
    assert rules.mask("13812345634") == "138****34"
    assert rules.mask("zhang@example.cn") == "z***@example.cn"


def state(**other):
    facts = {"attempts": 0, "expires_at": AT + rules.CODE_LIFETIME, "used_at": None, "at": AT}
    return rules.problem(**facts | other)


def test_a_code_lives_ten_minutes():
    assert state(at=AT + timedelta(minutes=10) - timedelta(seconds=1)) is None
    assert state(at=AT + timedelta(minutes=10)) is Problem.EXPIRED


def test_a_code_dies_of_the_fifth_wrong_try():
    assert state(attempts=4) is None
    assert state(attempts=5) is Problem.SPENT


def test_a_code_is_used_once():
    assert state(used_at=AT) is Problem.USED


def test_another_code_is_sent_after_a_minute():
    assert not rules.may_resend(AT, AT + timedelta(seconds=59))
    assert rules.may_resend(AT, AT + timedelta(seconds=60))
