"""Sending a file: it is seen or saved, and can do nothing in the browser."""

from urllib.parse import unquote

import pytest
from sqlalchemy import inspect

from portal.files.actions import accept, store
from portal.files.serving import send
from tests.factories import AT
from tests.files import samples


@pytest.fixture
def photo(s):
    """A kept photo."""
    return store(s, accept(samples.saved(samples.scene())), at=AT)


@pytest.fixture
def paper(s):
    """A kept document."""
    return store(s, accept(samples.written(samples.document())), at=AT)


@pytest.fixture
def asked(app):
    """Send a file in answer to a request with the given headers."""

    def ask(file, name="现场照片", headers=None, **options):
        with app.test_request_context("/file", headers=headers):
            return app.process_response(send(file, name, **options))

    return ask


def test_a_photo_is_shown_and_can_do_nothing(asked, photo):
    response = asked(photo)
    assert response.status_code == 200
    assert response.data == photo.data
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Length"] == str(photo.size)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Disposition"].startswith("inline;")
    assert response.headers["ETag"] == f'"{photo.sha256}"'


def test_a_document_is_saved_under_its_chinese_name(asked, paper):
    response = asked(paper, "竣工验收报告.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    manner, plain, spelt = response.headers["Content-Disposition"].split("; ")
    assert manner == "attachment"
    assert plain == f'filename="file{paper.id}.pdf"'
    assert spelt.startswith("filename*=UTF-8''")
    assert unquote(spelt.partition("''")[2]) == "竣工验收报告.pdf"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("report", "report.pdf"),
        ('a"b\r\nX-Evil: 1', "a_b_X-Evil_1.pdf"),
        ("../../etc/passwd", "etc_passwd.pdf"),
        ("长" * 300, "长" * 80 + ".pdf"),
        (" . ", "file{id}.pdf"),
        ("", "file{id}.pdf"),
    ],
)
def test_no_name_breaks_the_header_or_a_folder(asked, paper, name, wanted):
    header = asked(paper, name).headers["Content-Disposition"]
    assert unquote(header.partition("''")[2]) == wanted.format(id=paper.id)


def test_a_browser_that_has_the_file_is_told_so_and_no_byte_is_read(s, asked, photo):
    s.flush()
    s.expire(photo)
    response = asked(photo, headers={"If-None-Match": f'W/"old", "{photo.sha256}"'})
    assert response.status_code == 304
    assert response.data == b""
    assert response.headers["Cache-Control"].endswith("immutable")
    assert "data" in inspect(photo).unloaded
    assert asked(photo, headers={"If-None-Match": '"other"'}).status_code == 200


def test_what_is_not_public_is_kept_by_nobody_else(asked, photo):
    response = asked(photo, is_public=False)
    assert response.headers["Cache-Control"] == "private, no-cache"
