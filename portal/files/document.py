"""Writes an untrusted PDF anew, page by page. Runs inside refine.py, on pypdf only."""

import io
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

PAGES = 200
"""Most pages of a document."""

_unpacked = runpy.run_path(str(Path(__file__).with_name("unpacked.py")))
"""Run by its place, like this file."""

NULL = NullObject()

PAGE_KEYS = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
"""What a page keeps beside its contents and resources. Of the document itself nothing is kept:
no information, XMP, scripts, actions, attachments, forms, bookmarks, layers or structure."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHOWN_NOTES = _names(
    "/Widget /Stamp /FreeText /Ink /Line /Square /Circle /Polygon /PolyLine /Highlight "
    "/Underline /StrikeOut /Squiggly /Watermark"
)
"""Annotations whose looks become part of the page: an official seal is often one. Links go: an
address on a page of the county may be somebody else's tomorrow."""

HIDDEN = 2 | 32
"""Flags of an annotation that is not shown on screen (Hidden, NoView)."""

FREELY_NAMED = _names(
    "/ExtGState /ColorSpace /Pattern /Shading /XObject /Font /CharProcs /Colorants"
)
"""Dictionaries whose keys are names that the file chose, so that no key tells what it holds."""

DROPPED = _names(
    "/Metadata /PieceInfo /LastModified /AF /AA /A /OpenAction /JS /EF /Ref /OPI /OC /URI "
    "/F /FFilter /FDecodeParms /Alternates /StructParent /StructParents /Annots /Thumb"
)
"""Keys of fonts, images and forms that do not draw: remarks, actions, files elsewhere."""

HARMFUL = {
    "/Type": _names("/Action /Filespec /EmbeddedFile /Metadata /OCG"),
    "/S": _names("/JavaScript /Launch /GoToR /GoToE /URI /SubmitForm /ImportData /Rendition"),
    "/Subtype": _names("/PS"),
}


class Refused(Exception):
    """Why the file is not kept: one word the portal has a sentence for."""


class ExactName(NameObject):
    """A name written with the bytes it was read with; pypdf would spell GBK names in UTF-8."""

    def renumber(self) -> bytes:
        """Return the name as it stands in a file."""
        raw = self[1:].encode("latin-1")
        return b"/" + re.sub(rb"[^!-~]|[#()<>\[\]{}/%]", lambda m: b"#%02X" % m[0][0], raw)


def _value(thing: DictionaryObject, key: str) -> PdfObject | None:
    """Return what stands under `key`, wherever in the file it is, or None."""
    found = thing.get(key)  # as it stands: perhaps only a reference
    found = found.get_object() if found is not None else None
    return None if isinstance(found, NullObject) else found


def _is_harmful(thing: DictionaryObject) -> bool:
    return "/JS" in thing or any(_value(thing, key) in bad for key, bad in HARMFUL.items())


class Copier:
    """Copies what draws a page into the new document, each shared part once."""

    def __init__(self, writer: PdfWriter, measure: Any) -> None:
        self.writer = writer
        self.measure = measure
        self.known: dict[tuple[int, int], IndirectObject] = {}

    def add(self, data: bytes) -> IndirectObject:
        """Put a piece of page contents into the new document."""
        stream = StreamObject()
        stream.set_data(data)
        return self.writer._add_object(stream)

    def copy(self, thing: object, key: str = "") -> PdfObject:
        """Return the copy of what stands under `key`; null for what draws nothing."""
        if isinstance(thing, IndirectObject):
            return self._shared(thing, key)
        if isinstance(thing, DictionaryObject):
            return self._fill(DictionaryObject(), thing, key)
        if isinstance(thing, ArrayObject):
            return ArrayObject(self.copy(part) for part in thing)
        if isinstance(thing, NameObject):
            return ExactName(thing)
        if isinstance(thing, TextStringObject | ByteStringObject):
            return ByteStringObject(thing.original_bytes)
        return thing if isinstance(thing, NumberObject | FloatObject | BooleanObject) else NULL

    def _shared(self, ref: IndirectObject, key: str) -> PdfObject:
        place = (ref.idnum, ref.generation)
        if place in self.known:
            return self.known[place]
        thing = ref.get_object()
        if not isinstance(thing, DictionaryObject):
            return self.copy(thing, key)
        new = DictionaryObject()
        if isinstance(thing, StreamObject):
            new = StreamObject()
            new.set_data(_drawing_bytes(thing))
            if new._data:
                self.measure.take(thing)
        self.known[place] = self.writer._add_object(new)  # before it is filled: there are rings
        self._fill(new, thing, key)
        return self.known[place]

    def _fill(self, new: DictionaryObject, old: DictionaryObject, key: str) -> DictionaryObject:
        is_free = key in FREELY_NAMED and not isinstance(old, StreamObject)
        for name in old if is_free or not _is_harmful(old) else ():
            if name == "/Properties":
                new[ExactName(name)] = _empty_properties(_value(old, name))
            elif is_free or name not in DROPPED:
                new[ExactName(name)] = self.copy(old.raw_get(name), "" if is_free else name)
        return new


