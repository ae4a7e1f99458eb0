"""Reading letters with their categories from a CSV file, to measure how well they are told."""

import csv
import io
from dataclasses import dataclass

from portal.errors import Invalid
from portal.language import N_
from portal.text import clean

COLUMNS = ("category", "text")


@dataclass(frozen=True)
class Samples:
    """Letters and the category of each, in the file's order."""

    texts: list[str]
    labels: list[str]
    skipped: int
    """Rows in which one of the two was empty."""


def read(data: bytes) -> Samples:
    """Return what a CSV file holds: UTF-8, with or without a byte order mark, with a header.

    Other columns than COLUMNS are left aside. Raises Invalid with one sentence for another
    encoding, a broken table, a missing column, and a file without a single letter.
    """
    try:
        lines = io.StringIO(data.decode("utf-8-sig"), newline="")
        rows = csv.DictReader(lines)
        names = {clean(name).lower(): name for name in rows.fieldnames or []}
        if missing := [column for column in COLUMNS if column not in names]:
            raise Invalid(
                N_("缺少列：%(names)s（第一行应为 category,text）。"), names="、".join(missing)
            )
        pairs = [tuple(clean(row[names[column]]) for column in COLUMNS) for row in rows]
    except UnicodeDecodeError as error:
        raise Invalid(N_("不是 UTF-8 文本（第 %(n)s 个字节）。"), n=error.start + 1) from error
    except csv.Error as error:
        raise Invalid(N_("不是有效的 CSV 文件：%(why)s"), why=str(error)) from error
    whole = [(label, text) for label, text in pairs if label and text]
    if not whole:
        raise Invalid(N_("文件里没有一行既有类别又有文字。"))
    labels, texts = map(list, zip(*whole, strict=True))
    return Samples(texts, labels, skipped=len(pairs) - len(whole))
