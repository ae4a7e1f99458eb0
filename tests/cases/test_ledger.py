"""The figures of the public ledger: sums that can be checked, and what is not told apart."""

from decimal import Decimal

import pytest

from portal.cases.kinds import REJECT_REASONS, WITHHOLD_REASONS, AppealKind
from portal.cases.ledger.rules import FEWEST, Hidden, Tally, ledger, percent, rounded

JANUARY = Tally(
    withdrawn=1,
    waiting=2,
    refused=4,
    accepted=10,
    public=6,
    no_consent=2,
    withheld=1,
    undecided=1,
    redacted=5,
    sent=9,
    sent_by_system=3,
    misrouted=2,
    misrouted_by_system=1,
    returned=1,
    returns=2,
    refusals=1,
    withholdings=1,
    redactions=2,
)
MAY = Tally(refused=3, accepted=1, undecided=1, sent=1, refusals=3)


def made(months=None, reasons=None, withheld=None, appeals=None, files=(0, 0), **hidden):
    counted = (months or {}, reasons or {}, withheld or {}, appeals or {})
    return ledger(*counted, files, Hidden(**hidden))


def test_a_years_total_is_the_sum_of_its_months():
    found = made({5: MAY, 1: JANUARY}, {"elsewhere": 7})
    assert list(found.months) == [1, 5]
    t = found.total
    assert (t.received, t.waiting, t.refused, t.accepted, t.withdrawn) == (20, 2, 7, 11, 1)
    assert t.received == t.waiting + t.refused + t.accepted
    assert t.accepted == t.public + t.no_consent + t.withheld + t.undecided
    assert (t.sent_by_person, t.misrouted_by_person) == (7, 1)


def test_a_year_without_letters_has_zeros_and_nothing_hidden():
    found = made()
    assert found.total == Tally()
    assert found.reasons == dict.fromkeys(REJECT_REASONS, 0)
    assert found.withheld == dict.fromkeys(WITHHOLD_REASONS, 0)
    assert (found.files, found.files_withheld) == (0, 0)
    assert (found.reports, found.about_staff) == (0, 0)
    assert found.appeals[AppealKind.REFUSAL].filed == 0


@pytest.mark.parametrize("refused", range(1, FEWEST))
def test_reasons_are_not_told_apart_where_few_were_refused(refused):
    found = made({1: Tally(refused=refused)}, {"unclear": refused})
    assert found.reasons is None
    assert found.total.refused == refused


def test_from_five_on_every_reason_of_the_list_has_its_number():
    found = made({1: Tally(refused=5)}, {"unclear": 4, "secret": 1})
    assert list(found.reasons) == list(REJECT_REASONS)
    assert found.reasons["unclear"] == 4
    assert found.reasons["secret"] == 1
    assert sum(found.reasons.values()) == found.total.refused


def test_a_reason_that_left_the_list_still_counts():
    found = made({1: Tally(refused=6)}, {"unclear": 5, "formerly": 1})
    assert found.reasons["formerly"] == 1
    assert sum(found.reasons.values()) == 6


@pytest.mark.parametrize("withheld", range(1, FEWEST))
def test_reasons_of_non_publication_are_not_told_apart_where_there_are_few(withheld):
    assert made({1: Tally(withheld=withheld)}, withheld={"secret": withheld}).withheld is None


def test_from_five_on_non_publications_are_told_by_reason_and_without_one():
    found = made({1: Tally(withheld=6)}, withheld={"secret": 4, "": 2}).withheld
    assert list(found) == [*WITHHOLD_REASONS, ""]
    assert (found["secret"], found[""], found["privacy"]) == (4, 2, 0)
    assert sum(found.values()) == 6


@pytest.mark.parametrize(("withheld", "told"), [(0, 0), (1, None), (4, None), (5, 5), (7, 7)])
def test_few_withheld_files_have_no_exact_number(withheld, told):
    found = made(files=(9, withheld))
    assert (found.files, found.files_withheld) == (9, told)


@pytest.mark.parametrize(
    ("n", "told"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10), (1004, 1000)]
)
def test_what_is_hidden_is_told_in_steps_and_few_as_none(n, told):
    assert rounded(n) == told
    found = made(reports=n, about_staff=n + 5)
    assert (found.reports, found.about_staff) == (told, told + 5)


def test_appeals_by_decision_and_outcome():
    counted = {
        (AppealKind.REFUSAL, True): 1,
        (AppealKind.REFUSAL, False): 2,
        (AppealKind.REFUSAL, None): 1,
        (AppealKind.REDACTION, None): 3,
    }
    found = made({1: JANUARY}, appeals=counted).appeals
    refusal = found[AppealKind.REFUSAL]
    assert (refusal.decisions, refusal.filed, refusal.decided) == (5, 4, 3)
    assert (refusal.granted, refusal.denied, refusal.pending) == (1, 2, 1)
    assert (found[AppealKind.REDACTION].decisions, found[AppealKind.REDACTION].pending) == (5, 3)
    assert found[AppealKind.WITHHOLDING].filed == 0


@pytest.mark.parametrize(
    ("n", "of", "share"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (1, 2000, "0.1"), (0, 4, "0.0")],
)
def test_shares_are_rounded_half_up_to_a_tenth(n, of, share):
    assert percent(n, of) == Decimal(share)


def test_nothing_has_no_share():
    assert percent(0, 0) is None
