"""What every index keeps: the embedded one and the one in Milvus answer the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.engine.milvus_lite import serving

from keqiao.engine.dense import Matrix
from keqiao.engine.index import EmbeddedIndex, Index, fused, near
from keqiao.engine.lexical import digest
from keqiao.engine.milvus.index import MilvusIndex
from keqiao.engine.milvus.store import Store, connect
from keqiao.engine.types import Entry

MODEL = "a-model"
HOSTILE = (
    "it's", 'say "x"', "back\\slash", "{keys}", "' or 1 == 1 or key == '", '"] or id != "', "%", "_",
    "new\nline", "\t", "key in ['a']", "𠮷㐂", "N-1'); drop", "\\", "''", " ", "长" * 300,
)  # fmt: skip
Opened = Callable[[], Index]


def entry(key: str, title: str = "锂渣做掺合料", kind: str = "offer", text: str = "") -> Entry:
    return Entry(key, kind, title, text)


def keys(index: Index, text: str, *kinds: str, top: int = 10) -> list[str]:
    return [hit.key for hit in index.words.search(text, top=top, kinds=kinds)]


def unit(*values: float) -> Matrix:
    row = np.asarray(values, dtype=np.float32)
    return (row / np.linalg.norm(row)).astype(np.float32)


class Restarted:
    """One Milvus for all tests of this file, since Milvus takes seconds to make a collection; each leaves it empty."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()

    def open(self) -> MilvusIndex:
        self.stop()
        client = connect(self._stack.enter_context(serving(self._folder)))
        self._stack.callback(client.close)
        self.index = MilvusIndex.current(Store(client))
        return self.index

    def stop(self) -> None:
        self._stack.close()

    def empty(self) -> None:
        self.index.words.delete(list(self.index.words.digests()))
        self.index.words.commit()
        for model in self.index.models():
            self.index.drop_vectors(model)
        assert self.index.words.count() == 0


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarted]:
    restarted = Restarted(tmp_path_factory.mktemp("milvus"))
    restarted.open()
    yield restarted
    restarted.stop()


