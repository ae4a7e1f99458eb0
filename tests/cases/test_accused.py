"""A name means whoever bears it: accounts, units and companies are found before a case goes out."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.audit.models import AuditEntry
from portal.cases import actions, assists, merging
from portal.cases.accused import register
from portal.cases.kinds import Kind, Resolved, TargetKind
from portal.cases.merging import Part
from portal.cases.models import Case
from portal.cases.recusing import recuse_anew
from portal.cases.targets import Target, name_of, open_to, set_targets
from portal.cases.workflow import Action, State, Visibility
from portal.county.actions import set_setting
from portal.departments import actions as departments
from portal.errors import Invalid, WrongState
from portal.security import SYSTEM, Actor, Permission, Role, permits
from tests.factories import ADMIN, AT, MODERATOR, account, case, closed, department, officer, writer

LATER = AT + timedelta(hours=1)
TEXT = {"public_title": "水管漏水", "public_body": "城东路口漏水。"}


def unit(s, code, name, *aliases):
    return departments.create(
        s,
        code=code,
        name=name,
        aliases=aliases,
        duties=["公路"],
        phone="",
        sort_order=1,
        actor=SYSTEM,
        at=AT,
    )


def staff(s, username, full_name, role=Role.MODERATOR, where=None):
    found = account(s, username, role, where)
    found.full_name = full_name
    s.flush()
    return found


def actor_of(one):
    return Actor(one.username, one.role, one.id, one.department_id)


def named(name, kind=TargetKind.PERSON):
    return Target(kind, name=name)


def is_shut(s, found, actor):
    """Whether a case is hidden from somebody; the rule for one and that for many agree."""
    s.flush()
    is_listed = s.scalar(select(Case.id).where(Case.id == found.id, open_to(actor))) is not None
    assert is_listed is not found.recuses(actor)
    return not is_listed


def look(s, at=LATER):
    s.commit()
    n = recuse_anew(at)
    s.expire_all()
    return n


@pytest.fixture
def roads(s):
    return unit(s, "jiaotong", "县交通运输局", "县交通局", "交通局")


# --- names of people and units ------------------------------------------------------------


@pytest.mark.parametrize("name", ["审核员一", "审核员 一", "审核员一同志", "县政府的审核员一"])
def test_who_is_named_by_the_full_name_sees_nothing(s, name):
    one, other = staff(s, "m1", "审核员一"), staff(s, "m2", "审核员二")
    found = case(s, targets=[named(name)])
    assert is_shut(s, found, actor_of(one))
    assert not is_shut(s, found, actor_of(other))


def test_who_has_the_same_name_is_recused_as_well_and_so_is_a_closed_account(s, roads):
    first = staff(s, "w1", "王伟", Role.OFFICER, roads)
    second = staff(s, "w2", "王伟")
    second.is_active = False
    found = case(s, targets=[named("王伟")])
    assert is_shut(s, found, actor_of(first))
    assert is_shut(s, found, actor_of(second))
    assert is_shut(s, found, officer(roads))


@pytest.mark.parametrize("name", ["县交通运输局经办人", "县交通局王局长", "交通局的老王"])
def test_a_unit_that_stands_in_the_name_of_a_person_is_recused(s, roads, name):
    found = case(s, targets=[named(name)])
    assert is_shut(s, found, officer(roads))
    with pytest.raises(Invalid):
        actions.assign(s, found, roads, actor=MODERATOR, at=AT)


def test_a_town_is_meant_without_its_office(s):
    town = unit(s, "town", "城关镇人民政府")
    assert is_shut(s, case(s, targets=[named("城关镇李副镇长")]), officer(town))


def test_a_name_of_one_character_and_an_unknown_name_mean_nobody(s, roads):
    one = staff(s, "w1", "王")
    found = case(s, targets=[named("王老五")])
    assert not is_shut(s, found, actor_of(one))
    assert not is_shut(s, found, officer(roads))
    assert [name_of(t) for t in found.targets] == ["王老五"]


def test_the_name_stays_sealed_and_whom_it_means_stands_beside_it_once(s, roads):
    staff(s, "lisi", "李四光", Role.OFFICER, roads)
    found = case(s, targets=[named("交通局李四光"), named("李四光")])
    assert [name_of(t) for t in found.targets] == ["交通局李四光", "李四光", ""]
    assert all("李".encode() not in (t.name or b"") for t in found.targets)


def test_naming_costs_the_same_statements_however_many_bear_the_name(s, count_queries):
    def costs():
        found = case(s)
        s.commit()
        with count_queries() as sent:
            set_targets(s, found, [named("王伟")], actor=MODERATOR, at=AT)
        return sent.n

    staff(s, "w0", "王伟", Role.OFFICER, department(s))
    few = costs()
    for n in range(1, 7):
        staff(s, f"w{n}", "王伟", Role.OFFICER, department(s))
    assert costs() <= few + 7, "a row is written for each, and nothing is read for each"


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_report_that_names_an_officer_of_the_discipline_office_goes_beside_it(s, is_taken):
    office, beside = unit(s, "jiwei", "县纪委监委"), unit(s, "xinfang", "县信访局")
    rules = {"report_department": "jiwei", "conflict_department": "xinfang" if is_taken else ""}
    set_setting(s, "intake", rules, valid_from=AT.date(), basis="x")
    one = staff(s, "lisi", "李四光", Role.OFFICER, office)
    if not is_taken:
        with pytest.raises(Invalid, match="12388"):
            case(s, kind=Kind.REPORT, targets=[named("李四光")])
        return
    found = case(s, kind=Kind.REPORT, targets=[named("李四光")])
    assert found.department is beside
    assert not permits(actor_of(one), Permission.CASE_HANDLE, found)


# --- companies ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "县供水公司",
        "供水公司",
        "县供水有限公司",
        "县供水有限责任公司",
        "青禾县供水有限公司",
        "县自来水公司",
    ],
)
def test_a_company_that_is_a_unit_of_the_register_is_one(s, name):
    water = unit(s, "water", "县供水公司", "自来水公司")
    found = case(s, targets=[named(name, TargetKind.CONTRACTOR)])
    assert [t.kind for t in found.targets] == [TargetKind.DEPARTMENT]
    assert found.is_conflicted
    assert is_shut(s, found, officer(water))


@pytest.mark.parametrize("name", ["宏远建设有限公司", "水利有限公司", "供水管道公司"])
def test_a_company_of_another_name_is_none(s, name):
    unit(s, "water", "县供水公司", "水利")
    found = case(s, targets=[named(name, TargetKind.CONTRACTOR)])
    assert [t.kind for t in found.targets] == [TargetKind.CONTRACTOR]
    assert not found.is_conflicted
    assert name_of(found.targets[0]) == name


def test_a_merged_case_takes_no_company_that_is_a_unit(s):
    unit(s, "water", "县供水公司")
    parent, child = case(s), case(s)
    merging.merge(s, child, parent, actor=MODERATOR, at=AT)
    company = named("县供水有限公司", TargetKind.CONTRACTOR)
    with pytest.raises(Invalid):
        set_targets(s, child, [company], actor=MODERATOR, at=AT)


# --- letters and their parts ----------------------------------------------------------------


def parted(s, about, *, deeper=False):
    """A letter of which a part, or a part of a part, is about a unit."""
    letter = case(s)
    [part] = merging.split(s, letter, [Part("收钱", "收了钱。")], actor=MODERATOR, at=AT)
    if deeper:
        [part] = merging.split(s, part, [Part("收钱", "收了钱。")], actor=MODERATOR, at=AT)
    return letter, part, [Target(TargetKind.DEPARTMENT, about)]


@pytest.mark.parametrize("deeper", [False, True])
def test_a_letter_recuses_whom_its_parts_are_about(s, roads, deeper):
    letter, part, about = parted(s, roads, deeper=deeper)
    actions.assign(s, letter, roads, actor=MODERATOR, at=AT)
    assert not is_shut(s, letter, officer(roads))
    set_targets(s, part, about, actor=MODERATOR, at=AT)
    assert is_shut(s, part, officer(roads))
    assert is_shut(s, letter, officer(roads))
    assert (letter.state, letter.department) == (State.SUBMITTED, None)
    with pytest.raises(Invalid):
        actions.assign(s, letter, roads, actor=MODERATOR, at=AT)
    set_targets(s, part, [], actor=MODERATOR, at=AT)
    assert not is_shut(s, letter, officer(roads))


def test_a_public_letter_comes_down_with_its_part(s, roads):
    letter, part, about = parted(s, roads)
    actions.publish(s, letter, **TEXT, actor=MODERATOR, at=AT)
    set_targets(s, part, about, actor=MODERATOR, at=AT)
    assert letter.visibility is Visibility.WITHHELD
    with pytest.raises(WrongState):
        actions.publish(s, letter, **TEXT, actor=MODERATOR, at=AT)


def test_a_part_does_not_hear_of_a_merged_letter(s, roads):
    letter, part, about = parted(s, roads)
    merging.merge(s, letter, case(s), actor=MODERATOR, at=AT)
    with pytest.raises(Invalid):
        set_targets(s, part, about, actor=MODERATOR, at=AT)


def test_a_department_reads_of_no_part(s):
    letter = case(s)
    [part] = merging.split(s, letter, [Part("收钱", "收了钱。")], actor=MODERATOR, at=AT)
    assert [e.note for e in letter.events if e.action == Action.SPLIT] == [""]
    kept = s.scalars(select(AuditEntry).where(AuditEntry.act == "case:split")).one()
    assert kept.details["parts"] == part.reference


# --- people move, names are given later -----------------------------------------------------


def move(s, one, where):
    facts = {"full_name": one.full_name, "role": Role.OFFICER, "department": where}
    accounts.change(s, one, **facts, actor=ADMIN, at=AT)


def test_colleagues_of_today_and_of_then_are_recused_and_the_case_is_taken_back(s, roads):
    there, helping = department(s), department(s)
    one = staff(s, "ww", "王五", Role.OFFICER, roads)
    found = case(s, targets=[named("王五")])
    actions.assign(s, found, there, actor=MODERATOR, at=AT)
    assists.ask_assist(s, found, helping, actor=MODERATOR, at=AT, note="请核实")
    move(s, one, there)
    for where in (roads, there):
        assert is_shut(s, found, officer(where))
    assert look(s) == 1
    assert (found.state, found.department) == (State.SUBMITTED, None)
    assert found.events[-1].action == Action.RECUSE
    assert look(s) == 0
    changed = s.scalars(select(AuditEntry).where(AuditEntry.act == "account:change")).one()
    assert changed.details["before"]["department"] == "jiaotong"


def test_help_is_taken_from_where_the_accused_now_works(s, roads):
    helping = department(s)
    one = staff(s, "ww", "王五", Role.OFFICER, roads)
    found = case(s, targets=[named("王五")])
    actions.assign(s, found, department(s), actor=MODERATOR, at=AT)
    assists.ask_assist(s, found, helping, actor=MODERATOR, at=AT, note="请核实")
    move(s, one, helping)
    assert look(s) == 1
    assert found.state is State.ASSIGNED
    assert [task.ended_at for task in found.assists] == [LATER]


def test_an_account_that_is_opened_later_is_found_by_its_name(s, roads, caplog):
    caplog.set_level(logging.DEBUG)
    found, ended = case(s, targets=[named("王五")]), closed(s, roads, targets=[named("王五")])
    actions.assign(s, found, roads, actor=MODERATOR, at=AT)
    assert look(s) == 0
    one = staff(s, "ww", "王五", Role.OFFICER, roads)
    assert look(s) == 2
    assert is_shut(s, found, actor_of(one))
    assert is_shut(s, ended, actor_of(one))
    assert found.state is State.SUBMITTED
    assert (ended.state, ended.department) == (State.CLOSED, roads)
    assert look(s) == 0
    assert "王五" not in caplog.text


def test_a_company_that_becomes_a_unit_is_set_apart_and_hidden(s):
    company = named("县供水有限公司", TargetKind.CONTRACTOR)
    parent, child = case(s), case(s, targets=[company])
    actions.publish(s, child, **TEXT, actor=MODERATOR, at=AT)
    merging.merge(s, child, parent, actor=MODERATOR, at=AT)
    water = unit(s, "water", "县供水公司")
    assert look(s) == 1
    assert child.targets[0].department is water
    assert (child.state, child.visibility) == (State.SUBMITTED, Visibility.WITHHELD)
    assert is_shut(s, child, officer(water))


def test_a_letter_whose_part_is_about_somebody_hears_of_it(s, roads):
    letter, part, about = parted(s, roads)
    set_targets(s, part, about, actor=MODERATOR, at=AT)
    letter.is_conflicted = False
    assert look(s) == 1
    assert is_shut(s, letter, officer(roads))


def test_a_report_is_taken_from_an_office_that_the_accused_joins(s, roads):
    office, beside = unit(s, "jiwei", "县纪委监委"), unit(s, "xinfang", "县信访局")
    rules = {"report_department": "jiwei", "conflict_department": "xinfang"}
    set_setting(s, "intake", rules, valid_from=AT.date(), basis="x")
    one = staff(s, "ww", "王五", Role.OFFICER, roads)
    found = case(s, kind=Kind.REPORT, targets=[named("王五")])
    assert found.department is office
    move(s, one, office)
    assert look(s) == 1
    assert (found.state, found.department) == (State.ASSIGNED, beside)


def test_the_worker_reads_names_at_a_fixed_cost(s, roads, count_queries):
    def costs():
        s.commit()
        with count_queries() as sent:
            recuse_anew(LATER)
        return sent.n

    def letters(n):
        for _ in range(n):
            found = case(s, targets=[named("王五")])
            actions.assign(s, found, roads, actor=MODERATOR, at=AT)

    letters(1)
    few = costs()
    letters(5)
    assert costs() == few


# --- what is over ---------------------------------------------------------------------------


def test_who_is_named_after_the_end_sees_no_more_and_keeps_nothing_to_do(s, roads):
    found = closed(s, roads)
    actions.publish(s, found, **TEXT, actor=MODERATOR, at=AT)
    set_targets(s, found, [Target(TargetKind.DEPARTMENT, roads)], actor=MODERATOR, at=AT)
    assert (found.state, found.visibility) == (State.CLOSED, Visibility.WITHHELD)
    assert is_shut(s, found, officer(roads))
    refused = case(s)
    actions.reject(s, refused, "unclear", actor=MODERATOR, at=AT)
    set_targets(s, refused, [Target(TargetKind.DEPARTMENT, roads)], actor=MODERATOR, at=AT)
    assert refused.state is State.REJECTED
    assert is_shut(s, refused, officer(roads))


def test_a_case_that_is_opened_again_does_not_return_to_the_accused(s, roads):
    about, plain = closed(s, roads), closed(s, roads)
    set_targets(s, about, [Target(TargetKind.DEPARTMENT, roads)], actor=MODERATOR, at=AT)
    for found in (about, plain):
        said = {"resolved": Resolved.NO, "satisfaction": 1, "note": "没有解决"}
        actions.judge(s, found, **said, actor=writer(found), at=AT)
    assert (about.state, about.department, about.round) == (State.SUBMITTED, None, 2)
    assert (plain.state, plain.department, plain.round) == (State.ASSIGNED, roads, 2)


def test_the_register_is_read_with_closed_units(s, roads):
    roads.is_active = False
    s.flush()
    assert register(s).units_in("县交通局王局长") == [roads]
