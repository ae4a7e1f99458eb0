"""The public ledger over HTTP: every number against letters made by hand."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from portal.cases import actions, appeals, merging, returns
from portal.cases.kinds import AppealKind, Kind, TargetKind
from portal.cases.ledger.queries import first_year, ledger_of
from portal.cases.ledger.rules import Tally
from portal.cases.parts import CaseAppeal, CaseFile
from portal.cases.targets import Target
from portal.cases.workflow import Visibility
from portal.county.models import Setting
from portal.files.models import MediaType, StoredFile
from portal.security import Actor, Role
from tests import factories
from tests.factories import AT, MODERATOR, writer
from tests.public.writing import DAY, OTHER_MODERATOR, at_time, publish

MARCH_ENDS = datetime(2026, 3, 31, 16, tzinfo=UTC)  # midnight in the county


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    at_time(monkeypatch, AT + 60 * DAY)


def send(s, case, unit, *, by_system=False) -> None:
    if by_system:
        actions.dispatch(s, case, unit, at=AT)
    else:
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)


def refuse(s, reason="elsewhere", **more):
    case = factories.case(s, **more)
    actions.reject(s, case, reason, actor=MODERATOR, at=AT)
    return case


def object_to(s, case, against, *, granted=None) -> None:
    appeals.appeal(s, case, against, actor=writer(case), at=AT, note="不同意")
    if granted is None:
        return
    texts = {"public_title": "新", "public_body": "新"} if against == "redaction" else {}
    common = {"actor": OTHER_MODERATOR, "at": AT, "note": "处理了"}
    if granted:
        appeals.grant(s, case, **texts, **common)
    else:
        appeals.deny(s, case, **common)


def whole(s) -> Tally:
    return ledger_of(s, 2026).total


def numbers(page: str) -> dict[str, str]:
    """Every line of the ledger's tables: what it is called, with its number and its share."""
    main = page.split("<main")[1].split('id="h-months"')[0]
    head = r'<th role="rowheader" scope="row">([^<]+).*?</th>'
    cell = r"\s*<td[^>]*>(.*?)</td>"
    rows = re.findall(head + cell + cell, main, re.S)
    return {label.strip(): f"{n} {share}".strip() for label, n, share in rows}