@pytest.fixture(params=["embedded", "milvus"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Open the index; each call opens it anew, after what keeps it was stopped and started again."""
    if request.param == "embedded":
        yield lambda: EmbeddedIndex(tmp_path / "words")
        return
    milvus: Restarted = request.getfixturevalue("milvus")
    calls: list[int] = []

    def open_milvus() -> Index:
        calls.append(1)
        return milvus.index if len(calls) == 1 else milvus.open()

    yield open_milvus
    milvus.empty()


@pytest.fixture
def index(opened: Opened) -> Index:
    return opened()


def test_an_empty_index_answers_with_nothing(index: Index) -> None:
    assert keys(index, "锂渣") == []
    assert index.words.count() == index.words.count("offer") == 0
    assert index.words.digests() == {}
    assert index.words.frequencies(["锂渣"], kind="offer") == {"锂渣": 0}
    rows = index.vectors(MODEL, "offer", 3)
    assert (len(rows), rows.get("a"), rows.search(unit(1, 0, 0), top=3)) == (0, None, [])
    assert index.models() == {}
    index.words.delete(["nobody"])
    rows.delete(["nobody"])
    index.drop_vectors("nothing")
    index.words.commit()


def test_what_was_put_is_found_after_the_commit(index: Index) -> None:
    assert index.words.put([entry("a"), entry("b", "焊缝检测")]) == 2
    index.words.commit()
    assert keys(index, "锂渣") == ["a"]
    assert keys(index, "焊缝") == ["b"]
    assert keys(index, "茶叶") == keys(index, "") == keys(index, "锂渣", top=0) == []


def test_a_replaced_entry_is_found_by_its_new_words_only(index: Index) -> None:
    index.words.put([entry("a")])
    index.words.commit()
    index.words.put([entry("a", "焊缝检测")])
    index.words.commit()
    assert (keys(index, "锂渣"), keys(index, "焊缝")) == ([], ["a"])
    assert index.words.count() == 1
    assert index.words.frequencies(["焊缝"], kind="offer") == {"焊缝": 1}


def test_a_deleted_entry_is_gone(index: Index) -> None:
    index.words.put([entry("a"), entry("b")])
    index.words.commit()
    index.words.delete(["a", "nobody"])
    index.words.commit()
    assert keys(index, "锂渣") == ["b"]
    assert index.words.count() == 1
    index.words.put([entry("a")])
    index.words.delete(["a"])
    index.words.commit()
    assert index.words.digests().keys() == {"b"}
    assert index.words.count() == 1


def test_an_entry_put_twice_at_once_counts_once(index: Index) -> None:
    index.words.put([entry("a"), entry("a", "焊缝检测")])
    index.words.commit()
    assert (keys(index, "锂渣"), keys(index, "焊缝")) == ([], ["a"])
    assert (index.words.count(), list(index.words.digests())) == (1, ["a"])


def test_equal_scores_stand_in_the_order_of_keys(index: Index) -> None:
    index.words.put(entry(key) for key in ("c", "a", "d", "b"))
    index.words.commit()
    assert keys(index, "锂渣") == ["a", "b", "c", "d"]


def test_kinds_are_apart(index: Index) -> None:
    kinds = ("need", "offer", "dispatch", "event")
    index.words.put(entry(kind, kind=kind) for kind in kinds)
    index.words.put([entry("second", kind="offer")])
    index.words.commit()
    assert sorted(keys(index, "锂渣")) == sorted([*kinds, "second"])
    assert keys(index, "锂渣", "need") == ["need"]
    assert sorted(keys(index, "锂渣", "need", "offer")) == ["need", "offer", "second"]
    assert [index.words.count(kind) for kind in (*kinds, "")] == [1, 2, 1, 1, 5]
    assert index.words.frequencies(["锂渣"], kind="offer") == {"锂渣": 2}
    hits = index.words.search("锂渣", top=9, kinds=("dispatch",))
    assert [(hit.key, hit.kind) for hit in hits] == [("dispatch", "dispatch")]


def test_rare_characters_and_full_width_words_are_found(index: Index) -> None:
    index.words.put([entry("a", "𠮷田㐂先生的鋰渣工藝", text="ＭＥＳ系統聯動，120目")])
    index.words.commit()
    for text in ("𠮷田", "㐂", "鋰渣", "MES", "ｍｅｓ", "120目"):
        assert keys(index, text) == ["a"], text


@pytest.mark.parametrize("text", ["\x00", "\ud800", "title:(", '"', "AND OR (", "*", "的" * 9000])
def test_any_text_is_plain_words(index: Index, text: str) -> None:
    index.words.put([entry("a", text=text)])
    index.words.commit()
    assert keys(index, "锂渣") == ["a"]
    assert set(keys(index, text)) <= {"a"}


def test_an_entry_without_words_is_kept(index: Index) -> None:
    index.words.put([entry("a", "!!!")])
    index.words.commit()
    assert (index.words.count(), list(index.words.digests())) == (1, ["a"])


def test_no_key_is_too_strange(index: Index) -> None:
    index.words.put(entry(key) for key in HOSTILE)
    index.words.commit()
    rows = index.vectors(MODEL, "offer", 3)
    rows.put(HOSTILE, np.stack([unit(1, number, 0) for number in range(len(HOSTILE))]))
    assert set(keys(index, "锂渣", top=50)) == set(HOSTILE) == index.words.digests().keys()
    for gone, key in enumerate(HOSTILE, start=1):
        assert np.allclose(rows.get(key), unit(1, gone - 1, 0), atol=1e-6)  # type: ignore[arg-type]
        index.words.delete([key])
        rows.delete([key])
        assert rows.get(key) is None
        assert len(rows) == len(HOSTILE) - gone
    index.words.commit()
    assert keys(index, "锂渣") == []
    assert index.words.count() == 0


def test_digests_are_those_of_the_entries(index: Index) -> None:
    entries = [entry(f"k{number}", f"第{number}项") for number in range(30)]
    index.words.put(entries)
    index.words.commit()
    changed = replace(entries[3], region="510000")
    index.words.put([changed])
    index.words.commit()
    assert index.words.digests() == {one.key: digest(one) for one in [*entries, changed]}


def test_what_was_committed_outlives_a_restart(opened: Opened) -> None:
    index = opened()
    index.words.put([entry("a"), entry("b", "焊缝检测")])
    index.words.delete(["b"])
    index.words.commit()
    index.vectors(MODEL, "offer", 3).put(["a"], unit(1, 0, 0)[None])
    again = opened()
    assert (keys(again, "锂渣"), again.words.count()) == (["a"], 1)
    again.words.put([entry("c")])
    again.words.commit()
    assert keys(again, "锂渣") == ["a", "c"]
    assert again.models() == ({MODEL: 1} if again.keeps_vectors else {})


def test_the_nearest_vectors_are_found_of_one_kind(index: Index) -> None:
    offers, needs = index.vectors(MODEL, "offer", 3), index.vectors(MODEL, "need", 3)
    offers.put(["a", "b", "c"], np.stack([unit(1, 0, 0), unit(1, 1, 0), unit(0, 0, 1)]))
    needs.put(["n"], unit(1, 0, 0)[None])
    found = offers.search(unit(1, 0, 0), top=2)
    assert [key for key, _cosine in found] == ["a", "b"]
    assert [cosine for _key, cosine in found] == pytest.approx([1, 0.5**0.5], abs=1e-5)
    offers.put(["b", "d"], np.stack([unit(0, 1, 0), unit(1, 0, 0)]))
    assert [key for key, _cosine in offers.search(unit(1, 0, 0), top=2)] == ["a", "d"]
    assert (len(offers), len(needs), index.models()) == (4, 1, {MODEL: 5})
    assert (needs.get("a"), offers.get("n")) == (None, None)


def test_each_model_has_vectors_of_its_own(index: Index) -> None:
    index.vectors(MODEL, "offer", 3).put(["a"], unit(1, 0, 0)[None])
    index.vectors("另一个 model/2", "offer", 2).put(["a", "b"], np.stack([unit(0, 1), unit(1, 0)]))
    assert index.models() == {MODEL: 1, "另一个 model/2": 2}
    row = index.vectors("另一个 model/2", "offer", 2).get("a")
    assert row is not None
    assert row.tolist() == [0, 1]
    index.drop_vectors(MODEL)
    assert index.models() == {"另一个 model/2": 2}
    assert len(index.vectors(MODEL, "offer", 3)) == 0


def test_words_and_meaning_are_fused_by_rank(index: Index) -> None:
    index.words.put([entry("a"), entry("b", "锂渣"), entry("n", kind="need")])
    index.words.commit()
    offers, needs = index.vectors(MODEL, "offer", 3), index.vectors(MODEL, "need", 3)
    offers.put(["a", "c"], np.stack([unit(1, 0, 0), unit(9, 1, 0)]))
    needs.put(["n"], unit(0, 0, 1)[None])
    words = index.words.search("锂渣掺合料", top=9, kinds=("offer",))
    meaning = near({"offer": offers, "need": needs}, unit(1, 0, 0), top=9, least=0.5)
    assert [(hit.key, hit.kind) for hit in meaning] == [("a", "offer"), ("c", "offer")]
    assert [hit.key for hit in fused([words, meaning], top=2)] == ["a", "b"]


def test_frequent_words_are_dropped_from_a_question_to_a_large_collection(index: Index) -> None:
    rare = {7: "石墨", 8: "焊缝"}
    index.words.put(entry(f"k{number:04}", f"技术{rare.get(number, '')}") for number in range(1100))
    index.words.commit()
    assert keys(index, "技术石墨", top=5) == ["k0007"]
    assert len(keys(index, "技术", top=5)) == 5
    assert index.words.count() == 1100
