"""A proof (证明) as PDF: what is proved of whom, by whom, and the address at which anybody can check it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from keqiao.paperwork import pdf
from keqiao.paperwork.paper import Block, Lines, Paper, Table, body, day, facts, square

NOTE = "本证明免费出具，由科桥生成；是否有效以核验页为准"
CHECK = "扫描二维码或打开下面的地址，输入证明上的姓名，可核对本证明的内容和是否有效："
HOURS = (  # the sentence above volunteer hours; the number of an identity card is the bearer's own to write
    "兹证明上述志愿者参加了本单位组织的下列志愿服务。时长只计已由第二人复核的记录；"
    "身份证件号码由持有人自行填写：＿＿＿＿＿＿＿＿＿＿。"
)
HOURS_HEAD = ("日期", "项目", "服务内容", "服务对象", "地点", "时长")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a proof says. ``text`` is the sentence above the facts; a table follows where there are many entries."""

    title: str
    code: str
    name: str
    text: str
    lines: tuple[tuple[str, str], ...]
    issuer: str
    issued_on: datetime.date
    address: str
    hash: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the proof as PDF."""
    return pdf.document(paper(certificate))


def paper(certificate: Certificate) -> Paper:
    """Return the proof before it has a format."""
    blocks: list[Block] = [body(certificate.text)]
    blocks.append(facts((("姓名", certificate.name), *certificate.lines), columns=1))
    if certificate.rows:
        widths = certificate.widths or (1,) * len(certificate.head)
        blocks.append(Table(certificate.rows, widths, certificate.head))
    blocks.append(
        Lines((f"出具单位：{certificate.issuer}", f"出具日期：{day(certificate.issued_on)}"))
    )
    digest = f"链上摘要：{certificate.hash[:16]}…{certificate.hash[-8:]}"
    blocks.append(
        square(certificate.address, CHECK, certificate.address, f"编号：{certificate.code}", digest)
    )
    return Paper(certificate.title, tuple(blocks), subtitle=f"编号 {certificate.code}", note=NOTE)


def hours_lines(
    from_on: datetime.date, until_on: datetime.date, *, count: int, minutes: int
) -> tuple[tuple[str, str], ...]:
    """Return the facts of a proof of volunteer hours: the days, how often, how long in all."""
    return (
        ("起止日期", f"{from_on:%Y-%m-%d} 至 {until_on:%Y-%m-%d}"),
        ("服务次数", str(count)),
        ("服务时长合计", said_minutes(minutes)),
    )


def said_minutes(minutes: int) -> str:
    """Return minutes as a paper says them: 2 小时, 1 小时 30 分."""
    whole, rest = divmod(minutes, 60)
    said = [f"{whole} 小时"] if whole or not rest else []
    return " ".join([*said, f"{rest} 分"] if rest else said)
