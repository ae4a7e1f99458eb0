"""Documents: the pages show what they showed, and do nothing."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from portal.errors import Invalid
from portal.files import document
from portal.files.actions import REASONS, Accepted, accept
from tests.files import samples
from tests.files.samples import name


def opened(kept: Accepted) -> PdfReader:
    return PdfReader(io.BytesIO(kept.data), strict=True)


def refused(data: bytes, reason: str) -> bool:
    with pytest.raises(Invalid) as caught:
        accept(data)
    return caught.value.message == REASONS[reason]


def everything(reader: PdfReader) -> bytes:
    """Every dictionary and every stream of a document, unpacked, as text."""
    found = []
    for n in reader.xref[0]:
        thing = reader.get_object(n)
        found.append(repr(thing).encode())
        if isinstance(thing, StreamObject) and thing.get("/Subtype") != "/Image":
            found.append(thing.get_data())
    return b"\n".join(found)


def test_a_document_keeps_its_pages_and_nothing_that_acts():
    before = samples.written(samples.hostile_document())
    bad = [b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/Launch", b"/URI"]
    bad += [b"/AcroForm", b"/XFA", b"/Metadata", b"/PieceInfo", b"/Annots", b"/Names", b"/Info"]
    bad += [b"app.alert", b"Zhang San", b"evil.exe", b"MZ attached", samples.MAKER.encode()]
    raw = everything(PdfReader(io.BytesIO(before))) + before
    assert all(word in raw for word in bad)

    kept = accept(before)
    reader = opened(kept)
    assert kept.media_type == "application/pdf"
    assert (kept.width, kept.height) == (None, None)
    assert [page.extract_text() for page in reader.pages] == ["Page 1", "Page 2"]
    assert not reader.metadata
    assert set(reader.root_object) == {"/Type", "/Pages"}
    raw = everything(reader) + kept.data
    assert not [word for word in bad if word in raw]


def test_the_same_document_becomes_the_same_bytes():
    data = samples.written(samples.document())
    assert accept(data).sha256 == accept(data).sha256


def test_a_page_keeps_its_size_and_its_turn_even_when_inherited():
    writer = samples.document(1)
    page, tree = writer.pages[0], writer._root_object["/Pages"]
    del page["/MediaBox"]
    tree[name("/MediaBox")] = samples.box(0, 0, 842, 595)
    tree[name("/Rotate")] = NumberObject(90)
    kept = opened(accept(samples.written(writer))).pages[0]
    assert [float(n) for n in kept.mediabox] == [0, 0, 842, 595]
    assert kept.rotation == 90


@pytest.mark.parametrize("password", ["secret", ""])
def test_a_locked_document_is_refused_with_its_own_sentence(password):
    writer = samples.document()
    writer.encrypt(user_password=password, owner_password="owner")
    assert refused(samples.written(writer), "encrypted")


def test_a_document_of_too_many_pages_is_refused():
    assert refused(samples.written(samples.document(document.PAGES + 1)), "pages")
    assert len(opened(accept(samples.written(samples.document(document.PAGES)))).pages) == 200


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n<html>", b"%PDF-1.4" + b"\0" * 3000])
def test_what_only_says_it_is_a_document_is_refused(data):
    assert refused(data, "broken")


def test_a_document_without_pages_is_refused():
    assert refused(samples.written(samples.document(0)), "broken")


def test_half_a_document_is_refused_or_mended():
    whole = samples.written(samples.document())
    assert refused(whole[: len(whole) // 4], "broken")
    assert len(opened(accept(whole.replace(b"startxref\n", b"startxref\n9"))).pages) == 2


def test_a_page_tree_that_bites_its_tail_ends():
    writer = samples.document(1)
    tree = writer._root_object["/Pages"]
    tree["/Kids"].append(writer._root_object.raw_get("/Pages"))
    with pytest.raises(Invalid):
        accept(samples.written(writer))


def test_resources_that_bite_their_tail_are_copied_once():
    writer = samples.document(1)
    form = samples.stream(b"", Type=name("/XObject"), Subtype=name("/Form"))
    ref = writer._add_object(form)
    form[name("/Resources")] = DictionaryObject(
        {name("/XObject"): DictionaryObject({name("/Me"): ref})}
    )
    writer.pages[0]["/Resources"][name("/XObject")] = DictionaryObject({name("/Me"): ref})
    page = opened(accept(samples.written(writer))).pages[0]
    inner = page["/Resources"]["/XObject"]["/Me"]
    assert inner["/Resources"]["/XObject"].raw_get("/Me") == inner.indirect_reference


def test_a_seal_stays_where_it_was_as_part_of_the_page():
    kept = opened(accept(samples.written(samples.stamped_document()))).pages[0]
    assert "/Annots" not in kept
    drawn = kept.get_contents().get_data()
    found = re.search(rb"q ([-\d. ]+) cm /(\w+) Do Q", drawn)
    # ten by ten becomes fifty by twenty, with its corner at 100, 200
    assert [float(n) for n in found[1].split()] == [5, 0, 0, 2, 100, 200]
    seal = kept["/Resources"]["/XObject"][f"/{found[2].decode()}"]
    assert seal.get_data() == b"1 0 0 rg 0 0 10 10 re f"
    assert kept.extract_text().strip() == "Page 1"


def test_a_hidden_remark_stays_out():
    for flags in (2, 32):
        kept = accept(samples.written(samples.stamped_document(F=flags)))
        assert b"ShownNote" not in kept.data
        assert b"a remark nobody should read" not in kept.data


def test_of_a_box_only_its_present_state_is_drawn():
    writer = samples.stamped_document()
    note = writer.pages[0]["/Annots"][0].get_object()
    on = note["/AP"].raw_get("/N")
    off = writer._add_object(
        samples.stream(b"0 g", Subtype=name("/Form"), BBox=samples.box(0, 0, 10, 10))
    )
    states = DictionaryObject({name("/On"): on, name("/Off"): off})
    note["/AP"][name("/N")] = states
    note.update({name("/Subtype"): name("/Widget"), name("/AS"): name("/On")})
    drawings = opened(accept(samples.written(writer))).pages[0]["/Resources"]["/XObject"]
    assert [d.get_object().get_data()[:6] for d in drawings.values()] == [b"1 0 0 "]


def test_a_photo_in_a_document_loses_where_it_was_taken():
    photo = samples.saved(samples.scene(), exif=samples.exif(), comment=b"Zhang San")
    kept = accept(samples.written(samples.stamped_document(photo)))
    assert b"/DCTDecode" in kept.data
    for remark in (b"Exif", samples.MAKER.encode(), b"Zhang San"):
        assert remark in photo
        assert remark not in kept.data
    seal = opened(kept).pages[0]["/Resources"]["/XObject"]["/ShownNote0"]
    image = seal["/Resources"]["/XObject"]["/Im0"]
    before, after = (Image.open(io.BytesIO(data)) for data in (photo, image._data))
    assert before.tobytes() == after.tobytes()


def test_chinese_names_and_raw_strings_keep_their_bytes():
    """Old documents name fonts in GBK, and their pages call them by these bytes."""
    writer = samples.document(1)
    page = writer.pages[0]
    colours = ArrayObject([name("/Indexed"), name("/DeviceRGB"), NumberObject(1)])
    colours.append(ByteStringObject(b"\xfe\xff\x00(\\\r"))
    page["/Resources"][name("/ColorSpace")] = DictionaryObject({name("/C"): colours})
    data = samples.written(writer).replace(b"/Helvetica", b"/#CB#CE#CC#E5")
    kept = accept(data)
    assert b"/BaseFont /#CB#CE#CC#E5" in kept.data
    space = opened(kept).pages[0]["/Resources"]["/ColorSpace"]["/C"]
    assert space[3].original_bytes == b"\xfe\xff\x00(\\\r"


def test_a_font_may_be_called_like_an_action():
    writer = samples.document(1)
    page = writer.pages[0]
    fonts = page["/Resources"]["/Font"]
    for word in ("/A", "/F", "/JS", "/Metadata"):
        fonts[name(word)] = fonts.raw_get("/F1")
    kept = opened(accept(samples.written(writer))).pages[0]["/Resources"]["/Font"]
    assert set(kept) == {"/A", "/F", "/JS", "/Metadata", "/F1"}


def test_a_picture_that_lies_elsewhere_is_not_fetched():
    writer = samples.document(1)
    image = samples.stream(b"", Subtype=name("/Image"), F=samples.TextStringObject("/etc/passwd"))
    image[name("/Ref")] = DictionaryObject({name("/F"): samples.TextStringObject("other.pdf")})
    drawings = DictionaryObject({name("/Im0"): writer._add_object(image)})
    drawings[name("/Ps0")] = writer._add_object(
        samples.stream(b"showpage", Subtype=name("/PS"), Type=name("/XObject"))
    )
    writer.pages[0]["/Resources"][name("/XObject")] = drawings
    kept = accept(samples.written(writer))
    for word in (b"/etc/passwd", b"other.pdf", b"showpage", b"/PS\n"):
        assert word not in kept.data


def test_names_hidden_behind_references_are_seen():
    """What an action is may be said in another object."""
    writer = samples.document(1)
    kind = writer._add_object(NameObject("/JavaScript"))
    action = DictionaryObject({name("/S"): kind, name("/X"): samples.TextStringObject("alert(1)")})
    state = DictionaryObject({name("/Z"): writer._add_object(action)})
    writer.pages[0]["/Resources"][name("/ExtGState")] = DictionaryObject({name("/G"): state})
    assert isinstance(state.raw_get("/Z"), IndirectObject)
    kept = accept(samples.written(writer))
    assert b"alert(1)" not in kept.data
    assert b"/JavaScript" not in kept.data


def test_a_deep_document_is_refused():
    writer: PdfWriter = samples.document(1)
    inner = DictionaryObject()
    for _ in range(600):
        inner = DictionaryObject({name("/Z"): writer._add_object(inner)})
    writer.pages[0]["/Resources"][name("/ExtGState")] = DictionaryObject({name("/G"): inner})
    assert refused(samples.written(writer), "broken")
