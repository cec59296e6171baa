"""A folder in BEIR's form: documents, queries, and which document answers which query how well.

| file | a line |
|---|---|
| `docs` or `corpus` | `id` (or `_id`), `text`, optional `title`, optional `people` (who wrote it) |
| `queries` | `id` (or `_id`), `text`, optional `title`, optional `paper` (its document), `people` (who is right) |
| `qrels`, optional | `query`, `doc`, `grade`; or a table with tabs: query-id, corpus-id, score |

Each is `.jsonl` or `.jsonl.gz`, judgements also `.tsv` or `.tsv.gz`, below `qrels/` too. Files are read line by line.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from keqiao.base.phrases import N_
from keqiao.base.table import Unreadable
from keqiao.engine.types import Entry

DOCUMENTS, QUERIES = ("docs", "corpus"), ("queries",)
JUDGEMENTS = ("qrels", "qrels/test")
OBJECTS, TABLES = (".jsonl.gz", ".jsonl"), (".tsv", ".tsv.gz")
KEY, QUERY, DOCUMENT, GRADE = (
    ("id", "_id"),
    ("query", "query-id"),
    ("doc", "corpus-id"),
    ("grade", "score"),
)
GRADES = range(-2, 11)
FIELDS = 3  # of a row of judgements
NO_FOLDER = N_("找不到数据集文件夹“%(name)s”。请用 --data 或 KEQIAO_DATA 指明。")
NO_FILE = N_("“%(name)s”里没有 %(wanted)s 文件（认得：%(known)s）。")
NOT_READ = N_("读不了“%(name)s”：%(why)s")
BAD_LINE = N_("“%(name)s”第 %(line)s 行：%(why)s")
EMPTY = N_("“%(name)s”里什么也没有。")
NOT_JSON = "不是一个 JSON 对象"
NO_KEY = "没有编号（id）"
NO_WORDS = "title 和 text 都没有文字"
NOT_TEXT = "{name} 不是文字"
NOT_TEXTS = "people 不是文字的列表"
TWICE = "编号 {key} 前面已经有了"
NO_PAIR = "要有 query、doc 和 grade"
NO_GRADE = "grade 要是 −2 到 10 的整数"


@dataclass(frozen=True, slots=True)
class Collection:
    """What a folder holds, in the order of its files; `notes` say what was passed over."""

    documents: Mapping[str, Entry]
    queries: Mapping[str, Entry]
    grades: Mapping[str, Mapping[str, int]]  # by query, by document
    writers: Mapping[str, tuple[str, ...]]  # of a document
    people: Mapping[str, tuple[str, ...]]  # who is right for a query
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Read:
    entries: dict[str, Entry] = field(default_factory=dict)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)


def read(folder: Path) -> Collection:
    """Read the folder; raise `Unreadable`, which names file and line, when it cannot be used."""
    if not folder.is_dir():
        raise Unreadable(NO_FOLDER, name=str(folder))
    documents = _entries(_found(folder, DOCUMENTS, OBJECTS), "offer")
    queries = _entries(_found(folder, QUERIES, OBJECTS), "need")
    judged = {query: {paper: 1} for query, paper in queries.papers.items()}
    if not judged or _has(folder, JUDGEMENTS, (*OBJECTS, *TABLES)):
        for query, document, grade in _judgements(_found(folder, JUDGEMENTS, (*OBJECTS, *TABLES))):
            judged.setdefault(query, {})[document] = grade
    grades = {
        query: {key: grade for key, grade in judged[query].items() if key in documents.entries}
        for query in queries.entries
        if query in judged
    }
    return Collection(
        documents=documents.entries,
        queries=queries.entries,
        grades=grades,
        writers=documents.people,
        people=queries.people,
        notes=tuple(_notes(judged, documents.entries, queries.entries)),
    )


def _notes(
    judged: Mapping[str, Mapping[str, int]],
    documents: Mapping[str, Entry],
    queries: Mapping[str, Entry],
) -> Iterator[str]:
    strange = sum(query not in queries for query in judged)
    if strange:
        yield f"{strange} judged queries are not among the queries: left out"
    missing = sum(
        key not in documents for query in judged if query in queries for key in judged[query]
    )
    if missing:
        yield f"{missing} judged documents are not among the documents: left out"
    silent = sum(query not in judged for query in queries)
    if silent:
        yield f"{silent} queries have no judged document: left out"


def is_set(folder: Path) -> bool:
    """Tell whether the folder itself holds queries."""
    return _has(folder, QUERIES, OBJECTS)


def _has(folder: Path, names: tuple[str, ...], ends: tuple[str, ...]) -> bool:
    return any((folder / f"{name}{end}").is_file() for name in names for end in ends)


def _found(folder: Path, names: tuple[str, ...], ends: tuple[str, ...]) -> Path:
    candidates = [f"{name}{end}" for name in names for end in ends]
    for candidate in candidates:
        if (folder / candidate).is_file():
            return folder / candidate
    raise Unreadable(NO_FILE, name=str(folder), wanted=names[0], known="、".join(candidates))


def _entries(path: Path, kind: str) -> _Read:
    """Return what a file of documents or queries holds."""
    kept = _Read()
    for number, row in _objects(path):
        key = _key(row, KEY)
        title, text = row.get("title") or "", row.get("text") or ""
        people = row.get("people") or []
        paper = row.get("paper") or ""
        wrong = [
            NOT_TEXT.format(name=name)
            for name, value in (("title", title), ("text", text), ("paper", paper))
            if not isinstance(value, str)
        ]
        if not key:
            wrong.append(NO_KEY)
        elif key in kept.entries:
            wrong.append(TWICE.format(key=key))
        if not wrong and not (title.strip() or text.strip()):
            wrong.append(NO_WORDS)
        if not isinstance(people, list) or not all(isinstance(one, str) for one in people):
            wrong.append(NOT_TEXTS)
        if wrong:
            raise Unreadable(BAD_LINE, name=path.name, line=number, why=wrong[0])
        kept.entries[key] = Entry(key, kind, title, text)
        kept.people[key] = tuple(dict.fromkeys(people))
        if paper:
            kept.papers[key] = paper
    if not kept.entries:
        raise Unreadable(EMPTY, name=path.name)
    return kept


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    is_table = path.name.endswith(TABLES)
    for number, row in _rows(path) if is_table else _objects(path):
        query, document = _key(row, QUERY), _key(row, DOCUMENT)
        if not query or not document:
            raise Unreadable(BAD_LINE, name=path.name, line=number, why=NO_PAIR)
        grade = _grade(next((row[name] for name in GRADE if name in row), None))
        if grade is None:
            raise Unreadable(BAD_LINE, name=path.name, line=number, why=NO_GRADE)
        yield query, document, grade


def _key(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return an identifier as text; empty when there is none that can be written."""
    value = next((row[name] for name in names if name in row), "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or any("\ud800" <= mark <= "\udfff" for mark in value):
        return ""
    return value


def _grade(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number in GRADES else None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table with tabs: query, document, score; a header is passed over."""
    for number, line in _lines(path):
        cells = [cell.strip() for cell in line.split("\t")]
        if number == 1 and _grade(cells[-1]) is None:
            continue
        if len(cells) != FIELDS:
            raise Unreadable(BAD_LINE, name=path.name, line=number, why=NO_PAIR)
        yield number, dict(zip(("query", "doc", "grade"), cells, strict=True))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise Unreadable(BAD_LINE, name=path.name, line=number, why=NOT_JSON)
        yield number, row


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, counted from 1."""
    try:
        with _opened(path) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as trouble:
        raise Unreadable(NOT_READ, name=path.name, why=str(trouble)) from trouble


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")
