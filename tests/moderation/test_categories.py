"""The taxonomy's pages: who may keep it, what is kept, what stays, and what is on record."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock, setup
from portal.audit.models import AuditEntry
from portal.cases.categories.models import Category, CategoryRoute
from portal.county.actions import put_town
from portal.security import Role
from tests import factories

LIST = "/moderation/categories"
LEAK = f"{LIST}/supply.water-leak"


@pytest.fixture
def unit(write) -> tuple[int, str]:
    """A department, a town and the preset taxonomy; the department's id and code."""

    def make(s):
        found = factories.department(s, "县水利局", "shuili")
        put_town(s, "east", "东镇", sort_order=0)
        setup.load(s, {"taxonomy": "preset"}, valid_from=clock.today(), basis="t", at=clock.now())
        return found.id, found.code

    return write(make)


@pytest.fixture
def other(write, unit) -> str:
    """Another department's code."""
    return write(lambda s: factories.department(s, "县住建局", "zhujian").code)


@pytest.fixture
def moderator(sign_in, unit):
    """The browser of a moderator."""
    return sign_in(Role.MODERATOR, username="keeper")


def fields(page) -> dict[str, str]:
    """What the form of a category shows, as it would be sent unchanged."""
    form = re.search(r'<form method="post" class="panel sheet".*?</form>', page.text, re.S)[0]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag or " checked" in tag:
            found[name[1]] = value[1] if value else ""
    for name, inner in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        found[name] = inner.strip()
    for name, inner in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        picked = re.search(r'<option selected value="([^"]*)"', inner)
        found[name] = picked[1] if picked else re.search(r'value="([^"]*)"', inner)[1]
    return found


def save(client, path=LEAK, **typed):
    return client.post(path, data=fields(client.get(path)) | typed)


def read(write, code="supply.water-leak"):
    names = ("name", "words", "questions", "stopper", "is_active", "sort_order", "department_id")
    return write(lambda s: {n: getattr(s.get(Category, code), n) for n in names})


def entries(write, act="category:change"):
    rows = select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)
    return write(lambda s: [(e.actor, e.subject, e.details) for e in s.scalars(rows)])


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR])
def test_only_moderators_and_administrators_keep_the_taxonomy(app, sign_in, unit, role, write):
    client = sign_in(role, unit[0] if role is Role.OFFICER else None)
    before = read(write)
    for path in (LIST, f"{LIST}/new", LEAK):
        assert client.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 302
    acts = ("", "/close", "/reopen", "/up", "/down", "/routes", "/routes/1/remove")
    for act in acts:
        data = {"name": "别的", "department": unit[1], "valid_from": "2099-01-01"}
        assert client.post(LEAK + act, data=data).status_code == 403
        assert app.test_client().post(LEAK + act, data=data).status_code == 403
    assert read(write) == before
    assert not entries(write)
    assert sign_in(Role.ADMIN).get(LIST).status_code == 200


def test_the_list_says_who_is_in_charge_and_how_many_cases_are_open(moderator, unit, write):
    def some(s):
        leak, unit_ = s.get(Category, "supply.water-leak"), s.get(factories.Department, unit[0])
        for _ in range(2):
            factories.case(s, category=leak)
        factories.closed(s, unit_, category=leak)

    write(some)
    page = moderator.get(LIST).text
    row = re.search(r'id="supply.water-leak".*?</tr>', page, re.S)[0]
    assert "县水利局" in row
    assert "2 件" in row
    assert "未定" in re.search(r'id="supply.gas".*?</tr>', page, re.S)[0]


def test_the_list_costs_the_same_whatever_its_length(moderator, unit, write, count_queries):
    with count_queries() as few:
        moderator.get(LIST)

    def more(s):
        for n in range(20):
            row = Category(code=f"supply.x{n}", parent_code="supply", name=f"新事项{n}")
            row.sort_order, row.is_active = n, True
            row.words, row.questions, row.stopper = [], [], {}
            row.department_id = unit[0]
            row.routes.append(CategoryRoute(department_id=unit[0], valid_from=clock.today()))
            s.add(row)

    write(more)
    with count_queries() as many:
        moderator.get(LIST)
    assert many.n == few.n


def test_saving_an_unchanged_category_changes_and_records_nothing(moderator, unit, write):
    before = read(write, "work.wages")
    assert save(moderator, f"{LIST}/work.wages").status_code == 303
    assert read(write, "work.wages") == before
    assert not entries(write)


