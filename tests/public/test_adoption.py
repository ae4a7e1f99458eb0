"""What became of a suggestion stands on its pages, in the list and, counted, above the list."""

import re

import pytest

from portal.cases import actions, merging
from portal.cases.kinds import Adoption, Kind
from portal.departments.models import Department
from tests import factories
from tests.factories import AT, MODERATOR
from tests.public.writing import at_time, letter, prove

WHY = "经两周客流调查，晚间乘客平均每天不到五人，加开班次暂不采纳，满十人可以电话预约小车。"
WORDS = {Adoption.ADOPTED: "采纳", Adoption.PARTLY: "部分采纳", Adoption.DECLINED: "未采纳"}
TONES = {Adoption.ADOPTED: "done", Adoption.PARTLY: "info", Adoption.DECLINED: "hold"}


@pytest.fixture
def unit(write):
    """The id of a department."""
    return write(lambda s: factories.department(s).id)


def begun(s, unit, kind=Kind.SUGGESTION):
    """A case that its department works on."""
    found, department = factories.case(s, kind=kind), s.get(Department, unit)
    actions.assign(s, found, department, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=factories.officer(department), at=AT)
    return found


def publish(s, found):
    texts = {"public_title": "晚上加一班车", "public_body": "晚上赶不上车，请加一班。"}
    actions.publish(s, found, **texts, actor=MODERATOR, at=AT)


def suggestion(s, unit, adoption, *, is_public=True):
    """An answered suggestion."""
    found = begun(s, unit)
    actions.answer(
        s, found, WHY, adoption=adoption, actor=factories.officer(found.department), at=AT
    )
    actions.close(s, found, actor=MODERATOR, at=AT)
    if is_public:
        publish(s, found)
    return found.reference


def tagged(adoption):
    """The mark as it stands on a page: the shape's tone, then the word."""
    return re.compile(
        rf'tag-{TONES[adoption]}"><svg[^>]*>.{{0,120}}?</svg>{WORDS[adoption]}</span>'
    )


def figures(page):
    """The numbers above the list, each with its word and what it is out of."""
    panel = re.search(r'id="adopted">(.*?)</section>', page.text, re.S)
    if panel is None:
        return None
    words = re.sub(r"<[^>]+>", " ", panel[1])
    return re.findall(r"(\d+)\s+(采纳|部分采纳|未采纳)\s+共答复建议 (\d+) 件", words)


@pytest.mark.parametrize("adoption", list(Adoption))
def test_the_public_page_says_it_at_the_head_and_beside_the_answer(client, write, unit, adoption):
    reference = write(lambda s: suggestion(s, unit, adoption))
    page = client.get(f"/feedback/{reference}").text
    assert len(tagged(adoption).findall(page)) == 2
    assert page.count("采纳情况") == 2


def test_an_answer_that_waits_for_the_moderator_tells_the_public_nothing(client, write, unit):
    def waiting(s):
        found = begun(s, unit)
        publish(s, found)
        officer = factories.officer(found.department)
        actions.answer(s, found, WHY, adoption=Adoption.DECLINED, actor=officer, at=AT)
        return found.reference

    reference = write(waiting)
    for path in (f"/feedback/{reference}", "/feedback", "/feedback?kind=suggestion"):
        page = client.get(path)
        assert reference in page.text
        assert not tagged(Adoption.DECLINED).search(page.text.partition('id="adopted"')[0])
    assert figures(client.get("/feedback?kind=suggestion")) == []


def test_other_kinds_have_no_such_mark(client, write, unit):
    write(lambda s: factories.public(s, s.get(Department, unit)))
    assert "采纳" not in client.get("/feedback").text


def test_the_list_marks_each_suggestion_beside_its_state(client, write, unit):
    for adoption in Adoption:
        write(lambda s, adoption=adoption: suggestion(s, unit, adoption))
    page = client.get("/feedback").text
    assert {a: len(tagged(a).findall(page)) for a in Adoption} == dict.fromkeys(Adoption, 1)


def test_suggestions_are_counted_with_their_denominator_above_their_list(client, write, unit):
    def make(s):
        for adoption in (Adoption.ADOPTED, Adoption.ADOPTED, Adoption.DECLINED):
            suggestion(s, unit, adoption)
        suggestion(s, unit, Adoption.PARTLY, is_public=False)

    write(make)
    page = client.get("/feedback?kind=suggestion")
    assert figures(page) == [("2", "采纳", "4"), ("1", "部分采纳", "4"), ("1", "未采纳", "4")]
    assert "没有写明采纳情况" not in page.text
    for other in ("/feedback", "/feedback?kind=complaint", "/feedback?kind=nonsense"):
        assert figures(client.get(other)) is None


def test_answers_that_do_not_say_it_are_named_beside_the_counts(client, write, unit):
    def make(s):
        suggestion(s, unit, Adoption.ADOPTED)
        parent, child = begun(s, unit, Kind.COMPLAINT), factories.case(s, kind=Kind.SUGGESTION)
        merging.merge(s, child, parent, actor=MODERATOR, at=AT)
        officer = factories.officer(parent.department)
        actions.answer(s, parent, WHY, actor=officer, at=AT)
        actions.close(s, parent, actor=MODERATOR, at=AT)

    write(make)
    page = client.get("/feedback?kind=suggestion")
    assert figures(page)[0] == ("1", "采纳", "2")
    assert "另有 1 件的答复没有写明采纳情况。" in page.text


def test_where_nothing_was_answered_no_zeros_are_lined_up(client):
    page = client.get("/feedback?kind=suggestion")
    assert figures(page) == []
    assert "还没有答复过的建议。" in page.text


def test_the_counts_cost_the_same_for_one_suggestion_and_for_many(
    client, write, unit, count_queries
):
    def cost():
        with count_queries() as sent:
            assert client.get("/feedback?kind=suggestion").status_code == 200
        return sent.n

    write(lambda s: suggestion(s, unit, Adoption.ADOPTED))
    cost()
    one = cost()
    write(lambda s: [suggestion(s, unit, adoption) for adoption in [*Adoption] * 4])
    assert cost() == one


@pytest.mark.parametrize("adoption", list(Adoption))
def test_the_writer_reads_it_beside_the_answer(client, write, monkeypatch, adoption):
    def answered(s, case, unit):
        actions.assign(s, case, unit, actor=MODERATOR, at=AT)
        actions.sign(s, case, actor=factories.officer(unit), at=AT)
        actions.answer(s, case, WHY, adoption=adoption, actor=factories.officer(unit), at=AT)
        actions.close(s, case, actor=MODERATOR, at=AT)

    at_time(monkeypatch)
    found = letter(write, answered, kind=Kind.SUGGESTION)
    assert len(tagged(adoption).findall(prove(client, found).text)) == 1
