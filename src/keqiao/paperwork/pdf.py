"""Papers as PDF: tagged, with the fonts that they need inside, the same bytes for the same paper.

The type-setter and the fonts are Python packages, so that nothing of the system is needed. Noto Serif and Sans SC show
what GB 18030 asks for in daily use; their Japanese sisters show some hundred rare characters more, such as 𠮷.
"""

from __future__ import annotations

import functools
import json
import re
import struct
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import pylopdf_fonts_jp
import pylopdf_fonts_zh_cn
import typst

from keqiao.paperwork.paper import Paper

UNBROKEN = re.compile(r"([!-~]{28})(?=[!-~])")  # a word that no line could hold
BREAK = "\u200b"
SEGMENTED = 12  # the format of a character map beyond the first plane
FONT_FILES = (
    pylopdf_fonts_zh_cn.serif_path(),
    pylopdf_fonts_zh_cn.sans_path(),
    pylopdf_fonts_jp.serif_path(),
    pylopdf_fonts_jp.sans_path(),
)


def document(paper: Paper) -> bytes:
    """Return the paper as PDF/UA."""
    said = json.dumps(_breakable(asdict(paper)), ensure_ascii=False)
    return typst.compile(
        _layout(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"paper": said},
        pdf_standards=["ua-1"],
    )


def missing(text: str) -> str:
    """Return the characters of ``text`` that no font of ours shows, each once: such a paper goes out as DOCX."""
    known = _known()
    return "".join(
        dict.fromkeys(one for one in text if ord(one) not in known and not one.isspace())
    )


def _breakable(value: Any) -> Any:
    """Return the paper's texts with places to break inside words that are longer than a cell."""
    match value:
        case str():
            return UNBROKEN.sub(rf"\1{BREAK}", value)
        case dict():
            return {name: _breakable(one) for name, one in value.items()}
        case list() | tuple():
            return [_breakable(one) for one in value]
        case _:
            return value


@functools.cache
def _layout() -> bytes:
    return files("keqiao.paperwork").joinpath("paper.typ").read_bytes()


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