def _empty_properties(old: PdfObject | None) -> DictionaryObject:
    """Return remarks on parts of a page without what they say: its contents call their names."""
    names = old if isinstance(old, DictionaryObject) else ()
    return DictionaryObject({ExactName(name): DictionaryObject() for name in names})


def _drawing_bytes(stream: StreamObject) -> bytes:
    """Return the bytes of a stream; of a photo without what its camera wrote into it."""
    if _is_harmful(stream):
        return b""
    if _value(stream, "/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        return b"\xff\xd8" + b"".join(_segments(stream._data)) + b"\xff\xd9"
    return stream._data


def _segments(data: bytes) -> Iterator[bytes]:
    """Yield what draws of a JPEG: no Exif, XMP, IPTC, comments, nor pictures after the end."""
    at = data.find(b"\xff\xd8") + 2
    while at + 4 <= len(data) and data[at + 1] != 0xD9:
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if data[at] != 0xFF or end < at + 4:
            raise Refused("broken")
        if marker == 0xDA:  # picture data follow, up to the next marker that is not part of them
            found = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]").search(data, end)
            end = found.start() if found else len(data)
        # Of applications' notes a page needs JFIF's and Adobe's, which tell how colours are stored.
        if marker in (0xE0, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            yield data[at:end]
        at = end


def remake(data: bytes) -> tuple[dict[str, object], bytes]:
    """Return what the document became, and its bytes: pages that show the same and do nothing."""
    NameObject.CHARSETS = ("latin-1",)
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Refused("encrypted")
    if len(reader.pages) > PAGES:
        raise Refused("pages")
    if not len(reader.pages):
        raise Refused("broken")
    writer = PdfWriter()
    writer.metadata = None
    writer.pdf_header = "%PDF-1.7"
    copier = Copier(writer, _unpacked["measure_for"](len(reader.pages)))
    try:
        for old in reader.pages:
            _copy_page(copier, old, writer.add_blank_page(595, 842))
    except _unpacked["TooMuch"] as error:
        raise Refused("complex") from error
    out = io.BytesIO()
    writer.write(out)
    return {"media_type": "application/pdf", "width": None, "height": None}, out.getvalue()


def _copy_page(copier: Copier, old: PageObject, new: PageObject) -> None:
    for key in PAGE_KEYS:
        if key in old:
            new[ExactName(key)] = copier.copy(old[key])
    whole = _value(old, "/Contents")
    contents = whole if isinstance(whole, ArrayObject) else [old.get("/Contents")]
    parts = [part for part in map(copier.copy, contents) if isinstance(part, IndirectObject)]
    resources = copier.copy(_value(old, "/Resources") or DictionaryObject(), "/Resources")
    drawings = DictionaryObject(_value(resources, "/XObject") or {})
    drawn = b""
    for n, (form, matrix) in enumerate(_looks(old)):
        drawings[ExactName(f"/ShownNote{n}")] = copier.copy(form)
        drawn += b"q %s cm /ShownNote%d Do Q\n" % (matrix, n)
    if drawn:
        resources[ExactName("/XObject")] = drawings
        parts = [copier.add(b"q\n"), *parts, copier.add(b"\nQ\n" + drawn)]
    new[ExactName("/Resources")] = resources
    new[ExactName("/Contents")] = ArrayObject(parts)


def _looks(page: PageObject) -> Iterator[tuple[IndirectObject, bytes]]:
    """Yield the drawing of each visible annotation, and the matrix that puts it into place."""
    for ref in _value(page, "/Annots") or ():
        note = ref.get_object()
        if _value(note, "/Subtype") not in SHOWN_NOTES or (_value(note, "/F") or 0) & HIDDEN:
            continue
        looks = _value(note, "/AP") or DictionaryObject()
        form, drawing = looks.get("/N"), _value(looks, "/N")
        if isinstance(drawing, DictionaryObject) and not isinstance(drawing, StreamObject):
            state = _value(note, "/AS") or "/Off"  # a box that is ticked or not
            form, drawing = drawing.get(state), _value(drawing, state)
        if isinstance(drawing, StreamObject) and isinstance(form, IndirectObject):
            matrix = _placed(drawing, _value(note, "/Rect"))
            if matrix:
                yield form, matrix


def _placed(form: StreamObject, rect: ArrayObject) -> bytes:
    """Return what brings a drawing into its rectangle, or b"" (ISO 32000-1, 12.5.5)."""
    a, b, c, d, e, f = map(float, _value(form, "/Matrix") or (1, 0, 0, 1, 0, 0))
    x0, y0, x1, y1 = map(float, _value(form, "/BBox"))
    corners = [(x, y) for x in (x0, x1) for y in (y0, y1)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    left, right = sorted((float(rect[0]), float(rect[2])))
    low, high = sorted((float(rect[1]), float(rect[3])))
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if not (width and height and right > left and high > low):
        return b""
    sx, sy = (right - left) / width, (high - low) / height
    return b"%.5f 0 0 %.5f %.5f %.5f" % (sx, sy, left - min(xs) * sx, low - min(ys) * sy)
