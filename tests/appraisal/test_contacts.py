"""The list of those who may not rate is kept without anybody's number standing in it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.appraisal.contact_forms import contact_in
from portal.audit.models import AuditEntry
from portal.ratings.interests import MOST
from portal.ratings.kinds import Standing
from portal.ratings.models import InterestedContact, Rating
from portal.security import Role
from tests import factories

PHONE, MAIL = "13800000055", "li.si@example.cn"
LINES = f"张三，{PHONE}\n\n{MAIL}\n"


@pytest.fixture
def inspector(sign_in):
    """The browser of an inspector."""
    return sign_in(Role.INSPECTOR)


def add(client, follow=False, **typed):
    data = {"kind": "staff", "scope": "county", "note": "县水利局职工名册", "lines": LINES}
    return client.post("/appraisal/contacts/new", data=data | typed, follow_redirects=follow)


def count(write):
    return write(lambda s: s.scalar(select(func.count(InterestedContact.id))))


def test_a_list_is_put_on_record_and_only_two_characters_are_shown(inspector, write):
    answer = add(inspector, follow=True)
    assert "已登记 2 个联系方式。" in answer.text
    assert "共 2 个联系方式：责任单位工作人员 2，参建单位人员 0" in answer.text
    assert "…55" in answer.text
    assert "…si" in answer.text
    for known in (PHONE, MAIL, "张三"):
        assert known not in answer.text
        assert known not in write(lambda s: str(s.execute(select(AuditEntry.details)).all()))


def test_what_was_said_in_open_waves_is_set_aside(inspector, write):
    def rated(s):
        project = factories.project(s, completed_on=clock.today() - timedelta(days=9))
        by = factories.voter(factories.resident(s, PHONE))
        factories.rating(s, project, 5, by=by, at=clock.now())

    write(rated)
    answer = add(inspector, follow=True)
    assert "正在开放的轮次中有 1 份评价因此暂不计入" in answer.text
    assert write(lambda s: s.scalar(select(Rating.standing))) is Standing.SET_ASIDE


def test_a_list_may_be_of_a_department_or_of_a_project(inspector, write):
    unit = write(lambda s: factories.department(s, "县交通局", "jiaotong").code)
    code = write(lambda s: factories.project(s, "城北道路").code)
    add(inspector, scope="department", department=unit)
    answer = add(inspector, scope="project", project=f" {code}", kind="contractor", follow=True)
    assert "县交通局牵头的项目" in answer.text
    assert "城北道路" in answer.text
    assert "责任单位工作人员 2，参建单位人员 2" in answer.text
    again = add(inspector, scope="department", department=unit, follow=True)
    assert "已登记 0 个联系方式。另有 2 个原来已在名单中。" in again.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": ""}, "请选择一项。"),
        ({"kind": "appeal"}, "有 1 处需要修改"),
        ({"scope": "world"}, "有 1 处需要修改"),
        ({"scope": "department"}, "请选择牵头单位。"),
        ({"scope": "department", "department": "nowhere"}, "有 1 处需要修改"),
        ({"scope": "project"}, "请填写项目编号。"),
        ({"scope": "project", "project": "nowhere"}, "没有编号为“nowhere”的项目。"),
        ({"note": " "}, "请写明名单的来源。"),
        ({"lines": " \n "}, "请至少填写一行。"),
        ({"lines": f"{PHONE}\n张三\n12345"}, "共 2 行没有手机号或邮箱：第 2、3 行。"),
        (
            {"lines": "\n".join(["x"] * 20)},
            "共 20 行没有手机号或邮箱：第 1、2、3、4、5、6、7、8 行。",
        ),
        ({"lines": "\n".join([PHONE] * (MOST + 1))}, f"一次最多 {MOST} 行。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(inspector, write, typed, said):
    answer = add(inspector, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert count(write) == 0


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (PHONE, PHONE),
        (f"张三\t{PHONE}\t水利局", PHONE),
        ("+86 138-0000-0055", PHONE),
        (f"{MAIL}；张三", MAIL),
        ("１３８００００００５５", PHONE),
        ("张三", None),
        ("0571-1234567", None),
    ],
)
def test_a_contact_is_found_in_a_pasted_line(line, address):
    found = contact_in(line)
    assert (found and found.address) == address


def test_one_contact_is_looked_up_and_taken_off_with_a_reason(inspector, write):
    add(inspector)
    answer = inspector.post("/appraisal/contacts/look-up", data={"contact": PHONE})
    assert "查到 1 条。" in answer.text
    assert "…si" not in answer.text
    address = re.search(r'href="(/appraisal/contacts/\d+/remove)"', answer.text)[1]
    assert "…55" in inspector.get(address).text
    refused = inspector.post(address, data={"reason": ""})
    assert (refused.status_code, count(write)) == (422, 2)
    done = inspector.post(address, data={"reason": "已退休"}, follow_redirects=True)
    assert "已从名单中删除" in done.text
    assert count(write) == 1
    entry = write(lambda s: s.scalar(select(AuditEntry.details).order_by(AuditEntry.id.desc())))
    assert entry["reason"] == "已退休"
    gone = inspector.post("/appraisal/contacts/look-up", data={"contact": PHONE})
    assert "名单里没有这个联系方式" in gone.text
    assert inspector.get(address).status_code == 404


def test_what_is_no_contact_cannot_be_looked_up(inspector):
    answer = inspector.post("/appraisal/contacts/look-up", data={"contact": "张三"})
    assert answer.status_code == 422
    assert "请填写 11 位手机号" in answer.text


def test_only_those_in_charge_come_in(sign_in, write):
    for role in (Role.MODERATOR, Role.OFFICER):
        unit = write(lambda s: factories.department(s).id) if role is Role.OFFICER else None
        client = sign_in(role, unit)
        for path in ("/appraisal/contacts", "/appraisal/contacts/new"):
            assert client.get(path).status_code == 403
        assert add(client).status_code == 403
        answer = client.post("/appraisal/contacts/look-up", data={"contact": PHONE})
        assert answer.status_code == 403
    assert count(write) == 0
    assert add(sign_in(Role.ADMIN)).status_code == 303
