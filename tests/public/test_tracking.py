"""The writer's own page: what they see of a case, and what they may do with the answer."""

import hashlib
import re
from functools import partial

import pytest

from portal.cases import actions, assists, merging, questions, returns, targets
from portal.cases.kinds import Kind, TargetKind
from portal.cases.parts import CaseFile
from portal.cases.revealing import reveal_contact
from portal.cases.targets import Target
from portal.cases.workflow import State, Visibility
from portal.county.models import Setting
from portal.files.models import MediaType, StoredFile
from tests import factories
from tests.factories import AT, MODERATOR
from tests.public.writing import DAY, answer, at_time, facts, letter, of, prove, publish

VERDICT = {"resolved": "yes", "satisfaction": "4"}


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    at_time(monkeypatch)


@pytest.fixture
def closed(client, write):
    """A closed case whose writer has shown the code."""
    found = letter(write, answer)
    assert prove(client, found).status_code == 200
    return found


def text(client, found) -> str:
    """The writer's page, without the frame around it."""
    page = client.get(found.door)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return page.text.split("<main")[1].split("</main>")[0]


def seen_words(page: str) -> str:
    """What is read of a page, without marks."""
    return re.sub(r"<[^>]+>", "", page)


# What the page shows


def test_a_waiting_case_says_who_has_it_and_until_when(client, write):
    found = letter(write)
    page = seen_words(prove(client, found).text)
    assert "正在审核派单；2026-03-09 之前答复。" in page
    assert "2026-03-03 之前" in page  # screening: one working day
    assert "2026-03-09 之前" in page  # the answer: five
    assert "期限内" in page


@pytest.mark.parametrize(("days", "word"), [(1, "期限内"), (7, "即将到期"), (8, "已超期")])
def test_the_promised_day_has_a_light_in_words(client, write, monkeypatch, days, word):
    found = letter(
        write, lambda s, case, unit: actions.assign(s, case, unit, actor=MODERATOR, at=AT)
    )
    at_time(monkeypatch, AT + days * DAY)
    page = prove(client, found).text
    assert len(re.findall(rf"</svg>{word}</span>", page)) == 2  # at the head and beside the day


def test_a_case_nobody_was_found_for_is_with_the_inspectors_and_late_is_said(
    client, write, monkeypatch
):
    def dispute(s, case, unit):
        why = {"note": "不是我们的事", "basis": "三定方案第二条"}
        turns = ((unit, returns.return_), (factories.department(s), returns.dispute))
        for department, hand in turns:
            actions.assign(s, case, department, actor=MODERATOR, at=AT)
            hand(s, case, actor=factories.officer(department), at=AT, **why)

    found = letter(write, dispute)
    page = seen_words(prove(client, found).text)
    assert "督查室正在裁定由谁办理；2026-03-09 之前答复。" in page
    assert not re.search(r"县水利局\d*，", page)
    at_time(monkeypatch, AT + 8 * DAY)
    page = seen_words(prove(client, found).text)
    assert "督查室正在裁定由谁办理；承诺 2026-03-09 之前答复，已超期。" in page


def test_a_late_department_is_said_to_be_late(client, write, monkeypatch):
    assign = partial(actions.assign, actor=MODERATOR, at=AT)
    found = letter(write, assign)
    at_time(monkeypatch, AT + 8 * DAY)
    page = seen_words(prove(client, found).text)
    assert re.search(r"县水利局\d*，承诺 2026-03-09 之前答复，已超期。", page)


@pytest.mark.parametrize("end", ["reject", "withdraw", "close"])
def test_what_is_over_has_nobody_at_work_and_no_promised_day(client, write, end):
    def finish(s, case, unit):
        if end == "reject":
            actions.reject(s, case, "counter", actor=MODERATOR, at=AT)
        elif end == "withdraw":
            actions.withdraw(s, case, actor=factories.writer(case), at=AT)
        else:
            answer(s, case, unit)

    page = seen_words(prove(client, letter(write, finish)).text)
    assert "基本情况" in page
    for gone in ("谁在办理", "承诺答复", "之前答复"):
        assert gone not in page


