"""Measures what the streams of a PDF unpack to. Runs inside refine.py, on pypdf only.

Whoever opens a page unpacks what it shows: a few hundred bytes can be written that fill the
memory of every reader. So what is kept is unpacked here first, up to a bound, and pictures are
asked for their size, by their dictionary and by their own header. How streams are packed:
ISO 32000-1, 7.4.
"""

import re
import zlib
from collections.abc import Iterator

from pypdf.errors import LimitReachedError
from pypdf.filters import ASCII85Decode, ASCIIHexDecode, LZWDecode, RunLengthDecode
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject

ONE = {"drawing": 64_000_000, "picture": 256_000_000}
"""Most bytes that one stream unpacks to. A Chinese font has up to 30 million, an A4 page scanned in
colour at 300 dpi 26 million."""

ALL = {"drawing": 256_000_000, "picture": 1_000_000_000}
"""Most bytes that all streams of a document unpack to. Drawing is read as a whole and fonts are
kept; a picture is let go when another page is turned to."""

PIXELS = 150_000_000
"""Most pixels of one picture: a plan of size A0 scanned at 300 dpi has 139 million."""

PIXELS_A_PAGE = 50_000_000
"""Most pixels of a document, for each of its pages: A4 at 600 dpi, in layers, has 45 million."""

PICKY = {"/ASCIIHexDecode": ASCIIHexDecode, "/AHx": ASCIIHexDecode, "/RL": RunLengthDecode}
PICKY |= {"/ASCII85Decode": ASCII85Decode, "/A85": ASCII85Decode, "/LZW": LZWDecode}
PICKY |= {"/RunLengthDecode": RunLengthDecode, "/LZWDecode": LZWDecode}
FLATE = ("/FlateDecode", "/Fl")
JPEG, JPX, JBIG2 = ("/DCTDecode", "/DCT"), ("/JPXDecode",), ("/JBIG2Decode",)
CODECS = (*JPEG, *JPX, *JBIG2, "/CCITTFaxDecode", "/CCF")
"""What pictures alone are packed with; their size tells how much they unpack to."""

_INLINE = re.compile(rb"BI\s((?:(?!BI\s).){1,1000}?)\sID\s", re.DOTALL)
_EDGE = {"width": rb"/W(?:idth)?\s+(\d+)", "height": rb"/H(?:eight)?\s+(\d+)"}
_PACKED = re.compile(rb"/(?:Fl|FlateDecode|LZW|LZWDecode)\b")

_PIECE = 1 << 16

_SIZED = frozenset({4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43, 48})
"""Segments of JBIG2 that begin with a size: regions, and the page."""


class TooMuch(Exception):
    """The document unpacks to more than a reader should be handed."""


def measure_for(pages: int) -> "Measure":
    """Return what measures a document of so many pages."""
    return Measure(max(2 * PIXELS, pages * PIXELS_A_PAGE))


class Measure:
    """How much a document may still unpack to."""

    def __init__(self, pixels: int) -> None:
        self.bytes, self.pixels = dict(ALL), pixels

    def take(self, stream: StreamObject) -> None:
        """Measure a stream that will be kept. Raises TooMuch when it is, alone or with others."""
        is_picture = _plain(stream.get("/Subtype")) == "/Image"
        sort = "picture" if is_picture else "drawing"
        told = _area(_told_size(stream)) if is_picture else 0
        body, codec = _unpacked(stream, ONE[sort])
        self._spend(sort, len(body))
        self._show(max([told, *map(_area, _own_sizes(body, codec))]))
        for size in _inline_sizes(body) if not is_picture and not codec else ():
            self._show(_area(size))

    def _spend(self, sort: str, size: int) -> None:
        self.bytes[sort] -= size
        if self.bytes[sort] < 0:
            raise TooMuch

    def _show(self, pixels: int) -> None:
        self.pixels -= pixels
        if self.pixels < 0:
            raise TooMuch


def _area(size: tuple[int, int]) -> int:
    """Return the pixels of a picture. Raises TooMuch when no reader should unpack so many."""
    if size[0] * size[1] > PIXELS:
        raise TooMuch
    return size[0] * size[1]


