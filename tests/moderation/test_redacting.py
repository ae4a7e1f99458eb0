"""Texts on their way to others: what is marked, chosen, shown, confirmed, and only then public."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from portal.cases import questions
from portal.cases.contacts import Contact
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.targets import Target
from portal.cases.workflow import Visibility
from portal.errors import Invalid
from portal.moderation.redacting import (
    CHOICE,
    COMPANY_MASK,
    CONFIRM,
    LOOK,
    Eye,
    given,
    objection,
    offered,
    taken_out,
)
from portal.redaction import propose
from portal.security import Role
from tests import factories
from tests.factories import AT, MODERATOR

TITLE = "王局长说过要修"
BODY = "城东路口水管漏水，我的电话是13800001234。\n找过王局长，住幸福小区3栋2单元501室。"


def keys(text: str, part: str = "public_body") -> list[str]:
    """The boxes of a text."""
    return [f"{part}:{p.start}-{p.end}" for p in propose(text)]


def new_case(write, **more):
    """A case with personal data in its title and body, by reference."""
    fields = {"title": TITLE, "body": BODY}
    return write(lambda s: factories.case(s, **(fields | more)).reference)


def hidden(page: str, form: str) -> dict[str, str]:
    """The hidden fields of one form of a page."""
    inside = re.search(rf'<form[^>]*id="form-{form}".*?</form>', page, re.S)[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside)
    return {name: unescape(value) for name, value in found}


def texts(page: str, form: str) -> dict[str, str]:
    """The texts that one form of a page would send, as a browser does."""
    inside = re.search(rf'<form[^>]*id="form-{form}".*?</form>', page, re.S)[0]
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', inside, re.S)
    title = re.findall(r'<input[^>]*name="public_title"[^>]*value="([^"]*)"', inside)
    found = {name: unescape(text).lstrip("\r\n") for name, text in areas}
    return found | ({"public_title": unescape(title[0])} if title else {})


def as_sent(page: str, form: str, **more: object) -> dict[str, object]:
    """All that a browser sends of a form, its boxes as they stand."""
    inside = re.search(rf'<form[^>]*id="form-{form}".*?</form>', page, re.S)[0]
    boxes = re.findall(r'name="chosen" value="([^"]+)" checked', inside)
    return {**hidden(page, form), **texts(page, form), "chosen": boxes, **more}


def kept(write, reference: str) -> tuple[str, str, Visibility]:
    """The public text of a case, and whether it is public."""

    def read(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        assert (found.title, found.body) == (TITLE, BODY)
        return found.public_title, found.public_body, found.visibility

    return write(read)


@pytest.fixture
def moderator(sign_in):
    """A moderator's browser."""
    return sign_in(Role.MODERATOR)


# --- what is found -------------------------------------------------------------------------


def test_the_writers_own_name_and_the_company_complained_about_are_marked(s):
    company = Target(TargetKind.CONTRACTOR, name="宏远建设工程有限公司")
    found = factories.case(
        s,
        body="宏远建设工程有限公司把路挖断了，宏远建设工程的人不管，小明家门口全是水。",
        contact=Contact("小明", "13800001234", ""),
        targets=[company],
    )
    marks = Eye(found).marks("public_body", found.body)
    assert [m.proposal.text for m in marks] == ["宏远建设工程有限公司", "宏远建设工程", "小明"]
    assert [m.label for m in marks] == ["企业名称", "企业名称", "姓名"]
    assert offered(Eye(found), {"public_body": found.body}).texts["public_body"] == (
        f"{COMPANY_MASK}把路挖断了，{COMPANY_MASK}的人不管，[姓名已隐去]家门口全是水。"
    )


def test_a_company_is_not_marked_in_a_case_that_does_not_complain_about_it(s):
    found = factories.case(s, body="宏远建设工程有限公司施工认真。")
    assert not Eye(found).marks("public_body", found.body)