def test_who_did_not_agree_is_told_that_and_not_that_it_was_decided(client, write):
    found = letter(write, consent_publish=False)
    assert re.search(r"公开状态\s*您没有同意公开", seen_words(prove(client, found).text))
    agreed = letter(write)
    assert re.search(r"公开状态\s*未公开", seen_words(prove(client, agreed).text))


def test_the_answers_of_a_case_handled_twice_say_of_which_round_they_are(
    client, closed, write, monkeypatch
):
    assert "轮答复" not in text(client, closed)
    at_time(monkeypatch, AT + DAY / 48)
    client.post(f"{closed.door}/verdict", data=VERDICT | {"resolved": "no", "note": "还是漏"})
    assert "第 1 轮答复" in text(client, closed)

    def go_on(s):
        case, at = of(s, closed.reference), AT + DAY / 24
        officer = factories.officer(case.department)
        actions.sign(s, case, actor=officer, at=at)
        actions.answer(s, case, "再次修好。", actor=officer, at=at)
        other = factories.Actor("m2", factories.Role.MODERATOR)
        actions.close(s, case, actor=other, at=at, note="已两次到场")

    write(go_on)
    page = seen_words(text(client, closed))
    assert re.search(r"第 1 轮答复.*已于周二修好.*第 2 轮答复.*再次修好", page, re.S)


def test_a_closed_case_has_no_light_and_says_whether_it_was_in_time(client, closed):
    page = text(client, closed)
    assert "首次答复按时" in page
    for word in ("期限内", "即将到期", "已超期"):
        assert f"</svg>{word}" not in page


def test_a_refusal_names_reason_words_and_where_to_go(client, write):
    def refuse(s, case, unit):
        actions.reject(s, case, "counter", actor=MODERATOR, at=AT, note="请带身份证原件。")

    page = prove(client, letter(write, refuse)).text
    for words in ("应当到窗口申请办理的许可", "请到县政务服务中心窗口", "请带身份证原件。"):
        assert words in page


def test_every_look_at_the_contact_is_told_without_the_name(client, write):
    def look(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)
        who = factories.account(s, "zhangsan-officer", factories.Role.OFFICER, unit)
        officer = factories.Actor(who.username, who.role, who.id, unit.id)
        reveal_contact(s, case, actor=officer, at=AT, note="上门前核对地址")
        reveal_contact(s, case, actor=MODERATOR, at=AT + DAY, note="核实来信人意愿")

    found = letter(write, look)
    page = seen_words(prove(client, found).text)
    assert "您的联系方式被查看 2 次" in page
    assert re.search(r"2026-03-02 10:00 县水利局\d+：上门前核对地址", page)
    assert "2026-03-03 10:00 审核员：核实来信人意愿" in page
    assert "zhangsan-officer" not in page
    assert MODERATOR.name not in page.replace("moderation", "")


def test_nobody_has_looked_is_said_too_and_so_is_no_contact(client, write):
    assert "还没有工作人员查看过" in prove(client, letter(write)).text
    assert "您没有留下联系方式" in prove(client, letter(write, contact=None)).text


def test_helpers_are_a_number_and_no_names(client, write):
    def help_(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)
        for name in ("县交通局", "县城管局", "县气象局"):
            other = factories.department(s, name)
            assists.ask_assist(s, case, other, actor=MODERATOR, at=AT, note="请看看路面")
        last = case.assists[-1].department
        assists.end_assist(s, case, last, actor=MODERATOR, at=AT, note="不需要了")

    page = seen_words(prove(client, letter(write, help_)).text)
    assert "另有 2 个单位协办" in page
    for name in ("县交通局", "县城管局", "县气象局", "请看看路面", "不需要了"):
        assert name not in page


def test_the_lead_is_not_said_to_have_done_what_a_helper_did(client, write):
    def help_(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)
        other = factories.department(s, "县交通局")
        assists.ask_assist(s, case, other, actor=MODERATOR, at=AT, note="请看看路面")
        officer = factories.officer(other)
        assists.assist(s, case, actor=officer, at=AT, text="路面归县里")

    page = prove(client, letter(write, help_)).text
    step = page.split("协办单位提交意见")[1].split("</li>")[0]
    assert "县" not in step
    assert "路面归县里" not in page


