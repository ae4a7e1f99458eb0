"""What a ballot comes to, what in it does not add up, and how its lines are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ratings.ballots import rules
from portal.ratings.ballots.reading import MOST_LINES, Line, Register, read, written
from portal.ratings.ballots.rules import (
    RULES,
    Verdict,
    Votes,
    faults,
    head_faults,
    of_members,
    verdict,
)
from portal.text import folded
from tests.ratings.ballots import MEMBERS, PRESENT, ROWS

ORDER = [Verdict.UNSATISFIED, Verdict.BASIC, Verdict.SATISFIED]


def found(votes, members, present=None):
    """The verdict by the rule of Zhenhai."""
    given_present = members if present is None else present
    return verdict(Votes(*votes), members=members, present=given_present, rule="zhenhai-2021")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_rows_of_zhenhai_add_up_and_are_satisfied(row):
    _name, *votes = row
    assert found(votes, MEMBERS, PRESENT) is Verdict.SATISFIED
    assert faults(Votes(*votes), members=MEMBERS, present=PRESENT) == []


@pytest.mark.parametrize(
    ("votes", "members", "expected"),
    [
        ((15, 15, 0), 30, Verdict.SATISFIED),  # exactly half is 半数以上
        ((14, 16, 0), 30, Verdict.BASIC),
        ((14, 2, 14), 30, Verdict.BASIC),
        ((14, 1, 15), 30, Verdict.UNSATISFIED),  # exactly half together: （含半数）
        ((0, 15, 15), 30, Verdict.UNSATISFIED),
        ((15, 0, 14), 29, Verdict.SATISFIED),
        ((14, 1, 14), 29, Verdict.BASIC),
        ((14, 0, 15), 29, Verdict.UNSATISFIED),
        ((0, 0, 0), 29, Verdict.UNSATISFIED),
        ((1, 0, 0), 1, Verdict.SATISFIED),
    ],
)
def test_halves_are_counted_exactly(votes, members, expected):
    assert found(votes, members) is expected


def test_halves_are_of_all_members_and_not_of_those_present():
    assert found((17, 11, 1), 34, present=29) is Verdict.SATISFIED
    assert found((17, 11, 1), 35, present=29) is Verdict.BASIC
    assert found((17, 11, 1), 56, present=29) is Verdict.UNSATISFIED


def test_a_rule_may_count_those_present(monkeypatch):
    other = RULES["zhenhai-2021"] | {"denominator": "present"}
    monkeypatch.setitem(rules.RULES, "other", other)
    votes = Votes(17, 11, 1)
    assert verdict(votes, members=56, present=29, rule="other") is Verdict.SATISFIED


def test_an_unknown_rule_is_an_error():
    with pytest.raises(KeyError):
        verdict(Votes(1, 0, 0), members=1, present=1, rule="none")


@given(
    st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200)), st.integers(1, 600)
)
def test_a_better_vote_never_makes_the_verdict_worse(votes, members):
    a, b, c = votes
    before = ORDER.index(found(votes, members))
    if c:
        assert ORDER.index(found((a, b + 1, c - 1), members)) >= before
    if b:
        assert ORDER.index(found((a + 1, b - 1, c), members)) >= before


def test_a_row_that_does_not_add_up_is_told_with_its_numbers():
    few = faults(Votes(25, 3, 0), members=31, present=29)
    assert [f.message % f.params for f in few] == ["三项合计 28，到会 29，相差 1"]
    many = faults(Votes(26, 3, 4), members=31, present=29)
    assert [f.message % f.params for f in many] == [
        "三项合计 33，到会 29，相差 4",
        "三项合计 33，多于全体组成人员 31",
    ]


def test_more_present_than_members_is_told():
    assert head_faults(members=31, present=31) == []
    (fault,) = head_faults(members=29, present=31)
    assert fault.message % fault.params == "到会 31，多于全体组成人员 29"


def test_shares_are_of_all_members():
    assert [str(of_members(n, 31)) for n in (0, 28, 31)] == ["0.0", "90.3", "100.0"]


@pytest.mark.parametrize(
    ("typed", "name", "votes"),
    [
        ("教育惠民,28,1,0", "教育惠民", (28, 1, 0)),
        ("教育惠民，28，1，", "教育惠民", (28, 1, 0)),
        ("教育惠民,,,", "教育惠民", (0, 0, 0)),
        ("2026-3， 28 ，1票，０", "2026-3", (28, 1, 0)),
        ("新建停车场，新增车位500个，２８，1，0", "新建停车场，新增车位500个", (28, 1, 0)),
        ("教育惠民\t28\t1\t", "教育惠民", (28, 1, 0)),
        ("教育惠民\t29", "教育惠民", (29, 0, 0)),
        ("新建停车场，新增车位\t28\t1\t0", "新建停车场，新增车位", (28, 1, 0)),
        ("1\t教育惠民\t28\t1\t0", "教育惠民", (28, 1, 0)),
        ("8\t住房保障\t28\t1", "住房保障", (28, 1, 0)),
        ("  老旧  小区 ,1,2,3", "老旧 小区", (1, 2, 3)),
    ],
)
def test_a_line_is_a_name_and_three_counts(typed, name, votes):
    assert read(typed) == ([Line(name, Votes(*votes))], [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("教育惠民,28,1", "第1行：应当是“编号或名称，满意，基本满意，不满意”四项，现在有 3 项。"),
        ("教育惠民", "第1行：应当是“编号或名称，满意，基本满意，不满意”四项，现在有 1 项。"),
        ("a\t1\t2\t3\t4", "第1行：应当是“编号或名称，满意，基本满意，不满意”四项，现在有 5 项。"),
        (",28,1,0", "第1行：缺少项目编号或名称。"),
        ("28\t1\t0", "第1行：缺少项目编号或名称。"),
        ("教育惠民,28,-1,0", "第1行：基本满意票“-1”应当是 0 至 99999 的整数。"),
        ("教育惠民,二十八,1,0", "第1行：满意票“二十八”应当是 0 至 99999 的整数。"),
        ("教育惠民,28,1,1.5", "第1行：不满意票“1.5”应当是 0 至 99999 的整数。"),
        ("教育惠民,100000,1,0", "第1行：满意票“100000”应当是 0 至 99999 的整数。"),
        ("教育惠民,票,1,0", "第1行：满意票“票”应当是 0 至 99999 的整数。"),
        ("名" * 201 + ",1,1,1", "第1行：名称超过 200 个字。"),
        ("", "请至少填写一行。"),
        ("\n \n", "请至少填写一行。"),
    ],
)
def test_what_is_not_is_told_by_its_line(typed, said):
    lines, (mistake,) = read(typed)
    assert lines == []
    assert mistake.message % mistake.params == said


def test_every_wrong_line_is_told_and_empty_ones_are_counted():
    lines, mistakes = read("教育惠民,28,1,0\n\n老旧小区,26\n食品安全,29,,\n交通治堵,x,,")
    assert [line.name for line in lines] == ["教育惠民", "食品安全"]
    assert [m.params["n"] for m in mistakes] == [3, 5]


def test_there_is_a_limit_to_lines():
    assert read("项目,1,1,1\n" * MOST_LINES)[1] == []
    assert read("项目,1,1,1\n" * (MOST_LINES + 1))[1][0].params == {"most": MOST_LINES}


names = st.text(st.sampled_from("甲乙,，票 a1、2-"), min_size=1).map(lambda t: " ".join(t.split()))
some = st.tuples(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))


named = names.filter(lambda t: t and not folded(t).isdecimal())


@given(st.lists(st.tuples(named, some), min_size=1))
def test_what_is_written_is_read_as_the_same(rows):
    lines = [Line(name, Votes(*votes)) for name, votes in rows]
    assert read(written((None, line.name, line.votes) for line in lines)) == (lines, [])


@given(st.text())
def test_any_text_is_read_or_refused(text):
    lines, mistakes = read(text)
    assert lines or mistakes
    assert all(m.message % m.params for m in mistakes)
    assert all(0 <= n <= 99_999 for line in lines for n in vars(line.votes).values())


def test_a_project_is_found_by_code_or_by_its_exact_name():
    register = Register(
        [(7, "2026-03", "老旧小区改造"), (8, "2026-04", "停车场"), (9, "2026-05", "停车场")]
    )
    assert register.find("2026-03") == (7, "老旧小区改造")
    assert register.find("２０２６-03 旧改（公布名）") == (7, "旧改（公布名）")
    assert register.find("老旧 小区改造") == (7, "老旧 小区改造")
    assert register.find("老旧小区") == (None, "老旧小区")
    assert register.find("停车场") == (None, "停车场")  # two have the name
    assert register.find("2026-99 别的") == (None, "2026-99 别的")
