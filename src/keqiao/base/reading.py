"""The text of an uploaded document, for a person to check: never kept as it is."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from keqiao.base import csvfile, workbook
from keqiao.base.errors import Refused, invalid
from keqiao.base.files import MIB, inspect
from keqiao.base.phrases import N_

MOST_PAGES = 50
MOST_NAME = 60  # characters; a name on a disk has 255 bytes
MOST_UNPACKED = 50 * MIB
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NO_TEXT = N_("“%(name)s”里没有文字（可能是扫描件或照片）。请把文字识别出来，粘贴到上面。")
BROKEN = N_("“%(name)s”读不出来，可能已损坏或加了密码。请另存后再试，或把文字粘贴到上面。")


def text_of(stream: IO[bytes], *, name: str, size: int, most_mib: int) -> str:
    """Return the text of a DOCX, XLSX, PDF, TXT or CSV; raise Invalid for what cannot be read or has no text.

    ``size`` in bytes. Formulas of a sheet stay text; of a PDF the first 50 pages are read.
    """
    facts = inspect(stream, name=name, size=size, most_mib=most_mib)
    reader = READERS.get(facts.ending)
    if reader is None:
        raise invalid("content", NO_TEXT, name=facts.name)
    try:
        text = reader(stream, facts.name)
    except Refused:
        raise
    except Exception as error:  # a broken document makes a library raise nearly anything
        raise invalid("content", BROKEN, name=facts.name) from error
    if not text.strip():
        raise invalid("content", NO_TEXT, name=facts.name)
    return text


def _word(stream: IO[bytes], _name: str) -> str:
    from defusedxml import ElementTree

    with zipfile.ZipFile(stream) as archive:
        part = archive.getinfo("word/document.xml")
        if part.file_size > MOST_UNPACKED:
            raise ValueError(part.file_size)
        tree = ElementTree.fromstring(archive.read(part))
    paragraphs = (
        "".join(node.text or "" for node in paragraph.iter(f"{WORD}t"))
        for paragraph in tree.iter(f"{WORD}p")
    )
    return "\n".join(line for line in paragraphs if line.strip())


def _sheet(stream: IO[bytes], name: str) -> str:
    with on_disk(stream, name) as path:
        rows = workbook.lines(path, most_unpacked=MOST_UNPACKED)
        return "\n".join("，".join(cell for cell in row.cells if cell.strip()) for row in rows)


def _pdf(stream: IO[bytes], _name: str) -> str:
    import pypdf

    pages = pypdf.PdfReader(stream).pages
    return "\n".join(pages[number].extract_text() for number in range(min(len(pages), MOST_PAGES)))


def _plain(stream: IO[bytes], name: str) -> str:
    with on_disk(stream, name) as path:
        return csvfile.decoded(path)


@contextmanager
def on_disk(stream: IO[bytes], name: str) -> Iterator[Path]:
    """Lay a file down where a reader of paths finds it, under the end of its name, for as long as it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name[-MOST_NAME:]
        path.write_bytes(stream.read())
        yield path


READERS: dict[str, Callable[[IO[bytes], str], str]] = {
    ".docx": _word,
    ".xlsx": _sheet,
    ".pdf": _pdf,
    ".txt": _plain,
    ".csv": _plain,
}
