"""Lines of the first sheet of an XLSX file. Formulas stay text; the sizes are looked at before anything is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from keqiao.base.phrases import N_
from keqiao.base.table import MIB, MOST_COLUMNS, Line, Unreadable

MOST_UNPACKED = 256 * MIB  # of all parts together
MOST_PARTS = 2000
LARGEST_RATIO = (
    200  # unpacked to packed, of what is larger than a few MiB; a sheet of text has about ten
)
SMALL = 8 * MIB
LAST_ROW = 1_048_576  # that a sheet can have
OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, or an .xlsx with a password
OLD_OR_LOCKED = N_("“%(name)s”是旧版 .xls 或加了密码，请另存为没有密码的 .xlsx。")
NOT_A_BOOK = N_("“%(name)s”不是真正的 .xlsx 文件，或已损坏，请重新另存为 .xlsx。")
BOMB = N_("“%(name)s”解开后过大，没有打开；请只留需要的表，另存后再试。")


def lines(path: Path, *, most_unpacked: int = MOST_UNPACKED) -> Iterator[Line]:
    """Yield the rows that have something in them, the header first; cells beyond the header are left out.

    ``most_unpacked`` are bytes, of all parts of the file together.
    """
    _refuse_bomb(path, most_unpacked)
    import openpyxl

    width = 0
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(
            sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1
        ):
            if number > LAST_ROW:
                break
            if values.count(None) == len(values):
                continue
            cells = [_text(value) for value in values]
            width = width or _width(cells)
            yield Line(number, cells[:width])
        book.close()
    except Exception as error:  # a broken sheet makes the library raise nearly anything
        raise Unreadable(NOT_A_BOOK, name=path.name) from error


def _refuse_bomb(path: Path, most_unpacked: int) -> None:
    with path.open("rb") as stream:
        if stream.read(len(OLE)) == OLE:
            raise Unreadable(OLD_OR_LOCKED, name=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(NOT_A_BOOK, name=path.name) from error
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    is_swollen = unpacked > SMALL and unpacked > packed * LARGEST_RATIO
    if unpacked > most_unpacked or is_swollen or len(parts) > MOST_PARTS:
        raise Unreadable(BOMB, name=path.name)


def _width(cells: list[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, dates as 2026-11-23, a formula as it is written."""
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
        case _:
            return str(getattr(value, "text", value))
