"""Folders in BEIR's form, ours and that of others; a bad file is told by its name and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from keqiao.base.table import Unreadable
from keqiao.engine import measures
from keqiao.ops.bench import datasets, files
from keqiao.ops.bench.datasets import Choice

DOCS = [{"id": "d1", "text": "锂渣 水泥 混合材"}, {"id": "d2", "title": "焊缝", "text": "视觉检测"}]
QUERIES = [{"id": "q1", "title": "锂渣的消纳", "text": "希望用于水泥。"}]
QRELS = [{"query": "q1", "doc": "d1", "grade": 3}, {"query": "q1", "doc": "d2", "grade": 0}]


def lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(folder: Path, **named: str) -> Path:
    """Write files; a double underscore in a name stands for its dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in named.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def whole(folder: Path, **named: str) -> Path:
    given = {
        "docs__jsonl": lines(DOCS),
        "queries__jsonl": lines(QUERIES),
        "qrels__jsonl": lines(QRELS),
    }
    return write(folder, **{**given, **named})


def test_our_own_form_is_read(tmp_path: Path) -> None:
    found = files.read(whole(tmp_path))
    assert list(found.documents) == ["d1", "d2"]
    assert found.queries["q1"].title == "锂渣的消纳"
    assert found.grades == {"q1": {"d1": 3, "d2": 0}}
    assert found.notes == ()


def test_the_form_of_beir_is_read_too(tmp_path: Path) -> None:
    docs: list[dict[str, Any]] = [
        {"_id": 1, "title": "", "text": "锂渣"},
        {"_id": "2", "text": "焊缝", "metadata": {}},
    ]
    write(
        tmp_path,
        corpus__jsonl=lines(docs),
        queries__jsonl=lines([{"_id": "q", "text": "锂渣的消纳"}]),
    )
    write(tmp_path / "qrels", test__tsv="query-id\tcorpus-id\tscore\nq\t1\t1\nq\t2\t0\n")
    assert files.read(tmp_path).grades == {"q": {"1": 1, "2": 0}}


def test_packed_files_are_read_and_come_first(tmp_path: Path) -> None:
    whole(tmp_path)
    with gzip.open(tmp_path / "queries.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write("\ufeff" + lines([{"id": "q1", "text": "别的"}]))
    assert files.read(tmp_path).queries["q1"].text == "别的"


def test_judgements_of_what_is_not_there_are_left_out_and_told(tmp_path: Path) -> None:
    more = [{"query": "q1", "doc": "gone", "grade": 1}, {"query": "other", "doc": "d1", "grade": 1}]
    queries = [*QUERIES, {"id": "q2", "text": "无人评"}]
    found = files.read(
        whole(tmp_path, qrels__jsonl=lines([*QRELS, *more]), queries__jsonl=lines(queries))
    )
    assert found.grades == {"q1": {"d1": 3, "d2": 0}}
    assert [note.split()[0] for note in found.notes] == ["1", "1", "1"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("docs.jsonl", '{"id": "d1", "text": "锂"}\n{"id": "d2"\n', "“docs.jsonl”第 2 行"),
        ("docs.jsonl", '["d1"]\n', "不是一个 JSON 对象"),
        ("docs.jsonl", "[" * 100_000 + "\n", "不是一个 JSON 对象"),
        ("docs.jsonl", '{"text": "锂"}\n', "没有编号"),
        ("docs.jsonl", '{"id": "\\ud800", "text": "锂"}\n', "没有编号"),
        ("docs.jsonl", '{"id": "d1", "text": "锂"}\n\n{"id": "d1", "text": "渣"}\n', "第 3 行"),
        ("docs.jsonl", '{"id": "d1", "text": 7}\n', "text 不是文字"),
        ("docs.jsonl", '{"id": "d1", "text": " "}\n', "都没有文字"),
        ("docs.jsonl", '{"id": "d1", "text": "锂", "people": "p1"}\n', "people"),
        ("docs.jsonl", "\n", "什么也没有"),
        ("queries.jsonl", '{"id": true, "text": "锂"}\n', "没有编号"),
        ("qrels.jsonl", '{"query": "q1", "doc": "d1"}\n', "grade"),
        ("qrels.jsonl", '{"query": "q1", "doc": "d1", "grade": 1.5}\n', "grade"),
        ("qrels.jsonl", '{"query": "q1", "doc": "d1", "grade": 1e400}\n', "grade"),
        ("qrels.jsonl", '{"query": "q1", "doc": "d1", "grade": 99}\n', "grade"),
        ("qrels.jsonl", '{"doc": "d1", "grade": 1}\n', "要有 query"),
    ],
)
def test_a_bad_line_is_told_by_file_and_line(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    whole(tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=told):
        files.read(tmp_path)


@pytest.mark.parametrize("row", ["q1\td1\tx\n", "q1 d1 1\n", "q1\td1\n"])
def test_a_bad_table_of_judgements_is_told(tmp_path: Path, row: str) -> None:
    whole(tmp_path)
    (tmp_path / "qrels.jsonl").unlink()
    write(tmp_path, qrels__tsv="query-id\tcorpus-id\tscore\n" + row)
    with pytest.raises(Unreadable, match="第 2 行"):
        files.read(tmp_path)


def test_what_is_missing_torn_or_of_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="KEQIAO_DATA"):
        files.read(tmp_path / "nowhere")
    with pytest.raises(Unreadable, match="docs"):
        files.read(tmp_path)
    whole(tmp_path)
    (tmp_path / "qrels.jsonl").unlink()
    with pytest.raises(Unreadable, match="qrels"):
        files.read(tmp_path)
    (tmp_path / "queries.jsonl.gz").write_bytes(gzip.compress(lines(QUERIES).encode())[:-9])
    with pytest.raises(Unreadable, match="queries"):
        files.read(tmp_path)
    (tmp_path / "docs.jsonl").write_bytes(lines(DOCS).encode("gb18030"))
    with pytest.raises(Unreadable, match="docs"):
        files.read(tmp_path)


