"""The audit trail shows every act, except on cases that its reader must not know of."""

import pytest

from portal.security import Role
from tests.desk.room import main, report

REASON = {"note": "需要上门核实漏点"}


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMIN])
def test_acts_on_reports_are_in_nobodys_trail(sign_in, county, write, role):
    reference = write(lambda s: report(s, county).reference)
    office = sign_in(Role.OFFICER, county.office)
    assert office.post(f"/desk/cases/{reference}/reveal", data=REASON).status_code == 200
    lead = sign_in(Role.OFFICER, county.lead)
    assert lead.post(f"{county.door}/reveal", data=REASON).status_code == 200
    browser = sign_in(role)
    for path in ("/supervision/audit", "/supervision/audit?act=case:reveal"):
        page = main(browser.get(path))
        assert reference not in page
        assert f"case:{county.case}" in page
    assert "派单" in main(browser.get("/supervision/audit"))
    assert "登录" in browser.get("/supervision/audit").text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OFFICER])
def test_other_staff_do_not_read_it(sign_in, county, role):
    browser = sign_in(role, county.lead if role is Role.OFFICER else None)
    assert browser.get("/supervision/audit").status_code == 403


def test_an_act_nobody_knows_shows_all(sign_in, county):
    page = sign_in(Role.INSPECTOR).get("/supervision/audit?act=nonsense")
    assert page.status_code == 200
    assert county.case in page.text
    empty = sign_in(Role.INSPECTOR).get("/supervision/audit?act=demo:load")
    assert "没有符合条件的记录" in empty.text
