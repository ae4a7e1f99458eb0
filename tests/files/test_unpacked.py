"""Documents that would fill the memory of whoever opens them are refused; honest ones are not."""

import io
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NumberObject, StreamObject

from portal.errors import Invalid
from portal.files import unpacked
from portal.files.actions import REASONS, accept
from portal.files.unpacked import TooMuch, measure_for
from tests.files import samples
from tests.files.samples import name


def packed(data: bytes, *filters: str, **entries: object) -> StreamObject:
    """A stream of packed bytes."""
    made = samples.stream(data, **entries)
    made[name("/Filter")] = ArrayObject(name(f"/{one}") for one in filters)
    return made


def picture(data: bytes, *filters: str, width: int = 8, height: int = 8) -> StreamObject:
    """A picture that says its size."""
    entries = {"Subtype": name("/Image"), "ColorSpace": name("/DeviceGray")}
    entries |= {"Width": NumberObject(width), "Height": NumberObject(height)}
    return packed(data, *filters, BitsPerComponent=NumberObject(8), **entries)


def on_a_page(drawn: StreamObject | None = None, shown: StreamObject | None = None) -> bytes:
    """A document of one page with these contents, or with this picture on it."""
    writer: PdfWriter = samples.document(1)
    page = writer.pages[0]
    if drawn is not None:
        page[name("/Contents")] = writer._add_object(drawn)
    if shown is not None:
        drawings = DictionaryObject({name("/I"): writer._add_object(shown)})
        page["/Resources"][name("/XObject")] = drawings
        page[name("/Contents")] = writer._add_object(samples.stream(b"q /I Do Q"))
    return samples.written(writer)


def flate(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


BLANKS = flate(b" " * 70_000_000)
"""Packed once, more than a stream of drawing may have."""


@pytest.mark.parametrize("times", [1, 2, 3])
def test_contents_that_unpack_to_gigabytes_are_refused(times):
    bomb = packed(flate(BLANKS, times - 1), *["FlateDecode"] * times)
    with pytest.raises(Invalid) as caught:
        accept(on_a_page(drawn=bomb))
    assert caught.value.message == REASONS["complex"]


def test_a_picture_of_two_thousand_million_pixels_is_refused():
    bomb = picture(flate(b"\0" * 1000), "FlateDecode", width=48_000, height=48_000)
    with pytest.raises(Invalid) as caught:
        accept(on_a_page(shown=bomb))
    assert caught.value.message == REASONS["complex"]


def test_a_picture_in_a_seal_is_measured_too():
    writer = samples.stamped_document(samples.saved(samples.scene()))
    seal = writer.pages[0]["/Annots"][0].get_object()["/AP"]["/N"].get_object()
    seal["/Resources"]["/XObject"]["/Im0"].get_object()[name("/Width")] = NumberObject(10**9)
    with pytest.raises(Invalid) as caught:
        accept(samples.written(writer))
    assert caught.value.message == REASONS["complex"]


def jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header says this size."""
    data = samples.saved(Image.new("RGB", (8, 8)))
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def jpx(width: int, height: int) -> bytes:
    """The beginning of a JPEG 2000 file of this size."""
    return b"\0\0jP  " + b"\xff\x4f\xff\x51" + struct.pack(">HHII", 41, 0, width, height)


def jbig2(width: int, height: int) -> bytes:
    """A page of JBIG2 of this size, behind a dictionary of symbols that names five others."""
    symbols = struct.pack(">IBB5sBI", 7, 0, 5 << 5, b"12345", 1, 4) + b"\xff" * 4
    page = struct.pack(">IBBBI", 8, 48, 0, 1, 19) + struct.pack(">II", width, height)
    return symbols + page + b"\0" * 11


OWN = [("DCTDecode", jpeg), ("JPXDecode", jpx), ("JBIG2Decode", jbig2)]


@pytest.mark.parametrize(("codec", "made"), OWN)
def test_a_picture_is_as_large_as_its_own_header_says(codec, made):
    small, large = made(5000, 4000), made(60_000, 60_000)
    measure_for(1).take(picture(small, codec))
    with pytest.raises(TooMuch):
        measure_for(1).take(picture(large, codec))
    with pytest.raises(TooMuch):
        measure_for(1).take(picture(flate(large), "FlateDecode", codec))


def test_a_page_of_jbig2_may_leave_its_height_open():
    measure_for(1).take(picture(jbig2(2480, 0xFFFFFFFF), "JBIG2Decode"))


def test_a_fax_is_as_large_as_its_parameters_say():
    fax = picture(b"\0", "CCITTFaxDecode", width=100, height=100)
    measure_for(1).take(fax)
    columns = DictionaryObject({name("/Columns"): NumberObject(20_000_000)})
    fax[name("/DecodeParms")] = ArrayObject([columns])
    with pytest.raises(TooMuch):
        measure_for(1).take(fax)


BEGUN = b"q BI /W %d /H %d /BPC 1 /CS /G /F [%s] ID \0\0 EI Q"


def test_a_picture_amid_the_drawing_is_measured():
    measure_for(1).take(samples.stream(BEGUN % (800, 600, b"/AHx /Fl")))
    for drawn in (BEGUN % (48_000, 48_000, b"/Fl"), BEGUN % (80, 60, b"/Fl /Fl")):
        with pytest.raises(TooMuch):
            measure_for(1).take(samples.stream(drawn))


def test_many_pictures_are_too_much_for_one_page_and_not_for_many():
    scans = [picture(b"", "DCTDecode", width=7000, height=5000) for _ in range(20)]
    many = measure_for(20)
    for scan in scans:
        many.take(scan)
    with pytest.raises(TooMuch):
        _all(measure_for(1), scans)


def _all(measure: unpacked.Measure, streams: list[StreamObject]) -> None:
    for stream in streams:
        measure.take(stream)


def test_many_streams_together_are_too_much(monkeypatch):
    assert unpacked.ALL["drawing"] < 6 * unpacked.ONE["drawing"]
    monkeypatch.setitem(unpacked.ALL, "drawing", 500_000)
    forms = [packed(flate(b" " * 100_000), "FlateDecode")] * 6
    _all(measure_for(1), forms[:5])
    with pytest.raises(TooMuch):
        _all(measure_for(1), forms)


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        (["RunLengthDecode"], b"\x81 " * 700_000 + b"\x80"),
        (["FlateDecode", "RunLengthDecode"], flate(b"\x81 " * 700_000 + b"\x80")),
        (["BrotliDecode"], b"who knows"),
    ],
)
def test_other_ways_of_packing_are_measured_and_unknown_ones_refused(filters, data):
    with pytest.raises(TooMuch):
        measure_for(1).take(packed(data, *filters))


def test_an_honest_document_is_kept_however_it_is_packed():
    text = samples.words(b"Page")
    hexed = packed(text.hex().encode() + b">", "ASCIIHexDecode")
    faulty = packed(flate(text)[:-4], "Fl")
    scan = io.BytesIO()
    Image.new("L", (2480, 3508), 200).save(scan, "JPEG")
    large = picture(flate(b"\x77" * 2480 * 3508), "FlateDecode", width=2480, height=3508)
    for kept in (on_a_page(drawn=hexed), on_a_page(drawn=faulty), on_a_page(shown=large)):
        assert accept(kept).data.startswith(b"%PDF-1.7")
    shot = picture(scan.getvalue(), "DCTDecode", width=2480, height=3508)
    assert accept(on_a_page(shown=shot)).media_type == "application/pdf"
