"""Every system answers the same way: ordered, without repeats, only from what it was given, the same each time."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from keqiao.base.errors import Refused
from keqiao.engine import measures
from keqiao.engine.dense import Matrix
from keqiao.engine.text import terms
from keqiao.engine.types import Entry
from keqiao.ops.bench import datasets, running, systems
from keqiao.ops.bench.datasets import Choice, Dataset
from keqiao.ops.bench.words import Words

SAMPLE = datasets.load("sample", Path(), Choice())
NEED = SAMPLE.questions[2]


class Bags:
    """A small encoder of its own: a vector adds up a fixed direction for every term."""

    name = "bags"
    dimensions = 64
    span = (0.0, 1.0)

    def __init__(self) -> None:
        self.count = 0

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        self.count += len(texts)
        rows = [sum(_direction(term) for term in {*terms(text), "空"}) for text in texts]
        matrix = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimensions)
        unit: Matrix = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit


def _direction(term: str) -> Matrix:
    seed = int(hashlib.sha256(term.encode()).hexdigest()[:8], 16)
    return np.random.default_rng(seed).standard_normal(64).astype(np.float32)


def made() -> list[systems.System]:
    encoder = Bags()
    return [
        systems.Chance(),
        Words(),
        systems.Characters(),
        systems.Meaning(encoder),
        systems.Fusion(encoder),
        systems.Keqiao(None),
        systems.Keqiao(encoder),
    ]


@pytest.mark.parametrize("system", made(), ids=lambda system: system.name)
def test_an_answer_is_ordered_from_what_was_given_and_the_same_again(
    system: systems.System,
) -> None:
    drawn = random.Random(5)  # noqa: S311 - a draw that can be repeated
    documents = list(SAMPLE.documents)
    answers = []
    for _time in range(2):
        system.prepare(documents)
        for among in (None, NEED.among):
            found = system.order(NEED.query, among, 7)
            keys = [key for key, _score in found]
            assert len(keys) == len(set(keys))
            assert set(keys) <= set(among or (document.key for document in documents))
            assert among is not None or len(keys) <= 7
            assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
            answers.append(keys)
        drawn.shuffle(documents)
    assert answers[:2] == answers[2:]


@pytest.mark.parametrize("system", made(), ids=lambda system: system.name)
def test_texts_of_any_kind_are_taken_in_and_asked(system: systems.System) -> None:
    texts = [
        "\x00",
        "\ud800锂",
        "，。！",
        "锂渣" * 20_000,
        "𠮷㐂",
        "a" * 5000,
        " \n\t ",
        "<script>",
        "1e999 %s",
    ]
    system.prepare([Entry(f"d{n}", "offer", text, text) for n, text in enumerate(texts)])
    for text in texts:
        found = system.order(Entry("q", "need", text, text), None, 5)
        assert all(np.isfinite(score) for _key, score in found)
        judged = system.order(Entry("q", "need", text, text), ("d0", "d3"), 5)
        assert {key for key, _score in judged} <= {"d0", "d3"}


def test_every_system_of_the_table_has_the_name_it_is_asked_by(tmp_path: Path) -> None:
    assert {name: make(tmp_path).name for name, make in systems.SYSTEMS.items()} == {
        name: name for name in systems.SYSTEMS
    }
    assert {*systems.WITH_VECTORS, *systems.WITHOUT_VECTORS} == set(systems.SYSTEMS)


def test_what_shares_words_comes_before_chance() -> None:
    runs = [
        running.run(SAMPLE, name, None) for name in ("random", "bm25-words", "bm25", "keqiao-words")
    ]
    ndcg = {one.system: one.value for one in running.results(runs) if one.measure == "nDCG@10"}
    assert min(ndcg["bm25-words"], ndcg["bm25"], ndcg["keqiao-words"]) > ndcg["random"] + 0.1


def test_bm25_by_words_is_the_formula() -> None:
    words = Words()
    words.prepare(
        [
            Entry("a", "offer", "水泥", ""),
            Entry("b", "offer", "焊缝", ""),
            Entry("c", "offer", "", "焊缝，检测"),
        ]
    )
    found = words.order(Entry("q", "need", "检测", ""), None, 5)
    rarity, length = np.log(1 + (3 - 1 + 0.5) / 1.5), 1.2 * (0.25 + 0.75 * 2 / (4 / 3))
    assert [key for key, _score in found] == ["c"]
    assert found[0][1] == pytest.approx(rarity * 2.2 / (1 + length))
    assert words.order(Entry("q", "need", "无关", ""), None, 5) == []


def test_without_a_segmenter_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(Refused, match="pip install rjieba"):
        Words()


def test_vectors_are_kept_and_not_made_again(tmp_path: Path) -> None:
    texts = [entry.words() for entry in SAMPLE.documents]
    first, second = Bags(), Bags()
    kept = systems.KeptEncoder(first, tmp_path)
    matrix, asked = kept.encode_documents(texts), kept.encode_queries(texts[:2])
    again = systems.KeptEncoder(second, tmp_path)
    assert np.array_equal(again.encode_documents(texts), matrix)
    assert np.array_equal(again.encode_queries(texts[:2]), asked)
    assert (first.count, second.count) == (len(texts) + 2, 0)


def test_a_run_in_a_process_of_its_own_is_the_run_here(tmp_path: Path) -> None:
    alone = running.run_alone("sample", tmp_path, Choice(limit=3), "bm25", None)
    here = running.run(datasets.load("sample", tmp_path, Choice(limit=3)), "bm25", None)
    assert alone.values == here.values
    assert alone.peak_mib > 0
    assert alone.prepare_seconds > 0


def test_results_have_intervals_and_a_test_against_the_baseline() -> None:
    runs = [running.run(SAMPLE, name, None) for name in ("random", "bm25")]
    found = {(one.measure, one.system): one for one in running.results(runs)}
    chance, baseline = found["nDCG@10", "random"], found["nDCG@10", "bm25"]
    assert chance.low <= chance.value <= chance.high
    assert (chance.queries, baseline.p) == (12, None)
    assert chance.p is not None
    assert chance.p < 0.05
    assert running.results(runs) == running.results(runs)
    assert running.results(runs[:1])[0].p is None
    assert running.results([]) == []


def test_what_a_system_does_not_find_comes_last() -> None:
    documents = [Entry("a", "offer", "无关", ""), Entry("b", "offer", "锂渣", "")]
    asked = datasets.Question(Entry("q", "need", "锂渣", ""), {"a": 0, "b": 2}, among=("a", "b"))
    seen: list[list[str]] = []

    def value(_asked: datasets.Question, found: datasets.Found) -> float:
        seen.append([key for key, _score in found])
        return measures.ndcg(seen[-1], asked.grades, 10)

    measure = datasets.Measure("t", "nDCG@10", value)
    run = running.run(Dataset("t", "", documents, [asked], [measure], 10), "bm25", None)
    assert seen == [["b", "a"]]
    assert run.values == {("t", "nDCG@10"): [1.0]}
