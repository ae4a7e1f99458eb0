"""The county's own confirmed cases teach; what the machine did by itself does not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.kinds import Kind, TargetKind
from portal.cases.returns import return_
from portal.cases.routing.learner import NOT_SOONER, Learner
from portal.cases.routing.learning import examples, is_due, learn, store
from portal.cases.routing.suggestions import suggest_for
from portal.cases.targets import Target
from portal.errors import Invalid
from tests.cases.routing.learning import handled, look_again, setting, stored, unit
from tests.factories import AT, MODERATOR, case, officer

pytestmark = pytest.mark.usefixtures("forgetful")


@pytest.fixture
def lamps(s):
    return unit(s, "lamps", "县城市管理局")


@pytest.fixture
def roads(s):
    return unit(s, "roads", "县交通运输局")


def taught(s):
    return sorted(zip(*examples(s), strict=True))


def letter(s, title, **more):
    return case(s, title=title, body="正文", **more)


def test_what_a_person_sent_out_teaches_title_and_text(s, lamps):
    c = letter(s, "路灯不亮")
    assert taught(s) == []
    actions.assign(s, c, lamps, actor=MODERATOR, at=AT)
    assert taught(s) == [("路灯不亮\n正文", "lamps")]


def test_what_the_portal_sent_teaches_only_once_it_is_signed_for(s, lamps):
    c = letter(s, "路灯不亮")
    actions.dispatch(s, c, lamps, at=AT)
    assert taught(s) == []
    actions.sign(s, c, actor=officer(lamps), at=AT)
    assert taught(s) == [("路灯不亮\n正文", "lamps")]


def test_a_wrong_route_of_the_portal_teaches_what_the_person_says(s, lamps, roads):
    c = letter(s, "路灯不亮")
    actions.dispatch(s, c, roads, at=AT)
    actions.reassign(s, c, lamps, actor=MODERATOR, at=AT, note="属城管")
    assert taught(s) == [("路灯不亮\n正文", "lamps")]


def test_what_was_handed_back_teaches_nothing_until_it_is_sent_on(s, lamps, roads):
    c = letter(s, "路灯不亮")
    actions.assign(s, c, roads, actor=MODERATOR, at=AT)
    return_(s, c, actor=officer(roads), at=AT, note="属城管", basis="三定规定第四条")
    assert taught(s) == []
    actions.assign(s, c, lamps, actor=MODERATOR, at=AT)
    assert taught(s) == [("路灯不亮\n正文", "lamps")]


def test_nothing_is_learned_from_what_is_confidential_or_from_closed_departments(s, lamps, roads):
    setting(s, report_department="lamps")
    report = letter(s, "举报", kind=Kind.REPORT)
    actions.sign(s, report, actor=officer(lamps), at=AT)
    about = letter(s, "反映交通局", targets=[Target(TargetKind.DEPARTMENT, roads)])
    actions.assign(s, about, lamps, actor=MODERATOR, at=AT)
    handled(s, roads, "公路塌方")
    roads.is_active = False
    s.flush()
    assert taught(s) == []


def test_too_little_teaches_nothing_and_says_so(s, lamps):
    handled(s, lamps, "路灯不亮")
    with pytest.raises(Invalid):
        learn(*examples(s))


WORDS = {
    "lamps": ("路灯", "井盖", "占道", "摊贩"),
    "roads": ("公路", "塌方", "客车", "桥面"),
}


def test_a_trained_model_is_stored_used_and_on_record(s, lamps, roads):
    for n in range(30):
        for owner in (lamps, roads):
            words = WORDS[owner.code]
            title = f"第{n}号{words[n % 4]}和{words[(n + 1) % 4]}有问题"
            c = letter(s, title)
            actions.assign(s, c, owner, actor=MODERATOR, at=AT)
    row = store(s, learn(*examples(s)), AT)
    look_again()
    assert (row.examples, row.labels) == (60, 2)
    assert row.accuracy > 0.9
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "routing:train")).one()
    assert (entry.actor, entry.details["examples"]) == ("system", 60)
    best = suggest_for(s, letter(s, "桥面塌方了"), AT)[0]
    assert best.department is roads
    assert best.reasons


def test_it_is_time_to_learn_again_after_so_many_days(s):
    assert is_due(s, 7, AT)
    assert not is_due(s, 0, AT)
    stored(s, b"x")
    assert not is_due(s, 7, AT + timedelta(days=6))
    assert is_due(s, 7, AT + timedelta(days=7))


class Child:
    """A process that ends when it is told to."""

    def __init__(self):
        self.returncode, self.was_ended = None, False

    def poll(self):
        return self.returncode

    def terminate(self):
        self.was_ended = True

    def wait(self):
        self.returncode = -15


@pytest.fixture
def weekly(app):
    app.config["TRAIN_DAYS"] = 7
    yield
    app.config["TRAIN_DAYS"] = 0


def test_the_worker_lets_a_child_learn_one_at_a_time(s, weekly):
    children = []

    def start():
        children.append(Child())
        return children[-1]

    learner = Learner(start)
    learner.look(AT)
    learner.look(AT + timedelta(days=9))  # the first one still runs
    assert len(children) == 1
    children[0].returncode = 1  # it came to nothing
    learner.look(AT + timedelta(hours=1))
    assert len(children) == 1
    learner.look(AT + NOT_SOONER)
    assert len(children) == 2
    learner.stop()
    assert [c.was_ended for c in children] == [False, True]
    learner.stop()


def test_without_the_setting_nothing_is_started(s):
    learner = Learner(lambda: pytest.fail("started"))
    learner.look(AT)
    learner.stop()
