"""Photos: what comes out is upright, small, and nothing but pixels."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.errors import Invalid
from portal.files.actions import REASONS, Accepted, Kind, accept
from tests.files import samples


def opened(kept: Accepted) -> Image.Image:
    image = Image.open(io.BytesIO(kept.data))
    image.load()
    return image


def refused(data: bytes, reason: str) -> bool:
    with pytest.raises(Invalid) as caught:
        accept(data)
    return caught.value.message == REASONS[reason]


def test_a_photo_loses_where_and_with_what_it_was_taken():
    taken = samples.saved(samples.scene(), exif=samples.exif(), comment=b"Zhang San")
    assert b"Exif" in taken
    assert samples.MAKER.encode() in taken
    kept = accept(taken)
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 320, 200)
    for remark in (b"Exif", samples.MAKER.encode(), b"Zhang San"):
        assert remark not in kept.data
    assert not opened(kept).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_kind_of_photo_keeps_a_remark(kind):
    options = {"exif": samples.exif(), "icc_profile": samples.srgb(), "xmp": b"<x>Zhang San</x>"}
    if kind == "PNG":
        options.pop("xmp")
    kept = accept(samples.saved(samples.scene(), kind, **options))
    image = opened(kept)
    assert not image.getexif()
    assert not set(image.info) & {"exif", "icc_profile", "xmp", "comment", "dpi", "photoshop"}
    assert b"Zhang San" not in kept.data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_on_its_side_stands_upright(orientation):
    turned = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    scene = samples.scene()
    sensor = scene if turned is None else scene.transpose(turned)
    image = opened(accept(samples.saved(sensor, exif=samples.exif(orientation))))
    assert image.size == (320, 200)
    for place in ((10, 10), (310, 10), (10, 190)):
        got, wanted = image.getpixel(place), scene.getpixel(place)
        assert all(abs(a - b) < 30 for a, b in zip(got, wanted, strict=True)), place


def test_a_palette_on_its_side_stands_upright_too():
    drawing = Image.new("P", (30, 10))
    drawing.putpalette([200, 0, 0, 0, 0, 200])
    kept = accept(samples.saved(drawing, "PNG", exif=samples.exif(6)))
    assert (kept.width, kept.height) == (10, 30)


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    kept = accept(samples.saved(samples.scene(4000, 3000)))
    assert (kept.width, kept.height) == (1600, 1200)


def test_a_small_photo_keeps_its_size():
    assert accept(samples.saved(samples.scene(40, 30))).width == 40


def test_a_drawing_of_few_colours_stays_sharp():
    drawing = Image.new("RGB", (200, 100), "white")
    drawing.paste((166, 50, 26), (50, 20, 150, 80))
    kept = accept(samples.saved(drawing, "PNG"))
    assert kept.media_type == "image/png"
    assert opened(kept).tobytes() == drawing.tobytes()


def test_what_is_transparent_becomes_white():
    clear = samples.scene().convert("RGBA")
    clear.putalpha(Image.new("L", clear.size, 0))
    assert opened(accept(samples.saved(clear, "PNG"))).getpixel((50, 50)) == (255, 255, 255)


def test_colours_are_those_of_the_profile_when_the_profile_goes():
    red = Image.new("RGB", (60, 40), (200, 40, 40))
    for kind in ("JPEG", "PNG", "WEBP"):
        kept = opened(accept(samples.saved(red, kind, icc_profile=samples.swapped())))
        r, g, _b = kept.convert("RGB").getpixel((30, 20))
        assert g > 180 > 90 > r
        assert "icc_profile" not in kept.info


def test_a_photo_for_printers_is_turned_into_one_for_screens():
    kept = opened(accept(samples.saved(samples.scene().convert("CMYK"))))
    assert kept.mode == "RGB"
    got, wanted = kept.getpixel((10, 190)), samples.scene().getpixel((10, 190))
    assert all(abs(a - b) < 30 for a, b in zip(got, wanted, strict=True))


def test_of_a_phone_s_double_photo_the_second_is_left_behind():
    double = samples.saved(
        samples.scene(), "MPO", save_all=True, append_images=[samples.scene()], exif=samples.exif()
    )
    assert double.count(b"\xff\xd8\xff") == 2
    kept = accept(double)
    assert kept.media_type == "image/jpeg"
    assert kept.data.count(b"\xff\xd8\xff") == 1


def test_a_grey_scan_of_sixteen_bits_is_not_burnt_white():
    scan = Image.new("I;16", (20, 20), 32768)
    assert opened(accept(samples.saved(scan, "PNG"))).getpixel((5, 5)) in range(120, 136)


def test_of_an_animation_the_first_picture_is_kept():
    frames = [samples.scene(), Image.new("RGB", (320, 200), "blue")]
    for kind in ("WEBP", "PNG"):
        moving = samples.saved(frames[0], kind, save_all=True, append_images=frames[1:])
        image = opened(accept(moving))
        assert getattr(image, "n_frames", 1) == 1
        assert image.getpixel((310, 10))[2] < 120


def test_a_broken_profile_or_broken_remarks_do_not_cost_the_photo():
    assert accept(samples.saved(samples.scene(), icc_profile=b"no profile")).width == 320
    assert accept(samples.saved(samples.scene(), exif=b"Exif\0\0no such thing")).width == 320


@pytest.mark.parametrize("edges", [(50_000, 50_000), (9_000, 9_000), (80_000_001, 1)])
def test_a_photo_that_claims_too_many_pixels_is_refused_unopened(edges):
    assert refused(samples.png_claiming(*edges), "pixels")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_photo_is_refused(kind):
    whole = samples.saved(samples.scene(), kind)
    assert refused(whole[: len(whole) // 2], "broken")


def test_a_page_dressed_as_a_photo_is_refused():
    page = b"<html><script>alert(1)</script></html>"
    assert refused(b"\xff\xd8\xff\xe0" + page, "broken")
    assert refused(b"RIFF\x20\0\0\0WEBPVP8 " + page, "broken")


def test_a_page_behind_a_photo_is_left_behind():
    page = b"<html><script>alert(1)</script></html>"
    kept = accept(samples.saved(samples.scene()) + page)
    assert b"<script" not in kept.data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind"),
        (b"<!doctype html><p>hello</p>", "kind"),
        (b"GIF89a" + b"\0" * 50, "kind"),
        (b"PK\x03\x04" + b"\0" * 50, "kind"),
        (b"\0\0\0\x20ftypheic" + b"\0" * 50, "heic"),
    ],
)
def test_what_is_neither_photo_nor_document_is_refused(data, reason):
    assert refused(data, reason)


def test_a_field_takes_only_what_it_is_for():
    with pytest.raises(Invalid, match="PDF"):
        accept(samples.saved(samples.scene()), kinds=[Kind.DOCUMENT])
    with pytest.raises(Invalid, match="JPEG、PNG 或 WebP"):
        accept(samples.written(samples.document()), kinds=[Kind.PHOTO])


HEADS = st.sampled_from(
    [
        b"",
        b"\xff\xd8\xff\xe1",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"RIFF\0\1\0\0WEBPVP8X",
        b"%PDF-1.4\n",
    ]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HEADS, st.binary(max_size=2000))
def test_whatever_comes_is_kept_or_refused_with_one_sentence(head, rest):
    try:
        kept = accept(head + rest)
    except Invalid as refusal:
        assert refusal.message in REASONS.values()  # noqa: PT017 - both ways are right
    else:
        assert kept.data


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_wrong_byte_never_shows_more_than_a_sentence(place, value):
    for whole in (
        samples.saved(samples.scene(), exif=samples.exif()),
        samples.written(samples.hostile_document()),
    ):
        changed = bytearray(whole)
        changed[place % len(whole)] = value
        try:
            kept = accept(bytes(changed))
        except Invalid as refusal:
            assert refusal.message in REASONS.values()  # noqa: PT017 - both ways are right
        else:
            assert samples.MAKER.encode() not in kept.data
