"""Photos and documents beside a case: one decision each, and nothing seen without it."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.cases import actions, attachments
from portal.cases.kinds import TargetKind
from portal.cases.models import Case
from portal.cases.parts import CaseFile
from portal.cases.targets import Target, set_targets
from portal.cases.workflow import Visibility
from portal.errors import Invalid, NotAllowed, WrongState
from portal.files.actions import accept, store
from portal.files.models import StoredFile
from portal.files.rules import GRID
from portal.security import Role
from tests import factories
from tests.factories import AT, MODERATOR
from tests.files import samples
from tests.moderation import desks

PUBLIC = {"public_title": "漏水", "public_body": "漏水了。"}


@pytest.fixture(scope="module")
def photo():
    """A photo as it is kept."""
    return accept(samples.saved(samples.scene(640, 400)))


@pytest.fixture(scope="module")
def document():
    """A document as it is kept."""
    return accept(samples.written(samples.document()))


@pytest.fixture
def with_files(write, photo, document):
    """Make a case with a photo and a document; return its reference and their numbers."""

    def make(**more):
        def run(s):
            found = factories.case(s, **more)
            for n, taken in enumerate((photo, document)):
                stored = store(s, taken, at=AT)
                name = "现场.jpg" if n == 0 else "说明.pdf"
                found.files.append(
                    CaseFile(file_id=stored.id, name=name, visibility=Visibility.PRIVATE)
                )
            s.flush()
            return found.reference, *(f.id for f in found.files)

        return write(run)

    return make


@pytest.fixture
def moderator(sign_in):
    """A moderator's browser."""
    return sign_in(Role.MODERATOR)


def decide(browser, reference, number, decision, **data):
    path = f"/moderation/cases/{reference}/files/{number}/{decision}"
    return browser.post(path, data=data)


def standing(write, number):
    """How a file stands, and whether what is shown is the file itself."""

    def read(s):
        found = s.get(CaseFile, number)
        return found.visibility, found.public_file_id == found.file_id

    return write(read)


def trail(write):
    return write(
        lambda s: [
            (e.act, e.details)
            for e in s.scalars(select(AuditEntry).where(AuditEntry.act.like("case:%-file")))
        ]
    )


def test_each_file_stands_on_the_page_of_the_case(moderator, with_files):
    reference, photo, document = with_files()
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert "附件（2个）" in page
    assert page.count("待决定") == 2
    assert f"/case-files/{photo}/original" in page
    assert "说明.pdf" in page
    assert moderator.get(f"/moderation/cases/{reference}/files/{photo}").status_code == 200
    assert moderator.get(f"/moderation/cases/{reference}/files/{document}").status_code == 200


def test_the_original_is_never_kept_by_a_browser(moderator, with_files):
    reference, photo, document = with_files()
    for number, kind in ((photo, "image/jpeg"), (document, "application/pdf")):
        sent = moderator.get(f"/case-files/{number}/original")
        assert sent.status_code == 200
        assert sent.mimetype == kind
        assert sent.headers["Cache-Control"] == "no-store"
        assert (
            moderator.get(f"/moderation/cases/{reference}/files/{number}/shown").status_code == 404
        )


def test_a_photo_is_let_through_as_it_is_beside_its_large_view_alone(moderator, with_files, write):
    reference, photo, _document = with_files()
    assert "原样公开" not in moderator.get(f"/moderation/cases/{reference}").text
    page = moderator.get(f"/moderation/cases/{reference}/files/{photo}").text
    form = re.search(rf'action="[^"]*/files/{photo}/publish".*?</form>', page, re.S)[0]
    was = re.search(r'name="was" value="([^"]*)"', form)[1]
    assert decide(moderator, reference, photo, "publish", was=was).status_code == 303
    assert standing(write, photo) == (Visibility.PUBLIC, True)
    [(act, details)] = trail(write)
    assert act == "case:publish-file"
    assert details["how"] == "as it is"
    assert decide(moderator, reference, photo, "publish").status_code == 409


