"""Blacking out: what is marked is gone from the bytes, all else and the original stay."""

import io
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw
from sqlalchemy import inspect

from portal.errors import Invalid
from portal.files import actions
from portal.files.actions import Accepted, accept, store
from portal.files.blackout import NO_PHOTO, blacked_out
from portal.files.models import MediaType, StoredFile
from portal.files.photo import BLOCK
from portal.files.rules import GRID, MOST_REGIONS, REASONS, Region, checked, marked
from tests.factories import AT
from tests.files import samples

BLACK = (0, 0, 0)
MIDDLE = Region(0.25, 0.25, 0.5, 0.5)


def kept(accepted: Accepted) -> StoredFile:
    """The row that a file would become."""
    return StoredFile(
        sha256=accepted.sha256,
        media_type=accepted.media_type,
        size=len(accepted.data),
        width=accepted.width,
        height=accepted.height,
        data=accepted.data,
        created_at=AT,
    )


def photo(width: int = 320, height: int = 200) -> StoredFile:
    """A kept JPEG of many colours."""
    file = kept(accept(samples.saved(samples.scene(width, height))))
    assert file.media_type == MediaType.JPEG
    return file


def drawing() -> StoredFile:
    """A kept PNG of few colours."""
    image = Image.new("RGB", (200, 100), "white")
    image.paste((166, 50, 26), (0, 20, 150, 80))
    file = kept(accept(samples.saved(image, "PNG")))
    assert file.media_type == MediaType.PNG
    return file


def opened(file: StoredFile | Accepted) -> Image.Image:
    """Its pixels."""
    return Image.open(io.BytesIO(file.data)).convert("RGB")


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    """Which colours are within a box."""
    return {colour for _n, colour in image.crop(box).getcolors(100_000)}


