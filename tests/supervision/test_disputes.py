"""The second return goes to the inspection office; its ruling sticks."""

import pytest

from portal.accounts.models import Account
from portal.cases import returns
from portal.cases.kinds import TargetKind
from portal.cases.targets import Target, set_targets
from portal.cases.workflow import State
from portal.security import Role
from tests import factories
from tests.desk.room import BASIS, RETURN, conflicted, facts, main, of, returned
from tests.factories import AT, MODERATOR


def dispute(s, county, reference: str = "") -> str:
    """Let the lead return the case, get it again, and refuse it."""
    if reference:
        county.case = reference
    case = returned(s, county)
    lead = factories.officer(case.department)
    note = "查对后仍不归我局，应由城管局办理"
    returns.dispute(s, case, actor=lead, at=AT, note=note, basis=BASIS)
    return case.reference


@pytest.fixture
def waiting(write, county) -> str:
    """The page of a case that waits for a ruling."""
    return f"/supervision/cases/{write(lambda s: dispute(s, county))}"


def test_the_queue_shows_what_both_sides_say(inspector, county, waiting):
    page = inspector.get("/supervision/disputes").text
    for words in (
        "不归我局管护",
        "职责清单写明由你局负责",
        "查对后仍不归我局",
        BASIS,
        "退回2次",
        waiting,
    ):
        assert words in page
    assert "没有等待裁定" not in page


def test_an_empty_queue_says_so(inspector, county):
    assert "没有等待裁定的诉求件" in inspector.get("/supervision/disputes").text


def test_a_ruling_hands_the_case_over_for_good(inspector, sign_in, county, write, waiting):
    data = {"department": county.codes[county.helper], "note": "职责清单第5项属城管局"}
    assert inspector.post(f"{waiting}/rule", data=data).status_code == 303
    assert facts(write, county.case, "state", "department_id", "is_settled") == (
        State.ASSIGNED,
        county.helper,
        True,
    )
    assert county.case not in main(inspector.get("/supervision/disputes"))
    page = inspector.get(waiting).text
    assert "已裁定，不能再退回" in page
    assert 'id="act-rule"' not in page
    helper = sign_in(Role.OFFICER, county.helper)
    page = helper.get(county.door).text
    assert "职责清单第5项属城管局" in page
    for name in ("return", "dispute"):
        assert helper.post(f"{county.door}/{name}", data=RETURN).status_code == 409
    assert sign_in(Role.OFFICER, county.lead).get(county.door).status_code == 404


def test_a_case_is_ruled_on_once(inspector, county, write, waiting):
    seen = inspector.get(waiting).text.split('name="seen" value="')[1].split('"')[0]
    data = {"department": county.codes[county.helper], "note": "属城管局", "seen": seen}
    assert inspector.post(f"{waiting}/rule", data=data).status_code == 303
    data["department"] = county.codes[county.other]
    page = inspector.post(f"{waiting}/rule", data=data)
    assert page.status_code == 409
    assert facts(write, county.case, "department_id") == (county.helper,)


@pytest.mark.parametrize(
    "data", [{}, {"note": "属城管局"}, {"department": "x", "note": "属城管局"}, "no note", "long"]
)
def test_a_ruling_needs_a_department_and_a_reason(inspector, county, write, waiting, data):
    if isinstance(data, str):
        note = "" if data == "no note" else "字" * 501
        data = {"department": county.codes[county.helper], "note": note}
    page = inspector.post(f"{waiting}/rule", data=data)
    assert page.status_code == 422
    assert "处需要修改" in page.text
    assert facts(write, county.case, "state") == (State.DISPUTED,)


def test_nothing_is_ruled_on_that_nobody_disputes(inspector, county, write):
    page = inspector.get(f"/supervision/cases/{county.case}")
    assert 'id="act-rule"' not in page.text
    data = {"department": county.codes[county.helper], "note": "属城管局"}
    page = inspector.post(f"/supervision/cases/{county.case}/rule", data=data)
    assert page.status_code == 409
    assert facts(write, county.case, "department_id") == (county.lead,)


def test_a_department_that_must_recuse_itself_is_neither_offered_nor_taken(
    inspector, county, write
):
    reference = write(lambda s: dispute(s, county, conflicted(s, county).reference))
    door = f"/supervision/cases/{reference}"
    page = inspector.get(door).text
    options = page.split('id="department"')[1].split("</select>")[0]
    assert f'"{county.codes[county.helper]}"' in options
    assert f'"{county.codes[county.accused]}"' not in options
    first = options.split("</option>")[1]
    assert f'"{county.codes[county.lead]}"' in first, "who had it stands first"
    data = {"department": county.codes[county.accused], "note": "属住建局"}
    assert inspector.post(f"{door}/rule", data=data).status_code == 422
    assert facts(write, reference, "department_id") == (county.lead,)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR, Role.OFFICER])
def test_only_inspectors_rule(sign_in, client, county, write, waiting, role):
    browser = sign_in(role, county.lead if role is Role.OFFICER else None)
    data = {"department": county.codes[county.helper], "note": "属城管局"}
    for who in (browser, client):
        assert who.post(f"{waiting}/rule", data=data).status_code == 403
    assert browser.get("/supervision/disputes").status_code == 403
    assert client.get("/supervision/disputes").status_code == 302
    assert facts(write, county.case, "state") == (State.DISPUTED,)


def test_an_inspector_who_is_complained_about_finds_nothing(sign_in, county, write, waiting):
    browser = sign_in(Role.INSPECTOR, username="inspector-wang")

    def accuse(s):
        account = s.query(Account).filter_by(username="inspector-wang").one()
        about = Target(TargetKind.PERSON, account=account, name="王某")
        set_targets(s, of(s, county.case), [about], actor=MODERATOR, at=AT)

    write(accuse)
    assert browser.get(waiting).status_code == 404
    data = {"department": county.codes[county.helper], "note": "属城管局"}
    assert browser.post(f"{waiting}/rule", data=data).status_code == 404
    for path in (
        "/supervision/",
        "/supervision/?show=disputed",
        "/supervision/?show=conflicted",
        "/supervision/disputes",
        "/supervision/audit",
    ):
        assert county.case not in browser.get(path).text, path
    colleague = sign_in(Role.INSPECTOR)
    assert colleague.get(waiting).status_code == 200
    assert county.case in colleague.get("/supervision/audit").text


def test_the_queue_costs_the_same_queries_whatever_its_length(
    inspector, county, write, count_queries
):
    def more(s):
        lead = of(s, county.case).department
        for _ in range(4):
            case = factories.case(s)
            factories.actions.assign(s, case, lead, actor=MODERATOR, at=AT)
            dispute(s, county, case.reference)

    spent = []
    for _ in range(2):
        write(more)
        inspector.get("/supervision/disputes")
        with count_queries() as sent:
            assert inspector.get("/supervision/disputes").status_code == 200
        spent.append(sent.n)
    assert 0 < spent[0] == spent[1]
    assert inspector.get("/supervision/disputes?after=nonsense").status_code == 422
