"""Mails as files: ordinary ones of the mail programs people use, broken ones, and hostile ones."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from keqiao.base import mailfile
from keqiao.base.errors import Invalid

HEAD = (
    b"From: lin@li.example\r\nTo: wu@kx.example\r\n"
    b"Date: Tue, 4 Mar 2031 09:30:00 +0800\r\nMessage-ID: <1@li.example>\r\n"
)


def mail(body: bytes, *more: bytes) -> bytes:
    return HEAD + b"".join(line + b"\r\n" for line in more) + b"\r\n" + body


def test_a_mail_in_gbk_with_encoded_names_is_read() -> None:
    subject = "关于锂渣样品".encode("gb18030")
    import base64

    encoded = b"=?gb2312?B?" + base64.b64encode(subject) + b"?="
    raw = (
        b"From: =?utf-8?b?5p6X5bCP5ruh?= <lin@li.example>\r\n"
        b"To: =?utf-8?b?5ZC05qGl?= <wu@kx.example>\r\nCc: he@kx.example\r\n"
        b"Date: Tue, 4 Mar 2031 09:30:00 +0800\r\n"
        b"Message-ID: <2@li.example>\r\nIn-Reply-To: <1@kx.example>\r\n"
        b"References: <0@kx.example>\r\n <1@kx.example>\r\n"
        b"Subject: " + encoded + b"\r\n"
        b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "样品已寄出，𠮷田㐂收。\r\n".encode("gb18030")
    )
    read = mailfile.read(raw)
    assert read.sender == "林小满 <lin@li.example>"
    assert read.to == "吴桥 <wu@kx.example>、he@kx.example"
    assert read.subject == "关于锂渣样品"
    assert read.text == "样品已寄出，𠮷田㐂收。"
    assert read.message_id == "<2@li.example>"
    assert read.answers == ("<0@kx.example>", "<1@kx.example>")
    assert read.sent_at == dt.datetime(2031, 3, 4, 1, 30, tzinfo=dt.UTC)


def test_words_before_html_and_what_is_enclosed_by_its_name() -> None:
    made = EmailMessage()
    made["From"], made["Date"] = "a@b.example", "Tue, 4 Mar 2031 09:30:00 +0800"
    made.set_content("纯文本\n")
    made.add_alternative("<p>网页</p>", subtype="html")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="报告.pdf")
    inner = EmailMessage()
    inner["Subject"] = "里面的"
    inner.set_content("里面的话")
    made.add_attachment(inner)
    read = mailfile.read(made.as_bytes())
    assert read.text == "纯文本"
    report, inside = read.enclosed
    assert (report.name, report.content) == ("报告.pdf", b"%PDF-1.7")
    assert inside.content == b""
    assert "里面的话" not in read.text


def test_html_alone_becomes_text() -> None:
    page = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><!-- 批注 <p>藏</p> -->"
        "<p>第一段&nbsp;&lt;锂&gt;</p><div>第二段<br>换行</div><script>alert('x')</script>"
        "<ul><li>一</li><li>二</li></ul><a href='javascript:alert(1)'>点我</a></body></html>"
    )
    read = mailfile.read(mail(page.encode(), b"Content-Type: text/html; charset=utf-8"))
    assert [line for line in read.text.split("\n") if line] == [
        "第一段 <锂>",
        "第二段",
        "换行",
        "一",
        "二",
        "点我",
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        ("<", "<"),
        ("a < b", "a < b"),
        ("a<", "a<"),
        ("<p", ""),
        ("<script>x", ""),
        ("<script>x</script>y", "y"),
        ("<!-- a", ""),
        ("<!-- a -->b", "b"),
        ("<!-->b", "b"),
        ("</p></p>a", "a"),
        ("&#0;&#xD800;&nbsp;a", "\ufffd\ufffd a"),
        ("<P>A<BR/>B", "A\nB"),
    ],
)
def test_broken_html_is_read_from_left_to_right(page: str, text: str) -> None:
    assert mailfile.text_of_html(page).split() == text.split()


@pytest.mark.parametrize("piece", ["<", "<!--", "<script>", "</script", "<a ", "&", "&#", "<p>"])
def test_endless_html_is_read_in_one_walk(piece: str) -> None:
    page = piece * 200_000
    read = mailfile.read(mail(page.encode(), b"Content-Type: text/html"))
    assert len(read.text) <= mailfile.MOST_TEXT + 1


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: text/plain; charset=klingon",
        b"Content-Type: text/plain; charset=\xff\xfe",
        b"Content-Type: text/plain; charset=hex_codec",
        b"Content-Type: text/plain; charset=unicode_escape",
        b"Content-Type: ;;;",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Type: multipart/mixed",
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: message/rfc822",
        b"Subject: =?utf-8?b?////?=",
        b"Subject: =?klingon?q?x?=",
        b"To: " + b"(" * 2000,
        b"To: " + b'"' * 1001,
        b"To: a@[IPv6:" + b":" * 500,
        b"In-Reply-To: " + b"<" * 3000,
        b"References: " + b"<a@b> " * 5000,
        b"Content-Disposition: attachment; filename*=utf-8''%ff%fe%00",
        b"Content-Disposition: attachment; filename*0*=klingon'x'%e4",
    ],
)
def test_hostile_headers_are_read_as_well_as_can_be(header: bytes) -> None:
    read = mailfile.read(mail(b"hello\r\n", header))
    assert read.sender == "lin@li.example"
    assert len(read.answers) <= mailfile.MOST_IDS
    assert "\x00" not in read.text + read.subject + read.to
    assert all("\x00" not in one.name for one in read.enclosed)


@pytest.mark.parametrize(
    ("date", "is_known"),
    [
        (b"Tue, 4 Mar 2031 09:30:00 -0000", True),
        (b"Mon, 1 Jan 1024 00:00:00 +1400", False),
        (b"Fri, 31 Dec 9999 23:59:59 -1200", False),
        (b"yesterday", False),
        (b"9" * 400, False),
        (b"Tue, 4 Mar 2031 09:30:00 +9999999999", False),
    ],
)
def test_a_date_that_is_none_is_unknown(date: bytes, is_known: bool) -> None:  # noqa: FBT001
    raw = b"From: a@b.example\r\nMessage-ID: <1@b>\r\nDate: " + date + b"\r\n\r\nx"
    assert (mailfile.read(raw).sent_at is not None) is is_known


def test_what_hides_or_breaks_is_taken_out_of_the_words() -> None:
    body = "a\u202eb\u200bc\x1bd\x00e".encode()
    read = mailfile.read(mail(body, b"Content-Type: text/plain; charset=utf-8"))
    assert read.text == "abcde"


def test_a_very_long_text_is_cut_and_says_so() -> None:
    read = mailfile.read(mail(b"x" * 200_000))
    assert read.text == "x" * mailfile.MOST_TEXT + "…"


def test_without_a_message_id_the_bytes_are_its_name() -> None:
    raw = b"From: a@b.example\r\nDate: Tue, 4 Mar 2031 09:30:00 +0800\r\n\r\nx"
    first = mailfile.read(raw).message_id
    assert first == mailfile.read(raw).message_id
    assert first != mailfile.read(raw + b"y").message_id


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"hello",
        b"%PDF-1.7",
        b"PK\x03\x04" + b"\x00" * 50,
        b"Subject: x\r\n\r\ny",
    ],
)
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        mailfile.read(raw)
    assert "不像一封邮件" in str(refusal.value)


@pytest.mark.parametrize("depth", [300, 2000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    body = b""
    for level in range(depth):
        body += b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (level, level + 1)
    with pytest.raises(Invalid) as refusal:
        mailfile.read(mail(body, b"Content-Type: multipart/mixed; boundary=0"))
    assert "太复杂" in str(refusal.value)


def test_more_parts_than_a_person_would_send_are_refused() -> None:
    body = b"--x\r\n\r\na\r\n" * 500 + b"--x--\r\n"
    with pytest.raises(Invalid):
        mailfile.read(mail(body, b"Content-Type: multipart/mixed; boundary=x"))
