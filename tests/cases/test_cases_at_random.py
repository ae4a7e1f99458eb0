"""Random acts of random people on some cases: no illegal state, no lost step, all on record."""

from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.cases import (
    actions,
    appeals,
    assists,
    attachments,
    merging,
    questions,
    returns,
    targets,
    undo,
)
from portal.cases.classifying import classify
from portal.cases.kinds import AppealKind, Kind, Resolved, TargetKind
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseFile
from portal.cases.steps import KEPT_FOR_UNDO
from portal.cases.targets import Target, open_to
from portal.cases.visibility import SUBMIT
from portal.cases.workflow import AT_DEPARTMENT, OPEN, Action, State, Visibility, available
from portal.county.actions import set_setting
from portal.errors import PortalError, WrongState
from portal.security import SYSTEM, Actor, Permission, Role, permits
from tests import factories
from tests.cases.photos import with_photo
from tests.factories import AT

MODERATORS = [Actor(f"moderator{n}", Role.MODERATOR, account_id=100 + n) for n in (1, 2)]
INSPECTOR = Actor("inspector1", Role.INSPECTOR, account_id=110)
ADMIN = Actor("admin1", Role.ADMIN, account_id=120)
ANYTIME = {Action.PUBLISH_FILE, Action.WITHHOLD_FILE}
"""Acts that are nearly always possible: else most steps of a walk would be these."""
UNITS = 4
CASES = 4


class World:
    """Some cases, one of them a report of wrongdoing, and everybody who may or may not act."""

    def __init__(self, s, rng: Random) -> None:
        self.s, self.rng, self.at = s, rng, AT
        self.units = [factories.department(s) for _ in range(UNITS)]
        rules = {"report_department": self.units[0].code, "auto_confidence": 0}
        set_setting(s, "intake", rules, valid_from=date(2025, 1, 1), basis="试验")
        self.officers = [
            Actor(f"officer{n}", Role.OFFICER, account_id=n, department_id=unit.id)
            for n, unit in enumerate(self.units, 1)
        ]
        self.cases = [self.letter() for _ in range(CASES)]
        self.cases.append(self.letter(kind=Kind.REPORT))
        self.kept: dict[int, tuple[object, ...]] = {}

    def letter(self, **more: object) -> Case:
        made = factories.case(self.s, at=self.at, **more)
        with_photo(self.s, made)
        return made

    def anybody(self, case: Case) -> Actor:
        """Mostly somebody who has to do with the case, sometimes a stranger."""
        mine = [o for o in self.officers if o.department_id == case.department_id]
        helpers = [o for o in self.officers if o.department_id in case.assisting]
        everybody = [*MODERATORS, INSPECTOR, ADMIN, SYSTEM, *self.officers]
        writers = [factories.writer(c) for c in self.cases]
        likely = [*MODERATORS, *mine, *mine, *helpers, factories.writer(case), INSPECTOR, SYSTEM]
        return self.rng.choice(likely if self.rng.random() < 0.85 else everybody + writers)

    def unit(self):
        return self.rng.choice(self.units)

    def other(self) -> Case:
        return self.rng.choice(self.cases)

    def step(self) -> None:
        """One act of somebody on some case; what may not be changes nothing."""
        self.at += timedelta(minutes=self.rng.choice([0, 0, 1, 5, 60, 900]))
        case = self.other()
        self.do(case, self.anybody(case))

    def do(self, case: Case, actor: Actor) -> None:
        was_shut = case.recuses(actor)
        before = (len(self.kept), case.state)
        try:
            with self.s.begin_nested():
                self.act(case, actor)(self, case, actor)
        except PortalError:
            self.s.expire_all()
            assert before == (len(self.kept), case.state)
        else:
            newest = case.events[-1] if case.events else None
            if newest is not None and newest.id not in self.kept and newest.actor == actor.name:
                assert not was_shut, f"{actor.name} acted on a case about themselves"

    def act(self, case: Case, actor: Actor):
        """Mostly what the table offers this actor now, sometimes anything at all."""
        may = [a for a in available(case, actor) if a in ACTS]
        if Action.WITHDRAW in may and self.rng.random() < 0.9:
            may.remove(Action.WITHDRAW)  # else most walks are over before they begin
        if self.rng.random() < 0.9:
            may = [a for a in may if a not in ANYTIME]
        offered = [ACTS[a] for a in may]
        anything = self.rng.random() < 0.3 or not offered
        return self.rng.choice(list(ACTS.values()) if anything else offered)

    def check(self) -> None:
        self.s.flush()
        events = self.s.scalars(select(CaseEvent).order_by(CaseEvent.id)).all()
        now = {e.id: (e.case_id, e.action, e.actor, e.note, e.to_state) for e in events}
        assert self.kept.items() <= now.items(), "a step was lost or rewritten"
        self.kept = now
        audited = Counter(
            self.s.scalars(select(AuditEntry.act).where(AuditEntry.act.like("case:%")))
        )
        assert audited == Counter(f"case:{e.action}" for e in events), "an act is not on record"
        for case in self.s.scalars(select(Case)):
            self.check_one(case)

    def check_one(self, case: Case) -> None:
        chain = [(e.from_state, e.to_state) for e in case.events]
        assert chain[0] == (None, State.SUBMITTED)
        undone = [e.action == Action.UNDO for e in case.events]
        for (_, came), (left, _), is_undo in zip(chain, chain[1:], undone[1:], strict=False):
            assert is_undo or came == left, "a step begins where no step ended"
        assert chain[-1][1] is case.state
        if case.department is not None and case.state in OPEN:
            assert not case.conflicts_with(case.department), "the accused has the case"
        assert not any(a.is_open and case.conflicts_with(a.department) for a in case.assists)
        assert not (case.visibility is Visibility.PUBLIC and case.is_never_public)
        assert (case.state is State.MERGED) is (case.parent is not None)
        assert (case.state is State.CLOSED) is (case.closed_at is not None)
        assert (case.state is State.REJECTED) is (case.reject_reason is not None)
        if case.state not in AT_DEPARTMENT:
            assert not any(a.is_open for a in case.assists), "a part is awaited of nobody's case"

    def check_doors(self, case: Case) -> None:
        """The SQL condition of lists agrees with the permission for one case, for everybody."""
        for actor, permission in [
            *((m, Permission.CASE_MODERATE) for m in MODERATORS),
            (INSPECTOR, Permission.CASE_INSPECT),
        ]:
            listed = self.s.scalar(select(Case.id).where(Case.id == case.id, open_to(actor)))
            assert (listed is not None) is permits(actor, permission, case)
        for officer in self.officers:
            if permits(officer, Permission.CASE_HANDLE, case):
                assert self.s.scalar(select(Case.id).where(Case.id == case.id, open_to(officer)))


