"""What the moderators' pages say: whose words a case is, who did what, what was done."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.cases import actions, merging
from portal.cases.done import DONE
from portal.cases.kinds import REJECT_REASONS, Channel
from portal.cases.merging import Part
from portal.cases.models import Case
from portal.cases.workflow import UNDOABLE, State
from portal.desk.case import ACTS as DESK_ACTS
from portal.moderation.case_acts import ACTS
from portal.security import Role
from tests import factories
from tests.factories import AT, MODERATOR
from tests.moderation import desks

OURS = {"channel": Channel.INTERNAL, "contact": None, "consent_publish": False}


@pytest.fixture
def moderator(sign_in):
    return sign_in(Role.MODERATOR)


def page_of(browser, reference):
    return browser.get(f"/moderation/cases/{reference}").text


def test_what_the_portal_wrote_is_not_shown_as_the_words_of_a_resident(moderator, write):
    reference = write(lambda s: factories.case(s, **OURS).reference)
    page = page_of(moderator, reference)
    for said in ("平台生成的内容", "由平台立件，不公开", "平台立件", "没有反映人的联系方式"):
        assert said in page
    for pretended in ("居民原文", "居民没有同意公开", "居民提交", "匿名，没有留下联系方式"):
        assert pretended not in page


def test_the_inspector_too_is_told_whose_words_a_case_is(sign_in, write):
    reference = write(lambda s: factories.case(s, **OURS).reference)
    page = sign_in(Role.INSPECTOR).get(f"/supervision/cases/{reference}").text
    assert "平台生成的内容" in page
    assert "居民原文" not in page


def test_a_part_of_a_letter_stays_the_words_of_its_writer(moderator, write):
    def make(s):
        letter = factories.case(s)
        return merging.split(s, letter, [Part("路灯", "路灯不亮")], actor=MODERATOR, at=AT)[0]

    reference = write(lambda s: make(s).reference)
    page = page_of(moderator, reference)
    assert "居民原文" in page
    assert "由来信拆出" in page
    assert "平台立件" not in page


def test_staff_are_called_by_their_names(app, write):
    def make(s):
        actor = desks.moderator(s, "mo-li")
        s.scalar(select(Account).where(Account.username == "mo-li")).full_name = "李审"
        case = factories.case(s)
        actions.assign(s, case, factories.department(s), actor=actor, at=AT)
        return case.reference

    reference = write(make)
    page = page_of(desks.desk_of(app, write, "mo-li"), reference)
    assert "李审（审核员）" in page
    assert "mo-li（" not in page
    assert re.search(r'class="staff-bar".*?<span>李审</span>', page, re.S)


def test_a_refused_case_offers_nothing_about_publication(moderator, write):
    def make(s):
        case = factories.case(s, consent_publish=True)
        actions.reject(s, case, next(iter(REJECT_REASONS)), actor=MODERATOR, at=AT)
        return case.reference

    page = page_of(moderator, write(make))
    assert 'id="act-redact"' not in page
    assert 'id="act-withhold"' not in page
    facts = re.search(r'aria-labelledby="h-facts".*?</section>', page, re.S)[0]
    assert "待派单" not in facts
    assert "答复时限" not in facts


def test_whatever_is_done_has_its_words():
    assert DONE.keys() >= {*ACTS, *DESK_ACTS, *UNDOABLE}


@pytest.mark.parametrize(
    ("act", "sent", "said"),
    [
        ("assign", {}, "已派给{unit}：{reference}"),
        ("reject", {"reason": next(iter(REJECT_REASONS))}, "已决定不予受理：{reference}"),
        ("withhold", {"reason": "privacy", "note": "不宜公开"}, "已决定不公开：{reference}"),
    ],
)
def test_after_an_act_the_page_says_what_was_done(moderator, write, act, sent, said):
    def make(s):
        unit = factories.department(s)
        return factories.case(s).reference, unit.code, unit.name

    reference, code, name = write(make)
    path = f"/moderation/cases/{reference}"
    done = moderator.post(f"{path}/{act}", data={"department": code} | sent, follow_redirects=True)
    words = said.format(unit=name, reference=reference)
    assert f'role="status"><p>{words}</p>' in done.text
    assert f"{words}。" in done.text, "beside the way to take it back"


def test_the_queue_says_how_many_are_late_and_leads_to_them(moderator, write):
    def make(s):
        late = factories.case(s, title="等了一个月", at=clock.now() - timedelta(days=30))
        fresh = factories.case(s, title="变压器漏电", at=clock.now())
        return late.reference, fresh.reference

    late, fresh = write(make)
    page = moderator.get("/moderation/").text
    assert page.index(fresh) < page.index(late), "the risk stands first"
    link = re.search(r'href="([^"]+)">待审核 2 件，其中 1 件已过审核时限', page)[1]
    page = moderator.get(link.replace("&amp;", "&")).text
    assert late in page
    assert fresh not in page
    assert "符合条件的 1 件" in page
    assert "已过审核时限" not in page


def test_a_queue_in_time_says_nothing_of_late_ones(moderator, write):
    write(lambda s: factories.case(s, at=clock.now()).reference)
    assert "已过审核时限" not in moderator.get("/moderation/").text


def test_what_is_late_in_another_state_is_measured_by_the_answer(moderator, write):
    def make(s):
        unit = factories.department(s)
        old, new = factories.answered(s, unit), factories.answered(s, unit)
        old.due_at, new.due_at = AT, clock.now() + timedelta(days=9)
        return old.reference, new.reference

    old, new = write(make)
    page = moderator.get("/moderation/?state=answered&late=yes").text
    assert old in page
    assert new not in page


def test_a_shared_phrase_is_deleted_by_a_second_click(moderator):
    words = {"use": "reject", "title": "找邻县", "text": "请向邻县反映。"}
    moderator.post("/moderation/phrases", data=words)
    page = moderator.get("/moderation/phrases").text
    inside = re.search(r"<details><summary>删除.*?</details>", page, re.S)[0]
    assert 'action="/moderation/phrases/' in inside
    assert "确认删除" in inside


def test_the_bulk_form_names_the_field_that_is_missing(moderator, write):
    pick = write(lambda s: desks.pick(factories.case(s)))
    page = moderator.post("/moderation/bulk", data={"pick": pick, "act": ""})
    assert page.status_code == 422
    assert "请选择对所选的诉求件做什么" in page.text
    assert 'href="#act"' in page.text


def test_a_case_that_is_over_is_waited_for_by_nobody_in_public(client, write):
    def make(s):
        case = factories.public(s, factories.department(s))
        return case.reference, case.department.name

    reference, name = write(make)
    assert name in client.get(f"/feedback/{reference}").text
    write(lambda s: _merge(s, reference))
    page = client.get(f"/feedback/{reference}").text
    assert "与主件一起办理" in page
    assert "待派单" not in page


def _merge(s, reference):
    case = s.scalar(select(Case).where(Case.reference == reference))
    case.state, case.closed_at, case.department = State.SUBMITTED, None, None
    s.flush()
    merging.merge(s, case, factories.case(s), actor=MODERATOR, at=AT)
