"""What was merged into a case stands on its department's page as it is, not as it once was."""

import pytest

from portal.cases import actions, merging
from portal.cases.clusters.actions import join, raise_alerts
from portal.cases.clusters.models import Cluster
from portal.cases.contacts import Contact
from portal.cases.kinds import TargetKind
from portal.cases.targets import Target, set_targets
from portal.departments.models import Department
from tests import factories
from tests.desk.room import NAME, County, ask, letter, main, of
from tests.factories import AT, MODERATOR


def joint(s, county: County) -> tuple[str, list[str]]:
    """A joint case that the lead has; its reference, and those of its members."""
    works = factories.project(s)
    cases = [
        letter(
            s,
            project=works,
            title=f"{NAME}家停水第{n}天",
            place=f"文昌路{n}号",
            contact=Contact(NAME, f"1391000000{n}", ""),
        )
        for n in range(5)
    ]
    raise_alerts(s, at=AT)
    made = join(s, s.query(Cluster).one(), actor=MODERATOR, at=AT).case
    actions.assign(s, made, s.get(Department, county.lead), actor=MODERATOR, at=AT)
    return made.reference, [case.reference for case in cases]


@pytest.fixture
def made(county, write):
    return write(lambda s: joint(s, county))


def test_the_lead_reads_what_it_answers_and_not_who_wrote(officer, made):
    reference, members = made
    page = main(officer.get(f"/desk/cases/{reference}"))
    assert "并入这一件的诉求（5件）" in page
    assert all(member in page for member in members)
    assert "家停水第3天" in page
    assert "文昌路" in page
    assert NAME not in page


def test_one_that_turns_out_to_be_about_the_lead_is_gone_from_its_page(
    officer, county, write, made
):
    reference, members = made

    def accuse(s):
        found = of(s, members[1])
        merging.unmerge(s, found, actor=MODERATOR, at=AT, note="反映的是承办单位")
        about = Target(TargetKind.DEPARTMENT, s.get(Department, county.lead))
        set_targets(s, found, [about], actor=MODERATOR, at=AT)

    write(accuse)
    page = main(officer.get(f"/desk/cases/{reference}"))
    assert members[1] not in page
    assert "家停水第1天" not in page
    assert "并入这一件的诉求（4件）" in page
    assert members[0] in page


def test_who_assists_reads_the_same(helper, county, write, made):
    reference, members = made

    def lend(s):
        own = County(**{**vars(county), "case": reference})
        ask(s, own)

    write(lend)
    page = main(helper.get(f"/desk/assists/{reference}"))
    assert all(member in page for member in members)
    assert NAME not in page


def test_a_case_that_answers_no_other_says_nothing_of_it(officer, county):
    assert "并入这一件的诉求" not in officer.get(county.door).text