class Curious(World):
    """People of whom always the one acts who can do what was seldom done before."""

    def __init__(self, s, rng: Random, tried: Counter) -> None:
        super().__init__(s, rng)
        self.tried = tried

    def step(self) -> None:
        self.at += timedelta(minutes=self.rng.choice([0, 1, 60, 600]))
        offers = [
            (self.tried[action], self.rng.random(), action, case, actor)
            for case in self.cases
            for actor in (*MODERATORS, INSPECTOR, SYSTEM, factories.writer(case), *self.officers)
            for action in available(case, actor)
            if action in ACTS
        ]
        *_, self.chosen, case, actor = min(offers)
        self.tried[self.chosen] += 1
        self.do(case, actor)

    def act(self, case: Case, actor: Actor):
        return ACTS[self.chosen]


def words(w: World) -> str:
    return w.rng.choice(["请核实处理。"] * 5 + ["已到现场查看，情况属实。", ""])


def common(w: World, actor: Actor) -> dict[str, object]:
    return {"actor": actor, "at": w.at}


def noted(w: World, actor: Actor) -> dict[str, object]:
    return common(w, actor) | {"note": words(w)}


def target(w: World, case: Case, actor: Actor) -> None:
    kind = w.rng.choice(list(TargetKind))
    unit = w.unit() if kind is TargetKind.DEPARTMENT or w.rng.random() < 0.5 else None
    chosen = Target(kind, unit, name="" if kind is TargetKind.DEPARTMENT else "某某")
    targets.set_targets(w.s, case, [chosen] if w.rng.random() < 0.7 else [], **common(w, actor))


def split(w: World, case: Case, actor: Actor) -> None:
    parts = [merging.Part("另一件事", "路灯不亮。")]
    made = merging.split(w.s, case, parts, **common(w, actor))
    w.cases += made if len(w.cases) < 9 else []


def end_assist(w: World, case: Case, actor: Actor) -> None:
    asked = [task.department for task in case.assists if task.is_open]
    assists.end_assist(w.s, case, w.rng.choice(asked or w.units), **noted(w, actor))


def judge(w: World, case: Case, actor: Actor) -> None:
    resolved, level = w.rng.choice(list(Resolved)), w.rng.randint(1, 5)
    actions.judge(w.s, case, resolved=resolved, satisfaction=level, **noted(w, actor))


def appeal(w: World, case: Case, actor: Actor) -> None:
    against = w.rng.choice(case.appealable or list(AppealKind))
    appeals.appeal(w.s, case, against, **noted(w, actor))