def test_what_is_blacked_out_is_black_in_what_is_shown_and_the_original_stays(
    moderator, with_files, write
):
    reference, photo, _document = with_files()
    path = f"/moderation/cases/{reference}/files/{photo}"
    before = moderator.get(f"/case-files/{photo}/original").data
    done = decide(moderator, reference, photo, "black-out", regions="0,0,500,500")
    assert done.status_code == 303
    assert standing(write, photo) == (Visibility.PUBLIC, False)
    shown = Image.open(io.BytesIO(moderator.get(f"{path}/shown").data)).convert("L")
    assert shown.crop((0, 0, 318, 198)).getextrema()[1] < 8
    assert shown.crop((400, 250, 640, 400)).getextrema()[1] > 40
    assert moderator.get(f"/case-files/{photo}/original").data == before
    assert trail(write)[0][1]["how"] == "blacked out"
    page = moderator.get(path).text
    assert "照片上有人脸、车牌、门牌等能认出人的内容。" in page
    assert "公众看到的" in page
    assert "已放行（遮盖后）" in page


def test_the_grid_does_the_same_without_javascript(moderator, with_files, write):
    reference, photo, _document = with_files()
    cells = [GRID[0][0], GRID[0][1]]
    page = moderator.get(f"/moderation/cases/{reference}/files/{photo}").text
    assert f'name="cell" value="{cells[0]}"' in page
    assert decide(moderator, reference, photo, "black-out", cell=cells).status_code == 303
    path = f"/moderation/cases/{reference}/files/{photo}/shown"
    shown = Image.open(io.BytesIO(moderator.get(path).data)).convert("L")
    assert shown.crop((0, 0, 210, 96)).getextrema()[1] < 8


@pytest.mark.parametrize(
    "marked",
    [{}, {"regions": "nonsense"}, {"regions": "0,0,0,0"}, {"cell": "1,2,3,4"}],
)
def test_a_marking_that_marks_nothing_is_refused_where_it_stands(
    moderator, with_files, write, marked
):
    reference, photo, _document = with_files()
    refused = decide(moderator, reference, photo, "black-out", **marked)
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert standing(write, photo)[0] is Visibility.PRIVATE


def test_a_copy_without_a_reason_is_refused_where_it_stands(moderator, with_files, write):
    reference, photo, _document = with_files()
    sent = {"regions": "0,0,500,500", "note": " "}
    refused = decide(moderator, reference, photo, "black-out", **sent)
    assert refused.status_code == 422
    assert 'href="#black-out-note"' in refused.text
    assert standing(write, photo)[0] is Visibility.PRIVATE


def test_a_document_is_let_through_only_by_who_has_read_it(moderator, with_files, write):
    reference, _photo, document = with_files()
    assert decide(moderator, reference, document, "publish").status_code == 422
    assert decide(moderator, reference, document, "black-out", regions="0,0,9,9").status_code == 422
    assert standing(write, document)[0] is Visibility.PRIVATE
    assert decide(moderator, reference, document, "publish", is_read="y").status_code == 303
    assert standing(write, document) == (Visibility.PUBLIC, True)


def test_a_file_is_held_back_with_a_reason_and_let_through_again(moderator, with_files, write):
    reference, photo, _document = with_files()
    decide(moderator, reference, photo, "publish")
    refused = decide(moderator, reference, photo, "withhold", note=" ")
    assert refused.status_code == 422
    assert "请写明原因" in refused.text
    assert decide(moderator, reference, photo, "withhold", note="照片中有人脸").status_code == 303
    assert standing(write, photo)[0] is Visibility.WITHHELD
    assert [act for act, _details in trail(write)] == ["case:publish-file", "case:withhold-file"]
    assert decide(moderator, reference, photo, "withhold", note="再来一次").status_code == 409
    assert decide(moderator, reference, photo, "publish").status_code == 303


def test_two_moderators_do_not_overwrite_each_other(moderator, with_files, write):
    reference, photo, _document = with_files()
    old = {"was": "private:"}
    assert decide(moderator, reference, photo, "withhold", note="人脸", **old).status_code == 303
    late = decide(moderator, reference, photo, "publish", **old)
    assert late.status_code == 409
    assert "刚被其他人处理过" in late.text
    assert standing(write, photo)[0] is Visibility.WITHHELD


