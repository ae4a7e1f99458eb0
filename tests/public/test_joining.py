"""Cases that are there already: shown before a letter is sent, and joined instead."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases import joining
from portal.cases.categories.models import Category
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.parts import CaseFile, CaseJoiner, CaseUpload
from portal.cases.workflow import Visibility
from portal.db import session
from portal.files.actions import Accepted, store
from portal.files.models import MediaType, StoredFile
from tests import factories
from tests.public.test_intake_files import FORM as WITH_KEY
from tests.public.test_intake_files import jpeg

TITLE, BODY = "文昌路水管漏水没人修", "文昌路供水管道漏水，路面全是水，一直没有人来修。"
FORM = {
    "kind": "complaint",
    "title": "文昌路的自来水管漏水",
    "body": "文昌路水管爆了，漏水漏了几天，没人修。",
    "phone": "13800001234",
    "submission_key": "a" * 32,
    "told": "",
}


def published(s, title: str = TITLE, body: str = BODY, *, days: int = 1, **more) -> Case:
    """A public case that a department has, sent some days ago."""
    at = clock.now() - timedelta(days=days)
    case = factories.case(s, at=at, title="原题", body="原文，电话13900009999。", **more)
    unit = factories.department(s)
    factories.actions.assign(s, case, unit, actor=factories.MODERATOR, at=at)
    factories.actions.publish(
        s, case, public_title=title, public_body=body, actor=factories.MODERATOR, at=at
    )
    return case


@pytest.fixture
def there(write) -> str:
    """The reference of a public case about the leak, with a photo everybody may see."""

    def make(s):
        case = published(s)
        shown = store(s, Accepted(b"abc", MediaType.JPEG, 4, 3), at=factories.AT)
        original = store(s, Accepted(b"abcd", MediaType.JPEG, 4, 3), at=factories.AT)
        s.add(
            CaseFile(
                case_id=case.id,
                file_id=original.id,
                name="",
                visibility=Visibility.PUBLIC,
                public_file_id=shown.id,
            )
        )
        return case.reference

    return write(make)


def send(client, **more):
    return client.post("/feedback/new", data=FORM | more)


def again(client, page, **more):
    hidden = dict(re.findall(r'name="(told)"[^>]*value="([^"]*)"', page))
    return client.post("/feedback/new", data=FORM | hidden | more)


def joined(app, reference: str) -> int:
    with app.app_context():
        return session().scalar(select(Case.joined).where(Case.reference == reference))


# --- shown before a letter is sent -------------------------------------------------


def test_a_likely_duplicate_is_shown_with_text_and_picture(client, there):
    page = send(client)
    assert page.status_code == 200
    for text in (TITLE, BODY, "/case-files/", f"/feedback/{there}/join", "都不是，提交我的"):
        assert text in page.text
    assert "通知 138****34" in page.text
    assert "13900009999" not in page.text
    assert FORM["body"] in page.text
    assert again(client, page.text).status_code == 303


def test_a_letter_about_something_else_goes_at_once(client, there):
    sent = send(client, title="县医院挂号排队太久", body="早上排了三个小时的队才挂上号。")
    assert sent.status_code == 303


def test_praise_and_what_never_is_public_are_compared_with_nothing(app, client, there):
    assert send(client, kind="praise").status_code == 303
    about = {"target_kind": "person", "target_name": "某某科长", "submission_key": "b" * 32}
    assert send(client, **about).status_code == 303


def test_what_is_answered_old_or_not_public_is_not_offered(client, write):
    def make(s):
        published(s, days=200)
        unit = factories.department(s)
        closed = factories.answered(s, unit, at=clock.now())
        factories.actions.close(s, closed, actor=factories.MODERATOR, at=clock.now())
        factories.actions.publish(
            s,
            closed,
            public_title=TITLE,
            public_body=BODY,
            actor=factories.MODERATOR,
            at=clock.now(),
        )
        factories.case(s, at=clock.now(), title=TITLE, body=BODY)

    write(make)
    assert send(client).status_code == 303


def test_only_public_words_are_compared(client, write):
    """Nobody finds out by trying what a writer wrote beside the public text."""
    write(lambda s: published(s, "路面问题", "请尽快处理。", place="文昌路水管漏水的地方"))
    assert send(client, place="文昌路水管漏水的地方").status_code == 303


def test_a_case_of_the_same_project_is_found_among_hundreds_of_others(client, write):
    def make(s):
        project = factories.project(s)
        first = published(s, project=project, days=100)
        for n in range(90):
            published(s, f"第{n}条街的路灯不亮", f"晚上{n}点以后一片漆黑。")
        return first.reference, project.code

    reference, code = write(make)
    assert f"/feedback/{reference}/join" in send(client, project=code).text


def test_looking_for_duplicates_costs_the_same_whatever_their_number(
    client, write, count_queries, there
):
    costs = []
    for _ in range(2):
        with count_queries() as sent:
            assert "都不是" in send(client).text
        costs.append(sent.n)
        write(lambda s: [published(s, days=2 + n) for n in range(5)])
    assert costs[0] == costs[1]


# --- joining -----------------------------------------------------------------------


def test_joining_counts_once_and_the_count_shows(app, client, there):
    path = f"/feedback/{there}/join"
    page = client.post(path, follow_redirects=True)
    assert "已加入。现在有 1 人加入。" in page.text
    assert "您已经加入过" in client.post(path, follow_redirects=True).text
    assert "现在有 2 人加入" in app.test_client().post(path, follow_redirects=True).text
    assert joined(app, there) == 2
    assert "已有 2 人加入" in client.get("/feedback").text


def test_who_has_joined_is_told_so_and_is_not_asked_again(app, client, there):
    assert "我也是，加入这件" in client.get(f"/feedback/{there}").text
    page = client.post(f"/feedback/{there}/join", follow_redirects=True)
    for shown in (page.text, client.get(f"/feedback/{there}").text):
        assert "您已加入" in shown
        assert "我也是，加入这件" not in shown
    assert "我也是，加入这件" in app.test_client().get(f"/feedback/{there}").text


def test_nobody_learns_by_trying_whose_phone_has_joined(app, there):
    path = f"/feedback/{there}/join"

    def said(browser, contact: str) -> str:
        page = browser.post(path, data={"contact": contact}, follow_redirects=True).text
        return re.search(r'role="status"><p>(.*?)</p>', page, re.S)[1].strip()

    app.test_client().post(path, data={"contact": "13800001234"})
    for n, contact in enumerate(("13800001234", "13900005678", "13800001234"), 2):
        browser = app.test_client()
        assert f"已加入，有答复时通知您。现在有 {n} 人加入。" in said(browser, contact)
        again = {said(browser, other) for other in ("13800001234", f"1370000000{n}")}
        assert again == {f"您已经加入过这件诉求，不重复计数。有答复时通知您。现在有 {n} 人加入。"}
    assert joined(app, there) == 4


def test_a_contact_is_told_once_from_whatever_browser_and_is_sealed(app, there):
    path = f"/feedback/{there}/join"
    for contact in ("13800001234", " 138 0000 1234", "１３８００００１２３４"):
        assert app.test_client().post(path, data={"contact": contact}).status_code == 303
    with app.app_context():
        has_contact = CaseJoiner.contact.is_not(None)
        row = session().scalars(select(CaseJoiner).where(has_contact)).one()
        assert joining.contact_of(session(), row.id) == "13800001234"
        assert b"13800001234" not in row.contact
        assert len(row.person) == 64


def test_a_contact_that_cannot_be_told_is_asked_for_again(app, client, there):
    page = client.post(f"/feedback/{there}/join", data={"contact": "0571-1234567"})
    assert page.status_code == 422
    assert "请填写 11 位手机号" in page.text
    assert BODY in page.text
    assert joined(app, there) == 0


def test_what_is_answered_cannot_be_joined(client, write):
    reference = write(lambda s: factories.public(s, factories.department(s)).reference)
    assert "/join" not in client.get(f"/feedback/{reference}").text
    page = client.post(f"/feedback/{reference}/join")
    assert page.status_code == 409
    assert "不能加入" in page.text


def test_what_is_not_public_is_not_there_to_join(client, write):
    reference = write(lambda s: factories.case(s).reference)
    assert client.post(f"/feedback/{reference}/join").status_code == 404
    assert client.post("/feedback/nothing/join", data={"contact": "x"}).status_code == 404


def test_joining_from_the_form_lets_go_of_its_files_and_its_draft(app, client, there):
    client.post("/feedback/new", data=WITH_KEY | {"title": "", "photos": [jpeg()]})
    data = {"submission_key": WITH_KEY["submission_key"], "contact": "13800001234"}
    page = client.post(f"/feedback/{there}/join", data=data, follow_redirects=True)
    assert f'data-draft-done="{WITH_KEY["submission_key"]}"' in page.text
    assert "data-draft-done" not in client.get(f"/feedback/{there}").text
    with app.app_context():
        assert session().scalars(select(CaseUpload)).all() == []
        assert b"abc" in session().scalars(select(StoredFile.data)).all()
        assert len(session().scalars(select(StoredFile)).all()) == 2


def test_too_many_joins_from_one_contact_are_stopped(app, client, there):
    app.config["LIMIT_JOIN_CONTACT"] = "1/day"
    try:
        path, data = f"/feedback/{there}/join", {"contact": "13800001234"}
        assert client.post(path, data=data).status_code == 303
        assert app.test_client().post(path, data=data).status_code == 429
    finally:
        app.config["LIMIT_JOIN_CONTACT"] = "20/day"


# --- the list ----------------------------------------------------------------------


def test_the_list_is_narrowed_by_kind_group_and_department(client, write):
    def make(s):
        for code, parent in (("water", None), ("water.leak", "water"), ("other", None)):
            more = {"words": [], "questions": [], "stopper": {}, "is_active": True}
            s.add(Category(code=code, name=code, parent_code=parent, sort_order=1, **more))
            s.flush()
        matter = s.get(Category, "water.leak")
        one = published(s, "甲件", category=matter)
        two = published(s, "乙件", category=s.get(Category, "other"), kind=Kind.INQUIRY)
        return one.department.code, two.reference

    unit, _two = write(make)
    for query in ("kind=complaint", "group=water", f"department={unit}"):
        page = client.get(f"/feedback?{query}").text
        assert "甲件" in page, query
        assert "乙件" not in page, query
    assert "没有符合条件" in client.get(f"/feedback?department={unit}&kind=praise").text
    assert 'value="report"' not in client.get("/feedback").text
    for query in ("group=%00", "department='", "kind=report"):
        assert client.get(f"/feedback?{query}").status_code == 200


def test_the_next_page_keeps_what_the_list_is_narrowed_to(client, write):
    write(lambda s: [published(s, f"第{n}件") for n in range(26)])
    page = client.get("/feedback?kind=complaint").text
    following = re.search(r'rel="next" href="([^"]+)"', page)[1]
    assert "kind=complaint" in following
    assert client.get(following.replace("&amp;", "&")).text.count('class="card"') == 1


@pytest.mark.parametrize(
    ("name", "shown"), [("路灯", "Street lights"), ("热水费10%s", "热水费10%s")]
)
def test_a_category_is_named_in_the_visitors_language(client, write, name, shown):
    def make(s):
        more = {"words": [], "questions": [], "stopper": {}, "is_active": True, "sort_order": 1}
        group = Category(code="light", name=name, **more)
        s.add(group)
        s.flush()
        s.add(Category(code="light.one", name=name, parent=group, **more))
        s.flush()
        return published(s, category=s.get(Category, "light.one")).reference

    reference = write(make)
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    assert f"{shown} · {shown}" in client.get(f"/feedback/{reference}").text
    assert f'<option value="light">{shown}</option>' in client.get("/feedback").text


def test_the_page_of_a_case_tells_its_channel(client, write):
    reference = write(lambda s: published(s).reference)
    page = client.get(f"/feedback/{reference}").text
    assert "来源渠道" in page
    assert "网上" in page