def grant(w: World, case: Case, actor: Actor) -> None:
    texts = {"public_title": "标题", "public_body": "正文"}
    appeals.grant(w.s, case, **noted(w, actor), **texts)


def publish(w: World, case: Case, actor: Actor) -> None:
    texts = {"public_title": "水管漏水", "public_body": "城东路口漏水。"}
    actions.publish(w.s, case, **texts, **common(w, actor))


def publish_file(w: World, case: Case, actor: Actor) -> None:
    file = photo_of(case)
    attachments.publish_file(w.s, case, file, file.file, **common(w, actor))


def withhold_file(w: World, case: Case, actor: Actor) -> None:
    attachments.withhold_file(w.s, case, photo_of(case), **noted(w, actor))


def photo_of(case: Case) -> CaseFile:
    """The photo beside a case; what was split off has none."""
    if not case.files:
        raise WrongState("no photo")
    return case.files[0]


def return_with(act):
    bases = ["三定规定第四条"] * 5 + [""]
    return lambda w, c, a: act(w.s, c, **noted(w, a), basis=w.rng.choice(bases))


def reclassify(w: World, case: Case, actor: Actor) -> None:
    kind = w.rng.choice([Kind.COMPLAINT, Kind.INQUIRY, Kind.HELP, Kind.REPORT])
    facts = {"kind": kind, "category": None, "project": None, "town": None}
    classify(w.s, case, **facts, **common(w, actor))


ACTS = {
    Action.CLASSIFY: reclassify,
    Action.ASSIGN: lambda w, c, a: actions.assign(w.s, c, w.unit(), **noted(w, a)),
    Action.DISPATCH: lambda w, c, a: actions.dispatch(w.s, c, w.unit(), at=w.at),
    Action.REASSIGN: lambda w, c, a: actions.reassign(w.s, c, w.unit(), **noted(w, a)),
    Action.REJECT: lambda w, c, a: actions.reject(w.s, c, "unclear", **noted(w, a)),
    Action.REDACT: lambda w, c, a: actions.redact(
        w.s, c, public_title="标题", public_body="正文", **common(w, a)
    ),
    Action.PUBLISH: publish,
    Action.WITHHOLD: lambda w, c, a: actions.withhold(w.s, c, reason="privacy", **noted(w, a)),
    Action.PUBLISH_FILE: publish_file,
    Action.WITHHOLD_FILE: withhold_file,
    Action.TARGET: target,
    Action.MERGE: lambda w, c, a: merging.merge(w.s, c, w.other(), **noted(w, a)),
    Action.UNMERGE: lambda w, c, a: merging.unmerge(w.s, c, **noted(w, a)),
    Action.SPLIT: split,
    Action.UNDO: lambda w, c, a: undo.undo(w.s, c, **common(w, a)),
    Action.SIGN: lambda w, c, a: actions.sign(w.s, c, **noted(w, a)),
    Action.RETURN: return_with(returns.return_),
    Action.DISPUTE: return_with(returns.dispute),
    Action.RULE: lambda w, c, a: returns.rule(w.s, c, w.unit(), **noted(w, a)),
    Action.OWN: lambda w, c, a: returns.settle_silence(w.s, at=w.at),
    Action.EXTEND: lambda w, c, a: actions.extend(w.s, c, **noted(w, a)),
    Action.ASK_ASSIST: lambda w, c, a: assists.ask_assist(w.s, c, w.unit(), **noted(w, a)),
    Action.END_ASSIST: end_assist,
    Action.ASSIST: lambda w, c, a: assists.assist(w.s, c, text=words(w), **common(w, a)),
    Action.ANSWER: lambda w, c, a: actions.answer(w.s, c, words(w), **common(w, a)),
    Action.CONCLUDE: lambda w, c, a: actions.conclude(w.s, c, words(w), **common(w, a)),
    Action.SEND_BACK: lambda w, c, a: actions.send_back(w.s, c, **noted(w, a)),
    Action.CLOSE: lambda w, c, a: actions.close(w.s, c, **noted(w, a)),
    Action.VERDICT: judge,
    Action.REOPEN: lambda w, c, a: actions.reopen(w.s, c, **noted(w, a)),
    Action.ASK: lambda w, c, a: questions.ask(w.s, c, **noted(w, a)),
    Action.REPLY: lambda w, c, a: questions.reply(w.s, c, text=words(w), **common(w, a)),
    Action.RELEASE: lambda w, c, a: questions.release(w.s, c, text="", **common(w, a)),
    Action.APPEAL: appeal,
    Action.GRANT: grant,
    Action.RECONSIDER: grant,
    Action.DENY: lambda w, c, a: appeals.deny(w.s, c, **noted(w, a)),
    Action.WITHDRAW: lambda w, c, a: actions.withdraw(w.s, c, **noted(w, a)),
}


