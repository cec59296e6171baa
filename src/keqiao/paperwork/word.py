"""Papers as DOCX that a party edits in any word processor; the same bytes for the same paper."""

from __future__ import annotations

import datetime
import io
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from keqiao.paperwork.packing import BEGINNING, repacked
from keqiao.paperwork.paper import Heading, Lines, Paper, Signatures, Square, Table

SONG, HEI = "宋体", "黑体"
LATIN = "Times New Roman"
GREY = RGBColor(0x5A, 0x5A, 0x5A)
LINE_CM = 15.8  # A4 without the margins
SHADE = "F3F3F3"


def document(paper: Paper) -> bytes:
    """Return the paper as DOCX."""
    book = docx.Document()
    _set_up(book, paper)
    _line(book, paper.title, font=HEI, size=19, align=WD_ALIGN_PARAGRAPH.CENTER, after=2)
    if paper.subtitle:
        align = WD_ALIGN_PARAGRAPH.CENTER
        _line(book, paper.subtitle, font=HEI, size=10.5, align=align, after=10, color=GREY)
    for block in paper.blocks:
        match block:
            case Heading():
                _line(book, block.text, font=HEI, size=12, before=12, after=4, level=1)
            case Lines(style="note"):
                _note(book, block)
            case Lines():
                for text in block.lines:
                    _line(book, text, indent=2)
            case Table():
                _table(book, block)
            case Signatures():
                _signatures(book, block)
            case Square():
                _note(book, Lines((*block.lines, block.address), style="note"))
    stream = io.BytesIO()
    book.save(stream)
    return repacked(stream.getvalue())


def _set_up(book: Any, paper: Paper) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    _fonts(book.styles["Normal"], SONG, 11)
    for language in book.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    heading = book.styles["Heading 1"]
    _fonts(heading, HEI, 12)
    heading.font.color.rgb, heading.font.bold = RGBColor(0, 0, 0), False
    core = book.core_properties
    core.title, core.author, core.comments, core.language = paper.title, "科桥", "", "zh-CN"
    core.created = core.modified = datetime.datetime(*BEGINNING, tzinfo=datetime.UTC)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in (f"{paper.note}　第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页"):
        if piece.isupper():
            _number(foot, piece)
        else:
            _run(foot.add_run(piece), HEI, 8, GREY)


def _fonts(style: Any, east: str, size: float) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), east)


def _run(run: Any, east: str, size: float, color: RGBColor | None = None) -> None:
    run.font.size = Pt(size)
    run.font.name = LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east)  # noqa: SLF001 - the library has no name for it
    if color is not None:
        run.font.color.rgb = color


def _line(  # noqa: PLR0913 - how one paragraph looks
    on: Any,
    text: str,
    *,
    font: str = SONG,
    size: float = 11,
    align: Any = None,
    indent: int = 0,
    before: float = 0,
    after: float = 3,
    color: RGBColor | None = None,
    level: int = 0,
) -> Any:
    paragraph = on.add_paragraph(style=f"Heading {level}" if level else None)
    _run(paragraph.add_run(text), font, size, color)
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.25
    shape.alignment = align
    if indent:
        shape.first_line_indent = Pt(size * indent)
    return paragraph


def _note(book: Any, block: Lines) -> None:
    table = _grid(book, 1, 1, (1,))
    _fill(table.cell(0, 0), block.lines, font=HEI, size=9, color=GREY)
    _gap(book)


def _table(book: Any, block: Table) -> None:
    if block.title:
        kept = _line(book, block.title, font=HEI, size=10.5, before=6, after=3)
        kept.paragraph_format.keep_with_next = True
    rows = ((block.head, *block.rows) if block.head else block.rows) or ((),)
    table = _grid(book, len(rows), len(block.widths), block.widths)
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        is_head = bool(block.head) and number == 0
        mark = OxmlElement("w:tblHeader" if is_head else "w:cantSplit")
        row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - the same
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            is_label = is_head or (not block.head and place % 2 == 0)
            _fill(cell, text.split("\n"), font=HEI if is_label else SONG, size=10)
            if is_label:
                _shade(cell)
    _gap(book)


def _gap(book: Any) -> None:
    """Put a thin line between tables, which would grow together without it."""
    shape = book.add_paragraph().paragraph_format
    shape.space_after, shape.line_spacing = Pt(0), Pt(6)


def _grid(book: Any, rows: int, columns: int, widths: tuple[int, ...]) -> Any:
    table = book.add_table(rows, columns, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(LINE_CM * width / sum(widths))
        for cell in column.cells:
            cell.width = column.width
    return table


def _fill(
    cell: Any,
    texts: Any,
    *,
    font: str,
    size: float,
    color: RGBColor | None = None,
    room: float = 2,
) -> None:
    for number, text in enumerate(texts):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        _run(paragraph.add_run(text), font, size, color)
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(room)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - the same


def _signatures(book: Any, block: Signatures) -> None:
    book.add_paragraph()
    rows = (len(block.places) + 1) // 2
    table = _grid(book, rows, 2, (1, 1))
    table.style = "Normal Table"
    for number, lines in enumerate(block.places):
        cell = table.cell(number // 2, number % 2)
        _fill(cell, (*lines, ""), font=SONG, size=11, room=5)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the same


def _number(paragraph: Any, field: str) -> None:
    """Put in a field that the word processor counts: PAGE or NUMPAGES."""
    for kind, text in (("begin", ""), ("", field), ("separate", ""), ("shown", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        _run(run, HEI, 8, GREY)
        if kind == "shown":
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)  # noqa: SLF001 - the same
