"""Whether there is a case at all: no answer, number or address tells who may not know of it."""

import base64
import re

import pytest
from sqlalchemy import func, select

from portal import vault
from portal.audit.models import AuditEntry
from portal.cases import actions, merging
from portal.cases.kinds import Kind
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseAppeal
from portal.cases.revealing import reveal_contact
from portal.cases.workflow import State
from portal.departments.models import Department
from portal.errors import Invalid
from portal.paging import closed, opened
from portal.security import Role
from tests import factories
from tests.desk.room import conflicted, make_county, of, report
from tests.factories import AT, MODERATOR

NOWHERE = "20260302-999999"


@pytest.fixture
def county(write):
    return write(make_county)


@pytest.fixture
def hidden(county, write) -> dict[str, str]:
    """References of a report, and of a case about a department."""
    return write(
        lambda s: {
            "report": report(s, county).reference,
            "conflict": conflicted(s, county).reference,
        }
    )


def plain(answer, reference: str):
    """All of an answer that can be compared, with the reference that was asked for left out."""
    body = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    headers = {k: v for k, v in answer.headers if k not in ("Content-Length", "Set-Cookie", "Date")}
    return answer.status_code, headers, body.replace(reference, "")


WRITERS = [
    ("GET", "/track/{}", {}),
    ("GET", "/track/{}/files/1", {}),
    *(
        ("POST", f"/track/{{}}/{act}", data)
        for act, data in {
            "verdict": {"resolved": "yes", "satisfaction": "5"},
            "reopen": {"note": "又漏了"},
            "ask": {"note": "几年保修"},
            "appeal": {"against": "refusal", "note": "不同意"},
            "withdraw": {"note": "好了"},
        }.items()
    ),
]


@pytest.mark.parametrize("is_filled", [True, False])
@pytest.mark.parametrize(("method", "door", "data"), WRITERS)
def test_a_visitor_is_led_to_the_query_code_whether_there_is_a_case_or_not(
    app, hidden, method, door, data, is_filled
):
    for reference in hidden.values():
        there, nowhere = (
            app.test_client().open(door.format(r), method=method, data=data if is_filled else {})
            for r in (reference, NOWHERE)
        )
        assert there.location == "/track"
        assert plain(there, reference) == plain(nowhere, NOWHERE)


def test_who_guesses_files_is_stopped_and_who_opens_ones_own_is_not(app, client, hidden, write):
    app.config["LIMIT_TRACK_ADDRESS"] = "3/hour"
    try:
        for n in range(3):
            assert client.get(f"/track/{NOWHERE}/files/{n}").status_code == 302
        assert client.get(f"/track/{NOWHERE}/files/9").status_code == 429
    finally:
        app.config["LIMIT_TRACK_ADDRESS"] = "2000/hour"


STAFF = {
    Role.MODERATOR: [
        ("GET", "/moderation/cases/{}"),
        ("GET", "/moderation/cases/{}/merge"),
        ("POST", "/moderation/cases/{}/merge"),
        ("GET", "/moderation/cases/{}/split"),
        ("POST", "/moderation/cases/{}/assign"),
        ("POST", "/moderation/cases/{}/reveal"),
        ("POST", "/moderation/cases/{}/notes"),
        ("POST", "/moderation/cases/{}/undo"),
        ("POST", "/moderation/cases/{}/presence"),
        ("GET", "/moderation/cases/{}/files/1"),
    ],
    Role.INSPECTOR: [("GET", "/supervision/cases/{}"), ("POST", "/supervision/cases/{}/rule")],
    Role.OFFICER: [
        ("GET", "/desk/cases/{}"),
        ("POST", "/desk/cases/{}/sign"),
        ("POST", "/desk/cases/{}/answer"),
        ("POST", "/desk/cases/{}/reveal"),
        ("GET", "/desk/cases/{}/files/1"),
        ("GET", "/desk/assists/{}"),
        ("POST", "/desk/assists/{}"),
    ],
}


@pytest.mark.parametrize("role", STAFF)
def test_staff_read_of_a_hidden_case_what_they_read_of_none(sign_in, county, hidden, role):
    browser = sign_in(role, county.accused if role is Role.OFFICER else None)
    shut = hidden.values() if role is Role.OFFICER else [hidden["report"]]
    data = {"note": "想知道有没有", "text": "已办", "parent": NOWHERE}
    for reference in shut:
        for method, door in STAFF[role]:
            there, nowhere = (
                browser.open(door.format(r), method=method, data=data) for r in (reference, NOWHERE)
            )
            assert plain(there, reference) == plain(nowhere, NOWHERE), door
            assert there.status_code == 404, door


def test_an_appeal_of_a_hidden_case_is_none(sign_in, county, write):
    def make(s):
        case = factories.case(s)
        actions.reject(s, case, "unclear", actor=MODERATOR, at=AT)
        row = CaseAppeal(
            against="refusal", decided_before_by="m", text="x", filed_at=AT, decided_by="", reply=""
        )
        case.appeals.append(row)
        case.kind = Kind.REPORT
        s.flush()
        return row.id

    ident = write(make)
    browser = sign_in(Role.MODERATOR)
    for path, method in (("", "GET"), ("/grant", "POST"), ("/deny", "POST")):
        there, nowhere = (
            browser.open(f"/moderation/appeals/{n}{path}", method=method, data={"note": "试一试"})
            for n in (ident, 10**6)
        )
        assert there.status_code == nowhere.status_code == 404
        assert plain(there, f"appeals/{ident}") == plain(nowhere, f"appeals/{10**6}")


