"""Words beside ratings are read before the public reads them; personal data is pointed at."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.files.models import MediaType, StoredFile
from portal.ratings import actions, counts
from portal.ratings.followups import actions as followups
from portal.ratings.followups.workflow import Remedy
from portal.ratings.kinds import Standing
from portal.ratings.models import CommentVisibility, Rating, RatingAddition
from portal.security import Role
from tests import factories

SAFE, PHONE = "水压很好", "电话13812345678找我"


@pytest.fixture
def moderator(sign_in):
    """The browser of a moderator."""
    return sign_in(Role.MODERATOR)


def rated(s, comment=SAFE, level=4, **more):
    project = factories.project(s, unit=factories.department(s))
    at = clock.now() - timedelta(days=2)
    return factories.rating(s, project, level, comment=comment, at=at, **more)


def added(s, comment="后来又坏了"):
    rating = rated(s, "")
    rating.wave.closes_on = clock.today() - timedelta(days=1)
    return actions.add(s, rating, level=2, comment=comment, at=clock.now())


def remedied(s, text="已重新铺好路面"):
    rating = rated(s, "", 1)
    unit = factories.officer(rating.project.department)
    with counts.moving(s, rating.project_id, 10) as moves:
        found = followups.of_rating(s, rating)
        at = clock.now()
        followups.remedy(s, moves, found, Remedy.FIXED, actor=unit, text=text, at=at)
    return found


def forms(page):
    """Address of each form that publishes or withholds -> what it has seen."""
    pattern = r'action="(/appraisal/comments/[^"?]+)[^"]*">.*?name="seen" value="(\w+)"'
    return dict(re.findall(pattern, page, re.S))


def post(client, tab, act, *, page=None, **data):
    found = forms(page or client.get(f"/appraisal/comments?tab={tab}").text)
    address = next(a for a in found if a.endswith(f"/{act}"))
    return client.post(address, data={"seen": found[address]} | data)


MAKE = {"ratings": rated, "additions": added, "remedies": remedied}
VISIBLE = {
    "ratings": lambda s: s.scalar(select(Rating.comment_visibility)),
    "additions": lambda s: s.scalar(select(RatingAddition.comment_visibility)),
    "remedies": lambda s: s.scalars(select(followups.FollowUp)).one().remedy_visibility,
}


@pytest.mark.parametrize("tab", MAKE)
@pytest.mark.parametrize("act", ["publish", "withhold"])
def test_each_kind_of_words_is_published_or_withheld(moderator, write, tab, act):
    write(lambda s: MAKE[tab](s) and None)
    page = moderator.get(f"/appraisal/comments?tab={tab}").text
    assert re.search(r'aria-current="page">[^<]+<b>1</b>', page)
    assert post(moderator, tab, act).status_code == 303
    wanted = CommentVisibility.PUBLIC if act == "publish" else CommentVisibility.WITHHELD
    assert write(VISIBLE[tab]) is wanted
    assert "没有等待审核的文字" in moderator.get(f"/appraisal/comments?tab={tab}").text
    decided = moderator.get(f"/appraisal/comments?tab={tab}&state={wanted.value}").text
    assert len(forms(decided)) == 1  # a decision can be taken back


def test_what_looks_like_personal_data_is_marked_and_needs_a_second_look(moderator, write):
    write(lambda s: rated(s, PHONE) and None)
    page = moderator.get("/appraisal/comments").text
    assert re.search(r'<mark class="spot">13812345678<span[^>]*>手机或电话号码', page)
    answer = post(moderator, "ratings", "publish")
    assert "没有公开" in moderator.get(answer.location).text
    assert write(VISIBLE["ratings"]) is CommentVisibility.PRIVATE
    post(moderator, "ratings", "publish", is_sure="y")
    assert write(VISIBLE["ratings"]) is CommentVisibility.PUBLIC


def test_withholding_needs_no_second_look(moderator, write):
    write(lambda s: rated(s, PHONE) and None)
    post(moderator, "ratings", "withhold")
    assert write(VISIBLE["ratings"]) is CommentVisibility.WITHHELD


def test_words_that_were_changed_meanwhile_are_not_published_unseen(moderator, write):
    by = factories.voter()
    write(lambda s: rated(s, by=by) and None)
    page = moderator.get("/appraisal/comments").text

    def change(s):
        project = s.scalars(select(Rating)).one().project
        factories.rating(s, project, 4, by=by, at=clock.now(), comment="骂人的话")

    write(change)
    assert post(moderator, "ratings", "publish", page=page).status_code == 409
    assert write(VISIBLE["ratings"]) is CommentVisibility.PRIVATE
    assert moderator.post(next(iter(forms(page)))).status_code == 409


def test_words_that_were_erased_meanwhile_are_told_of(moderator, write):
    write(lambda s: rated(s) and None)
    page = moderator.get("/appraisal/comments").text
    write(lambda s: actions.erase(s, s.scalars(select(Rating)).one(), at=clock.now()))
    answer = post(moderator, "ratings", "publish", page=page)
    assert answer.status_code == 409
    assert "已被修改或删除" in answer.text


def test_ratings_without_words_wait_for_nobody(moderator, write):
    write(lambda s: rated(s, "") and None)
    assert "没有等待审核的文字" in moderator.get("/appraisal/comments").text
    assert write(VISIBLE["ratings"]) is CommentVisibility.WITHHELD


def test_words_beside_a_rating_that_does_not_count_need_not_be_read(moderator, write):
    by = factories.voter(fill_seconds=0.1)
    write(lambda s: rated(s, by=by) and None)
    assert write(lambda s: s.scalar(select(Rating.standing))) is Standing.SET_ASIDE
    assert "没有等待审核的文字" in moderator.get("/appraisal/comments").text


def photographed(s):
    file = StoredFile(
        sha256="0" * 64, media_type=MediaType.JPEG, size=4, width=2, height=2, data=b"jpeg"
    )
    file.created_at = clock.now()
    s.add(file)
    s.flush()
    return rated(s, "", photos=[file]).id


def test_photos_are_seen_by_moderators_before_anybody_else(moderator, client, write, sign_in):
    write(photographed)
    page = moderator.get("/appraisal/comments").text
    address = re.search(r'src="(/appraisal/photos/\d+)"', page)[1]
    answer = moderator.get(address)
    assert (answer.data, answer.mimetype) == (b"jpeg", "image/jpeg")
    assert "private" in answer.headers["Cache-Control"]
    assert client.get(address).status_code == 302
    assert sign_in(Role.INSPECTOR).get(address).status_code == 403
    assert moderator.get("/appraisal/photos/999999").status_code == 404


def test_each_decision_is_on_record(moderator, write):
    write(lambda s: rated(s) and None)
    post(moderator, "ratings", "publish")
    acts = select(AuditEntry.act).where(AuditEntry.act.in_(["rating:publish", "rating:withhold"]))
    assert write(lambda s: s.scalars(acts).all()) == ["rating:publish"]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMIN])
def test_only_moderators_read_and_decide(sign_in, write, role):
    ident = write(lambda s: rated(s).id)
    client = sign_in(role)
    assert client.get("/appraisal/comments").status_code == 403
    assert client.post(f"/appraisal/comments/ratings/{ident}/publish").status_code == 403
    assert write(VISIBLE["ratings"]) is CommentVisibility.PRIVATE


def test_the_old_address_is_gone_and_absurd_ones_are_not_found(moderator, write):
    ident = write(lambda s: rated(s).id)
    assert moderator.get("/moderation/comments").status_code == 404
    assert moderator.post(f"/appraisal/comments/ratings/{ident}/eat").status_code == 404
    assert moderator.post(f"/appraisal/comments/songs/{ident}/publish").status_code == 404
    assert moderator.get("/appraisal/comments?tab=songs&state=loud").status_code == 200