def test_a_merged_case_says_so_and_never_shows_the_other_one(client, write):
    made = {}

    def merge(s, case, unit):
        parent = factories.case(s, title="别人的标题在此", body="别人写的内容在此。")
        merging.merge(s, case, parent, actor=MODERATOR, at=AT, note="同一处漏水")
        made["parent"], made["unit"] = parent.reference, unit.id

    found = letter(write, merge)
    page = prove(client, found).text
    assert "已与另一件诉求并案办理，答复同时发给您" in page
    for hidden in (made["parent"], "别人的标题", "别人写的", "同一处漏水"):
        assert hidden not in page

    def show(s):
        unit = s.get(factories.Department, made["unit"])
        publish(s, of(s, made["parent"]), unit, "公开的标题", "公开的内容。")

    write(show)
    assert f'href="/feedback/{made["parent"]}"' in text(client, found)


def test_an_answer_that_came_with_another_case_is_read_as_it_was_made_fit_for_others(client, write):
    def merge(s, case, unit):
        parent = factories.case(s)
        actions.assign(s, parent, unit, actor=MODERATOR, at=AT)
        actions.sign(s, parent, actor=factories.officer(unit), at=AT)
        merging.merge(s, case, parent, actor=MODERATOR, at=AT)
        said = "李四先生您好，您家18900002222的水管已修好。"
        actions.answer(s, parent, said, actor=factories.officer(unit), at=AT)
        made_fit = "您好，水管已修好。"
        actions.close(s, parent, actor=MODERATOR, at=AT, answer_text=made_fit)

    found = letter(write, merge)
    page = prove(client, found).text
    assert "您好，水管已修好。" in page
    assert "李四" not in page
    assert "18900002222" not in page
    assert "由您来评价" in page


def test_a_report_of_wrongdoing_has_the_same_page_without_the_offices_notes(client, write):
    def office(s):
        unit = factories.department(s, "县纪委监委", "discipline")
        rules = {"report_department": "discipline"}
        s.add(Setting(key="intake", valid_from=AT.date(), value=rules, basis="测试"))
        return unit.id

    write(office)

    def work(s, case, unit):
        officer = factories.officer(case.department)
        actions.sign(s, case, actor=officer, at=AT, note="内部安排王五查办")

    about = [Target(TargetKind.PERSON, name="赵六")]
    found = letter(write, work, kind=Kind.REPORT, targets=about)
    page = prove(client, found).text
    assert "县纪委监委" in page
    assert "举报永不公开" in page
    assert "承办单位签收，开始办理" in page
    for hidden in ("王五", "申诉一次"):
        assert hidden not in page


def test_a_case_about_staff_says_that_it_is_never_public(client, write):
    about = [Target(TargetKind.PERSON, name="赵六")]
    assert "反映单位或工作人员的诉求不公开" in prove(client, letter(write, targets=about)).text


def test_hostile_text_is_shown_as_text(client, write):
    found = letter(write, title="<script>alert(1)</script>", body="<img src=x onerror=1>")
    page = prove(client, found).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


# Files


@pytest.fixture
def files(write):
    """A closed, public case with a photo shown blacked out and a private document."""

    def lead(s, case, unit):
        kept = [keep(s, kind, AT) for kind in ("photo", "blacked", "document")]
        photo = CaseFile(file=kept[0], name="门口.jpg", visibility=Visibility.PUBLIC)
        photo.public_file = kept[1]
        document = CaseFile(file=kept[2], name="", visibility=Visibility.PRIVATE)
        case.files += [photo, document]
        answer(s, case, unit)
        publish(s, case, unit)

    found = letter(write, lead)
    return found, write(lambda s: [row.id for row in of(s, found.reference).files])


