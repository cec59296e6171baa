"""Every sentence that the rules were made on: what must go is gone, and technical words stay."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from keqiao.engine import clarifying
from keqiao.engine.clarifying import simplifying
from keqiao.places import reference

CASES = Path(__file__).parents[3] / "bench" / "cases" / "conceal_development.tsv"
MARK = re.compile("⟦[a-z]+[|]([^⟧]*)⟧")


def sentences(what: str) -> list[str]:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["sentence"] for row in rows if row["what"] == what]


def test_the_table_of_characters_is_one_for_one_and_ends_at_simplified_ones() -> None:
    pairs = simplifying.table()
    assert len(pairs) > 800
    assert not set(pairs) & set(map(ord, pairs.values()))
    assert all(len(new) == 1 and new.encode("gb2312") for new in pairs.values())
    assert simplifying.simplified("雅鋰七號㐂𠮷") == "雅锂七号㐂𠮷"


def drafted(text: str) -> str:
    words = [one.value for one in clarifying.secrets(text)]
    gazetteer = reference.load_gazetteer()
    return clarifying.public_version("", text, secrets=words, gazetteer=gazetteer).text


@pytest.mark.parametrize("sentence", sentences("stays"))
def test_a_technical_sentence_stays_as_it_is(sentence: str) -> None:
    assert drafted(sentence) == sentence


@pytest.mark.parametrize("marked", sentences("hides"))
def test_what_is_marked_goes_and_the_rest_stays(marked: str) -> None:
    shown = drafted(MARK.sub(r"\1", marked))
    for said in MARK.findall(marked):
        assert said not in shown
    place = 0
    for piece in MARK.split(marked)[::2]:
        assert piece in shown[place:]
        place = shown.index(piece, place) + len(piece)


def test_nothing_of_a_town_that_was_taken_out_stays_under_its_short_name() -> None:
    assert drafted("九襄镇的果农很急，九襄今年冻害。") == "某地的果农很急，某地今年冻害。"
    assert drafted("太平镇要太平。") == "某地要太平。"


def test_a_secret_in_simplified_characters_is_found_in_traditional_ones() -> None:
    shown = clarifying.public_version("", "用雅鋰七號浸出", secrets=("雅锂七号",)).text
    assert shown == "用（略）浸出"
    shown = clarifying.public_version("", "用雅锂七号浸出", secrets=("雅鋰七號",)).text
    assert shown == "用（略）浸出"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("“雅锂七号”浸出剂的配方不能外传", ["雅锂七号"]),
        ("代号KL-7的助剂", ["KL-7"]),
        ("代號為KL-7的助劑，代号kl-7", ["KL-7"]),
        ("“双碳”目标下的品牌建设", []),
        ("牌号Q235的钢板，牌号 304 不锈钢", []),
        ("商标的名字还没有想好", []),
        ("", []),
    ],
)
def test_products_are_proposed_as_secrets_and_common_words_are_not(
    text: str, named: list[str]
) -> None:
    assert [one.value for one in clarifying.secrets(text)] == named
