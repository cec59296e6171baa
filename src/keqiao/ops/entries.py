"""Rows of anybody's table as entries of the engine: identifiers, codes written as people write them, warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keqiao.base.phrases import N_, Phrase
from keqiao.base.rows import BadRow, Column, Row, pieces, read_rows
from keqiao.engine.types import Entry
from keqiao.places import reference

COLUMNS = (
    Column("id", ("编号", "序号", "code", "代码", "key")),
    Column(
        "title", ("标题", "名称", "题目", "需求名称", "需求标题", "所能名称", "成果名称", "name")
    ),
    Column(
        "text",
        (
            "内容",
            "描述",
            "需求",
            "需求描述",
            "需求内容",
            "所能描述",
            "简介",
            "正文",
            "description",
            "wanted",
        ),
    ),
    Column("owner", ("单位", "工作室", "所有者", "studio", "organisation", "organization")),
    Column("region", ("地区", "地区代码", "行政区划", "所在地")),
    Column("industries", ("行业", "行业代码", "industry")),
    Column("subject", ("学科", "学科代码")),
    Column("trl", ("成熟度", "技术成熟度", "stage")),
    Column("keywords", ("关键词", "关键字", "keyword")),
)
SUBJECT = re.compile(r"[A-Z]\d{2}(?:\d{2}){0,2}")
STAGE = re.compile(r"(?:TRL)?\s*([1-9])\s*级?", re.IGNORECASE)
MOST_KEY, MOST_NAME = 100, 300  # characters
SHOWN = 20  # characters of a value that is not understood
NOTHING = N_("标题和内容都没有填。")
KEY_TWICE = N_("编号“%(key)s”与前面的行重复。")
KEY_TOO_LONG = N_("编号超过 %(most)s 个字。")
TITLE_TOO_LONG = N_("标题超过 %(most)s 个字，请把详情放进内容一栏。")
REGION_UNKNOWN = N_("看不懂地区“%(value)s”，不按地区打分。")
INDUSTRY_UNKNOWN = N_("看不懂行业代码“%(value)s”（应为 GB/T 4754 代码或名称），不按它打分。")
SUBJECT_UNKNOWN = N_("看不懂学科代码“%(value)s”（应像 E0410），不按学科打分。")
STAGE_UNKNOWN = N_("看不懂成熟度“%(value)s”（应为 1 到 9），不按成熟度打分。")


@dataclass(frozen=True, slots=True)
class Warned:
    """A value that is left out of an entry which is otherwise taken."""

    line: int
    reason: Phrase


def read(path: Path, *, kind: str) -> Iterator[Entry | BadRow | Warned]:
    """Yield the entries of a table, its bad rows, and warnings ahead of the entry that they concern.

    Raises `Unreadable` for what concerns the whole file. A row without identifier is called by its line.
    """
    known: set[str] = set()
    for row in read_rows(path, columns=COLUMNS):
        if isinstance(row, BadRow):
            yield row
            continue
        problem = _problem(row, known)
        if problem is not None:
            yield problem
            continue
        warnings: list[Warned] = []
        entry = _entry(row, kind, warnings)
        known.add(entry.key)
        yield from warnings
        yield entry


def _problem(row: Row, known: set[str]) -> BadRow | None:
    values = row.values
    if not values["title"] and not values["text"]:
        return BadRow(row.line, Phrase(NOTHING))
    if len(values["id"]) > MOST_KEY:
        return BadRow(row.line, Phrase(KEY_TOO_LONG, {"most": MOST_KEY}))
    if len(values["title"]) > MOST_NAME:
        return BadRow(row.line, Phrase(TITLE_TOO_LONG, {"most": MOST_NAME}))
    if _key(row) in known:
        return BadRow(row.line, Phrase(KEY_TWICE, {"key": _key(row)}))
    return None


def _entry(row: Row, kind: str, warnings: list[Warned]) -> Entry:
    values = row.values

    def warn(text: str, value: str) -> None:
        warnings.append(Warned(row.line, Phrase(text, {"value": value[:SHOWN]})))

    region = reference.region_written(values["region"])
    if values["region"] and not region:
        warn(REGION_UNKNOWN, values["region"])
    industries = dict.fromkeys(pieces(values["industries"]))
    codes = {written: reference.industry_written(written) for written in industries}
    for written in (written for written, code in codes.items() if not code):
        warn(INDUSTRY_UNKNOWN, written)
    subject = values["subject"].upper()
    if subject and not SUBJECT.fullmatch(subject):
        warn(SUBJECT_UNKNOWN, subject)
        subject = ""
    stage = STAGE.fullmatch(values["trl"])
    if values["trl"] and stage is None:
        warn(STAGE_UNKNOWN, values["trl"])
    return Entry(
        key=_key(row),
        kind=kind,
        title=" ".join(values["title"].split()),
        text=values["text"],
        owner=values["owner"],
        region=region,
        industries=tuple(dict.fromkeys(code for code in codes.values() if code)),
        subject=subject,
        stage=int(stage.group(1)) if stage else None,
        keywords=tuple(dict.fromkeys(pieces(values["keywords"]))),
    )


def _key(row: Row) -> str:
    return " ".join(row.values["id"].split()) or f"第{row.line}行"