def keep(s, name: str, at) -> StoredFile:
    """A kept file with some bytes; what they are is not looked at here."""
    is_photo = name != "document"
    row = StoredFile(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        media_type=MediaType.JPEG if is_photo else MediaType.PDF,
        size=len(name),
        width=40 if is_photo else None,
        height=30 if is_photo else None,
        data=name.encode(),
        created_at=at,
    )
    s.add(row)
    s.flush()
    return row


def test_the_writer_sees_the_files_as_they_came_and_what_became_of_each(client, files):
    found, (photo, document) = files
    page = prove(client, found).text
    assert "已公开，公开的照片遮盖了部分内容" in page
    assert "未公开" in page
    sent = client.get(f"{found.door}/files/{photo}")
    assert (sent.data, sent.mimetype) == (b"photo", "image/jpeg")
    assert "private" in sent.headers["Cache-Control"]
    assert client.get(f"{found.door}/files/{document}").data == b"document"


def test_nobody_else_gets_the_files_by_that_way(app, client, sign_in, write, files):
    found, (photo, _document) = files
    other = letter(write)
    prove(client, other)
    assert client.get(f"{found.door}/files/{photo}").location == "/track"
    assert client.get(f"{other.door}/files/{photo}").status_code == 404
    assert app.test_client().get(f"{found.door}/files/{photo}").location == "/track"
    moderator = sign_in(factories.Role.MODERATOR)
    assert moderator.get(f"{found.door}/files/{photo}").status_code == 403
    for number in (0, 2**31 - 1, 2**31, 10**30):
        assert client.get(f"{other.door}/files/{number}").status_code == 404


# Parts of a letter


def split(s, case, unit):
    """Take two matters out of a letter, and one out of the first of them."""
    parts = [merging.Part("路灯不亮", "南街路灯不亮。"), merging.Part("垃圾没人收", "北街垃圾。")]
    one, _two = merging.split(s, case, parts, actor=MODERATOR, at=AT)
    merging.split(s, one, [merging.Part("灯杆歪了", "灯杆歪了。")], actor=MODERATOR, at=AT)


def references(write, found) -> list[str]:
    """The letter's parts, and theirs."""

    def read(s):
        parts = of(s, found.reference).split_off
        return [p.reference for p in parts] + [p.reference for p in parts[0].split_off]

    return write(read)


def test_the_one_code_opens_the_letter_and_every_part(app, client, write):
    found = letter(write, split)
    parts = references(write, found)
    assert len(parts) == 3
    page = prove(client, found).text
    for title in ("路灯不亮", "垃圾没人收"):
        assert title in page
    for reference in parts:
        assert client.get(f"/track/{reference}").status_code == 200
    for reference in parts:  # messages name a part; its writer has the letter's code
        browser = app.test_client()
        assert prove(browser, found, reference).request.path == f"/track/{reference}"
        assert browser.get(found.door).status_code == 200
    stranger = app.test_client()
    wrong = stranger.post("/track", data={"reference": parts[0], "code": "0000000000"})
    assert wrong.status_code == 422
    assert stranger.get(f"/track/{parts[0]}").status_code == 302


def test_what_is_split_off_later_opens_with_the_letter_and_no_longer(client, write, monkeypatch):
    found = letter(write)
    prove(client, found)
    write(lambda s: split(s, of(s, found.reference), None))
    part = references(write, found)[0]
    at_time(monkeypatch, AT + DAY / 24 * 0.9)
    assert client.get(f"/track/{part}").status_code == 302
    text(client, found)
    assert client.get(f"/track/{part}").status_code == 200
    at_time(monkeypatch, AT + DAY / 24 * 1.1)
    assert client.get(found.door).status_code == 302
    assert client.get(f"/track/{part}").status_code == 302


def test_the_code_of_one_letter_opens_no_part_of_another(client, write):
    one, two = letter(write, split), letter(write, split)
    data = {"reference": references(write, one)[0], "code": two.code}
    assert client.post("/track", data=data).status_code == 422


# The verdict


