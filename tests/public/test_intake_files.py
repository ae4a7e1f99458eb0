"""Photos and documents with the form of a case, and who may see them afterwards."""

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.cases import letter_files, uploads
from portal.cases.models import Case
from portal.cases.parts import CaseFile, CaseUpload
from portal.cases.targets import Target, TargetKind, set_targets
from portal.cases.workflow import Visibility
from portal.county.actions import set_setting
from portal.db import session
from portal.errors import Invalid
from portal.files.actions import REASONS, Accepted, discard, store
from portal.files.models import MediaType, StoredFile
from portal.ratings.models import Rating, RatingPhoto
from portal.security import Role
from portal.worker import tidy
from tests import factories
from tests.files import samples

FORM = {
    "kind": "complaint",
    "title": "路口积水三天没人管",
    "body": "城东路口积水，一直没有人来。",
    "phone": "13800001234",
    "submission_key": "a" * 32,
}
KEY = "form:" + "a" * 32


def jpeg(n: int = 0) -> tuple[io.BytesIO, str]:
    """A photo of its own, as a field of a form."""
    return io.BytesIO(samples.saved(samples.scene(64 + 8 * n, 48))), f"现场{n}.jpg"


def pdf() -> tuple[io.BytesIO, str]:
    """A document, as a field of a form."""
    return io.BytesIO(samples.written(samples.document(1))), "合同.pdf"


def send(client, **more):
    return client.post("/feedback/new", data=FORM | more)


def count(app, entity) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(entity))


def stored(s, n: int = 1) -> StoredFile:
    """A kept photo, without making one."""
    data = b"x" * n
    return store(s, Accepted(data, MediaType.JPEG, 4, 3), at=factories.AT)


def test_photos_and_a_document_hang_on_the_case_private(app, client):
    sent = send(client, photos=[jpeg(), jpeg(1)], documents=[pdf()])
    assert sent.status_code == 303
    assert "3 个" in client.get(sent.location).text
    with app.app_context():
        files = session().scalars(select(Case)).one().files
        assert [f.file.is_photo for f in files] == [True, True, False]
        assert [f.name for f in files] == ["现场0.jpg", "现场1.jpg", "合同.pdf"]
        assert {f.visibility for f in files} == {Visibility.PRIVATE}
    assert count(app, CaseUpload) == 0


def test_a_form_with_faults_comes_back_with_its_files(app, client):
    page = send(client, title="", photos=[jpeg()], documents=[pdf()])
    assert page.status_code == 422
    shown = re.search(r'<img src="(/feedback/files/\d+)"', page.text)[1]
    assert "合同.pdf" in page.text
    photo = client.get(shown)
    assert photo.mimetype == "image/jpeg"
    assert photo.headers["Cache-Control"] == "no-store"
    assert app.test_client().get(shown).status_code == 404
    assert send(client).status_code == 303
    assert count(app, CaseFile) == 2
    assert client.get(shown).status_code == 404


def test_a_file_is_taken_away_with_its_button_and_its_bytes_go(app, client):
    page = send(client, title="", photos=[jpeg(), jpeg(1)])
    first, _second = re.findall(r'name="remove" value="(\d+)"', page.text)
    without = send(client, title="", remove=first)
    assert without.status_code == 200
    assert "请填写标题" not in without.text
    assert FORM["body"] in without.text
    assert without.text.count('name="remove"') == 1
    assert count(app, StoredFile) == 1
    for nonsense in ("", "x", "9" * 30, first):
        send(client, title="", remove=nonsense)
    assert count(app, CaseUpload) == 1


def test_each_file_that_cannot_be_kept_is_told_and_takes_no_place(app, client):
    bad = [(io.BytesIO(b"GIF89a...."), "x.gif"), (io.BytesIO(b"BM......"), "y.bmp")]
    page = send(client, photos=[*bad, *(jpeg(n) for n in range(6))])
    assert page.status_code == 422
    assert "有 2 处需要修改" in page.text
    for name in ("x.gif", "y.bmp"):
        assert page.text.count(f"“{name}”：只能上传") == 2, "in the summary and at the field"
    assert page.text.count('name="remove"') == 6
    assert "最多上传" not in page.text


