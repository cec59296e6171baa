"""What the engine says about a match reads as a broker would put it: names, whole words, what to do next."""

from __future__ import annotations

import pytest

from keqiao.base.phrases import Phrase
from keqiao.engine import absence, passages, reasons, scoring
from keqiao.engine.text import terms
from keqiao.engine.types import Entry, Reason
from keqiao.places import reference


def shared(one: str, other: str) -> list[str]:
    return passages.shared_terms(one, other, dict.fromkeys(terms(one), 1.0))


def missing(need: Entry, *offers: Entry) -> dict[str, Reason]:
    found = absence.reasons(need, {}, offers, 0.1, 0.28)
    return {reason.code: reason for reason in found}


def test_codes_are_called_by_their_names() -> None:
    reason = Reason("industry.class", {"code": "C2613"})
    assert reasons.sentence(reason) == "行业相同（C2613）"
    assert reasons.sentence(reason, called=reference.called) == "行业相同（无机盐制造）"
    near = Reason("missing.nearest", {"code": "B06"})
    assert "学科 " in reasons.sentence(near, called=reference.called)
    assert "B06" not in reasons.sentence(near, called=reference.called)


def test_a_code_that_nobody_knows_is_shown_as_it_is() -> None:
    assert reference.called("industry", "Z9999") == "Z9999"
    assert reference.called("subject", "") == ""


def test_subjects_have_english_names_and_industries_chinese_ones() -> None:
    assert reference.called("subject", "A0101", in_english=True) == "Number Theory"
    assert reference.called("subject", "A01", in_english=True) == "mathematics"
    assert reference.called("industry", "C2613", in_english=True) == "无机盐制造"


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("钛系吸附剂", "锰系吸附剂", "吸附剂"),
        ("沉锂母液中的锂", "从母液中提取", "母液"),
        ("氨气20 mg", "降到14 mg", ""),
        ("化学反应釜", "有机化学反应", "化学反应"),
        ("可靠性试验", "做可靠性试验", "可靠性试验"),
        ("中试放大", "中试基地", "中试"),
        ("系数标定", "系数", "系数"),
        ("沉锂后的母液回用", "析硝后的母液回用", "母液回用"),
        ("后处理设备", "后处理工序", "后处理"),
        ("鋰輝石㐂", "鋰輝石", "鋰輝石"),
        ("𠮷田式窯爐", "𠮷田式窯爐改造", "𠮷田式窯爐"),
        ("ＭＥＳ系統聯動", "mes聯動", "mes"),
    ],
)
def test_shared_words_are_whole(one: str, other: str, word: str) -> None:
    assert (word in shared(one, other)) if word else (shared(one, other) == [])


def test_a_shared_subject_is_one_that_there_is() -> None:
    need = Entry("N", "need", "锂", "锂", subject="B060301")
    offer = Entry("F", "offer", "锂", "锂", subject="B060302")
    asked = scoring.read(need, scoring.Collection({"锂": 1}, 10))
    parts = {part.code: part for part in scoring.score(asked, offer, None, key="F").parts}
    assert parts["subject"].reason == Reason("subject.same", {"code": "B0603"})


def test_what_is_missing_ends_with_what_to_do() -> None:
    need = Entry("N", "need", "古琴减字谱打谱", "请琴家打谱", subject="H0101", stage=6)
    tea = Entry("F", "offer", "茶园机采", "采茶机", subject="C1501", stage=4)
    found = missing(need, tea)
    assert list(found)[-1] == "next.subject"
    assert reasons.sentence(found["next.subject"]).startswith("可以请上级科协代找")
    same = Entry("F", "offer", "古琴减字谱打谱", "请琴家打谱", subject="H0102", stage=4)
    assert list(missing(need, same))[-1] == "next.stage"
    later = Entry("F", "offer", "茶园机采", "采茶机", subject="H0102", stage=8)
    assert list(missing(need, later))[-1] == "next.terms"
    alike = Entry("F", "offer", "古琴减字谱打谱", "请琴家打谱", subject="H0102", stage=8)
    assert list(missing(need, alike))[-1] == "next.more"
    assert missing(need) == {"missing.nothing": Reason("missing.nothing")}


def test_every_sentence_has_the_places_that_its_reason_fills() -> None:
    values = dict.fromkeys(
        ("terms", "need", "offer", "code", "gap", "sure", "needed", "other"), "甲"
    )
    values |= {"part": "title", "points": "1"}
    for code in reasons.SENTENCES:
        said = reasons.sentence(Reason(code, values))
        assert said != code
        assert "%(" not in said
        assert str(Phrase(reasons.SENTENCES[code], {**values, "part": "题目"})) == said


def test_a_long_text_is_capped_by_the_sentences_that_carry_it() -> None:
    weights = dict.fromkeys(terms("锂渣掺合料活性"), 5.0)
    said = [
        "随着社会的不断发展，我公司成立于一九八八年。",
        "锂渣掺合料活性低。",
        "厂区占地五十亩。",
    ]
    text = "锂渣利用\n" + "".join(said)
    assert passages.carrying(text, weights, 100) == text
    assert passages.carrying(text, weights, 20) == "锂渣利用\n锂渣掺合料活性低。"
    assert passages.carrying(text, weights, 24) == "锂渣利用\n锂渣掺合料活性低。厂区占地五十亩。"
    assert passages.carrying("锂渣" * 300, weights, 100) == "锂渣" * 50
    assert passages.carrying("长" * 90 + "\n" + "锂渣。" * 9, weights, 50) == "锂渣。" * 9
    for most in range(1, 60):
        assert len(passages.carrying(text, weights, most)) <= most + 1


def test_what_is_kept_does_not_depend_on_the_weights_of_others() -> None:
    assert passages.carrying("甲。乙。丙。", {}, 4) == "甲。乙。"
