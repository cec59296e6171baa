"""Registers as XLSX, a sheet a table, and as CSV in a ZIP: every cell text, so that nothing in it is ever a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from keqiao.paperwork.packing import BEGINNING, repacked
from keqiao.paperwork.sheet import BOX, FACE, FORMULA, SHADE, put_text

NARROWEST, WIDEST = 10, 60  # characters of a column
MARK = "\ufeff"  # by which spreadsheets know UTF-8


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the name of its sheet, its head, its rows."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def book(tables: Sequence[Table], *, title: str) -> bytes:
    """Return a workbook with a sheet for each table, heads frozen."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator, workbook.properties.title = "科桥", title
    for table in tables:
        sheet: Any = workbook.create_sheet(table.name)
        for row, texts in enumerate((table.head, *table.rows), start=1):
            for column, text in enumerate(texts, start=1):
                cell = sheet.cell(row, column)
                put_text(cell, text)
                cell.font, cell.border = Font(name=FACE, size=10, bold=row == 1), BOX
                cell.alignment = Alignment(vertical="center", wrap_text=True)
                if row == 1:
                    cell.fill = SHADE
        for column, width in enumerate(_widths(table), start=1):
            sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    workbook.save(stream)
    return repacked(stream.getvalue())


def csv_zip(tables: Sequence[Table]) -> bytes:
    """Return a ZIP with a CSV for each table, UTF-8 with its mark; what could be a formula stands behind a quote."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            stream = io.StringIO(newline="")
            written = csv.writer(stream)
            for texts in (table.head, *table.rows):
                written.writerow([f"'{one}" if one.startswith(FORMULA) else one for one in texts])
            part = zipfile.ZipInfo(f"{table.name}.csv", (*BEGINNING, 0, 0, 0))
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(part, MARK + stream.getvalue())
    return packed.getvalue()


def _widths(table: Table) -> list[float]:
    """Return how wide each column is, by its longest line; a Chinese character is two wide."""
    return [
        min(
            WIDEST,
            max(
                NARROWEST,
                *(
                    sum(1 if one.isascii() else 2 for one in line) + 2
                    for text in column
                    for line in text.split("\n")
                ),
            ),
        )
        for column in zip(table.head, *table.rows, strict=True)
    ]