def test_one_too_many_is_told_beside_what_is_refused_and_the_same_photo_counts_once(app, client):
    photos = [(io.BytesIO(b"GIF89a...."), "x.gif"), jpeg(0), *(jpeg(n) for n in range(7))]
    page = send(client, photos=photos)
    assert "有 2 处需要修改" in page.text
    assert page.text.count("“x.gif”：") == 2
    assert page.text.count("最多上传 6 张照片，多出的没有保存。") == 2
    assert page.text.count('name="remove"') == 6
    assert "现场5.jpg" in page.text
    assert "现场6.jpg" not in page.text


def test_looking_at_files_has_an_end(client, monkeypatch):
    looked = []

    def accept(data, _kinds):
        looked.append(data)
        raise Invalid(REASONS["broken"])

    monkeypatch.setattr(letter_files, "accept", accept)
    page = send(client, photos=[(io.BytesIO(b"%d" % n), f"{n}.jpg") for n in range(60)])
    assert len(looked) == 18
    assert "最多上传 6 张照片" in page.text


def test_the_file_of_another_form_stays(app, client):
    page = send(client, title="", photos=[jpeg()])
    ident = re.search(r'name="remove" value="(\d+)"', page.text)[1]
    send(app.test_client(), submission_key="b" * 32, title="", remove=ident)
    assert count(app, CaseUpload) == 1


def test_the_enter_key_takes_no_file_away(client):
    """It presses the first button that belongs to the form, wherever on the page that stands."""
    page = send(client, title="", photos=[jpeg()]).text
    first = re.search(r'<button[^>]* form="feedback-form"[^>]*>', page)
    assert "default-button" in first[0]
    assert first.start() < page.index('id="feedback-form"') < page.index('name="remove"')


def test_what_cannot_be_kept_is_told_by_name_and_the_rest_is_kept(app, client):
    broken = (io.BytesIO(b"\xff\xd8\xff broken"), "坏的.jpg")
    page = send(client, photos=[broken, jpeg()], documents=[jpeg(1)])
    assert page.status_code == 422
    assert "“坏的.jpg”：文件已损坏" in page.text
    assert "“现场1.jpg”：这里只能上传 PDF 文件" in page.text
    assert page.text.count('name="remove"') == 1
    assert send(client).status_code == 303
    assert count(app, CaseFile) == 1


def test_there_are_no_more_files_than_the_county_takes(app, client, write):
    value = {"photos": 2, "documents": 0}
    write(lambda s: set_setting(s, "intake", value, valid_from=date(2020, 1, 1), basis="x"))
    assert 'name="documents"' not in client.get("/feedback/new").text
    page = send(client, photos=[jpeg(n) for n in range(3)], documents=[pdf()])
    assert page.status_code == 422
    assert "最多上传 2 张照片" in page.text
    assert send(client, photos=[jpeg(5)]).status_code == 422
    assert count(app, CaseUpload) == 2
    assert send(client, photos=[jpeg(0)]).status_code == 303


def test_the_same_photo_twice_is_one(app, client):
    assert send(client, photos=[jpeg(), jpeg()]).status_code == 303
    assert count(app, CaseFile) == 1


def test_a_second_click_with_its_files_leaves_nothing_behind(app, client):
    first = send(client, photos=[jpeg()])
    assert send(client, photos=[jpeg(), jpeg(1)]).location == first.location
    assert (count(app, CaseFile), count(app, CaseUpload)) == (1, 0)


def test_a_file_that_a_second_click_kept_a_moment_too_late_goes(app, client, write):
    """Both clicks found no case; the second kept its file when the first had taken its own."""
    send(client, photos=[jpeg()])

    def late(s):
        file_id, at = stored(s).id, clock.now()
        s.add(CaseUpload(submission_key=KEY, file_id=file_id, name="", created_at=at))
        s.flush()
        return factories.receipt(s, submission_key=KEY).is_new

    assert write(late) is False
    assert [count(app, e) for e in (Case, CaseFile, CaseUpload, StoredFile)] == [1, 1, 0, 1]


