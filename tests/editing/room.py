"""Walking through the room as a person would: fill in, hand in, publish, look."""

import io
import re
from typing import Any

from flask.testing import FlaskClient

from portal.editing.forms import typed
from portal.projects.fields import Kind
from portal.projects.record.values import row_values
from portal.projects.sections import SECTIONS
from tests.files import samples

SEEN = re.compile(r'name="seen" value="([0-9a-f]*)"')
FILE = {
    "photo": lambda: (io.BytesIO(samples.saved(samples.scene())), "现场.jpg"),
    "document": lambda: (io.BytesIO(samples.written(samples.document())), "批复.pdf"),
}


def shown(text: str) -> str:
    """What stands in the main part of a page, on one line, without tags."""
    main = text[text.find("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def seen(client: FlaskClient, path: str) -> str:
    """The mark that a form carries of what it was opened on."""
    page = client.get(path)
    assert page.status_code == 200, (page.status_code, shown(page.text)[:400])
    return SEEN.search(page.text)[1]


def post(client: FlaskClient, path: str, act: str = "submit", **typed: Any):
    """Post a form as the page would, with its mark and the button pressed."""
    mark = seen(client, path)
    has_file = any(isinstance(value, tuple) for value in typed.values())
    kind = {"content_type": "multipart/form-data"} if has_file else {}
    return client.post(path, data={"seen": mark, "act": act, **typed}, **kind)


def draft_of(answer: Any) -> int:
    """The number of the draft that a form led to."""
    assert answer.status_code == 303, (answer.status_code, shown(answer.text)[:600])
    return int(answer.location.rsplit("/", 1)[1])


def handed_in(client: FlaskClient, path: str, **typed: Any) -> int:
    """Fill in a form, hand it in, and return the number of the draft."""
    return draft_of(post(client, path, **typed))


def publish(reviewer: FlaskClient, draft: int):
    """Press the reviewer's button."""
    return reviewer.post(f"/editing/review/{draft}/publish")


def published(officer: FlaskClient, reviewer: FlaskClient, path: str, **typed: Any) -> None:
    """Fill in a form and have it published."""
    answer = publish(reviewer, handed_in(officer, path, **typed))
    assert answer.status_code == 303, (answer.status_code, shown(answer.text)[:600])


def with_file(key: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What is typed, with the upload of the sections that have one."""
    return typed | ({"file_id": FILE[key]()} if key in FILE else {})


def typed_of(key: str, row: Any) -> dict[str, Any]:
    """What the form of a row that stands is filled with."""
    values = row_values(SECTIONS[key], row)
    found = {}
    for field in SECTIONS[key].fields:
        value = typed(field, values[field.name])
        if field.kind is Kind.TRUTH:
            found |= {field.name: "y"} if value else {}
        elif field.kind not in (Kind.PHOTO, Kind.DOCUMENT, Kind.CHECKLIST):
            found[field.name] = value
    return found
