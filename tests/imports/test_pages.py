"""The import room over HTTP: look first, import once, take back; and whatever is sent to it."""

import re
from io import BytesIO
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal import db
from portal.audit.models import AuditEntry
from portal.imports.export import template_book
from portal.imports.fields import FIELDS
from portal.imports.models import ImportUpload, UploadState
from portal.imports.uploads import shown_name
from portal.projects.models import ImportBatch, Project
from portal.projects.queries import by_code
from portal.projects.record.models import Change
from portal.security import Role
from tests.imports.county import project, settle, take
from tests.imports.tables import cells
from tests.imports.test_files import hostile
from tests.imports.test_writing import LIST, REPORT

TITLED = (
    "云溪县2026年清单||\n序号|事情|谁办|多少钱（万元）\n1|学校|县教育局|100\n2|道路|县交通局|200"
)
_names = count(1)


@pytest.fixture
def admin(sign_in, write):
    write(settle)
    return sign_in(Role.ADMIN)


def csv(text: str) -> bytes:
    """Return a table of `tables.cells` as a CSV file."""
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in cells(text)).encode()


def send(client, data: bytes, name: str = "", **fields):
    """Upload a file; each has a name of its own."""
    form = {"file": (BytesIO(data), name or f"list{next(_names)}.csv"), "year": "2026"} | fields
    answer = client.post("/imports/", data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large one stands in a file
    return answer


def upload(client, text: str, **fields) -> str:
    """Upload a table; return the address of its page."""
    answer = send(client, csv(text), **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def form_of(page) -> dict:
    """Return what the form of a page of projects would send as it stands."""
    return {
        "seen": re.search(r'name="seen" value="(\w+)"', page.text)[1],
        "shown": re.findall(r'name="shown" value="(\d+)"', page.text),
        "take": re.findall(r'name="take" value="(\d+)" checked', page.text),
    }


def confirm(client, path: str, **changes):
    page = client.get(f"{path}/preview")
    assert page.status_code == 200
    return client.post(f"{path}/confirm", data=form_of(page) | changes)


def number(app, entity) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(entity))


def test_upload_look_import_and_take_back(app, client, admin):
    path = upload(admin, LIST)
    page = admin.get(path)
    assert "建设内容" in page.text
    assert "新建教学楼和操场" in page.text
    page = admin.get(f"{path}/preview")
    assert page.text.count("新项目</span>") == 2
    assert "操场" in page.text
    assert number(app, Project) == 0
    answer = confirm(admin, path)
    assert answer.status_code == 303
    batch = answer.headers["Location"]
    assert "学校扩建" in client.get("/projects/2026-01").text
    page = admin.get(batch)
    assert "撤销这批导入" in page.text
    answer = admin.post(f"{batch}/undo", follow_redirects=True)
    assert "已撤销：撤下项目 2 个，恢复项目 0 个。" in answer.text
    assert client.get("/projects/2026-01").status_code == 404
    assert admin.post(f"{batch}/undo").status_code == 409
    with app.app_context():
        acts = db.session().scalars(select(AuditEntry.act)).all()
    assert {"project:import", "project:undo-import"} <= set(acts)


def test_looking_changes_nothing(app, admin, write):
    write(lambda s: take(s, LIST))
    path = upload(admin, REPORT.replace("40%", "55%"))
    before = write(lambda s: (project(s, "学校扩建").percent, project(s, "学校扩建").version))
    for _again in range(2):
        page = admin.get(f"{path}/preview")
        assert "有新的内容" in page.text
    assert (
        write(lambda s: (project(s, "学校扩建").percent, project(s, "学校扩建").version)) == before
    )
    assert number(app, ImportBatch) == 1


def test_what_is_matched_by_name_can_be_unticked(admin, write):
    write(lambda s: take(s, LIST))
    path = upload(admin, REPORT)
    page = admin.get(f"{path}/preview")
    assert page.text.count("按名称对应，请核对</span>") == 2
    assert page.text.count("是同一个项目，更新它") == 2
    form = form_of(page)
    assert form["shown"] == form["take"] == ["2", "3"]
    answer = admin.post(f"{path}/choices?page=1", data=form | {"take": ["3"]})
    assert answer.status_code == 303
    assert form_of(admin.get(f"{path}/preview"))["take"] == ["3"]
    assert confirm(admin, path).status_code == 303
    percents = write(lambda s: [project(s, n).percent for n in ("学校扩建", "道路改造")])
    assert percents == [None, 60]


def test_flags_stand_beside_their_cells_the_gravest_first(admin, write):
    write(lambda s: take(s, LIST))
    text = (
        "项目名称|完成率|完成时限\n学校扩建|10%(另有20%)|2027年3月31日\n道路改造|60%|2026年10月31日"
    )
    page = admin.get(upload(admin, text) + "/preview").text
    card = page.split("<article")[1]
    assert "<mark>2027年3月31日</mark>" in card
    assert "与承诺的完成日期2026-11-30不同" in card
    assert card.index("矛盾") < card.index("不确定") < card.index("已理解")
    assert 'class="is-flagged"' in card
    assert "10%(另有20%)" in card


def test_only_rows_with_flags_can_be_shown(admin):
    text = """
    序号|项目名称|建设内容|年度目标|牵头单位|完成时限
    1|学校|新建学校|2所|县教育局|2026年11月30日
    2|道路|修路|3公里|县交通局|尽快"""
    path = upload(admin, text)
    assert "道路" in admin.get(f"{path}/preview?show=flags").text
    page = admin.get(f"{path}/preview?show=flags").text
    names = re.findall(r'card-title">\d+ (\S+)</h2>', page)
    assert names == ["道路"]


def test_many_projects_come_page_by_page_and_choices_are_kept(app, admin):
    rows = "\n".join(f"{n}|项目{n}|建设{n}" for n in range(1, 96))
    path = upload(admin, f"序号|项目名称|建设内容\n{rows}")
    page = admin.get(f"{path}/preview?page=3")
    assert "第 3 页，共 3 页" in page.text
    assert page.text.count("<article") == 15
    form = form_of(page)
    admin.post(f"{path}/choices?page=3", data=form | {"take": form["take"][1:]})
    assert confirm(admin, path).status_code == 303
    assert number(app, Project) == 94
    for absurd in ("0", "-1", "99999999", "x"):
        assert admin.get(f"{path}/preview?page={absurd}").status_code in (200, 303)


def test_a_header_that_was_not_found_can_be_shown_to_the_portal(app, admin):
    path = upload(admin, TITLED)
    page = admin.get(path)
    assert page.status_code == 200
    assert "没有找到表头" in page.text
    assert admin.get(f"{path}/preview").status_code == 303
    form = {"first": "2", "last": "2", "c0": "number", "c1": "name", "c2": "department"}
    answer = admin.post(f"{path}/columns", data=form | {"c3": "amount"})
    assert answer.status_code == 303
    assert confirm(admin, path).status_code == 303
    with app.app_context():
        found = by_code(db.session(), "2026-01")
        assert (found.name, found.department.code, found.amount_fen) == ("学校", "edu", 10**8)


def test_a_meaning_can_be_taken_back_and_found_again(admin):
    path = upload(admin, LIST)
    page = admin.get(path).text
    chosen = dict(re.findall(r'name="(c\d+)"><option value="">[^\n]*?value="(\w+)" selected', page))
    assert chosen["c1"] == "name"
    form = {"first": "1", "last": "1"} | chosen | {"c11": ""}
    assert admin.post(f"{path}/columns", data=form).status_code == 303
    assert "投资</dt>" not in admin.get(f"{path}/preview").text
    assert admin.post(f"{path}/columns", data={"act": "again"}).status_code == 303
    assert "投资</dt>" in admin.get(f"{path}/preview").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"c5": "nonsense"}, "指定的列或含义不存在"),
        ({"c0": "name", "c1": "name"}, "两列不能都是“项目名称”"),
        ({"first": "0"}, "行号应当是"),
        ({"first": "99999"}, "连续的一至五行"),
        ({"first": "3", "last": "2"}, "连续的一至五行"),
        ({"last": "9" * 30}, "行号应当是"),
        ({"c1": "", "c3": ""}, "没有找到表头"),
        ({"c179": "note"}, "指定的列或含义不存在"),
        ({"c0": "area"}, "没有找到横排的指标"),
    ],
)
def test_a_forged_column_gets_a_sentence_and_stays_typed(admin, changes, sentence):
    path = upload(admin, LIST)
    form = {"first": "1", "last": "1", "c0": "number", "c1": "name", "c3": "content"}
    answer = admin.post(f"{path}/columns", data=form | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert admin.get(f"{path}/preview").status_code == 200


@pytest.fixture
def waiting(admin):
    """An administrator and the address of an upload that waits."""
    return admin, upload(admin, LIST)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.one_of(st.integers(-2, 7).map(str), st.text(max_size=6)),
    last=st.one_of(st.integers(-2, 7).map(str), st.text(max_size=6)),
    columns=st.dictionaries(
        st.integers(0, 185), st.one_of(st.sampled_from(["", *FIELDS]), st.text(max_size=8))
    ),
)
def test_whatever_a_form_of_columns_says_is_answered(waiting, first, last, columns):
    admin, path = waiting
    form = {"first": first, "last": last} | {f"c{c}": key for c, key in columns.items()}
    answer = admin.post(f"{path}/columns", data=form)
    assert answer.status_code in (303, 422)
    assert admin.get(path).status_code == 200
    assert admin.get(f"{path}/preview").status_code in (200, 303)