def test_a_verdict_takes_the_two_ratings_of_the_answer_along(client, closed, write):
    data = VERDICT | {"content": "5", "speed": "2"}
    assert client.post(f"{closed.door}/verdict", data=data).status_code == 303
    page = seen_words(text(client, closed))
    assert "回复内容：非常满意" in page
    assert "回复速度：不满意" in page

    def read(s):
        v = of(s, closed.reference).verdicts[0]
        return v.content, v.speed, v.satisfaction

    assert write(read) == (5, 2, 4)


@pytest.mark.parametrize("data", [{}, {"content": "", "speed": ""}])
def test_the_two_ratings_are_free(client, closed, write, data):
    assert client.post(f"{closed.door}/verdict", data=VERDICT | data).status_code == 303
    (verdicts,) = facts(write, closed.reference, "verdicts")
    assert "回复内容：" not in text(client, closed)
    assert len(verdicts) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"resolved": "yes"},
        VERDICT | {"satisfaction": "6"},
        VERDICT | {"content": "0"},
        VERDICT | {"speed": "x"},
        VERDICT | {"note": "长" * 501},
        {"resolved": "no", "satisfaction": "1"},
    ],
)
def test_a_verdict_of_the_wrong_shape_is_shown_again_with_what_was_written(client, closed, data):
    answered = client.post(f"{closed.door}/verdict", data=data)
    assert answered.status_code == 422
    assert "处需要修改" in answered.text
    assert data.get("note", "") in answered.text


def test_no_colon_follows_a_question_in_the_summary(client, closed):
    page = client.post(f"{closed.door}/verdict", data={}).text
    summary = page.split('class="error-summary"')[1].split("</ul>")[0]
    assert "您反映的问题解决了吗？请选择一项。" in summary
    assert "？：" not in page


def test_judging_twice_says_so_and_keeps_what_was_written(client, closed):
    data = VERDICT | {"note": "这是我写了很久才写好的一段评价说明文字"}
    assert client.post(f"{closed.door}/verdict", data=data).status_code == 303
    again = client.post(f"{closed.door}/verdict", data=data)
    assert again.status_code == 409
    assert "您的评价已经收到" in again.text
    assert data["note"] in again.text
    mistaken = client.post(f"{closed.door}/verdict", data={})
    assert mistaken.status_code == 409


def test_not_resolved_in_time_has_it_handled_again_once(client, closed, write):
    data = {"resolved": "no", "satisfaction": "1", "note": "还是漏"}
    assert client.post(f"{closed.door}/verdict", data=data).status_code == 303
    assert facts(write, closed.reference, "state", "round") == (State.ASSIGNED, 2)
    page = text(client, closed)
    unit = write(lambda s: of(s, closed.reference).department.name)
    assert f"已退回{unit}重新办理，2026-03-09之前答复。" in page
    assert "重新办理（第 2 轮）" in page
    for gone in ("由您来评价", "要求重新办理", "对答复追问一次"):
        assert gone not in page


def test_not_resolved_after_the_time_is_kept_and_wants_no_reason(
    client, closed, write, monkeypatch
):
    at_time(monkeypatch, AT + 31 * DAY)
    prove(client, closed)
    page = seen_words(text(client, closed))
    assert "要求重办的期限已过，这里只记录您的评价" in page
    assert "要求重办的期限（2026-04-01 10:00）已过" in page
    assert "有新的情况，请作为新的诉求提交" in page
    data = {"resolved": "no", "satisfaction": "1"}
    assert client.post(f"{closed.door}/verdict", data=data).status_code == 303
    assert facts(write, closed.reference, "state", "round") == (State.CLOSED, 1)


# Once more the whole handling