def test_a_category_is_changed_with_its_questions_and_its_advice(moderator, unit, other, write):
    before = read(write)
    answer = save(
        moderator,
        name="漏水爆管",
        department=other,
        words="漏水\n 滴水 \n",
        stopper_title="急修",
        stopper_advice="请打抢修电话。",
        stopper_phone="12345",
        **{
            "questions-0-label": "漏了多大？",
            "questions-0-choices": "滴\n流",
            "questions-2-label": "哪天开始？",
            "questions-2-kind": "date",
            "questions-2-required": "y",
        },
    )
    assert answer.status_code == 303
    now = read(write)
    assert (now["name"], now["words"]) == ("漏水爆管", ["漏水", "滴水"])
    assert now["stopper"]["phone"] == "12345"
    first, second, third = now["questions"]
    assert first["key"] == before["questions"][0]["key"]
    assert (first["label"], first["choices"]) == ("漏了多大？", ["滴", "流"])
    assert second == before["questions"][1]
    assert third == {
        "key": third["key"],
        "label": "哪天开始？",
        "kind": "date",
        "choices": [],
        "required": True,
    }
    assert third["key"] not in (first["key"], second["key"])
    [(actor, subject, details)] = entries(write)
    assert (actor, subject) == ("keeper", "category:supply.water-leak")
    assert details["before"]["name"] == "水管漏水"
    assert details["after"]["department"] == other


WRONG = {
    "name": ["", " ", "长" * 25, "停水与水压"],
    "words": ["水", "漏水\n漏水", "停水", "长" * 21],
    "department": ["nobody"],
    "stopper_phone": ["打我", "1" * 20],
    "stopper_title": ["只有标题"],
    "questions-0-choices": ["", "一个", "同\n同", "\n".join(map(str, range(13)))],
    "questions-0-label": ["问" * 61],
    "questions-0-key": ["look; drop", "spot"],
}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, vs in WRONG.items() for v in vs])
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(moderator, unit, write, field, value):
    before = read(write)
    page = save(moderator, **{"stopper_title": "", "words": "漏水\n独特的俗称"} | {field: value})
    assert page.status_code == 422
    assert "处需要修改" in page.text
    assert field == "words" or "独特的俗称" in page.text
    assert read(write) == before
    assert not entries(write)


def test_a_change_made_on_an_old_page_is_refused(moderator, unit, write):
    old = fields(moderator.get(LEAK))
    assert save(moderator, name="先改的").status_code == 303
    late = moderator.post(LEAK, data=old | {"name": "后改的"})
    assert late.status_code == 409
    assert read(write)["name"] == "先改的"


def test_a_hostile_name_is_shown_as_text(moderator, unit):
    assert save(moderator, name="<script>x()</script>").status_code == 303
    for path in (LIST, LEAK):
        page = moderator.get(path).text
        assert "<script>x()" not in page
        assert "&lt;script&gt;x()" in page


def test_groups_and_matters_are_added_at_the_end_of_their_list(moderator, unit, write):
    group = moderator.post(f"{LIST}/new", data={"name": "新分组", "stopper_severity": "elsewhere"})
    assert group.status_code == 303
    code = group.location.rsplit("/", 1)[-1]
    data = {"name": "新事项", "department": unit[1], "words": "新词"}
    made = moderator.post(f"{LIST}/new?in={code}", data=data | {"stopper_severity": "elsewhere"})
    matter = made.location.rsplit("/", 1)[-1]
    assert matter == f"{code}.m1"
    assert read(write, matter)["department_id"] == unit[0]
    page = moderator.get(LIST).text
    assert page.rindex("新分组") > page.index("其他事项")
    assert moderator.get(f"{LIST}/new?in={matter}").status_code == 404
    assert moderator.get(f"{LIST}/new?in=nowhere").status_code == 404
    assert moderator.post(f"{LIST}/new?in={code}", data=data).status_code == 422


def test_a_used_category_is_closed_and_opened_again_never_deleted(moderator, unit, write, client):
    write(lambda s: factories.case(s, category=s.get(Category, "supply.water-leak")))
    for act, is_open in (("close", False), ("close", False), ("reopen", True)):
        assert moderator.post(f"{LEAK}/{act}").status_code == 303
        assert read(write)["is_active"] is is_open
    assert [d["after"] for _a, _s, d in entries(write)] == [
        {"is_active": False},
        {"is_active": True},
    ]
    assert moderator.delete(LEAK).status_code == 405