@contextmanager
def undone(s):
    """Take back what happened inside, so that the next walk starts from nothing."""
    savepoint = s.begin_nested()
    try:
        yield
    finally:  # also where Hypothesis breaks a walk off
        if savepoint.is_active:
            savepoint.rollback()
        s.expunge_all()


def walk(s, rng: Random, steps: int) -> None:
    """Let `steps` acts happen and look after each whether all is as it must be."""
    world = World(s, rng)
    world.check()
    for _ in range(steps):
        world.step()
        world.check()
    for case in world.cases:
        world.check_doors(case)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_whatever_is_done_the_cases_stay_lawful_and_every_step_is_kept(s, rng, steps):
    """Hypothesis chooses who does what, and shortens what it finds to the fewest acts."""
    with undone(s):
        walk(s, rng, steps)


@pytest.mark.parametrize("seed", range(4))
def test_a_long_walk_stays_lawful(s, seed):
    walk(s, Random(seed), 100)  # noqa: S311


def test_the_walk_reaches_every_state_and_does_every_act(s):
    """Else the test above would prove little. Some walks do not get everywhere: more are made."""
    along = {Action.CLOSE_ALONG, Action.SET_APART, Action.RECUSE, Action.UNDO}  # tested below
    reached, done, tried = set(), set(), Counter()
    for seed in range(40):
        with undone(s):
            world = Curious(s, Random(seed), tried)  # noqa: S311
            for _ in range(60):
                world.step()
                reached.update(case.state for case in world.cases)
            done |= {Action(a) for a in s.scalars(select(CaseEvent.action)) if a != SUBMIT}
        if reached == set(State) and set(Action) - done <= along:
            break
    assert reached == set(State)
    assert set(Action) - done <= along


def test_an_undo_puts_every_kept_column_back(s):
    world = World(s, Random(1))  # noqa: S311
    case, moderator = world.cases[0], MODERATORS[0]
    before = {name: getattr(case, name) for name in KEPT_FOR_UNDO}
    for act in (
        lambda: actions.assign(s, case, world.units[1], actor=moderator, at=AT),
        lambda: actions.reject(s, case, "unclear", actor=moderator, at=AT),
        lambda: publish(world, case, moderator),
        lambda: actions.withhold(s, case, actor=moderator, at=AT, note="暂不公开"),
        lambda: merging.merge(s, case, world.cases[1], actor=moderator, at=AT),
    ):
        act()
        undo.undo(s, case, actor=moderator, at=AT)
        assert {name: getattr(case, name) for name in KEPT_FOR_UNDO} == before
    assert [e.action for e in case.events].count("undo") == 5


def test_cases_merged_into_one_get_its_answer_and_close_with_it(s):
    world = World(s, Random(2))  # noqa: S311
    parent, child, unit = world.cases[0], world.cases[1], world.units[1]
    merging.merge(s, child, parent, actor=MODERATORS[0], at=AT)
    lead = next(o for o in world.officers if o.department_id == unit.id)
    actions.assign(s, parent, unit, actor=MODERATORS[0], at=AT)
    actions.sign(s, parent, actor=lead, at=AT)
    actions.answer(s, parent, "已修好，电话13900001234。", actor=lead, at=AT)
    actions.close(s, parent, actor=MODERATORS[0], at=AT, answer_text="已修好。")
    assert (child.state, child.parent, child.department) == (State.CLOSED, None, unit)
    assert (child.answer.public_text, child.events[-1].actor) == ("已修好。", "system")
    judge(world, child, factories.writer(child))
    world.check()


def test_an_undone_assignment_ends_what_was_asked_of_others_with_the_same_click(s):
    world = World(s, Random(3))  # noqa: S311
    case, moderator = world.cases[0], MODERATORS[0]
    actions.assign(s, case, world.units[1], actor=moderator, at=AT)
    for unit in world.units[2:]:
        assists.ask_assist(s, case, unit, actor=moderator, at=AT, note="请一并查看。")
    undo.undo(s, case, actor=moderator, at=AT + timedelta(seconds=50))
    assert (case.state, case.department, case.assisting) == (State.SUBMITTED, None, frozenset())
    world.check()


def test_help_that_was_asked_for_later_is_not_part_of_the_assignment(s):
    world = World(s, Random(3))  # noqa: S311
    case, moderator = world.cases[0], MODERATORS[0]
    actions.assign(s, case, world.units[1], actor=moderator, at=AT)
    later = AT + timedelta(seconds=20)
    assists.ask_assist(s, case, world.units[2], actor=moderator, at=later, note="请一并查看。")
    with pytest.raises(PortalError):
        undo.undo(s, case, actor=moderator, at=later)
