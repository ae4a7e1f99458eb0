"""Chinese is found by any piece of it, the same on both databases, whatever is typed."""

import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal import search
from portal.departments.models import Department
from tests import factories

TEXTS = {
    1: "城东供水管网改造",
    2: "2024年HPV疫苗免费接种",
    3: "农村饮水安全。管理站建设",
    4: "老旧小区加装电梯（１２部）",
    5: "水电气网 5G基站 covid-19",
    6: "",
    7: "𬱖坝乡𠮷祥村卫生室，Zürich Straße z02 w1e5，葛\U000e0100家\u200b村",
}
FOUND = {
    "水管": {1},
    "供水管网": {1},
    "水": {1, 3, 5},
    "造": {1},
    "水安全管理": set(),
    "HPV疫苗": {2},
    "hpv 接种": {2},
    "ｈｐｖ": {2},
    "年HPV": {2},
    "苗HPV": set(),
    "PV": set(),
    "20": {2},
    "024年": set(),
    "12部": {4},
    "１２": {4},
    "建设 水": {3},
    "水 电梯": set(),
    "建设，饮水": {3},
    "COVID-19": {5},
    "zür": {7},
    "Zu\u0308rich": {7},
    "𬱖坝": {7},
    "𠮷": {7},
    "w1": {7},
    "z0": {7},
    "1e5": set(),
    "c": {5},
    "葛家村": {7},
}
HOSTILE = [
    'NEAR("水 管")',
    '"水管',
    "'水管' OR 1=1 --",
    "水管 AND OR NOT",
    "tokens: 水管",
    "水* ^水 -水 +水 {水}:(",
    "水:* & | ! <-> 管",
    "水\0管",
    "🎉水管🎉",
    "\ud800水\udfff",
    "\\' \\\" %s %(x)s :x ? $1",
    "水" * 10_000,
    "a" * 10_000,
    "水 " * 10_000,
    "水a" * 5_000,
    "\ufdfa" * 10_000,
    "\u0301" * 10_000,
    "İ" * 10_000,
]
PIECES = ["水", "管", "网", "々", "a", "b", "1", "Ａ", "②", "。", " ", "-", "　", "🎉", "\ufe0f"]
KINDS = count()


def found(s: Session, query: str, kind: str = "project") -> set[int]:
    """Return the ids that answer; every id where the query does not restrict."""
    matching = search.matching(kind, query)
    every = select(search.SearchEntry.ident).where(search.SearchEntry.kind == kind)
    return set(s.scalars(every if matching is None else matching))


def plain(words: str) -> str:
    """Return `words` as the oracle reads them: small, half width, blanks between scripts."""
    for a, b in (("Ａ", "a"), ("②", "2"), ("\ufe0f", "")):
        words = words.replace(a, b)
    return " ".join(re.findall("[水管网々]+|[ab0-9]+", words))


def says(words: str, query: str) -> bool:
    """The oracle: each word of `query` is a piece of `words`, or begins a Latin word of it."""
    alike = query.replace("Ａ", "a").replace("②", "2").replace("\ufe0f", "")
    asked = re.findall("[水管网々ab0-9]+", alike)
    return all(
        (plain(q) if q[0] in "水管网々" else " " + plain(q)) in " " + plain(words) for q in asked
    )


@pytest.fixture
def filled(s):
    search.put_many(s, "project", TEXTS.items())
    search.put(s, "case", 1, "水管漏水，HPV")
    return s


@pytest.mark.parametrize("query", FOUND)
def test_a_word_is_found_inside_longer_ones(filled, query):
    assert found(filled, query) == FOUND[query]


def test_a_query_restricts_a_list_of_things(s):
    one, two = factories.department(s, "县供水公司"), factories.department(s, "县电梯检验所")
    search.put_many(s, "department", [(one.id, one.name), (two.id, two.name)])
    idents = select(Department.id)
    found = Department.id.in_(search.matching("department", "供水"))
    assert list(s.scalars(idents.where(found))) == [one.id]
    assert one.id not in set(s.scalars(idents.where(~found)))


