"""Papers as XLSX: one sheet, every cell text, so that nothing that a person wrote is ever a formula."""

from __future__ import annotations

import io
import itertools
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from keqiao.paperwork.packing import repacked
from keqiao.paperwork.paper import Block, Heading, Lines, Paper, Signatures, Square, Table

COLUMNS = 12  # every table's widths are shared out among them
WIDTH = 8.4  # of one column, in characters
LINE = 17  # height of a line of text, in points
THIN = Side(style="thin", color="FF999999")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
SHADE = PatternFill("solid", fgColor="FFF3F3F3")
FACE = "宋体"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def book(paper: Paper, *, name: str) -> bytes:
    """Return the paper as a workbook with one sheet called ``name``, ready to print on A4."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = name
    workbook.properties.creator, workbook.properties.title = "科桥", paper.title
    _page(sheet, paper)
    row = _row(sheet, 1, [(paper.title, COLUMNS)], size=16, bold=True, center=True, box=False)
    for block in paper.blocks:
        row = _block(sheet, row, block)
    stream = io.BytesIO()
    workbook.save(stream)
    return repacked(stream.getvalue())


def _page(sheet: Any, paper: Paper) -> None:
    for number in range(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + number)].width = WIDTH
    sheet.page_setup.paperSize, sheet.page_setup.fitToWidth = sheet.PAPERSIZE_A4, 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.left.text = paper.note
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"


def _block(sheet: Any, row: int, block: Block) -> int:
    match block:
        case Heading():
            return _row(sheet, row, [(block.text, COLUMNS)], bold=True, box=False)
        case Lines():
            for text in block.lines:
                row = _row(sheet, row, [(text, COLUMNS)], size=9, box=False)
        case Table():
            row = _table(sheet, row, block)
        case Signatures():
            for place in block.places:
                for text in place:
                    row = _row(sheet, row, [(text, COLUMNS)], box=False)
        case Square():
            for text in (*block.lines, block.address):
                row = _row(sheet, row, [(text, COLUMNS)], size=9, box=False)
    return row


def _table(sheet: Any, row: int, block: Table) -> int:
    shares = _shares(block.widths)
    if block.title:
        row = _row(sheet, row, [(block.title, COLUMNS)], bold=True, box=False)
    if block.head:
        row = _row(sheet, row, list(zip(block.head, shares, strict=True)), labels=range(COLUMNS))
    labels = range(0) if block.head else range(0, len(shares), 2)
    for texts in block.rows:
        row = _row(sheet, row, list(zip(texts, shares, strict=True)), labels=labels)
    return row


def _shares(widths: tuple[int, ...]) -> list[int]:
    """Return how many columns each cell gets; together all of them, each at least one."""
    edges = [round(COLUMNS * sum(widths[:end]) / sum(widths)) for end in range(len(widths) + 1)]
    return [right - left for left, right in itertools.pairwise(edges)]


def _row(
    sheet: Any,
    row: int,
    cells: list[tuple[str, int]],
    *,
    size: int = 10,
    bold: bool = False,
    center: bool = False,
    box: bool = True,
    labels: range = range(0),
) -> int:
    """Write one row of merged cells and return the number of the next."""
    column, lines = 1, 1
    for place, (text, share) in enumerate(cells):
        put_text(sheet.cell(row, column), text)
        for one in range(column, column + share):
            cell = sheet.cell(row, one)
            cell.font = Font(name=FACE, size=size, bold=bold)
            side = "center" if center else "left"
            cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
            if box:
                cell.border = BOX
            if place in labels and text:
                cell.fill = SHADE
        if share > 1:
            sheet.merge_cells(
                start_row=row, end_row=row, start_column=column, end_column=column + share - 1
            )
        lines = max(lines, _lines(text, share * WIDTH * 10 / size))
        column += share
    sheet.row_dimensions[row].height = min(409, LINE * lines * size / 10 + 4)
    return row + 1


def put_text(cell: Any, text: str) -> None:
    """Put ``text`` in as text, whatever it begins with."""
    if not text:
        return
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(FORMULA):
        cell.quotePrefix = True


def _lines(text: str, width: float) -> int:
    """Return how many lines a text needs; a Chinese character is two wide."""
    wide = [sum(1 if one.isascii() else 2 for one in line) for line in text.split("\n")]
    return sum(max(1, -(-count // max(1, int(width)))) for count in wide)
