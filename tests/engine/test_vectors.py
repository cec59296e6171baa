"""Vectors in memory and gathered on disk answer as all of them compared one by one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqiao.engine import gathered
from keqiao.engine.dense import Matrix
from keqiao.engine.gathered import Gathered, NotWhole
from keqiao.engine.vectors import VectorIndex

SMALL, MANY, WIDE = 8, 24_000, 64
EIGHT_BITS = 0.01  # what eight bits a number may change of a cosine
KEYS = ("N-1", "F-2", "㐂", "𠮷田", "古力·阿依", "a b", "长" * 20)


def units(count: int, width: int, seed: int = 0) -> Matrix:
    rows = np.random.default_rng(seed).standard_normal((count, width), dtype=np.float32)
    unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def written(folder: Path, rows: dict[str, Matrix], width: int) -> Gathered:
    stacked = np.asarray([*rows.values()], np.float32).reshape(-1, width)
    block = (list(rows), stacked)
    assert gathered.write(folder, [block], dimensions=width) == len(rows)
    return Gathered.open(folder)


changes = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.sampled_from(KEYS), max_size=4), st.integers(0, 99)),
        st.tuples(st.just("delete"), st.lists(st.sampled_from(KEYS), max_size=3), st.just(0)),
        st.tuples(st.just("gather"), st.just([]), st.just(0)),
    ),
    max_size=12,
)


@given(changes)
@settings(max_examples=60, deadline=None)
def test_whatever_was_put_deleted_and_gathered_the_answers_are_those_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str], int]]
) -> None:
    index, true = VectorIndex(SMALL), dict[str, Matrix]()
    for step, keys, seed in steps:
        if step == "put":
            rows = units(len(keys), SMALL, seed)
            index.put(keys, rows)
            true |= dict(zip(keys, rows, strict=True))
        elif step == "delete":
            index.delete(keys)
            true = {key: row for key, row in true.items() if key not in keys}
        else:
            index = VectorIndex(SMALL, written(tmp_path_factory.mktemp("g") / "rows", true, SMALL))
    assert len(index) == len(true)
    asked = units(1, SMALL, 7)[0]
    found = dict(index.search(asked, top=len(KEYS)))
    assert found.keys() == true.keys()
    for key in KEYS:
        row = index.get(key)
        assert (row is None) == (key not in true)
        if row is not None:
            assert np.abs(row - true[key]).max() < EIGHT_BITS
            assert found[key] == pytest.approx(float(true[key] @ asked), abs=EIGHT_BITS)
    best = index.search(asked, top=2)
    assert best == sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:2]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Gathered, Matrix]:
    """Rows in clouds, as texts lie; gathered in blocks, with an index of clusters."""
    centres, draw = units(300, WIDE, 1), np.random.default_rng(2)
    rows = centres[draw.integers(0, 300, MANY)] + units(MANY, WIDE, 3)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    folder = tmp_path_factory.mktemp("many") / "rows"
    blocks = (
        ([f"O-{number:06d}" for number in range(start, start + 5000)], rows[start : start + 5000])
        for start in range(0, MANY, 5000)
    )
    cut = ((keys[: len(part)], part) for keys, part in blocks)
    assert gathered.write(folder, cut, dimensions=WIDE) == MANY
    return Gathered.open(folder), rows


def true_top(rows: Matrix, asked: Matrix, top: int) -> list[str]:
    return [f"O-{number:06d}" for number in np.argsort(-(rows @ asked), kind="stable")[:top]]


def asked_near(rows: Matrix, count: int) -> Matrix:
    """Return questions that lie as far from what they are about as it lies from its cloud."""
    places = np.random.default_rng(5).integers(0, MANY, count)
    questions = rows[places] + units(count, WIDE, 6)
    unit: Matrix = (questions / np.linalg.norm(questions, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_clusters_find_nearly_all_of_the_true_nearest(many: tuple[Gathered, Matrix]) -> None:
    kept, rows = many
    assert kept.near is not None
    questions = asked_near(rows, 60)
    found = [
        len({key for key, _cosine in kept.search(one, top=10)} & set(true_top(rows, one, 10)))
        for one in questions
    ]
    assert np.mean(found) / 10 >= 0.95


def test_without_faiss_every_row_is_compared(many: tuple[Gathered, Matrix]) -> None:
    kept, rows = replace(many[0], near=None), many[1]
    for one in units(10, WIDE, 6):
        best = [key for key, _cosine in kept.search(one, top=3)]
        assert set(best) <= set(true_top(rows, one, 6))
        assert best[0] in true_top(rows, one, 2)


def test_hidden_rows_make_room_for_the_next(many: tuple[Gathered, Matrix]) -> None:
    kept, rows = many
    asked = asked_near(rows, 1)[0]
    nearest = true_top(rows, asked, 1200)
    hidden = set(nearest[:1000])
    found = [key for key, _cosine in kept.search(asked, top=50, hidden=hidden)]
    assert len(set(found)) == 50
    assert not set(found) & hidden
    assert len(set(found) & set(true_top(rows, asked, 1500))) >= 45
    index = VectorIndex(WIDE, kept)
    index.delete(nearest[:1000])
    assert [key for key, _cosine in index.search(asked, top=50)] == found
    assert len(index) == MANY - 1000


def test_a_row_that_was_replaced_is_found_once_and_as_it_is_now(
    many: tuple[Gathered, Matrix],
) -> None:
    index, asked = VectorIndex(WIDE, many[0]), asked_near(many[1], 1)[0]
    first, second = (key for key, _cosine in index.search(asked, top=2))
    index.put([first, "O-000000", first], np.stack([asked, asked, -asked]))
    found = index.search(asked, top=500)
    assert [key for key, _cosine in found[:2]] == ["O-000000", second]
    assert found[0][1] == pytest.approx(1.0)
    assert first not in dict(found)
    now = index.get(first)
    assert now is not None
    assert np.allclose(now, -asked, atol=1e-6)
    assert len({key for key, _cosine in found}) == 500
    assert len(index) == MANY


def test_readers_find_what_is_there_while_another_thread_writes() -> None:
    index, rows = VectorIndex(SMALL), units(400, SMALL, 4)
    index.put(["always"], rows[:1])
    stop, troubles = threading.Event(), list[object]()

    def read() -> None:
        while not stop.is_set():
            found = dict(index.search(rows[0], top=500))
            if found.get("always") != pytest.approx(1.0):
                troubles.append(found)

    readers = [threading.Thread(target=read) for _reader in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 400):
        index.put([f"k{number}"], rows[number : number + 1])
        index.delete([f"k{number - 3}"])
    stop.set()
    for reader in readers:
        reader.join()
    assert not troubles
    assert len(index) == 1 + 3


def test_a_folder_that_is_not_whole_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    with pytest.raises(NotWhole):
        Gathered.open(folder)
    written(folder, {"a": units(1, SMALL)[0], "b": units(1, SMALL, 1)[0]}, SMALL)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, kept in whole.items():
        for torn in (kept[:-1], b""):
            (folder / name).write_bytes(torn)
            with pytest.raises(NotWhole):
                Gathered.open(folder)
        (folder / name).write_bytes(kept)
    told = json.loads(whole[gathered.WHOLE])
    (folder / gathered.WHOLE).write_text(json.dumps({**told, "count": 3}), encoding="utf-8")
    with pytest.raises(NotWhole):
        Gathered.open(folder)


def test_what_breaks_off_leaves_no_folder(tmp_path: Path) -> None:
    def blocks() -> Iterator[tuple[list[str], Matrix]]:
        yield ["a"], units(1, SMALL)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        gathered.write(tmp_path / "rows", blocks(), dimensions=SMALL)
    assert not (tmp_path / "rows").exists()
    written(tmp_path / "rows", {"a": units(1, SMALL)[0]}, SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