KINDS = ("bomb", "lying bomb", "empty", "random", "html", "pdf", "NUL", "truncated", "many rows")


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_file_gets_one_sentence_and_the_server_lives(app, admin, tmp_path, kind):
    data = hostile(kind, tmp_path / "list.xlsx").read_bytes()
    answer = send(admin, data, "list.xlsx")
    assert answer.status_code == 422
    errors = re.findall(r'class="error" [^>]*><span[^>]*>[^<]*</span>([^<]+)</p>', answer.text)
    assert len(errors) == 1
    assert errors[0].count("。") == 1
    assert number(app, ImportUpload) == 0
    assert admin.get("/imports/").status_code == 200


def test_a_file_above_the_limit_is_refused(app, admin):
    answer = send(admin, b"x" * 21_000_000)
    assert answer.status_code == 413
    assert number(app, ImportUpload) == 0
    assert admin.get("/imports/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"year": ""}, "请填写这一项"),
        ({"year": "26"}, "四位数字"),
        ({"year": "9" * 40}, "四位数字"),
        ({"as_of": "2026-02-30"}, "确有这一天"),
        ({"as_of": "2099-01-01"}, "将来的日期"),
        ({"as_of": "1999-01-01"}, "将来的日期"),
        ({"file": "no file at all"}, "请选择一个文件"),
        ({"name": "公告.docx"}, "另存为"),
    ],
)
def test_a_form_that_is_not_right_is_told_why(app, admin, fields, sentence):
    answer = send(admin, csv(LIST), **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert number(app, ImportUpload) == 0


def test_a_name_of_a_file_is_only_text(admin):
    answer = send(admin, csv(LIST), '../../etc/<script>alert(1)</script>".csv')
    page = admin.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("C:\\Users\\zhang\\2026清单.csv", "2026清单.csv"),
        ("/srv/of/zhang/清单.csv", "清单.csv"),
        ("a\x00b\u202e.csv", "ab.csv"),
        ("\udce4.csv", "?.csv"),
    ],
)
def test_a_name_of_a_file_tells_nothing_of_the_machine_it_came_from(sent, shown):
    assert shown_name(sent) == shown


