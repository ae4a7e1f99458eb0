"""Whom a case is about never meets it: every role, every door, every stage of the case.

The rule: 信访工作条例, art. 28 and 30. The test walks the address map of the app, so that a
door that is added tomorrow is walked tomorrow; each door is tried with the keys of the case,
with words of its text, with every filter. `HIDDEN` stands in the title, the body, the place,
the name of the accused, the notes and the answers; where it can be read, the case has leaked.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from itertools import product
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts import actions as accounts
from portal.cases import actions, assists, questions
from portal.cases.kinds import Kind, Resolved, TargetKind
from portal.cases.merging import Part, split
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseFile, CaseNote, ContactView
from portal.cases.returns import dispute
from portal.cases.revealing import reveal_contact
from portal.cases.targets import Target, set_targets
from portal.cases.workflow import ACTION_LABELS, State, Visibility
from portal.county.actions import set_setting
from portal.departments.models import Department
from portal.files.models import MediaType, StoredFile
from portal.notifications.models import Message
from portal.security import Actor, Role
from tests import factories
from tests.factories import officer, writer

SOUGHT = "青龙泉泵房"
"""Words of the text that somebody who knows of the matter would search for."""
HIDDEN = "丁卯柒号密事"
"""Words of the same text that no address and no form contains."""
STAGES = ("submitted", "assigned", "answered", "closed", "disputed")
PDF_BYTES = b"%PDF-1.4 " + HIDDEN.encode()


@dataclass(frozen=True)
class County:
    """Cases about somebody, one at every stage, and a report of wrongdoing."""

    references: list[str]
    accused_unit: int
    handling_unit: int
    keys: dict[str, list[str]]


def by_unit(_s, accused, _person) -> Target:
    """The cases name the unit."""
    return Target(TargetKind.DEPARTMENT, accused)


def by_account(_s, _accused, person) -> Target:
    """The cases name an account."""
    return Target(TargetKind.PERSON, account=person, name=HIDDEN)


def by_name(_s, _accused, person) -> Target:
    """The cases name somebody in full and know of no account, as residents do."""
    return Target(TargetKind.PERSON, name=f"{person.full_name}同志{HIDDEN}")


def as_company(_s, accused, _person) -> Target:
    """The cases name the unit as one names a company."""
    return Target(TargetKind.CONTRACTOR, name=accused.name)


def county(write, account_id: int | None = None, how=None) -> County:
    """Make the cases: about a person if an account is given, else about a unit."""
    return write(lambda s: _make(s, account_id, how or (by_account if account_id else by_unit)))


def _make(s, account_id: int | None, how) -> County:
    accused, handling, helping, office = (factories.department(s) for _ in range(4))
    rules = {"report_department": office.code}
    set_setting(s, "intake", rules, valid_from=date(2025, 1, 1), basis="试验")
    project = factories.project(s, unit=accused)
    person = s.get(factories.Account, account_id) if account_id else None
    target = how(s, accused, person)
    cases = [_case(s, project, target) for _ in STAGES]
    for case, stage in zip(cases, STAGES, strict=True):
        _lead(s, case, stage, handling, helping)
    cases.append(_case(s, project, target, kind=Kind.REPORT))
    files = [file.id for case in cases for file in case.files]
    keys = {
        "reference": [case.reference for case in cases],
        "code": [project.code, accused.code, handling.code],
        "number": [str(file) for file in files],
        "ident": [str(n) for n in {*files, *(case.id for case in cases)}],
    }
    return County(keys["reference"], accused.id, handling.id, keys)


def _case(s, project, target: Target | None, kind: Kind = Kind.COMPLAINT) -> Case:
    """Make a case with hidden words wherever words can stand, and a file."""
    case = factories.case(
        s,
        at=clock.now(),
        kind=kind,
        title=f"{SOUGHT}：{HIDDEN}",
        body=f"{SOUGHT}的事，{HIDDEN}，已有三个月。",
        place=f"{SOUGHT}{HIDDEN}",
        project=project,
        targets=[target] if target else [],
    )
    stored = StoredFile(
        sha256=f"{case.id:064x}",
        media_type=MediaType.PDF,
        size=len(PDF_BYTES),
        data=PDF_BYTES,
        created_at=clock.now(),
    )
    s.add(stored)
    s.flush()
    case.files.append(CaseFile(file_id=stored.id, name=HIDDEN, visibility=Visibility.PRIVATE))
    case.notes.append(CaseNote(at=clock.now(), actor="m", text=HIDDEN))
    s.flush()
    return case


def _lead(s, case: Case, stage: str, handling, helping) -> None:
    """Lead the case to a stage, with something said at every step."""
    at, lead = clock.now(), officer(handling)
    moderator = Actor("m-else", Role.MODERATOR, account_id=900_001)
    if stage == "submitted":
        return
    actions.assign(s, case, handling, actor=moderator, at=at, note=HIDDEN)
    reveal_contact(s, case, actor=moderator, at=at, note=f"核实{HIDDEN}")
    if stage == "disputed":
        case.returns = 1
        dispute(s, case, actor=lead, at=at, note=HIDDEN, basis="三定规定第四条")
        return
    actions.sign(s, case, actor=lead, at=at)
    assists.ask_assist(s, case, helping, actor=moderator, at=at, note=HIDDEN)
    if stage == "assigned":
        return
    actions.answer(s, case, f"经查，{HIDDEN}。", actor=lead, at=at)
    if stage == "answered":
        return
    actions.close(s, case, actor=moderator, at=at, answer_text=f"经查，{HIDDEN}。")
    judged = {"resolved": Resolved.PARTLY, "satisfaction": 3, "note": HIDDEN}
    actions.judge(s, case, **judged, actor=writer(case), at=at)
    questions.ask(s, case, actor=writer(case), at=at, note=HIDDEN)


# --- walking the doors -----------------------------------------------------------------

FILTERS = (
    *(("state", state.value) for state in State),
    *(("show", word) for word in ("open", "answered", "closed", "assists", "disputed")),
    *((name, SOUGHT) for name in ("q", "query", "text", "words", "search")),
    ("overdue", "yes"),
    ("conflicted", "yes"),
    ("kind", "complaint"),
    ("kind", "report"),
    ("act", "case:assign"),
)
"""Ways to ask a list for more than it shows at first."""

OF_CASES = re.compile(r"moderation|desk|supervision|feedback|track|case")
"""Doors of the rooms that show cases: these are also asked with every filter."""

CHOICES = re.compile(r"<any\(([^)]*)\):(\w+)>")
PARAMETER = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>")
OTHER_KEYS = {"act": [a.value for a in ACTION_LABELS] + ["reveal"], "year": ["2026"], "n": ["1"]}


ELSEWHERE = ("/track", "/staff/sign-in")
"""Where somebody is sent who has not shown who they are."""


def addresses(rule: str, keys: dict[str, list[str]]) -> list[str]:
    """Return the addresses of one rule, with every key of the case in the place of a parameter."""
    rule = CHOICES.sub(lambda m: m[1].split(",")[0].strip("'\" "), rule)
    known = OTHER_KEYS | keys
    names = PARAMETER.findall(rule)
    filled = []
    for values in product(*(known.get(name, keys["ident"]) for name in names)):
        left = iter(values)
        filled.append(PARAMETER.sub(lambda _m, left=left: next(left), rule))
    return filled


def doors(app, method: str) -> list[str]:
    """Return the rules of all doors that answer to a method."""
    return [
        r.rule
        for r in app.url_map.iter_rules()
        if method in r.methods and r.endpoint not in ("static",) and "sign" not in r.endpoint
    ]


def read(answer) -> str:
    """Return all that can be read in an answer: its headers, its text, the parts of a workbook."""
    data = answer.get_data()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"".join(book.read(name) for name in book.namelist())
    headers = unquote(" ".join(f"{k}: {v}" for k, v in answer.headers))
    answer.close()
    return headers + data.decode(errors="replace")


def leaks(app, browser, made: County) -> list[str]:
    """Walk every door as this browser; return where a case could be read or found."""
    found = []
    for rule in doors(app, "GET"):
        for path in addresses(rule, made.keys):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            text, asked_for = read(answer), any(r in path for r in made.references)
            is_shown = asked_for and answer.status_code == 200 and "/track" not in path
            is_named = any(r in text for r in made.references) and not asked_for
            if HIDDEN in text or is_shown or is_named:
                found.append(path)
        if "<" in rule or not OF_CASES.search(rule):
            continue
        for name, value in FILTERS:
            path = f"{rule}?{name}={quote(value)}"
            text = read(browser.get(path))
            if HIDDEN in text or any(r in text for r in made.references):
                found.append(path)
    return found


def forced(app, browser, made: County) -> list[str]:
    """Try every act on the cases as this browser; return what was not refused."""
    found = []
    words = {
        "note": "想知道是谁写的",
        "basis": "三定规定第四条",
        "text": "已阅，情况如下。",
        "department": made.keys["code"][-1],
        "reason": "unclear",
        "act": "assign",
        **dict.fromkeys(("reference", "case", "parent", "selected"), made.references[0]),
    }
    for rule in doors(app, "POST"):
        if not OF_CASES.search(rule):
            continue
        for path in addresses(rule, made.keys):
            answer = browser.post(path, data=words)
            is_done = answer.status_code in (200, 303) and any(r in path for r in made.references)
            is_sent_away = answer.headers.get("Location", "").startswith(ELSEWHERE)
            if HIDDEN in read(answer) or (is_done and not is_sent_away):
                found.append(f"POST {path} {answer.status_code}")
    return found


def account_of(write, username: str) -> int:
    return write(
        lambda s: s.scalar(
            select(factories.Account.id).where(factories.Account.username == username)
        )
    )


def state_of(write) -> tuple[int, int, list[str]]:
    """Return how much was ever done to cases, and whom messages tell."""
    return write(
        lambda s: (
            s.scalar(select(func.count()).select_from(CaseEvent)),
            s.scalar(select(func.count()).select_from(ContactView)),
            sorted(set(s.scalars(select(Message.recipient)))),
        )
    )


def finds_nothing(app, write, browser, made: County) -> None:
    """Assert that nothing leaks, no act is done, and messages tell the writers alone."""
    before = state_of(write)
    found = leaks(app, browser, made)
    assert found == []
    assert forced(app, browser, made) == []
    assert state_of(write) == before
    assert all(recipient.startswith("case:") for recipient in before[2])


def test_an_officer_of_the_unit_complained_about_finds_nothing(app, write, sign_in):
    made = county(write)
    finds_nothing(app, write, sign_in(Role.OFFICER, made.accused_unit), made)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.INSPECTOR, Role.ADMIN])
def test_a_person_complained_about_finds_nothing(app, write, sign_in, role):
    browser = sign_in(role, username="accused")
    finds_nothing(app, write, browser, county(write, account_of(write, "accused")))


def test_an_officer_complained_about_by_name_finds_nothing(app, write, sign_in):
    unit = write(lambda s: factories.department(s).id)
    browser = sign_in(Role.OFFICER, unit, username="accused")
    finds_nothing(app, write, browser, county(write, account_of(write, "accused")))


def test_the_public_finds_nothing(app, write):
    finds_nothing(app, write, app.test_client(), county(write))


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.INSPECTOR])
def test_a_report_of_wrongdoing_is_closed_to_moderators_and_inspectors(app, write, sign_in, role):
    made = county(write)
    report = made.references[-1]
    alone = County(
        [report], made.accused_unit, made.handling_unit, made.keys | {"reference": [report]}
    )
    browser = sign_in(role)
    assert 200 not in {browser.get(path).status_code for path in case_pages(app, alone)}
    assert forced(app, browser, alone) == []


def case_pages(app, made: County) -> list[str]:
    return [
        path
        for rule in doors(app, "GET")
        if "<reference>" in rule and "/track" not in rule
        for path in addresses(rule, made.keys)
    ]


def test_those_who_may_see_them_do(app, write, sign_in):
    """Else the tests above could not fail."""
    made = county(write)
    for role, unit in (
        (Role.MODERATOR, None),
        (Role.INSPECTOR, None),
        (Role.OFFICER, made.handling_unit),
    ):
        browser = sign_in(role, unit)
        pages = [path for path in case_pages(app, made) if browser.get(path).status_code == 200]
        assert any(HIDDEN in browser.get(path).text for path in pages)
        lists = [rule for rule in doors(app, "GET") if "<" not in rule and OF_CASES.search(rule)]
        assert any(
            reference in browser.get(path).text for path in lists for reference in made.references
        )


# --- who is meant although nobody linked them --------------------------------------------


def test_a_person_who_is_only_named_finds_nothing(app, write, sign_in):
    browser = sign_in(Role.MODERATOR, username="accused")
    finds_nothing(app, write, browser, county(write, account_of(write, "accused"), by_name))


def test_colleagues_of_an_officer_who_is_only_named_find_nothing(app, write, sign_in):
    unit = write(lambda s: factories.department(s).id)
    sign_in(Role.OFFICER, unit, username="accused")
    colleague = sign_in(Role.OFFICER, unit)
    finds_nothing(app, write, colleague, county(write, account_of(write, "accused"), by_name))


def test_a_unit_that_is_named_as_a_company_finds_nothing(app, write, sign_in):
    made = county(write, how=as_company)
    finds_nothing(app, write, sign_in(Role.OFFICER, made.accused_unit), made)


def test_where_the_accused_works_now_nobody_finds_anything(app, write, sign_in):
    before, now = write(lambda s: [factories.department(s).id for _ in range(2)])
    sign_in(Role.OFFICER, before, username="accused")
    made = county(write, account_of(write, "accused"))

    def move(s):
        person = s.get(factories.Account, account_of(write, "accused"))
        unit = s.get(Department, now)
        facts = {"full_name": "某某", "role": Role.OFFICER, "department": unit}
        accounts.change(s, person, **facts, actor=factories.ADMIN, at=clock.now())

    write(move)
    finds_nothing(app, write, sign_in(Role.OFFICER, now), made)


def test_a_letter_of_which_a_part_is_about_a_unit_is_hidden_from_it(app, write, sign_in):
    made = county(write)

    def part(s):
        project = factories.project(s)
        letters = [_case(s, project, None) for _ in range(2)]
        accused, handling = (s.get(Department, n) for n in (made.accused_unit, made.handling_unit))
        for letter, first in zip(letters, (accused, handling), strict=True):
            [taken] = split(
                s, letter, [Part("收钱", HIDDEN)], actor=factories.MODERATOR, at=clock.now()
            )
            actions.assign(s, letter, first, actor=factories.MODERATOR, at=clock.now())
            about = [Target(TargetKind.DEPARTMENT, accused)]
            set_targets(s, taken, about, actor=factories.MODERATOR, at=clock.now())
        return [one.reference for letter in letters for one in (letter, *letter.split_off)]

    references = write(part)
    both = County(
        references, made.accused_unit, made.handling_unit, made.keys | {"reference": references}
    )
    finds_nothing(app, write, sign_in(Role.OFFICER, made.accused_unit), both)


# --- the same answer as for what does not exist ------------------------------------------


TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.INSPECTOR, Role.OFFICER])
def test_a_hidden_case_answers_like_one_that_does_not_exist(app, write, sign_in, role):
    unit = write(lambda s: factories.department(s).id) if role is Role.OFFICER else None
    browser = sign_in(role, unit, username="accused")
    made = county(write, account_of(write, "accused"))
    known = {*made.references}
    none = next(r for n in range(9) if (r := f"{made.references[0][:9]}{n:06d}") not in known)
    room = {Role.MODERATOR: "/moderation/", Role.INSPECTOR: "/supervision/"}.get(role, "/desk/")
    rules = [r for r in doors(app, "GET") if "<reference>" in r and r.startswith(room)]
    rules = [r for r in rules if "slip" not in r]  # knows only what this browser has just entered
    for reference in made.references:
        for rule in rules:
            for path in addresses(rule, made.keys | {"reference": [reference]}):
                hidden, missing = browser.get(path), browser.get(path.replace(reference, none))
                assert hidden.status_code == missing.status_code, path
                assert hidden.status_code == 404, path
                told, untold = (TOKEN.sub("", one.text) for one in (hidden, missing))
                assert told.replace(reference, none) == untold, path
