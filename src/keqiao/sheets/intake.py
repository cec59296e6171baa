"""Reading a sheet: which headings are known, how cells are understood, what is wrong with a row and what to do."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Problem, invalid
from keqiao.base.files import FileFacts, inspect
from keqiao.base.phrases import N_, Phrase
from keqiao.base.reading import on_disk
from keqiao.base.rows import BadRow, Row, pieces, read_rows
from keqiao.base.table import MIB
from keqiao.needs import clarifying
from keqiao.needs import intake as needs_intake
from keqiao.needs import selectors as needs
from keqiao.needs.models import Need
from keqiao.needs.types import Content
from keqiao.organisations.models import Organisation
from keqiao.places import reference
from keqiao.sheets.columns import BUDGET, COLUMNS, DAY, DIGITS, EXAMPLE, KINDS, OPEN, STAGE
from keqiao.sheets.types import Line, Verdict

MOST_LINES = 500
MOST_MIB = 5
MOST_UNPACKED = 32 * MIB
MOST_CLARIFIED = 1000  # characters of a row that are read for what is not filled
MOST_TITLE, MOST_CODE = 80, 40
SHOWN = 20  # characters of a value that is not understood
TEXTS = ("title", "wanted", "tried", "targets", "limits", "public_title", "public_text")
FILLED = (
    "title", "tried", "targets", "limits", "stage", "cooperation", "keywords", "industry_id", "subject_id", "region_id",
)  # fmt: skip
SERIAL = re.compile(r"\d{5}(?:\.0+)?")  # a day as a sheet counts them, 2000 to 2173
FIRST_DAY = dt.date(1899, 12, 30)
FIRST_SERIAL = 36526

ONLY_TABLES = N_("只收 XLSX 和 CSV 表格。请下载模板填写，或把表格另存为 XLSX。")
TOO_MANY_LINES = N_("一次最多 %(most)s 行，请拆成几个文件。")
NO_LINES = N_("表格里没有可读的行：第一行要是表头，内容从第二行开始。")
FORMULA = N_("这一格是公式，公式不会被计算。请复制后“粘贴为数值”，再上传。")
NOTHING_SAID = N_("名称和内容都没有填，请至少填一样。有合并的单元格时，请先取消合并，每行都填。")
TWICE = N_("与第 %(line)s 行相同，请留一行。")
UNKNOWN_NEED = N_("没有找到编号“%(value)s”的需求。新需求请把编号留空。")
REGION_UNKNOWN = N_(
    "看不懂地区“%(value)s”，或有同名的地方。请写全，如“四川省雅安市”，或填六位代码。"
)
INDUSTRY_UNKNOWN = N_("看不懂行业“%(value)s”。请填国标名称或代码（如 C2613），或留空由系统建议。")
SUBJECT_UNKNOWN = N_("看不懂学科“%(value)s”。请填学科名称或代码（如 E0205），或留空由系统建议。")
KIND_UNKNOWN = N_(
    "看不懂合作方式“%(value)s”。请从技术开发、技术转让、技术许可、技术咨询、技术服务中选，用顿号隔开。"
)
STAGE_UNKNOWN = N_("看不懂成熟度“%(value)s”。请填 1 到 9，或留空。")
BUDGET_TWICE = N_("预算填了两次（“%(value)s”和上限、下限）。请只留一种写法。")
BUDGET_UNKNOWN = N_("看不懂预算“%(value)s”。请填以万元为单位的数，如 20 或 20-50；面议请留空。")
DAY_UNKNOWN = N_("看不懂日期“%(value)s”。请写成 2027-03-31 的样子。")


def read(
    stream: IO[bytes], *, name: str, size: int, organisation: Organisation, by: Person
) -> tuple[FileFacts, list[Line]]:
    """Return the facts of a file and its lines, judged; raise Invalid or Unreadable for the file as a whole."""
    facts = inspect(stream, name=name, size=size, most_mib=MOST_MIB)
    if facts.ending not in {".xlsx", ".csv"}:
        raise invalid("content", ONLY_TABLES)
    with on_disk(stream, facts.name) as path:
        rows = read_rows(path, columns=COLUMNS, most_unpacked=MOST_UNPACKED)
        found = [_line(row) for row in islice(_meant(rows), MOST_LINES + 1)]
    if not found:
        raise invalid("content", NO_LINES)
    if len(found) > MOST_LINES:
        raise invalid("content", TOO_MANY_LINES, most=MOST_LINES)
    codes = {line.code.upper() for line in found if line.code}
    titles = {line.content.title for line in found if line.content.title}
    known = needs.like(organisation, codes=codes, titles=titles, by=by)
    return facts, _judged(found, known)


def _meant(rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    """Leave out the rows that only show how."""
    return (row for row in rows if isinstance(row, BadRow) or row.values["code"].strip() != EXAMPLE)


def _line(row: Row | BadRow) -> Line:
    """Return one row with what is wrong in itself; what is not filled and the text tells is proposed.

    Of a row with a problem only the name is kept. ``code`` is still the one that stands in the row.
    """
    if isinstance(row, BadRow):
        return Line(row.line, Verdict.WRONG, Content(""), problems=(Problem("", row.reason),))
    cells = _Cells(row.values)
    content = cells.content()
    problems = list(cells.problems)
    told = content.wanted or content.title
    if not told and not any(problem.field in {"title", "wanted"} for problem in problems):
        problems.append(Problem("", Phrase(NOTHING_SAID)))
    proposed: tuple[str, ...] = ()
    if not problems:
        content, proposed = _filled(content, told)
        problems = _refused(content)
    code = row.values["code"].strip()[:MOST_CODE]
    if problems:
        name = Content(content.title[:MOST_TITLE])
        return Line(row.line, Verdict.WRONG, name, problems=tuple(problems), code=code)
    return Line(row.line, Verdict.NEW, content, proposed, code=code)


def _filled(content: Content, told: str) -> tuple[Content, tuple[str, ...]]:
    """Return the content with the clarifier's proposals where nothing stands, and the names of these fields."""
    found = clarifying.clarify(told[:MOST_CLARIFIED]).content
    more = {
        name: getattr(found, name)
        for name in FILLED
        if not getattr(content, name) and getattr(found, name)
    }
    names = tuple(name.removesuffix("_id") for name in more)
    return replace(content, **more), names