def test_the_public_log_names_no_folder_of_who_imported(app, admin):
    answer = send(admin, csv(LIST), "/srv/of/zhang/list.csv")
    confirm(admin, answer.headers["Location"])
    with app.app_context():
        said = {c.organisation for c in db.session().query(Change)}
        assert said == {"导入：list.csv"}


def test_confirming_twice_imports_once(app, admin):
    path = upload(admin, LIST)
    form = form_of(admin.get(f"{path}/preview"))
    assert admin.post(f"{path}/confirm", data=form).status_code == 303
    again = admin.post(f"{path}/confirm", data=form)
    assert again.status_code == 409
    assert "已经导入或放弃" in again.text
    assert (number(app, ImportBatch), number(app, Project)) == (1, 2)
    assert "查看导入结果" in admin.get(path).text


def test_two_uploads_of_one_list_make_one_batch(app, admin, sign_in):
    other = sign_in(Role.ADMIN)
    paths = [upload(admin, LIST), upload(other, LIST)]
    forms = [form_of(c.get(f"{p}/preview")) for c, p in zip((admin, other), paths, strict=True)]
    assert admin.post(f"{paths[0]}/confirm", data=forms[0]).status_code == 303
    late = other.post(f"{paths[1]}/confirm", data=forms[1])
    assert late.status_code == 409
    assert "请重新核对" in late.text
    assert number(app, ImportBatch) == 1
    assert "没有变化" in other.get(f"{paths[1]}/preview").text