def is_black(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Tell whether nothing is seen in a box but what the compression of its edge gives."""
    return max(high for _low, high in image.crop(box).getextrema()) < 48 and colours(
        image, (box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2)
    ) == {BLACK}


def furthest(one: Image.Image, other: Image.Image, spare: tuple[int, int, int, int]) -> int:
    """The largest difference of any pixel outside of a box."""
    apart = ImageChops.difference(one, other)
    ImageDraw.Draw(apart).rectangle((*spare[:2], spare[2] - 1, spare[3] - 1), fill=BLACK)
    return max(high for _low, high in apart.getextrema())


def test_of_a_jpeg_the_region_is_black_and_the_rest_is_as_it_was():
    file = photo()
    made = blacked_out(file, [MIDDLE])
    assert (made.media_type, made.width, made.height) == (MediaType.JPEG, 320, 200)
    assert is_black(opened(made), (80, 48, 240, 160))
    assert furthest(opened(file), opened(made), (80, 48, 240, 160)) < 40
    assert furthest(opened(file), opened(made), (64, 32, 256, 176)) < 12


def test_of_a_png_the_region_is_black_to_the_pixel():
    file = drawing()
    made = blacked_out(file, [MIDDLE])
    assert made.media_type == MediaType.PNG
    wanted = opened(file)
    wanted.paste(BLACK, (50, 25, 150, 75))
    assert opened(made).tobytes() == wanted.tobytes()


def test_a_drawing_of_a_full_palette_stays_a_drawing():
    strip = Image.new("RGB", (256, 200))
    strip.putdata([(x, 255 - x, 200) for _y in range(200) for x in range(256)])
    file = kept(Accepted(samples.saved(strip, "PNG"), MediaType.PNG, 256, 200))
    made = blacked_out(file, [MIDDLE])
    assert made.media_type == MediaType.PNG
    assert furthest(strip, opened(made), (64, 50, 192, 150)) == 0


def test_what_compression_left_around_the_hidden_is_hidden_with_it():
    drawn, blocks = (101, 101, 123, 111), (96, 96, 128, 112)
    files = []
    for colour in ("white", "black"):
        plate = samples.scene()
        ImageDraw.Draw(plate).rectangle((101, 101, 122, 110), fill=colour)
        data = samples.saved(plate, quality=60)
        files.append(kept(Accepted(data, MediaType.JPEG, 320, 200)))
    assert furthest(*map(opened, files), drawn) > 40
    region = Region(101 / 320, 101 / 200, 22 / 320, 10 / 200)
    made = [opened(blacked_out(file, [region])) for file in files]
    assert is_black(made[0], blocks)
    assert is_black(made[1], blocks)
    assert furthest(*made, drawn) < 8


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_taken_on_its_side_is_blacked_out_as_it_is_seen(orientation):
    turned = {
        1: samples.scene(),
        3: samples.scene().transpose(Image.Transpose.ROTATE_180),
        6: samples.scene().transpose(Image.Transpose.ROTATE_90),
        8: samples.scene().transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    file = kept(accept(samples.saved(turned, exif=samples.exif(orientation))))
    made = blacked_out(file, [Region(0, 0, 0.3, 0.4)])
    image = opened(made)
    assert image.size == (320, 200)
    assert is_black(image, (0, 0, 96, 80))
    assert furthest(samples.scene(), image, (0, 0, 112, 96)) < 30


def test_the_copy_has_no_remarks_and_no_transparency():
    made = blacked_out(photo(), [MIDDLE])
    image = Image.open(io.BytesIO(made.data))
    assert not image.getexif()
    assert image.mode == "RGB"
    assert not set(image.info) & {"exif", "icc_profile", "xmp", "comment", "transparency"}


def test_a_grey_photo_can_be_blacked_out():
    file = kept(accept(samples.saved(Image.linear_gradient("L").resize((320, 200)))))
    assert colours(opened(blacked_out(file, [MIDDLE])), (80, 64, 240, 144)) == {BLACK}


def test_regions_at_the_edges_and_over_them_are_cut_to_the_picture():
    made = opened(blacked_out(drawing(), [Region(-1, -1, 1.1, 1.2), Region(0.95, 0.9, 9, 9)]))
    assert colours(made, (0, 0, 20, 20)) == colours(made, (190, 90, 200, 100)) == {BLACK}
    assert BLACK not in colours(made, (21, 21, 189, 89))


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_the_smallest_region_hides_at_least_the_pixel_it_lies_in(left, top):
    file = kept(
        Accepted(samples.saved(Image.new("RGB", (30, 20), "white"), "PNG"), "image/png", 30, 20)
    )
    region = Region(left, top, 1e-9, 1e-9)
    made = opened(blacked_out(file, [region]))
    assert made.getpixel((min(29, math.floor(left * 30)), min(19, math.floor(top * 20)))) == BLACK


def test_as_many_regions_as_are_allowed_and_the_whole_photo_can_go():
    many = [Region(n / 20, 0, 1 / 20, 1) for n in range(MOST_REGIONS)]
    made = blacked_out(photo(), many)
    assert made.media_type == MediaType.JPEG
    assert colours(opened(made), (0, 0, 320, 200)) == {BLACK}


def test_the_original_is_untouched_and_the_copy_is_a_row_of_its_own(s):
    original = store(s, accept(samples.saved(samples.scene())), at=AT)
    s.flush()
    before = {c.key: getattr(original, c.key) for c in inspect(StoredFile).columns}
    copy = store(s, blacked_out(original, [MIDDLE]), at=AT)
    again = store(s, blacked_out(original, [MIDDLE]), at=AT)
    s.expire_all()
    assert {c.key: getattr(original, c.key) for c in inspect(StoredFile).columns} == before
    assert copy.id == again.id != original.id
    assert copy.sha256 != original.sha256
    assert opened(copy).getpixel((160, 100)) == BLACK != opened(original).getpixel((160, 100))


def test_a_document_cannot_be_blacked_out():
    with pytest.raises(Invalid) as caught:
        blacked_out(kept(accept(samples.written(samples.document()))), [MIDDLE])
    assert caught.value.message == NO_PHOTO


def test_what_is_kept_and_too_large_is_refused_as_an_upload_is():
    claiming = kept(Accepted(samples.png_claiming(50_000, 50_000), MediaType.PNG, 9, 9))
    with pytest.raises(Invalid) as caught:
        blacked_out(claiming, [MIDDLE])
    assert caught.value.message == actions.REASONS["pixels"]


def test_it_happens_in_the_bounded_process(monkeypatch):
    file = photo()
    monkeypatch.setattr(actions, "TIMEOUT", 0.001)
    with pytest.raises(Invalid) as caught:
        blacked_out(file, [MIDDLE])
    assert caught.value.message == actions.REASONS["complex"]


def refused(reason: str, make, *given) -> bool:
    """Tell whether something is refused for this reason."""
    with pytest.raises(Invalid) as caught:
        make(*given)
    assert str(caught.value)
    return caught.value.message == REASONS[reason]


@pytest.mark.parametrize(
    ("regions", "reason"),
    [
        ([], "none"),
        ([MIDDLE] * (MOST_REGIONS + 1), "many"),
        ([Region(0.2, 0.2, 0, 0.3)], "empty"),
        ([Region(0.2, 0.2, 0.3, -0.1)], "empty"),
        ([MIDDLE, Region(1, 0, 0.5, 0.5)], "empty"),
        ([Region(-0.5, 0, 0.5, 1)], "empty"),
        ([Region(math.nan, 0, 1, 1)], "wrong"),
        ([Region(0, 0, math.inf, 1)], "wrong"),
    ],
)
def test_regions_that_hide_nothing_are_refused(regions, reason):
    assert refused(reason, checked, regions)


def test_a_refused_region_starts_no_program(monkeypatch):
    monkeypatch.setattr(actions, "PROGRAM", None)
    file = StoredFile(width=9, height=9, media_type=MediaType.PNG, data=b"")
    with pytest.raises(Invalid):
        blacked_out(file, [])


def test_a_form_s_text_is_read_in_thousandths():
    assert marked("100,200,300,400;0,0,1000,1000") == [
        Region(0.1, 0.2, pytest.approx(0.3), pytest.approx(0.4)),
        Region(0, 0, 1, 1),
    ]
    assert marked(" 900,900,500,500; ") == [
        Region(0.9, 0.9, pytest.approx(0.1), pytest.approx(0.1))
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "none"),
        (" ; ;;", "wrong"),
        (";;;", "none"),
        ("1,2,3", "wrong"),
        ("1,2,3,4,5", "wrong"),
        ("-1,2,3,4", "wrong"),
        ("1.5,2,3,4", "wrong"),
        ("1e3,2,3,4", "wrong"),
        ("１,２,３,４", "wrong"),
        ("10000,2,3,4", "wrong"),
        ("nan,0,1,1", "wrong"),
        ("1,2,3,4\n5,6,7,8", "wrong"),
        ("0x1,2,3,4", "wrong"),
        ("1,2,3,4\0", "wrong"),
        ("9" * 100_000, "wrong"),
        ("1,1,1,1;" * 100_000, "wrong"),
        ("1,1,1,1;" * 21, "many"),
        ("1000,0,10,10", "empty"),
        ("5,5,0,9", "empty"),
    ],
)
def test_what_no_page_of_ours_writes_is_refused(text, reason):
    assert refused(reason, marked, text)


@given(st.text() | st.from_regex(r"[0-9,;]{0,60}", fullmatch=True))
def test_whatever_a_form_says_becomes_regions_inside_or_one_sentence(text):
    try:
        regions = marked(text)
    except Invalid as refusal:
        assert refusal.message in REASONS.values()  # noqa: PT017 - both ways are right
    else:
        assert 1 <= len(regions) <= MOST_REGIONS
        for r in regions:
            assert 0 <= r.left < r.left + r.width <= 1 + 1e-9
            assert 0 <= r.top < r.top + r.height <= 1 + 1e-9


def test_the_cells_cover_the_whole_photo_and_neighbours_become_one():
    every = [cell for row in GRID for cell in row]
    assert len(set(every)) == 24
    strips = marked("", every)
    assert [(r.left, r.top, r.width, r.height) for r in strips] == [
        (0, row / 4, 1, pytest.approx(0.25)) for row in range(4)
    ]


def test_the_worst_pattern_of_cells_is_still_allowed():
    chequered = [GRID[r][c] for r in range(4) for c in range(6) if (r + c) % 2]
    assert len(marked("", chequered)) == 12


def test_cells_and_drawn_regions_are_taken_together():
    found = marked("0,0,50,50", [GRID[1][2], GRID[1][3], GRID[3][5]])
    assert [round(r.left, 3) for r in found] == [0, 0.333, 0.833]
    assert [round(r.width, 3) for r in found] == [0.05, 0.334, 0.167]


def test_a_cell_that_is_none_is_refused():
    assert refused("wrong", marked, "", ["0,0,1000,1000"])


def test_blocks_are_those_of_the_kept_photos():
    layers = Image.open(io.BytesIO(photo().data)).layer
    assert max(layer[1] for layer in layers) * 8 == BLOCK
