"""Photos show the matter; what may tell who wrote opens only after a look that is on record."""

import pytest

from portal.cases.parts import CaseFile
from portal.cases.workflow import Visibility
from portal.files.models import MediaType, StoredFile
from portal.security import Role
from tests import factories
from tests.desk.room import DAY, NAME, ask, of, sign
from tests.factories import AT

REASON = {"note": "需要核对申请书"}


def stored(s, data: bytes, media_type: MediaType) -> StoredFile:
    is_photo = media_type is not MediaType.PDF
    row = StoredFile(
        sha256=f"{abs(hash(data)):064x}",
        media_type=media_type,
        size=len(data),
        data=data,
        created_at=AT,
        width=40 if is_photo else None,
        height=30 if is_photo else None,
    )
    s.add(row)
    s.flush()
    return row


@pytest.fixture
def files(write, county) -> list[int]:
    """A photo, a photo with a blackened copy, a document; all called after who wrote."""

    def make(s):
        sign(s, county)
        case = ask(s, county)
        black = stored(s, b"black", MediaType.JPEG)
        for data, kind, shown in (
            (b"plain", MediaType.JPEG, None),
            (b"face", MediaType.JPEG, black),
            (b"signed", MediaType.PDF, None),
        ):
            row = CaseFile(
                file_id=stored(s, data, kind).id,
                name=f"{NAME}的申请书",
                visibility=Visibility.PUBLIC if shown else Visibility.PRIVATE,
                public_file=shown,
            )
            case.files.append(row)
        s.flush()
        return [row.id for row in case.files]

    return write(make)


@pytest.mark.parametrize("who", ["lead", "helper"])
def test_photos_are_shown_and_the_blackened_copy_first(sign_in, county, files, who):
    browser = sign_in(Role.OFFICER, getattr(county, who))
    door = county.door if who == "lead" else county.task
    page = browser.get(door)
    assert page.status_code == 200
    assert NAME not in page.text
    assert "[姓名已隐去]的申请书" in page.text
    plain, face, signed = (browser.get(f"{door}/files/{n}") for n in files)
    assert plain.data == b"plain"
    assert face.data == b"black"
    assert plain.headers["Cache-Control"] == "no-store"
    assert signed.status_code == 404
    assert f"{door}/files/{files[2]}" not in page.text


def test_originals_open_after_a_look_and_for_a_quarter_of_an_hour(
    sign_in, county, files, now, write
):
    officer = sign_in(Role.OFFICER, county.lead)
    doors = [f"{county.door}/files/{n}/original" for n in files]
    assert {officer.get(door).status_code for door in doors} == {403}
    page = officer.post(f"{county.door}/reveal", data=REASON).text
    assert all(door in page for door in doors)
    assert [officer.get(door).data for door in doors] == [b"plain", b"face", b"signed"]
    assert officer.get(doors[2]).headers["Cache-Control"] == "no-store"
    colleague = sign_in(Role.OFFICER, county.lead)
    assert colleague.get(doors[2]).status_code == 403, "each says why for themselves"
    now.at += DAY / 96
    assert officer.get(doors[2]).status_code == 200
    now.at += DAY / 86400
    assert officer.get(doors[2]).status_code == 403
    assert len(write(lambda s: of(s, county.case).views)) == 1


def test_nobody_else_gets_a_file(sign_in, client, county, files):
    helper = sign_in(Role.OFFICER, county.helper)
    other = sign_in(Role.OFFICER, county.other)
    for n in files:
        for door in (f"{county.door}/files/{n}", f"{county.door}/files/{n}/original"):
            assert helper.get(door).status_code == 404
            assert other.get(door).status_code == 404
            assert client.get(door).status_code == 302
        assert other.get(f"{county.task}/files/{n}").status_code == 404
        assert helper.get(f"{county.task}/files/{n}/original").status_code == 404


def test_a_file_of_another_case_is_not_found(officer, county, files, write):
    def make(s):
        found = factories.case(s)
        factories.actions.assign(
            s, found, of(s, county.case).department, actor=factories.MODERATOR, at=AT
        )
        return found.reference

    reference = write(make)
    assert officer.get(f"/desk/cases/{reference}/files/{files[0]}").status_code == 404
    assert officer.get(f"{county.door}/files/{2**31}").status_code == 404


def test_inspectors_are_led_to_every_file(sign_in, county, files):
    page = sign_in(Role.INSPECTOR).get(f"/supervision/cases/{county.case}").text
    for n in files:
        assert f"/case-files/{n}/original" in page