def table(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


# Counting


def test_received_is_made_up_of_waiting_refused_and_accepted(s):
    unit = factories.department(s)
    factories.case(s)  # waits
    refuse(s)
    send(s, factories.case(s), unit)
    merging.merge(s, factories.case(s), factories.case(s), actor=MODERATOR, at=AT)
    withdrawn = factories.case(s)
    actions.withdraw(s, withdrawn, actor=writer(withdrawn), at=AT)
    t = whole(s)
    assert (t.waiting, t.refused, t.accepted, t.received, t.withdrawn) == (2, 1, 2, 5, 1)


def test_a_letter_handed_back_by_a_department_is_not_waiting_again(s):
    unit = factories.department(s)
    case = factories.case(s)
    send(s, case, unit)
    basis = "县三定规定第三条"
    officer = factories.officer(unit)
    returns.return_(s, case, actor=officer, at=AT, note="不归我们", basis=basis)
    t = whole(s)
    assert (t.waiting, t.accepted, t.sent, t.returned, t.returns) == (0, 1, 1, 1, 1)


def test_the_accepted_are_told_apart_by_what_the_public_sees(s):
    unit = factories.department(s)

    def led(**more):
        case = factories.case(s, **more)
        send(s, case, unit)
        return case

    publish(s, led(), unit)
    as_written = led()
    publish(s, as_written, unit, as_written.title, as_written.body)
    led(consent_publish=False)
    actions.withhold(s, led(consent_publish=False), actor=MODERATOR, at=AT, note="不公开")
    actions.withhold(s, led(), actor=MODERATOR, at=AT, note="涉及隐私")
    led(targets=[Target(TargetKind.PERSON, name="赵六")])
    led(targets=[Target(TargetKind.CONTRACTOR, name="某公司")])
    t = whole(s)
    assert (t.public, t.redacted) == (2, 1)
    assert (t.no_consent, t.withheld, t.undecided) == (2, 1, 1)
    assert t.accepted == 6, "what is about a person is in no exact number"


def test_who_sent_it_and_whether_it_went_astray(s):
    unit, other = factories.department(s), factories.department(s)
    for by_system, is_astray in [(True, True), (True, False), (False, True), (False, False)]:
        case = factories.case(s)
        send(s, case, unit, by_system=by_system)
        if is_astray:
            actions.reassign(s, case, other, actor=MODERATOR, at=AT, note="改派")
    send(s, factories.case(s), unit)
    t = whole(s)
    assert (t.sent, t.sent_by_system, t.sent_by_person) == (5, 2, 3)
    assert (t.misrouted, t.misrouted_by_system, t.misrouted_by_person) == (2, 1, 1)


def test_appeals_stand_beside_the_decisions_they_could_be_against(s):
    unit = factories.department(s)
    for granted in (True, False, None):
        object_to(s, refuse(s), AppealKind.REFUSAL, granted=granted)
    refuse(s)
    withheld = factories.case(s)
    actions.withhold(s, withheld, actor=MODERATOR, at=AT, note="隐私")
    object_to(s, withheld, AppealKind.WITHHOLDING, granted=True)
    for granted in (True, None):
        case = factories.case(s)
        publish(s, case, unit)
        object_to(s, case, AppealKind.REDACTION, granted=granted)
    found = ledger_of(s, 2026)
    refusal = found.appeals[AppealKind.REFUSAL]
    assert (refusal.decisions, refusal.filed) == (4, 3)
    assert (refusal.granted, refusal.denied, refusal.pending) == (1, 1, 1)
    assert found.total.refused == 3  # one is screened again
    withholding = found.appeals[AppealKind.WITHHOLDING]
    assert (withholding.decisions, withholding.granted) == (1, 1)
    redaction = found.appeals[AppealKind.REDACTION]
    assert (redaction.decisions, redaction.granted, redaction.pending) == (2, 1, 1)


def test_a_letter_that_was_refused_again_after_its_appeal_has_two_decisions(s):
    case = refuse(s)
    object_to(s, case, AppealKind.REFUSAL, granted=True)
    actions.reject(s, case, "unclear", actor=Actor("third", Role.MODERATOR), at=AT)
    found = ledger_of(s, 2026)
    assert found.appeals[AppealKind.REFUSAL].decisions == 2
    assert found.total.refused == 1


def test_several_appeals_of_one_letter_multiply_no_number(s):
    case = refuse(s)
    for _ in range(3):
        more = {"decided_before_by": "m", "text": "x", "filed_at": AT, "reply": "y"}
        done = {"decided_by": "n", "decided_at": AT, "is_granted": False}
        case.appeals.append(CaseAppeal(against=AppealKind.REFUSAL, **more, **done))
    s.flush()
    found = ledger_of(s, 2026)
    assert found.total.refused == 1
    refusal = found.appeals[AppealKind.REFUSAL]
    assert (refusal.decisions, refusal.filed, refusal.denied) == (3, 3, 3)


def withhold(s, reason=None, files=0, **more):
    case = factories.case(s, **more)
    send(s, case, factories.department(s))
    case.visibility, case.withheld_reason = Visibility.WITHHELD, reason
    for n in range(files):
        add_file(s, case, n, Visibility.WITHHELD)
    s.flush()
    return case


def add_file(s, case, n, visibility) -> None:
    digest = f"{case.id:032x}{n:032x}"
    kept = StoredFile(sha256=digest, media_type=MediaType.PDF, size=1, data=b"x", created_at=AT)
    s.add(kept)
    s.flush()
    case.files.append(CaseFile(file_id=kept.id, name="", visibility=visibility, note=""))


def test_what_was_not_published_is_counted_by_reason_and_so_are_files(s):
    for reason in ("secret", "secret", "privacy", None):
        withhold(s, reason, files=1)
    add_file(s, withhold(s, "minors"), 7, Visibility.PRIVATE)
    withhold(s, "secret", files=3, targets=[Target(TargetKind.PERSON, name="赵六")])
    add_file(s, refuse(s), 8, Visibility.WITHHELD)
    found = ledger_of(s, 2026)
    told = {reason: n for reason, n in found.withheld.items() if n}
    assert told == {"secret": 2, "privacy": 1, "minors": 1, "": 1}
    assert found.total.withheld == sum(told.values())
    assert (found.files, found.files_withheld) == (5, None)
    withhold(s, "secret", files=1)
    assert ledger_of(s, 2026).files_withheld == 5


def discipline(s) -> None:
    factories.department(s, "县纪委监委", "discipline")
    rules = {"report_department": "discipline"}
    s.add(Setting(key="intake", valid_from=AT.date(), value=rules, basis="测试"))
    s.flush()


def test_reports_and_what_is_about_staff_are_in_no_number_but_their_own(s):
    discipline(s)
    for n in range(6):
        about = {"targets": [Target(TargetKind.PERSON, name="赵六")]}
        factories.case(s, kind=Kind.REPORT, **about)
        if n:
            factories.case(s, at=datetime(2020, 1, 1, tzinfo=UTC), **about)
            factories.case(s, **about)
    taken_back = factories.case(s, kind=Kind.REPORT)
    actions.withdraw(s, taken_back, actor=writer(taken_back), at=AT)
    found = ledger_of(s, 2026)
    assert found.total == Tally()
    assert found.months == {}
    assert (found.reports, found.about_staff) == (5, 5)
    assert first_year(s) is None


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2025, 12, 31, 16, tzinfo=UTC), 1),
        (MARCH_ENDS.replace(minute=0) - DAY / 86400, 3),
        (MARCH_ENDS, 4),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), 12),
    ],
)
def test_months_and_years_begin_at_the_countys_midnight(s, at, month):
    factories.case(s, at=at)
    found = ledger_of(s, 2026)
    assert list(found.months) == [month]
    assert found.months[month].waiting == 1


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), 2025),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), 2027),
    ],
)
def test_what_came_a_second_outside_is_another_years(s, at, year):
    factories.case(s, at=at)
    assert whole(s) == Tally()
    assert ledger_of(s, year).total.waiting == 1
    assert first_year(s) == year


