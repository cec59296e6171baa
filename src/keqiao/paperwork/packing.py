"""Office files written again without the clock: the same parts give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile

BEGINNING = (1980, 1, 1)  # the first day that an archive can name
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def repacked(book: bytes) -> bytes:
    """Return a DOCX or XLSX with every time in it set to the first day of 1980, its parts in their order."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            blob = old.read(part)
            if part.filename == "docProps/core.xml":
                blob = WRITTEN.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", blob)
            fixed = zipfile.ZipInfo(part.filename, (*BEGINNING, 0, 0, 0))
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(fixed, blob)
    return stream.getvalue()