def test_files_count_by_their_size_for_each_address(app, client):
    large = samples.saved(samples.scene(64, 48)) + b"\0" * 2_000_000
    head = b'--e\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
    body, kind = head + large + b"\r\n--e--\r\n", "multipart/form-data; boundary=e"
    app.config["LIMIT_FEEDBACK_FILES"] = "3/hour"
    try:
        assert send(client, title="", photos=[jpeg(), jpeg(1)]).status_code == 422
        page = app.test_client().post("/feedback/new", data=body, content_type=kind)
        assert page.status_code == 429
        assert send(client).status_code == 303
    finally:
        app.config["LIMIT_FEEDBACK_FILES"] = "2000/hour"


def test_a_request_that_is_too_large_has_a_page_of_its_own(app, client):
    app.config["MAX_FEEDBACK_UPLOAD"] = 100_000
    try:
        page = send(client, photos=[(io.BytesIO(b"x" * 200_000), "a.jpg")])
    finally:
        app.config["MAX_FEEDBACK_UPLOAD"] = 60_000_000
    assert page.status_code == 413


def test_a_draft_that_is_taken_up_again_shows_its_files(app, client):
    send(client, title="", photos=[jpeg()])
    key = {"submission_key": FORM["submission_key"]}
    part = client.post("/feedback/files", data=key)
    assert part.text.count('name="remove"') == 1
    assert "<html" not in part.text
    other = client.post("/feedback/files", data={"submission_key": "unknown"})
    assert "name=" not in other.text


# --- forgetting --------------------------------------------------------------------


def test_files_of_a_form_that_nobody_finished_are_forgotten_after_a_day(s):
    keep = Accepted(b"abc", MediaType.JPEG, 4, 3)
    at = clock.now()
    uploads.keep(s, "one", keep, "a", most=6, at=at)
    uploads.keep(s, "two", keep, "a", most=6, at=at - timedelta(days=2))
    assert uploads.forget_expired(s, at) == 1
    assert s.scalars(select(CaseUpload.submission_key)).all() == ["one"]
    assert s.scalar(select(func.count()).select_from(StoredFile)) == 1
    assert uploads.forget_expired(s, at + timedelta(days=2)) == 1
    assert s.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_discarding_leaves_what_anything_shows(s):
    case = factories.case(s)
    files = [stored(s, n) for n in range(1, 6)]
    rating = factories.rating(s, factories.project(s))
    s.add(CaseFile(case_id=case.id, file_id=files[0].id, name="", visibility=Visibility.PRIVATE))
    s.add(
        CaseFile(
            case_id=case.id,
            file_id=files[1].id,
            name="",
            visibility=Visibility.PUBLIC,
            public_file_id=files[2].id,
        )
    )
    s.add(RatingPhoto(rating_id=rating.id, file_id=files[3].id))
    s.flush()
    idents = [f.id for f in files]
    assert discard(s, idents) == 1
    assert set(s.scalars(select(StoredFile.id))) == set(idents[:4])
    assert discard(s, [idents[4], 10**9]) == 0
    assert s.get(Rating, rating.id) is not None


def test_the_worker_deletes_no_file_of_a_case(app, write):
    long_ago = clock.now() - timedelta(days=60)

    def make(s):
        case = factories.case(s)
        files = [stored(s, n) for n in range(1, 5)]
        for file in files:
            file.created_at = long_ago
        original, shown, waits, idle = (f.id for f in files)
        s.add(
            CaseFile(
                case_id=case.id,
                file_id=original,
                name="",
                visibility=Visibility.PUBLIC,
                public_file_id=shown,
            )
        )
        s.add(CaseUpload(submission_key="k", file_id=waits, name="", created_at=clock.now()))
        return {original, shown, waits}, idle

    kept, _idle = write(make)
    with app.app_context():
        tidy()
        assert set(session().scalars(select(StoredFile.id))) == kept


# --- who may see them --------------------------------------------------------------


@pytest.fixture
def case_file(write):
    """A case at a department, with one file: ids of department and file, the case's reference."""

    def make(s):
        unit, other = (factories.department(s) for _ in range(2))
        case = factories.case(s)
        factories.actions.assign(s, case, unit, actor=factories.MODERATOR, at=factories.AT)
        row = CaseFile(
            case_id=case.id, file_id=stored(s, 7).id, name="", visibility=Visibility.PRIVATE
        )
        s.add(row)
        s.flush()
        return unit.id, other.id, row.id, case.reference

    return write(make)


