"""Photos and documents for the tests, made here: good ones, broken ones, hostile ones."""

import io
import struct
import zlib

from PIL import Image, ImageCms
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

MAKER = "SecretCameraMaker"


def name(text: str) -> NameObject:
    """A PDF name."""
    return NameObject(text)


def scene(width: int = 320, height: int = 200) -> Image.Image:
    """A picture of many colours: red grows to the right, green downwards."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, Image.new("L", (width, height), 60)))


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: who made it, which side is up, and where it was taken."""
    notes = Image.Exif()
    notes[0x010F] = MAKER
    notes[0x0112] = orientation
    notes.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 7.0), 3: "E", 4: (120.0, 9.0, 2.0)})
    return notes


def srgb() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped() -> bytes:
    """A colour profile under which red is green and green is red."""
    plain = srgb()
    table = (
        plain[:512].replace(b"rXYZ", b"keep").replace(b"gXYZ", b"rXYZ").replace(b"keep", b"gXYZ")
    )
    return table + plain[512:]


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def stream(data: bytes, **entries: object) -> StreamObject:
    """A PDF stream."""
    made = StreamObject()
    made.set_data(data)
    made.update({name(f"/{key}"): value for key, value in entries.items()})
    return made


def box(*numbers: float) -> ArrayObject:
    """A PDF rectangle."""
    return ArrayObject([FloatObject(n) for n in numbers])


def words(text: bytes = b"Page") -> bytes:
    """What a page of the samples draws."""
    return b"BT /F1 24 Tf 72 700 Td (" + text + b") Tj ET"


def document(pages: int = 2) -> PdfWriter:
    """A document whose pages say which they are."""
    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {
                name("/Type"): name("/Font"),
                name("/Subtype"): name("/Type1"),
                name("/BaseFont"): name("/Helvetica"),
            }
        )
    )
    for n in range(pages):
        page = writer.add_blank_page(595, 842)
        fonts = DictionaryObject({name("/F1"): font})
        page[name("/Resources")] = DictionaryObject({name("/Font"): fonts})
        page[name("/Contents")] = writer._add_object(stream(words(b"Page %d" % (n + 1))))
    return writer


def script(text: str) -> DictionaryObject:
    """An action that runs a script."""
    return DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): TextStringObject(text)})


def hostile_document() -> PdfWriter:
    """A document of two pages with everything that a document should not do."""
    writer = document(2)
    writer.add_metadata({"/Author": "Zhang San", "/Producer": MAKER})
    writer.add_attachment("evil.exe", b"MZ attached")
    root, page = writer._root_object, writer.pages[0]
    root["/Names"][name("/JavaScript")] = DictionaryObject(
        {name("/Names"): ArrayObject([TextStringObject("x"), script("app.alert('names')")])}
    )
    root[name("/OpenAction")] = writer._add_object(script("app.alert('open')"))
    root[name("/AA")] = DictionaryObject({name("/WC"): script("app.alert('close')")})
    root[name("/Metadata")] = writer._add_object(
        stream(b"<x:xmpmeta>Zhang San</x:xmpmeta>", Type=name("/Metadata"))
    )
    fields = DictionaryObject(
        {name("/Fields"): ArrayObject(), name("/XFA"): writer._add_object(stream(b"<xdp/>"))}
    )
    root[name("/AcroForm")] = fields
    page[name("/AA")] = DictionaryObject({name("/O"): script("app.alert('page')")})
    page[name("/PieceInfo")] = DictionaryObject({name("/Word"): TextStringObject("Zhang San")})
    launch = DictionaryObject({name("/S"): name("/Launch"), name("/F"): TextStringObject("cmd")})
    outside = DictionaryObject(
        {name("/S"): name("/URI"), name("/URI"): TextStringObject("https://example.com/")}
    )
    page[name("/Annots")] = ArrayObject(
        writer._add_object(
            DictionaryObject(
                {
                    name("/Subtype"): name("/Link"),
                    name("/Rect"): box(0, 0, 100, 100),
                    name("/A"): action,
                }
            )
        )
        for action in (launch, outside, script("app.alert('link')"))
    )
    return writer


def stamped_document(image: bytes = b"", **flags: int) -> PdfWriter:
    """A page with a seal: an annotation, drawn by a form with an image in it."""
    writer = document(1)
    drawings = DictionaryObject()
    if image:
        entries = {"Subtype": name("/Image"), "Filter": name("/DCTDecode")}
        entries |= {"ColorSpace": name("/DeviceRGB"), "BitsPerComponent": NumberObject(8)}
        entries |= {"Width": NumberObject(320), "Height": NumberObject(200)}
        drawings[name("/Im0")] = writer._add_object(stream(image, **entries))
    seal = stream(
        b"1 0 0 rg 0 0 10 10 re f",
        Type=name("/XObject"),
        Subtype=name("/Form"),
        BBox=box(0, 0, 10, 10),
        Resources=DictionaryObject({name("/XObject"): drawings}),
    )
    note = DictionaryObject(
        {
            name("/Subtype"): name("/Stamp"),
            name("/Rect"): box(100, 200, 150, 220),
            name("/AP"): DictionaryObject({name("/N"): writer._add_object(seal)}),
            name("/Contents"): TextStringObject("a remark nobody should read"),
        }
    )
    note.update({name(f"/{key}"): NumberObject(value) for key, value in flags.items()})
    writer.pages[0][name("/Annots")] = ArrayObject([writer._add_object(note)])
    return writer


def written(writer: PdfWriter) -> bytes:
    """The document as a file."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