@pytest.mark.parametrize("verdict", [None, "yes", "partly"])
def test_whoever_is_not_content_asks_for_it_to_be_handled_again_once(
    client, closed, write, verdict
):
    if verdict:
        data = VERDICT | {"resolved": verdict}
        assert client.post(f"{closed.door}/verdict", data=data).status_code == 303
    page = text(client, closed)
    assert ("要求重新办理" in page) is bool(verdict)  # "not resolved" is the first way to it
    assert ("2026-04-01 10:00 之前要求重办一次" in seen_words(page)) is bool(verdict)
    assert "要求重办的期限（" not in page
    assert "已经重办过一次" not in page
    reason = {"note": "修好三天又漏了，还请再来看一次现场"}
    assert client.post(f"{closed.door}/reopen", data={"note": " "}).status_code == 422
    assert client.post(f"{closed.door}/reopen", data=reason).status_code == 303
    assert facts(write, closed.reference, "state", "round") == (State.ASSIGNED, 2)
    again = client.post(f"{closed.door}/reopen", data=reason)
    assert again.status_code == 409
    assert "已经要求过重办" in again.text
    assert reason["note"] in again.text


def test_a_case_handled_twice_is_not_handled_a_third_time(client, closed, write):
    client.post(f"{closed.door}/reopen", data={"note": "又漏了"})

    def go_on(s):
        case = of(s, closed.reference)
        officer = factories.officer(case.department)
        actions.sign(s, case, actor=officer, at=AT)
        actions.answer(s, case, "再次修好。", actor=officer, at=AT)
        other = factories.Actor("m2", factories.Role.MODERATOR)
        actions.close(s, case, actor=other, at=AT, note="已两次到场")

    write(go_on)
    page = text(client, closed)
    assert "已经重办过一次" in page
    assert "由您来评价" in page
    assert 'action="' + closed.door + '/reopen"' not in page
    assert client.post(f"{closed.door}/reopen", data={"note": "又"}).status_code == 409
    data = {"resolved": "no", "satisfaction": "1"}
    assert client.post(f"{closed.door}/verdict", data=data).status_code == 303
    assert facts(write, closed.reference, "state") == (State.CLOSED,)


def test_after_the_time_it_is_not_handled_again(client, closed, monkeypatch, write):
    at_time(monkeypatch, AT + 30 * DAY)
    prove(client, closed)
    client.post(f"{closed.door}/verdict", data=VERDICT)
    assert 'action="' + closed.door + '/reopen"' in text(client, closed)
    at_time(monkeypatch, AT + 31 * DAY)
    prove(client, closed)
    assert 'action="' + closed.door + '/reopen"' not in text(client, closed)
    late = client.post(f"{closed.door}/reopen", data={"note": "又漏了"})
    assert late.status_code == 409
    assert "已超过可以要求重办的期限" in late.text
    assert facts(write, closed.reference, "round") == (1,)


# One question


def test_one_question_is_asked_and_its_released_reply_is_read(client, closed, write):
    ask = {"note": "换的是什么管子，保修几年？请说明一下"}
    assert client.post(f"{closed.door}/ask", data=ask).status_code == 303
    page = seen_words(text(client, closed))
    assert ask["note"] in page
    assert "承诺在 2026-03-05 之前答复" in page
    assert "期限内" in page
    again = client.post(f"{closed.door}/ask", data=ask)
    assert again.status_code == 409
    assert "已经追问过一次" in again.text
    assert ask["note"] in again.text

    def reply(s):
        case = of(s, closed.reference)
        officer = factories.officer(case.department)
        questions.reply(s, case, actor=officer, at=AT, text="找王五13900008888。")

    write(reply)
    waiting = text(client, closed)
    assert "承办单位已经提交，审核后在这里显示" in waiting
    assert "13900008888" not in waiting
    write(
        lambda s: questions.release(
            s, of(s, closed.reference), actor=MODERATOR, at=AT, text="PE管，保修两年。"
        )
    )
    page = text(client, closed)
    assert "PE管，保修两年。" in page
    assert "13900008888" not in page
    assert "承诺在" not in page
    assert facts(write, closed.reference, "state") == (State.CLOSED,)


@pytest.mark.parametrize("note", ["", "  \n ", "问" * 501])
def test_a_question_of_the_wrong_length_is_shown_again(client, closed, write, note):
    answered = client.post(f"{closed.door}/ask", data={"note": note})
    assert answered.status_code == 422
    assert '<details class="panel" id="ask" open>' in answered.text
    assert '"ask-note-error"' in answered.text
    assert facts(write, closed.reference, "question") == (None,)


