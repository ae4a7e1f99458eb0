"""A form of staff that is sent once more, with the matter of the next resident in it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases.models import Case
from portal.security import Role
from tests.moderation.test_entry import NOW, count, enter, jpeg, slip_of

KEY = re.compile(r'name="submission_key"[^>]*value="([^"]*)"')


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def moderator(sign_in):
    """The browser of the moderator who takes calls."""
    return sign_in(Role.MODERATOR, username="caller")


ANOTHER = {"title": "学校门口没有斑马线", "body": "另一位居民的话。", "phone": "13911112222"}


@pytest.mark.parametrize("minutes", [1, 11])
@pytest.mark.parametrize("changed", [ANOTHER, {"phone": "13911112222"}, {"anonymous": "y"}])
def test_another_matter_on_a_form_that_was_sent_is_kept_and_asks_for_one_more_click(
    moderator, write, monkeypatch, changed, minutes
):
    first, code = slip_of(enter(moderator))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))
    typed = {"phone": ""} | changed if "anonymous" in changed else changed
    page = enter(moderator, **typed)
    assert page.status_code == 422
    assert f"这张登记表已经提交过，受理编号 {first}" in page.text
    assert code not in page.text
    assert count(write) == 1
    for text in typed.values():
        assert text in page.text
    key = KEY.search(page.text)[1]
    told = re.search(r'name="told"[^>]*value="([^"]*)"', page.text)[1]
    second, other = slip_of(enter(moderator, **typed, submission_key=key, told=told))
    assert second != first
    assert other != code
    assert count(write) == 2


def test_what_is_wrong_in_the_second_matter_is_said_with_it(moderator, write):
    enter(moderator)
    page = enter(moderator, **ANOTHER | {"phone": ""})
    assert page.status_code == 422
    assert "这张登记表已经提交过" in page.text
    assert "请填写联系电话或电子邮箱" in page.text
    assert count(write) == 1


def test_looking_with_a_form_that_was_sent_keeps_the_second_matter(moderator, write):
    enter(moderator)
    page = enter(moderator, look="y", **ANOTHER | {"phone": ""})
    assert ANOTHER["title"] in page.text
    assert "这张登记表已经提交过" in page.text
    assert "请填写联系电话" not in page.text
    assert count(write) == 1


def test_photos_of_the_second_matter_stay_with_it(moderator, write):
    enter(moderator)
    page = enter(moderator, **ANOTHER, photos=[jpeg("green")])
    assert "green.jpg" in page.text
    key = KEY.search(page.text)[1]
    assert slip_of(enter(moderator, **ANOTHER, submission_key=key))
    names = write(
        lambda s: [[f.name for f in c.files] for c in s.scalars(select(Case).order_by(Case.id))]
    )
    assert names == [[], ["green.jpg"]]
