"""What stands beside our index in the same run: SQLite FTS5, PostgreSQL with pgvector, tantivy, each as it comes.

The first two get our tokens, since neither cuts Chinese; tantivy cuts as it does. All ask for any of a question's
words, best first by the rank that they bring.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from keqiao.engine.dense import Matrix
from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.speeds import Timing
from keqiao.engine.text import tokens
from keqiao.ops.bench import clock, made
from keqiao.ops.bench.made import Material

DEEP = 50
BUDGET, FEWEST = 30.0, 5  # seconds for the questions of one rival, but as many questions at least


def sqlite(folder: Path, size: int, real: Material) -> list[Timing]:
    """FTS5 and its bm25()."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "fts.sqlite3")) as base:
        base.execute("CREATE VIRTUAL TABLE entry USING fts5(body, content='')")
        bodies = ((number, body) for number, body in enumerate(_bodies(real, size)))

        def fill() -> None:
            base.executemany("INSERT INTO entry(rowid, body) VALUES (?, ?)", bodies)
            base.commit()

        built = clock.seconds("SQLite FTS5", size, "built, made included", fill)
        sql = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT 50"
        wanted = [" OR ".join(f'"{word}"' for word in _words(text)) for text in real.questions]
        asked = _asked_for(
            "SQLite FTS5", size, lambda at: base.execute(sql, [wanted[at]]).fetchall(), len(wanted)
        )
        return [built, *asked, clock.megabytes("SQLite FTS5", size, folder)]


def as_it_comes(folder: Path, size: int, real: Material) -> list[Timing]:
    """Tantivy with its own tokenizer, which splits at spaces and punctuation."""
    folder.mkdir(parents=True, exist_ok=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False)
    index = tantivy.Index(builder.build(), path=str(folder))

    def fill() -> None:
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        for entry in made.entries(real, size):
            writer.add_document(tantivy.Document(body=entry.text))
        writer.commit()
        writer.wait_merging_threads()

    built = clock.seconds("tantivy", size, "built, made included", fill)
    index.reload()
    searcher = index.searcher()
    questions = [
        index.parse_query_lenient(text, ["body"], conjunction_by_default=False)[0]
        for text in real.questions
    ]
    ask = lambda at: searcher.search(questions[at], DEEP)  # noqa: E731
    asked = _asked_for("tantivy", size, ask, len(questions))
    return [built, *asked, clock.megabytes("tantivy", size, folder)]


def postgresql(
    address: str, size: int, real: Material, rows: Matrix, asked: Matrix
) -> list[Timing]:
    """Text search with a GIN index and ts_rank, pgvector with an HNSW index, fused by rank here.

    Works in a schema of its own in the database at ``address``, which is dropped again.
    """
    import psycopg

    with psycopg.connect(address, autocommit=True) as base:
        base.execute("CREATE EXTENSION IF NOT EXISTS vector")
        base.execute("CREATE SCHEMA keqiao_bench")
        try:
            base.execute("SET search_path = keqiao_bench, public")
            return _postgresql(base, size, real, rows, asked)
        finally:
            base.execute("DROP SCHEMA keqiao_bench CASCADE")


def _postgresql(base: Any, size: int, real: Material, rows: Matrix, asked: Matrix) -> list[Timing]:
    name = "PostgreSQL"
    base.execute("SET maintenance_work_mem = '1GB'")
    base.execute(f"CREATE TABLE entry (id int, body tsvector, place vector({rows.shape[1]}))")
    words = "CREATE INDEX ON entry USING gin (body)"
    near = "CREATE INDEX ON entry USING hnsw (place vector_ip_ops)"
    told = [
        clock.seconds(name, size, "filled, made included", lambda: _copy(base, size, real, rows)),
        clock.seconds(name, size, "words built", lambda: base.execute(words)),
        clock.seconds(name, size, "vectors built", lambda: base.execute(near)),
    ]
    base.execute("ANALYZE entry")
    queries = [" | ".join(_quoted(word) for word in _words(text)) for text in real.questions]
    places = [_written(row) for row in asked]
    by_words = (
        "SELECT id FROM entry, to_tsquery('simple', %s) q WHERE body @@ q"
        " ORDER BY ts_rank(body, q) DESC LIMIT 50"
    )
    by_meaning = "SELECT id FROM entry ORDER BY place <#> %s::vector LIMIT 50"

    def find(sql: str, wanted: str) -> list[str]:
        return [str(row[0]) for row in base.execute(sql, [wanted])]

    def both(at: int) -> list[tuple[str, float]]:
        return reciprocal_rank([find(by_words, queries[at]), find(by_meaning, places[at])])

    count = len(queries)
    told += _asked_for(f"{name}, words", size, lambda at: find(by_words, queries[at]), count)
    told += _asked_for(f"{name}, pgvector", size, lambda at: find(by_meaning, places[at]), count)
    told += _asked_for(f"{name}, both", size, both, count)
    taken = base.execute("SELECT pg_total_relation_size('entry')").fetchone()[0]
    return [*told, Timing(name, size, "on disk", taken / 2**20, "MiB")]


def _copy(base: Any, size: int, real: Material, rows: Matrix) -> None:
    bodies = _bodies(real, size)
    with base.cursor().copy("COPY entry (id, body, place) FROM STDIN") as out:
        for number, (_keys, block) in enumerate(made.rows(rows, size)):
            for place, row in enumerate(block):
                body = " ".join(_quoted(word) for word in next(bodies).split())
                out.write_row((number * made.AT_ONCE + place, body, _written(row)))


def _asked_for(part: str, size: int, ask: Callable[[int], object], count: int) -> list[Timing]:
    """Time as many questions as the budget allows."""
    started = time.perf_counter()
    ask(0)
    each = max(time.perf_counter() - started, 1e-6)
    return clock.spread(part, size, ask, max(FEWEST, min(count, round(BUDGET / each))))


def _bodies(real: Material, size: int) -> Iterator[str]:
    return (" ".join(tokens(entry.text)) for entry in islice(made.entries(real, size), size))


def _words(text: str) -> Sequence[str]:
    return sorted(set(tokens(text)))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _written(row: Matrix) -> str:
    return "[" + ",".join(f"{number:.5g}" for number in row) + "]"
