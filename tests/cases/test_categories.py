"""Who is in charge of a matter on a day in a town, and what keeping the taxonomy may not do."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.cases.categories import actions
from portal.cases.categories.models import Category, CategoryRoute
from portal.cases.categories.overview import lines
from portal.cases.categories.queries import groups, in_charge, matters
from portal.cases.categories.rules import MOST_QUESTIONS, Content, faults
from portal.cases.kinds import TargetKind
from portal.cases.targets import Target, set_targets
from portal.clock import local_day
from portal.county.actions import put_town
from portal.county.taxonomy import Question, QuestionKind
from portal.errors import Invalid, NotAllowed, WrongState
from portal.security import Actor, Role
from tests.factories import ADMIN, AT, MODERATOR, case, closed, department, officer

TODAY = local_day(AT)
BY = {"actor": MODERATOR, "at": AT}


class Taxonomy:
    """A group with one matter, two towns and four departments."""

    def __init__(self, s):
        self.s = s
        self.usual, self.county, self.east, self.group_s = (department(s) for _ in range(4))
        put_town(s, "east", "东镇", sort_order=0)
        put_town(s, "west", "西乡", sort_order=1)
        self.group = actions.add(s, None, Content("供水"), None, **BY)
        self.leak = actions.add(s, self.group, Content("漏水", ("漏水",)), self.usual, **BY)

    def rule(self, unit, day, town=None, of=None):
        """A rule as if it had been set before `day`."""
        row = CategoryRoute(town_code=town, department=unit, valid_from=day)
        (of or self.leak).routes.append(row)
        self.s.flush()
        return row

    def asked(self, day=TODAY, town=None, of=None):
        return in_charge(self.s, of or self.leak, town, day)


@pytest.fixture
def taxonomy(s) -> Taxonomy:
    return Taxonomy(s)


def test_without_rules_the_usual_department_is_in_charge_everywhere(taxonomy):
    assert taxonomy.asked() is taxonomy.usual
    assert taxonomy.asked(date(1990, 1, 1), "east") is taxonomy.usual
    assert taxonomy.asked(of=taxonomy.group) is None


def test_a_rule_holds_from_its_day_until_the_next(taxonomy):
    taxonomy.rule(taxonomy.county, date(2026, 3, 1))
    taxonomy.rule(taxonomy.group_s, date(2026, 6, 1))
    expected = {
        date(2026, 2, 28): taxonomy.usual,
        date(2026, 3, 1): taxonomy.county,
        date(2026, 5, 31): taxonomy.county,
        date(2026, 6, 1): taxonomy.group_s,
        date(2030, 1, 1): taxonomy.group_s,
    }
    assert {day: taxonomy.asked(day) for day in expected} == expected


def test_a_town_s_own_rule_goes_before_a_later_one_of_the_county(taxonomy):
    taxonomy.rule(taxonomy.east, date(2026, 1, 1), "east")
    taxonomy.rule(taxonomy.county, date(2026, 2, 1))
    assert taxonomy.asked(TODAY, "east") is taxonomy.east
    assert taxonomy.asked(TODAY, "west") is taxonomy.county
    assert taxonomy.asked(TODAY) is taxonomy.county
    assert taxonomy.asked(date(2025, 12, 31), "east") is taxonomy.usual


def test_a_matter_without_department_goes_by_its_group(taxonomy):
    taxonomy.leak.department = None
    assert taxonomy.asked() is None
    taxonomy.group.department = taxonomy.group_s
    assert taxonomy.asked() is taxonomy.group_s
    taxonomy.rule(taxonomy.east, TODAY, "east", of=taxonomy.group)
    assert taxonomy.asked(TODAY, "east") is taxonomy.east
    taxonomy.leak.department = taxonomy.usual
    assert taxonomy.asked(TODAY, "east") is taxonomy.usual


@pytest.mark.parametrize("of_group", [False, True])
def test_the_list_says_of_today_what_routing_would(s, taxonomy, of_group):
    of = taxonomy.group if of_group else taxonomy.leak
    taxonomy.rule(taxonomy.county, TODAY - timedelta(days=9), of=of)
    taxonomy.rule(taxonomy.east, TODAY, "east", of=of)
    taxonomy.rule(taxonomy.group_s, TODAY + timedelta(days=1), of=of)
    [(group, [leak])] = lines(s, MODERATOR, TODAY)
    for line in (group, leak):
        assert line.in_charge is taxonomy.asked(of=line.category)
        assert line.own_towns == (line.category is of)


def test_the_list_counts_open_cases_but_none_about_the_one_who_looks(s, taxonomy):
    about = department(s)
    case(s, category=taxonomy.leak)
    closed(s, taxonomy.usual, category=taxonomy.leak)
    hidden = case(s, category=taxonomy.leak)
    set_targets(s, hidden, [Target(TargetKind.DEPARTMENT, about)], **BY)
    [(_group, [seen])] = lines(s, MODERATOR, TODAY)
    own = Actor("officer", Role.OFFICER, department_id=about.id)
    [(_group, [by_them])] = lines(s, own, TODAY)
    assert (seen.cases, by_them.cases) == (2, 1)


def test_closed_ones_are_offered_to_nobody_and_still_known(s, taxonomy):
    actions.close(s, taxonomy.leak, **BY)
    [group] = groups(s)
    assert matters(group) == []
    assert matters(group, whole=True) == [taxonomy.leak]
    actions.close(s, taxonomy.group, **BY)
    assert groups(s) == []
    assert groups(s, whole=True) == [taxonomy.group]


def test_a_rule_may_not_change_who_was_in_charge_before(s, taxonomy):
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Invalid):
        actions.route(s, taxonomy.leak, None, taxonomy.county, yesterday, **BY)
    begun = taxonomy.rule(taxonomy.county, TODAY)
    with pytest.raises(WrongState):
        actions.drop_route(s, begun, **BY)
    assert taxonomy.asked() is taxonomy.county


def test_a_rule_that_has_not_begun_leaves_no_trace_but_in_the_audit_trail(s, taxonomy):
    tomorrow = TODAY + timedelta(days=1)
    found = actions.route(s, taxonomy.leak, None, taxonomy.county, tomorrow, **BY)
    actions.drop_route(s, found, **BY)
    assert taxonomy.asked(tomorrow) is taxonomy.usual
    acts = s.scalars(select(AuditEntry).where(AuditEntry.act == "category:route")).all()
    code = taxonomy.county.code
    assert [(e.details["before"], e.details["after"]) for e in acts] == [(None, code), (code, None)]


def test_nobody_else_keeps_the_taxonomy(s, taxonomy):
    inspector = Actor("inspector", Role.INSPECTOR)
    for actor in (inspector, officer(taxonomy.usual)):
        by = {"actor": actor, "at": AT}
        with pytest.raises(NotAllowed):
            actions.add(s, None, Content("新的"), None, **by)
        with pytest.raises(NotAllowed):
            actions.change(s, taxonomy.leak, Content("新的"), None, **by)
        with pytest.raises(NotAllowed):
            actions.close(s, taxonomy.leak, **by)
        with pytest.raises(NotAllowed):
            actions.move(s, taxonomy.leak, up=True, **by)
        with pytest.raises(NotAllowed):
            actions.route(s, taxonomy.leak, None, taxonomy.county, TODAY, **by)
    actions.close(s, taxonomy.leak, actor=ADMIN, at=AT)


def test_there_are_two_levels_and_no_third(s, taxonomy):
    with pytest.raises(Invalid):
        actions.add(s, taxonomy.leak, Content("更细"), None, **BY)


def test_two_of_a_group_never_share_a_name_nor_two_matters_a_word(s, taxonomy):
    with pytest.raises(Invalid, match="漏水"):
        actions.add(s, taxonomy.group, Content("漏水"), None, **BY)
    with pytest.raises(Invalid, match="漏水"):
        actions.add(s, taxonomy.group, Content("冒水", ("漏水",)), None, **BY)
    other = actions.add(s, None, Content("别的组"), None, **BY)
    same = actions.add(s, other, Content("漏水"), None, **BY)  # another group may
    with pytest.raises(Invalid):
        actions.change(s, same, Content("漏水", ("漏水",)), None, **BY)
    assert s.get(Category, same.code).words == []


def test_codes_are_made_and_never_used_twice(s, taxonomy):
    made = [actions.add(s, taxonomy.group, Content(f"事{n}"), None, **BY).code for n in range(3)]
    assert made == [f"{taxonomy.group.code}.m{n}" for n in (2, 3, 4)]
    long = Category(code="a" * 32, name="长代码", sort_order=9, is_active=True)
    long.words, long.questions, long.stopper = [], [], {}
    s.add(long)
    s.flush()
    assert len(actions.add(s, long, Content("事"), None, **BY).code) <= 32


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (Content(""), "name"),
        (Content("名", ("水",)), "words"),
        (Content("名", tuple(f"词{n}" for n in range(81))), "words"),
        (Content("名", (), (Question("a b", "问？"),)), "questions"),
        (
            Content("名", (), (Question("a", "问？", QuestionKind.CHOICE, ("只有一个",)),)),
            "questions",
        ),
        (Content("名", (), tuple(Question(f"k{n}", "问？") for n in range(9))), "questions"),
    ],
)
def test_what_a_category_says_has_bounds(content, part):
    assert [found[0] for found in faults(content)] == [part]
    assert MOST_QUESTIONS == 6
