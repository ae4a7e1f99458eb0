"""The way of a draft: kept, handed in, returned, changed, dropped, published by somebody else."""

import pytest

from portal import db
from portal.audit.models import AuditEntry
from portal.projects.models import Project
from portal.projects.quality.models import Hazard
from portal.projects.record.models import Change, Draft, DraftState
from portal.security import Role
from tests import factories
from tests.editing.examples import place, publish, typed
from tests.editing.room import draft_of, handed_in, post, published, shown, with_file
from tests.editing.room import publish as press_publish

HAZARD = {"level": "general", "description": "沟槽未支护"}


@pytest.fixture
def at(write):
    return write(place)


@pytest.fixture
def officer(sign_in, at):
    return sign_in(Role.OFFICER, at.unit, "officer-a")


@pytest.fixture
def moderator(sign_in):
    return sign_in(Role.MODERATOR)


@pytest.fixture
def hazard(write, at):
    """A hazard that stands in public."""

    def make(s):
        return publish(s, s.get(Project, at.project), "hazard", typed("hazard", at)).id

    return write(make)


def read(app, model, ident):
    with app.app_context():
        return db.session().get(model, ident)


def acts(app):
    with app.app_context():
        return [e.act for e in db.session().query(AuditEntry).order_by(AuditEntry.id)]


def test_a_draft_may_be_incomplete_until_it_is_handed_in(app, officer, at):
    path = f"/editing/{at.code}/hazard/new"
    draft = draft_of(post(officer, path, "keep", **HAZARD))
    assert read(app, Draft, draft).state is DraftState.DRAFT
    refused = officer.post(f"/editing/drafts/{draft}/submit")
    assert refused.status_code == 422
    assert "请填写“整改期限”" in refused.text
    change = f"/editing/drafts/{draft}/change"
    assert 'value="' in officer.get(change).text
    assert draft_of(post(officer, change, **typed("hazard", at))) == draft
    assert read(app, Draft, draft).state is DraftState.SUBMITTED
    assert acts(app)[-3:] == ["draft:keep", "draft:keep", "draft:submit"]


def test_all_that_is_missing_is_said_at_once_and_what_was_typed_stays(officer, at):
    answer = post(officer, f"/editing/{at.code}/hazard/new", description="<b>坑</b>")
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    for label in ("等级", "整改期限"):
        assert f"请填写“{label}”" in answer.text
    assert "&lt;b&gt;坑&lt;/b&gt;" in answer.text


def test_a_returned_draft_comes_back_with_words_and_can_be_handed_in_again(
    app, officer, moderator, at
):
    draft = handed_in(officer, f"/editing/{at.code}/hazard/new", **typed("hazard", at))
    wordless = moderator.post(f"/editing/review/{draft}/return", data={"note": " "})
    assert wordless.status_code == 422
    assert "请写明退回的理由。" in wordless.text
    words = {"note": "请写明位置。"}
    assert moderator.post(f"/editing/review/{draft}/return", data=words).status_code == 303
    for path in ("/editing/", f"/editing/{at.code}", f"/editing/drafts/{draft}"):
        assert "请写明位置。" in officer.get(path).text, path
    better = typed("hazard", at) | {"description": "城东路口沟槽未支护"}
    post(officer, f"/editing/drafts/{draft}/change", **better)
    assert press_publish(moderator, draft).status_code == 303
    assert read(app, Draft, draft).state is DraftState.PUBLISHED
    assert "draft:return" in acts(app)


def test_a_colleague_of_the_department_may_carry_on(app, officer, sign_in, at):
    draft = draft_of(post(officer, f"/editing/{at.code}/hazard/new", "keep", **HAZARD))
    colleague = sign_in(Role.OFFICER, at.unit, "officer-b")
    assert draft_of(post(colleague, f"/editing/drafts/{draft}/change", **typed("hazard", at)))
    assert colleague.post(f"/editing/drafts/{draft}/drop").status_code == 303
    assert read(app, Draft, draft).state is DraftState.DROPPED
    again = colleague.post(f"/editing/drafts/{draft}/submit")
    assert again.status_code == 409


def test_nobody_publishes_or_returns_what_they_wrote_themselves(app, sign_in, at):
    admin = sign_in(Role.ADMIN, username="admin-a")
    draft = handed_in(admin, f"/editing/{at.code}/hazard/new", **typed("hazard", at))
    page = admin.get(f"/editing/review/{draft}")
    assert "须由另一位工作人员审核" in page.text
    assert "/publish" not in page.text
    assert press_publish(admin, draft).status_code == 403
    returned = admin.post(f"/editing/review/{draft}/return", data={"note": "改一下"})
    assert returned.status_code == 403
    assert press_publish(sign_in(Role.ADMIN, username="admin-b"), draft).status_code == 303
    with app.app_context():
        log = db.session().query(Change).filter_by(section="hazard").all()
        assert {c.organisation for c in log} == {"本县"}  # no user name in public


