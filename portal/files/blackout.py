"""Blacking out regions of a kept photo: faces, plates, door numbers.

The original stays as it was taken in; what is made is a second file, whose pixels in the regions
are black in the bytes themselves, not covered by anything that could be lifted again.
"""

from collections.abc import Collection

from portal.errors import Invalid
from portal.files.actions import Accepted, Kind, remade
from portal.files.models import StoredFile
from portal.files.rules import Region, checked
from portal.language import N_

NO_PHOTO = N_("只有照片可以遮盖，这个文件不是照片。")


def blacked_out(file: StoredFile, regions: Collection[Region]) -> Accepted:
    """Return a copy of a photo in which the regions are black; keep it with `actions.store`.

    Of a JPEG whole blocks of 16 pixels go black, so up to 15 pixels more on each side: what is
    hidden has left traces in the block it was compressed with. The copy is made in the same
    bounded process as an upload, in up to actions.TIMEOUT seconds, so call this BEFORE
    db.transaction(). The same photo and regions give the same bytes, and so one row. Raises
    Invalid for a file that is no photo and for regions that `rules.checked` refuses.
    """
    if not file.is_photo:
        raise Invalid(NO_PHOTO)
    areas = (f"{r.left},{r.top},{r.width},{r.height}" for r in checked(regions))
    return remade(file.data, Kind.PHOTO, ";".join(areas))
