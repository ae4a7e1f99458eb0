"""Small words of the public room: telephone numbers, and years beside days."""

from datetime import date

import pytest

from portal.public.project import dialled, year_of


@pytest.mark.parametrize(
    ("told", "digits"),
    [
        ("12345", "12345"),
        ("12345（转县教育局）", "12345"),
        (" 0571-8888 1234 ", "0571-88881234"),
        ("+86 571 88881234转8", "+8657188881234"),
        ("拨打村委会电话", ""),
        ("", ""),
    ],
)
def test_a_telephone_dials_the_number_and_not_the_words_beside_it(told, digits):
    assert dialled(told) == digits


def test_days_of_another_years_list_are_told_with_their_year():
    today = date(2026, 11, 26)
    assert year_of(2026, today) == today
    assert year_of(2025, today) is None