def test_a_draft_is_published_once(app, officer, moderator, at):
    draft = handed_in(officer, f"/editing/{at.code}/hazard/new", **typed("hazard", at))
    assert press_publish(moderator, draft).status_code == 303
    again = press_publish(moderator, draft)
    assert again.status_code == 409
    assert "这份填报已被处理，您的操作没有执行。" in again.text
    late = moderator.post(
        f"/editing/review/{draft}/return", data={"note": "退回的理由：请把位置、深度和责任人写清楚"}
    )
    assert late.status_code == 409
    assert "退回的理由：请把位置、深度和责任人写清楚" in late.text
    with app.app_context():
        assert db.session().query(Hazard).filter_by(project_id=at.project).count() == 1


def test_the_same_button_twice_makes_one_draft(app, officer, at):
    path = f"/editing/{at.code}/hazard/new"
    first = handed_in(officer, path, **typed("hazard", at))
    assert handed_in(officer, path, **typed("hazard", at)) == first
    with app.app_context():
        assert db.session().query(Draft).count() == 1


def test_a_form_opened_before_a_colleague_was_faster_shows_what_is_new(
    app, officer, moderator, sign_in, at, hazard
):
    path = f"/editing/{at.code}/hazard/{hazard}"
    old_mark = officer.get(path).text.split('name="seen" value="')[1].split('"')[0]
    now = typed("hazard", at)
    published(officer, moderator, path, **(now | {"fix_note": "已加固"}))
    mine = now | {"description": "我写的情况", "fix_note": "", "seen": old_mark, "act": "submit"}
    late = officer.post(path, data=mine)
    assert late.status_code == 409
    assert "原来的内容已被修改" in late.text
    assert "已加固" in shown(late.text)
    assert "我写的情况" in late.text
    new_mark = late.text.split('name="seen" value="')[1].split('"')[0]
    again = officer.post(path, data=mine | {"seen": new_mark})
    assert press_publish(moderator, draft_of(again)).status_code == 303
    assert read(app, Hazard, hazard).description == "我写的情况"


def test_two_drafts_of_one_row_the_second_is_not_published_over_the_first(
    app, officer, moderator, at, hazard
):
    path, now = f"/editing/{at.code}/hazard/{hazard}", typed("hazard", at)
    first = handed_in(officer, path, **(now | {"description": "甲"}))
    second = handed_in(officer, path, **(now | {"description": "乙"}))
    assert "这里已有一份未公开的填报" in officer.get(path).text
    assert press_publish(moderator, first).status_code == 303
    assert "原记录已被修改" in moderator.get(f"/editing/review/{second}").text
    late = press_publish(moderator, second)
    assert late.status_code == 409
    assert read(app, Hazard, hazard).description == "甲"
    words = {"note": "请核对后再提交。"}
    assert moderator.post(f"/editing/review/{second}/return", data=words).status_code == 303
    assert officer.post(f"/editing/drafts/{second}/submit").status_code == 409
    post(officer, f"/editing/drafts/{second}/change", **(now | {"description": "乙"}))
    assert press_publish(moderator, second).status_code == 303
    assert read(app, Hazard, hazard).description == "乙"


def test_a_draft_of_a_row_that_went_is_not_published(app, officer, moderator, at, hazard):
    path, now = f"/editing/{at.code}/hazard/{hazard}", typed("hazard", at)
    draft = handed_in(officer, path, **(now | {"description": "甲"}))
    published(officer, moderator, f"{path}/remove")
    late = press_publish(moderator, draft)
    assert late.status_code == 409
    assert "原记录已被删除" in late.text
    assert moderator.get(f"/editing/review/{draft}").status_code == 200
    assert officer.get(f"/editing/drafts/{draft}").status_code == 200
    words = {"note": "原记录已删除。"}
    assert moderator.post(f"/editing/review/{draft}/return", data=words).status_code == 303
    assert officer.get(f"/editing/drafts/{draft}/change").status_code == 409
    assert officer.post(f"/editing/drafts/{draft}/drop").status_code == 303


def test_a_form_of_a_row_that_went_keeps_what_was_typed(officer, moderator, at, hazard, write):
    path = f"/editing/{at.code}/hazard/{hazard}"
    assert officer.get(path).status_code == 200
    write(lambda s: s.delete(s.get(Hazard, hazard)))
    late = officer.post(path, data=typed("hazard", at) | {"seen": "x", "act": "submit"})
    assert late.status_code == 404
    assert "沟槽未支护" not in late.text  # too short to be worth keeping
    long = {"description": "城东路口向北二十米处的沟槽没有按方案支护"}
    assert long["description"] in officer.post(path, data=long).text


