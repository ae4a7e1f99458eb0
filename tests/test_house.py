"""The law of the house: the order of packages, guarded doors, one clock, one committer."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
ROOT = TOP / "portal"

# Each may import only those written before it.
ORDER = [
    "language",
    "text",
    "difference",
    "redaction",
    "errors",
    "clock",
    "deadlines",
    "security",
    "config",
    "db",
    "vault",
    "paging",
    "search",
    "limits",
    "web",
    "downloads",
    "forms",
    "audit",
    "files",
    "notifications",
    "county",
    "departments",
    "accounts",
    "residents",
    "projects",
    "ratings",
    "routing",
    "cases",
    "public",
    "moderation",
    "desk",
    "supervision",
    "staff",
    "editing",
    "imports",
    "appraisal",
    "identity",
    "setup_shapes",
    "setup_cases",
    "setup",
    "demo",
    "refusals",
    "navigation",
    "worker",
    "migrations",
    "serve",
    "cli",
]
ROOMS = {"public", "moderation", "desk", "supervision", "staff", "editing", "imports", "appraisal"}
ROOF = {"__init__", "gunicorn_conf"}
"""What only wires may import anything."""

PURE = {"language", "text", "errors", "clock", "deadlines", "security", "workflow", "visibility"}
PURE |= {"rules", "kinds", "redaction", "difference", "classifier", "features", "acts", "presets"}
PURE |= {"truths", "similarity", "stoppers", "risk", "clauses", "taxonomy", "matters", "reasons"}
PURE |= {"evidence", "answer_check"}
"""Files that decide, and packages of them, know neither the web nor the database."""

NAMELESS = {"utils", "helpers", "common", "misc", "base", "manager"}


def modules() -> list[Path]:
    """Every Python file of the product except the migrations' steps."""
    return [p for p in sorted(ROOT.rglob("*.py")) if "versions" not in p.parts]


def imported(source: str) -> list[str]:
    """Return every module that `source` imports, in full."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def rooms_below(source: str) -> list[str]:
    """Return the parts of the portal that `source` imports."""
    return [name.split(".")[1] for name in imported(source) if name.startswith("portal.")]


def breaks_order(here: str, source: str) -> list[str]:
    """Return what `source`, standing in `here`, may not import."""
    limit = ORDER.index(here)
    return [
        there
        for there in rooms_below(source)
        if there in ORDER
        and there != here
        and (ORDER.index(there) > limit or (here in ROOMS and there in ROOMS))
    ]


def place(path: Path) -> str:
    """Return the package or module of the portal that `path` belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_look_down(path):
    if place(path) not in ROOF and path.name != "env.py":
        assert not breaks_order(place(path), path.read_text())


def test_the_order_names_every_part():
    assert {place(p) for p in modules()} - ROOF - set(ORDER) - {"translations"} == set()


def test_a_wrong_import_would_be_found():
    assert breaks_order("db", "from portal.cases import actions") == ["cases"]
    assert breaks_order("public", "from portal.desk.forms import AnswerForm") == ["desk"]
    assert not breaks_order("desk", "from portal.cases import actions")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_stand_at_the_top(path):
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    late = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert all(id(node) in top for node in late)


def test_what_decides_knows_no_web_and_no_database():
    for path in modules():
        if PURE & {path.stem, path.parent.name} and path.parent.name != "demo":
            known = {name.split(".")[0] for name in imported(path.read_text())}
            assert not known & {"flask", "sqlalchemy", "flask_babel"}, path
            assert not set(rooms_below(path.read_text())) & {"db", "web"}, path


def test_every_door_names_its_permission(whole_app):
    unguarded = [
        endpoint
        for endpoint, view in whole_app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "permission")
    ]
    assert not unguarded


def test_only_the_clock_tells_the_time():
    told = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    assert told.search("at = datetime.now()")
    tellers = [p for p in modules() if told.search(p.read_text())]
    assert tellers == [ROOT / "clock.py"]


def test_only_the_database_module_commits():
    committers = [p for p in modules() if ".commit(" in p.read_text()]
    assert set(committers) == {ROOT / "db.py", ROOT / "migrations" / "env.py"}


def test_every_file_has_a_name():
    assert not [p for p in ROOT.rglob("*") if p.stem in NAMELESS]


def too_long(source: str, path: str) -> list[str]:
    """Return the functions of `source` that are longer than the house allows."""
    lines = source.splitlines()
    found = [f"{path}: {len(lines)} lines"] if len(lines) > 400 else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            is_view = any("requires" in ast.dump(d) for d in node.decorator_list)
            size = node.end_lineno - node.lineno + 1
            if size > (30 if is_view else 50):
                found.append(f"{path}:{node.lineno} {node.name}: {size} lines")
    return found


def test_files_and_functions_stay_small():
    long = [line for p in modules() for line in too_long(p.read_text(), p.name)]
    assert not long
    assert too_long("def f():\n" + "    pass\n" * 60, "x.py")


def test_templates_stay_small():
    sizes = {p.name: len(p.read_text().splitlines()) for p in (TOP / "templates").rglob("*.html")}
    assert not {name: n for name, n in sizes.items() if n > 150}


def test_no_file_names_a_registry_or_a_place_of_a_machine():
    hosts = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org"]
    places = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"]
    wrong = re.compile("|".join([*map(re.escape, hosts), *(rf"(?<!\w){p}" for p in places)]))
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    files = [TOP / name for name in listed if name]
    texts = [p for p in files if p.suffix not in (".png", ".woff2") and p.is_file()]
    assert texts
    assert not [p for p in texts if wrong.search(p.read_text(encoding="utf-8"))]
