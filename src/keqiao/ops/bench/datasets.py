"""What is asked of a system, by data set: questions, how deep to answer, and what an answer is worth."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from keqiao.engine import measures
from keqiao.engine.people import studios_from
from keqiao.engine.text import CJK, terms
from keqiao.engine.types import Entry
from keqiao.ops.bench import files
from keqiao.ops.bench.files import Collection

Found = Sequence[tuple[str, float]]  # (key of a document, score), best first
FEWEST_JUDGED, GOOD = 5, 2  # a need counts with so many judged offers and one graded so or better
CUT, CUT_GOOD, CUT_DEEP = 10, 5, 100
LOW_OVERLAP = 0.4  # share of a query's terms that its document says
POOL = 4000  # documents of the known-item search unless said otherwise
DEPTH = 1000  # documents of an answer from which people are found
SAMPLE = Path(__file__).parent / "sample"
HALVES = ("development", "held-out")
_BETWEEN_WORDS = re.compile(rf"(?<=[{CJK}]) (?=[{CJK}])")


@dataclass(frozen=True, slots=True)
class Question:
    """One query and what is right: documents with grades, people. `among` are the keys to order, None all."""

    query: Entry
    grades: Mapping[str, int]
    among: tuple[str, ...] | None = None
    people: frozenset[str] = frozenset()
    overlap: float = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What one answer is worth in one task, 0–1; None when the question does not count there."""

    task: str
    name: str
    value: Callable[[Question, Found], float | None]


@dataclass(frozen=True, slots=True)
class Dataset:
    """All that a run needs; `about` says in a sentence what is asked, `notes` what was passed over."""

    name: str
    about: str
    documents: Sequence[Entry]
    questions: Sequence[Question]
    measures: Sequence[Measure]
    top: int
    notes: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return what tells two sets of questions apart: queries, grades, what is ordered, how many documents."""
        asked = sorted(
            f"{one.query.key}\x1f{one.query.words()}\x1f{sorted(one.grades.items())}"
            f"\x1f{sorted(one.people)}\x1f{sorted(one.among or ())}"
            for one in self.questions
        )
        joined = "\x1e".join([str(len(self.documents)), *asked])
        return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which questions: the first `limit` (0 all), one `half` by the query's identifier (empty both), a `pool`."""

    limit: int = 0
    half: str = ""
    pool: int = POOL

    @property
    def is_part(self) -> bool:
        """Tell whether this asks other things than the figures of the data set rest on; fewer of the same may do."""
        return bool(self.half or self.pool != POOL)


def load(name: str, data: Path, choice: Choice) -> Dataset:
    """Return a data set by name from the folder `data`, which holds it or is it."""
    folder = SAMPLE if name == "sample" else data / name
    if not folder.is_dir() and files.is_set(data):
        folder = data
    whole = BUILDERS[name](files.read(folder), choice)
    questions = [one for one in whole.questions if _in_half(one.query.key, choice.half)]
    return replace(whole, questions=questions[: choice.limit or None])


def _in_half(key: str, half: str) -> bool:
    """Tell the halves apart by the query's identifier alone."""
    is_even = int(hashlib.sha256(key.encode("utf-8", "replace")).hexdigest(), 16) % 2 == 0
    return not half or HALVES[not is_even] == half


def judged_order(name: str, collection: Collection) -> Dataset:
    """Order the judged offers of each need; an offer that is one line is a title, its words joined again."""

    def measure(label: str, value: Callable[[Question, list[str]], float]) -> Measure:
        return Measure(name, label, lambda asked, found: value(asked, _keys(found)))

    return Dataset(
        name=name,
        about=f"order the judged offers of each need (at least {FEWEST_JUDGED} judged, one {GOOD} or better)",
        documents=[_titled(entry) for entry in collection.documents.values()],
        questions=[
            Question(collection.queries[key], judged, among=tuple(sorted(judged)))
            for key, judged in collection.grades.items()
            if len(judged) >= FEWEST_JUDGED and max(judged.values()) >= GOOD
        ],
        measures=[
            measure(f"nDCG@{CUT}", lambda asked, keys: measures.ndcg(keys, asked.grades, CUT)),
            measure(
                f"P@{CUT_GOOD}, {GOOD} or better",
                lambda asked, keys: measures.precision(keys, asked.grades, CUT_GOOD, GOOD),
            ),
        ],
        top=CUT,
        notes=collection.notes,
    )


def _titled(entry: Entry) -> Entry:
    title, text = entry.title, entry.text
    if not title and "\n" not in text.strip():
        title, text = text, ""
    return replace(entry, title=_BETWEEN_WORDS.sub("", title), text=_BETWEEN_WORDS.sub("", text))


