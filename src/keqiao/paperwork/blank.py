"""A blank table as XLSX: headings and an example to write under, and a second sheet that says what belongs where."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from keqiao.paperwork.packing import repacked
from keqiao.paperwork.sheet import BOX, FACE, SHADE, put_text

NARROW, WIDE = 14, 30  # characters


@dataclass(frozen=True, slots=True)
class Guide:
    """One column: its heading, what belongs there, an example."""

    heading: str
    meaning: str
    example: str


def book(guides: Sequence[Guide], *, notes: Sequence[str], name: str, title: str) -> bytes:
    """Return a workbook whose first sheet, ``name``, is to be filled in; every cell is text."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = name
    workbook.properties.creator, workbook.properties.title = "科桥", title
    for column, guide in enumerate(guides, start=1):
        _write(sheet.cell(1, column), guide.heading, is_heading=True)
        _write(sheet.cell(2, column), guide.example)
        is_long = len(guide.example) > NARROW
        letter = sheet.cell(1, column).column_letter
        sheet.column_dimensions[letter].width = WIDE if is_long else NARROW
    sheet.freeze_panes = "A2"
    guide_sheet: Any = workbook.create_sheet("填写说明")
    for row, note in enumerate(notes, start=1):
        put_text(guide_sheet.cell(row, 1), note)
    first = len(notes) + 2
    for row, texts in enumerate(
        [("列", "怎样填", "例"), *((one.heading, one.meaning, one.example) for one in guides)],
        start=first,
    ):
        for column, text in enumerate(texts, start=1):
            _write(guide_sheet.cell(row, column), text, is_heading=row == first)
    for letter, width in (("A", 2 * NARROW), ("B", 2 * WIDE), ("C", 2 * WIDE)):
        guide_sheet.column_dimensions[letter].width = width
    stream = io.BytesIO()
    workbook.save(stream)
    return repacked(stream.getvalue())


def _write(cell: Any, text: str, *, is_heading: bool = False) -> None:
    put_text(cell, text)
    cell.number_format = "@"  # what is typed there stays as typed
    cell.font = Font(name=FACE, size=10, bold=is_heading)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.border = BOX
    if is_heading:
        cell.fill = SHADE
