"""What is Milvus' own: a writer that dies, generations, an address where nothing is, no pymilvus."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.engine.milvus_lite import serving

from keqiao.engine.dense import Matrix
from keqiao.engine.index import IndexUnavailable
from keqiao.engine.milvus import store as stores
from keqiao.engine.milvus.index import MilvusIndex
from keqiao.engine.milvus.store import Store, connect
from keqiao.engine.types import Entry


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with serving(tmp_path / "milvus") as address:
        client = connect(address)
        yield Store(client)
        client.close()


def offers(*keys: str) -> list[Entry]:
    return [Entry(key, "offer", "锂渣做掺合料", "") for key in keys]


def test_counts_that_a_dead_writer_left_behind_are_mended_by_the_next(store: Store) -> None:
    dead = MilvusIndex.current(store)
    dead.words.put(offers("a", "b"))
    assert MilvusIndex.current(store).words.count() == 0
    alive = MilvusIndex.current(store)
    alive.words.put(offers("a"))
    alive.words.commit()
    assert alive.words.count("offer") == 2
    assert alive.words.frequencies(["锂渣"], kind="offer") == {"锂渣": 2}
    assert len(alive.words.search("锂渣", top=5)) == 2


def test_what_is_replaced_or_deleted_is_counted_no_longer(store: Store) -> None:
    words = MilvusIndex.current(store).words
    words.put(offers("a", "b", "c"))
    words.commit()
    words.put([Entry("a", "need", "焊缝检测", "")])
    words.delete(["b"])
    words.commit()
    assert [words.count(kind) for kind in ("", "offer", "need")] == [2, 1, 1]
    assert words.frequencies(["锂渣", "焊缝"], kind="offer") == {"锂渣": 1, "焊缝": 0}
    assert words.frequencies(["锂渣", "焊缝"], kind="need") == {"锂渣": 0, "焊缝": 1}


def test_a_new_generation_is_searched_once_it_is_in_place(store: Store) -> None:
    old = MilvusIndex.current(store)
    old.words.put(offers("a"))
    old.words.commit()
    old.reached(7, "hash")
    old.vectors("a-model", "offer", 2).put(["a"], row())
    fresh = MilvusIndex.begin(store)
    fresh.words.put(offers("b"))
    fresh.words.commit()
    assert MilvusIndex.current(store).words.digests().keys() == {"a"}
    fresh.put_in_place()
    current = MilvusIndex.current(store)
    assert current.generation == fresh.generation
    assert current.words.digests().keys() == {"b"}
    assert (current.position(), old.position()) == ((0, ""), (0, ""))
    assert current.models() == {"a-model": 1}
    assert not any(old.generation in name for name in store.collections())


def test_the_position_and_its_mark_are_kept(store: Store) -> None:
    index = MilvusIndex.current(store)
    assert index.position() == (0, "")
    index.reached(12, "f" * 64)
    assert MilvusIndex.current(store).position() == (12, "f" * 64)
    index.reached(13)
    assert index.position() == (13, "")


def row() -> Matrix:
    return np.asarray([[0, 1]], dtype=np.float32)


def test_an_address_where_nothing_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(stores, "TIMEOUT", 0.5)
    with pytest.raises(IndexUnavailable, match="does not answer"):
        connect(f"http://127.0.0.1:{port}")


def test_a_missing_pymilvus_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(IndexUnavailable, match=r"pip install 'keqiao\[milvus\]'"):
        connect("http://127.0.0.1:1")