def test_what_was_looked_at_otherwise_is_not_imported(app, admin):
    path = upload(admin, LIST)
    for seen in ("", "0" * 20):
        assert confirm(admin, path, seen=seen).status_code == 409
    assert number(app, Project) == 0


def test_an_upload_that_says_nothing_new_makes_no_batch(app, admin, write):
    write(lambda s: take(s, LIST))
    path = upload(admin, LIST)
    answer = confirm(admin, path)
    assert answer.headers["Location"].endswith("/imports/")
    assert "什么也没有改动" in admin.get(path).text
    assert number(app, ImportBatch) == 1


def test_a_dropped_upload_is_forgotten(app, admin):
    path = upload(admin, LIST)
    assert admin.post(f"{path}/drop").status_code == 303
    with app.app_context():
        kept = db.session().scalars(select(ImportUpload)).one()
        assert (kept.state, kept.rows) == (UploadState.DROPPED, [])
    for act in ("drop", "confirm", "choices"):
        assert admin.post(f"{path}/{act}", data={"seen": "x"}).status_code == 409
    form = {"first": "1", "last": "1", "c1": "name", "c3": "content"}
    assert admin.post(f"{path}/columns", data=form).status_code == 409
    assert "已经放弃" in admin.get(path).text
    assert "已经放弃" in admin.get(f"{path}/preview").text


def test_the_portals_own_workbook_needs_no_columns(admin):
    answer = send(admin, template_book(), "模板.xlsx")
    page = admin.get(answer.headers["Location"]).text
    assert "各列的含义是固定的" in page
    assert "重新读取" not in page


def test_a_batch_with_obstacles_names_them_and_offers_no_undo(admin, write):
    first = write(lambda s: take(s, LIST)).batch
    write(lambda s: take(s, REPORT))
    page = admin.get(f"/imports/batches/{first}")
    assert "2026-01：之后又有" in page.text
    assert '<button class="btn btn-secondary">撤销这批导入' not in page.text
    refused = admin.post(f"/imports/batches/{first}/undo")
    assert refused.status_code == 409
    assert "2026-01：之后又有" in refused.text


def test_an_absurd_number_is_not_found(admin):
    for ident in (0, 404, 2**31, 10**30):
        for path in (f"/imports/uploads/{ident}", f"/imports/uploads/{ident}/preview"):
            assert admin.get(path).status_code == 404
        assert admin.get(f"/imports/batches/{ident}").status_code == 404
        assert admin.post(f"/imports/batches/{ident}/undo").status_code == 404
        assert admin.post(f"/imports/uploads/{ident}/confirm").status_code == 404


def test_every_page_can_be_read_in_english_and_in_the_easy_view(admin, write):
    first = write(lambda s: take(s, LIST)).batch
    path = upload(admin, REPORT)
    for choice in ({"language": "en"}, {"view": "care"}):
        admin.post("/preferences", data=choice | {"next": "/"})
        for page in ("/imports/", path, f"{path}/preview", f"/imports/batches/{first}"):
            assert admin.get(page).status_code == 200, page
