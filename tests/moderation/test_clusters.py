"""The page of hot spots: what moderators see, and what two clicks do."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Account
from portal.cases import actions
from portal.cases.clusters import queries
from portal.cases.clusters.actions import raise_alerts
from portal.cases.clusters.models import Cluster, ClusterState
from portal.cases.contacts import Contact
from portal.cases.kinds import Kind, TargetKind
from portal.cases.models import Case
from portal.cases.targets import Target, set_targets
from portal.cases.workflow import State
from portal.db import session
from portal.security import Role
from tests.factories import AT, MODERATOR, case, department, officer, project

LATER = AT + timedelta(hours=1)


@pytest.fixture
def moderator(sign_in):
    return sign_in(Role.MODERATOR, username="zhang")


def hot(s, number=5, name="城东供水管网改造"):
    """An alert about a project; returns its id and the references of its cases."""
    works = project(s, name)
    cases = [
        case(s, project=works, title=f"{name}第{n}封", contact=Contact("", f"1391{n:07d}", ""))
        for n in range(number)
    ]
    raise_alerts(s, at=LATER)
    found = s.scalars(select(Cluster).where(Cluster.key == str(works.id))).one()
    return found.id, [c.reference for c in cases]


@pytest.fixture
def one(write):
    return write(hot)


def text(answer):
    return answer.get_data(as_text=True)


def state_of(app, ident):
    with app.app_context():
        return session().get(Cluster, ident).state


def test_an_alert_is_told_in_words_with_its_cases(moderator, one):
    _ident, references = one
    page = text(moderator.get("/moderation/clusters"))
    for said in (
        "同一项目：城东供水管网改造",
        "5 件",
        "2026-03-02 至 2026-03-02",
        "7 天内有 5 位以上",
    ):
        assert said in page
    assert all(f"/moderation/cases/{reference}" in page for reference in references)
    assert page.count("待审核") >= 5


def test_without_alerts_the_page_says_so(moderator):
    assert "现在没有等待处理的热点" in text(moderator.get("/moderation/clusters"))
    assert "这里还没有记录" in text(moderator.get("/moderation/clusters?state=joined"))


def test_the_navigation_leads_there(moderator):
    assert 'href="/moderation/clusters"' in text(moderator.get("/moderation/clusters"))


def test_joining_leads_to_the_joint_case_and_says_what_was_done(app, moderator, one):
    ident, references = one
    answer = moderator.post(
        f"/moderation/clusters/{ident}/join",
        data={"note": "同一处爆管", "pick": references},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    assert "关于城东供水管网改造的共性问题（5件）" in text(answer)
    assert "已将 5 件并入这一件。" in text(answer)
    with app.app_context():
        found = session().scalars(select(Case).where(Case.reference.in_(references)))
        assert {c.state for c in found} == {State.MERGED}
    page = text(moderator.get("/moderation/clusters?state=joined"))
    for said in ("关于城东供水管网改造的共性问题", "zhang", "同一处爆管"):
        assert said in page


def test_a_joint_case_that_became_hidden_is_named_no_more(app, moderator, write, one):
    ident, references = one
    told = {"note": "同一处爆管", "pick": references}
    moderator.post(f"/moderation/clusters/{ident}/join", data=told)

    def shut(s):
        joint = s.get(Cluster, ident).joint_case
        joint.kind, joint.title = Kind.REPORT, "主件成了举报"
        return joint.reference

    reference = write(shut)
    page = text(moderator.get("/moderation/clusters?state=joined"))
    assert "同一处爆管" in page
    assert reference not in page
    assert "主件成了举报" not in page


def test_dismissing_wants_a_reason(app, moderator, one):
    ident, _references = one
    door = f"/moderation/clusters/{ident}/dismiss"
    answer = moderator.post(door, data={"note": " "})
    assert answer.status_code == 422
    assert "请写明为什么不并案" in text(answer)
    assert state_of(app, ident) is ClusterState.OPEN
    answer = moderator.post(door, data={"note": "字" * 501})
    assert answer.status_code == 422
    assert "最多 500 个字" in text(answer)
    answer = moderator.post(door, data={"note": "各户情况不同"}, follow_redirects=True)
    assert "继续单独办理" in text(answer)
    assert state_of(app, ident) is ClusterState.DISMISSED
    assert "各户情况不同" in text(moderator.get("/moderation/clusters?state=dismissed"))


def test_a_second_click_is_refused(app, moderator, one):
    ident, references = one
    for status in (303, 409):
        answer = moderator.post(f"/moderation/clusters/{ident}/join", data={"pick": references})
        assert answer.status_code == status
    again = moderator.post(f"/moderation/clusters/{ident}/dismiss", data={"note": "不"})
    assert again.status_code == 409


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR, Role.ADMIN])
def test_nobody_else_has_the_page(sign_in, write, one, role, client):
    ident, _references = one
    unit_id = write(lambda s: department(s).id) if role is Role.OFFICER else None
    other = sign_in(role, unit_id)
    assert other.get("/moderation/clusters").status_code == 403
    assert other.post(f"/moderation/clusters/{ident}/join").status_code == 403
    assert client.get("/moderation/clusters").status_code in (302, 303, 401)


@pytest.mark.parametrize(
    "path",
    [
        "/moderation/clusters/999999/join",
        "/moderation/clusters/99999999999999/join",
        "/moderation/clusters/x/dismiss",
    ],
)
def test_what_is_not_there_is_not_found(moderator, path):
    assert moderator.post(path, data={"note": "不"}).status_code == 404


@pytest.mark.parametrize("query", ["state=nonsense", "after=nonsense", "state=open&after=%00"])
def test_hostile_addresses_do_no_harm(moderator, one, query):
    assert moderator.get(f"/moderation/clusters?{query}").status_code in (200, 422)


def test_hostile_texts_are_shown_as_texts(moderator, write):
    ident, _references = write(lambda s: hot(s, name="<script>alert(1)</script>工程"))
    page = text(moderator.get("/moderation/clusters"))
    assert "<script>alert" not in page
    answer = moderator.post(
        f"/moderation/clusters/{ident}/dismiss", data={"note": "<b>不</b>"}, follow_redirects=True
    )
    assert "<b>不</b>" not in text(answer)


def test_whom_a_case_is_about_sees_neither_it_nor_its_number(app, moderator, write, one):
    """A moderator who is named in one of five sees four; one named in all sees no alert."""
    ident, references = one

    def accuse(some):
        def make(s):
            account = s.scalars(select(Account).where(Account.username == "zhang")).one()
            for reference in some:
                found = s.scalars(select(Case).where(Case.reference == reference)).one()
                target = Target(TargetKind.PERSON, account=account)
                set_targets(s, found, [target], actor=MODERATOR, at=LATER)

        write(make)

    accuse(references[:1])
    page = text(moderator.get("/moderation/clusters"))
    assert references[0] not in page
    assert "4 件" in page
    accuse(references[1:])
    page = text(moderator.get("/moderation/clusters"))
    assert "城东供水管网改造" not in page
    assert moderator.post(f"/moderation/clusters/{ident}/join").status_code == 404
    assert state_of(app, ident) is ClusterState.OPEN


def test_what_cannot_be_merged_is_told_with_its_reason(moderator, write, one):
    ident, references = one

    def begin(s):
        found = s.scalars(select(Case).where(Case.reference == references[0])).one()
        unit = department(s)
        actions.assign(s, found, unit, actor=MODERATOR, at=LATER)
        actions.sign(s, found, actor=officer(unit), at=LATER)

    write(begin)
    answer = moderator.post(
        f"/moderation/clusters/{ident}/join", data={"pick": references}, follow_redirects=True
    )
    assert "未并入 1 件：1 件承办单位已在办理。" in text(answer)


def states(write, references):
    rows = select(Case.reference, Case.state).where(Case.reference.in_(references))
    return write(lambda s: dict(s.execute(rows).all()))


def test_every_case_is_read_and_ticked_before_it_is_merged(moderator, one):
    _ident, references = one
    page = text(moderator.get("/moderation/clusters"))
    panel = re.search(r'<section class="panel" id="cluster-.*?</section>', page, re.S)[0]
    assert panel.index("<details open>") < panel.index(references[0])
    boxes = re.findall(r'name="pick" value="([\d-]+)" form="join-\d+" checked', panel)
    assert set(boxes) == set(references)


def test_a_case_without_its_tick_goes_on_by_itself(moderator, write, one):
    ident, references = one
    door = f"/moderation/clusters/{ident}/join"
    answer = moderator.post(door, data={"pick": references[1:]}, follow_redirects=True)
    assert "已将 4 件并入这一件。" in text(answer)
    found = states(write, references)
    assert found.pop(references[0]) is State.SUBMITTED
    assert set(found.values()) == {State.MERGED}


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_ticks_are_refused_beside_the_list(app, moderator, one, n):
    ident, references = one
    sent = {"pick": references[:n], "note": "写了说明"}
    answer = moderator.post(f"/moderation/clusters/{ident}/join", data=sent)
    assert answer.status_code == 422
    assert "请至少勾选两件要并案的诉求" in text(answer)
    assert "写了说明</textarea>" in text(answer)
    assert len(re.findall(r'name="pick"[^>]* checked', text(answer))) == n
    assert state_of(app, ident) is ClusterState.OPEN


def test_no_case_of_elsewhere_gets_into_a_joint_case(app, moderator, write, one):
    ident, references = one
    stranger = write(lambda s: case(s).reference)
    sent = {"pick": [*references, stranger]}
    answer = moderator.post(f"/moderation/clusters/{ident}/join", data=sent)
    assert answer.status_code == 422
    assert "不都属于这个热点" in text(answer)
    assert set(states(write, [*references, stranger]).values()) == {State.SUBMITTED}
    assert state_of(app, ident) is ClusterState.OPEN


def test_what_the_page_did_not_list_is_merged_only_when_that_is_ticked(
    moderator, write, one, monkeypatch
):
    ident, references = one
    monkeypatch.setattr(queries, "MEMBERS_SHOWN", 3)
    page = text(moderator.get("/moderation/clusters"))
    listed = re.findall(r'name="listed" value="([\d-]+)"', page)
    assert len(listed) == 3
    assert "没有列出的 2 件也一并并入" in page
    sent = {"pick": listed[:1], "listed": listed, "rest": "y"}
    moderator.post(f"/moderation/clusters/{ident}/join", data=sent)
    merged = {r for r, state in states(write, references).items() if state is State.MERGED}
    assert merged == {listed[0], *set(references) - set(listed)}
