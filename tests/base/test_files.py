"""Attached files."""

from __future__ import annotations

import hashlib
import io

import pytest

from keqiao.base import files
from keqiao.base.errors import Invalid
from keqiao.base.files import MIB, FileFacts, inspect

PDF = b"%PDF-1.7\n" + b"x" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
ZIP = b"PK\x03\x04" + b"x" * 100


def facts(name: str, content: bytes, *, size: int | None = None, most_mib: int = 1) -> FileFacts:
    told = len(content) if size is None else size
    return inspect(io.BytesIO(content), name=name, size=told, most_mib=most_mib)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("渗滤液检测报告.pdf", PDF),
        ("配比.DOCX", ZIP),
        ("台账.xlsx", ZIP),
        ("现场.png", PNG),
        ("现场.JPG", b"\xff\xd8\xff\xe0" + b"x" * 9),
        ("说明.txt", "锂渣每天都在出。".encode()),
        ("说明.txt", "锂渣每天都在出。".encode("gb18030")),
        ("记事本.txt", b"\xff\xfe" + "28 d".encode("utf-16-le")),
        ("表.csv", b"a,b\n1,2\n"),
    ],
)
def test_a_file_of_a_known_kind_is_kept_with_its_facts(name: str, content: bytes) -> None:
    stream = io.BytesIO(content)
    kept = inspect(stream, name=name, size=len(content), most_mib=1)
    assert kept.name == name
    assert kept.size == len(content)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("程序.exe", b"MZ", files.WRONG_KIND),
        ("网页.html", b"<html>", files.WRONG_KIND),
        ("没有扩展名", PDF, files.WRONG_KIND),
        (".pdf", PDF, files.WRONG_KIND),
        ("", PDF, files.WRONG_KIND),
        ("报告.pdf.exe", PDF, files.WRONG_KIND),
        ("报告.pdf", b"MZ\x90\x00", files.WRONG_CONTENT),
        ("报告.pdf", ZIP, files.WRONG_CONTENT),
        ("现场.png", PDF, files.WRONG_CONTENT),
        ("说明.txt", b"MZ\x90\x00\x03", files.WRONG_CONTENT),
        ("空.pdf", b"", files.EMPTY),
        ("大.pdf", PDF + b"x" * MIB, files.TOO_LARGE),
    ],
)
def test_another_file_is_refused_with_its_reason(name: str, content: bytes, told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        facts(name, content)
    assert [problem.phrase.text for problem in refusal.value.problems] == [told]
    assert "%(" not in refusal.value.problems[0].phrase.say()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("C:\\Users\\林小满\\报告.pdf", "报告.pdf"),
        ("/etc/passwd\x00.pdf", "passwd_.pdf"),
        ("报告\r\nSet-Cookie: a.pdf", "报告__Set-Cookie_ a.pdf"),
        ("报告\u202efdp.pdf", "报告_fdp.pdf"),
        ("报告\u200b.pdf", "报告_.pdf"),
        ("半个\ud842.pdf", "半个_.pdf"),
        ("𠮷田㐂.pdf", "𠮷田㐂.pdf"),
        ('a"b<c>|d?*.pdf', "a_b_c__d__.pdf"),
        ("报告.pdf. . .", "报告.pdf"),
    ],
)
def test_a_hostile_name_is_made_harmless(name: str, shown: str) -> None:
    assert facts(name, PDF).name == shown


def test_a_name_of_300_characters_keeps_its_ending() -> None:
    kept = facts("长" * 300 + ".pdf", PDF)
    assert len(kept.name) <= 120
    assert kept.name.endswith("长.pdf")
    assert kept.ending == ".pdf"


def test_the_bytes_are_counted_not_believed() -> None:
    assert facts("报告.pdf", PDF, size=7).size == len(PDF)
    with pytest.raises(Invalid) as refusal:
        facts("报告.pdf", PDF + b"x" * MIB, size=7)
    assert refusal.value.problems[0].phrase.text == files.TOO_LARGE
    with pytest.raises(Invalid) as refusal:
        facts("报告.pdf", b"", size=7)
    assert refusal.value.problems[0].phrase.text == files.EMPTY
