"""What a joint case takes along, and what it leaves to go its own way."""

from portal.cases import actions
from portal.cases.clusters.actions import LEFT_UNHAPPY, join
from portal.cases.clusters.rules import Scope
from portal.cases.contacts import Contact
from portal.cases.workflow import State
from tests.cases.clusters.test_alerts import alert, hot, letter
from tests.cases.routing.learning import category, unit
from tests.factories import AT, MODERATOR, officer, project, writer


def test_an_unhappy_resident_s_case_is_left_and_said_to_be(s):
    cases = hot(s, project(s))
    office, case = unit(s, "water", "县水务局"), cases[0]
    actions.assign(s, case, office, actor=MODERATOR, at=AT)
    actions.sign(s, case, actor=officer(office), at=AT)
    actions.answer(s, case, "已修好。", actor=officer(office), at=AT)
    actions.close(s, case, actor=MODERATOR, at=AT)
    actions.reopen(s, case, actor=writer(case), at=AT, note="还在漏")
    (cluster,) = alert(s)
    joined = join(s, cluster, actor=MODERATOR, at=AT)
    assert joined.left == [(case, LEFT_UNHAPPY)]
    assert case.state is State.ASSIGNED
    assert len(joined.merged) == 4


def test_the_joint_case_of_a_category_is_filed_under_it_whoever_named_none(s):
    matter = category(s, "water", "供水", unit(s, "water", "县水利局"))
    for n in range(4):
        letter(s, category=matter, title="停水了", body=f"停水第{n}天，水压也低。")
    letter(s, title="停水了", body="停水，水压低。")
    (cluster,) = alert(s)
    assert (cluster.scope, len(cluster.members)) == (Scope.CATEGORY, 5)
    joint = join(s, cluster, actor=MODERATOR, at=AT).case
    assert joint.category is matter
    assert joint.project is None


def test_the_joint_case_of_a_project_is_of_that_project(s):
    works = project(s)
    hot(s, works)
    (cluster,) = alert(s)
    assert join(s, cluster, actor=MODERATOR, at=AT).case.project is works


def test_a_place_in_a_writer_s_own_words_names_no_writer(s):
    for n in range(5):
        contact = Contact("欧阳长河", f"1390001000{n}", "")
        letter(s, place="欧阳长河家门口", contact=contact)
    (cluster,) = alert(s)
    assert cluster.scope is Scope.PLACE
    joint = join(s, cluster, actor=MODERATOR, at=AT).case
    for text in (cluster.label, joint.title, joint.body, joint.place):
        assert "欧阳长河" not in text
        assert "家门口" in text