def _unpacked(stream: StreamObject, most: int) -> tuple[bytes, str]:
    """Return what a stream unpacks to, and the codec of pictures at which that ended, or ""."""
    body, names = stream._data, _listed(stream.get("/Filter"))
    for name in names:
        if name in CODECS:
            return body, name
        if name in FLATE:
            body = _inflated(body, most)
        elif name in PICKY:
            try:
                body = PICKY[name].decode(body)
            except LimitReachedError as error:
                raise TooMuch from error
        else:  # what is not known here may be known to a reader
            raise TooMuch
        if len(body) > most:
            raise TooMuch
    return body, ""


def _inflated(body: bytes, most: int) -> bytes:
    """Unpack up to a fault, as readers do, or to one byte more than `most`."""
    inflater, found, at, piece = zlib.decompressobj(), bytearray(), 0, b""
    while (piece or at < len(body)) and len(found) <= most and not inflater.eof:
        if not piece:
            piece, at = body[at : at + _PIECE], at + _PIECE
        try:
            found += inflater.decompress(piece, _PIECE)
        except zlib.error:
            break
        piece = inflater.unconsumed_tail
    return bytes(found)


def _plain(thing: PdfObject | None) -> PdfObject | None:
    return thing.get_object() if thing is not None else None


def _listed(thing: PdfObject | None) -> list[PdfObject | None]:
    whole = _plain(thing)
    return [_plain(one) for one in (whole if isinstance(whole, ArrayObject) else [whole]) if one]


def _number(thing: DictionaryObject, *keys: str) -> int:
    found = [_plain(thing.get(key)) for key in keys]
    return max((int(n) for n in found if isinstance(n, int | float)), default=0)


def _told_size(picture: StreamObject) -> tuple[int, int]:
    """Return width and height as the dictionary tells them, or its parameters, if larger."""
    width, height = _number(picture, "/Width", "/W"), _number(picture, "/Height", "/H")
    for one in _listed(picture.get("/DecodeParms")) + _listed(picture.get("/DP")):
        if isinstance(one, DictionaryObject):
            width = max(width, _number(one, "/Columns"))
            height = max(height, _number(one, "/Rows"))
    return width, height


def _inline_sizes(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the sizes of pictures that stand amid the drawing. Packed twice they are a trap."""
    for found in _INLINE.finditer(body):
        if len(_PACKED.findall(found[1])) > 1:
            raise TooMuch
        width, height = (re.search(edge, found[1]) for edge in _EDGE.values())
        yield (int(width[1][:9]), int(height[1][:9])) if width and height else (0, 0)


def _own_sizes(body: bytes, codec: str) -> Iterator[tuple[int, int]]:
    """Yield width and height as a picture's own header tells them."""
    if codec in JPEG:
        yield from _jpeg_sizes(body)
    elif codec in JPX:  # ISO/IEC 15444-1, A.5.1
        at = body.find(b"\xff\x4f\xff\x51")
        if at >= 0:
            yield _edges(body, at + 8)
    elif codec in JBIG2:
        yield from _jbig2_sizes(body)


def _edges(body: bytes, at: int, size: int = 4) -> tuple[int, int]:
    first, second = body[at : at + size], body[at + size : at + 2 * size]
    return int.from_bytes(first, "big"), int.from_bytes(second, "big")


def _jpeg_sizes(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the size of each frame (ISO/IEC 10918-1, B.2.2)."""
    marker, at = re.compile(rb"\xff[\xc0-\xcf\xda-\xfe]"), 0
    while found := marker.search(body, at):
        kind, start = body[found.start() + 1], found.end()
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            yield _edges(body, start + 3, 2)
        at = start + max(2, int.from_bytes(body[start : start + 2], "big"))


def _jbig2_sizes(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the sizes of the page and of what is put on it (ISO/IEC 14492, 7.2 and 7.4)."""
    at = 0
    while at + 11 <= len(body):
        number, flags, count = int.from_bytes(body[at : at + 4], "big"), body[at + 4], body[at + 5]
        at += 6
        named = count >> 5
        if named == 7:  # the long form: the count, and a bit for each and one more
            named = int.from_bytes(body[at - 1 : at + 3], "big") & 0x1FFFFFFF
            at += 3 + (named + 8) // 8
        at += named * (1 if number <= 256 else 2 if number <= 65536 else 4)
        at += 4 if flags & 0x40 else 1
        length = int.from_bytes(body[at : at + 4], "big")
        if flags & 63 in _SIZED:
            width, height = _edges(body, at + 4)
            yield width, 0 if height == 0xFFFFFFFF else height  # a page may leave its height open
        at += 4 + length
