"""Appeals of residents: another moderator than the first decides, in words for the resident."""

import re

import pytest
from sqlalchemy import select

from portal.accounts.models import Account
from portal.cases import actions, appeals, targets
from portal.cases.attachments import withhold_file
from portal.cases.kinds import AppealKind, Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseAppeal
from portal.cases.targets import Target
from portal.cases.workflow import State, Visibility
from portal.notifications.models import Message
from portal.security import Actor, Role
from tests import factories
from tests.cases.photos import with_photo
from tests.factories import AT, writer
from tests.public.writing import DAY, at_time, of

FIRST = Actor("first-moderator", Role.MODERATOR)
WHY = "这件事确实归县里管，请再看一遍。"
WORDS = {"note": "重新核对了职责清单，这样处理。"}
NEW = {"public_title": "水管漏水三天", "public_body": "城东路口水管漏水，电话隐去。"}


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    at_time(monkeypatch)


def decided(s, against: str, **more) -> Case:
    """A case on which the first moderator has decided something."""
    case = factories.case(s, **more)
    if against == "refusal":
        actions.reject(s, case, "elsewhere", actor=FIRST, at=AT, note="归邻县。")
    elif against == "withholding":
        actions.withhold(s, case, actor=FIRST, at=AT, note="涉及邻里隐私")
    else:
        texts = {"public_title": "漏水", "public_body": "城东路口水管漏水。"}
        actions.publish(s, case, actor=FIRST, at=AT, **texts)
    return case


def appealed(s, against: str = "refusal", at=AT, **more) -> tuple[int, str]:
    """An appeal that waits: its page's number, and the case's reference."""
    case = decided(s, against, **more)
    appeals.appeal(s, case, AppealKind(against), actor=writer(case), at=at, note=WHY)
    return case.open_appeal.id, case.reference


@pytest.fixture(params=["refusal", "withholding", "redaction"])
def waiting(request, write):
    """An appeal of each kind: kind, number, reference."""
    return request.param, *write(lambda s: appealed(s, request.param))


@pytest.fixture
def moderator(sign_in):
    """The browser of another moderator than the first."""
    return sign_in(Role.MODERATOR)


def outcome(write, ident: int) -> tuple:
    def read(s):
        row = s.get(CaseAppeal, ident)
        return row.is_granted, row.decided_by, row.reply

    return write(read)


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', page)[1]


def grant_data(against: str) -> dict[str, str]:
    return WORDS | (NEW if against == "redaction" else {})


# The page


