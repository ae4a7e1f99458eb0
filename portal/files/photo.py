"""Draws an untrusted photo anew from its pixels. Runs inside refine.py, on Pillow only."""

import io
import math
import struct
import warnings
from collections.abc import Iterator

from PIL import ExifTags, Image, ImageCms

PIXELS = 80_000_000
"""Most pixels of a photo, told by its header before anything is unpacked. Phones reach 64 million;
an A4 page scanned at 600 dpi has 35 million."""

EDGE = 1600
"""Longest edge of a kept photo, pixels."""

QUALITY = 82
"""JPEG quality of a kept photo."""

FEW_COLOURS = 256 + 1
"""Pictures with no more colours than this stay PNG where that is smaller: those of a palette, and
the black of what is blacked out."""

BLOCK = 16
"""Pixels of an edge of what a JPEG compresses together when its colours have half the detail
(ISO/IEC 10918-1, A.2)."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a photo upright, by the orientation its camera noted (Exif 2.32, tag 0x0112)."""


class Refused(Exception):
    """Why the file is not kept: one word the portal has a sentence for."""


def remake(data: bytes, regions: str = "") -> tuple[dict[str, object], bytes]:
    """Return what the photo became, and its bytes: upright, small, sRGB, pixels only.

    Of an animation the first frame is kept. What is transparent becomes white, and what lies in
    `regions` black.
    """
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("pixels") from error
    profile = image.info.get("icc_profile")
    came_as = Image.MIME[image.format]
    block = BLOCK if came_as == "image/jpeg" else 1
    image = _in_full_tones(image)
    image.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)  # a JPEG is unpacked at reduced size
    image = _as_srgb(_on_white(_upright(image)), profile)
    # Notes of the camera stick to the image object; a new one has nothing but its pixels.
    image = Image.frombytes(image.mode, image.size, image.tobytes())
    for box in _boxes(regions, image.size, block):
        image.paste("black", box)
    made = list(_encoded(image))
    if regions:  # what was sharp stays sharp, and what was not does not grow
        made = [kind for kind in made if kind[0] == came_as] or made
    media_type, body = min(made, key=lambda kind: len(kind[1]))
    width, height = image.size
    return {"media_type": media_type, "width": width, "height": height}, body


def _in_full_tones(image: Image.Image) -> Image.Image:
    """Turn palettes, bitmaps and 16-bit greys into what can be made smaller smoothly."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda grey: grey * (1 / 257) + 0).convert("L")
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation))
    except (SyntaxError, ValueError, KeyError, TypeError, OSError, struct.error):
        turn = None  # unreadable notes are no reason to refuse a good picture
    return image if turn is None else image.transpose(turn)


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    clear = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def _as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply the photo's own colour profile, since the profile itself is not kept."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one for other colours than the photo has
    return image if image.mode == "L" else image.convert("RGB")


def _boxes(regions: str, size: tuple[int, int], block: int) -> Iterator[tuple[int, ...]]:
    """Yield each region in pixels, never smaller than it was told, in whole blocks of the photo.

    Compression spreads what a pixel shows over its block, and words were read from what was left
    around them in redacted pictures (Ho and Chang, Information Hiding 2008).
    """
    for region in filter(None, regions.split(";")):
        left, top, width, height = map(float, region.split(","))
        x, x_end = _side(left, width, size[0], block)
        y, y_end = _side(top, height, size[1], block)
        yield x, y, x_end, y_end


def _side(begin: float, length: float, edge: int, block: int) -> tuple[int, int]:
    """Return the first pixel and the one after the last of a region along an edge."""
    slip = 1e-6  # of a pixel: fractions are not exact
    first = math.floor(min(begin * edge + slip, edge - 1) / block) * block
    last = math.ceil(((begin + length) * edge - slip) / block) * block
    return first, min(edge, max(last, first + block))


def _encoded(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Yield the photo as JPEG and, where its colours are few, as PNG: sharp drawings stay sharp."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    yield "image/jpeg", out.getvalue()
    if image.getcolors(FEW_COLOURS):
        out = io.BytesIO()
        image.save(out, "PNG", optimize=True)
        yield "image/png", out.getvalue()