def test_a_need_counts_with_five_judged_offers_one_of_them_good(tmp_path: Path) -> None:
    docs = [{"id": f"d{number}", "text": f"第{number}项 成果"} for number in range(6)]
    queries = [{"id": name, "title": "需求", "text": ""} for name in ("few", "bad", "good")]
    grades = {"few": [3, 2], "bad": [1] * 6, "good": [0, 0, 0, 0, 2]}
    qrels = [
        {"query": name, "doc": f"d{number}", "grade": grade}
        for name, each in grades.items()
        for number, grade in enumerate(each)
    ]
    whole(
        tmp_path / "needs-offers",
        docs__jsonl=lines(docs),
        queries__jsonl=lines(queries),
        qrels__jsonl=lines(qrels),
    )
    found = datasets.load("needs-offers", tmp_path, Choice())
    assert [one.query.key for one in found.questions] == ["good"]
    assert found.documents[1].title == "第1项成果"  # one line is a title, its words joined
    assert datasets.load("needs-offers", tmp_path / "needs-offers", Choice()) is not None
    order = [("d0", 2.0), ("d4", 1.0)]
    assert [one.value(found.questions[0], order) for one in found.measures] == [
        pytest.approx(measures.ndcg(["d0", "d4"], {"d4": 2}, 10)),
        1 / 5,
    ]


def test_the_pool_holds_first_what_the_queries_ask_for(tmp_path: Path) -> None:
    docs = [{"id": f"d{number}", "text": f"锂渣{number}水泥混合材"} for number in range(6)]
    queries = [{"id": "q1", "text": "锂渣4水泥"}, {"id": "q2", "text": "焊缝视觉"}]
    qrels = [{"query": "q1", "doc": "d4", "grade": 1}, {"query": "q2", "doc": "d2", "grade": 1}]
    whole(
        tmp_path / "abstracts",
        docs__jsonl=lines(docs),
        queries__jsonl=lines(queries),
        qrels__jsonl=lines(qrels),
    )
    pools = [datasets.load("abstracts", tmp_path, Choice(pool=size)) for size in (1, 3, 0)]
    kept = [[entry.key for entry in found.documents] for found in pools]
    assert kept == [["d4"], ["d4", "d2", "d0"], ["d4", "d2", "d0", "d1", "d3", "d5"]]
    assert [len(found.questions) for found in pools] == [1, 2, 2]
    low = pools[2].measures[1]
    assert (
        low.value(pools[2].questions[0], [("d4", 1.0)]) is None
    )  # the query's words are all there
    assert low.value(pools[2].questions[1], [("d2", 1.0)]) == 1


def test_a_problem_finds_its_paper_and_without_it_the_people(tmp_path: Path) -> None:
    docs = [
        {"id": "a", "text": "甲", "people": ["p1"]},
        {"id": "b", "text": "乙", "people": ["p2", "p1"]},
        {"id": "c", "text": "丙", "people": ["p3"]},
    ]
    queries = [
        {"id": "q1", "text": "甲的问题", "paper": "a", "people": ["p1"]},
        {"id": "q2", "text": "丙的问题", "paper": "c", "people": []},
    ]
    write(tmp_path / "papers", docs__jsonl=lines(docs), queries__jsonl=lines(queries))
    found = datasets.load("papers", tmp_path, Choice())
    worth = {
        (one.task, one.name): [
            one.value(asked, [("a", 9.0), ("c", 5.0), ("b", 4.0)]) for asked in found.questions
        ]
        for one in found.measures
    }
    assert worth["papers-solution", "MRR@10"] == [1, 1 / 2]
    assert worth["papers-solution", "R@10"] == [1, 1]
    assert worth["papers-people", "R@10"] == [1, None]  # b is left; nobody is right for q2
    assert worth["papers-people", "nDCG@10"][0] == pytest.approx(
        measures.ndcg(["p3", "p1", "p2"], {"p1": 1}, 10)
    )


def test_halves_share_the_questions_and_a_limit_takes_the_first(tmp_path: Path) -> None:
    everything = datasets.load("sample", tmp_path, Choice())
    halves = [datasets.load("sample", tmp_path, Choice(half=half)) for half in datasets.HALVES]
    keys = [one.query.key for half in halves for one in half.questions]
    assert sorted(keys) == sorted(one.query.key for one in everything.questions)
    assert all(half.questions for half in halves)
    limited = datasets.load("sample", tmp_path, Choice(limit=2))
    assert limited.questions == everything.questions[:2]
    assert limited.fingerprint() != everything.fingerprint()
    assert Choice(half="development").is_part
    assert Choice(pool=10).is_part
    assert not Choice(limit=2).is_part
    assert not Choice().is_part


def test_our_sample_is_whole(tmp_path: Path) -> None:
    found = datasets.load("sample", tmp_path, Choice())
    assert (len(found.questions), len(found.documents), found.notes) == (12, 40, ())
    assert {grade for one in found.questions for grade in one.grades.values()} == {0, 1, 2, 3}