def test_nothing_changed_is_said_and_not_handed_in(officer, at, hazard):
    answer = post(officer, f"/editing/{at.code}/hazard/{hazard}", **typed("hazard", at))
    assert answer.status_code == 422
    assert "没有修改任何内容。" in answer.text


def test_what_no_longer_holds_is_refused_when_it_is_published(app, officer, moderator, at):
    path = f"/editing/{at.code}/plan/new"
    first = typed("plan", at)
    one, two = handed_in(officer, path, **first), handed_in(officer, path, **first, extra="x")
    assert one == two  # the very same plan
    other = handed_in(officer, path, **(first | {"percent": "70"}))
    assert press_publish(moderator, one).status_code == 303
    refused = press_publish(moderator, other)
    assert refused.status_code == 422
    assert "已有相同“截止日”的记录" in refused.text
    assert read(app, Draft, other).state is DraftState.SUBMITTED


def test_the_queue_has_the_longest_waiting_first_and_pages(app, officer, moderator, at):
    path = f"/editing/{at.code}/participant/new"
    for n in range(27):
        handed_in(officer, path, role="builder", name=f"公司{n}")
    page = moderator.get("/editing/review")
    assert "等待审核 27 份" in page.text
    assert page.text.count("/editing/review/") == 25
    following = page.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert moderator.get(following).text.count("/editing/review/") == 2
    assert moderator.get("/editing/review?after=!!").status_code == 422


def test_another_departments_file_and_drafts_are_closed(sign_in, officer, at, write):
    draft = draft_of(post(officer, f"/editing/{at.code}/hazard/new", "keep", **HAZARD))
    stranger = sign_in(Role.OFFICER, write(lambda s: factories.department(s).id))
    for path in (f"/editing/drafts/{draft}", f"/editing/drafts/{draft}/change"):
        assert stranger.get(path).status_code == 403
    assert stranger.get(f"/editing/drafts/{draft}/file").status_code == 403
    for act in ("submit", "drop"):
        assert stranger.post(f"/editing/drafts/{draft}/{act}").status_code == 403
    assert officer.get(f"/editing/drafts/{draft}/file").status_code == 404


def test_drafts_of_a_project_that_was_withdrawn_are_shown_nowhere(officer, moderator, at, write):
    draft = handed_in(officer, f"/editing/{at.code}/hazard/new", **typed("hazard", at))
    write(lambda s: setattr(s.get(Project, at.project), "withdrawn_at", factories.AT))
    assert "等待审核 0 份" in moderator.get("/editing/review").text
    assert at.code not in officer.get("/editing/").text
    assert press_publish(moderator, draft).status_code == 404
    assert moderator.get(f"/editing/review/{draft}").status_code == 404
    assert officer.post(f"/editing/drafts/{draft}/drop").status_code == 404
    for path in (f"/editing/{at.code}", f"/editing/drafts/{draft}"):
        assert officer.get(path).status_code == 404


def test_a_draft_that_was_only_kept_is_not_for_reviewers(officer, moderator, at):
    path = f"/editing/{at.code}/photo/new"
    kept = draft_of(post(officer, path, "keep", **with_file("photo", typed("photo", at))))
    assert officer.get(f"/editing/drafts/{kept}/file").status_code == 200
    for door in (f"/editing/review/{kept}", f"/editing/drafts/{kept}/file"):
        assert moderator.get(door).status_code in (403, 404), door
    assert press_publish(moderator, kept).status_code == 404
    assert officer.post(f"/editing/drafts/{kept}/submit").status_code == 303
    for door in (f"/editing/review/{kept}", f"/editing/drafts/{kept}/file"):
        assert moderator.get(door).status_code == 200, door


@pytest.mark.parametrize("who", ["old", "new", "admin"])
def test_drafts_of_a_department_that_no_longer_leads_can_be_cleared_away(
    app, officer, sign_in, at, write, who
):
    draft = handed_in(officer, f"/editing/{at.code}/hazard/new", **typed("hazard", at))
    new = sign_in(Role.OFFICER, at.other, "officer-b")
    admin = sign_in(Role.ADMIN, None, "admin-a")
    assert admin.post(f"/editing/drafts/{draft}/drop").status_code == 403  # it is not theirs yet
    write(lambda s: setattr(s.get(Project, at.project), "department_id", at.other))
    person = {"old": officer, "new": new, "admin": admin}[who]
    assert f"/editing/drafts/{draft}/drop" in person.get(f"/editing/drafts/{draft}").text
    assert person.get(f"/editing/drafts/{draft}/change").status_code == 403
    assert person.post(f"/editing/drafts/{draft}/drop").status_code == 303
    assert read(app, Draft, draft).state is DraftState.DROPPED
