"""Papers as PDF: tagged, with the fonts that they need inside, the same bytes for the same paper.

The type-setter and the fonts are Python packages, so that nothing of the system is needed. Noto Serif and Sans SC show
what GB 18030 asks for in daily use; their Japanese sisters show some hundred rare characters more, such as 𠮷.
"""

from __future__ import annotations

import functools
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pylopdf_fonts_jp
import pylopdf_fonts_zh_cn
import typst

from keqiao.paperwork.paper import Lines, Paper

WORD = re.compile(  # that may be longer than a cell: letters of no ideographic script, or signs that hold together
    r"[^\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{21,}"
    r"|[\u3001-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff5b-\uff65“”‘’…—]{9,}"
)
PIECE = re.compile(r".{8}(?=.)(?![\u0300-\u036f])")  # no accent is torn from its letter
BREAK = "\u200b"
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # of a glyph's variant
NO_GLYPH = "〓"  # what printers put where they have no sort
MOST_NAMED = 20
NOT_SHOWN = (
    "“〓”处是打印字体里没有的字（{numbers}{more}），请以 DOCX 文件为准，或者在签署时手写补上。"
)
DRAWN = {"svg"}  # fields that are no text
SEGMENTED = 12  # the format of a character map beyond the first plane
FONT_FILES = (
    pylopdf_fonts_zh_cn.serif_path(),
    pylopdf_fonts_zh_cn.sans_path(),
    pylopdf_fonts_jp.serif_path(),
    pylopdf_fonts_jp.sans_path(),
)


def document(paper: Paper) -> bytes:
    """Return the paper as PDF/UA. What no font of ours shows is printed as 〓, and a note says which characters."""
    return drawn("paper.typ", asdict(_explained(paper)))


def drawn(layout: str, said: dict[str, Any], **as_it_is: str) -> bytes:
    """Return as PDF/UA what a layout of ours makes of texts; what is passed ``as_it_is`` no text of people is in."""
    texts = json.dumps(_fitting(said), ensure_ascii=False)
    return typst.compile(
        _layout(layout),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"paper": texts, **as_it_is},
        pdf_standards=["ua-1"],
    )


def missing(text: str) -> str:
    """Return the characters of ``text`` that no font of ours shows, each once: such a paper goes out as DOCX."""
    known = _known()
    return "".join(
        dict.fromkeys(
            one for one in SELECTORS.sub("", text) if ord(one) not in known and not one.isspace()
        )
    )


def _explained(paper: Paper) -> Paper:
    """Return the paper with a note on the characters that are missing, by their numbers, if there are any."""
    absent = missing("".join(_texts(asdict(paper))))
    if not absent:
        return paper
    numbers = "、".join(f"U+{ord(one):04X}" for one in absent[:MOST_NAMED])
    more = " 等" if len(absent) > MOST_NAMED else ""
    note = NOT_SHOWN.format(numbers=numbers, more=more)
    return replace(paper, blocks=(*paper.blocks, Lines((note,), style="note")))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts([one for name, one in value.items() if name not in DRAWN])
        case list() | tuple():
            for one in value:
                yield from _texts(one)


def _fitting(value: Any) -> Any:
    """Return the paper's texts with places to break inside words longer than a cell, and 〓 for what has no glyph."""
    match value:
        case str():
            gone = str.maketrans(dict.fromkeys(missing(value), NO_GLYPH))
            return WORD.sub(_broken, SELECTORS.sub("", value).translate(gone))
        case dict():
            return {name: one if name in DRAWN else _fitting(one) for name, one in value.items()}
        case list() | tuple():
            return [_fitting(one) for one in value]
        case _:
            return value


def _broken(word: re.Match[str]) -> str:
    return PIECE.sub(rf"\g<0>{BREAK}", word.group())


@functools.cache
def _layout(name: str) -> bytes:
    return files("keqiao.paperwork").joinpath(name).read_bytes()


@functools.cache
def _fonts() -> typst.Fonts:
    """Return our fonts and no others, so that a paper looks the same on every machine."""
    folders = sorted({str(path.parent) for path in FONT_FILES})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@functools.cache
def _known() -> frozenset[int]:
    """Return every code point that one of the fonts can show."""
    return frozenset().union(*(_points(path) for path in FONT_FILES))


def _points(path: Path) -> set[int]:
    """Read the code points of an OpenType font from its widest character map (format 12 of the specification)."""
    font = path.read_bytes()
    (count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * one) for one in range(count))
    base = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, base + 2)
    points: set[int] = set()
    for one in range(subtables):
        _platform, _encoding, offset = struct.unpack_from(">HHL", font, base + 4 + 8 * one)
        start = base + offset
        if struct.unpack_from(">H", font, start) == (SEGMENTED,):
            (groups,) = struct.unpack_from(">L", font, start + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
                points.update(range(first, last + 1))
    return points
