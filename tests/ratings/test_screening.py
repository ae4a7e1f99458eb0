"""Bursts in the database: set aside with what came before them, told to moderators, decided."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotAllowed, WrongState
from portal.ratings import actions, counts, queries
from portal.ratings.followups.actions import of_rating
from portal.ratings.followups.workflow import State
from portal.ratings.kinds import Channel, Dimension, Doubt, Proof, Standing
from portal.ratings.models import CommentVisibility, Rating, RatingDoubt
from portal.ratings.screening import queries as screening
from portal.ratings.screening.decisions import decide_together
from portal.ratings.waves.actions import of_project
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT, MODERATOR

LATER = AT + timedelta(days=20)
LEVELS = (4, 3, 5, 2, 3)
HOME = "203.0.113.0/24"
SIDES = (Dimension.USEFUL, Dimension.QUALITY, Dimension.OPEN)


@pytest.fixture
def project(s):
    """A completed project that thirty residents have rated in as many days, each from home."""
    found = factories.project(s, unit=factories.department(s))
    for n in range(30):
        by = factories.voter(network=f"198.51.{n}.0/24", device=f"honest-{n}")
        factories.rating(s, found, LEVELS[n % 5], by=by, at=AT + timedelta(hours=13 * n))
    return found


def give(s, project, n, level=5, *, every=timedelta(minutes=2), said=None, start=LATER, **traits):
    """`n` ratings one after the other, each of somebody new."""
    return [
        factories.rating(
            s,
            project,
            level,
            by=factories.voter(**{name: make(i) for name, make in traits.items()}),
            at=start + i * every,
            **(said or {}),
        )
        for i in range(n)
    ]


def standings(ratings):
    return [r.standing for r in ratings]


def is_right(s, project):
    return counts.kept(s, [project.id]) == counts.recounted(s, [project.id])


def doubts_of(s, ratings):
    ids = [r.id for r in ratings]
    rows = s.scalars(select(RatingDoubt).where(RatingDoubt.rating_id.in_(ids)))
    return sorted(rows, key=lambda d: d.id)


def network_burst(s, project, n=9, level=5, **more):
    return give(s, project, n, level, network=lambda _: HOME, device=lambda i: f"d{i}", **more)


def decide(s, project, ratings, *, release, actor=MODERATOR, reason="核实过", at=LATER):
    ids = [d.id for d in doubts_of(s, ratings)]
    more = {"actor": actor, "reason": reason, "at": at}
    return decide_together(s, project, ids, release=release, **more)


def test_a_burst_from_one_network_is_set_aside_with_those_that_came_before(s, project):
    few = network_burst(s, project, 7)
    assert standings(few) == [Standing.COUNTED] * 7
    rest = network_burst(s, project, 2, start=LATER + timedelta(minutes=14))
    assert standings([*few, *rest]) == [Standing.SET_ASIDE] * 9
    assert {r.doubt for r in [*few, *rest]} == {Doubt.NETWORK}
    assert [d.burst for d in doubts_of(s, [*few, *rest])] == [8] * 8 + [9]
    assert queries.voices(s, project, LATER.date()).set_aside == {Doubt.NETWORK: 9}
    assert is_right(s, project)


def test_who_says_something_else_from_that_network_goes_on_counting(s, project):
    other = network_burst(s, project, 1, level=2)
    network_burst(s, project, 9, start=LATER + timedelta(minutes=4))
    assert standings(other) == [Standing.COUNTED]
    assert is_right(s, project)


def test_one_browser_for_many_is_set_aside(s, project):
    found = give(s, project, 6, 4, device=lambda _: "one", every=timedelta(days=1))
    assert {(r.standing, r.doubt) for r in found} == {(Standing.SET_ASIDE, Doubt.DEVICE)}
    assert is_right(s, project)


def test_the_same_words_from_many_are_set_aside_whatever_the_signs(s, project):
    words = ["政府办实事，老百姓得实惠，真好！", "政府办实事老百姓得实惠 真好"]
    words += ["政府办实事。老百姓得实惠，真好", "政府办实事，老百姓得实惠，真好～"]
    found = [
        factories.rating(s, project, 5, comment=text, at=LATER + timedelta(days=n))
        for n, text in enumerate(words)
    ]
    assert {r.doubt for r in found} == {Doubt.TEXT}
    assert is_right(s, project)


def test_all_fives_without_a_word_in_numbers_are_set_aside(s, project):
    said = {"marks": dict.fromkeys(SIDES, 5)}
    found = give(s, project, 20, every=timedelta(hours=1), said=said)
    assert {(r.standing, r.doubt) for r in found} == {(Standing.SET_ASIDE, Doubt.UNIFORM)}
    assert is_right(s, project)


def test_many_from_anywhere_within_the_hour_are_set_aside(s, project):
    found = give(s, project, 12, 1, device=lambda i: f"p{i}")
    assert {r.doubt for r in found} == {Doubt.PACE}
    assert is_right(s, project)


def test_what_no_hand_can_fill_in_so_fast_is_set_aside_at_once(s, project):
    fast, slow = give(s, project, 2, fill_seconds=lambda i: 1.0 if i == 0 else 40.0)
    assert (fast.doubt, slow.doubt) == (Doubt.SPEED, None)
    assert is_right(s, project)


def test_verified_residents_are_not_set_aside_for_a_flood_of_unverified(s, project):
    people = [
        factories.rating(
            s,
            project,
            5,
            by=factories.voter(factories.resident(s), network=HOME),
            at=LATER + timedelta(minutes=n),
        )
        for n in range(3)
    ]
    network_burst(s, project, 9)
    assert standings(people) == [Standing.COUNTED] * 3


def test_a_released_rating_counts_and_is_not_judged_again(s, project):
    found = network_burst(s, project)
    decided = decide(s, project, found, release=True)
    assert (decided.done, decided.erased) == (9, 0)
    assert standings(found) == [Standing.COUNTED] * 9
    assert is_right(s, project)
    by = factories.voter(network=HOME, device="d9", fill_seconds=60.0)
    late = factories.rating(s, project, 5, by=by, at=LATER + timedelta(minutes=20))
    assert late.standing is Standing.COUNTED  # nine cleared ones are held against nobody
    again = actions.Voter(found[0].rater, network=HOME, fill_seconds=0.5)
    more = {"by": again, "comment": "真的好", "at": LATER + timedelta(minutes=30)}
    changed = factories.rating(s, project, 5, **more)
    assert changed is found[0]
    assert changed.standing is Standing.COUNTED
    assert is_right(s, project)


def test_a_rejected_rating_stays_on_record_and_out_of_every_figure(s, project):
    found = network_burst(s, project)
    before = queries.voices(s, project, LATER.date()).waves[0].unverified.total
    decide(s, project, found, release=False, reason="同一网吧刷评")
    assert standings(found) == [Standing.REJECTED] * 9
    voices = queries.voices(s, project, LATER.date())
    assert (voices.waves[0].unverified.total, voices.not_counted) == (before, 9)
    assert {(d.decided_by, d.decision, d.reason) for d in doubts_of(s, found)} == {
        (MODERATOR.name, Standing.REJECTED, "同一网吧刷评")
    }
    acts = select(AuditEntry.subject).where(AuditEntry.act == "rating:reject")
    assert set(s.scalars(acts)) == {f"rating:{r.id}" for r in found}
    assert is_right(s, project)


def test_follow_ups_of_bad_ratings_stop_when_set_aside_and_go_on_when_released(s, project):
    found = network_burst(s, project, level=1)
    assert {of_rating(s, r).state for r in found[:7]} == {State.VOID}
    assert of_rating(s, found[8]) is None  # it never counted, so nothing was owed
    assert is_right(s, project)
    decide(s, project, found, release=True)
    assert {of_rating(s, r).state for r in found} == {State.OPEN}
    assert is_right(s, project)


def test_a_decision_is_all_or_nothing_and_somebody_else_may_be_faster(s, project):
    found = network_burst(s, project)
    decide(s, project, found[:1], release=True)
    with pytest.raises(WrongState) as refusal:
        decide(s, project, found, release=False)
    assert refusal.value.params == {"n": 1}
    assert standings(found[1:]) == [Standing.SET_ASIDE] * 8


def test_what_residents_erased_meanwhile_is_passed_over(s, project):
    found = network_burst(s, project)
    actions.erase(s, found[0], at=LATER + timedelta(hours=1))
    decided = decide(s, project, found, release=False)
    assert (decided.done, decided.erased) == (8, 1)
    assert found[0].standing is Standing.ERASED
    with pytest.raises(WrongState):
        decide(s, project, found[:1], release=True)
    assert is_right(s, project)


def test_only_moderators_decide_and_only_with_a_reason(s, project):
    found = network_burst(s, project)
    with pytest.raises(NotAllowed):
        decide(s, project, found, release=True, actor=Actor("i", Role.INSPECTOR))
    with pytest.raises(Invalid):
        decide(s, project, found, release=True, reason="")
    assert standings(found) == [Standing.SET_ASIDE] * 9


def test_ratings_of_another_project_are_not_decided_on_with_these(s, project):
    found = network_burst(s, project)
    with pytest.raises(WrongState):
        decide(s, factories.project(s), found, release=True)
    assert standings(found) == [Standing.SET_ASIDE] * 9


def test_the_queue_tells_bursts_apart_and_never_names_a_network(s, project):
    network = network_burst(s, project)
    device = give(s, project, 6, 4, device=lambda _: "one", every=timedelta(days=1))
    found = screening.queue(s, None)
    assert [(b.doubt, len(b.waiting)) for b in found.bursts] == [
        (Doubt.NETWORK, 9),
        (Doubt.DEVICE, 6),
    ]
    assert found.counts == {Doubt.NETWORK: 9, Doubt.DEVICE: 6}
    burst = found.bursts[0]
    assert (burst.levels, burst.networks, len(burst.devices)) == ({5: 9}, {"A": 9}, 9)
    assert burst.usual == {5: 6, 4: 6, 3: 12, 2: 6}
    assert burst.size == 9
    assert not {network[0].network, network[0].device} & {
        value for e in burst.entries for value in vars(e).values() if isinstance(value, str)
    }
    only = screening.queue(s, Doubt.DEVICE)
    assert [b.head for b in only.bursts] == [doubts_of(s, device)[0].id]
    assert screening.waiting_count(s) == 15


def test_a_longer_pause_begins_another_burst(s, project):
    network_burst(s, project)
    network_burst(s, project, start=LATER + timedelta(days=3))
    heads = [b.head for b in screening.queue(s, None).bursts]
    assert len(heads) == 2
    first = screening.burst_of(s, heads[0])
    assert len(first.entries) == 9
    assert screening.queue(s, None, after=heads[0]).bursts[0].head == heads[1]


def test_a_burst_shows_what_was_decided_beside_what_waits(s, project):
    found = network_burst(s, project)
    decide(s, project, found[:4], release=False)
    burst = screening.burst_of(s, doubts_of(s, found)[0].id)
    assert (len(burst.entries), len(burst.waiting)) == (9, 5)
    history = screening.history(s, Standing.REJECTED, None, after=None)
    assert {d.rating_id for d in history.rows} == {r.id for r in found[:4]}
    assert screening.history(s, Standing.COUNTED, None, after=None).rows == []
    assert screening.history(s, Standing.REJECTED, Doubt.TEXT, after=None).rows == []
    assert screening.burst_of(s, 999_999) is None


def statements(s, act) -> int:
    seen = []

    def note(_c, _cursor, statement, *_rest):
        seen.append(statement)

    engine = s.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def crowd(s, project, n):
    """`n` ratings of the last hours that share everything a new one is compared by."""
    (wave,) = of_project(s, project)
    keyed = s.scalars(select(Rating).where(Rating.project_id == project.id).limit(1)).one()
    traits = {name: getattr(keyed, name) for name in ("network", "device")}
    s.add_all(
        Rating(
            project_id=project.id,
            wave_id=wave.id,
            rater=f"{next(factories._numbers)} of the crowd",
            proof=Proof.NONE,
            channel=Channel.WEB,
            level=LEVELS[i % 5],
            marks={},
            reasons=[],
            comment="",
            comment_visibility=CommentVisibility.WITHHELD,
            wants_answer=False,
            entered_by="",
            standing=Standing.COUNTED,
            is_cleared=False,
            is_disputed=False,
            is_uniform=False,
            given_at=LATER - timedelta(minutes=i % 700),
            said_at=LATER - timedelta(minutes=i % 700),
            **traits,
        )
        for i in range(n)
    )
    s.flush()
    counts.recount(s, [project.id], 10)


def test_a_new_rating_costs_the_same_beside_five_hundred_others_and_a_thousand(s, project):
    def new():
        by = factories.voter(network="198.51.0.0/24")
        factories.rating(s, project, 3, by=by, at=LATER)

    costs = []
    for n in (500, 500):
        crowd(s, project, n)
        new()  # what is read once is read now
        costs.append(statements(s, new))
    assert costs[0] == costs[1] < 30
