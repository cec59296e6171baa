"""Lines of a CSV file: UTF-8 with or without its mark, UTF-16, GB 18030; comma, tab or semicolon."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from keqiao.base.phrases import N_, Phrase
from keqiao.base.table import BadRow, Line, Unreadable

DELIMITERS = (",", "\t", ";", "，")
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "surrogateescape"),
    (b"\xff\xfe", "utf-16", "surrogatepass"),
    (b"\xfe\xff", "utf-16", "surrogatepass"),
)
ENCODINGS = ("utf-8", "gb18030")
TOLERATED = 0.02  # share of damaged bytes among the non-ASCII ones of a file that is still text
FEW_NULS = 16  # that any file may have
MOST_NULS = 0.01  # share of NUL bytes of the same
MOST_LINES_OF_A_ROW = 400  # physical lines; a quote that is never closed swallows no more
NOT_TEXT = N_("“%(name)s”不是文本：既不是 UTF-8 也不是 GB 18030 编码，请另存为 CSV（UTF-8）。")
BAD_QUOTES = N_("引号不成对，或一格过长。")


def lines(path: Path) -> Iterator[Line | BadRow]:
    """Yield the rows of the file, the header first; empty lines are left out."""
    physical = list(io.StringIO(decoded(path), newline=""))
    first = next((line for line in physical if line.strip()), "")
    yield from _Parser(physical, max(DELIMITERS, key=first.count)).rows()


def decoded(path: Path) -> str:
    """Return a file's text; what is damaged in it is lone surrogates. Raise Unreadable when it is no text."""
    raw = path.read_bytes()
    for mark, encoding, errors in MARKS:
        if raw.startswith(mark):
            return _decoded(raw, encoding, errors) or _refuse(path)
    if raw.count(b"\x00") > max(FEW_NULS, len(raw) * MOST_NULS):
        _refuse(path)
    for encoding in ENCODINGS:
        text = _decoded(raw, encoding, "strict")
        if text is not None:
            return text
    wide = len(raw.translate(None, bytes(range(128))))
    for encoding in ENCODINGS:
        text = raw.decode(encoding, "surrogateescape")
        if sum("\ud800" <= character <= "\udfff" for character in text) <= wide * TOLERATED:
            return text
    return _refuse(path)


class _Parser:
    """Reads row after row; after a row that cannot be read it goes on with the next physical line."""

    def __init__(self, physical: list[str], delimiter: str) -> None:
        self._waiting = deque(enumerate(physical, start=1))
        self._taken: list[tuple[int, str]] = []
        self._delimiter = delimiter

    def rows(self) -> Iterator[Line | BadRow]:
        while self._waiting:
            number = self._waiting[0][0]
            self._taken = []
            try:
                cells = next(csv.reader(self._feed(), delimiter=self._delimiter, strict=True), None)
            except csv.Error:
                self._waiting.extendleft(reversed(self._taken[1:]))
                yield BadRow(number, Phrase(BAD_QUOTES))
                continue
            if cells:
                yield Line(number, cells)

    def _feed(self) -> Iterator[str]:
        while self._waiting:
            if len(self._taken) == MOST_LINES_OF_A_ROW:
                raise csv.Error
            self._taken.append(self._waiting.popleft())
            yield self._taken[-1][1]


def _decoded(raw: bytes, encoding: str, errors: str) -> str | None:
    try:
        return raw.decode(encoding, errors)
    except UnicodeDecodeError:
        return None


def _refuse(path: Path) -> str:
    raise Unreadable(NOT_TEXT, name=path.name)
