"""Pictures and a document of the invented county: drawings that say they are drawings.

No photograph could be true of a county that does not exist, so each picture is drawn from flat
shapes and carries a label that says so. They are our own bytes, not a stranger's, and are kept
without the detour of `files.actions.accept`.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from portal.demo.course import Course
from portal.demo.days import fill
from portal.demo.log import Log
from portal.demo.scenes import SCENES, SKY, WHITE
from portal.files.actions import Accepted, store
from portal.files.models import MediaType, StoredFile
from portal.projects.kinds import FileKind, Phase
from portal.projects.record.models import Attachment
from portal.projects.upkeep.models import Revisit

SIZE = (800, 500)
LABEL = Path(__file__).with_name("label.png")
"""The words 演示图片 · 非真实照片: no server is sure to have a font for them."""


def picture(scene: str) -> bytes:
    """Return a labelled drawing as PNG; the same bytes every time."""
    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    SCENES[scene](pen)
    with Image.open(LABEL) as label:
        pen.rectangle((0, 0, label.width + 16, label.height + 8), fill="#33424b")
        pen.bitmap((8, 4), label.convert("1"), fill=WHITE)
    out = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def document(lines: list[str]) -> bytes:
    """Return a page of text as PDF, in a font every reader of Chinese PDF brings along.

    Source: ISO 32000-1, 9.7.5.2: UniGB-UCS2-H is a predefined CMap, STSong-Light its usual font.
    """
    shown = []
    for n, line in enumerate(lines):
        size, y = (20, 740) if n == 0 else (13, 700 - n * 30)
        text = line.encode("utf-16-be").hex()
        shown.append(f"BT /F {size} Tf 72 {y} Td <{text}> Tj ET")
    stream = "\n".join(shown)
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        "/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 7 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
        "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    )
    body, places = "%PDF-1.4\n", []
    for n, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{n} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"trailer <</Size {count}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {count}\n0000000000 65535 f \n{table}{end}".encode("ascii")


def add_pictures(
    courses: Mapping[str, Course],
    data: Mapping[str, Any],
    visits: Mapping[str, list[Revisit]],
    log: Log,
) -> None:
    """Attach the pictures to their projects, and the list's document to last year's."""
    for name, scene, phase, text, on, months in data["photos"]:
        course = courses[name]
        taken = course.days.past(course.days.of(on))
        of = [v for v in visits[name] if v.months == months and v.done_on]
        if taken is None or (months and not of):
            continue
        file = _kept_photo(log.s, scene, course.days.now)
        row = Attachment(
            file_id=file.id,
            kind=FileKind.PHOTO,
            phase=Phase(phase),
            description=text,
            name=text[:30],
            revisit_id=of[0].id if of else None,
            taken_on=of[0].done_on if of else taken,
        )
        _attach(course, "photo", row, log)
    for name in data["document"]["projects"]:
        _add_document(courses[name], data["document"], log)


def _kept_photo(s: Session, scene: str, at: datetime) -> StoredFile:
    return store(s, Accepted(picture(scene), MediaType.PNG, *SIZE), at=at)


def _add_document(course: Course, data: Mapping[str, Any], log: Log) -> None:
    days = course.days
    dated: date = days.of(data["on"])
    if days.past(dated) is None:
        return
    pages = document([fill(line, days.year) for line in data["lines"]])
    file = store(log.s, Accepted(pages, MediaType.PDF, None, None), at=days.now)
    title = fill(data["title"], days.year)
    row = Attachment(
        file_id=file.id, kind=FileKind.DOCUMENT, description=title, name=title, taken_on=dated
    )
    _attach(course, "document", row, log)


def _attach(course: Course, key: str, row: Attachment, log: Log) -> None:
    row.project_id = course.project.id
    log.s.add(row)
    at = course.days.moment(row.taken_on or course.days.day, course.n)
    log.row(course.project, key, row, at, "description", "taken_on")
