"""What the pages of a case say of who did what, and how long it took."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.cases import actions, pages
from portal.cases.kinds import REJECT_REASONS
from portal.security import Actor, Role
from tests.factories import AT, MODERATOR, case, closed, department, public

INSPECTOR = Actor("inspector1", Role.INSPECTOR)


@pytest.fixture
def in_page(app: Flask):
    """The words of a page need a request, which knows the language."""
    with app.test_request_context("/"):
        yield


def test_outsiders_see_a_department_only_at_its_own_steps(s, in_page):
    c = public(s, department(s))
    for timeline in (pages.public_timeline(c), pages.writer_timeline(c)):
        named = [step["title"] for step in timeline if step["who"] == c.department.name]
        assert named == [
            "审核受理，派给承办单位",
            "承办单位签收，开始办理",
            "承办单位提交答复，等待审核",
        ]


def test_staff_see_who_acted_and_a_resident_stays_a_resident(s, in_page):
    c = closed(s, department(s))
    who = [step["who"] for step in pages.case_context(c, INSPECTOR)["timeline"]]
    assert who[0] == "居民"
    assert who[1] == f"moderator（审核员） · {c.department.name}"


def test_an_open_case_grows_older_and_an_ended_one_does_not(s, in_page, monkeypatch):
    waiting, refused, done = case(s), case(s), closed(s, department(s))
    done.closed_at = done.submitted_at + timedelta(days=3)
    reason = next(iter(REJECT_REASONS))
    actions.reject(s, refused, reason, actor=MODERATOR, at=AT)
    monkeypatch.setattr(pages.clock, "now", lambda: waiting.submitted_at + timedelta(days=9))
    ages = pages.list_context([waiting, refused, done])["ages"]
    assert [ages[c.id] for c in (waiting, refused, done)] == ["已过 9 天", "", "用时 3 天"]
