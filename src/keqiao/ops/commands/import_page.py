"""``keqiao import-page``: a newspaper page as text, into dispatches with their facts; no database unless ``--load``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from keqiao.base.errors import Invalid, Refused
from keqiao.base.phrases import N_
from keqiao.base.text import clean_text
from keqiao.engine.gazetteer import Gazetteer
from keqiao.engine.newspaper import lines, measuring
from keqiao.engine.newspaper.reading import Reader
from keqiao.engine.newspaper.types import Dispatch, Page
from keqiao.ops import tables
from keqiao.places import reference

HELP = "Read a newspaper page (UTF-8 text) into dispatches; print them, measure them, or load them as drafts."
NEEDS_DATABASE = False

MOST_BYTES = 4 * lines.LONGEST_PAGE
_MOST_HEADLINE, _MOST_BYLINE = 120, 120  # characters that a draft keeps
_SHORTEST_AREA, _LONGEST_AREA = 2, 6  # digits
_KINDS = {
    b"PK\x03\x04": "ZIP、DOCX 或 XLSX",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPG",
}
_BREAKS = str.maketrans("\f\v\x85\u2028\u2029", "\n\n\n\n\n")

MISSING = N_("找不到文件“%(path)s”，请检查路径。")
NOT_A_FILE = N_("“%(path)s”不是普通文件，请给出一个文本文件。")
NO_ACCESS = N_("无法读取文件“%(path)s”，请检查权限。")
TOO_LARGE = N_("文件“%(path)s”太大：一个版面最多 %(most)s 字节。")
TOO_LONG = N_("文本过长：一个版面最多 %(most)s 个字。")
WRONG_KIND = N_("“%(path)s”是 %(kind)s 文件，不是纯文本。请先把版面文字另存为 UTF-8 文本。")
NOT_UTF8 = N_("“%(path)s”不是 UTF-8 文本（可能是 GB18030 或 UTF-16 编码），请先转换编码。")
EMPTY = N_("文件“%(path)s”里没有文字。")
UNSAFE = N_("“%(path)s”里有不能保存的内容：%(reason)s")
NOTHING_FOUND = N_("在“%(path)s”里没有找到稿件：稿件要有标题，或以“本报讯”开头，或以括号署名结尾。")
NO_DATABASE = N_("数据库还没有准备好，草稿没有保存。请先运行 keqiao setup。")
WRONG_DATE = N_("出版日期“%(value)s”不对，请写成 2024-08-30 的样子。")
WRONG_AREA = N_("地区代码“%(value)s”不对，请写 2 至 6 位行政区划代码，例如 51 或 511800。")
WRONG_EXPECTED = N_(
    "预期结果“%(path)s”不是所要求的 JSON：最外层要有 dispatches 列表，每项是一篇稿件的字段。"
)


class Unreadable(Refused):
    """The file, or what was asked of it, cannot be used."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("page", help="the page as UTF-8 text, as it came out of the newspaper")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument(
        "--published", default="", metavar="DATE", help="day of the paper, 2024-08-30"
    )
    parser.add_argument(
        "--within", default="", metavar="CODE", help="region the paper is about, 51"
    )
    parser.add_argument(
        "--expected", default="", metavar="FILE", help="expected result to compare with"
    )
    parser.add_argument(
        "--load", action="store_true", help="keep the dispatches as drafts for an editor"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, print, and load if asked to; nothing is published."""
    gazetteer = reference.load_gazetteer()
    published = _published(arguments.published)
    within = _within(arguments.within, gazetteer)
    text = read_text(arguments.page)
    expected = _expected(arguments.expected) if arguments.expected else None
    reader = Reader(gazetteer, (row.name for row in reference.universities()))
    page = reader.read(text, within=within, published=published)
    if not page.dispatches:
        raise Unreadable(NOTHING_FOUND, path=_shown(arguments.page))
    scores = None
    if expected is not None:
        scores = measuring.compare([measuring.facts(one) for one in page.dispatches], expected)
    if arguments.json:
        _print_json(page, scores)
    else:
        _print_tables(page, scores)
    if arguments.load:
        _load(page, text)
    return 0


def read_text(name: str) -> str:
    """Return the text of a page file, or raise Unreadable with what is wrong with it."""
    shown = _shown(name)
    try:
        path = Path(name)
        if not path.exists():
            raise Unreadable(MISSING, path=shown)
        if not path.is_file():
            raise Unreadable(NOT_A_FILE, path=shown)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except ValueError as error:  # a NUL in the name
        raise Unreadable(MISSING, path=shown) from error
    except OSError as error:
        raise Unreadable(NO_ACCESS, path=shown) from error
    if len(content) > MOST_BYTES:
        raise Unreadable(TOO_LARGE, path=shown, most=MOST_BYTES)
    for start, kind in _KINDS.items():
        if content.startswith(start):
            raise Unreadable(WRONG_KIND, path=shown, kind=kind)
    try:
        raw = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, path=shown) from error
    return _cleaned(raw, shown)


def _cleaned(raw: str, shown: str) -> str:
    if len(raw) > lines.LONGEST_PAGE:
        raise Unreadable(TOO_LONG, most=lines.LONGEST_PAGE)
    try:
        text = clean_text(raw.translate(_BREAKS), most=lines.LONGEST_PAGE)
    except Invalid as refusal:
        raise Unreadable(UNSAFE, path=shown, reason=refusal.problems[0].phrase) from refusal
    if not text:
        raise Unreadable(EMPTY, path=shown)
    return text


def _shown(name: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in name[-200:])


def _published(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(WRONG_DATE, value=_shown(text)) from error


def _within(text: str, gazetteer: Gazetteer) -> str:
    if not text:
        return ""
    is_code = text.isascii() and text.isdigit() and _SHORTEST_AREA <= len(text) <= _LONGEST_AREA
    if not is_code or gazetteer.get(text.ljust(_LONGEST_AREA, "0")) is None:
        raise Unreadable(WRONG_AREA, value=_shown(text))
    return text


def _expected(name: str) -> list[dict[str, Any]]:
    text = read_text(name)
    try:
        dispatches = json.loads(text)["dispatches"]
        measuring.compare([], dispatches)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(WRONG_EXPECTED, path=_shown(name)) from error
    return list(dispatches)


def _print_json(page: Page, scores: Sequence[measuring.Score] | None) -> None:
    printed: dict[str, Any] = {
        "dispatches": [as_json(one) for one in page.dispatches],
        "leftovers": list(page.leftovers),
    }
    if scores is not None:
        printed["scores"] = [
            {"field": one.field, "precision": one.precision, "recall": one.recall}
            | {"right": one.right, "wrong": list(one.wrong), "missed": list(one.missed)}
            for one in scores
        ]
    print(json.dumps(printed, ensure_ascii=False, indent=1))


def as_json(dispatch: Dispatch) -> dict[str, Any]:
    """Return everything that was read of a dispatch, as plain values."""
    return {
        **measuring.facts(dispatch),
        "heading": dispatch.piece.heading,
        "section": dispatch.piece.section,
        "place_name": dispatch.place_name,
        "date_on": dispatch.date_on,
        "suspicions": [
            {"kind": one.kind, "text": one.text, "guess": one.guess, "place": one.place}
            for one in dispatch.suspicions
        ],
        "paragraphs": list(dispatch.piece.paragraphs),
    }


def _print_tables(page: Page, scores: Sequence[measuring.Score] | None) -> None:
    for number, dispatch in enumerate(page.dispatches, start=1):
        print(f"{number}. {dispatch.piece.headline or '（无标题）'}")
        for label, value in _rows(dispatch):
            for line in tables.labelled(f"   {label}", value, column=13):
                print(line)
        print()
    print(f"共 {len(page.dispatches)} 篇稿件，另有 {len(page.leftovers)} 行不属于任何稿件。")
    if scores is not None:
        print()
        rows = [["字段", "精确率", "召回率", "正确", "多出", "遗漏"]]
        rows += [
            [
                *(one.field, _rate(one.precision), _rate(one.recall)),
                *(str(count) for count in (one.right, len(one.wrong), len(one.missed))),
            ]
            for one in scores
        ]
        print("\n".join(tables.aligned(rows)))
        for one in scores:
            for sign, values in (("多出", one.wrong), ("遗漏", one.missed)):
                for value in values:
                    print(f"  {one.field} {sign}：{value}")


def _rate(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _rows(dispatch: Dispatch) -> list[tuple[str, str]]:
    day = f"{dispatch.date}（{dispatch.date_on}）" if dispatch.date_on else dispatch.date
    found = facts_of(dispatch)
    rows = [
        ("总标题", dispatch.piece.heading),
        ("地区", f"{dispatch.place} {dispatch.place_name}".strip()),
        ("日期", day),
        ("署名", dispatch.piece.byline),
    ]
    rows += [
        (label, "；".join(found[key]))
        for label, key in (
            ("作者", "authors"),
            ("科协学会", "associations"),
            ("企业", "companies"),
            ("高校院所", "universities"),
            ("人物", "people"),
            ("需求", "need"),
            ("活动", "activity"),
            ("合作", "cooperation"),
            ("存疑", "suspicions"),
        )
    ]
    return [(label, value) for label, value in rows if value]


_OF_SOCIETY = ("学会", "协会", "研究会")


def facts_of(dispatch: Dispatch) -> dict[str, list[str]]:
    """Return the facts as a draft keeps them: societies beside 科协, institutes beside universities."""
    societies = [name for name in dispatch.institutes if name.endswith(_OF_SOCIETY)]
    others = [name for name in dispatch.institutes if name not in societies]
    return {
        "date": [value for value in (dispatch.date, dispatch.date_on) if value],
        "authors": list(dispatch.authors),
        "associations": [*dispatch.associations, *societies],
        "companies": list(dispatch.companies),
        "universities": [*dispatch.universities, *others],
        "people": [f"{person.role} {person.name}".strip() for person in dispatch.people],
        "need": list(dispatch.need),
        "activity": list(dispatch.activity),
        "cooperation": list(dispatch.cooperation),
        "suspicions": [str(suspicion) for suspicion in dispatch.suspicions],
    }


def _load(page: Page, text: str) -> None:
    from keqiao.ops import cli

    cli.start_django()
    from django.db import DatabaseError

    from keqiao.articles import services as articles
    from keqiao.articles.types import Content

    contents = [
        Content(
            headline=headline_of(one)[:_MOST_HEADLINE],
            body=one.piece.body or headline_of(one),
            region_id=one.place,
            byline=one.piece.byline[:_MOST_BYLINE],
            dated=one.date,
            facts=facts_of(one),
        )
        for one in page.dispatches
    ]
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        drafts = articles.bring_in(contents, source=digest, by=None)
    except DatabaseError as error:
        raise Unreadable(NO_DATABASE) from error
    known = len(contents) - len(drafts)
    print(f"存为草稿 {len(drafts)} 篇，以前已有 {known} 篇；发布要由编辑决定。", file=sys.stderr)


def headline_of(dispatch: Dispatch) -> str:
    """Return the headline of a draft: that of an item goes after the common heading."""
    piece = dispatch.piece
    first = piece.headline or next(iter(piece.paragraphs), "")[:20]
    return f"{piece.heading}：{first}" if piece.heading else first
