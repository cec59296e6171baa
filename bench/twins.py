"""Measure twins and stock sentences: what is found, what is flagged wrongly, how long it takes.

    KEQIAO_DATA=… .venv/bin/python bench/twins.py [--half test] [--most 300] [--part quality|times|lsh] [--table]

Cases are made by code from our demonstration's texts and from those of KEQIAO_DATA, if it is there: verbatim copies,
paraphrases, reworded copies (harder), excerpts put behind another text, templates with swapped nouns. Honest texts are
those that nobody changed; a text of the data that has an exact duplicate there, or a run of 50 characters in common
with another one, is listed apart. Halves are told apart by the SHA-256 of the base text's identifier; thresholds were
chosen on the development half, whose synonyms are others than those of the test half. ``--table`` measures time on
the tables of a fresh SQLite database; ``--part times`` in memory; ``--part lsh`` compares candidates with the MinHash
LSH of datasketch.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import twin_cases as cases

from keqiao.engine.likeness import read, shingles
from keqiao.engine.twins import MOST_CANDIDATES, Found, Kind, Twins, imprint
from keqiao.engine.types import Entry

SEED = 20261124
RUN = 50  # characters in common from which two texts of the data are not independent
SIZES = (10_000, 100_000)
TIMED = 200  # queries
PUT = 2000  # entries that are put as the worker does; more are loaded
COMPARED = 10_000  # entries of the comparison with MinHash


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["development", "test"], default="test")
    parser.add_argument("--most", type=int, default=300, help="cases of a kind, and honest texts")
    parser.add_argument("--part", choices=["quality", "times", "lsh"], default="quality")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("KEQIAO_DATA", "../shared/data"))
    demo = cases.demo_entries()
    data = cases.data_entries(folder, papers=100_000)
    if not data:
        print(f"no data in KEQIAO_DATA ({folder}): our own texts only", file=sys.stderr)
    if arguments.table:
        return on_tables(demo + data)
    groups = {"ours": demo}
    for name, letter in (("needs", "q-"), ("abstracts", "a-"), ("digests", "p-")):
        found = [entry for entry in data if entry.key.startswith(letter)]
        if found:
            groups[name] = found
    if arguments.part == "times":
        print_times(demo + data)
        return 0
    if arguments.part == "lsh":
        print_candidates((demo + data)[:COMPARED], arguments.half, arguments.most)
        return 0
    shelf = Twins(demo + data)
    print(f"{arguments.half} half, seed {SEED}, {shelf.count()} entries on the shelf\n")
    print_found(groups, shelf, arguments.half, arguments.most)
    print_honest(groups, shelf, arguments.half, arguments.most)
    print_stock(shelf, demo)
    return 0


def print_found(groups: dict[str, list[Entry]], shelf: Twins, half: str, most: int) -> None:
    """Print the recall of every kind of case, and how often its kind is named rightly."""
    print(
        "| cases | from | number | found | named copy / paraphrase / template |\n|---|---|---|---|---|"
    )
    for name, entries in groups.items():
        named: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for case in cases.made(entries, half, seed=SEED, most=most):
            kinds = [twin.kind for twin in shelf.find(case.entry).twins if twin.key == case.source]
            named[case.how][kinds[0].value if kinds else "missed"] += 1
        for how, counts in named.items():
            total = sum(counts.values())
            split = " / ".join(str(counts[kind.value]) for kind in Kind)
            row = f"{total} | {1 - counts['missed'] / total:.3f} | {split}"
            print(f"| {how} | {name} | {row} |", flush=True)


def print_honest(groups: dict[str, list[Entry]], shelf: Twins, half: str, most: int) -> None:
    """Print how many honest texts are flagged: all, and without those that are not independent."""
    print(
        "\n| honest | texts | flagged | not independent | flagged of the others |\n|---|---|---|---|---|"
    )
    wanted = half == "development"
    for name, entries in groups.items():
        mine = [entry for entry in entries if cases.is_development(entry.key) == wanted]
        if name == "ours":
            report(
                f"{name}, same six subjects", [e for e in mine if e.key.startswith("honest")], shelf
            )
            mine = [entry for entry in mine if not entry.key.startswith("honest")]
        random.Random(SEED).shuffle(mine)  # noqa: S311 - a sample, no secret
        report(name, mine[: most * 4], shelf)


def report(name: str, entries: Sequence[Entry], shelf: Twins) -> None:
    """Print one row."""
    flagged = {entry.key: shelf.find(entry) for entry in entries}
    twins = {key: found for key, found in flagged.items() if found.twins}
    texts = {entry.key: entry for entry in entries}
    dependent = {key for key, found in twins.items() if is_dependent(texts[key], found, shelf)}
    rest, wrong = len(entries) - len(dependent), len(twins) - len(dependent)
    share = f"{wrong} of {rest} ({wrong / max(1, rest):.3f})"
    print(f"| {name} | {len(entries)} | {len(twins)} | {len(dependent)} | {share} |", flush=True)


def is_dependent(entry: Entry, found: Found, shelf: Twins) -> bool:
    """Tell whether a flagged text has a run of characters in common with its twin that nobody writes twice."""
    mine = "".join((entry.title + entry.text).split())
    runs = {mine[n : n + RUN] for n in range(max(1, len(mine) - RUN + 1))}
    others = shelf.entries([twin.key for twin in found.twins]).values()
    return any(
        run in "".join((other.title + other.text).split()) for other in others for run in runs
    )


def print_stock(shelf: Twins, demo: Sequence[Entry]) -> None:
    """Print how many planted stock sentences are found, and how many of ours are called stock without any."""
    planted = [
        "随着经济社会的快速发展，绿色低碳的要求越来越高。",
        "该项目具有广阔的市场前景和良好的经济效益与社会效益。",
        "本单位拥有一支经验丰富、结构合理的专业技术团队。",
        "希望与国内知名高校建立长期稳定的产学研合作关系。",
    ]
    dice = random.Random(SEED)  # noqa: S311 - a sample, no secret
    said = [
        replace(entry, key=f"stock-{n}", owner=f"stock-{n}", text=f"{entry.text}{planted[n % 4]}")
        for n, entry in enumerate(dice.sample(list(demo), 40))
    ]
    before = sum(bool(shelf.find(entry).stock) for entry in demo)
    shelf.put(said)
    right = sum(
        planted[n % 4] in {one.text for one in shelf.find(entry).stock}
        for n, entry in enumerate(said)
    )
    alone = sum(shelf.find(entry).twins != () for entry in only_stock(planted))
    shelf.delete([entry.key for entry in said])
    print(f"\nstock sentences planted in {len(said)} texts: found {right}")
    print(f"texts of ours with a stock sentence before that: {before} of {len(demo)}")
    print(f"new texts that share nothing but two stock sentences, flagged as twins: {alone} of 24")


def only_stock(planted: Sequence[str]) -> Iterable[Entry]:
    """Yield texts whose own words nobody has (written backwards), with two planted sentences."""
    for number, entry in enumerate(cases.honest_needs()[:24]):
        text = f"{planted[number % 4]}{entry.text[::-1]}{planted[(number + 1) % 4]}"
        yield Entry(f"only-{number}", "need", "", text, owner=f"only-{number}")


def print_candidates(entries: Sequence[Entry], half: str, most: int) -> None:
    """Print how often the source is among the candidates: by our sample, and by MinHash LSH of datasketch."""
    from datasketch import MinHash, MinHashLSH

    def signed(entry: Entry, permutations: int) -> MinHash:
        made = MinHash(num_perm=permutations, seed=1)
        found = shingles(read(f"{entry.title}\n{entry.text}"))
        made.update_batch([shingle.encode("utf-8", "ignore") for shingle in found])
        return made

    def near(lsh: MinHashLSH, size: int, entry: Entry) -> list[str]:
        found: list[str] = lsh.query(signed(entry, size))
        return found

    shelf = Twins(entries)
    sample = cases.made(entries, half, seed=SEED + 1, most=most)
    rows = statistics.mean(len(i.shingles) + len(i.sentences) for i in map(imprint, entries[::50]))
    print(
        f"\n| candidates | rows an entry | {' | '.join(dict.fromkeys(c.how for c in sample))} | median candidates |"
    )
    print("|---|---|---|---|---|---|---|---|")
    ask: dict[str, tuple[float, Callable[[Entry], list[str]]]] = {
        "sample by hash": (
            rows,
            lambda e: shelf.candidates(imprint(e), but="", most=MOST_CANDIDATES),
        )
    }
    for bands, width in ((32, 2), (32, 4), (64, 3)):
        lsh = MinHashLSH(num_perm=bands * width, params=(bands, width))
        for entry in entries:
            lsh.insert(entry.key, signed(entry, bands * width), check_duplication=False)
        ask[f"MinHash LSH {bands} × {width}"] = (
            bands, partial(near, lsh, bands * width)
        )  # fmt: skip
    for name, (count, asked) in ask.items():
        right: defaultdict[str, list[bool]] = defaultdict(list)
        sizes = []
        for case in sample:
            found = asked(case.entry)
            sizes.append(len(found))
            right[case.how].append(case.source in found)
        shares = " | ".join(f"{statistics.mean(one):.3f}" for one in right.values())
        print(f"| {name} | {count:.0f} | {shares} | {statistics.median(sizes):.0f} |", flush=True)


def multiplied(entries: Sequence[Entry], count: int) -> list[Entry]:
    """Return ``count`` entries: the real ones, then mixtures of the sentences of four of them each."""
    found = list(entries)[:count]
    dice = random.Random(SEED)  # noqa: S311 - a mixture, no secret
    long = [entry for entry in entries if len(entry.text) > cases.SHORTEST]
    some = dice.sample(long, min(len(long), 5000))
    parts = [[one.text for one in read(entry.text)] for entry in some]
    while len(found) < count:
        mixed = [dice.choice(dice.choice(parts)) for _number in range(5)]
        key = f"mixed-{len(found)}"
        found.append(Entry(key, "need", "", "".join(mixed), owner=key))
    return found


def add(shelf: Twins, entry: Entry) -> None:
    """Put an entry into a shelf once more, under a new key."""
    shelf.put([replace(entry, key="new")])


def print_times(entries: Sequence[Entry]) -> None:
    """Print the time of one query and of one entry added, in memory."""
    print(
        "\n| entries in memory | build | one more | query p50 | p99 | memory |\n|---|---|---|---|---|---|"
    )
    for size in SIZES:
        kept = multiplied(entries, size)
        started = time.perf_counter()
        shelf = Twins(kept)
        built = time.perf_counter() - started
        queries = random.Random(SEED).sample(kept, TIMED)  # noqa: S311 - a sample, no secret
        asked = timed(shelf.find, queries)
        added = timed(partial(add, shelf), queries)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        row = f"{built:.0f} s | {added[0]:.1f} ms | {asked[0]:.0f} ms | {asked[1]:.0f} ms | {memory:.0f} MiB"
        print(f"| {size:,} | {row} |", flush=True)
        del shelf


def timed(act: Callable[[Entry], object], entries: Sequence[Entry]) -> tuple[float, float]:
    """Return the median and the 99th percentile in milliseconds."""
    taken = []
    for entry in entries:
        started = time.perf_counter()
        act(entry)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


def on_tables(entries: Sequence[Entry]) -> int:
    """Print the same for the tables of a fresh database, rows of needs left out: what the reviewer's page waits for."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KEQIAO_DEBUG": "1", "KEQIAO_HOME": folder, "KEQIAO_ENCODER": "none"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "keqiao.config.settings"
        os.environ.pop("KEQIAO_DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(
            "| entries | each, put 100 at once | one alone | query p50 | p99 | in the database p50 | rows | size |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for size in SIZES:
            table_row(multiplied(entries, size), Path(folder))
    return 0


def table_row(kept: Sequence[Entry], folder: Path) -> None:
    """Print one row."""
    from keqiao.engine.twins import find
    from keqiao.search import imprints
    from keqiao.search.models import Imprint, Trace
    from keqiao.search.types import Source

    known = {entry.key: replace(entry, kind="bench") for entry in kept}

    def entries_of(keys: Iterable[str]) -> dict[str, Entry]:
        return {key: known[key] for key in keys if key in known}

    imprints.register(Source("bench", entries_of, lambda: list(known)))
    kept_before = set(Imprint.objects.values_list("key", flat=True))
    fresh = [key for key in known if key not in kept_before]
    started = time.perf_counter()
    imprints.put("bench", fresh[:PUT])
    put = (time.perf_counter() - started) / len(fresh[:PUT]) * 1000
    load([known[key] for key in fresh[PUT:]])
    shelf = imprints.Shelf("bench")
    queries = random.Random(SEED).sample(list(known.values()), TIMED)  # noqa: S311 - a sample, no secret
    asked = timed(lambda entry: find(entry, shelf), queries)
    alone = timed(lambda e: shelf.candidates(imprint(e), but=e.key, most=MOST_CANDIDATES), queries)
    added = timed(lambda entry: imprints.put("bench", [entry.key], anew=True), queries[:100])
    size = sum(path.stat().st_size for path in folder.glob("*.sqlite3*")) / 1024 / 1024
    row = f"{put:.1f} ms | {added[0]:.0f} ms | {asked[0]:.0f} ms | {asked[1]:.0f} ms | {alone[0]:.0f} ms"
    print(f"| {len(kept):,} | {row} | {Trace.objects.count():,} | {size:.0f} MiB |", flush=True)


def load(entries: Sequence[Entry]) -> None:
    """Write imprints past Django's models, only to be sooner done; the rows are the same."""
    from django.db import connection, transaction

    from keqiao.engine.twins import subject_of
    from keqiao.search.models import Imprint

    first = (Imprint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    now = "2026-01-01 00:00:00"
    with transaction.atomic(), connection.cursor() as cursor:
        for number, entry in enumerate(entries, start=first):
            cursor.execute(
                "INSERT INTO search_imprint (id, key, kind, owner, subject, digest, changed_at)"
                " VALUES (%s, %s, %s, %s, %s, '', %s)",
                [number, entry.key, entry.kind, entry.owner, subject_of(entry), now],
            )
            made = imprint(entry)
            cursor.executemany(
                "INSERT INTO search_trace (imprint_id, value) VALUES (%s, %s)",
                [(number, value) for value in (*made.shingles, *made.sentences)],
            )


if __name__ == "__main__":
    sys.exit(main())