def test_marks_never_overlap(s):
    targets = [Target(TargetKind.CONTRACTOR, name="兴业王局长工程队")]
    found = factories.case(s, body="兴业王局长工程队占道施工。", targets=targets)
    marks = Eye(found).marks("b", found.body)
    assert [(m.proposal.start, m.proposal.end) for m in marks] == [(0, 8)]


def test_which_marks_were_masked_is_read_from_a_saved_text(s):
    eye = Eye(factories.case(s))
    marks = eye.marks("b", BODY)
    phone, name, house = marks
    for some in ([phone], [name], [phone, house], marks, []):
        chosen = {m.key for m in some}
        made = given(eye, {"b": BODY}, {}, chosen=chosen, made=None, is_asked=True).texts["b"]
        assert taken_out(BODY, made, marks) == chosen


# --- what the boxes do ---------------------------------------------------------------------


def test_exactly_the_chosen_marks_are_masked(s):
    eye = Eye(factories.case(s))
    phone, _name, house = keys(BODY)
    found = given(eye, {"public_body": BODY}, {}, chosen=[phone, house], made="", is_asked=True)
    assert found.texts["public_body"] == (
        "城东路口水管漏水，我的电话是[电话已隐去]。\n找过王局长，住幸福小区[住址已隐去]。"
    )
    assert [m.proposal.text for m in found.left] == ["王"]


@pytest.mark.parametrize(
    "box", ["public_body:0-4", "public_body:14-24", "other:14-25", "public_body:-1-3", "x", ""]
)
def test_a_box_that_stands_for_nothing_is_refused(s, box):
    eye = Eye(factories.case(s))
    with pytest.raises(Invalid):
        given(eye, {"public_body": BODY}, {}, chosen=[box], made=None)


def test_a_changed_choice_makes_the_text_anew_and_keeps_what_was_written_by_hand(s):
    eye = Eye(factories.case(s))
    phone, name, house = keys(BODY)
    before = ",".join(sorted([phone, name, house]))
    by_hand = "城东路口漏水。"
    found = given(
        eye, {"public_body": BODY}, {"public_body": by_hand}, chosen=[phone, house], made=before
    )
    assert found.is_remade
    assert found.kept == [by_hand]
    assert "王局长" in found.texts["public_body"]
    same = given(
        eye,
        {"public_body": BODY},
        {"public_body": by_hand},
        chosen=[phone, name, house],
        made=before,
    )
    assert not same.is_remade
    assert same.texts["public_body"] == by_hand


def test_a_text_goes_out_only_once_its_difference_was_shown_and_what_is_left_confirmed(s):
    eye = Eye(factories.case(s))
    clean = offered(eye, {"b": BODY})
    assert objection(clean, shown=clean.digest, is_confirmed=False) is None
    assert objection(clean, shown=None, is_confirmed=True) == LOOK
    other = offered(eye, {"b": BODY + "谢谢。"})
    assert objection(clean, shown=other.digest, is_confirmed=True) == LOOK
    open_ = given(eye, {"b": BODY}, {"b": BODY}, chosen=(), made=None)
    assert objection(open_, shown=open_.digest, is_confirmed=False) == CONFIRM
    assert objection(open_, shown=open_.digest, is_confirmed=True) is None
    anew = given(eye, {"b": BODY}, {"b": BODY}, chosen=(), made="b:0-1", is_asked=True)
    assert objection(anew, shown=anew.digest, is_confirmed=True) == CHOICE


# --- the page ------------------------------------------------------------------------------


def test_every_proposal_is_marked_in_place_with_its_kind_and_chosen(moderator, write):
    page = moderator.get(f"/moderation/cases/{new_case(write)}").text
    for key in [*keys(TITLE, "public_title"), *keys(BODY)]:
        assert f'name="chosen" value="{key}" checked' in page
    for label in ("手机或电话号码", "姓名", "门牌或房号"):
        assert f"<small>{label}</small>" in page
    assert "<ins>" in page
    assert "[电话已隐去]" in page


