"""What is read from the counts: a project's voices, a year's list, a town, words and answers."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.clock import at_local
from portal.county.actions import put_town
from portal.errors import Invalid
from portal.projects.models import ProjectStatus, Site
from portal.projects.upkeep.models import Revisit
from portal.ratings import actions, overview, queries
from portal.ratings.appeals import actions as appeals
from portal.ratings.appeals.models import Ground, Ruling
from portal.ratings.followups import actions as follow_ups
from portal.ratings.kinds import Channel, Dimension, Doubt, Proof
from portal.ratings.overview import PAGE_SIZE
from portal.ratings.rules import Change, tiers
from portal.ratings.words import heard, other_remedies
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT, MODERATOR
from tests.ratings.crowd import answered, crowd, moving

DAY = date(2026, 11, 15)
YEAR = 2026
INSPECTOR = Actor("inspector", Role.INSPECTOR)
REVISIT = date(2026, 6, 1)


@pytest.fixture
def project(s):
    return factories.project(s, unit=factories.department(s))


def revisited(s, project):
    """The moment from which the wave after a revisit can be rated in."""
    seen = {"score": 90, "summary": "", "by": "县督查办", "checklist": {}}
    s.add(Revisit(project_id=project.id, months=3, due_on=REVISIT, done_on=REVISIT, **seen))
    s.flush()
    return at_local(REVISIT, 9)


def test_waves_are_compared_and_the_latest_with_enough_speaks(s, project):
    crowd(s, project, {5: 38, 2: 2})
    crowd(s, project, {5: 10, 2: 30}, at=revisited(s, project))
    said = queries.voices(s, project, DAY)
    assert [w.change for w in said.waves] == [None, Change.WORSE]
    assert said.headline_wave.number == 2
    assert said.headline.satisfied == 10


def test_a_later_wave_of_few_does_not_speak_and_is_not_compared(s, project):
    crowd(s, project, {5: 12})
    crowd(s, project, {1: 3}, at=revisited(s, project))
    said = queries.voices(s, project, DAY)
    assert (said.headline_wave.number, said.headline.total) == (1, 12)
    assert said.waves[1].change is None


def test_dimensions_channels_and_towns_have_their_own_numbers(s, project):
    put_town(s, "north", "城北镇", sort_order=1)
    site = Site(project_id=project.id, number=1, name="北泵站", town_code="north")
    s.add(site)
    s.flush()
    crowd(s, project, {4: 3}, said={"marks": {Dimension.UPKEEP: 2}}, site=site)
    crowd(s, project, {5: 2}, channel=Channel.QR)
    crowd(s, project, {1: 1}, proof=Proof.STAFF, channel=Channel.VISIT)
    said = queries.voices(s, project, DAY)
    assert said.dimensions[Dimension.UPKEEP].counts[2] == 3
    assert said.dimensions[Dimension.OPEN].total == 0
    assert said.channels[Channel.WEB][Proof.VERIFIED].total == 3
    assert said.channels[Channel.QR][Proof.VERIFIED].total == 2
    assert said.channels[Channel.VISIT][Proof.STAFF].total == 1
    assert {code: f.total for code, f in said.towns.items()} == {"north": 3}


@pytest.fixture
def year(s):
    """Projects of a year with many ratings, few, and none; one that is not done, one of 2025."""
    made = {
        "good": factories.project(s, "好"),
        "perfect but few": factories.project(s, "少而全好"),
        "bad": factories.project(s, "差"),
        "too few": factories.project(s, "太少"),
        "none": factories.project(s, "没有"),
        "building": factories.project(s, "在建", ProjectStatus.IN_PROGRESS),
        "last year's": factories.project(s, "去年", year=YEAR - 1),
    }
    crowd(s, made["good"], {5: 57, 2: 3})
    crowd(s, made["perfect but few"], {5: 10})
    crowd(s, made["bad"], {4: 12, 1: 18})
    crowd(s, made["too few"], {5: 9})
    crowd(s, made["last year's"], {5: 11})
    return made


def test_a_year_is_ordered_by_the_lower_bound_and_too_few_stand_apart(s, year):
    found = overview.ranking(s, YEAR, DAY)
    assert [p.name for p in found.ranked] == ["好", "少而全好", "差"]
    assert [p.figure.rate for p in found.ranked] == [95, 100, 40]
    assert [(p.name, p.figure.total) for p in found.few] == [("太少", 9), ("没有", 0)]
    assert (found.total.total, found.total.satisfied) == (109, 88)


def test_overlapping_intervals_share_their_places_and_others_do_not(s, year):
    found = overview.ranking(s, YEAR, DAY)
    places = {p.name: (p.tier.best, p.tier.worst) for p in found.ranked}
    assert places == {"好": (1, 2), "少而全好": (1, 2), "差": (3, 3)}
    asked = tiers({p.project_id: p.figure for p in found.ranked})
    assert [p.tier for p in found.ranked] == asked


def test_pages_by_key_show_every_project_once(s):
    made = [factories.project(s, f"第{n}号") for n in range(PAGE_SIZE + 5)]
    for p in made[:3]:
        crowd(s, p, {5: 10})
    found = overview.ranking(s, YEAR, DAY)
    first, after = found.page(None)
    rest, end = found.page(after)
    assert (len(first), len(rest), end) == (PAGE_SIZE, 5, None)
    assert [p.project_id for p in [*first, *rest]] == [p.id for p in made]
    assert found.page(found.behind_ranked)[0][0] is found.few[0]


def test_a_rating_that_arrives_between_two_pages_shifts_nothing(s):
    made = [factories.project(s, f"第{n}号") for n in range(PAGE_SIZE + 5)]
    _first, after = overview.ranking(s, YEAR, DAY).page(None)
    crowd(s, made[-1], {5: 10})
    rest, _end = overview.ranking(s, YEAR, DAY).page(after)
    assert [p.project_id for p in rest] == [p.id for p in made[PAGE_SIZE:-1]]


@pytest.mark.parametrize("cursor", ["x", "1", "~", "1~x", "x~1", "1~2~3"])
def test_what_is_no_cursor_is_refused(s, cursor):
    with pytest.raises(Invalid):
        overview.ranking(s, YEAR, DAY).page(cursor)


def test_a_withdrawn_project_is_in_no_figure_of_its_year(s, year):
    year["good"].withdrawn_at = AT
    s.flush()
    found = overview.ranking(s, YEAR, DAY)
    assert [p.name for p in found.ranked] == ["少而全好", "差"]
    assert overview.parts(s, YEAR, DAY).proofs[Proof.VERIFIED].total == found.total.total


def test_towns_and_the_rest_add_up_to_the_year(s, year):
    put_town(s, "north", "城北镇", sort_order=1)
    there = factories.project(s, "北边的", town_code="north")
    crowd(s, there, {5: 4, 2: 1})
    made_of = overview.parts(s, YEAR, DAY)
    assert made_of.towns["north"].counts == {5: 4, 4: 0, 3: 0, 2: 1, 1: 0}
    total = overview.ranking(s, YEAR, DAY).total
    for level, n in total.counts.items():
        assert sum(f.counts[level] for f in made_of.towns.values()) == n
    assert made_of.proofs[Proof.VERIFIED].counts == total.counts


def test_only_waves_that_speak_are_in_a_years_parts(s, project):
    crowd(s, project, {5: 12}, channel=Channel.QR)
    crowd(s, project, {1: 11}, at=revisited(s, project))
    made_of = overview.parts(s, YEAR, DAY)
    assert made_of.channels[Channel.QR][Proof.VERIFIED].total == 0
    assert made_of.channels[Channel.WEB][Proof.VERIFIED].counts[1] == 11


def test_a_towns_figure_has_its_sites_of_other_projects_and_can_be_of_one_year(s, project):
    put_town(s, "north", "城北镇", sort_order=1)
    site = Site(project_id=project.id, number=1, name="北泵站", town_code="north")
    s.add(site)
    s.flush()
    crowd(s, project, {5: 2}, site=site)
    crowd(s, project, {1: 5})
    crowd(s, factories.project(s, "去年", year=YEAR - 1, town_code="north"), {4: 3})
    assert overview.figure_of_town(s, "north", None, DAY).total == 5
    assert overview.figure_of_town(s, "north", YEAR, DAY).counts[5] == 2
    assert overview.figure_of_town(s, "south", None, DAY).total == 0


def test_what_is_in_no_figure_is_counted_with_all_that_came(s, project):
    crowd(s, project, {5: 3})
    crowd(s, project, {1: 2}, proof=Proof.NONE)
    crowd(s, project, {5: 6}, at=AT + timedelta(days=30), device="one and the same")
    actions.erase(s, factories.rating(s, project), at=AT)
    apart = overview.apart(s, YEAR)
    assert apart.set_aside == {Doubt.DEVICE: 6}
    assert (apart.not_counted, apart.received, apart.erased) == (6, 11, 1)
    assert apart.follow_up.opened == 2


def test_appeals_are_told_by_what_became_of_them(s, project):
    bad = crowd(s, project, {1: 4})
    officer = factories.officer(project.department)
    with moving(s, project) as moves:
        filed = [
            appeals.file(s, moves, r, Ground.MISTAKEN, actor=officer, reason="不是这里", at=AT)
            for r in bad
        ]
        for appeal, ruling in zip(filed, (Ruling.UPHELD, Ruling.DISMISSED), strict=False):
            appeals.decide(s, moves, appeal, ruling, actor=INSPECTOR, note="核实", at=AT)
    actions.erase(s, bad[3], at=AT)
    found = overview.appeals(s, [])
    assert (found.filed, found.upheld, found.dismissed) == (4, 1, 1)
    assert (found.disputed, found.moot) == (1, 1)
    other = factories.project(s)
    assert overview.appeals(s, [factories.Project.id == other.id]).filed == 0


def publish(s, *things):
    for thing in things:
        actions.decide_comment(s, thing, publish=True, actor=MODERATOR, at=AT)


def test_only_words_that_were_let_through_are_heard(s, project):
    shown, hidden, waiting = (
        factories.rating(s, project, 4, comment=text) for text in ("公开的", "不公开", "没审的")
    )
    publish(s, shown)
    actions.decide_comment(s, hidden, publish=False, actor=MODERATOR, at=AT)
    assert [h.rating for h in heard(s, project)] == [shown]
    assert waiting.comment == "没审的"


def test_the_word_more_stands_under_the_first_also_where_that_one_had_no_words(s, project):
    first, silent, other = (
        factories.rating(s, project, 2, comment=text) for text in ("漏水", "", "堵")
    )
    later = revisited(s, project) + timedelta(days=1)
    factories.rating(s, project, 5, at=later)
    more = [actions.add(s, r, level=4, comment="修好了", at=later) for r in (first, silent, other)]
    publish(s, first, other, more[0], more[1])
    found = {h.rating: h for h in heard(s, project)}
    assert (found[first].comment, found[first].added) == ("漏水", "修好了")
    assert (found[silent].comment, found[silent].added) == ("", "修好了")
    assert (found[other].addition.level, found[other].added) == (4, "")
    assert list(found) == [other, silent, first]


def test_what_a_department_answered_is_read_where_it_was_let_through(s, project):
    told, hidden, silent = crowd(s, project, {1: 3}, said={"comment": "门锁着"})
    publish(s, told, hidden)
    with moving(s, project) as moves:
        answered(s, moves, told, text="已经开门")
        answered(s, moves, hidden, text="写了电话", shown=False)
        answered(s, moves, silent, text="已配钥匙")
    found = heard(s, project)
    assert {h.rating: h.remedy and h.remedy.remedy_text for h in found} == {
        told: "已经开门",
        hidden: None,
    }
    assert [f.remedy_text for f in other_remedies(s, project, found)] == ["已配钥匙"]


def test_nothing_is_heard_of_ratings_that_do_not_count(s, project):
    ratings = crowd(s, project, {1: 6}, device="one and the same", said={"comment": "门锁着"})
    publish(s, *ratings)
    assert heard(s, project) == []
    assert all(follow_ups.of_rating(s, r).state == "void" for r in ratings[:5])


def test_the_newest_words_come_first_and_no_more_than_fit(s, project):
    given = crowd(s, project, {4: 25}, said={"comment": "方便"})
    publish(s, *given)
    found = heard(s, project)
    assert len(found) == 20
    assert found[0].rating is given[-1]
    assert all(a.rating.id > b.rating.id for a, b in pairwise(found))
