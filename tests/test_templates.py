"""What every template keeps to: translated words, no inline script or style."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

TOP = Path(__file__).parent.parent
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)


def bare_chinese(text: str) -> list[str]:
    """Return the lines with Chinese that stand outside of any expression."""
    return [line for line in SPOKEN.sub("", text).splitlines() if CHINESE.search(line)]


def names(path: Path) -> str:
    """Name a template in a test's id."""
    return str(path.relative_to(TOP / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_every_chinese_word_of_a_template_is_marked_for_translation(path):
    assert not bare_chinese(path.read_text())


def test_a_bare_word_would_be_found():
    assert bare_chinese("<p>你好</p>") == ["<p>你好</p>"]
    assert not bare_chinese("<p>{{ _('你好') }}</p>")


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_no_template_carries_script_or_style_of_its_own(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|data:", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script


def catalogue():
    """The English catalogue by msgid."""
    with (TOP / "portal/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return {m.id if isinstance(m.id, str) else m.id[0]: m for m in read_po(file) if m.id}


def wanted() -> set[str]:
    """Every msgid of the product."""
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "_l": None}
    keywords |= {"lazy_gettext": None}
    methods = [("portal/**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"trimmed": "true"}}
    found = extract_from_dir(
        str(TOP), methods, options, keywords, directory_filter=lambda _folder: True
    )
    return {m if isinstance(m, str) else m[0] for _file, _line, m, _c, _x in found}


def test_the_english_catalogue_is_complete():
    known = catalogue()
    missing = []
    for msgid in wanted():
        message = known.get(msgid)
        texts = message.string if message else ""
        texts = [texts] if isinstance(texts, str) else list(texts)
        if not all(texts) or (message and message.fuzzy):
            missing.append(msgid)
    assert not missing


def test_no_translation_drops_or_invents_a_placeholder():
    holder = re.compile(r"%\(\w+\)[sd]")
    for msgid, message in catalogue().items():
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        for text in texts:
            assert set(holder.findall(text)) == set(holder.findall(msgid)), msgid
            assert not CHINESE.search(text.replace("民声", "")), msgid
