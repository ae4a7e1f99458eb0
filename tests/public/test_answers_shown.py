"""What was answered to somebody who did not want it public stands on nobody else's page."""

from datetime import timedelta

import pytest

from portal.cases import actions, merging
from portal.cases.clusters.actions import join, raise_alerts
from portal.cases.clusters.models import Cluster
from portal.cases.contacts import Contact
from portal.cases.models import Case
from portal.cases.workflow import State, Visibility
from portal.errors import PortalError
from tests import factories
from tests.factories import AT, MODERATOR

ANSWER = "三号楼住户的低保已经恢复。"
TEXT = {"public_title": "低保停发", "public_body": "低保停发了。"}
SOON = AT + timedelta(minutes=5)


def answer(s, case: Case) -> None:
    """Have a department answer, and a moderator close it."""
    unit = factories.department(s)
    actions.assign(s, case, unit, actor=MODERATOR, at=AT)
    lead = factories.officer(unit)
    actions.sign(s, case, actor=lead, at=AT)
    actions.answer(s, case, ANSWER, actor=lead, at=AT)
    actions.close(s, case, actor=MODERATOR, at=SOON)


def child_of(s, parent: Case) -> Case:
    """A public case that is answered along with `parent`."""
    child = factories.case(s)
    actions.publish(s, child, **TEXT, actor=MODERATOR, at=AT)
    merging.merge(s, child, parent, actor=MODERATOR, at=AT)
    answer(s, parent)
    assert child.state is State.CLOSED
    return child


def pages(client, child: str) -> list[str]:
    """The page of the case and the front page, which shows the last answers."""
    return [client.get(f"/feedback/{child}").text, client.get("/").text]


@pytest.fixture
def pair(write):
    """The references of a letter nobody may publish and of the public case merged into it."""

    def make(s):
        parent = factories.case(s, consent_publish=False, title="我家的低保", body="我家的低保")
        return parent.reference, child_of(s, parent).reference

    return write(make)


def of(s, reference: str) -> Case:
    return s.query(Case).filter_by(reference=reference).one()


def test_the_answer_to_a_letter_that_is_not_public_stays_off_the_page_of_another(client, pair):
    _parent, child = pair
    page, front = pages(client, child)
    assert ANSWER not in page
    assert "答复已经发给本人" in page
    assert "还没有发布答复" not in page
    assert ANSWER not in front


def test_the_writer_of_the_other_case_reads_it_all_the_same(s):
    child = child_of(s, factories.case(s, consent_publish=False))
    assert (child.answer.public_text, child.answer.released_at) == (ANSWER, SOON)


def test_the_answer_stands_there_while_the_letter_it_was_given_to_is_public(client, write):
    def make(s):
        parent = factories.case(s)
        actions.publish(s, parent, **TEXT, actor=MODERATOR, at=AT)
        return parent.reference, child_of(s, parent).reference

    parent, child = write(make)
    assert all(ANSWER in page for page in pages(client, child))

    def take_off(s):
        found = of(s, parent)
        found.visibility, found.published_at = Visibility.WITHHELD, None

    write(take_off)
    assert not any(ANSWER in page for page in pages(client, child))


def test_it_appears_once_the_other_letter_is_published(client, write):
    def make(s):
        parent = factories.case(s)
        return parent.reference, child_of(s, parent).reference

    parent, child = write(make)
    assert ANSWER not in client.get(f"/feedback/{child}").text
    write(lambda s: actions.publish(s, of(s, parent), **TEXT, actor=MODERATOR, at=SOON))
    assert ANSWER in client.get(f"/feedback/{child}").text


def test_the_answer_of_a_joint_case_which_nobody_wrote_is_for_all(client, write):
    def make(s):
        works = factories.project(s)
        people = [Contact("", f"1391000000{n}", "") for n in range(5)]
        cases = [factories.case(s, project=works, contact=one) for one in people]
        actions.publish(s, cases[0], **TEXT, actor=MODERATOR, at=AT)
        raise_alerts(s, at=AT)
        joint = join(s, s.query(Cluster).one(), actor=MODERATOR, at=AT).case
        answer(s, joint)
        return cases[0].reference

    child = write(make)
    assert all(ANSWER in page for page in pages(client, child))


def test_an_answer_of_its_own_is_shown_beside_one_that_is_not(client, write, pair):
    _parent, child = pair

    def again(s):
        found = of(s, child)
        actions.reopen(s, found, actor=factories.writer(found), at=SOON, note="没有解决")
        lead = factories.officer(found.department)
        try:
            actions.sign(s, found, actor=lead, at=SOON)
        except PortalError:  # who answered has it already
            assert found.state is State.IN_PROGRESS
        actions.answer(s, found, "又核实了一次。", actor=lead, at=SOON)
        other = factories.Actor("other", factories.Role.MODERATOR)
        actions.close(s, found, actor=other, at=SOON + timedelta(hours=1), note="已核实")

    write(again)
    page = client.get(f"/feedback/{child}").text
    assert "又核实了一次。" in page
    assert ANSWER not in page
