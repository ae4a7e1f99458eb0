"""Every section can be filled in by form, and stands in public once it was reviewed."""

import pytest

from portal import db
from portal.projects.kinds import ProjectStatus
from portal.projects.models import Item, Project
from portal.projects.record.models import Change
from portal.projects.record.queries import rows_of
from portal.projects.record.values import row_values
from portal.projects.sections import SECTIONS
from portal.security import Role
from tests.editing.examples import COMPLETED_ONLY, place, typed
from tests.editing.room import handed_in, post, publish, published, shown, typed_of, with_file

ADDED = [key for key in SECTIONS if key != "promise"]
CHANGED = {
    "promise": {"place": "城西"},
    "item": {"note": "含水表。"},
    "site": {"percent": "40"},
    "stage": {"note": "全票通过。"},
    "duty": {"post": "联系领导"},
    "plan": {"percent": "86"},
    "milestone": {"actual_on": ""},
    "blocker": {"resolution": "正在协调。"},
    "fund": {"document_no": "财〔2026〕1号"},
    "payment": {"payee": "某建设公司"},
    "participant": {"scope": "主管"},
    "inspection": {"finding": "井盖未固定。"},
    "hazard": {"fix_note": "正在支护。"},
    "test": {"document_no": "J-7"},
    "acceptance": {"note": "资料齐全。"},
    "honour": {"document_no": "县〔2026〕2号"},
    "handover": {"operator": "物业公司"},
    "revisit": {"summary": "尚未到期。"},
    "problem": {"fix_note": "已报修。"},
    "photo": {"description": "管道已经铺好"},
    "document": {"description": "施工图批复"},
}
CHANGED["milestone"] = {"post": "副科长"}
REMOVED = [
    key for key in ADDED if not SECTIONS[key].is_added_only and key not in ("revisit", "acceptance")
]


@pytest.fixture
def at(write, request):
    """A project in the state that the section of the test needs."""
    key = request.node.callspec.params["key"]
    is_done = key in COMPLETED_ONLY
    status = ProjectStatus.COMPLETED if is_done else ProjectStatus.IN_PROGRESS
    return write(lambda s: place(s, status))


@pytest.fixture
def officer(sign_in, at):
    return sign_in(Role.OFFICER, at.unit)


@pytest.fixture
def moderator(sign_in):
    return sign_in(Role.MODERATOR)


def rows(app, at, key):
    """The written values of a section's published rows, by number."""
    with app.app_context():
        s = db.session()
        found = rows_of(s, s.get(Project, at.project), SECTIONS[key])
        return {row.id: row_values(SECTIONS[key], row) for row in found}


def logged(app, at, key):
    """What the public log says of a section: field and what it became."""
    with app.app_context():
        s = db.session()
        found = s.query(Change).filter_by(project_id=at.project, section=key).order_by(Change.id)
        return [(c.field, c.after) for c in found]


def add(app, officer, moderator, at, key) -> int:
    """Add the example row of a section, and return its number."""
    before = set(rows(app, at, key))
    path = f"/editing/{at.code}/{key}/new"
    published(officer, moderator, path, **with_file(key, typed(key, at)))
    (new,) = set(rows(app, at, key)) - before
    return new


@pytest.mark.parametrize("key", ADDED)
def test_a_row_of_each_section_appears_once_it_was_reviewed(app, officer, moderator, at, key):
    before = rows(app, at, key)
    draft = handed_in(officer, f"/editing/{at.code}/{key}/new", **with_file(key, typed(key, at)))
    assert rows(app, at, key) == before
    for path in (f"/editing/drafts/{draft}", f"/editing/{at.code}?open={key}", "/editing/"):
        assert officer.get(path).status_code == 200
    assert moderator.get(f"/editing/review/{draft}").status_code == 200
    assert publish(moderator, draft).status_code == 303
    after = rows(app, at, key)
    (new,) = set(after) - set(before)
    example = typed(key, at)
    for field in SECTIONS[key].fields:
        if field.kind in ("text", "long", "choice", "town"):
            assert (after[new].get(field.name) or "") == example.get(field.name, "")
    assert logged(app, at, key)
    for path in (f"/projects/{at.code}", f"/editing/{at.code}?open={key}"):
        assert officer.get(path).status_code == 200