def _refused(content: Content) -> list[Problem]:
    try:
        needs_intake.cleaned(content)
    except Invalid as refusal:
        return list(refusal.problems)
    return []


def _judged(lines: list[Line], known: list[Need]) -> list[Line]:
    """Return the lines with those marked that are there already, or stand in the sheet twice."""
    by_code = {need.code: need for need in known}
    by_words = {(need.title, need.wanted): need for need in known}
    above: dict[tuple[str, str], int] = {}
    judged = []
    for line in lines:
        words = (line.content.title, line.content.wanted)
        is_good = line.verdict == Verdict.NEW
        need = by_code.get(line.code.upper())
        if need is None and is_good and not line.code:
            need = by_words.get(words)
        if need is not None:
            name = Content(need.title)
            judged.append(Line(line.number, Verdict.SAME, name, code=need.code))
        elif line.code:
            value = line.code[:SHOWN]
            judged.append(_wrong(line, Problem("", Phrase(UNKNOWN_NEED, {"value": value}))))
        elif is_good and words in above:
            judged.append(_wrong(line, Problem("", Phrase(TWICE, {"line": above[words]}))))
        else:
            judged.append(line)
            if is_good:
                above[words] = line.number
    return judged


def _wrong(line: Line, problem: Problem) -> Line:
    name = Content(line.content.title)
    return Line(line.number, Verdict.WRONG, name, problems=(*line.problems, problem))


class _Cells:
    """The cells of one row on the way to a content; what is not understood is gathered, field by field."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._values = dict(values)
        for name in self._values:
            if self._values[name].startswith(("=", "＝")):
                self._values[name] = ""
                self._problem(name, FORMULA)

    def content(self) -> Content:
        """Return what the row says."""
        low, high = self._budget()
        texts = {name: self._values[name] for name in TEXTS}
        texts["title"] = " ".join(texts["title"].split())
        return Content(
            **texts,
            cooperation=self._kinds(),
            stage=self._stage(),
            budget_low=low,
            budget_high=high,
            deadline_on=self._day(),
            region_id=self._code("region", reference.region_written, REGION_UNKNOWN),
            industry_id=self._code("industry", reference.industry_written, INDUSTRY_UNKNOWN),
            subject_id=self._code("subject", reference.subject_written, SUBJECT_UNKNOWN),
            keywords=tuple(pieces(self._values["keywords"])),
            secrets=tuple(pieces(self._values["secrets"])),
        )

    def _said(self, name: str) -> str:
        """Return a cell with full-width signs made plain; empty when it says nothing."""
        text = unicodedata.normalize("NFKC", self._values[name]).strip()
        return "" if text in OPEN else text

    def _code(self, name: str, written: Any, unknown: str) -> str:
        text = self._said(name)
        code: str = written(text) if text else ""
        if text and not code:
            self._problem(name, unknown, text)
        return code

    def _kinds(self) -> tuple[str, ...]:
        kinds = []
        for word in pieces(self._said("cooperation")):
            kind = KINDS.get(word)
            if kind is None:
                self._problem("cooperation", KIND_UNKNOWN, word)
            else:
                kinds.append(kind)
        return tuple(dict.fromkeys(kinds))

    def _stage(self) -> int | None:
        text = self._said("stage")
        found = STAGE.fullmatch(text)
        if text and found is None:
            self._problem("stage", STAGE_UNKNOWN, text)
        return int(found.group(1)) if found else None

    def _budget(self) -> tuple[Decimal | None, Decimal | None]:
        low, high = self._amounts("budget")
        if self._said("budget") and (self._said("budget_low") or self._said("budget_high")):
            self._problem("budget", BUDGET_TWICE, self._said("budget"))
        if self._said("budget_low"):
            low = self._amounts("budget_low")[0]
        if self._said("budget_high"):
            high = self._amounts("budget_high")[1]
        return low, high

    def _amounts(self, name: str) -> tuple[Decimal | None, Decimal | None]:
        """Return the ends of a range in 10,000 yuan; one number is both."""
        text = re.sub(r"(?<=\d),(?=\d{3})", "", self._said(name))
        found = BUDGET.fullmatch(text)
        if found is None:
            if text:
                self._problem(name, BUDGET_UNKNOWN, text)
            return None, None
        low, high = found.groups()
        return Decimal(low), Decimal(high or low)

    def _day(self) -> dt.date | None:
        text = self._said("deadline_on")
        if not text:
            return None
        try:
            if found := DAY.fullmatch(text) or DIGITS.fullmatch(text):
                return dt.date(*(int(part) for part in found.groups()))
            if SERIAL.fullmatch(text) and float(text) >= FIRST_SERIAL:
                return FIRST_DAY + dt.timedelta(days=int(float(text)))
        except ValueError:
            pass
        self._problem("deadline_on", DAY_UNKNOWN, text)
        return None

    def _problem(self, name: str, text: str, value: str = "") -> None:
        field = "budget_low" if name == "budget" else name
        values = {"value": value[:SHOWN]} if value else {}
        self.problems.append(Problem(field, Phrase(text, values)))