def test_a_hidden_case_costs_a_reader_no_more_than_none(sign_in, county, hidden, count_queries):
    browser = sign_in(Role.OFFICER, county.accused)
    spent = []
    for reference in (NOWHERE, *hidden.values()):
        with count_queries() as sent:
            browser.get(f"/desk/cases/{reference}")
        spent.append(sent.n)
    assert spent[0] == spent[1] == spent[2]


# --- numbers that run through all cases -------------------------------------------------


def test_a_cursor_can_be_neither_read_nor_made(client, write):
    unit = write(lambda s: factories.department(s).id)
    write(lambda s: [factories.public(s, s.get(Department, unit)) for _ in range(26)])
    page = client.get("/feedback").text
    cursor = re.search(r'after=([^"&]+)"', page)[1]
    assert len(cursor) < 120
    inside = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert b"2026" not in inside
    assert client.get(f"/feedback?after={cursor}").status_code == 200
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    made = base64.urlsafe_b64encode(b'["2026-03-02T02:00:00+00:00", 5]').decode().rstrip("=")
    for wrong in (changed, made, cursor[:10], cursor + "AAAA", "信", "%00"):
        assert client.get("/feedback", query_string={"after": wrong}).status_code == 422, wrong


def test_a_cursor_is_good_for_lists_of_its_order_alone(app):
    with app.app_context():
        cursor = closed("one", ["字", 7])
        assert opened("one", cursor, 2) == ["字", 7]
        assert cursor == closed("one", ["字", 7])
        for purpose, count in (("other", 2), ("one", 3)):
            with pytest.raises(Invalid):
                opened(purpose, cursor, count)
        for text in ("[", "{}", "7"):
            with pytest.raises(Invalid):
                opened("one", vault.token("cursor:one", text), 1)


def test_the_queue_of_moderators_tells_no_number_of_a_case(sign_in, write):
    write(lambda s: [factories.case(s) for _ in range(51)])
    browser = sign_in(Role.MODERATOR)
    cursor = re.search(r'after=([^"&]+)"', browser.get("/moderation/").text)[1]
    assert not re.fullmatch(r"[\d.]+", cursor)
    assert browser.get(f"/moderation/?after={cursor}").text.count('name="pick"') == 1
    assert browser.get("/moderation/?after=0.1.1").status_code == 422


def test_pages_count_the_steps_of_their_own_case(sign_in, county, hidden, write):
    """What happens to hidden cases moves no number that others see."""
    last = write(lambda s: s.scalar(select(func.max(CaseEvent.id))))
    case = write(lambda s: factories.case(s).reference)
    own = write(lambda s: len(of(s, county.case).events))
    assert last > own
    pages = {
        f"/moderation/cases/{county.case}": (Role.MODERATOR, None),
        f"/desk/cases/{county.case}": (Role.OFFICER, county.lead),
    }
    for path, (role, unit) in pages.items():
        seen = re.findall(r'name="seen" value="(\d+)"', sign_in(role, unit).get(path).text)
        assert seen
        assert set(seen) == {str(own)}, path
    queue = sign_in(Role.MODERATOR).get("/moderation/").text
    assert f'value="{case}:1:' in queue


# --- the audit trail -------------------------------------------------------------------


def test_the_trail_names_no_case_that_its_reader_may_not_know_of(sign_in, county, write):
    def make(s):
        letter = factories.case(s)
        parts = [merging.Part(f"第{n}件", f"第{n}件的内容") for n in (1, 2)]
        known, turned = merging.split(s, letter, parts, actor=MODERATOR, at=AT)
        turned.kind = Kind.REPORT
        turned.department = s.get(Department, county.office)
        turned.state = State.ASSIGNED
        child, parent = factories.case(s), factories.case(s)
        merging.merge(s, child, parent, actor=MODERATOR, at=AT)
        parent.kind = Kind.REPORT
        return [c.reference for c in (letter, known, turned, parent)]

    letter, known, turned, parent = write(make)
    for role in (Role.INSPECTOR, Role.ADMIN):
        page = sign_in(role).get("/supervision/audit").text
        assert f"parts={known} " in page
        assert turned not in page
        assert parent not in page
    for role, path in (
        (Role.INSPECTOR, f"/supervision/cases/{letter}"),
        (Role.MODERATOR, f"/moderation/cases/{letter}"),
    ):
        page = sign_in(role).get(path)
        assert page.status_code == 200
        assert known in page.text
        assert turned not in page.text


def test_why_somebody_looked_stands_with_the_case_and_not_in_the_trail(sign_in, county, write):
    def look(s):
        reveal_contact(s, of(s, county.case), actor=MODERATOR, at=AT, note="核实举报人身份")
        old = AuditEntry(
            at=AT,
            actor="m",
            role="moderator",
            act="case:reveal",
            subject=f"case:{county.case}",
            details={"reason": "核实举报人身份"},  # as entries of former years have it
        )
        s.add(old)
        s.flush()
        return s.scalars(select(AuditEntry.details).where(AuditEntry.act == "case:reveal")).all()

    assert {} in write(look)
    for role in (Role.INSPECTOR, Role.ADMIN):
        assert "核实举报人身份" not in sign_in(role).get("/supervision/audit").text
    page = sign_in(Role.INSPECTOR).get(f"/supervision/cases/{county.case}").text
    assert page.count("核实举报人身份") == 1


def test_years_are_told_by_cases_that_are_hidden_from_nobody(sign_in, county, write):
    def make(s):
        for case in (report(s, county), conflicted(s, county)):
            case.submitted_at = AT.replace(year=2019)

    write(make)
    page = sign_in(Role.INSPECTOR).get("/supervision/returns").text
    assert "2019" not in page
    assert write(lambda s: s.scalar(select(func.count()).select_from(Case))) == 3
