"""被反映对象 on the moderators' page: what the form shows of names, and the hint beside it."""

import re

import pytest
from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.targets import Target, name_of
from portal.departments.models import Department
from portal.security import SYSTEM, Role
from tests import factories
from tests.factories import AT

HINT = "来信像是在反映某个单位或其工作人员"


@pytest.fixture
def moderator(sign_in):
    """A moderator's browser."""
    return sign_in(Role.MODERATOR)


def made(write, **more):
    return write(lambda s: factories.case(s, **more).reference)


def shown(browser, reference):
    """What the form of targets would send as it stands."""
    page = browser.get(f"/moderation/cases/{reference}").text
    form = re.search(r'<form[^>]*id="act-target".*?</form>', page, re.S)[0]
    data = dict(re.findall(r'<input[^>]*name="(targets-\d-name)"[^>]*value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected[^>]* value="([^"]*)"', options)
        data[name] = chosen[1] if chosen else ""
    return data


def save(browser, reference, **data):
    return browser.post(f"/moderation/cases/{reference}/target", data=data)


def rows(write, reference):
    """The rows on record: kind, user name, unit, name."""

    def read(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        return [
            (
                t.kind.value,
                t.account.username if t.account else "",
                t.department.code if t.department else "",
                name_of(t),
            )
            for t in found.targets
        ]

    return write(read)


def test_whom_a_name_means_is_no_row_of_the_form_and_is_found_again(moderator, write):
    def make(s):
        unit = factories.department(s)
        factories.account(s, "wangwei", Role.OFFICER, unit).full_name = "王伟"
        named = Target(TargetKind.PERSON, name=f"{unit.name}王伟")
        return factories.case(s, targets=[named]).reference, unit.code, unit.name

    reference, code, name = write(make)
    both = [("person", "", "", f"{name}王伟"), ("person", "wangwei", code, "")]
    assert rows(write, reference) == both
    form = shown(moderator, reference)
    assert form["targets-0-name"] == f"{name}王伟"
    assert [form[f"targets-{n}-kind"] for n in range(3)] == ["person", "", ""]
    assert save(moderator, reference, **form).status_code == 303
    assert rows(write, reference) == both
    assert save(moderator, reference, **(form | {"targets-0-name": "赵某"})).status_code == 303
    assert rows(write, reference) == [("person", "", "", "赵某")]


def test_closed_accounts_and_closed_units_stay_on_record_when_the_form_is_saved(moderator, write):
    def make(s):
        unit = factories.department(s)
        one = factories.account(s, "wangwei", Role.OFFICER, unit)
        found = factories.case(s, targets=[Target(TargetKind.PERSON, account=one)])
        accounts.set_active(s, s.get(Account, one.id), False, actor=SYSTEM, at=AT)
        s.get(Department, unit.id).is_active = False
        return found.reference

    reference = write(make)
    before = rows(write, reference)
    assert save(moderator, reference, **shown(moderator, reference)).status_code == 303
    assert rows(write, reference) == before


@pytest.mark.parametrize(
    ("body", "targets", "is_told"),
    [
        ("水利局的科长收了施工队的钱。", [], True),
        ("水管漏水三天，水利局没来修。", [], False),
        ("水利局的科长收了施工队的钱。", [Target(TargetKind.PERSON, name="科长")], False),
    ],
)
def test_a_letter_that_seems_to_accuse_is_pointed_out(moderator, write, body, targets, is_told):
    reference = made(write, body=body, targets=targets)
    assert (HINT in moderator.get(f"/moderation/cases/{reference}").text) is is_told


@pytest.mark.parametrize(
    ("kind", "with_unit", "name"),
    [("", False, "赵某某"), ("contractor", True, "宏远公司"), ("department", True, "赵某某")],
)
def test_nothing_that_a_row_says_is_lost_in_silence(moderator, write, kind, with_unit, name):
    reference, unit = made(write), write(lambda s: factories.department(s).code)
    row = {"kind": kind, "department": unit if with_unit else "", "name": name}
    page = save(moderator, reference, **{f"targets-0-{key}": said for key, said in row.items()})
    assert page.status_code == 422
    assert rows(write, reference) == []
