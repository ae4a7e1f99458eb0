"""`moderation train` and `moderation evaluate`, as operators and outside clients call them."""

import json

import pytest
from sqlalchemy import func, select

from portal import create_app
from portal.audit.models import AuditEntry
from portal.cases import actions
from portal.cases.routing import learning
from portal.db import session
from portal.routing.models import RoutingModel
from tests.cases.routing.learning import unit
from tests.conftest import settings
from tests.factories import AT, MODERATOR, case

KEYS = [
    "n",
    "accuracy",
    "macro_f1",
    "top2",
    "threshold",
    "coverage",
    "accuracy_at_threshold",
]
TOPICS = {
    "路政": ("公路塌方", "桥面破损", "客车停运", "护栏松动", "标线不清"),
    "城管": ("路灯不亮", "井盖丢失", "占道经营", "垃圾未清", "摊贩噪音"),
    "教育": ("学校食堂", "幼儿园收费", "校车晚点", "作业太多", "操场积水"),
}


def table(header="category,text", end="\n", rows=None):
    if rows is None:
        rows = [
            f"{label},第{n}组居民反映{words[n % 5]}和{words[(n + 2) % 5]}的问题"
            for n in range(20)
            for label, words in TOPICS.items()
        ]
    return end.join([header, *rows]) + end


@pytest.fixture
def run(tmp_path):
    """Run the commands on an app whose database does not exist."""
    nowhere = settings("postgresql://nobody@127.0.0.1:1/nothing", tmp_path)
    return create_app(nowhere).test_cli_runner().invoke


@pytest.fixture
def evaluate(run, tmp_path):
    """Write a file and evaluate it."""

    def evaluate(data, *more):
        path = tmp_path / "letters.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return run(args=["moderation", "evaluate", str(path), *more])

    return evaluate


def test_the_figures_come_as_one_json_object_and_without_a_database(evaluate):
    done = evaluate(table(), "--json")
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert list(figures) == KEYS
    assert figures["n"] == 60
    assert figures["accuracy"] > 0.9
    assert 0 <= figures["threshold"] <= 1


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + table().encode(),
        table(end="\r\n"),
        table(header="Category , TEXT"),
        table(
            header="text,category", rows=[",".join(r.split(",")[::-1]) for r in table().split()[1:]]
        ),
        table(header="category,text,note", rows=[f"{r},x" for r in table().split()[1:]]),
    ],
    ids=["byte order mark", "CRLF", "spelling", "order", "more columns"],
)
def test_tables_are_read_as_they_come(evaluate, data):
    done = evaluate(data, "--json")
    assert (done.exit_code, json.loads(done.stdout)["n"]) == (0, 60), done.output


def test_a_table_for_people_names_every_figure(evaluate):
    done = evaluate(table())
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == len(KEYS)
    assert lines[0].endswith("60")
    assert all("%" in line for line in lines[1:4])


def test_rows_without_a_category_or_a_text_are_left_aside_and_told(evaluate):
    done = evaluate(table() + "路政,\n,没有类别\n\n", "--json")
    assert json.loads(done.stdout)["n"] == 60
    assert "2" in done.stderr


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (table(header="label,text"), "category"),
        (table(header="category,body"), "text"),
        (b"", "category、text"),
        ("类别,文字\n路政,公路\n".encode("gb18030"), "UTF-8"),
        (table(rows=["路政,公路塌方"]), "至少"),
        (table(rows=[]), "没有一行"),
        (table(rows=[f"路政,公路塌方{n}" for n in range(60)]), "类别"),
        ('category,text\n"路政,' + "x" * 200_000, "CSV"),
    ],
    ids=["category", "text", "empty", "encoding", "few", "none", "one label", "broken"],
)
def test_what_is_wrong_with_a_file_is_said_in_one_sentence(evaluate, data, said):
    done = evaluate(data, "--json")
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert not done.stdout


def test_a_missing_file_is_told(run):
    done = run(args=["moderation", "evaluate", "no-such-letters.csv"])
    assert done.exit_code == 2
    assert "no-such-letters.csv" in done.output


def test_without_the_learning_library_it_says_how_to_get_it(evaluate, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(learning, "import_module", missing)
    done = evaluate(table())
    assert done.exit_code == 1
    assert "scikit-learn" in done.stderr


def handled(s, number):
    lamps, roads = unit(s, "lamps", "县城市管理局"), unit(s, "roads", "县交通运输局")
    for n in range(number):
        for owner, words in ((lamps, TOPICS["城管"]), (roads, TOPICS["路政"])):
            title = f"第{n}组{words[n % 5]}和{words[(n + 2) % 5]}"
            c = case(s, title=title, body="请处理。")
            actions.assign(s, c, owner, actor=MODERATOR, at=AT)


def test_training_stores_a_model_and_says_how_good_it_is(app, write):
    write(lambda s: handled(s, 30))
    done = app.test_cli_runner().invoke(args=["moderation", "train"])
    assert done.exit_code == 0, done.output
    assert "60" in done.output
    assert "准确率" in done.output
    with app.app_context():
        row = session().scalars(select(RoutingModel)).one()
        assert (row.examples, row.labels) == (60, 2)
        acts = session().scalars(select(AuditEntry.actor).where(AuditEntry.act == "routing:train"))
        assert acts.all() == ["system"]


def test_training_with_too_few_cases_says_so_and_stores_nothing(app, write):
    write(lambda s: handled(s, 3))
    done = app.test_cli_runner().invoke(args=["moderation", "train"])
    assert done.exit_code == 1
    assert "至少" in done.output
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(RoutingModel)) == 0
