"""Make the cases of bench/twins.py by code: copies, paraphrases, excerpts, templates, and honest texts beside them.

What is changed in the development half and in the test half differs: other synonyms, other base texts, other seeds.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from keqiao.engine.passages import shared_terms
from keqiao.engine.text import sentences, terms
from keqiao.engine.types import Entry

HERE = Path(__file__).resolve().parent / "cases"
DEMO = Path(__file__).resolve().parent.parent / "src/keqiao/ops/demo/data"
SHORTEST = 60  # characters of a base text
FILLERS = ("进一步", "积极", "切实", "较好地", "逐步")
DROPPED = ("的", "了", "将", "和", "中")


@dataclass(frozen=True, slots=True)
class Case:
    """A text that is made, how, and the key of the text that it is made from (empty: an honest one)."""

    entry: Entry
    how: str
    source: str


def is_development(key: str) -> bool:
    """Tell the halves apart by the base text's identifier alone."""
    return int(hashlib.sha256(f"twins {key}".encode()).hexdigest(), 16) % 2 == 0


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table or of gzipped JSON lines."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                yield json.loads(line)
        return
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ",")


def demo_entries() -> list[Entry]:
    """Return the needs and the examples among the offers of the demonstration, and the invented honest needs."""
    needs = [
        Entry(
            row["code"], "need", row["title"],
            "\n".join(row[name] for name in ("wanted", "targets", "limits", "tried", "public_text") if row[name]),
            owner=row["organisation"], subject=row["subject"], keywords=tuple(row["keywords"].split(";")),
        )
        for row in rows(DEMO / "needs.csv")
    ]  # fmt: skip
    offers = [
        Entry(
            row["code"], "offer", row["title"].removeprefix("【示例】"), row["description"], owner=row["studio"],
            subject=row["subject"], keywords=tuple(row["keywords"].split(";")),
        )
        for row in rows(DEMO / "offers.csv")
        if row["is_example"] == "1"
    ]  # fmt: skip
    return needs + offers + honest_needs()


def honest_needs() -> list[Entry]:
    """Return different needs of the same six subjects, written by hand for this measurement."""
    return [
        Entry(
            f"honest-{n}", "need", row["title"], row["text"], owner=f"o{n}", subject=row["subject"]
        )
        for n, row in enumerate(rows(HERE / "honest_needs.tsv"))
    ]


def data_entries(folder: Path, *, papers: int) -> list[Entry]:
    """Return real needs, abstracts and ``papers`` digests; nothing when the folder is not there."""
    if not folder.is_dir():
        return []
    needs = [
        Entry(f"q-{row['id']}", "need", row["title"], row["text"], owner=row["id"])
        for row in rows(folder / "needs-offers/queries.jsonl.gz")
    ]
    return needs + background(folder, papers)


def background(folder: Path, papers: int) -> list[Entry]:
    """Return abstracts, then digests, up to what is there."""
    found = [
        Entry(f"a-{row['id']}", "need", "", row["text"], owner=row["id"])
        for row in rows(folder / "abstracts/docs.jsonl.gz")
    ]
    for number, row in enumerate(rows(folder / "papers/docs.jsonl.gz")):
        if number >= papers:
            break
        found.append(Entry(f"p-{row['id']}", "need", "", row["text"], owner=row["id"]))
    return found


def synonyms(half: str) -> dict[str, str]:
    """Return what is said for what in one half."""
    return {row["one"]: row["other"] for row in rows(HERE / "synonyms.tsv") if row["half"] == half}


def _by_chance(dice: random.Random, share: float) -> bool:
    return dice.random() < share


def verbatim(entry: Entry, dice: random.Random) -> Entry:
    """Copy, with other white space, width and punctuation."""
    text = entry.text.replace("，", dice.choice(["，", ",", "， "])).replace(
        "。", dice.choice(["。", "。\n"])
    )
    wide = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"}
    return replace(entry, text=text.translate(wide) if _by_chance(dice, 0.5) else text)


def paraphrase(entry: Entry, dice: random.Random, half: str) -> Entry:
    """Copy with synonyms, other numbers, clauses and sentences in another order, words put in and left out."""
    known = synonyms(half)
    pattern = re.compile("|".join(sorted(known, key=len, reverse=True)))

    def other(found: re.Match[str]) -> str:
        return known[found.group()] if _by_chance(dice, 0.85) else found.group()

    changed = []
    for sentence in sentences(entry.text):
        clauses = re.split("[，,]", sentence.rstrip("。；;!?！？"))
        if len(clauses) > 1 and _by_chance(dice, 0.5):
            dice.shuffle(clauses)
        clauses = [numbers(pattern.sub(other, clause), dice) for clause in clauses]
        clauses = [_loosened(clause, dice) for clause in clauses]
        changed.append("，".join(clauses) + "。")
    dice.shuffle(changed)
    return replace(entry, title=pattern.sub(other, entry.title), text="".join(changed))


