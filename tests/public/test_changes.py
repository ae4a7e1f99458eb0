"""The public log: who changed what when, in words, a page at a time."""

from datetime import timedelta

import pytest

from portal.projects.kinds import ProjectStatus
from portal.projects.record.models import Change
from portal.projects.record.queries import LOG_SIZE
from portal.projects.record.readable import line, moments, value
from portal.projects.sections import SECTIONS
from portal.security import Role
from tests import factories
from tests.public.rows import NOW, add, change, remove

TRANSLATED = {"用地": "Land", "是": "yes indeed", "子项": "Item", "目标值": "Target"}


def translate(text):
    """A visitor's language with a few words."""
    return TRANSLATED.get(text, text)


@pytest.mark.parametrize(
    ("section", "field", "told", "shown"),
    [
        ("blocker", "kind", "land", "Land"),
        ("blocker", "kind", "no-more-a-kind", "no-more-a-kind"),
        ("fund", "approved_fen", "120000050", "120.00005"),
        ("fund", "approved_fen", "none of ours", "none of ours"),
        ("item", "is_lower_better", "yes", "yes indeed"),
        ("site", "percent", "62.5", "62.5%"),
        ("item", "quantity", "12.5", "12.5"),
        ("revisit", "months", "3", "第3个月"),
        ("photo", "file_id", "a" * 64, "aaaaaaaaaaaa…"),
        ("stage", "reached_on", "2026-01-12", "2026-01-12"),
        ("fund", "approved_fen", "", ""),
    ],
)
def test_a_kept_value_is_told_in_words(section, field, told, shown):
    assert value(SECTIONS[section].field(field), told, translate) == shown


def entry(**more):
    """An entry of the log."""
    fields = {"project_id": 1, "at": NOW, "actor": "li", "organisation": "县水利局", "row": ""}
    return Change(**(fields | {"before": "", "after": ""} | more))


def test_names_of_sections_and_fields_are_translated():
    told = line(entry(section="item", row="主管网", field="quantity", after="9"), translate)
    assert (told.section, told.row, told.field, told.after) == ("Item", "主管网", "Target", "9")


def test_an_entry_of_a_section_that_is_no_more_is_shown_as_it_stands():
    told = line(entry(section="gone", row="某行", field="old", before="1", after="2"), translate)
    assert (told.section, told.row, told.field) == ("gone", "某行", "old")
    assert (told.before, told.after) == ("1", "2")


def test_entries_of_one_moment_stand_together_in_the_order_written():
    later = NOW + timedelta(minutes=1)
    log = [
        entry(section="project", field="stage", after="work", at=later),
        entry(section="item", row="b", field="unit", after="3"),
        entry(section="item", row="a", field="name", after="2"),
        entry(section="item", row="a", field="unit", after="1"),
    ]
    first, second = moments(log, translate)
    assert first.at == later
    assert [(e.row, [one.after for one in e.lines]) for e in second.entries] == [
        ("a", ["1", "2"]),
        ("b", ["3"]),
    ]


@pytest.fixture
def changed(write):
    """A project with an item that was added, changed and removed."""

    def make(s):
        project = factories.project(s, status=ProjectStatus.IN_PROGRESS)
        numbers = {"quantity": "12.5", "unit": "公里"}
        item = add(s, project, "item", name="主管网", at=NOW - timedelta(days=2), **numbers)
        at = NOW - timedelta(days=1)
        change(s, project, "item", item, at=at, is_lower_better=True, done="8")
        item.quantity = 0  # by a decision: an item does not take its target along
        remove(s, project, "item", item)
        sums = {"approved_fen": 500_000_000, "in_place_fen": 1}
        add(s, project, "fund", kind="county", name="县级配套", **sums)
        return project.code

    return write(make)


def test_the_log_says_who_when_what_from_and_to(client, changed):
    text = client.get(f"/projects/{changed}/changes").text
    assert "县水利局" in text
    for shown in ("2026-11-13 10:00", "2026-11-14 10:00", "2026-11-15 10:00"):
        assert shown in text
    for shown in ("目标值", "12.5", "越低越好（如失业率）", "是", "县级财政", "500", "已删除"):
        assert shown in text, shown
    assert text.index("已删除") < text.index("12.5")  # newest first
    assert "500000000" not in text


def test_only_staff_see_user_names(client, sign_in, changed):
    assert "账号 admin" not in client.get(f"/projects/{changed}/changes").text
    staff = sign_in(Role.INSPECTOR)
    assert "账号 admin" in staff.get(f"/projects/{changed}/changes").text


def test_a_long_log_comes_in_pages_without_loss(client, write):
    def make(s):
        project = factories.project(s)
        for n in range(LOG_SIZE + 7):
            s.add(entry(project_id=project.id, section="item", field="note", after=f"第{n}次改"))
        return project.code

    code = write(make)
    first = client.get(f"/projects/{code}/changes").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    seen = [n for n in range(LOG_SIZE + 7) if f">第{n}次改<" in first + second]
    assert seen == list(range(LOG_SIZE + 7))
    assert 'rel="next"' not in second


def test_a_project_that_never_changed_says_so(client, write):
    code = write(lambda s: factories.project(s).code)
    assert "公布以来还没有改过。" in client.get(f"/projects/{code}/changes").text


def test_absurd_addresses_of_the_log_are_refused(client, changed):
    assert client.get("/projects/none/changes").status_code == 404
    assert client.get(f"/projects/{changed}/changes?after=absurd").status_code == 422
