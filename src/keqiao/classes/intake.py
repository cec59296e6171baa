"""What a class must look like, and how a list of pupils in a sheet is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from django.utils import timezone

from keqiao.activities import policies as activities
from keqiao.activities.models import Session
from keqiao.base import rows
from keqiao.base.errors import Invalid, invalid
from keqiao.base.files import inspect
from keqiao.base.phrases import N_, Phrase
from keqiao.base.reading import on_disk
from keqiao.base.rows import BadRow, Row, read_rows
from keqiao.base.table import MIB
from keqiao.base.text import Intake, clean_line
from keqiao.classes.columns import COLUMNS
from keqiao.classes.types import MOST_CALLED, MOST_DAYS, MOST_NAME, MOST_PUPILS, Content, Line

MOST_MIB = 2
MOST_UNPACKED = 16 * MIB
NOBODY = N_("请至少填写一名学生。")
TOO_MANY = N_("一个班最多 %(most)s 名学生，请分成几个班。")
TWICE = N_("“%(called)s”写了两次。同名的学生请加一个区分，例如学号的末两位。")
ONLY_TABLES = N_("只收 XLSX 和 CSV 表格，第一行是表头，其中一列叫“姓名”。")
FORMULA = N_("这一格是公式，公式不会被计算。请复制后“粘贴为数值”。")
NO_NAME = N_("这一行没有姓名。有合并的单元格时，请先取消合并，每行都填。")
DUE_WRONG = N_("确认截止日要在今天到 %(last)s 之间（最长 %(most)s 天，不晚于报名截止）。")


def checked(session: Session, content: Content) -> tuple[Content, dt.datetime]:
    """Return a class as it is kept, and the moment until which its places are; raise Invalid."""
    intake = Intake()
    name = intake.line("name", content.name, most=MOST_NAME, required=True)
    pupils = _pupils(intake, content.pupils)
    due_at = _due_at(intake, session, content.due_on)
    intake.finish()
    return Content(name, tuple(pupils), content.due_on), due_at


def last_day(session: Session) -> dt.date:
    """Return the last day that guardians of a class may be given."""
    closes_on = timezone.localdate(activities.closes_at(session))
    return min(closes_on, timezone.localdate() + dt.timedelta(days=MOST_DAYS))


def read(stream: IO[bytes], *, name: str, size: int) -> list[Line]:
    """Return the lines of a sheet with one name each, judged; raise Invalid or Unreadable for the file as a whole.

    Nothing but the column of names is read: what else stands there about a child stays unread.
    """
    facts = inspect(stream, name=name, size=size, most_mib=MOST_MIB)
    if facts.ending not in {".xlsx", ".csv"}:
        raise invalid("content", ONLY_TABLES)
    with on_disk(stream, facts.name) as path:
        found = read_rows(path, columns=COLUMNS, most_unpacked=MOST_UNPACKED)
        lines = list(_judged(islice(found, MOST_PUPILS + 1)))
    if not lines:
        raise invalid("content", NOBODY)
    if len(lines) > MOST_PUPILS:
        raise invalid("content", TOO_MANY, most=MOST_PUPILS)
    return lines


def _judged(found: Iterable[Row | BadRow]) -> Iterator[Line]:
    known: set[str] = set()
    for row in found:
        line = _line(row)
        if line.problem is None and line.called in known:
            line = Line(row.line, "", Phrase(TWICE, {"called": line.called}))
        known.add(line.called)
        yield line


def _line(row: Row | BadRow) -> Line:
    if isinstance(row, BadRow):
        is_empty = row.reason.text == rows.NOTHING
        return Line(row.line, "", Phrase(NO_NAME) if is_empty else row.reason)
    cell = row.values["called"]
    if cell.startswith(("=", "＝")):
        return Line(row.line, "", Phrase(FORMULA))
    try:
        return Line(row.line, clean_line(cell, most=MOST_CALLED, required=True))
    except Invalid as refusal:
        return Line(row.line, "", refusal.problems[0].phrase)


def _pupils(intake: Intake, raw: tuple[str, ...]) -> list[str]:
    if len(raw) > MOST_PUPILS:
        intake.problem("pupils", TOO_MANY, most=MOST_PUPILS)
        return []
    kept: list[str] = []
    for one in raw:
        called = intake.line("pupils", one, most=MOST_CALLED)
        if called and called in kept:
            intake.problem("pupils", TWICE, called=called)
        elif called:
            kept.append(called)
    intake.check(bool(kept) or bool(intake.problems), "pupils", NOBODY)
    return kept


def _due_at(intake: Intake, session: Session, due_on: dt.date | None) -> dt.datetime:
    last, today = last_day(session), timezone.localdate()
    if last < today:  # sign-up has closed, and that is what is said
        return timezone.now()
    if due_on is None or not today <= due_on <= last:
        intake.problem("due_on", DUE_WRONG, last=last.isoformat(), most=MOST_DAYS)
        return timezone.now()
    zone = timezone.get_default_timezone()
    midnight = dt.datetime.combine(due_on + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    return min(midnight, activities.closes_at(session))
