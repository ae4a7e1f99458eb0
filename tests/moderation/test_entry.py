"""Staff enter what came by telephone, at the door or on paper; the resident gets a slip."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal import clock, setup
from portal.audit.models import AuditEntry
from portal.cases.categories.models import Category
from portal.cases.contacts import unseal_contact
from portal.cases.intake import find
from portal.cases.kinds import Channel, Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseUpload
from portal.cases.targets import name_of
from portal.cases.workflow import State
from portal.clock import ZONE, local_day
from portal.security import Role
from tests import factories

ENTRY = "/moderation/entry"
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)  # a Tuesday, ten in the morning in the county
CAME = "2026-03-05T09:30"  # the Thursday before

FORM = {
    "channel": "phone",
    "came": CAME,
    "kind": "complaint",
    "title": "路口积水三天没人管",
    "body": "来电人说城东路口积水三天。",
    "name": "张女士",
    "phone": "138 0000 1234",
    "consent": "yes",
    "submission_key": "the key of this form",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def unit(write) -> tuple[int, str]:
    """The discipline office; a matter that asks a question; id and code of the office."""

    def make(s):
        found = factories.department(s, "县纪委监委", "jiwei")
        data = {
            "intake": {"report_department": "jiwei"},
            "taxonomy": [
                {
                    "code": "water",
                    "name": "供水",
                    "matters": [
                        {
                            "code": "water.cut",
                            "name": "停水",
                            "stopper": {"title": "抢修", "advice": "可以打抢修电话。"},
                            "questions": [
                                {"key": "where", "label": "哪个小区？", "required": True},
                                {"key": "since", "label": "哪天开始？", "kind": "date"},
                            ],
                        }
                    ],
                },
                {"code": "road", "name": "道路"},
            ],
            "towns": [["east", "东镇"]],
        }
        setup.load(s, data, valid_from=date(2026, 1, 1), basis="t", at=NOW)
        return found.id, found.code

    return write(make)


@pytest.fixture
def moderator(sign_in, unit):
    """The browser of the moderator who takes calls."""
    return sign_in(Role.MODERATOR, username="caller")


def enter(client, follow=True, **typed):
    data = {key: value for key, value in (FORM | typed).items() if value is not None}
    kind = (
        {"content_type": "multipart/form-data"} if "photos" in data or "documents" in data else {}
    )
    return client.post(ENTRY, data=data, follow_redirects=follow, **kind)


def slip_of(page) -> tuple[str, str]:
    reference = re.search(r'id="reference">([^<]+)<', page.text)
    code = re.search(r'id="query-code">([^<]+)<', page.text)
    return reference[1], code[1]


def count(write) -> int:
    return write(lambda s: s.scalar(select(func.count(Case.id))))


def test_a_call_becomes_a_case_with_its_channel_its_day_and_who_typed_it(moderator, write):
    page = enter(moderator, project="", town="east", place="文昌路口")
    reference, code = slip_of(page)
    assert page.headers["Cache-Control"] == "no-store"

    def check(s):
        case = find(s, reference, code)
        came = datetime(2026, 3, 5, 9, 30, tzinfo=ZONE)
        assert (case.channel, case.entered_by) == (Channel.PHONE, "caller")
        assert case.submitted_at == came
        assert case.events[0].at == NOW
        assert (case.events[0].actor, case.events[0].role) == ("caller", "moderator")
        assert local_day(case.due_at) == datetime(2026, 3, 12, tzinfo=UTC).date()  # 5 working days
        assert (case.town_code, case.place, case.consent_publish) == ("east", "文昌路口", True)
        assert unseal_contact(case).phone == "13800001234"
        entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "case:submit")).one()
        assert (entry.actor, entry.details["channel"]) == ("caller", "phone")

    write(check)
    assert moderator.get(f"/moderation/cases/{reference}").status_code == 200


def test_the_resident_follows_it_with_the_slip(app, moderator):
    reference, code = slip_of(enter(moderator))
    data = {"reference": reference, "code": code}
    page = app.test_client().post("/track", data=data, follow_redirects=True)
    assert FORM["title"] in page.text


def test_the_query_code_is_shown_once(moderator):
    page = enter(moderator)
    reference, code = slip_of(page)
    again = moderator.get(f"{ENTRY}/slip/{reference}", follow_redirects=True)
    assert code not in again.text
    assert "只显示一次" in again.text


def test_a_slip_is_for_the_browser_that_entered_the_case(moderator, sign_in):
    shown = enter(moderator, follow=False)
    assert shown.status_code == 303
    other = sign_in(Role.MODERATOR).get(shown.location, follow_redirects=True)
    assert 'id="query-code"' not in other.text
    assert 'id="query-code"' in moderator.get(shown.location).text


def test_sending_the_form_twice_makes_one_case_and_shows_its_slip_for_ten_minutes(
    moderator, write, monkeypatch, sign_in
):
    first = slip_of(enter(moderator))
    assert slip_of(enter(moderator)) == first
    assert count(write) == 1
    stranger = enter(sign_in(Role.MODERATOR))
    assert 'id="query-code"' not in stranger.text
    assert first[0] in stranger.text
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=11))
    late = enter(moderator)
    assert 'id="query-code"' not in late.text
    assert "已经提交过" in late.text
    assert count(write) == 1


def test_no_key_of_a_resident_s_form_opens_its_receipt(app, moderator, write):
    secret = "a resident's own form"
    write(lambda s: factories.case(s, submission_key=f"form:{secret}"))
    page = enter(moderator, submission_key=secret)
    assert slip_of(page)
    assert count(write) == 2


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR, Role.ADMIN, None])
def test_nobody_else_enters_cases(app, sign_in, unit, write, role):
    unit_id = unit[0] if role is Role.OFFICER else None
    client = sign_in(role, unit_id) if role else app.test_client()
    assert client.get(ENTRY).status_code == (403 if role else 302)
    assert enter(client, follow=False).status_code == 403
    assert client.get(f"{ENTRY}/slip/20260305-000001").status_code == (403 if role else 302)
    assert count(write) == 0


WRONG = {
    "channel": ["", "web", "internal", None],
    "came": ["", "yesterday", "2026-03-10T10:01", "2026-02-08T09:59", "0001-01-01T00:00"],
    "kind": ["", "follow_up", None],
    "title": ["", "长" * 81],
    "body": [" ", "长" * 2001],
    "phone": ["", "12"],
    "email": ["nobody"],
    "consent": ["", "maybe", None],
    "category": ["nowhere"],
    "town": ["nowhere"],
    "project": ["nowhere"],
    "target_kind": ["department", "person", "contractor", "ghost"],
    "target_name": ["张某"],
}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, vs in WRONG.items() for v in vs])
def test_what_is_wrong_is_said_and_nothing_is_entered(moderator, write, field, value):
    page = enter(moderator, **{field: value})
    assert page.status_code == 422
    assert "处需要修改" in page.text
    assert field == "body" or FORM["body"] in page.text
    assert count(write) == 0


def test_what_no_database_takes_breaks_no_page(moderator, write):
    before = count(write)
    assert moderator.post(ENTRY, data=dict.fromkeys(FORM, "\0")).status_code == 422
    assert count(write) == before


@pytest.mark.parametrize("came", ["2026-03-10T10:00", "2026-02-08T10:00", "2026-03-01 08:15"])
def test_it_may_have_come_up_to_thirty_days_ago(moderator, write, came):
    assert slip_of(enter(moderator, came=came))
    assert count(write) == 1


def test_anonymous_is_for_the_kinds_that_the_county_allows(moderator, write):
    nameless = {"anonymous": "y", "phone": "", "name": ""}
    refused = enter(moderator, kind="help", **nameless)
    assert refused.status_code == 422
    assert "留下联系方式" in refused.text
    assert enter(moderator, anonymous="y").status_code == 422  # anonymous, and yet a phone
    assert slip_of(enter(moderator, **nameless))
    assert write(lambda s: s.scalars(select(Case)).one().contact) is None


def test_a_report_goes_to_the_discipline_office_and_its_typist_cannot_open_it(
    moderator, sign_in, unit, write
):
    assert "您自己也打不开" in moderator.get(ENTRY).text
    about = {"target_kind": "person", "target_name": "会计吴某", "consent": None}
    page = enter(moderator, kind="report", title="补助被克扣", **about)
    reference, code = slip_of(page)
    assert "补助被克扣" not in page.text
    assert "永不公开" in page.text

    def check(s):
        case = find(s, reference, code)
        assert (case.kind, case.state) == (Kind.REPORT, State.ASSIGNED)
        assert case.department.code == "jiwei"
        assert not case.consent_publish
        assert name_of(case.targets[0]) == "会计吴某"

    write(check)
    assert moderator.get(f"/moderation/cases/{reference}").status_code == 404
    for path in (
        "/moderation/",
        f"/moderation/?q={reference}",
        "/moderation/?state=assigned",
        ENTRY,
    ):
        assert "补助被克扣" not in moderator.get(path).text
    officer = sign_in(Role.OFFICER, unit[0])
    assert "补助被克扣" in officer.get(f"/desk/cases/{reference}").text


def test_a_county_without_a_discipline_office_takes_no_reports(moderator, write):
    def close(s):
        s.scalars(select(factories.Department)).one().is_active = False

    write(close)
    assert 'value="report"' not in moderator.get(ENTRY).text
    assert enter(moderator, kind="report").status_code == 422
    assert count(write) == 0


def test_who_is_complained_about_never_sees_it(moderator, sign_in, write):
    unit = write(lambda s: (u := factories.department(s)).id and (u.id, u.code))
    about = {"target_kind": "department", "target_unit": unit[1]}
    reference, _code = slip_of(enter(moderator, **about))
    case = write(
        lambda s: (c := s.scalars(select(Case)).one()) and (c.is_conflicted, c.targets[0].kind)
    )
    assert case == (True, TargetKind.DEPARTMENT)
    officer = sign_in(Role.OFFICER, unit[0])
    assert officer.get(f"/desk/cases/{reference}").status_code == 404
    refused = moderator.post(f"/moderation/cases/{reference}/assign", data={"department": unit[1]})
    assert refused.status_code == 422


def test_a_matter_asks_its_questions_before_the_case_is_kept(moderator, write):
    first = enter(moderator, category="water.cut")
    assert first.status_code == 200
    assert "哪个小区？" in first.text
    assert "可以打抢修电话。" in first.text
    assert count(write) == 0
    empty = enter(moderator, category="water.cut", asked="water.cut")
    assert empty.status_code == 422
    wrong = {"category": "water.cut", "asked": "water.cut", "q_where": "东苑", "q_since": "上周"}
    assert enter(moderator, **wrong).status_code == 422
    assert slip_of(enter(moderator, **wrong | {"q_since": "2026-03-01"}))
    details = write(lambda s: s.scalars(select(Case)).one().details)
    assert details == [["哪个小区？", "东苑"], ["哪天开始？", "2026-03-01"]]


def test_looking_asks_for_nothing_and_keeps_what_was_typed(moderator, write):
    page = enter(moderator, look="y", category="water.cut", title="", phone="", came="")
    assert page.status_code == 200
    assert "哪个小区？" in page.text
    assert FORM["body"] in page.text
    assert "处需要修改" not in page.text
    assert count(write) == 0


def test_what_may_be_the_same_matter_is_shown_once_before(moderator, write):
    def same(s):
        text = {"title": FORM["title"], "body": FORM["body"], "at": NOW - timedelta(days=1)}
        return factories.case(s, category=s.get(Category, "road"), **text).reference

    reference = write(same)
    first = enter(moderator, category="road")
    assert first.status_code == 200
    assert reference in first.text
    assert "还没有登记" in first.text
    told = re.search(r'name="told"[^>]*value="([^"]*)"', first.text)[1]
    assert reference in told
    assert slip_of(enter(moderator, category="road", told=told))
    assert count(write) == 2


def test_cases_that_are_hidden_are_not_shown_as_alike(moderator, write, unit):
    def hidden(s):
        text = {"title": FORM["title"], "body": FORM["body"], "at": NOW - timedelta(days=1)}
        category = s.get(Category, "road")
        report = factories.case(s, kind=Kind.REPORT, category=category, **text)
        return report.reference

    reference = write(hidden)
    page = enter(moderator, category="road")
    assert reference not in page.text
    assert slip_of(page)


def jpeg(colour="red") -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    out.seek(0)
    return out, f"{colour}.jpg"


def test_photos_stay_with_the_form_until_it_is_right_and_then_with_the_case(moderator, write):
    first = enter(moderator, title="", photos=[jpeg("red"), jpeg("blue")])
    assert first.status_code == 422
    assert "red.jpg" in first.text
    ident = re.search(r'name="remove" value="(\d+)"', first.text)[1]
    less = enter(moderator, title="", remove=ident)
    assert "red.jpg" not in less.text
    assert "blue.jpg" in less.text
    assert slip_of(enter(moderator))
    names = write(lambda s: [file.name for file in s.scalars(select(Case)).one().files])
    assert names == ["blue.jpg"]
    assert write(lambda s: s.scalar(select(func.count(CaseUpload.id)))) == 0


@pytest.mark.parametrize("field", ["photos", "documents"])
def test_a_file_that_is_none_is_refused_and_nothing_is_entered(moderator, write, field):
    page = enter(moderator, **{field: (io.BytesIO(b"MZ not a picture"), "virus.exe")})
    assert page.status_code == 422
    assert "virus.exe" in page.text
    assert count(write) == 0


def test_hostile_words_are_shown_as_text(moderator, write):
    bad = "<img src=x onerror=alert(1)>"
    page = enter(moderator, title=bad, body=bad, phone="x")
    assert "<img src=x" not in page.text
    reference, _code = slip_of(enter(moderator, title=bad, body=bad, place=bad, name=bad))
    assert "<img src=x" not in moderator.get(f"/moderation/cases/{reference}").text
