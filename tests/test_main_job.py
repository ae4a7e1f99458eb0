"""The main job over HTTP, on both databases: from a form to an answered, judged case."""

import re

import pytest
from sqlalchemy import event, func, select

from portal import clock, limits
from portal.cases.models import Case
from portal.db import session
from portal.projects.models import ProjectStatus
from portal.ratings.models import Rating, RatingRevision
from portal.security import Role
from tests import factories

FORM = {
    "kind": "complaint",
    "title": "路口积水三天没人管",
    "body": "城东路口积水，电话13800001234，车牌青A·X1234。",
    "name": "居民",
    "phone": "138 0000 1234",
    "consent_publish": "y",
}


ANSWER = "城东路口积水是排水口堵塞，已疏通并加大管径，经办电话13900005678。"


def receipt_of(page) -> tuple[str, str]:
    reference = re.search(r'id="reference">([^<]+)<', page.text)
    code = re.search(r'id="query-code">([^<]+)<', page.text)
    return reference[1], code[1]


def submit(client, **more) -> tuple[str, str]:
    page = client.post("/feedback/new", data=FORM | more, follow_redirects=True)
    assert page.status_code == 200
    return receipt_of(page)


def track(client, reference, code):
    data = {"reference": reference, "code": code}
    return client.post("/track", data=data, follow_redirects=True)


@pytest.fixture
def unit(write):
    """A department's id and code."""

    def make(s):
        found = factories.department(s)
        return found.id, found.code

    return write(make)


def test_the_main_job_from_the_form_to_the_verdict(app, sign_in, unit):
    resident = app.test_client()
    reference, code = submit(resident)
    moderator, officer = sign_in(Role.MODERATOR), sign_in(Role.OFFICER, unit[0])
    at_moderation, at_desk = f"/moderation/cases/{reference}", f"/desk/cases/{reference}"

    page = moderator.get(at_moderation)
    assert "[电话已隐去]" in page.text
    assert "13800001234" in page.text
    assert "138****34" in page.text
    texts = {"public_title": "路口积水", "public_body": "城东路口积水。"}
    steps = [
        (moderator, f"{at_moderation}/assign", {"department": unit[1]}),
        (moderator, f"{at_moderation}/redact", texts | {"note": "车牌以外也只写地点。"}),
        (moderator, f"{at_moderation}/publish", {}),
        (officer, f"{at_desk}/sign", {}),
        (officer, f"{at_desk}/answer", {"text": ANSWER}),
        (moderator, f"{at_moderation}/close", {}),
    ]
    for who, path, data in steps:
        assert who.post(path, data=data).status_code == 303, path

    public = app.test_client().get(f"/feedback/{reference}")
    assert "城东路口积水。" in public.text
    assert "已疏通" in public.text
    for secret in ("13800001234", "13900005678", "青A·X1234"):
        assert secret not in public.text
    own = track(resident, reference, code)
    assert "青A·X1234" in own.text
    assert "13900005678" in own.text
    verdict = {"resolved": "yes", "satisfaction": "5", "note": "谢谢"}
    done = resident.post(f"/track/{reference}/verdict", data=verdict, follow_redirects=True)
    assert "您的评价" in done.text
    again = resident.post(f"/track/{reference}/verdict", data=verdict)
    assert again.status_code == 409
    assert "已解决" in app.test_client().get(f"/feedback/{reference}").text


