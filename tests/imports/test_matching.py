"""Which project a row speaks of: surely by code, by its list, or by name; never by a guess."""

from portal.imports.matching import How, KnownProject, fingerprint, match
from portal.imports.rows import Row


def row(n: int, name: str, code: str = "", key: str = "") -> Row:
    return Row(row=n, name=name, source_key=key or f"{n}|{name}", original={}, code=code)


def known(ident: int, name: str, key: str = "", *, gone: bool = False) -> KnownProject:
    return KnownProject(ident, f"2026-{ident:02d}", name, key or f"old|{name}", gone)


def matched(rows, projects, *, is_progress=False):
    found = match(rows, projects, 2026, is_progress=is_progress)
    return [(one.how, one.project.id if one.project else None) for one in found]


def words(rows, projects, **more):
    found = match(rows, projects, 2026, is_progress=more.get("is_progress", False))
    return [doubt.message % doubt.params for one in found for _key, doubt in one.doubts]


def test_an_empty_year_has_only_new_projects():
    rows = [row(2, "学校"), row(3, "学校"), row(4, "道路", code="2026-09")]
    assert matched(rows, []) == [(How.NEW, None)] * 3
    assert not words(rows, [])


def test_a_code_is_surer_than_a_name():
    rows = [row(2, "道路", code="2026-01"), row(3, "学校")]
    assert matched(rows, [known(1, "学校"), known(2, "道路")]) == [
        (How.CODE, 1),
        (How.NEW, None),
    ]


def test_the_same_list_again_is_known_by_number_and_text():
    rows = [row(2, "学校", key="1|学校"), row(3, "学校", key="2|学校")]
    projects = [known(1, "学校", "1|学校"), known(2, "学校", "2|学校")]
    assert matched(rows, projects) == [(How.KEY, 1), (How.KEY, 2)]


def test_one_name_and_one_project_belong_together_and_are_pointed_out():
    rows = [row(2, "新建 学校（二期）")]
    projects = [known(1, "新建学校(二期)"), known(2, "道路")]
    assert matched(rows, projects) == [(How.NAME, 1)]
    assert words(rows, projects) == ["按名称认作已有项目2026-01，请核对"]


def test_two_projects_of_one_name_are_not_updated():
    rows = [row(2, "学校")]
    assert matched(rows, [known(1, "学校"), known(2, "学校")]) == [(How.UNCLEAR, None)]


def test_two_rows_of_one_name_are_not_updated():
    rows = [row(2, "学校"), row(3, "学校")]
    assert matched(rows, [known(1, "学校")]) == [(How.UNCLEAR, None)] * 2


def test_what_is_surely_known_leaves_the_name_to_the_other():
    rows = [row(2, "学校", code="2026-01"), row(3, "学校")]
    assert matched(rows, [known(1, "学校"), known(2, "学校")]) == [(How.CODE, 1), (How.NAME, 2)]


def test_a_code_written_twice_counts_once():
    rows = [row(2, "学校", code="2026-01"), row(3, "道路", code="2026-01")]
    assert matched(rows, [known(1, "学校")]) == [(How.CODE, 1), (How.UNCLEAR, None)]
    assert "与第2行是同一个编码，没有导入" in words(rows, [known(1, "学校")])


def test_a_code_of_another_year_is_not_followed():
    rows = [row(2, "学校", code="2025-01")]
    assert matched(rows, [known(1, "学校")]) == [(How.UNCLEAR, None)]


def test_a_code_nobody_has_is_pointed_out_and_the_name_counts():
    rows = [row(2, "学校", code="2026-77")]
    assert matched(rows, [known(1, "学校")]) == [(How.NAME, 1)]
    assert "本年度没有编码为“2026-77”的项目" in words(rows, [known(1, "学校")])


def test_a_withdrawn_project_comes_back_by_its_list_and_not_by_its_name():
    gone = known(1, "学校", "1|学校", gone=True)
    assert matched([row(2, "学校", key="1|学校")], [gone]) == [(How.BACK, 1)]
    assert matched([row(2, "学校", key="9|学校")], [gone]) == [(How.NEW, None)]


def test_a_project_that_is_new_by_a_progress_table_is_pointed_out():
    rows = [row(2, "学校二期")]
    assert words(rows, [known(1, "学校")], is_progress=True) == [
        "清单里没有同名的项目，作为新项目导入"
    ]
    assert not words(rows, [known(1, "学校")])
    assert not words(rows, [], is_progress=True)


def test_the_mark_of_what_was_seen_changes_with_the_match():
    rows = [row(2, "学校")]
    seen = fingerprint(match(rows, [], 2026, is_progress=False))
    assert seen == fingerprint(match(rows, [known(5, "道路")], 2026, is_progress=False))
    assert seen != fingerprint(match(rows, [known(5, "学校")], 2026, is_progress=False))