def test_a_year_costs_the_same_however_many_letters(s, count_queries):
    unit = factories.department(s)
    counted = []
    for n in (1, 12):
        for _ in range(n):
            publish(s, factories.case(s, at=AT - n * DAY), unit)
            refuse(s)
        s.flush()
        with count_queries() as sent:
            ledger_of(s, 2026)
        counted.append(sent.n)
    assert counted == [6, 6]


# The page


@pytest.fixture
def county(write):
    """Twelve letters of 2026: six refused, one waiting, five accepted, one of them public."""

    def make(s):
        unit = factories.department(s)
        for reason in ("elsewhere", "elsewhere", "elsewhere", "elsewhere", "secret", "counter"):
            refuse(s, reason)
        factories.case(s)
        factories.public(s, unit)
        for by_system in (True, True, False, False):
            send(s, factories.case(s, at=AT + 30 * DAY), unit, by_system=by_system)

    return write(make)


def test_every_number_stands_with_its_denominator(client, county):
    page = client.get("/feedback/ledger")
    assert page.status_code == 200
    found = numbers(page.text)
    assert found["收到的诉求"] == "12 件"
    assert found["不予受理"] == "6 件 收到的诉求 12 件的 50.0%"
    assert found["等待审核"] == "1 件 收到的诉求 12 件的 8.3%"
    assert found["不属于本县管辖"] == "4 件 不予受理的 6 件的 66.7%"
    assert found["信访事项已经终结"] == "0 件 不予受理的 6 件的 0.0%"
    assert found["已公开"] == "1 件 受理的诉求 5 件的 20.0%"
    assert found["其中文字有改动"] == "1 件 已公开的 1 件的 100.0%"
    assert found["由系统派出"] == "2 件 派出的诉求 5 件的 40.0%"
    assert found["系统派错"] == "0 件 系统派出的 2 件的 0.0%"
    assert "请向事情发生地的政府或当地12345热线反映。" in page.text  # the right channel
    assert "2026年审核公开" in page.text