def test_not_resolved_goes_back_to_the_department_once(client, sign_in, write, unit):
    reference, code = submit(client)

    def lead(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        department = s.get(factories.Department, unit[0])
        factories.actions.assign(s, found, department, actor=factories.MODERATOR, at=clock.now())
        officer = factories.officer(department)
        factories.actions.sign(s, found, actor=officer, at=clock.now())
        factories.actions.answer(s, found, "已修。", actor=officer, at=clock.now())
        factories.actions.close(s, found, actor=factories.MODERATOR, at=clock.now())

    write(lead)
    track(client, reference, code)
    verdict = {"resolved": "no", "satisfaction": "1", "note": ""}
    refused = client.post(f"/track/{reference}/verdict", data=verdict)
    assert refused.status_code == 422
    verdict["note"] = "还是积水"
    page = client.post(f"/track/{reference}/verdict", data=verdict, follow_redirects=True)
    assert "重新办理" in page.text
    assert "已派单" in page.text


def test_a_form_with_faults_says_what_to_mend_and_keeps_what_was_written(client):
    page = client.post("/feedback/new", data={"body": "写了很久的内容", "phone": "12"})
    assert page.status_code == 422
    for text in ("写了很久的内容", "请填写标题", "请选择要反映的类型", "11 位手机号"):
        assert text in page.text
    nobody = client.post("/feedback/new", data=FORM | {"phone": "", "email": ""})
    assert "至少一项" in nobody.text


@pytest.mark.parametrize("body", ["a" * 2001, "", " \n "])
def test_texts_of_the_wrong_length_are_refused(client, body):
    assert client.post("/feedback/new", data=FORM | {"body": body}).status_code == 422


def test_invisible_characters_never_reach_the_database(app, client):
    reference, _code = submit(client, title="水\x00管\u202e漏")
    with app.app_context():
        title = session().scalar(select(Case.title).where(Case.reference == reference))
    assert title == "水管漏"


def test_sending_the_same_form_twice_makes_one_case(app, client):
    first = submit(client, submission_key="the key of this opened form")
    second = submit(client, submission_key="the key of this opened form")
    assert first == second
    with app.app_context():
        assert session().scalar(select(func.count(Case.id))) == 1


def test_a_receipt_is_for_the_browser_that_sent_the_case(app, client):
    reference, code = submit(client)
    stranger = app.test_client().get(f"/feedback/receipt/{reference}")
    assert stranger.status_code == 302
    assert code not in stranger.text


def test_without_the_query_code_a_case_stays_closed(app, client):
    reference, code = submit(client)
    stranger = app.test_client()
    assert track(stranger, reference, "0000000000").status_code == 422
    assert stranger.get(f"/track/{reference}").status_code == 302
    verdict = {"resolved": "yes", "satisfaction": "5"}
    for data in (verdict, {}):
        assert stranger.post(f"/track/{reference}/verdict", data=data).location == "/track"
    assert stranger.post(f"/track/{reference}/withdraw").location == "/track"
    spaced = " ".join(code)
    assert "城东路口积水" in track(stranger, reference, spaced).text


def test_a_writer_takes_a_case_back(client):
    reference, code = submit(client)
    track(client, reference, code)
    page = client.post(f"/track/{reference}/withdraw", data={"note": "好了"}, follow_redirects=True)
    assert "已撤回" in page.text
    assert client.post(f"/track/{reference}/withdraw").status_code == 409


def test_the_second_moderator_is_shown_what_changed(client, sign_in, unit):
    reference, _code = submit(client)
    one, two = sign_in(Role.MODERATOR), sign_in(Role.MODERATOR)
    path = f"/moderation/cases/{reference}"
    seen = re.search(r'name="seen" value="(\d+)"', two.get(path).text)[1]
    assert one.post(f"{path}/assign", data={"department": unit[1], "seen": seen}).status_code == 303
    note = "这是我写了很久的一段说明，不应当丢失。"
    late = two.post(f"{path}/reject", data={"reason": "unclear", "note": note, "seen": seen})
    assert late.status_code == 409
    assert "派给承办单位" in late.text
    assert note in late.text
    assert two.post(f"{path}/assign", data={"department": unit[1]}).status_code == 409


def test_a_rating_is_taken_once_for_each_browser_and_keeps_its_history(app, client, write):
    code = write(lambda s: factories.project(s).code)
    for level in ("5", "2"):
        page = client.post(f"/projects/{code}/rate", data={"level": level, "comment": "好"})
        assert page.status_code == 303
    with app.app_context():
        assert session().scalars(select(Rating.level)).all() == [2]
        assert session().scalars(select(RatingRevision.level)).all() == [5]
    page = client.get(f"/projects/{code}")
    assert "样本不足" in page.text


@pytest.mark.parametrize("level", ["", "0", "6", "x"])
def test_a_level_outside_the_scale_is_refused(client, write, level):
    code = write(lambda s: factories.project(s).code)
    assert client.post(f"/projects/{code}/rate", data={"level": level}).status_code == 422


def test_rating_explains_when_it_opens(client, write):
    code = write(lambda s: factories.project(s, status=ProjectStatus.IN_PROGRESS).code)
    page = client.get(f"/projects/{code}/rate")
    assert "评价尚未开放" in page.text
    assert "11月底。完成验收后，任何居民都可以在这里评价" in page.text
    assert client.post(f"/projects/{code}/rate", data={"level": "5"}).status_code == 409


def test_a_comment_is_read_before_the_public_sees_it(client, write, sign_in):
    code = write(lambda s: factories.project(s).code)
    client.post(f"/projects/{code}/rate", data={"level": "4", "comment": "水压很好"})
    assert "水压很好" not in client.get(f"/projects/{code}").text
    moderator = sign_in(Role.MODERATOR)
    page = moderator.get("/appraisal/comments").text
    path = re.search(r'action="(/appraisal/comments/ratings/\d+/publish)', page)[1]
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert moderator.post(path, data={"seen": seen}).status_code == 303
    assert "水压很好" in client.get(f"/projects/{code}").text


def test_too_many_cases_from_one_contact_are_stopped(app, client):
    app.config["LIMIT_FEEDBACK_CONTACT"] = "2/day"
    try:
        for _ in range(2):
            submit(app.test_client())
        page = app.test_client().post("/feedback/new", data=FORM)
    finally:
        app.config["LIMIT_FEEDBACK_CONTACT"] = "20/day"
    assert page.status_code == 429
    assert FORM["body"] in page.text
    assert "操作过于频繁" in page.text


@pytest.mark.parametrize("phone", ["１３８００００１２３４", "138\x00 00001234"])
def test_writing_a_number_otherwise_does_not_get_around_the_limit(app, phone):
    app.config["LIMIT_FEEDBACK_CONTACT"] = "1/day"
    try:
        submit(app.test_client())
        page = app.test_client().post("/feedback/new", data=FORM | {"phone": phone})
    finally:
        app.config["LIMIT_FEEDBACK_CONTACT"] = "20/day"
    assert page.status_code == 429


def test_the_counts_behind_a_limit_hold_neither_number_nor_address(app, client):
    submit(client)
    with app.app_context():
        keys = session().scalars(select(limits.RateLimit.key)).all()
    assert keys
    assert not [k for k in keys if "1380000" in k or "127.0.0.1" in k]


@pytest.mark.parametrize(
    "path",
    ["/", "/projects", "/feedback", "/moderation/", "/desk/", "/supervision/"],
)
def test_a_list_runs_the_same_queries_whatever_its_length(app, sign_in, write, unit, path):
    role = {"/moderation/": Role.MODERATOR, "/desk/": Role.OFFICER}.get(path, Role.INSPECTOR)
    browser = sign_in(role, unit[0] if role is Role.OFFICER else None)

    def more(s):
        department = s.get(factories.Department, unit[0])
        for _ in range(6):
            project = factories.project(s, unit=department)
            factories.public(s, department, project=project)
            factories.answered(s, department)
            found = factories.case(s, project=project)
            factories.actions.assign(
                s, found, department, actor=factories.MODERATOR, at=factories.AT
            )
            factories.case(s)

    counts = []
    for _ in range(2):
        write(more)
        statements = []
        engine = app.extensions["engine"]
        event.listen(engine, "before_cursor_execute", lambda *a, s=statements: s.append(a[2]))
        assert browser.get(path).status_code == 200
        counts.append(len([s for s in statements if s.lstrip().upper().startswith("SELECT")]))
    assert 0 < counts[0] == counts[1]


def test_key_paging_shows_every_case_once(sign_in, write):
    write(lambda s: [factories.case(s) for _ in range(57)])
    moderator = sign_in(Role.MODERATOR)
    seen, path = [], "/moderation/"
    for _ in range(5):
        page = moderator.get(path)
        seen += re.findall(r'href="/moderation/cases/([\d-]+)[?"]', page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        if not following:
            break
        path = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 57
    assert moderator.get("/moderation/?after=nonsense").status_code == 422
