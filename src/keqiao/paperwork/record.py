"""One person's record of work as PDF: studio, offers, volunteer services, talks, confirmed outcomes, proofs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from keqiao.paperwork import pdf
from keqiao.paperwork.paper import Block, Heading, Lines, Paper, Table, day, facts

NOTE = "个人记录　由本人从科桥导出"
MEANING = "服务时长只计第二人已复核的记录；成果只计双方确认的。本件由本人导出，不是证明；证明有编号，可以核验。"
TITLES: Mapping[str, str] = {
    "studios": "科创工作室",
    "offers": "公开的所能",
    "volunteer_services": "志愿服务",
    "visits": "企业行（双方已确认）",
    "talks": "主讲或带领的场次",
    "outcomes": "双方确认的成果",
    "proofs": "持有的证明",
}
HEAD = ("日期", "内容", "说明", "编号")
Row = tuple[str, str, str, str]


def record_pdf(
    name: str, minutes: int, parts: Mapping[str, Sequence[Row]], *, made_on: datetime.date
) -> bytes:
    """Return the record as PDF; ``parts`` are rows of day, title, words and code by the keys of ``TITLES``."""
    return pdf.document(paper(name, minutes, parts, made_on=made_on))


def paper(
    name: str, minutes: int, parts: Mapping[str, Sequence[Row]], *, made_on: datetime.date
) -> Paper:
    """Return the record before it has a format."""
    hours, rest = divmod(minutes, 60)
    total = f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
    blocks: list[Block] = [facts([("姓名", name), ("志愿服务时长合计", total)])]
    for key, title in TITLES.items():
        rows = tuple(parts.get(key, ()))
        if rows:
            blocks += [Heading(f"{title}（{len(rows)}）"), Table(rows, (3, 5, 7, 4), HEAD)]
    blocks.append(Lines((MEANING,), style="note"))
    return Paper("个人记录", tuple(blocks), subtitle=f"导出日期 {day(made_on)}", note=NOTE)
