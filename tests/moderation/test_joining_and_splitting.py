"""One answer for the same matter, and one case for each matter in a letter."""

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.workflow import State
from portal.moderation.merging import twins
from portal.moderation.splitting import matters_in, title_of
from portal.security import Role
from tests import factories
from tests.moderation import desks

WATER = {"title": "文化路小区停水三天", "body": "文化路小区已经停水三天，老人没水做饭。"}
SAME = {"title": "文化路小区没水", "body": "文化路小区停水，三天没水做饭了，请尽快恢复供水。"}
OTHER = {"title": "公交车不准点", "body": "3路公交车经常晚点半小时。"}


def onto(parent):
    """What the form sends once the page has shown the main case."""
    return {"parent": parent, "shown": parent}


def by_reference(s, reference):
    return s.scalar(select(Case).where(Case.reference == reference))


@pytest.fixture
def pair(write):
    """Two cases on the same matter, one on another, all of one project."""

    def make(s):
        project = factories.project(s)
        made = [factories.case(s, project=project, **words) for words in (WATER, SAME, OTHER)]
        return [case.reference for case in made]

    return write(make)


def test_likely_duplicates_are_offered_on_the_case_and_on_the_page_of_merging(sign_in, pair):
    first, second, third = pair
    moderator = sign_in(Role.MODERATOR)
    for path in (f"/moderation/cases/{second}", f"/moderation/cases/{second}/merge"):
        page = moderator.get(path).text
        assert first in page
        assert third not in page


def test_a_case_is_merged_answered_along_and_parted_again(sign_in, pair, write):
    first, second, _third = pair
    moderator = sign_in(Role.MODERATOR)
    done = moderator.post(f"/moderation/cases/{second}/merge", data=onto(first))
    assert done.status_code == 303
    page = moderator.get(f"/moderation/cases/{second}").text
    assert "并入的主件" in page
    assert second in moderator.get(f"/moderation/cases/{first}").text
    refused = moderator.post(f"/moderation/cases/{second}/unmerge", data={"note": ""})
    assert refused.status_code == 422
    back = moderator.post(f"/moderation/cases/{second}/unmerge", data={"note": "不是一件事"})
    assert back.status_code == 303
    assert write(lambda s: by_reference(s, second).state) is State.SUBMITTED


def test_merging_can_be_taken_back_within_the_minute(sign_in, pair, write):
    first, second, _third = pair
    moderator = sign_in(Role.MODERATOR)
    moderator.post(f"/moderation/cases/{second}/merge", data=onto(first))
    assert moderator.post(f"/moderation/cases/{second}/undo").status_code == 303
    found = write(lambda s: [by_reference(s, second).state, by_reference(s, second).parent_id])
    assert found == [State.SUBMITTED, None]


def test_a_main_case_named_by_its_number_is_shown_before_anything_is_merged(sign_in, pair, write):
    first, second, third = pair
    moderator = sign_in(Role.MODERATOR)
    path = f"/moderation/cases/{second}/merge"
    page = moderator.post(path, data={"parent": third})
    assert page.status_code == 200
    for said in (OTHER["title"], OTHER["body"], "待审核", f'name="shown" value="{third}"'):
        assert said in page.text
    assert write(lambda s: by_reference(s, second).state) is State.SUBMITTED
    other = moderator.post(path, data={"parent": first, "shown": third})
    assert other.status_code == 200, "another one than was shown is shown first"
    assert write(lambda s: by_reference(s, second).state) is State.SUBMITTED
    assert moderator.post(path, data=onto(first)).status_code == 303
    assert write(lambda s: by_reference(s, second).parent_id)


def test_a_main_case_that_cannot_answer_is_refused_beside_its_number(sign_in, pair, write):
    first, second, _third = pair
    done = write(lambda s: factories.closed(s, factories.department(s)).reference)
    moderator = sign_in(Role.MODERATOR)
    for parent in (second, done):
        page = moderator.post(f"/moderation/cases/{second}/merge", data={"parent": parent})
        assert page.status_code == 422
        assert "请选择一件尚未办结" in page.text
        assert f'value="{parent}"' in page.text
    compared = moderator.get(f"/moderation/cases/{second}/merge?parent={first}").text
    assert f'name="shown" value="{first}"' in compared