def test_a_moderator_reads_decision_reason_letter_and_the_residents_words(moderator, waiting):
    against, ident, reference = waiting
    page = moderator.get(f"/moderation/appeals/{ident}").text
    for words in (WHY, FIRST.name, "水管漏水三天没人修", reference):
        assert words in page
    said = {
        "refusal": ["不属于本县管辖", "归邻县。", "申诉成立，恢复审核"],
        "withholding": ["涉及邻里隐私", "申诉成立，重新审核公开"],
        "redaction": ["手机或电话号码，1 处", "<del>", "新的公开标题"],
    }[against]
    for words in said:
        assert words in page
    assert ("新的公开正文" in page) == (against == "redaction")
    assert "13800001234" in page  # the original, which the decision is about
    labels = re.findall(r'<label for="([^"]+)"', page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(labels) <= set(ids)


# Deciding


def test_a_granted_appeal_has_its_effect_and_the_resident_is_told(moderator, waiting, write):
    against, ident, reference = waiting
    path = f"/moderation/appeals/{ident}"
    data = grant_data(against) | {"seen": seen(moderator.get(path).text)}
    assert moderator.post(f"{path}/grant", data=data).status_code == 303
    is_granted, by, reply = outcome(write, ident)
    assert (is_granted, reply) == (True, WORDS["note"])
    assert by.startswith("moderator")

    def read(s):
        case = of(s, reference)
        told = s.scalars(select(Message.kind).where(Message.recipient == f"case:{reference}"))
        return case.state, case.visibility, case.public_title, case.reject_reason, list(told)

    state, visibility, title, reason, told = write(read)
    assert told.count("appeal_decided") == 1
    assert (state, reason) == (State.SUBMITTED, None)
    if against == "redaction":
        assert (visibility, title) == (Visibility.PUBLIC, NEW["public_title"])
    else:
        assert visibility is Visibility.PRIVATE
    page = moderator.get(path).text
    assert "申诉成立" in page
    assert WORDS["note"] in page
    assert f'action="{path}' not in page


def test_a_denied_appeal_leaves_everything_as_it_was(moderator, waiting, write):
    _against, ident, reference = waiting

    def read(s):
        case = of(s, reference)
        return case.state, case.visibility, case.public_body, case.reject_reason

    before = write(read)
    path = f"/moderation/appeals/{ident}"
    assert moderator.post(f"{path}/deny", data=WORDS).status_code == 303
    assert outcome(write, ident)[::2] == (False, WORDS["note"])
    assert write(read) == before
    assert "维持原决定" in moderator.get(path).text


@pytest.mark.parametrize("decision", ["grant", "deny"])
def test_who_decided_first_reads_it_and_cannot_decide(sign_in, waiting, write, decision):
    against, ident, _reference = waiting
    first = sign_in(Role.MODERATOR, username=FIRST.name)
    path = f"/moderation/appeals/{ident}"
    page = first.get(path)
    assert page.status_code == 200
    assert "您不能处理这一件" in page.text
    assert f'action="{path}' not in page.text
    assert "您作出，须由他人处理" in first.get("/moderation/appeals").text
    answered = first.post(f"{path}/{decision}", data=grant_data(against))
    assert answered.status_code == 403
    assert "作出原决定以外的审核员" in answered.text
    assert outcome(write, ident) == (None, "", "")


@pytest.mark.parametrize("decision", ["grant", "deny"])
@pytest.mark.parametrize("note", ["", "  ", "长" * 501])
def test_a_decision_needs_words_for_the_resident(moderator, waiting, write, decision, note):
    against, ident, _reference = waiting
    path = f"/moderation/appeals/{ident}/{decision}"
    answered = moderator.post(path, data=grant_data(against) | {"note": note})
    assert answered.status_code == 422
    assert f'href="#{decision}-note"' in answered.text
    assert note.strip() in answered.text
    assert outcome(write, ident) == (None, "", "")


@pytest.mark.parametrize(
    "texts",
    [
        {"public_title": "", "public_body": "x"},
        {"public_title": "x", "public_body": " "},
        {"public_title": "长" * 161, "public_body": "x"},
        {"public_title": "x", "public_body": "长" * 8001},
    ],
)
def test_a_granted_rewording_needs_both_texts(moderator, write, texts):
    ident, reference = write(lambda s: appealed(s, "redaction"))
    answered = moderator.post(f"/moderation/appeals/{ident}/grant", data=WORDS | texts)
    assert answered.status_code == 422
    assert WORDS["note"] in answered.text
    assert outcome(write, ident) == (None, "", "")
    assert write(lambda s: of(s, reference).public_title) == "漏水"


def test_a_rewording_that_still_names_somebody_is_confirmed_first(moderator, write):
    ident, reference = write(lambda s: appealed(s, "redaction"))
    texts = {"public_title": "水管漏水", "public_body": "请联系张小明先生，电话13800001234。"}
    path = f"/moderation/appeals/{ident}/grant"
    answered = moderator.post(path, data=WORDS | texts)
    assert answered.status_code == 422
    assert "仍有：" in answered.text
    assert "13800001234" in answered.text
    assert outcome(write, ident) == (None, "", "")
    assert moderator.post(path, data=WORDS | texts | {"confirmed": "y"}).status_code == 303
    assert write(lambda s: of(s, reference).public_body) == texts["public_body"]


def test_an_appeal_is_decided_once(moderator, waiting, write):
    against, ident, _reference = waiting
    path = f"/moderation/appeals/{ident}"
    assert moderator.post(f"{path}/deny", data=WORDS).status_code == 303
    late = moderator.post(f"{path}/grant", data=grant_data(against))
    assert late.status_code == 409
    assert "已经处理过" in late.text
    assert WORDS["note"] not in late.text or "没有保存，请先复制" in late.text
    assert outcome(write, ident)[0] is False


def test_an_old_appeals_page_does_not_decide_a_newer_one_of_the_same_case(moderator, write):
    def two(s):
        case = decided(s, "withholding")
        appeals.appeal(s, case, AppealKind.WITHHOLDING, actor=writer(case), at=AT, note=WHY)
        old = case.open_appeal.id
        other = Actor("m3", Role.MODERATOR)
        appeals.deny(s, case, actor=other, at=AT, note="维持。")
        actions.reject(s, case, "elsewhere", actor=FIRST, at=AT)
        appeals.appeal(s, case, AppealKind.REFUSAL, actor=writer(case), at=AT, note=WHY)
        return old, case.open_appeal.id

    old, new = write(two)
    assert moderator.post(f"/moderation/appeals/{old}/deny", data=WORDS).status_code == 409
    assert outcome(write, new) == (None, "", "")


def test_what_happened_since_the_page_was_opened_is_shown(moderator, write):
    ident, reference = write(lambda s: appealed(s, "redaction"))
    path = f"/moderation/appeals/{ident}"
    old = seen(moderator.get(path).text)
    texts = {"public_title": "别的", "public_body": "别的。"}
    write(lambda s: actions.redact(s, of(s, reference), actor=FIRST, at=AT, **texts))
    late = moderator.post(f"{path}/grant", data=grant_data("redaction") | {"seen": old})
    assert late.status_code == 409
    assert "已有新的办理记录" in late.text
    assert outcome(write, ident) == (None, "", "")


def test_a_granted_appeal_about_an_answer_takes_its_new_text(moderator, write):
    def make(s):
        unit, case = factories.department(s), factories.case(s)
        same = {"public_title": case.title, "public_body": case.body}
        actions.publish(s, case, actor=FIRST, at=AT, **same)
        actions.assign(s, case, unit, actor=FIRST, at=AT)
        actions.sign(s, case, actor=factories.officer(unit), at=AT)
        actions.answer(s, case, "周五修好。", actor=factories.officer(unit), at=AT)
        actions.close(s, case, actor=FIRST, at=AT, answer_text="已安排。")
        photo = with_photo(s, case)
        withhold_file(s, case, photo, actor=FIRST, at=AT, note="有人脸")
        appeals.appeal(s, case, AppealKind.REDACTION, actor=writer(case), at=AT, note=WHY)
        return case.open_appeal.id, case.reference, case.answer.id

    ident, reference, answer = write(make)
    path = f"/moderation/appeals/{ident}"
    page = moderator.get(path).text
    for words in ("答复的改动", "有人脸", "附件不在这里改", "已安排。</textarea>"):
        assert words in page
    assert "新的公开标题" not in page
    name = f"answer_{answer}"
    assert moderator.post(f"{path}/grant", data=WORDS | {name: " "}).status_code == 422
    assert moderator.post(f"{path}/grant", data=WORDS).status_code == 422
    named = WORDS | {name: "周五修好，找13900001234。"}
    assert moderator.post(f"{path}/grant", data=named).status_code == 422
    assert moderator.post(f"{path}/grant", data=WORDS | {name: "周五修好。"}).status_code == 303
    assert write(lambda s: of(s, reference).answer.public_text) == "周五修好。"
    assert moderator.get(path).status_code == 200


# Who may


@pytest.mark.parametrize("role", [Role.ADMIN, Role.INSPECTOR, Role.OFFICER, None])
def test_only_moderators_come_in(client, sign_in, waiting, write, role):
    _against, ident, reference = waiting
    unit = write(lambda s: factories.department(s).id)
    browser = sign_in(role, unit if role is Role.OFFICER else None) if role else client
    shut = 403 if role else 302
    for path in ("/moderation/appeals", f"/moderation/appeals/{ident}"):
        assert browser.get(path).status_code == shut
    for decision in ("grant", "deny"):
        path = f"/moderation/appeals/{ident}/{decision}"
        assert browser.post(path, data=WORDS).status_code == 403
    assert outcome(write, ident) == (None, "", "")
    assert write(lambda s: of(s, reference).open_appeal is not None)


def test_a_moderator_whom_it_is_about_never_meets_it(sign_in, write):
    theirs, free = sign_in(Role.MODERATOR, username="about-me"), sign_in(Role.MODERATOR)

    def make(s):
        ident, reference = appealed(s, "withholding")
        case = of(s, reference)
        account = s.scalars(select(Account).where(Account.username == "about-me")).one()
        about = [Target(TargetKind.PERSON, account=account)]
        targets.set_targets(s, case, about, actor=FIRST, at=AT)
        return ident, case.title

    ident, title = write(make)
    listed = theirs.get("/moderation/appeals").text
    assert title not in listed
    assert "待处理 <b>0</b>" in listed
    assert theirs.get(f"/moderation/appeals/{ident}").status_code == 404
    for decision in ("grant", "deny"):
        path = f"/moderation/appeals/{ident}/{decision}"
        assert theirs.post(path, data=WORDS).status_code == 404
    assert title in free.get("/moderation/appeals").text
    assert free.get(f"/moderation/appeals/{ident}").status_code == 200


def test_what_is_not_there_is_not_found(moderator):
    for ident in (1, 2**31 - 1, 2**31, 10**30):
        assert moderator.get(f"/moderation/appeals/{ident}").status_code == 404
        assert moderator.post(f"/moderation/appeals/{ident}/deny", data=WORDS).status_code == 404
    assert moderator.post("/moderation/appeals/1/other", data=WORDS).status_code == 404


# The list


def test_the_longest_waiting_stand_first_and_a_long_list_is_paged(moderator, write):
    expected = write(lambda s: [appealed(s, "refusal", at=AT + n * DAY / 24)[0] for n in range(27)])
    first = moderator.get("/moderation/appeals").text
    assert "待处理 <b>27</b>" in first
    found = [int(n) for n in re.findall(r'href="/moderation/appeals/(\d+)"', first)]
    assert found == expected[:25]
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    rest = re.findall(r'href="/moderation/appeals/(\d+)"', moderator.get(following).text)
    assert [int(n) for n in rest] == expected[25:]
    assert moderator.get("/moderation/appeals?after=nonsense").status_code == 422


def test_decided_ones_stand_on_their_own_page_the_last_first(moderator, write):
    def make(s):
        made = []
        for n in range(3):
            ident, reference = appealed(s)
            case = of(s, reference)
            other = Actor("m3", Role.MODERATOR)
            act = appeals.grant if n == 1 else appeals.deny
            act(s, case, actor=other, at=AT + n * DAY, note="处理了")
            made.append(ident)
        return made

    made = write(make)
    assert "没有等待处理的申诉" in moderator.get("/moderation/appeals").text
    page = moderator.get("/moderation/appeals?show=decided").text
    assert "已处理 <b>3</b>" in page
    found = [int(n) for n in re.findall(r'href="/moderation/appeals/(\d+)"', page)]
    assert found == made[::-1]
    assert len(re.findall(r"</svg>维持原决定", page)) == 2
    assert len(re.findall(r"</svg>申诉成立", page)) == 1


def test_list_and_page_cost_the_same_however_many_there_are(moderator, write, count_queries):
    def counted(path):
        with count_queries() as sent:
            assert moderator.get(path).status_code == 200
        return sent.n

    ident, _reference = write(appealed)
    path = f"/moderation/appeals/{ident}"
    moderator.get(path)
    few = counted("/moderation/appeals"), counted(path)
    write(lambda s: [appealed(s, kind=Kind.INQUIRY) for _ in range(8)])
    assert (counted("/moderation/appeals"), counted(path)) == few


def test_the_desk_is_in_the_navigation_of_moderators_alone(moderator, sign_in):
    assert 'href="/moderation/appeals"' in moderator.get("/moderation/appeals").text
    inspector = sign_in(Role.INSPECTOR).get("/supervision/")
    assert 'href="/moderation/appeals"' not in inspector.text