def test_the_months_have_sums_and_no_reasons(client, county):
    page = client.get("/feedback/ledger").text
    months = page.split('id="h-months"')[1].split("</section>")[0]
    rows = re.findall(r'scope="row"[^>]*>(\d+)月</th>(.*?)</tr>', months, re.S)
    plain = {month: re.sub(r"<[^>]+>", " ", row).replace("\n", " ").split() for month, row in rows}
    assert list(plain) == ["3", "4"]
    assert plain["3"][:8] == ["收到", "8", "件", "受理", "8", "件中", "1", "件"]
    assert plain["4"][:2] == ["收到", "4"]
    assert "不属于本县管辖" not in months


def test_where_few_were_refused_the_reasons_are_not_told_and_the_page_says_why(client, write):
    write(lambda s: [refuse(s, "secret") for _ in range(4)])
    page = client.get("/feedback/ledger").text
    assert "不予受理 4 件，不足 5 件，不分列原因" in page
    assert "涉及国家秘密、商业秘密或他人隐私" not in page
    lines = table(client.get("/feedback/ledger/2026.csv"))
    assert not [line for line in lines if line["部分"] == "不予受理的原因"]
    assert next(line["件数"] for line in lines if line["项目"] == "不予受理") == "4"


def test_non_publications_are_told_by_reason_from_five_on(client, write):
    write(lambda s: [withhold(s, "secret", files=1) for _ in range(4)])
    page = client.get("/feedback/ledger").text
    assert "审核决定不公开 4 件，不足 5 件，不分列原因" in page
    assert "受理的诉求带来附件 4 个，其中审核决定不公开的不足 5 个" in page
    assert "涉及国家秘密或商业秘密" not in numbers(page)
    lines = {line["项目"]: line for line in table(client.get("/feedback/ledger/2026.csv"))}
    assert lines["受理的诉求的附件"]["件数"] == "4"
    assert "审核决定不公开的附件" not in lines
    write(lambda s: withhold(s, files=2))
    page = client.get("/feedback/ledger").text
    assert numbers(page)["涉及国家秘密或商业秘密"] == "4 件 审核决定不公开的 5 件的 80.0%"
    assert numbers(page)["没有记录原因"] == "1 件 审核决定不公开的 5 件的 20.0%"
    assert "附件 6 个，其中审核决定不公开 6 个。" in page
    lines = {line["项目"]: line for line in table(client.get("/feedback/ledger/2026.csv"))}
    assert lines["审核决定不公开的附件"]["分母"] == "6"
    assert lines["涉及国家秘密或商业秘密"]["件数"] == "4"


