"""One volunteer's record to take elsewhere, in the fields of 《志愿服务记录与证明出具办法（试行）》, as JSON and XLSX.

``read`` says whether a JSON file is whole: its form, its sums, its SHA-256. That finds damage, not a forger; what was
done is proved by proofs, which have a page of their own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from keqiao.base.phrases import N_, Phrase
from keqiao.paperwork.packing import repacked
from keqiao.paperwork.sheet import put_text

FORMAT, VERSION = "keqiao-volunteer-record", 1
BASIS = "《志愿服务记录与证明出具办法（试行）》（民政部令第67号，2021年2月1日起施行）"
PERSON = (
    "姓名", "性别", "出生日期", "身份证件号码", "居住区域", "联系方式", "专业技能", "服务类别", "志愿服务组织",
)  # fmt: skip
SERVICE = (
    "编号", "活动（项目）名称", "日期", "开始时间", "结束时间", "地点", "服务对象", "服务内容", "服务时间（分钟）",
    "服务质量", "活动（项目）负责人", "记录人", "复核人", "记录单位", "更正的记录",
)  # fmt: skip
TRAINING = ("内容", "组织者", "日期", "地点", "学时（分钟）", "有效期至")
COMMENDATION = ("名称", "授予单位", "日期")
EVALUATION = ("内容", "评价人", "日期")
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "志愿服务情况": SERVICE,
    "培训情况": TRAINING,
    "表彰奖励情况": COMMENDATION,
    "评价情况": EVALUATION,
}
MOST_BYTES = 5 * 1024 * 1024
WIDTH = 18
NO_JSON = N_("这不是科桥导出的转移文件（JSON），或者文件不完整。")
TOO_LARGE = N_("文件太大，转移文件不超过 5 MB。")
NEWER = N_("这是第 %(version)s 版的转移文件，本站只认识第 1 版。")
DAMAGED = N_("内容和文件里的校验值不一致：文件被改动过，或者传输时损坏。")
FIELDS_WRONG = N_("“%(section)s”第 %(row)s 条的项目不全或不是文字。")
MINUTES_WRONG = N_("“志愿服务情况”第 %(row)s 条的服务时间不对。")
SUM_WRONG = N_("服务时间合计 %(said)s 分钟，逐条相加是 %(sum)s 分钟。")
TWICE = N_("编号 %(code)s 出现了两次。")
NOT_HELD = "（本平台不收集）"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A record: rows of texts in the order of the fields above; only what counts is in ``services``."""

    person: tuple[str, ...]
    services: tuple[tuple[str, ...], ...]
    training: tuple[tuple[str, ...], ...]
    commendations: tuple[tuple[str, ...], ...]
    evaluations: tuple[tuple[str, ...], ...]
    platform: str
    made_at: dt.datetime

    def sections(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Return the rows by the section that they stand in."""
        rows = (self.services, self.training, self.commendations, self.evaluations)
        return dict(zip(SECTIONS, rows, strict=True))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file says when it is read, and what is wrong with it; nothing wrong is whole."""

    name: str
    count: int
    minutes: int
    problems: tuple[Phrase, ...]


def as_json(transfer: Transfer) -> bytes:
    """Return the record as JSON with the SHA-256 of all that stands before it."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "依据": BASIS,
        "来源": transfer.platform,
        "导出时间": transfer.made_at.isoformat(timespec="seconds"),
        "个人基本信息": dict(zip(PERSON, transfer.person, strict=True)),
        "服务时间合计（分钟）": sum(int(row[8]) for row in transfer.services),
    }
    for section, rows in transfer.sections().items():
        content[section] = [dict(zip(SECTIONS[section], row, strict=True)) for row in rows]
    content["sha256"] = digest(content)
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_xlsx(transfer: Transfer) -> bytes:
    """Return the record as a workbook, a sheet for each section; every cell is text, whatever it begins with."""
    book = Workbook()
    sheets: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
        "个人基本信息": (PERSON, (transfer.person,)),
    }
    sheets |= {name: (SECTIONS[name], rows) for name, rows in transfer.sections().items()}
    first: Any = book.active
    book.remove(first)
    for name, (head, rows) in sheets.items():
        sheet: Any = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, texts in enumerate((head, *rows), start=1):
            for column, text in enumerate(texts, start=1):
                put_text(sheet.cell(number, column), text)
                sheet.column_dimensions[sheet.cell(1, column).column_letter].width = WIDTH
    book.properties.creator, book.properties.title = "科桥", "志愿服务记录"
    stream = io.BytesIO()
    book.save(stream)
    return repacked(stream.getvalue())


def read(raw: bytes) -> Verdict:
    """Return what a file of ``as_json`` says and what is wrong with it; it never raises for what somebody brings."""
    if len(raw) > MOST_BYTES:
        return Verdict("", 0, 0, (Phrase(TOO_LARGE, {}),))
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return Verdict("", 0, 0, (Phrase(NO_JSON, {}),))
    if content.get("version") != VERSION:
        return Verdict("", 0, 0, (Phrase(NEWER, {"version": str(content.get("version"))[:9]}),))
    problems = [Phrase(DAMAGED, {})] if _digest_of(content) != content.get("sha256") else []
    problems += _wrong_fields(content)
    if any(one.text in {FIELDS_WRONG, NO_JSON} for one in problems):
        return Verdict("", 0, 0, tuple(problems))
    total, wrong = _sums(content)
    name = content["个人基本信息"]["姓名"]
    return Verdict(name, len(content["志愿服务情况"]), total, (*problems, *wrong))


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record's canonical JSON, its own hash left out."""
    kept = {name: value for name, value in content.items() if name != "sha256"}
    canonical = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _digest_of(content: Mapping[str, Any]) -> str:
    try:
        return digest(content)
    except UnicodeEncodeError:  # a lone surrogate, which we never write
        return ""


def _wrong_fields(content: Mapping[str, Any]) -> list[Phrase]:
    person = content.get("个人基本信息")
    if not _is_row(person, PERSON):
        return [Phrase(NO_JSON, {})]
    found = []
    for section, fields in SECTIONS.items():
        rows = content.get(section)
        if not isinstance(rows, list):
            return [Phrase(NO_JSON, {})]
        found += [
            Phrase(FIELDS_WRONG, {"section": section, "row": number})
            for number, row in enumerate(rows, start=1)
            if not _is_row(row, fields)
        ]
    return found


def _is_row(row: object, fields: tuple[str, ...]) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == set(fields)
        and all(isinstance(value, str) for value in row.values())
    )


def _sums(content: Mapping[str, Any]) -> tuple[int, list[Phrase]]:
    """Return the sum of the minutes, and what is wrong with them, with their sum and with the numbers of entries."""
    total, wrong, seen = 0, [], set()
    for number, row in enumerate(content["志愿服务情况"], start=1):
        minutes = row["服务时间（分钟）"]
        if minutes.isascii() and minutes.isdigit() and len(minutes) <= len("1440"):
            total += int(minutes)
        else:
            wrong.append(Phrase(MINUTES_WRONG, {"row": number}))
        if row["编号"] in seen:
            wrong.append(Phrase(TWICE, {"code": row["编号"][:20]}))
        seen.add(row["编号"])
    said = content.get("服务时间合计（分钟）")
    if said != total or isinstance(said, bool):
        wrong.append(Phrase(SUM_WRONG, {"said": str(said)[:12], "sum": total}))
    return total, wrong