def reworded(entry: Entry, dice: random.Random, half: str) -> Entry:
    """Copy as somebody who hides it: as ``paraphrase``, and a quarter of the clauses gone, something put into each."""
    changed = []
    for sentence in sentences(paraphrase(entry, dice, half).text):
        clauses = re.split("[，,]", sentence.rstrip("。；;!?！？"))
        kept = [
            clause for clause in clauses if len(clauses) == 1 or _by_chance(dice, 0.75)
        ] or clauses[:1]
        kept = [_hidden("、".join(reversed(clause.split("、"))), dice) for clause in kept]
        dice.shuffle(kept)
        changed.append("，".join(kept) + "。")
    return replace(paraphrase(entry, dice, half), text="".join(changed))


def _hidden(clause: str, dice: random.Random) -> str:
    """Put a word into the middle of a clause, and leave out particles."""
    for particle in DROPPED:
        if _by_chance(dice, 0.5):
            clause = clause.replace(particle, "", 1)
    middle = dice.randrange(len(clause) // 3, max(len(clause) // 3 + 1, 2 * len(clause) // 3))
    return clause[:middle] + dice.choice(FILLERS) + clause[middle:]


def _loosened(clause: str, dice: random.Random) -> str:
    if _by_chance(dice, 0.4):
        clause = clause.replace(dice.choice(DROPPED), "", 1)
    return dice.choice(FILLERS) + clause if _by_chance(dice, 0.15) else clause


def numbers(text: str, dice: random.Random) -> str:
    """Change every number a little."""
    return re.sub(r"\d+", lambda found: str(max(1, int(found.group()) + dice.randint(1, 9))), text)


def excerpt(entry: Entry, other: Entry, dice: random.Random, half: str) -> Entry:
    """Put the larger part of one text, paraphrased a little, before the beginning of another one."""
    taken = sentences(entry.text)
    kept = taken[: max(2, round(len(taken) * 0.7))]
    own = sentences(other.text)[: max(1, len(kept) // 2)]
    known = synonyms(half)
    text = "".join(own + kept)
    for one in list(known)[:: dice.randint(2, 4)]:
        text = text.replace(one, known[one])
    return replace(entry, title=other.title, text=text, keywords=other.keywords)


def template(entry: Entry, other: Entry, dice: random.Random) -> Entry | None:
    """Put the nouns of another entry in the place of this one's, and other numbers; None when it has none."""
    mine, theirs = nouns(entry), nouns(other)
    if not mine or not theirs:
        return None
    title, text = entry.title, entry.text
    for number, noun in enumerate(mine):
        put = theirs[number % len(theirs)]
        title, text = title.replace(noun, put), text.replace(noun, put)
    return replace(
        entry, title=title, text=numbers(text, dice), keywords=other.keywords, subject=other.subject
    )


def nouns(entry: Entry) -> list[str]:
    """Return what an entry is about: its keywords that it says, else pieces of more than one sentence."""
    said = [word for word in entry.keywords if word and word in entry.text]
    if said:
        return said
    if entry.title:
        weights = dict.fromkeys(terms(entry.title), 1.0)
        return [piece for piece in shared_terms(entry.title, entry.text, weights) if len(piece) > 1]
    parts = sentences(entry.text)
    counts = Counter(
        piece for n, part in enumerate(parts) for later in parts[n + 1 :]
        for piece in shared_terms(part, later, dict.fromkeys(terms(part), 1.0)) if len(piece) > 1
    )  # fmt: skip
    return [piece for piece, _count in counts.most_common(4)]


def made(entries: Sequence[Entry], half: str, *, seed: int, most: int) -> list[Case]:
    """Return the made cases of one half, ``most`` of each kind."""
    dice = random.Random(f"{seed} {half}")  # noqa: S311 - cases, no secrets
    wanted = half == "development"
    base = [
        entry
        for entry in entries
        if is_development(entry.key) == wanted and len(entry.text) >= SHORTEST
    ]
    dice.shuffle(base)
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for number, entry in enumerate(base):
        other = base[number - 1]
        makers: dict[str, Callable[[], Entry | None]] = {
            "verbatim": partial(verbatim, entry, dice),
            "paraphrase": partial(paraphrase, entry, dice, half),
            "reworded": partial(reworded, entry, dice, half),
            "excerpt": partial(excerpt, entry, other, dice, half),
            "template": partial(template, entry, other, dice),
        }
        for how, make in makers.items():
            if len(found[how]) >= most:
                continue
            changed = make()
            if changed is not None:
                named = replace(changed, key=f"{how}-{number}", owner=f"copier-{how}-{number}")
                found[how].append(Case(named, how, entry.key))
    return [case for cases in found.values() for case in cases]