def test_the_published_text_is_the_one_whose_difference_was_shown(moderator, write, client):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    sent = as_sent(moderator.get(path).text, "redact")
    assert moderator.post(f"{path}/publish", data=sent).status_code == 303
    title, body, visibility = kept(write, reference)
    assert visibility is Visibility.PUBLIC
    assert (title, body) == (sent["public_title"], sent["public_body"])
    public = client.get(f"/feedback/{reference}").text
    assert "[姓名已隐去]局长说过要修" in public
    for secret in ("13800001234", "王局长", "501"):
        assert secret not in public


def test_an_edited_text_is_shown_before_it_is_published(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    sent = as_sent(moderator.get(path).text, "redact", public_body="城东路口漏水了。")
    refused = moderator.post(f"{path}/publish", data=sent)
    assert refused.status_code == 422
    assert "请核对标出的改动" in refused.text
    assert texts(refused.text, "redact")["public_body"] == "城东路口漏水了。"
    assert kept(write, reference)[2] is Visibility.PRIVATE
    assert 'href="#note-redact"' in refused.text
    again = as_sent(refused.text, "redact")
    unsaid = moderator.post(f"{path}/publish", data=again)
    assert unsaid.status_code == 422
    assert "请写明原因，居民会看到" in unsaid.text
    assert kept(write, reference)[2] is Visibility.PRIVATE
    again["note"] = "只留下与办理有关的内容。"
    assert moderator.post(f"{path}/publish", data=again).status_code == 303
    assert kept(write, reference)[1] == "城东路口漏水了。"


def test_what_still_looks_like_personal_data_must_be_confirmed(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    chosen = [k for k in as_sent(page, "redact")["chosen"] if k != keys(BODY)[1]]
    applied = moderator.post(
        f"{path}/redact", data=as_sent(page, "redact", chosen=chosen, apply="y")
    )
    assert applied.status_code == 200
    assert "仍含疑似个人信息 1 处，我已逐一核对" in applied.text
    assert "找过王局长" in texts(applied.text, "redact")["public_body"]
    assert kept(write, reference)[1] == ""

    sent = as_sent(applied.text, "redact")
    refused = moderator.post(f"{path}/publish", data=sent)
    assert refused.status_code == 422
    assert kept(write, reference)[2] is Visibility.PRIVATE
    done = moderator.post(f"{path}/publish", data=as_sent(refused.text, "redact", confirmed="y"))
    assert done.status_code == 303
    assert "找过王局长" in kept(write, reference)[1]


def test_a_confirmation_does_not_cover_a_text_that_was_not_shown(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    sent = as_sent(page, "redact", confirmed="y", public_body=BODY)
    assert moderator.post(f"{path}/publish", data=sent).status_code == 422
    assert kept(write, reference)[2] is Visibility.PRIVATE


def test_boxes_changed_without_applying_are_not_overlooked(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    sent = as_sent(moderator.get(path).text, "redact", chosen=[])
    for act in ("redact", "publish"):
        refused = moderator.post(f"{path}/{act}", data=sent)
        assert refused.status_code == 422
        assert "勾选有变化" in refused.text
        assert texts(refused.text, "redact")["public_body"] == BODY
    assert kept(write, reference)[1] == ""


def test_tampered_offsets_are_refused(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    for box in ("public_body:0-4", "public_body:999999-1000000", "public_title:a-b", "' OR 1=1"):
        sent = as_sent(page, "redact", chosen=[box], apply="y")
        assert moderator.post(f"{path}/redact", data=sent).status_code == 422
    assert kept(write, reference)[1] == ""


def test_a_saved_text_is_shown_again_with_its_own_boxes(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    phone, name, house = keys(BODY)
    chosen = [phone, house, *keys(TITLE, "public_title")]
    applied = moderator.post(
        f"{path}/redact", data=as_sent(page, "redact", chosen=chosen, apply="y")
    )
    saved = moderator.post(f"{path}/redact", data=as_sent(applied.text, "redact"))
    assert saved.status_code == 303
    page = moderator.get(path).text
    assert f'value="{phone}" checked' in page
    assert f'value="{name}" checked' not in page
    assert f'value="{name}"' in page


def test_a_public_text_is_not_replaced_by_one_that_was_not_shown(moderator, write, client):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    moderator.post(f"{path}/publish", data=as_sent(moderator.get(path).text, "redact"))
    page = moderator.get(path).text
    sent = as_sent(page, "redact", public_body="找王局长，电话13800001234。", confirmed="y")
    assert moderator.post(f"{path}/redact", data=sent).status_code == 422
    assert "13800001234" not in client.get(f"/feedback/{reference}").text


def test_the_preview_keeps_nothing_and_shows_what_the_form_says(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    sent = as_sent(page, "redact", public_body="找王局长。<script>alert(1)</script>")
    seen = moderator.post(f"{path}/preview/redact", data=sent)
    assert seen.status_code == 200
    assert seen.headers["Cache-Control"] == "no-store"
    assert "<h1" not in seen.text
    assert "&lt;script&gt;" in seen.text
    assert "疑似个人信息 1 处" in seen.text
    digest = re.search(r'name="shown" value="(\w+)"', seen.text)[1]
    assert kept(write, reference)[1] == ""
    assert "请写明原因，居民会看到" in seen.text
    said = {"shown": digest, "confirmed": "y", "note": "原文与办理无关的已删去。"}
    done = moderator.post(f"{path}/publish", data=sent | said)
    assert done.status_code == 303


@pytest.mark.parametrize("text", ["", "长" * 9000, "1" * 900_000])
def test_a_preview_of_nothing_or_of_too_much_is_refused(moderator, write, text):
    path = f"/moderation/cases/{new_case(write)}"
    sent = as_sent(moderator.get(path).text, "redact", public_body=text)
    assert moderator.post(f"{path}/preview/redact", data=sent).status_code == 422


def test_without_consent_there_is_nothing_to_choose(moderator, write):
    reference = new_case(write, consent_publish=False)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    assert "没有同意公开" in page
    assert 'name="chosen"' not in page
    sent = {"public_title": "漏水", "public_body": "漏水。"}
    assert moderator.post(f"{path}/publish", data=sent).status_code == 422
    assert kept(write, reference)[2] is Visibility.PRIVATE


@pytest.mark.parametrize("field", ["public_title", "public_body"])
def test_an_emptied_or_endless_text_is_refused_where_it_stands(moderator, write, field):
    path = f"/moderation/cases/{new_case(write)}"
    page = moderator.get(path).text
    for text in ("", " \n ", "长" * 9000):
        refused = moderator.post(f"{path}/redact", data=as_sent(page, "redact", **{field: text}))
        assert refused.status_code == 422
        assert f'href="#redact-{field}"' in refused.text


# --- answers and replies -------------------------------------------------------------------


@pytest.fixture
def answered(write):
    """A case whose answer, with a number and a name in it, waits."""

    def make(s):
        unit = factories.department(s)
        found = factories.case(s, title=TITLE, body=BODY)
        factories.actions.assign(s, found, unit, actor=MODERATOR, at=AT)
        factories.actions.sign(s, found, actor=factories.officer(unit), at=AT)
        text = "已修好，李局长已到场，来电13900001234。"
        factories.actions.answer(s, found, text, actor=factories.officer(unit), at=AT)
        return found.reference

    return write(make)


def answer_of(write, reference):
    def read(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        return found.answer.text, found.answer.public_text, found.state.value

    return write(read)


def test_an_answer_is_released_as_it_was_shown(moderator, write, answered):
    path = f"/moderation/cases/{answered}"
    sent = as_sent(moderator.get(path).text, "close")
    assert moderator.post(f"{path}/close", data=sent).status_code == 303
    original, public, state = answer_of(write, answered)
    assert original == "已修好，李局长已到场，来电13900001234。"
    assert public == "已修好，[姓名已隐去]局长已到场，来电[电话已隐去]。"
    assert state == "closed"


def test_an_answer_with_something_left_is_released_only_when_confirmed(moderator, write, answered):
    path = f"/moderation/cases/{answered}"
    page = moderator.get(path).text
    name, phone = as_sent(page, "close")["chosen"]
    applied = moderator.post(
        f"{path}/close", data=as_sent(page, "close", chosen=[phone], apply="y")
    )
    assert applied.status_code == 200
    assert name in applied.text
    assert moderator.post(f"{path}/close", data=as_sent(applied.text, "close")).status_code == 422
    assert answer_of(write, answered)[2] == "answered"
    sent = as_sent(applied.text, "close", confirmed="y")
    assert moderator.post(f"{path}/close", data=sent).status_code == 303
    assert answer_of(write, answered)[1] == "已修好，李局长已到场，来电[电话已隐去]。"


def test_an_edited_answer_is_shown_before_it_is_released(moderator, write, answered):
    path = f"/moderation/cases/{answered}"
    sent = as_sent(moderator.get(path).text, "close", text="已修好。")
    refused = moderator.post(f"{path}/close", data=sent)
    assert refused.status_code == 422
    assert answer_of(write, answered)[2] == "answered"
    unsaid = moderator.post(f"{path}/close", data=as_sent(refused.text, "close"))
    assert unsaid.status_code == 422
    assert 'href="#note-close"' in unsaid.text
    said = as_sent(refused.text, "close", note="人名和电话不公开。")
    done = moderator.post(f"{path}/close", data=said)
    assert done.status_code == 303
    assert answer_of(write, answered)[1] == "已修好。"


def test_a_caller_that_sends_no_text_releases_the_answer_with_all_masked(
    moderator, write, answered
):
    assert moderator.post(f"/moderation/cases/{answered}/close", data={}).status_code == 303
    assert answer_of(write, answered)[1] == "已修好，[姓名已隐去]局长已到场，来电[电话已隐去]。"


def test_letter_and_answer_can_be_published_before_the_case_is_closed(
    moderator, write, answered, client
):
    path = f"/moderation/cases/{answered}"
    assert moderator.post(f"{path}/redact", data=as_sent(moderator.get(path).text, "redact"))
    page = moderator.get(path).text
    assert "公开来信和答复，暂不办结" in page
    assert moderator.post(f"{path}/publish", data=as_sent(page, "close")).status_code == 303
    public = client.get(f"/feedback/{answered}").text
    assert "[姓名已隐去]局长已到场" in public
    assert "13900001234" not in public
    page = moderator.get(path).text
    assert "这份答复已经公开" in page
    assert moderator.post(f"{path}/close", data={}).status_code == 303
    assert answer_of(write, answered)[1:] == (
        "已修好，[姓名已隐去]局长已到场，来电[电话已隐去]。",
        "closed",
    )


def test_a_saved_letter_with_something_left_is_confirmed_when_it_goes_out_with_the_answer(
    moderator, write, answered
):
    path = f"/moderation/cases/{answered}"
    saved = {"public_title": "漏水", "public_body": "找过王局长。", "note": "只留事由。"}
    assert moderator.post(f"{path}/redact", data=saved).status_code == 303
    page = moderator.get(path).text
    refused = moderator.post(f"{path}/publish", data=as_sent(page, "close"))
    assert refused.status_code == 422
    assert kept(write, answered)[2] is Visibility.PRIVATE
    sent = as_sent(page, "close", confirmed="y")
    assert moderator.post(f"{path}/publish", data=sent).status_code == 303


@pytest.fixture
def told_alone(write):
    """A private case whose answer its writer has read with the number in it."""

    def make(s):
        unit = factories.department(s)
        found = factories.case(s, title=TITLE, body=BODY)
        factories.actions.assign(s, found, unit, actor=MODERATOR, at=AT)
        factories.actions.sign(s, found, actor=factories.officer(unit), at=AT)
        text = "已修好，来电13900001234。"
        factories.actions.answer(s, found, text, actor=factories.officer(unit), at=AT)
        factories.actions.close(s, found, actor=MODERATOR, at=AT, answer_text=text)
        return found.reference

    return write(make)


def test_an_answer_that_only_its_writer_has_read_is_looked_at_before_it_goes_out(
    moderator, write, told_alone, client
):
    path = f"/moderation/cases/{told_alone}"
    page = moderator.get(path).text
    assert "下面的答复只有居民本人看过" in page
    refused = moderator.post(f"{path}/publish", data=as_sent(page, "redact"))
    assert refused.status_code == 422
    assert "仍含疑似个人信息 1 处，我已逐一核对" in refused.text
    assert client.get(f"/feedback/{told_alone}").status_code == 404
    sent = as_sent(refused.text, "redact", confirmed="y")
    assert moderator.post(f"{path}/publish", data=sent).status_code == 303
    assert "13900001234" in client.get(f"/feedback/{told_alone}").text


def test_what_was_left_in_an_answer_is_masked_when_it_goes_out(
    moderator, write, told_alone, client
):
    path = f"/moderation/cases/{told_alone}"
    page = moderator.get(path).text
    box = re.search(r'name="chosen" value="(answer_\d+:[\d-]+)"', page)[1]
    boxes = [*as_sent(page, "redact")["chosen"], box]
    applied = moderator.post(
        f"{path}/publish", data=as_sent(page, "redact", chosen=boxes, apply="yes")
    )
    sent = as_sent(applied.text, "redact")
    assert moderator.post(f"{path}/publish", data=sent).status_code == 303
    public = client.get(f"/feedback/{told_alone}").text
    assert "来电[电话已隐去]" in public
    assert "13900001234" not in public
    assert answer_of(write, told_alone)[0] == "已修好，来电13900001234。"


def test_a_caller_that_sends_no_texts_confirms_what_is_left_in_the_answer(
    moderator, write, told_alone
):
    path = f"/moderation/cases/{told_alone}"
    page = moderator.get(path).text
    assert moderator.post(f"{path}/redact", data=as_sent(page, "redact")).status_code == 303
    assert moderator.post(f"{path}/publish", data={}).status_code == 422
    assert kept(write, told_alone)[2] is Visibility.PRIVATE
    assert moderator.post(f"{path}/publish", data={"confirmed": "y"}).status_code == 303


def test_masking_alone_asks_for_no_reason_and_the_reason_comes_back_with_the_text(moderator, write):
    reference = new_case(write)
    path = f"/moderation/cases/{reference}"
    page = moderator.get(path).text
    assert moderator.post(f"{path}/redact", data=as_sent(page, "redact")).status_code == 303
    page = moderator.get(path).text
    said = as_sent(page, "redact", public_body="城东路口漏水了。", note="与办理无关的删去。")
    assert moderator.post(f"{path}/redact", data=said).status_code == 303
    page = moderator.get(path).text
    sent = as_sent(page, "redact")
    assert sent["note"] == "与办理无关的删去。"
    assert moderator.post(f"{path}/publish", data=sent).status_code == 303


@pytest.fixture
def replied(write):
    """A case with a question whose reply waits."""

    def make(s):
        unit = factories.department(s)
        found = factories.closed(s, unit)
        questions.ask(s, found, actor=factories.writer(found), at=AT, note="何时通水？")
        text = "周五通水，可联系李局长13900001234。"
        questions.reply(s, found, actor=factories.officer(unit), at=AT, text=text)
        return found.reference

    return write(make)


def test_a_reply_to_a_question_is_released_as_it_was_shown(moderator, write, replied):
    path = f"/moderation/cases/{replied}"
    page = moderator.get(path).text
    assert "何时通水？" in page
    edited = as_sent(page, "release", text="周五通水，李局长负责。")
    assert moderator.post(f"{path}/release", data=edited).status_code == 422
    assert moderator.post(f"{path}/release", data=as_sent(page, "release")).status_code == 303

    def read(s):
        found = s.scalar(select(Case).where(Case.reference == replied)).question
        return found.reply, found.public_reply

    assert write(read) == (
        "周五通水，可联系李局长13900001234。",
        "周五通水，可联系[姓名已隐去]局长[电话已隐去]。",
    )
    assert moderator.post(f"{path}/release", data={}).status_code == 409