@pytest.mark.parametrize(
    "more",
    [
        {"consent_publish": False},
        {"targets": [Target(TargetKind.PERSON, name="赵某")]},
    ],
)
def test_files_of_a_case_that_is_never_public_are_never_let_through(
    moderator, with_files, write, more
):
    reference, photo, document = with_files(**more)
    page = moderator.get(f"/moderation/cases/{reference}").text
    assert "附件也不公开" in page
    assert "原样公开" not in page
    for number in (photo, document):
        assert moderator.get(f"/moderation/cases/{reference}/files/{number}").status_code == 200
        assert decide(moderator, reference, number, "publish", is_read="y").status_code == 422
    assert decide(moderator, reference, photo, "black-out", regions="0,0,9,9").status_code == 422
    assert standing(write, photo)[0] is Visibility.PRIVATE


def test_nobody_else_meets_a_file_by_these_doors(app, sign_in, with_files, write, client):
    reference, photo, _document = with_files()
    other, _photo, _doc = with_files()
    paths = [f"/moderation/cases/{reference}/files/{photo}{end}" for end in ("", "/shown")]
    unit = write(lambda s: factories.department(s).id)
    for path in paths:
        assert client.get(path).status_code == 302
        for role in (Role.OFFICER, Role.INSPECTOR, Role.ADMIN):
            browser = sign_in(role, unit if role is Role.OFFICER else None)
            assert browser.get(path).status_code == 403

    def about(s):
        me = desks.moderator(s, "mo-file")
        found = s.scalar(select(Case).where(Case.reference == reference))
        set_targets(s, found, [desks.about(s, me)], actor=MODERATOR, at=AT)

    write(about)
    browser = desks.desk_of(app, write, "mo-file")
    for path in paths:
        assert browser.get(path).status_code == 404
    for decision in ("publish", "black-out", "withhold"):
        assert decide(browser, reference, photo, decision, note="x").status_code == 404
    moderator = sign_in(Role.MODERATOR)
    for end in ("", "/shown"):
        wrong = f"/moderation/cases/{other}/files/{photo}{end}"
        assert moderator.get(wrong).status_code == 404
    assert decide(moderator, other, photo, "publish").status_code == 404


def test_a_file_is_seen_only_while_its_case_is_public(moderator, with_files, write, client):
    reference, photo, document = with_files()
    assert decide(moderator, reference, photo, "publish").status_code == 303
    door = f"/case-files/{photo}"
    assert client.get(door).status_code == 404

    def do(act, **more):
        def run(s):
            found = s.scalar(select(Case).where(Case.reference == reference))
            act(s, found, actor=MODERATOR, at=AT, **more)

        write(run)

    do(actions.publish, **PUBLIC)
    assert client.get(door).status_code == 200
    assert client.get(f"/case-files/{document}").status_code == 404
    assert client.get(f"{door}/original").status_code == 404
    do(actions.withhold, note="涉及隐私")
    assert client.get(door).status_code == 404
    do(actions.publish)
    assert client.get(door).status_code == 200
    do(set_targets, targets=[Target(TargetKind.PERSON, name="赵某")])
    assert client.get(door).status_code == 404


# --- the act itself ------------------------------------------------------------------------


def test_the_act_checks_person_case_file_and_consent(s, photo):
    case = factories.case(s)
    other = factories.case(s)
    unit = factories.department(s)
    stored = store(s, photo, at=AT)
    case.files.append(CaseFile(file_id=stored.id, name="", visibility=Visibility.PRIVATE))
    s.flush()
    file = case.files[0]
    give = {"at": AT}
    with pytest.raises(NotAllowed):
        attachments.publish_file(s, case, file, stored, actor=factories.officer(unit), **give)
    with pytest.raises(Invalid):
        attachments.publish_file(s, other, file, stored, actor=MODERATOR, **give)
    with pytest.raises(Invalid):
        attachments.withhold_file(s, case, file, actor=MODERATOR, note=" ", **give)
    with pytest.raises(WrongState):
        attachments.publish_file(s, case, file, stored, actor=MODERATOR, was="public:1", **give)
    actions.reject(s, case, "unclear", actor=MODERATOR, at=AT)
    with pytest.raises(Invalid):
        attachments.publish_file(s, case, file, stored, actor=MODERATOR, **give)
    assert file.visibility is Visibility.PRIVATE
    assert s.get(StoredFile, stored.id) is stored
