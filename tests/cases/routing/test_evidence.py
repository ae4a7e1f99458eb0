"""All that speaks for a department is put together in the open; nothing shouts down the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.routing.evidence import (
    ALIKE_AT_MOST,
    BY_CONFLICT,
    BY_LIKE,
    BY_RETURN,
    HANDED_BACK,
    SUREST,
    TELLS,
    Evidence,
    combine,
    of_returns,
    of_rules,
    of_similar,
)
from portal.routing.rules import (
    CATEGORY_OWNER,
    DUTIES_AT_MOST,
    NAME,
    PROJECT_LEAD,
    SHORT_NAME,
    Reason,
    Sign,
)

CODES = [f"d{n}" for n in range(62)]


def points(code, number, why="x"):
    return of_rules([Sign(code, number, (Reason(why),))])


def shares(*args, **more):
    return {one.department: one.share for one in combine(*args, **more)}


@pytest.mark.parametrize(
    ("number", "share"),
    [(PROJECT_LEAD, 0.92), (CATEGORY_OWNER, 0.86), (NAME, 0.75), (DUTIES_AT_MOST, 0.71), (4, 0.29)],
)
@pytest.mark.parametrize("units", [20, 62])
def test_one_piece_alone_leaves_the_share_that_is_written_down(number, share, units):
    found = shares(CODES[:units], points("d1", number))
    assert found["d1"] == pytest.approx(share, abs=0.05)


def test_a_name_that_is_a_word_too_hardly_counts():
    assert shares(CODES, points("d1", SHORT_NAME))["d1"] < 0.26


def test_pieces_that_agree_make_surer_and_those_that_do_not_less_sure():
    agree = shares(CODES, points("d1", PROJECT_LEAD) + points("d1", CATEGORY_OWNER))
    differ = shares(CODES, points("d1", PROJECT_LEAD) + points("d2", CATEGORY_OWNER))
    assert agree["d1"] > 0.98
    assert 0.5 < differ["d1"] < 0.7
    assert 0.25 < differ["d2"] < differ["d1"]


def test_nothing_makes_it_certain():
    sure = points("d1", PROJECT_LEAD) + points("d1", CATEGORY_OWNER) + points("d1", NAME)
    assert shares(CODES, sure, {"d1": 0.9999})["d1"] == SUREST < 1


def test_nothing_known_suggests_nothing():
    assert combine(CODES, []) == []
    assert combine([], points("d1", NAME)) == []


def test_the_model_alone_is_followed_as_far_as_it_is_sure():
    found = shares(CODES, [], {"d1": 0.95, "d2": 0.05})
    assert found["d1"] == pytest.approx(0.87, abs=0.02)
    assert "d2" not in found  # too little to be a reason


def test_the_model_and_the_table_together_are_surer_than_each():
    model = {"d1": 0.9, "d2": 0.1}
    both = shares(CODES, points("d1", CATEGORY_OWNER), model)["d1"]
    assert both > 0.97


@pytest.mark.parametrize("number", [PROJECT_LEAD, CATEGORY_OWNER])
def test_evidence_against_a_sure_model_leaves_neither_sure(number):
    found = shares(CODES, points("d2", number), {"d1": 0.97, "d3": 0.03})
    assert set(found) >= {"d1", "d2"}
    assert max(found.values()) < 0.8


def test_evidence_settles_what_the_model_leaves_open():
    found = shares(CODES, points("d2", CATEGORY_OWNER), {"d1": 0.4, "d2": 0.3, "d3": 0.3})
    assert found["d2"] > 0.8


def test_what_the_model_never_learned_can_still_win():
    model = {"d1": 0.4, "d2": 0.3, "d3": 0.3}
    found = combine(CODES, points("d50", PROJECT_LEAD), model)
    assert found[0].department == "d50"


def test_who_handed_the_case_back_does_not_come_first_again():
    evidence = [*points("d1", CATEGORY_OWNER), *of_returns(["d1"]), *points("d2", DUTIES_AT_MOST)]
    first, second = combine(CODES, evidence)
    assert (first.department, second.department) == ("d2", "d1")
    assert [r.text for r in second.reasons] == ["x", BY_RETURN]


def test_a_department_that_only_handed_it_back_is_not_suggested():
    assert combine(CODES, of_returns(["d1"])) == []


def test_similar_cases_vote_by_how_alike_they_are_and_not_without_end():
    few = of_similar([("d1", 0.5)])
    many = of_similar([("d1", 0.9)] * 9 + [("d2", 0.5)])
    assert [one.factor for one in few] == [2.0]
    assert [one.factor for one in many] == [1 + ALIKE_AT_MOST, 2.0]
    assert many[0].reasons[0].text % many[0].reasons[0].params == BY_LIKE % {"of": 10, "n": 9}
    assert of_similar([]) == []


def test_who_is_not_among_the_departments_gets_nothing():
    evidence = points("accused", PROJECT_LEAD) + points("d1", NAME)
    found = shares(CODES, evidence, {"accused": 0.99, "d1": 0.01})
    assert "accused" not in found
    assert found["d1"] < 0.9  # what little the model says of the others proves nothing


def test_the_office_that_a_rule_names_comes_first_whatever_speaks_for_others():
    loud = points("d1", PROJECT_LEAD) + points("d1", CATEGORY_OWNER) + of_similar([("d1", 1)] * 9)
    found = combine(CODES, loud, {"d1": 0.99, "d2": 0.01}, first="d9")
    assert [one.department for one in found] == ["d9", "d1"]
    assert found[0].share > found[1].share
    assert [r.text for r in found[0].reasons] == [BY_CONFLICT]
    assert combine(["d9"], [], first="d9")[0].share == SUREST


def test_reasons_come_strongest_first():
    evidence = points("d1", 4, "weak") + points("d1", NAME, "name") + points("d1", 60, "table")
    assert [r.text for r in combine(CODES, evidence)[0].reasons] == ["table", "name", "weak"]


def test_equals_stay_in_their_given_order():
    evidence = points("d2", NAME) + points("d1", NAME)
    assert list(shares(CODES, evidence)) == ["d1", "d2"]
    assert list(shares(CODES[::-1], evidence)) == ["d2", "d1"]


CODE = st.sampled_from(CODES[:8])
FACTOR = st.one_of(st.just(HANDED_BACK), st.floats(1.0, 20.0))
PIECES = st.lists(st.builds(Evidence, CODE, FACTOR, st.just((Reason("x"),))), max_size=12)
MODEL = st.dictionaries(CODE, st.floats(0.0, 1.0), max_size=8)


@given(PIECES, MODEL, st.one_of(st.none(), CODE))
def test_shares_are_shares_whatever_comes_in(pieces, model, first):
    found = combine(CODES[:6], pieces, model, first=first)
    assert len(found) <= 3
    assert all(0 <= one.share <= 1 for one in found)
    assert sum(one.share for one in found) <= 1 + 1e-9
    assert all(one.department in CODES[:6] for one in found)
    assert all(one.reasons or one.learned >= TELLS for one in found)
    places = [(one.department != first, -one.share) for one in found]
    assert places == sorted(places)


@given(PIECES, MODEL, CODE, st.floats(1.0, 20.0))
def test_more_evidence_for_a_department_never_makes_it_less_likely(pieces, model, code, factor):
    def share(evidence):
        return shares(CODES, evidence, model, most=99).get(code, 0.0)

    more = [*pieces, Evidence(code, factor, (Reason("more"),))]
    assert share(more) >= share(pieces) - 1e-9