@pytest.mark.parametrize("key", sorted(CHANGED))
def test_a_published_row_of_each_section_can_be_changed(app, officer, moderator, at, key, write):
    ident = at.project if key == "promise" else add(app, officer, moderator, at, key)
    with app.app_context():
        s = db.session()
        row = s.get(SECTIONS[key].model, ident)
        now = typed_of(key, row)
    path = f"/editing/{at.code}/{key}/{ident}"
    published(officer, moderator, path, **(now | CHANGED[key]))
    for name, value in CHANGED[key].items():
        assert rows(app, at, key)[ident][name] == value
        assert (name, value) in logged(app, at, key)


@pytest.mark.parametrize("key", REMOVED)
def test_a_published_row_can_go_after_a_question_and_a_review(
    app, officer, moderator, at, key, write
):
    ident = add(app, officer, moderator, at, key)
    if key == "item":  # a target goes by a decision first
        write(lambda s: setattr(s.get(Item, ident), "quantity", 0))
    path = f"/editing/{at.code}/{key}/{ident}/remove"
    assert "确定要删除这条已公开的记录吗" in officer.get(path).text
    published(officer, moderator, path)
    assert ident not in rows(app, at, key)
    assert ("", "") in logged(app, at, key)


@pytest.mark.parametrize("key", ["report", "decision"])
def test_history_is_neither_changed_nor_removed(app, officer, moderator, at, key):
    ident = add(app, officer, moderator, at, key)
    for path in (f"/editing/{at.code}/{key}/{ident}", f"/editing/{at.code}/{key}/{ident}/remove"):
        assert officer.get(path).status_code == 404
        assert officer.post(path, data=typed(key, at) | {"act": "submit"}).status_code == 404


@pytest.mark.parametrize("key", ["promise", "revisit"])
def test_what_stays_has_no_door_to_remove_it(app, officer, at, key):
    ident = next(iter(rows(app, at, key)), 1)
    assert officer.get(f"/editing/{at.code}/{key}/{ident}/remove").status_code == 404


@pytest.mark.parametrize("key", ["item"])
def test_a_target_is_shown_and_not_changed(app, officer, moderator, at, key):
    path = f"/editing/{at.code}/{key}/{at.item}"
    page = officer.get(path)
    assert "公布后只能通过“变更决定”调整" in page.text
    assert 'name="quantity"' not in page.text
    published(officer, moderator, path, name="供水管道", unit="公里", quantity="99", done="4")
    assert rows(app, at, key)[at.item]["quantity"] == "12"
    assert rows(app, at, key)[at.item]["done"] == "4"


@pytest.mark.parametrize("key", ["photo"])
def test_a_photo_needs_words_for_those_who_cannot_see_it(app, officer, at, key):
    wanted = with_file(key, {"description": " ", "phase": "during"})
    answer = post(officer, f"/editing/{at.code}/{key}/new", **wanted)
    assert answer.status_code == 422
    assert "请填写“照片内容（替代文字）”" in answer.text
    kept = answer.text.split('name="kept" value="')[1].split('"')[0]
    again = {"description": "工人在铺管", "phase": "during", "kept": kept}
    draft = handed_in(officer, f"/editing/{at.code}/{key}/new", **again)
    page = officer.get(f"/editing/drafts/{draft}/file")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("image/")
    assert page.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("key", ["document"])
def test_a_file_of_the_wrong_kind_is_an_error_of_its_field(officer, at, key):
    answer = post(
        officer, f"/editing/{at.code}/{key}/new", **with_file("photo", {"description": "批复"})
    )
    assert answer.status_code == 422
    assert "这里只能上传 PDF 文件。" in shown(answer.text)
    assert 'value="批复"' in answer.text
    without = post(officer, f"/editing/{at.code}/{key}/new", description="批复")
    assert "请选择“PDF文件”" in without.text


@pytest.mark.parametrize("key", ["revisit"])
def test_a_revisit_that_was_made_answers_each_point(app, officer, moderator, at, key):
    path = f"/editing/{at.code}/{key}/{at.revisit}"
    with app.app_context():
        now = typed_of(key, db.session().get(SECTIONS[key].model, at.revisit))
    now |= {"done_on": typed("problem", at)["found_on"], "score": "85", "by": "县政府督查室"}
    answer = post(officer, path, **now)
    assert answer.status_code == 422
    assert "请填写“设施完好、正常使用”" in answer.text
    points = {f"check-{n}": "yes" if n else "no" for n in range(5)}
    published(officer, moderator, path, **now, **points)
    found = rows(app, at, key)[at.revisit]
    assert list(found["checklist"].values()) == [False, True, True, True, True]
    assert found["score"] == 85
