"""A photo beside a case, kept as the portal keeps them, without the costs of remaking one."""

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.parts import CaseFile
from portal.cases.workflow import Visibility
from portal.files.actions import Accepted, store
from portal.files.models import MediaType, StoredFile
from tests.factories import AT


def stored(s: Session, data: bytes = b"a photo") -> StoredFile:
    """A photo of these bytes."""
    return store(s, Accepted(data, MediaType.PNG, 8, 5), at=AT)


def with_photo(s: Session, case: Case) -> CaseFile:
    """Put a photo beside the case that nobody has decided on."""
    file = CaseFile(file=stored(s), name="photo.png", visibility=Visibility.PRIVATE)
    case.files.append(file)
    s.flush()
    return file