@pytest.mark.parametrize("parent", ["", "x", "20990101-000000", "'; --", "9" * 21])
def test_a_parent_that_is_not_there_is_refused_in_words(sign_in, pair, parent):
    moderator = sign_in(Role.MODERATOR)
    page = moderator.post(f"/moderation/cases/{pair[1]}/merge", data={"parent": parent})
    assert page.status_code == 422
    assert "error-summary" in page.text


def test_a_case_goes_neither_into_itself_nor_round_in_a_ring(sign_in, pair):
    first, second, third = pair
    moderator = sign_in(Role.MODERATOR)

    def merge(case, parent):
        path = f"/moderation/cases/{case}/merge"
        return moderator.post(path, data=onto(parent)).status_code

    assert merge(first, first) == 422
    assert merge(second, first) == 303
    assert merge(first, third) == 409
    assert merge(third, second) == 422


def test_a_stale_page_merges_nothing(sign_in, pair, write):
    first, second, _third = pair
    moderator = sign_in(Role.MODERATOR)
    seen = write(lambda s: len(by_reference(s, second).events))
    texts = {"public_title": "标题", "public_body": "正文"}

    def redact(s):
        common = {"actor": factories.MODERATOR, "at": clock.now()}
        actions.redact(s, by_reference(s, second), **texts, **common)

    write(redact)
    page = moderator.post(
        f"/moderation/cases/{second}/merge", data=onto(first) | {"seen": str(seen)}
    )
    assert page.status_code == 409


def test_what_a_conflict_hides_is_neither_offered_nor_merged(app, sign_in, write):
    def make(s):
        me, project = desks.moderator(s, "accused"), factories.project(s)
        plain = factories.case(s, project=project, **SAME)
        about_me = factories.case(s, project=project, targets=[desks.about(s, me)], **WATER)
        unit = desks.about_unit(factories.department(s))
        about_unit = factories.case(s, project=project, targets=[unit], **WATER)
        assert twins(s, plain, me) == twins(s, plain, factories.MODERATOR) == []
        assert twins(s, about_unit, factories.MODERATOR) == []
        return plain.reference, about_me.reference, about_unit.reference

    plain, about_me, about_unit = write(make)
    theirs, other = desks.desk_of(app, write, "accused"), sign_in(Role.MODERATOR)
    path = f"/moderation/cases/{plain}/merge"
    hidden = theirs.post(path, data={"parent": about_me})
    assert hidden.status_code == 422
    assert "没有这个受理编号" in hidden.text
    for reference in (about_me, about_unit):
        assert other.post(path, data={"parent": reference}).status_code == 422
    page = other.get(f"/moderation/cases/{about_unit}/merge").text
    assert "现在不能并案" in page


def test_a_part_that_became_closed_to_a_moderator_is_not_named_beside_the_letter(app, write):
    def make(s):
        me = desks.moderator(s, "accused")
        letter = factories.case(s)
        part = factories.case(s, title="反映审核员", targets=[desks.about(s, me)])
        part.origin_id = letter.id
        return letter.reference, part.reference

    letter, part = write(make)
    page = desks.desk_of(app, write, "accused").get(f"/moderation/cases/{letter}")
    assert page.status_code == 200
    assert part not in page.text


def test_reports_and_answered_cases_are_no_twins(s):
    unit, project = factories.department(s), factories.project(s)
    plain = factories.case(s, project=project, **SAME)
    factories.closed(s, unit, project=project, **WATER)
    waits = factories.answered(s, unit, project=project, **WATER)
    assert [t.case for t in twins(s, plain, factories.MODERATOR)] == [waits]
    waits.kind = Kind.REPORT
    s.flush()
    assert twins(s, plain, factories.MODERATOR) == []


