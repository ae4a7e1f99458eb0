"""The door to files: what is attached to a project is public, and nothing else."""

import re

import pytest

from portal.files.actions import accept, store
from portal.projects.kinds import ProjectStatus
from tests import factories
from tests.files import samples
from tests.public.rows import NOW, add


@pytest.fixture
def kept(write):
    """A project with a photo and a document, and the hash of a file attached nowhere."""

    def make(s):
        project = factories.project(s, status=ProjectStatus.IN_PROGRESS)
        photo = store(s, accept(samples.saved(samples.scene())), at=NOW)
        paper = store(s, accept(samples.written(samples.document())), at=NOW)
        loose = store(s, accept(samples.saved(samples.scene(111, 99))), at=NOW)
        add(s, project, "photo", file_id=photo.id, description="文昌路/修复后 100%", phase="after")
        add(s, project, "document", file_id=paper.id, description="..")
        return {"code": project.code, "loose": loose.sha256, "photo": photo.sha256}

    return write(make)


def test_what_is_attached_is_sent_from_the_addresses_on_the_page(client, kept):
    page = client.get(f"/projects/{kept['code']}").text
    addresses = re.findall(r'(?:src|href)="(/files/[^"]+)"', page)
    assert len(addresses) == 2
    photo, paper = (client.get(address) for address in addresses)
    assert photo.mimetype == "image/jpeg"
    assert paper.mimetype == "application/pdf"
    assert all("max-age=31536000" in r.headers["Cache-Control"] for r in (photo, paper))
    assert photo.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_is_attached_nowhere_is_not_found(client, kept):
    assert client.get(f"/files/{kept['loose']}/x.jpg").status_code == 404


def test_a_file_that_does_not_exist_is_not_found(client):
    assert client.get(f"/files/{'0' * 64}/x.jpg").status_code == 404
    assert client.get("/files/absurd/x.jpg").status_code == 404


def test_the_address_does_not_decide_under_which_name_a_file_is_saved(client, kept):
    response = client.get(f"/files/{kept['photo']}/invoice.exe")
    assert "invoice" not in response.headers["Content-Disposition"]