def test_the_original_is_for_the_writer_for_moderators_and_inspectors(
    app, client, sign_in, case_file
):
    unit, other, ident, reference = case_file
    path = f"/case-files/{ident}/original"
    for role in (Role.MODERATOR, Role.INSPECTOR):
        answer = sign_in(role).get(path)
        assert answer.data == b"x" * 7
        assert answer.headers["Cache-Control"] == "no-store"
    for who in (unit, other):  # a department looks at its desk, where it says why
        assert sign_in(Role.OFFICER, who).get(path).status_code == 404
    assert sign_in(Role.ADMIN).get(path).status_code == 404
    assert client.get(path).status_code == 404
    with client.session_transaction() as cookie:
        cookie["proven"] = {reference: int(clock.now().timestamp()) + 600}
    assert client.get(path).status_code == 200
    assert client.get(f"/case-files/{ident}").status_code == 404
    assert client.get("/case-files/2147483647/original").status_code == 404


def test_a_file_is_hidden_from_those_whom_the_case_is_about(app, sign_in, write, case_file):
    unit, _other, ident, reference = case_file

    def accuse(s):
        case = s.scalar(select(Case).where(Case.reference == reference))
        accused = [Target(TargetKind.DEPARTMENT, s.get(factories.Department, unit))]
        set_targets(s, case, accused, actor=factories.MODERATOR, at=factories.AT)

    write(accuse)
    path = f"/case-files/{ident}/original"
    assert sign_in(Role.OFFICER, unit).get(path).status_code == 404
    assert sign_in(Role.MODERATOR).get(path).status_code == 200


def test_the_files_of_a_report_open_at_the_desk_of_its_office_alone(client, sign_in, write):
    def make(s):
        office = factories.department(s)
        value = {"report_department": office.code}
        set_setting(s, "intake", value, valid_from=date(2020, 1, 1), basis="x")
        case = factories.case(s, kind=factories.Kind.REPORT)
        row = CaseFile(
            case_id=case.id, file_id=stored(s, 9).id, name="", visibility=Visibility.PRIVATE
        )
        s.add(row)
        s.flush()
        return office.id, row.id, case.reference

    office, ident, reference = write(make)
    path = f"/case-files/{ident}/original"
    for role in (Role.MODERATOR, Role.INSPECTOR, Role.ADMIN):
        assert sign_in(role).get(path).status_code == 404
    officer = sign_in(Role.OFFICER, office)
    assert officer.get(path).status_code == 404
    desk = f"/desk/cases/{reference}/files/{ident}/original"
    assert officer.get(desk).status_code == 403
    officer.post(f"/desk/cases/{reference}/reveal", data={"note": "核实举报人提供的材料"})
    assert officer.get(desk).status_code == 200


@pytest.mark.parametrize(
    ("of_case", "of_file", "seen"),
    [
        (Visibility.PUBLIC, Visibility.PUBLIC, 200),
        (Visibility.PUBLIC, Visibility.WITHHELD, 404),
        (Visibility.WITHHELD, Visibility.PUBLIC, 404),
        (Visibility.PRIVATE, Visibility.PUBLIC, 404),
    ],
)
def test_the_public_sees_a_file_when_both_it_and_the_case_are_public(
    client, write, of_case, of_file, seen
):
    def make(s):
        case = factories.public(s, factories.department(s))
        case.visibility = of_case
        row = CaseFile(
            case_id=case.id,
            file_id=stored(s, 11).id,
            name="张三的身份证",
            visibility=of_file,
            public_file_id=stored(s, 12).id,
        )
        s.add(row)
        s.flush()
        return case.reference, row.id

    reference, ident = write(make)
    answer = client.get(f"/case-files/{ident}")
    assert answer.status_code == seen
    page = client.get(f"/feedback/{reference}")
    if seen == 200:
        assert answer.data == b"x" * 12
        assert "max-age=600" in answer.headers["Cache-Control"]
        assert f'src="/case-files/{ident}"' in page.text
    assert f"/case-files/{ident}/original" not in page.text
    assert "张三" not in page.text + answer.headers.get("Content-Disposition", "")
    assert client.get(f"/case-files/{ident}/original").status_code == 404
