"""The evidence file of a project's review (结项评审材料) as PDF: what the platform holds, nothing typed in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from keqiao.paperwork import pdf
from keqiao.paperwork.paper import Block, Heading, Lines, Paper, Table, body, facts

NOTE = "结项评审材料　由科桥从活动、班次、已复核的时长和成果中汇集生成"
MOST_ROWS = 300
NONE = "没有"


def evidence_pdf(
    evidence: Mapping[str, Any], *, code: str, gathered_at: datetime.datetime
) -> bytes:
    """Return the evidence as PDF; ``evidence`` is what the room gathers, plain JSON values."""
    return pdf.document(paper(evidence, code=code, gathered_at=gathered_at))


def paper(evidence: Mapping[str, Any], *, code: str, gathered_at: datetime.datetime) -> Paper:
    """Return the evidence before it has a format."""
    blocks: list[Block] = [
        _facts(evidence), Heading("一、项目目标"), body(evidence["aim"]),
        Heading("二、里程碑"), _milestones(evidence),
        Heading("三、指标"), _indicators(evidence),
        Heading("四、活动场次"), _sessions(evidence),
        Heading("五、关联的对接成果"), body("、".join(evidence["outcomes"]) or NONE),
        Lines(("志愿者人数、服务次数和时长只计第二人已复核的记录；材料不列志愿者姓名。",), style="note"),
    ]  # fmt: skip
    subtitle = f"评审 {code}　汇集于 {gathered_at:%Y-%m-%d %H:%M}"
    return Paper(f"{evidence['title']}结项评审材料", tuple(blocks), subtitle=subtitle, note=NOTE)


def _facts(evidence: Mapping[str, Any]) -> Table:
    hours, rest = divmod(evidence["minutes"], 60)
    return facts(
        [
            ("组织单位", evidence["association"]),
            ("志愿服务队", evidence["team"] or NONE),
            ("起止日期", f"{evidence['from_on']} 至 {evidence['until_on']}"),
            ("已进行的班次", f"{evidence['shifts']} 个，报名 {evidence['taken']} 人次"),
            ("已复核的记录", f"{evidence['entries']} 条，{evidence['volunteers']} 名志愿者"),
            ("已复核的时长", f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"),
        ]
    )


def _milestones(evidence: Mapping[str, Any]) -> Table:
    rows = [
        (one["title"], one["due_on"], one["reached_on"] or "未达到", one["note"])
        for one in evidence["milestones"]
    ]
    return _table(rows, (5, 3, 3, 5), ("里程碑", "期限", "达到日期", "说明"))


def _indicators(evidence: Mapping[str, Any]) -> Table:
    rows = [
        (
            one["name"],
            f"{one['target']} {one['unit']}",
            f"{one['amount']} {one['unit']}" if one["amount"] else "没有数值",
            one["measured_on"],
            one["source"],
        )
        for one in evidence["indicators"]
    ]
    return _table(rows, (4, 3, 3, 3, 5), ("指标", "目标", "最新数值", "日期", "数据来源"))


def _sessions(evidence: Mapping[str, Any]) -> Table:
    rows = [(one["on"], one["title"], one["place"], _came(one)) for one in evidence["sessions"]]
    return _table(rows, (3, 6, 5, 2), ("日期", "场次", "地点", "到场"))


def _came(session: Mapping[str, Any]) -> str:
    return "已取消" if session["state"] == "cancelled" else f"{session['came']} 人"


def _table(
    rows: Sequence[tuple[str, ...]], widths: tuple[int, ...], head: tuple[str, ...]
) -> Table:
    empty = (NONE, *("" for _one in head[1:]))
    return Table(tuple(rows[:MOST_ROWS]) or (empty,), widths, head)