def test_the_table_to_take_away_says_the_same(client, county):
    response = client.get("/feedback/ledger/2026.csv")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    lines = table(response)
    found = {(line["月份"], line["项目"]): line for line in lines}
    refused = found["", "不予受理"]
    assert (refused["件数"], refused["分母"], refused["百分比"]) == ("6", "12", "50.0")
    nothing = found["", "信访事项已经终结"]
    assert (nothing["件数"], nothing["百分比"]) == ("0", "0.0")
    assert found["4", "受理"]["分母是"] == "收到"
    shown = numbers(client.get("/feedback/ledger").text)
    for (month, label), line in found.items():
        if not month and label in shown:
            assert shown[label].startswith(f"{line['件数']} 件")


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "不足5件（含没有）"),
        (1, "不足5件（含没有）"),
        (4, "不足5件（含没有）"),
        (5, "5件以上"),
        (9, "5件以上"),
        (10, "10件以上"),
    ],
)
def test_reports_and_what_is_about_staff_are_told_in_steps(client, write, n, said):
    def make(s):
        discipline(s)
        factories.case(s)
        for _ in range(n):
            factories.case(s, kind=Kind.REPORT)
            factories.case(s, targets=[Target(TargetKind.PERSON, name="赵六")])

    write(make)
    page = client.get("/feedback/ledger").text
    for label in ("公职人员违纪违法的举报", "反映单位或工作人员的诉求"):
        assert f"<dt>{label}</dt><dd>{said}</dd>" in page
    assert numbers(page)["收到的诉求"] == "1 件"
    lines = table(client.get("/feedback/ledger/2026.csv"))
    told = [line["件数"] for line in lines if line["部分"] == "只按档公布"]
    assert told == [said, said]


def test_the_first_hidden_letters_change_no_byte_of_the_ledger(client, write):
    write(lambda s: (discipline(s), factories.case(s)))

    def shown():
        page = client.get("/feedback/ledger").text
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
        return page, client.get("/feedback/ledger/2026.csv").data

    before = shown()

    def come(s):
        about = {"targets": [Target(TargetKind.PERSON, name="赵六")]}
        for more in ({"kind": Kind.REPORT}, about, about | {"kind": Kind.REPORT}):
            factories.case(s, **more).submitted_at = datetime(2021, 5, 1, tzinfo=UTC)
            factories.case(s, **more)
            taken_back = factories.case(s, **more)
            actions.withdraw(s, taken_back, actor=writer(taken_back), at=AT)

    write(come)
    assert shown() == before


def test_a_county_that_takes_no_reports_does_not_speak_of_them(client, write):
    write(factories.case)
    assert "举报" not in client.get("/feedback/ledger").text.split("<main")[1]


def test_years_are_chosen_from_the_first_letter_to_this_one(client, write):
    write(lambda s: refuse(s, at=datetime(2024, 5, 1, tzinfo=UTC)))
    page = client.get("/feedback/ledger").text
    assert re.findall(r'href="/feedback/ledger\?year=(\d+)"', page) == ["2026", "2025", "2024"]
    assert "这一年还没有收到诉求" in page
    assert "2024年审核公开" in client.get("/feedback/ledger?year=2024").text
    for path in ("/feedback/ledger?year=2023", "/feedback/ledger?year=2027"):
        assert client.get(path).status_code == 404
    for year in (2023, 2027, 10**20):
        assert client.get(f"/feedback/ledger/{year}.csv").status_code == 404


def test_before_the_first_letter_there_is_an_empty_year(client):
    page = client.get("/feedback/ledger")
    assert page.status_code == 200
    assert "这一年还没有收到诉求" in page.text
    assert len(table(client.get("/feedback/ledger/2026.csv"))) > 10


@pytest.mark.parametrize("year", ["x", "", "-1", "2026; DROP", "9" * 400])
def test_an_absurd_year_shows_the_present_one(client, county, year):
    page = client.get("/feedback/ledger", query_string={"year": year})
    assert page.status_code == 200
    assert "2026年审核公开" in page.text


def test_no_name_of_staff_department_or_writer_stands_in_it(client, write):
    def make(s):
        unit = factories.department(s, "县独一无二局")
        case = factories.case(s, targets=[Target(TargetKind.DEPARTMENT, department=unit)])
        other = factories.department(s, "县独此一家局")
        actions.assign(s, case, other, actor=Actor("unique-name", Role.MODERATOR), at=AT)

    write(make)
    for text in (
        client.get("/feedback/ledger").text,
        client.get("/feedback/ledger/2026.csv").data.decode("utf-8-sig"),
    ):
        for hidden in ("县独一无二局", "县独此一家局", "unique-name", "水管漏水"):
            assert hidden not in text
