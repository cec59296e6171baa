"""Sentences and refusals."""

from __future__ import annotations

import pytest

from keqiao.base.errors import Invalid, Missing, NotAllowed, Refused, invalid
from keqiao.base.phrases import Phrase


def test_a_phrase_fills_its_places_in_the_language_asked_for() -> None:
    phrase = Phrase("“%(name)s”太大。", {"name": "报告.pdf"})
    english = {"“%(name)s”太大。": "“%(name)s” is too large."}
    assert str(phrase) == "“报告.pdf”太大。"
    assert phrase.say(lambda source: english[source]) == "“报告.pdf” is too large."


def test_a_phrase_inside_a_phrase_is_said_in_the_same_language() -> None:
    phrase = Phrase("请填写%(side)s。", {"side": Phrase("买方")})
    english = {"请填写%(side)s。": "Please enter the %(side)s.", "买方": "buyer"}
    assert str(phrase) == "请填写买方。"
    assert phrase.say(lambda source: english[source]) == "Please enter the buyer."


def test_a_value_with_a_percent_sign_is_said_as_it_is() -> None:
    assert (
        Phrase("不能上传“%(name)s”。", {"name": "100%(x)s.exe"}).say() == "不能上传“100%(x)s.exe”。"
    )


@pytest.mark.parametrize("kind", [Refused, NotAllowed, Missing])
def test_every_refusal_has_a_whole_sentence(kind: type[Refused]) -> None:
    assert kind().phrase.say().endswith("。")


def test_a_refusal_may_carry_its_own_sentence() -> None:
    assert Refused("最多 %(most)s 次。", most=3).phrase.say() == "最多 3 次。"


def test_an_invalid_entry_says_which_field() -> None:
    refusal = invalid("title", "最多 %(most)s 个字。", most=80)
    assert isinstance(refusal, Invalid)
    assert [(p.field, p.phrase.say()) for p in refusal.problems] == [("title", "最多 80 个字。")]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("“她·未来”女童科学营", "请评审“‘她·未来’女童科学营”。"),
        ("女童科学营", "请评审“女童科学营”。"),
        ("锂渣”“水泥", "请评审“锂渣”“水泥”。"),
    ],
)
def test_quotation_marks_inside_quotation_marks_become_single_ones(title: str, said: str) -> None:
    assert str(Phrase("请评审“%(title)s”。", {"title": title})) == said


def test_a_title_outside_quotation_marks_keeps_its_own() -> None:
    assert str(Phrase("请评审%(title)s。", {"title": "“她”科学营"})) == "请评审“她”科学营。"