ONE, TWO, THREE = "一、路灯不亮，晚上看不见。", "二、下水道堵了，污水横流。", "三、垃圾没人清运"
LETTER = f"您好！反映几件事。\n{ONE}\n{TWO}\n{THREE}"


def test_the_matters_of_a_letter_are_found_where_it_numbers_them():
    assert matters_in(LETTER) == [ONE, TWO, THREE]
    first, second = "第一，路灯不亮。", "第二，下水道堵了。"
    assert matters_in(first + second) == [first, second]
    assert matters_in("1.路灯不亮\n2.水管漏水") == ["1.路灯不亮", "2.水管漏水"]
    assert matters_in("水费涨到3.5元一吨") == ["水费涨到3.5元一吨"]
    assert matters_in("路灯不亮。\n\n另外水管漏水。") == ["路灯不亮。", "另外水管漏水。"]
    assert matters_in("") == [""]
    assert title_of("二、下水道堵了，污水横流。") == "下水道堵了"


def test_long_texts_are_read_in_no_time():
    begun = clock.now()
    matters_in("一、" * 20_000)
    matters_in(" " * 40_000)
    matters_in("\n \t" * 20_000)
    assert (clock.now() - begun).total_seconds() < 2


def test_a_letter_is_split_and_stays_whole(sign_in, write):
    reference = write(lambda s: factories.case(s, title="几件事", body=LETTER).reference)
    moderator = sign_in(Role.MODERATOR)
    path = f"/moderation/cases/{reference}/split"
    page = moderator.get(path).text
    assert 'value="下水道堵了"' in page
    assert 'value="垃圾没人清运"' in page
    parts = {
        "parts-0-title": "下水道堵了",
        "parts-0-body": "下水道堵了，污水横流。",
        "parts-1-title": "垃圾没人清运",
        "parts-1-body": "垃圾没人清运。",
        "parts-2-title": "",
        "parts-2-body": "",
    }
    done = moderator.post(path, data=parts)
    assert done.status_code == 303
    page = moderator.get(done.headers["Location"]).text
    assert "由这封来信拆出的" in page

    def made(s):
        letter = by_reference(s, reference)
        return letter.body, letter.state, [(c.title, c.submitted_at) for c in letter.split_off]

    body, state, split_off = write(made)
    assert (body, state) == (LETTER, State.SUBMITTED)
    assert split_off == [("下水道堵了", factories.AT), ("垃圾没人清运", factories.AT)]


def test_a_part_has_both_texts_and_there_is_one_at_least(sign_in, write):
    reference = write(lambda s: factories.case(s).reference)
    moderator = sign_in(Role.MODERATOR)
    path = f"/moderation/cases/{reference}/split"
    half = moderator.post(path, data={"parts-0-title": "只有标题", "parts-0-body": " "})
    assert half.status_code == 422
    assert "标题和内容都要填写" in half.text
    assert "只有标题" in half.text
    none = moderator.post(path, data={"parts-0-title": " ", "parts-0-body": ""})
    assert none.status_code == 422
    assert 'class="error-summary"' in none.text
    assert "请至少填写一件另立的诉求" in none.text
    assert 'href="#parts-0-title"' in none.text
    assert moderator.post(path, data={}).status_code == 422
    long = {"parts-0-title": "长" * 81, "parts-0-body": "内容"}
    assert moderator.post(path, data=long).status_code == 422
    many = {f"parts-{n}-{name}": "字" for n in range(9) for name in ("title", "body")}
    assert moderator.post(path, data=many).status_code in (303, 422)
    assert write(lambda s: len(by_reference(s, reference).split_off)) <= 4


def test_a_case_that_was_sent_out_is_not_split(sign_in, write):
    def make(s):
        return factories.answered(s, factories.department(s)).reference

    reference = write(make)
    parts = {"parts-0-title": "标题", "parts-0-body": "内容"}
    page = sign_in(Role.MODERATOR).post(f"/moderation/cases/{reference}/split", data=parts)
    assert page.status_code == 409
