"""Moderators work through what was set aside: burst by burst, with one reason, at a keyboard."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock, db
from portal.accounts import actions as accounts
from portal.accounts.sessions import cookie_name
from portal.audit.models import AuditEntry
from portal.ratings import actions, counts
from portal.ratings.kinds import Doubt, Standing
from portal.ratings.models import Rating, RatingDoubt
from portal.ratings.screening.queries import MOST_TOGETHER, PAGE_SIZE
from portal.ratings.screening.rules import Rule
from portal.security import Role
from tests import factories


def device_burst(s, project, n=6, name="one", level=1, **said):
    """Ratings that one browser gave under as many names."""
    at = clock.now() - timedelta(hours=n + 1)
    return [
        factories.rating(
            s, project, level, by=factories.voter(device=name), at=at + timedelta(hours=i), **said
        )
        for i in range(n)
    ]


@pytest.fixture
def moderator(sign_in):
    """The browser of a moderator."""
    return sign_in(Role.MODERATOR)


@pytest.fixture
def burst(write):
    """A burst of six bad ratings: the ids of its doubts, in order."""

    def make(s):
        project = factories.project(s, completed_on=clock.today() - timedelta(days=30))
        device_burst(s, project, comment="建好了没人管")
        return sorted(s.scalars(select(RatingDoubt.id)))

    return write(make)


def decide(client, ids, decision="reject", reason="同一台手机", head=None, follow=False):
    data = {"picks": ids, "decision": decision, "reason": reason}
    return client.post(
        f"/appraisal/doubts/{head or ids[0]}/decide", data=data, follow_redirects=follow
    )


def standings(write):
    return write(lambda s: sorted(str(r.standing) for r in s.scalars(select(Rating))))


def test_the_queue_shows_the_rule_the_levels_and_where_it_came_from(moderator, burst):
    page = moderator.get("/appraisal/doubts").text
    assert "同一设备评价过多：6 份待判定" in page
    assert "6人及以上评价" in page
    assert re.search(r"设备A\s*6 份", page)
    assert "6 份没有记录或已到期删除" in page  # no network was known
    assert "× 6" in page
    assert f'href="/appraisal/doubts/{burst[0]}"' in page


def test_no_keyed_value_stands_on_a_page(moderator, burst, write):
    def keyed(s):
        rows = s.execute(select(Rating.device, Rating.rater)).all()
        return {value for row in rows for value in row if value}

    pages = (
        moderator.get("/appraisal/doubts").text
        + moderator.get(f"/appraisal/doubts/{burst[0]}").text
    )
    assert not [value for value in write(keyed) if value in pages]


def test_a_whole_burst_is_decided_with_one_reason_and_each_is_logged(moderator, burst, write):
    page = moderator.get(f"/appraisal/doubts/{burst[0]}").text
    assert page.count(" checked>") == 6
    answer = decide(moderator, burst, follow=True)
    assert "已判定不计入 6 份。" in answer.text
    assert answer.request.path == "/appraisal/doubts"  # nothing waits any more
    assert standings(write) == ["rejected"] * 6
    acts = select(AuditEntry).where(AuditEntry.act == "rating:reject")
    entries = write(lambda s: [(e.subject, e.details["reason"]) for e in s.scalars(acts)])
    assert len({subject for subject, _ in entries}) == 6
    assert {reason for _, reason in entries} == {"同一台手机"}


def test_one_rating_may_be_released_and_the_rest_waits_on(moderator, burst, write):
    answer = decide(moderator, burst[2:3], "release", "邻居用同一台电脑", head=burst[0])
    assert answer.location == f"/appraisal/doubts/{burst[0]}"
    page = moderator.get(answer.location).text
    assert "待判定 5 份" in page
    assert "已处理 1 份" in page
    assert "邻居用同一台电脑" in page
    assert standings(write) == ["counted", *["set_aside"] * 5]
    project = write(lambda s: s.scalar(select(Rating.project_id)))
    assert write(lambda s: counts.kept(s, [project]) == counts.recounted(s, [project]))


def test_the_next_burst_comes_after_a_decision(moderator, burst, write):
    def more(s):
        project = factories.project(s, "村道", completed_on=clock.today() - timedelta(days=30))
        rows = device_burst(s, project, name="two")
        ids = [r.id for r in rows]
        return s.scalar(select(RatingDoubt.id).where(RatingDoubt.rating_id.in_(ids)).order_by("id"))

    head = write(more)
    assert decide(moderator, burst).location == f"/appraisal/doubts/{head}"


def test_both_decisions_can_be_looked_up(moderator, burst):
    decide(moderator, burst[:2], "release", "一家人")
    decide(moderator, burst[2:], "reject", "同一台手机", head=burst[0])
    released = moderator.get("/appraisal/doubts?state=released").text
    assert released.count("一家人") == 2
    assert "同一台手机" not in released
    rejected = moderator.get("/appraisal/doubts?state=rejected&class=device").text
    assert rejected.count("同一台手机") == 4
    assert "同一台手机" not in moderator.get("/appraisal/doubts?state=rejected&class=text").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": " "}, "请写明判定的理由。"),
        ({"decision": ""}, "请选择一项。"),
        ({"decision": "delete"}, "有 1 处需要修改"),
        ({"picks": []}, "请至少勾选一份评价。"),
        ({"picks": ["x"]}, "有 1 处需要修改"),
        ({"picks": [2**40]}, "有 1 处需要修改"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_stays(moderator, burst, write, change, said):
    data = {"picks": burst[:3], "decision": "reject", "reason": "同一台手机"} | change
    answer = moderator.post(f"/appraisal/doubts/{burst[0]}/decide", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    if "picks" not in change:
        assert len(re.findall(r'name="picks"[^>]* checked', answer.text)) == 3
    assert standings(write) == ["set_aside"] * 6


def test_two_moderators_at_once_do_not_decide_twice(moderator, burst, write):
    decide(moderator, burst[:1], "release", "一家人")
    late = decide(moderator, burst)
    assert late.status_code == 409
    assert "其中 1 份刚才已有人判定" in late.text
    assert standings(write) == ["counted", *["set_aside"] * 5]


def test_an_erased_rating_is_passed_over_in_words(moderator, burst, write):
    def erase(s):
        first = s.get(RatingDoubt, burst[0]).rating_id
        actions.erase(s, s.get(Rating, first), at=clock.now())

    write(erase)
    page = moderator.get(f"/appraisal/doubts/{burst[0]}").text
    assert "居民已删除" in page
    assert "待判定 5 份" in page
    answer = decide(moderator, burst, follow=True)
    assert "已判定不计入 5 份。另有 1 份已由居民本人删除" in answer.text
    alone = decide(moderator, burst[:1])
    assert alone.status_code == 409
    assert "已由居民本人删除" in alone.text


def many(s, n, groups=1):
    """`n` ratings set aside in each of `groups` bursts, without going through the rule."""
    rule = Rule.of({})
    for _ in range(groups):
        project = factories.project(s)
        first = factories.rating(s, project, 5)
        wave, at = first.wave_id, clock.now() - timedelta(days=1)
        rows = [
            Rating(
                **{
                    c.key: getattr(first, c.key)
                    for c in Rating.__table__.columns
                    if c.key not in ("id", "rater", "standing", "doubt", "version", "wave_id")
                },
                rater=f"{project.id}-{i}",
                wave_id=wave,
                standing=Standing.SET_ASIDE,
                doubt=Doubt.PACE,
            )
            for i in range(n)
        ]
        s.add_all(rows)
        s.flush()
        kept = {"doubt": Doubt.PACE, "burst": n, "rule": vars(rule), "set_aside_at": at}
        kept |= {"decided_by": "", "reason": ""}
        s.add_all(RatingDoubt(rating_id=row.id, **kept) for row in rows)
        s.flush()


def test_the_queue_is_paged_by_burst_and_says_how_much_waits(moderator, write):
    write(lambda s: many(s, 2, PAGE_SIZE + 1))
    page = moderator.get("/appraisal/doubts").text
    assert page.count("2 份待判定") == PAGE_SIZE
    assert f"<b>{2 * PAGE_SIZE + 2}</b>" in page
    following = re.search(r'href="(/appraisal/doubts\?after=\d+)"', page)[1]
    assert moderator.get(following).text.count("2 份待判定") == 1


def test_a_burst_of_hundreds_is_worked_in_portions(moderator, write):
    write(lambda s: many(s, MOST_TOGETHER + 20))
    head = re.search(r"/appraisal/doubts/(\d+)", moderator.get("/appraisal/doubts").text)[1]
    page = moderator.get(f"/appraisal/doubts/{head}").text
    assert "还有 20 份没有列出" in page
    picks = re.findall(r'name="picks" value="(\d+)"', page)
    assert len(picks) == MOST_TOGETHER
    answer = decide(moderator, picks, head=head)
    assert answer.location == f"/appraisal/doubts/{head}"
    assert "待判定 20 份" in moderator.get(answer.location).text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR, Role.ADMIN])
def test_only_moderators_come_in(sign_in, burst, write, role):
    unit = write(lambda s: factories.department(s).id) if role is Role.OFFICER else None
    client = sign_in(role, unit)
    assert client.get("/appraisal/doubts").status_code == 403
    assert client.get(f"/appraisal/doubts/{burst[0]}").status_code == 403
    assert decide(client, burst).status_code == 403


def test_what_is_no_burst_is_not_found(moderator):
    assert moderator.get("/appraisal/doubts/999999").status_code == 404
    assert "没有待判定的评价" in moderator.get("/appraisal/doubts?class=nonsense&after=x").text


def test_of_many_moderators_at_once_exactly_one_decides(own_app):
    with own_app.app_context(), db.transaction() as s:
        project = factories.project(s, completed_on=clock.today() - timedelta(days=30))
        device_burst(s, project)
        ids = sorted(s.scalars(select(RatingDoubt.id)))
        tokens = []
        for n in range(6):
            person = factories.account(s, f"moderator{n}", Role.MODERATOR)
            options = {"browser": "x", "hours": 1, "at": clock.now()}
            tokens.append(accounts.open_session(s, person, **options)[1])
        name, ident = cookie_name(), project.id

    def act(n):
        client = own_app.test_client()
        client.set_cookie(name, tokens[n])
        return decide(client, ids, ("release", "reject")[n % 2]).status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(act, range(6))) == [303, *[409] * 5]
    with own_app.app_context():
        s = db.session()
        decisions = s.execute(select(RatingDoubt.decision, RatingDoubt.decided_by).distinct())
        assert len(decisions.all()) == 1
        assert counts.kept(s, [ident]) == counts.recounted(s, [ident]) != {}
