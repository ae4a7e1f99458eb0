"""Uploads of forms nobody finished go; what is attached or waits in a draft stays."""

from datetime import timedelta

from sqlalchemy import select

from portal.files.models import MediaType, StoredFile
from portal.projects.kinds import FileKind, Phase
from portal.projects.record.leftovers import KEPT, forget_leftovers
from portal.projects.record.models import Attachment, Draft, DraftState, Operation
from tests import factories
from tests.factories import AT


def stored(s, sha256: str, at=AT) -> StoredFile:
    found = StoredFile(
        sha256=sha256 * 32,
        media_type=MediaType.JPEG,
        size=3,
        width=1,
        height=1,
        data=b"jpg",
        created_at=at,
    )
    s.add(found)
    s.flush()
    return found


def draft(s, project, file: StoredFile, state: DraftState) -> None:
    s.add(
        Draft(
            project_id=project.id,
            section="photo",
            operation=Operation.ADD,
            before={},
            after={"file_id": file.id},
            state=state,
            author="officer",
            created_at=AT,
        )
    )


def test_only_what_nobody_waits_for_goes(s):
    project = factories.project(s)
    attached, waiting, dropped, forgotten = (stored(s, sign) for sign in ("aa", "bb", "cc", "dd"))
    fresh = stored(s, "ee", AT + timedelta(days=20))
    s.add(
        Attachment(
            project_id=project.id,
            file_id=attached.id,
            kind=FileKind.PHOTO,
            phase=Phase.AFTER,
            description="完工后的路面",
            name="road.jpg",
        )
    )
    draft(s, project, waiting, DraftState.RETURNED)
    draft(s, project, dropped, DraftState.DROPPED)
    s.flush()
    assert forget_leftovers(s, AT + KEPT) == 0
    assert forget_leftovers(s, AT + KEPT + timedelta(seconds=1)) == 2
    left = set(s.scalars(select(StoredFile.id)))
    assert left == {attached.id, waiting.id, fresh.id}
    assert dropped.id not in left
    assert forgotten.id not in left
