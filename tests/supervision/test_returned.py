"""Returns by department: counts beside their denominators, without a ranking."""

import re

from portal.cases import actions, assists, returns, undo
from portal.cases.kinds import TargetKind
from portal.cases.targets import Target, set_targets
from portal.departments.models import Department
from portal.security import Role
from tests import factories
from tests.desk.room import DAY, ask, main, of, report, returned, sign, silence
from tests.factories import AT, MODERATOR
from tests.supervision.test_disputes import dispute


def rows(page) -> dict[str, list[str]]:
    """The figures of each department, in the order of the page."""
    found = {}
    for row in re.findall(r'<tr role="row"><th role="rowheader"(.*?)</tr>', main(page), re.S):
        name = re.search(r'scope="row">([^<]+)', row)[1]
        cells = re.findall(r'<td role="cell" data-label="[^"]*">(.*?)</td>', row, re.S)
        found[name.rstrip("0123456789")] = [
            re.sub(r"<[^>]+>|\s", "", cell).partition("%")[0] for cell in cells
        ]
    return found


def test_returns_stand_beside_what_was_handed_over(inspector, county, write):
    def make(s):
        lead, other = s.get(Department, county.lead), s.get(Department, county.other)
        dispute(s, county)
        for _ in range(3):
            actions.assign(s, factories.case(s), lead, actor=MODERATOR, at=AT)
        actions.assign(s, factories.case(s), other, actor=MODERATOR, at=AT)

    write(make)
    page = inspector.get("/supervision/returns")
    found = rows(page)
    assert list(found) == ["县水利局", "县教育局"], "in the register's order"
    assert found["县水利局"][0] == "1÷425.0"
    assert found["县教育局"][0] == "0÷10.0"
    stats = re.findall(r'class="stat-value">(\d+)<', page.text)
    assert stats == ["4", "0", "1"]
    assert "派过单的5件" in page.text
    assert "不作排名" in page.text


def test_a_hand_over_that_was_taken_back_does_not_count(inspector, county, write):
    def make(s):
        case = factories.case(s)
        actions.assign(s, case, s.get(Department, county.other), actor=MODERATOR, at=AT)
        undo.undo(s, case, actor=MODERATOR, at=AT)

    write(make)
    assert list(rows(inspector.get("/supervision/returns"))) == ["县水利局"]


def test_silence_and_help_in_time_are_counted(sign_in, county, write, now):
    def make(s):
        case = ask_two(s)
        due = case.assists[0].due_at
        helper = factories.officer(s.get(Department, county.helper))
        assists.assist(s, case, actor=helper, at=due, text="已核实。")
        assert silence(s, AT + 10 * DAY) == 1
        return due

    def ask_two(s):
        case = ask(s, county)
        return ask(s, county, unit=county.other) and case

    now.at = write(make) + DAY
    found = rows(sign_in(Role.INSPECTOR).get("/supervision/returns"))
    assert found["县水利局"][1] == "1÷1100.0"
    assert found["县城管局"][2] == "1÷1100.0"
    assert found["县教育局"][2] == "0÷10.0"


def test_reports_and_what_is_about_the_reader_are_in_no_figure(sign_in, county, write):
    browser = sign_in(Role.INSPECTOR, username="inspector-li")

    def make(s):
        report(s, county)
        account = s.query(factories.Account).filter_by(username="inspector-li").one()
        about = Target(TargetKind.PERSON, account=account, name="李某")
        returned(s, county)
        set_targets(s, of(s, county.case), [about], actor=MODERATOR, at=AT)

    write(make)
    page = browser.get("/supervision/returns")
    assert rows(page) == {}
    assert "派过单的0件" in page.text
    assert "还没有派出的诉求件" in page.text
    assert list(rows(sign_in(Role.INSPECTOR).get("/supervision/returns"))) == ["县水利局"]


def test_a_year_narrows_every_figure(inspector, county, write):
    def make(s):
        lead = s.get(Department, county.lead)
        old = factories.case(s, at=AT - 300 * DAY)
        actions.assign(s, old, lead, actor=MODERATOR, at=AT)
        sign(s, county)
        assert returns  # the module that counts what was pushed away
        return lead.name

    write(make)
    page = inspector.get("/supervision/returns")
    assert rows(page)["县水利局"][0] == "0÷20.0"
    assert re.findall(r'<option value="(\d+)"', page.text) == ["2026", "2025"]
    assert rows(inspector.get("/supervision/returns?year=2025"))["县水利局"][0] == "0÷10.0"
    assert rows(inspector.get("/supervision/returns?year=2024")) == {}
    for absurd in ("0", "99999", "x", "-1"):
        assert inspector.get(f"/supervision/returns?year={absurd}").status_code == 200


def test_a_county_without_cases_has_a_page_all_the_same(sign_in):
    page = sign_in(Role.INSPECTOR).get("/supervision/returns")
    assert page.status_code == 200
    assert "派过单的0件" in page.text
