"""Whatever is typed gets a clear answer, is never lost, and never breaks a page."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import db
from portal.projects.fields import Kind
from portal.projects.kinds import ProjectStatus
from portal.projects.record.models import Draft
from portal.projects.sections import SECTIONS
from portal.security import Role
from tests.editing.examples import COMPLETED_ONLY, place, typed
from tests.editing.room import draft_of, post, publish, seen, shown, with_file

TEXTS = ("\x00", "a\x00b\u202e倒", "<script>alert(1)</script>", "长" * 10_000)
DATES = ("1800-01-01", "9999-12-31", "2026-02-30", "2026/11/30")
FIGURES = ("-1", "9" * 14, "99999999999999.9999", "999.99", "1e400", "NaN", "0", "٣")
REFERENCES = ("nonsense", "2147483648", "", "1")

ABSURD = {Kind.TEXT: TEXTS[:1], Kind.LONG: TEXTS[1:], Kind.DATE: DATES}
ABSURD |= dict.fromkeys((Kind.MONEY, Kind.DECIMAL, Kind.PERCENT, Kind.WHOLE), FIGURES)
"""What is typed into a field by its kind; into all others what chooses."""


@pytest.fixture
def at(write, request):
    key = getattr(request.node, "callspec", None) and request.node.callspec.params.get("key")
    is_done = key in COMPLETED_ONLY
    return write(
        lambda s: place(s, ProjectStatus.COMPLETED if is_done else ProjectStatus.IN_PROGRESS)
    )


@pytest.fixture
def officer(sign_in, at):
    return sign_in(Role.OFFICER, at.unit)


@pytest.fixture
def moderator(sign_in):
    return sign_in(Role.MODERATOR)


def names(key, at):
    """The controls of a section's form."""
    found = [f.name for f in SECTIONS[key].fields]
    more = {"report": [f"item-{at.item}"], "revisit": ["check-0", "check-4"]}
    return found + more.get(key, [])


@pytest.mark.parametrize("key", [k for k in SECTIONS if k not in ("photo", "document")])
def test_an_absurd_value_in_any_field_is_answered(officer, moderator, at, key):
    path = f"/editing/{at.code}/{key}/{at.project if key == 'promise' else 'new'}"
    good = typed(key, at) if key != "promise" else {}
    tried = [(f.name, v) for f in SECTIONS[key].fields for v in ABSURD.get(f.kind, REFERENCES)]
    tried += [(name, v) for name in names(key, at) if "-" in name for v in FIGURES]
    mark = seen(officer, path)
    for name, value in tried:
        answer = officer.post(path, data=good | {name: value, "act": "submit", "seen": mark})
        assert answer.status_code in (303, 422), (name, value[:30], answer.status_code)
        if answer.status_code == 303:
            draft = draft_of(answer)
            assert publish(moderator, draft).status_code in (303, 409, 422), (name, value[:30])
            mark = seen(officer, path) if key == "promise" else mark


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_form_is_answered(officer, at, data):
    key = data.draw(st.sampled_from([k for k in SECTIONS if k not in ("photo", "document")]))
    path = f"/editing/{at.code}/{key}/{at.project if key == 'promise' else 'new'}"
    mark = seen(officer, path)
    values = st.one_of(
        st.sampled_from([*TEXTS, *DATES, *FIGURES, *REFERENCES]),
        st.text(max_size=30),
        st.dates().map(str),
        st.decimals(allow_nan=False, allow_infinity=False).map(str),
    )
    typed_in = {name: data.draw(values, label=name) for name in names(key, at)}
    act = data.draw(st.sampled_from(["keep", "submit", "", "nonsense"]))
    answer = officer.post(path, data=typed_in | {"act": act, "seen": mark})
    assert answer.status_code in (200, 303, 422)
    if answer.status_code == 303:
        assert officer.get(answer.location).status_code == 200


def test_what_is_typed_is_shown_and_never_run(officer, at):
    path = f"/editing/{at.code}/hazard/new"
    text = "<img src=x onerror=alert(1)>\"'&"
    draft = draft_of(post(officer, path, "keep", level="general", description=text))
    for page in (officer.get(f"/editing/drafts/{draft}"), officer.get(f"/editing/{at.code}")):
        assert "<img src=x" not in page.text
        assert "&lt;img src=x" in page.text


def test_ten_thousand_characters_are_refused_and_kept(officer, at):
    text = "长" * 10_000
    page = post(officer, f"/editing/{at.code}/hazard/new", "keep", description=text)
    assert page.status_code == 422
    assert "最多 2000 个字" in shown(page.text)
    assert text in page.text


@pytest.mark.parametrize(
    ("key", "more", "words"),
    [
        ("payment", {"amount_fen": "-5"}, "不能是负数"),
        ("payment", {"amount_fen": "1.2345678"}, "最多六位小数"),
        ("payment", {"amount_fen": "999999999"}, "金额太大"),
        ("payment", {"paid_on": "1800-01-01"}, "年份不合理"),
        ("payment", {"paid_on": "9999-12-31"}, "年份不合理"),
        ("report", {"percent": "1000"}, "过大"),
        ("site", {"latitude": "91"}, "经纬度超出范围"),
        ("site", {"number": "0"}, "点位编号在1至9999之间"),
        ("hazard", {"level": "catastrophic"}, "所选的内容已不存在"),
        ("blocker", {"department_id": "2147483648"}, "所选的内容已不存在"),
        ("milestone", {"person": ""}, "请填写“责任人”"),
    ],
)
def test_each_refusal_says_what_is_wrong(officer, at, key, more, words):
    page = post(officer, f"/editing/{at.code}/{key}/new", **(typed(key, at) | more))
    assert page.status_code == 422
    assert words in shown(page.text)
    assert "error-summary" in page.text


@pytest.mark.parametrize(
    ("key", "name", "row"),
    [
        ("payment", "source_id", "fund"),
        ("milestone", "parent_id", "milestone"),
        ("decision", "item_id", "item"),
    ],
)
def test_a_row_of_another_project_cannot_be_pointed_at(app, officer, at, write, key, name, row):
    foreign = getattr(write(place), row)
    page = post(officer, f"/editing/{at.code}/{key}/new", **(typed(key, at) | {name: str(foreign)}))
    assert page.status_code == 422
    assert f'id="{name}-error"' in page.text
    with app.app_context():
        assert db.session().query(Draft).count() == 0


@pytest.mark.parametrize("kept", ["", "x", '[1, "officer"].sig', "WzEsImEiXQ.AAAA"])
def test_a_forged_proof_of_an_upload_brings_no_file(officer, at, kept):
    typed_in = {"description": "照片", "phase": "during", "kept": kept}
    page = post(officer, f"/editing/{at.code}/photo/new", **typed_in)
    assert page.status_code == 422
    assert "请选择“照片文件”" in page.text


def test_the_proof_of_an_upload_is_for_whoever_uploaded_it(officer, sign_in, at):
    path = f"/editing/{at.code}/photo/new"
    page = post(officer, path, **with_file("photo", {"description": ""}))
    kept = page.text.split('name="kept" value="')[1].split('"')[0]
    typed_in = {"description": "工人在铺管", "phase": "during", "kept": kept}
    somebody = post(sign_in(Role.ADMIN), path, **typed_in)
    assert somebody.status_code == 422
    assert "请选择“照片文件”" in somebody.text
    assert post(officer, path, **typed_in).status_code == 303
