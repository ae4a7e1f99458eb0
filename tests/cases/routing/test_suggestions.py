"""A case is suggested to who is likely right, with the reasons, and never to whom it is about."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.cases import actions
from portal.cases.categories.models import CategoryRoute
from portal.cases.kinds import Kind, TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.returns import return_
from portal.cases.routing import learned
from portal.cases.routing.evidence import BY_CONFLICT, BY_LIKE, BY_RETURN
from portal.cases.routing.similar import OF_ONE_KIND, VOTERS, similar
from portal.cases.routing.suggestions import BY_MODEL, BY_WORDS, keep, renew, suggest_for
from portal.cases.targets import Target, set_targets
from portal.county.models import Town
from portal.db import separate_transaction
from portal.routing.rules import BY_CATEGORY, BY_DUTY, BY_NAME, BY_PROJECT
from tests.cases.routing.learning import (
    category,
    handled,
    oracle,
    others,
    setting,
    stored,
    unit,
)
from tests.factories import AT, MODERATOR, case, officer, project

pytestmark = pytest.mark.usefixtures("forgetful")


@pytest.fixture
def lamps(s):
    others(s)
    return unit(s, "lamps", "县城市管理局", "路灯")


@pytest.fixture
def roads(s):
    return unit(s, "roads", "县交通运输局", "公路")


@pytest.fixture
def discipline(s):
    return unit(s, "discipline", "县纪委监委")


def letter(s, title="村口一片漆黑", body="晚上看不见路。", **more):
    return case(s, title=title, body=body, **more)


def codes(s, c, at=AT):
    return [one.department.code for one in suggest_for(s, c, at)]


def texts(one):
    return [reason.text for reason in one.reasons]


def test_nothing_is_suggested_where_nothing_points_anywhere(s, lamps):
    assert suggest_for(s, letter(s), AT) == []


def test_every_kind_of_rule_is_a_reason(s, lamps):
    works = project(s, "路灯改造", unit=lamps)
    matter = category(s, "light", "照明", lamps)
    c = letter(s, body="请城市管理局修路灯。", project=works, category=matter)
    [one] = suggest_for(s, c, AT)
    assert texts(one) == [BY_PROJECT, BY_CATEGORY, BY_NAME, BY_DUTY]
    assert 0.98 < one.share < 1
    assert all("%" not in r.text % r.params for r in one.reasons)


def test_the_category_table_counts_as_it_stands_on_the_day_and_in_the_town(s, lamps, roads):
    matter = category(s, "light", "照明", lamps)
    town = Town(code="east", name="城东镇", sort_order=1)
    s.add(town)
    s.flush()
    local = {"category_code": "light", "town_code": "east", "department_id": roads.id}
    s.add(CategoryRoute(**local, valid_from=date(2026, 4, 1)))
    s.flush()
    here, elsewhere = letter(s, category=matter, town=town), letter(s, category=matter)
    assert codes(s, here) == ["lamps"]
    assert codes(s, here, AT + timedelta(days=60)) == ["roads"]
    assert codes(s, elsewhere, AT + timedelta(days=60)) == ["lamps"]


def test_similar_cases_of_the_past_vote_for_whose_they_were(s, lamps, roads):
    for n in range(3):
        handled(s, lamps, f"幸福路路灯不亮已经第{n}天")
    handled(s, roads, "农村公路塌方无法通行")
    c = letter(s, title="幸福路路灯不亮", body="幸福路路灯不亮。")
    best = suggest_for(s, c, AT)[0]
    assert best.department is lamps
    told = next(r for r in best.reasons if r.text == BY_LIKE)
    assert told.params == {"of": "3", "n": "3"}


def test_the_past_is_read_in_a_bounded_way(s, lamps, count_queries):
    works, matter = project(s, unit=lamps), category(s, "light", "照明", lamps)
    c = letter(s, title="幸福路路灯不亮", project=works, category=matter)
    s.flush()
    with count_queries() as few:
        similar(s, c)
    for _ in range(OF_ONE_KIND + 5):
        handled(s, lamps, "幸福路路灯不亮", project=works, category=matter)
    s.flush()
    with count_queries() as many:
        found = similar(s, c)
    assert many.n == few.n == 3
    assert len(found) == VOTERS


def test_what_nobody_confirmed_or_nobody_may_know_of_has_no_vote(s, lamps, discipline):
    setting(s, report_department="discipline", auto_confidence=1)
    title = "幸福路路灯不亮"
    report = letter(s, title=title, kind=Kind.REPORT)
    actions.sign(s, report, actor=officer(discipline), at=AT)
    about = letter(s, title=title, targets=[Target(TargetKind.DEPARTMENT, lamps)])
    actions.assign(s, about, discipline, actor=MODERATOR, at=AT)
    guessed = letter(s, title=title)
    actions.dispatch(s, guessed, lamps, at=AT)
    c = letter(s, title=title)
    assert similar(s, c) == []
    actions.sign(s, guessed, actor=officer(lamps), at=AT)
    assert [code for code, _score in similar(s, c)] == ["lamps"]


def test_the_model_takes_part_and_says_by_which_words(s, lamps, roads, monkeypatch):
    oracle(s, monkeypatch, lamps=0.9, roads=0.1)
    first, second = suggest_for(s, letter(s), AT)
    assert (first.department, second.department) == (lamps, roads)
    assert texts(first) == [BY_WORDS]
    assert texts(second) == [BY_MODEL]
    said = first.reasons[0].text % first.reasons[0].params
    assert said == "“路灯”“不亮”等用语与以往由该单位办理的诉求相近（模型判断90%）"


def test_the_model_reads_title_and_body(s, lamps, monkeypatch):
    found = oracle(s, monkeypatch, lamps=0.9)
    suggest_for(s, letter(s, title="题目", body="正文"), AT)
    assert found.read == ["题目\n正文"]


def test_a_closed_department_is_never_suggested(s, lamps, roads, monkeypatch):
    oracle(s, monkeypatch, lamps=0.99, roads=0.01)
    works = project(s, "路灯改造", unit=lamps)
    lamps.is_active = False
    s.flush()
    assert codes(s, letter(s, body="公路和路灯", project=works)) == ["roads"]


def test_whom_a_case_is_about_is_never_suggested(s, lamps, roads, discipline, monkeypatch):
    oracle(s, monkeypatch, lamps=0.99, roads=0.01)
    works = project(s, "路灯改造", unit=lamps)
    targets = [Target(TargetKind.PERSON, lamps, name="某科长")]
    c = letter(s, body="城市管理局的人不管路灯", project=works, targets=targets)
    assert codes(s, c) == []
    setting(s, conflict_department="discipline")
    [one] = suggest_for(s, c, AT)
    assert (one.department, texts(one)) == (discipline, [BY_CONFLICT])


@pytest.mark.parametrize("is_closed", [True, False])
def test_the_countys_office_for_conflicts_is_no_exception(s, lamps, discipline, is_closed):
    setting(s, conflict_department="discipline")
    targets = [Target(TargetKind.DEPARTMENT, lamps if is_closed else discipline)]
    discipline.is_active = not is_closed
    s.flush()
    assert "discipline" not in codes(s, letter(s, body="路灯", targets=targets))


def test_a_contractor_that_is_complained_about_changes_nothing(s, lamps, discipline):
    setting(s, conflict_department="discipline")
    targets = [Target(TargetKind.CONTRACTOR, name="某公司")]
    assert codes(s, letter(s, body="路灯", targets=targets)) == ["lamps"]


def test_who_handed_it_back_is_not_suggested_first_again(s, lamps, roads):
    c = letter(s, body="公路边的路灯", category=category(s, "light", "照明", lamps))
    actions.assign(s, c, lamps, actor=MODERATOR, at=AT)
    return_(s, c, actor=officer(lamps), at=AT, note="属公路附属", basis="三定规定第四条")
    first, second = suggest_for(s, c, AT)
    assert (first.department, second.department) == (roads, lamps)
    assert BY_RETURN in texts(second)
    assert c.suggestion.department is roads  # the stored one followed


def test_a_stored_suggestion_names_the_first_and_the_model(s, lamps, monkeypatch):
    oracle(s, monkeypatch, lamps=0.9)
    c = letter(s)
    keep(s, c, AT)
    assert c.suggestion.department is lamps
    assert 0.8 < c.suggestion.confidence < 1
    assert c.suggestion.model_id is not None
    assert c.suggestion.made_at == AT


def test_a_renewed_suggestion_takes_the_place_of_the_first(s, lamps, roads):
    c = letter(s, body="路灯")
    keep(s, c, AT)
    c.category = category(s, "road", "公路", roads)
    later = AT + timedelta(hours=1)
    renew(s, c, later)
    assert (c.suggestion.department, c.suggestion.made_at) == (roads, later)
    assert len(s.scalars(select(CaseSuggestion)).all()) == 1


def test_naming_who_it_is_about_renews_the_suggestion(s, lamps, discipline):
    setting(s, conflict_department="discipline")
    c = letter(s, body="路灯")
    keep(s, c, AT)
    assert c.suggestion.department is lamps
    set_targets(s, c, [Target(TargetKind.DEPARTMENT, lamps)], actor=MODERATOR, at=AT)
    assert c.suggestion.department is discipline


def test_a_case_that_is_out_keeps_the_suggestion_it_went_with(s, lamps, roads):
    c = letter(s, body="路灯")
    keep(s, c, AT)
    actions.assign(s, c, roads, actor=MODERATOR, at=AT)
    assert renew(s, c, AT + timedelta(days=1)) == []
    assert (c.suggestion.department, c.suggestion.made_at) == (lamps, AT)


def test_a_report_of_wrongdoing_has_no_suggestion(s, discipline):
    setting(s, report_department="discipline")
    c = letter(s, kind=Kind.REPORT)
    assert renew(s, c, AT) == []
    assert c.suggestion is None


@pytest.mark.parametrize("broken", ["sum", "bytes", "cut"])
def test_a_broken_model_is_left_aside_and_logged(s, lamps, broken, caplog):
    if broken == "sum":
        stored(s, b"minsheng-routing-1\nsomething", sha256="0" * 64)
    else:
        stored(s, b"minsheng-routing-1\n" if broken == "cut" else b"pickle")
    assert codes(s, letter(s, body="路灯")) == ["lamps"]
    assert codes(s, letter(s, body="路灯")) == ["lamps"]
    assert len([r for r in caplog.records if r.name == "portal.routing"]) == 1


def test_a_newer_model_is_used_within_a_minute_and_not_looked_for_sooner(
    s, lamps, roads, monkeypatch, count_queries
):
    now = [1000.0]
    monkeypatch.setattr(learned, "monotonic", lambda: now[0])
    oracle(s, monkeypatch, lamps=0.9)
    assert codes(s, letter(s)) == ["lamps"]
    before = learned.newest(s).ident
    row = stored(s, b"newer", is_told=False)
    now[0] += learned.LOOK_EVERY - 1
    with count_queries() as sent:
        assert learned.newest(s).ident == before
    assert sent.n == 0
    now[0] += 1
    assert learned.newest(s).ident == row.id > before


def test_the_queries_of_a_suggestion_do_not_grow(s, lamps, roads, count_queries):
    works, matter = project(s, unit=lamps), category(s, "light", "照明", lamps)

    ident = letter(s, body="路灯", project=works, category=matter).id

    def ask():
        s.commit()
        with separate_transaction() as fresh:
            c = fresh.get_one(Case, ident)
            with count_queries() as sent:
                suggest_for(fresh, c, AT)
        return sent.n

    ask()  # the first who asks looks for a model
    before = ask()
    for n in range(12):
        handled(s, lamps, f"路灯{n}号不亮", project=works, category=matter)
    assert ask() == before
