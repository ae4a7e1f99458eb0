"""The photos beside a rating, and their bytes: kept as long as something shows them."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.files.actions import discard
from portal.files.models import StoredFile
from portal.projects.record.leftovers import named_by_drafts
from portal.ratings.models import Rating, RatingPhoto


def show_photos(s: Session, rating: Rating, files: Sequence[StoredFile]) -> None:
    """Let these photos stand in the place of the ones before; none leaves them as they are."""
    if not files:
        return
    new = dict.fromkeys(file.id for file in files)
    before = select(RatingPhoto.file_id).where(RatingPhoto.rating_id == rating.id)
    replaced = [ident for ident in s.scalars(before) if ident not in new]
    s.execute(delete(RatingPhoto).where(RatingPhoto.rating_id == rating.id))
    s.add_all(RatingPhoto(rating_id=rating.id, file_id=ident) for ident in new)
    s.flush()
    s.expire(rating, ["photos"])
    forget_files(s, replaced)


def forget_files(s: Session, file_ids: Sequence[int]) -> None:
    """Delete the bytes of photos that nothing shows any more."""
    discard(s, set(file_ids) - named_by_drafts(s))