def known_item(collection: Collection, pool: int) -> Dataset:
    """Find the document that a title or keywords belong to, among a pool of documents."""
    kept = _pool(collection, pool)
    questions = []
    for key, judged in collection.grades.items():
        right = [found for found, grade in judged.items() if grade > 0]
        if right and all(found in kept for found in right):
            query = collection.queries[key]
            overlap = max(_overlap(query, kept[found]) for found in right)
            questions.append(Question(query, judged, overlap=overlap))

    def value(asked: Question, found: Found) -> float:
        return measures.ndcg(_keys(found), asked.grades, CUT)

    def value_of_low(asked: Question, found: Found) -> float | None:
        return value(asked, found) if asked.overlap < LOW_OVERLAP else None

    return Dataset(
        name="abstracts",
        about=f"find the abstract that a title or keywords belong to, among {len(kept)}: the first that the "
        "queries ask for, then the rest by their order",
        documents=list(kept.values()),
        questions=questions,
        measures=[
            Measure("abstracts", f"nDCG@{CUT}", value),
            Measure("abstracts", f"nDCG@{CUT}, overlap < {LOW_OVERLAP:.0%}", value_of_low),
        ],
        top=CUT_DEEP,
        notes=collection.notes,
    )


def _pool(collection: Collection, size: int) -> dict[str, Entry]:
    """Return `size` documents (0 all): first those asked for, by the order of the queries, then the others."""
    asked = (
        key
        for query in collection.queries
        for key, grade in collection.grades.get(query, {}).items()
        if grade > 0
    )
    ordered = list(dict.fromkeys((*asked, *collection.documents)))
    return {key: collection.documents[key] for key in ordered[: size or None]}


def _overlap(query: Entry, document: Entry) -> float:
    """Return the share of the query's distinct terms (bigrams, words, numbers) that the document says."""
    wanted = set(terms(query.words()))
    return len(wanted.intersection(terms(document.words()))) / len(wanted) if wanted else 0.0


def problem_to_paper(collection: Collection) -> Dataset:
    """Find, for a problem, the paper that solves it, and, that paper left out, the people who wrote it."""
    questions = [
        Question(
            collection.queries[key],
            {found: grade for found, grade in judged.items() if grade > 0},
            people=frozenset(collection.people.get(key, ())),
        )
        for key, judged in collection.grades.items()
        if any(grade > 0 for grade in judged.values())
    ]
    return Dataset(
        name="papers",
        about="problem → solution: find the paper of a problem; problem → people: leave it out, find its authors "
        "(best document + 0.3 × the next two)",
        documents=list(collection.documents.values()),
        questions=questions,
        measures=[*_of_papers(), *_of_people(collection.writers)],
        top=DEPTH,
        notes=collection.notes,
    )


def _of_papers() -> Iterator[Measure]:
    task: Final = "papers-solution"
    yield Measure(
        task,
        f"MRR@{CUT}",
        lambda asked, found: measures.reciprocal_rank(_keys(found), asked.grades, CUT),
    )
    for cut in (CUT, CUT_DEEP):
        yield Measure(task, f"R@{cut}", _recall_at(cut))


def _recall_at(cut: int) -> Callable[[Question, Found], float]:
    return lambda asked, found: measures.recall(_keys(found), asked.grades, cut)


def _of_people(writers: Mapping[str, tuple[str, ...]]) -> Iterator[Measure]:
    task: Final = "papers-people"

    def ndcg(asked: Question, found: Found) -> float | None:
        grades = dict.fromkeys(asked.people, 1)
        return measures.ndcg(_people(asked, found, writers), grades, CUT) if grades else None

    def recall(asked: Question, found: Found) -> float | None:
        people = _people(asked, found, writers) if asked.people else []
        return measures.recall(people, asked.people, CUT) if asked.people else None

    yield Measure(task, f"nDCG@{CUT}", ndcg)
    yield Measure(task, f"R@{CUT}", recall)


def _people(asked: Question, found: Found, writers: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return people by their documents, the right documents left out.

    A document counts for what it has above the weakest one found, so that a cosine and a sum over words are
    treated alike.
    """
    weakest = min((score for _key, score in found), default=0.0)
    others = ((key, score) for key, score in found if key not in asked.grades)
    scored = ((who, score - weakest) for key, score in others for who in writers.get(key, ()))
    return [person for person, _score in studios_from(scored)]


def _keys(found: Iterable[tuple[str, float]]) -> list[str]:
    return [key for key, _score in found]


BUILDERS: Mapping[str, Callable[[Collection, Choice], Dataset]] = {
    "needs-offers": lambda collection, _choice: judged_order("needs-offers", collection),
    "abstracts": lambda collection, choice: known_item(collection, choice.pool),
    "papers": lambda collection, _choice: problem_to_paper(collection),
    "sample": lambda collection, _choice: judged_order("sample", collection),
}
REAL = ("needs-offers", "abstracts", "papers")