def test_a_word_that_went_to_another_matter_keeps_the_first_one_closed(moderator, unit, write):
    assert moderator.post(f"{LEAK}/close").status_code == 303
    cut = f"{LIST}/supply.water-cut"
    assert save(moderator, cut, words="停水\n爆管").status_code == 303
    refused = moderator.post(f"{LEAK}/reopen")
    assert refused.status_code == 422
    assert "爆管" in refused.text
    assert read(write)["is_active"] is False


def order(write):
    rows = select(Category.code).where(Category.parent_code == "supply")
    return write(lambda s: list(s.scalars(rows.order_by(Category.sort_order, Category.code))))


def test_a_category_moves_one_place_and_no_further_than_its_list(moderator, unit, write):
    first = order(write)
    assert moderator.post(f"{LEAK}/up").status_code == 303
    assert order(write)[:2] == [first[1], first[0]]
    moderator.post(f"{LEAK}/up")
    assert order(write)[:2] == [first[1], first[0]]
    moderator.post(f"{LEAK}/down")
    assert order(write) == first


def routes(write):
    rows = select(CategoryRoute).order_by(CategoryRoute.valid_from, CategoryRoute.id)
    return write(
        lambda s: [(r.town_code, r.department.code, r.valid_from) for r in s.scalars(rows)]
    )


def route(client, department, day, town="", path=LEAK):
    data = {"town": town, "department": department, "valid_from": str(day)}
    return client.post(f"{path}/routes", data=data)


def test_a_route_holds_from_its_day_in_its_place(moderator, unit, other, write):
    today = clock.today()
    later = today + timedelta(days=40)
    assert route(moderator, other, today).status_code == 303
    assert route(moderator, other, later, "east").status_code == 303
    assert route(moderator, unit[1], later, "east").status_code == 303  # instead of the one before
    assert routes(write) == [(None, other, today), ("east", unit[1], later)]
    page = moderator.get(LEAK).text
    assert "尚未生效" in page
    assert "已生效，保留记录" in page
    row = re.search(r'id="supply.water-leak".*?</tr>', moderator.get(LIST).text, re.S)[0]
    assert "县住建局" in row
    assert [d["before"] for _a, _s, d in entries(write, "category:route")] == [None, None, other]


def test_a_future_route_can_be_removed_and_one_that_began_stays(moderator, unit, other, write):
    today = clock.today()
    for day in (today, today + timedelta(days=1)):
        assert route(moderator, other, day).status_code == 303
    begun, future = write(lambda s: list(s.scalars(select(CategoryRoute.id).order_by("id"))))
    assert moderator.post(f"{LEAK}/routes/{begun}/remove").status_code == 409
    assert moderator.post(f"{LIST}/supply.gas/routes/{future}/remove").status_code == 404
    assert moderator.post(f"{LEAK}/routes/{future}/remove").status_code == 303
    assert moderator.post(f"{LEAK}/routes/{future}/remove").status_code == 404
    assert routes(write) == [(None, other, today)]
    last = entries(write, "category:route")[-1][2]
    assert (last["before"], last["after"]) == (other, None)


@pytest.mark.parametrize("day", ["", "soon", "2020-01-01", "2026-02-30", "9999-12-31", "20270101x"])
def test_a_route_needs_a_day_that_has_not_passed(moderator, unit, write, day):
    page = route(moderator, unit[1], day)
    assert page.status_code == 422
    assert not routes(write)


def test_a_closed_department_gets_no_route_and_an_unknown_town_none(moderator, unit, write):
    def close(s):
        s.get(factories.Department, unit[0]).is_active = False

    assert route(moderator, unit[1], clock.today(), "nowhere").status_code == 422
    write(close)
    assert route(moderator, unit[1], clock.today()).status_code == 422
    assert not routes(write)
    assert save(moderator, name="改名也行").status_code == 303  # the one that stands there stays


@pytest.mark.parametrize("path", [f"{LIST}/nowhere", f"{LIST}/nowhere/routes", f"{LIST}/x/close"])
def test_what_is_not_there_is_not_found(moderator, unit, path):
    data = {"name": "x", "department": unit[1], "valid_from": "2099-01-01"}
    assert moderator.post(path, data=data).status_code == 404


def test_an_administrator_sees_no_more_cases_than_are_open_to_them(sign_in, write, unit):
    def about(s):
        leak = s.get(Category, "supply.water-leak")
        return factories.case(s, category=leak).id

    write(about)
    page = sign_in(Role.ADMIN).get(LIST).text
    assert "1 件" in re.search(r'id="supply.water-leak".*?</tr>', page, re.S)[0]