def test_the_index_is_asked_not_every_row(s):
    search.put_many(s, "project", ((i, f"路灯{i}盏") for i in range(1, 2_001)))
    s.execute(text("ANALYZE"))
    asked = search.matching("project", "路灯99盏").compile(s.get_bind())
    if s.get_bind().dialect.name == "sqlite":
        values = tuple(asked.params[name] for name in asked.positiontup)
        explain, wanted = "EXPLAIN QUERY PLAN", "SEARCH search_entry USING INTEGER PRIMARY KEY"
    else:
        values, explain, wanted = asked.params, "EXPLAIN", "Scan on ix_search_entry_vector"
    plan = s.connection().exec_driver_sql(f"{explain} {asked}", values).all()
    assert wanted in str(plan)


@pytest.mark.parametrize("query", ["", "  　", "，。！*\"'", "🎉", "\0", "\ud800", "\u0301", "_"])
def test_a_query_without_a_word_leaves_nothing_out(query):
    assert search.matching("project", query) is None


def test_kinds_are_kept_apart(filled):
    assert found(filled, "漏水", "case") == {1}
    assert found(filled, "漏水") == set()
    assert found(filled, "水管", "nothing") == set()


def test_a_new_text_replaces_the_old_one(filled):
    search.put(filled, "project", 1, "学校操场")
    assert found(filled, "操场") == {1}
    assert found(filled, "水管") == set()
    assert found(filled, "水管", "case") == {1}


def test_what_is_removed_is_not_found(filled):
    search.remove(filled, "project", 1)
    search.remove(filled, "project", 99)
    assert found(filled, "水") == {3, 5}
    assert found(filled, "水管", "case") == {1}


def test_what_is_rolled_back_is_not_found(filled):
    with filled.begin_nested() as step:
        search.put(filled, "project", 1, "学校操场")
        search.remove(filled, "project", 2)
        step.rollback()
    assert found(filled, "操场") == set()
    assert (found(filled, "水管"), found(filled, "hpv")) == ({1}, {2})


def test_the_index_holds_what_the_table_holds(filled):
    search.put_many(filled, "project", [(1, "学校操场"), (1, "学校食堂"), (8, "路灯")])
    search.remove(filled, "project", 2)
    if filled.get_bind().dialect.name == "sqlite":  # raises "malformed" where the two differ
        check = "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
        filled.execute(text(check))
    assert found(filled, "学校") == {1}
    assert found(filled, "操场") == found(filled, "hpv") == set()


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_is_an_error(filled, query):
    assert found(filled, query) <= set(TEXTS)
    search.put(filled, "hostile", 1, query)
    assert found(filled, query, "hostile") == {1}


def test_a_long_query_is_cut_and_a_long_text_is_found_to_its_promised_end(s):
    long = "".join(chr(0x4E00 + i) for i in range(search.MAX_TEXT - 2)) + "水管" + "电梯"
    search.put(s, "project", 1, long)
    assert found(s, "水管") == {1}
    assert found(s, "电梯") == set()
    assert found(s, long) == {1}
    search.put(s, "project", 2, "w" * 100 + " " + "é" * 100)
    assert found(s, "w" * 70 + " " + "é" * 20) == {2}


def test_more_rows_than_are_sent_at_once_are_all_found(s):
    search.put_many(s, "project", ((i, f"路灯{i}盏") for i in range(1, 502)))
    assert len(found(s, "路灯")) == 501
    assert found(s, "路灯501盏") == {501}


def test_the_database_sees_letters_and_digits_only():
    spelled = search.tokens("".join(TEXTS.values()) + "".join(HOSTILE) + "ཞི་བདེ ئۇيغۇر")
    assert re.fullmatch(r"[cw][0-9a-z]+( [cw][0-9a-z]+)*", spelled)
    assert search.tokens("水管") == "c06c3407ba1 c07ba1"


@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    texts=st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), max_size=8),
    queries=st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), max_size=8),
)
def test_both_databases_answer_as_plain_reading_would(s, texts, queries):
    kind = f"kind{next(KINDS)}"
    search.put_many(s, kind, enumerate(texts))
    for query in queries + texts:
        assert found(s, query, kind) == {i for i, t in enumerate(texts) if says(t, query)}, query
