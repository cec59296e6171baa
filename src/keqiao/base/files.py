"""Attached files: what may be kept, told by name, size and first bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import IO

from keqiao.base.errors import invalid
from keqiao.base.phrases import N_

MIB = 1024 * 1024
MOST_NAME = 120  # characters
ZIP = b"PK\x03\x04"
KINDS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".docx": (ZIP,),
    ".xlsx": (ZIP,),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".txt": (),
    ".csv": (),
}
WRONG_KIND = N_("不能上传“%(name)s”：只收 PDF、DOCX、XLSX、PNG、JPG、TXT、CSV 文件。")
WRONG_CONTENT = N_("“%(name)s”的内容与扩展名不符，请重新导出后再上传。")
TOO_LARGE = N_("“%(name)s”太大：每个文件最多 %(most)s MB。")
EMPTY = N_("“%(name)s”是空文件。")
UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]'
)
FOLDERS = re.compile(r"^.*[/\\]", re.DOTALL)
WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, in which Windows saves plain text


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is kept of an accepted file beside its bytes: shown name, ending, size in bytes, SHA-256."""

    name: str
    ending: str
    size: int
    sha256: str


def inspect(stream: IO[bytes], *, name: str, size: int, most_mib: int) -> FileFacts:
    """Return the facts of a file that may be kept, or raise Invalid; leaves ``stream`` at its start.

    ``size`` in bytes is what the sender told; what counts, and is returned, are the bytes that are there.
    """
    shown = UNSAFE.sub("_", FOLDERS.sub("", name))[-MOST_NAME:].strip(". ") or "file"
    ending = shown[shown.rfind(".") :].lower() if "." in shown else ""
    if ending not in KINDS:
        raise invalid("files", WRONG_KIND, name=shown)
    if size > most_mib * MIB:
        raise invalid("files", TOO_LARGE, name=shown, most=most_mib)
    stream.seek(0)
    start = stream.read(16)
    if not start:
        raise invalid("files", EMPTY, name=shown)
    if not _looks_like(ending, start):
        raise invalid("files", WRONG_CONTENT, name=shown)
    digest, counted = hashlib.sha256(start), len(start)
    while chunk := stream.read(MIB):
        digest.update(chunk)
        counted += len(chunk)
        if counted > most_mib * MIB:
            raise invalid("files", TOO_LARGE, name=shown, most=most_mib)
    stream.seek(0)
    return FileFacts(shown, ending, counted, digest.hexdigest())


def _looks_like(ending: str, start: bytes) -> bool:
    wanted = KINDS[ending]
    if wanted:
        return start.startswith(wanted)
    return b"\x00" not in start or start.startswith(WIDE_TEXT)
