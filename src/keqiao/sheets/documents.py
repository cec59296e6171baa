"""How a sheet looks before anybody has written in it: the blank to download, with what belongs where and an example."""

from __future__ import annotations

from keqiao.paperwork import blank
from keqiao.paperwork.blank import Guide
from keqiao.sheets.columns import COLUMNS, GUIDES, NAME, NOTES, TAB


def blank_sheet() -> bytes:
    """Return the blank as XLSX, with the first heading of each column."""
    guides = [Guide(column.headings[0], *GUIDES[column.name]) for column in COLUMNS]
    return blank.book(guides, notes=NOTES, name=TAB, title=NAME)