# Who may


ACTS = {
    "verdict": VERDICT,
    "reopen": {"note": "又漏了"},
    "ask": {"note": "几年保修"},
    "appeal": {"against": "redaction", "note": "不同意"},
    "withdraw": {"note": "好了"},
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_the_writer_may_do_anything(app, client, sign_in, closed, write, act):
    other = letter(write, answer)
    prove(client, other)
    moderator = sign_in(factories.Role.MODERATOR)
    stranger = app.test_client()
    prove(stranger, other)
    before = facts(write, closed.reference, "state", "round", "version")
    for browser in (app.test_client(), stranger, moderator):
        for data in (ACTS[act], {}):
            met = browser.post(f"{closed.door}/{act}", data=data)
            expected = (403, None) if browser is moderator else (303, "/track")
            assert (met.status_code, met.location) == expected
        assert browser.get(closed.door).status_code == 302
    assert facts(write, closed.reference, "state", "round", "version") == before


@pytest.mark.parametrize("act", ["verdict", "reopen", "ask", "appeal"])
def test_what_is_not_yet_possible_is_refused_in_plain_words(client, write, act):
    found = letter(write)
    prove(client, found)
    for data in (ACTS[act], {k: v for k, v in ACTS[act].items() if k == "against"}):
        answered = client.post(f"{found.door}/{act}", data=data)
        assert answered.status_code == 409
        assert "没有保存" in answered.text


def test_taking_back_is_possible_until_work_begins_and_once(client, write):
    found = letter(write)
    assert "撤回这件诉求" in prove(client, found).text
    assert client.post(f"{found.door}/withdraw", data={"note": "长" * 501}).status_code == 422
    assert client.post(f"{found.door}/withdraw", data={"note": "好了"}).status_code == 303
    again = client.post(f"{found.door}/withdraw", data={"note": "好了"})
    assert again.status_code == 409
    assert "已经撤回" in again.text
    assert "撤回这件诉求" not in text(client, found)


def test_a_page_with_every_form_has_each_id_once(client, write):
    found = letter(write, lambda s, case, unit: (answer(s, case, unit), publish(s, case, unit)))
    prove(client, found)
    for first in ("verdict", "reopen"):
        page = text(client, found)
        for act in (first, "ask", "appeal"):
            assert f'action="{found.door}/{act}"' in page
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        labels = re.findall(r'<label for="([^"]+)"', page)
        assert set(labels) <= set(ids)
        client.post(f"{found.door}/verdict", data=VERDICT)


def test_the_page_costs_the_same_whatever_hangs_on_the_case(client, write, count_queries):
    def lead(s, case, unit):
        answer(s, case, unit)
        publish(s, case, unit)

    few = letter(write, lead)

    def much(s, case, unit):
        lead(s, case, unit)
        for n in range(5):
            other = factories.department(s)
            officer = factories.Actor(f"o{n}", factories.Role.MODERATOR, department_id=other.id)
            reveal_contact(s, case, actor=officer, at=AT, note="核对地址")

    many = letter(write, much)
    counted = []
    for found in (few, many):
        prove(client, found)
        with count_queries() as sent:
            text(client, found)
        counted.append(sent.n)
    assert counted[0] == counted[1] < 45


def test_a_case_taken_off_the_public_pages_by_naming_somebody_keeps_its_page(client, write):
    """Naming who it is about takes a public case back without a decision to withhold it; when
    that is taken back too, the writer can appeal against what stands."""

    def lead(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)
        publish(s, case, unit)
        other = factories.department(s)
        about = [Target(TargetKind.DEPARTMENT, department=other)]
        targets.set_targets(s, case, about, actor=MODERATOR, at=AT)
        targets.set_targets(s, case, [], actor=MODERATOR, at=AT)
        assert case.visibility is Visibility.WITHHELD

    found = letter(write, lead)
    assert "审核后决定不公开" in prove(client, found).text
    data = {"against": "withholding", "note": "应当公开"}
    assert client.post(f"{found.door}/appeal", data=data).status_code == 303
