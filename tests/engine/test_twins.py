"""Twins and stock sentences: found whatever the order, the width and the names; never by chance alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hostile import corpus

from keqiao.engine.likeness import Pair, pairs, read, shingles
from keqiao.engine.twins import Found, Kind, Twins, find, imprint
from keqiao.engine.types import Entry

SLAG = Entry(
    "n1", "need", "锂渣作水泥混合材的掺量提升",
    "我公司硫酸法提锂每年产生锂渣约20万吨，目前在水泥中的掺量只有6%。"
    "再高凝结时间变长、需水量上升。希望通过粉磨和激发提高锂渣活性，使掺量达到12%以上，28天强度不下降。",
    owner="o1", subject="E0205",
)  # fmt: skip
REWORDED = replace(
    SLAG,
    key="n2",
    owner="o2",
    text="期望借助粉磨和激发提升锂渣活性，28天强度不下降，使掺量达到15%以上。"
    "本厂硫酸法提锂每年出锂渣约30万吨，当前在水泥中的掺量仅7%；再高则需水量上升、凝结时间变长。",
)
TEMPLATE = replace(
    SLAG,
    key="n3",
    owner="o3",
    title="磷石膏作水泥混合材的掺量提升",
    text=SLAG.text.replace("硫酸法提锂", "湿法磷酸").replace("锂渣", "磷石膏"),
)
OTHER = Entry(
    "n4", "need", "锂渣堆场渗滤液中铊和铍的去除",
    "锂渣堆场雨季渗滤液中检出微量铊和铍，现有石灰中和后铊仍不稳定。希望寻找深度去除工艺，设备能放进现有的调节池旁。",
    owner="o4", subject="E0205",
)  # fmt: skip
WORDS = st.text(alphabet="锂渣水泥混合材掺量工艺提高，。；0123 abc㐂𠮷鋰", max_size=120)


def keys(found: Found) -> list[str]:
    return [twin.key for twin in found.twins]


def test_a_copy_a_paraphrase_and_a_template_are_told_apart() -> None:
    shelf = Twins([replace(SLAG, key="copy", owner="o9"), REWORDED, TEMPLATE, OTHER])
    found = {twin.key: twin for twin in shelf.find(SLAG).twins}
    kinds = {key: twin.kind for key, twin in found.items()}
    assert kinds == {"copy": Kind.COPY, "n2": Kind.PARAPHRASE, "n3": Kind.TEMPLATE}
    assert ("锂渣", "磷石膏") in found["n3"].swaps
    assert found["copy"].inside == found["copy"].around == found["copy"].jaccard == 1.0


def test_a_different_need_of_the_same_subject_is_no_twin() -> None:
    assert Twins([OTHER]).find(SLAG) == Found()


def test_a_short_text_inside_a_long_one_is_found_from_both_sides() -> None:
    long = replace(
        SLAG, key="long", owner="o5", text=OTHER.text * 2 + SLAG.text + "另外的话。" * 30
    )
    inside = Twins([long]).find(SLAG).twins[0]
    around = Twins([SLAG]).find(long).twins[0]
    assert inside.inside == around.around > 0.95
    assert inside.around == around.inside < 0.8


def test_the_same_passages_and_the_differences_are_shown_as_written() -> None:
    twin = Twins([REWORDED]).find(SLAG).twins[0]
    runs = [run for pair in twin.pairs for run in pair.mine]
    assert "".join(run.text for run in runs) in f"{SLAG.title}{SLAG.text}"
    assert any(run.is_same and "在水泥中的掺量" in run.text for run in runs)
    assert any(not run.is_same and "20" in run.text for run in runs)


def test_a_changed_number_makes_no_new_text_and_is_shown_as_changed() -> None:
    changed = replace(SLAG, key="n5", owner="o5", text=SLAG.text.replace("20", "35"))
    twin = Twins([changed]).find(SLAG).twins[0]
    assert twin.jaccard == 1.0
    assert any(run.text == "20" and not run.is_same for pair in twin.pairs for run in pair.mine)


def test_the_owners_own_twin_is_told_as_such() -> None:
    shelf = Twins([replace(SLAG, key="old"), replace(SLAG, key="new", owner="o2")])
    assert {twin.key: twin.is_own for twin in shelf.find(SLAG).twins} == {"old": True, "new": False}
    nameless = replace(SLAG, owner="")
    assert not any(twin.is_own for twin in Twins([replace(nameless, key="x")]).find(nameless).twins)


def test_an_entry_is_not_its_own_twin() -> None:
    assert Twins([SLAG]).find(SLAG) == Found()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＭＥＳ系統，１２０目。", "MES系統,100目."),
        ("㐂字號產線，𠮷田先生的鋰渣。", "㐂字號產線  ，\u3000𠮷田先生的鋰渣！"),
        ("⼀⼆三⽔泥窯尾氣治理", "一二三水泥窯尾氣治理"),
    ],
)
def test_width_space_punctuation_and_numbers_do_not_hide_a_copy(one: str, other: str) -> None:
    mine, theirs = replace(SLAG, title="", text=one), replace(OTHER, title="", text=other)
    assert keys(Twins([theirs]).find(mine)) == [theirs.key]


def test_traditional_and_rare_characters_are_read_one_by_one() -> None:
    mine, theirs = replace(SLAG, text="𠮷田㐂" * 9), replace(OTHER, text="吉田喜" * 9)
    assert not shingles(read(mine.text)) & shingles(read(theirs.text))


def stocked(count: int, *, subjects: int = 9) -> list[Entry]:
    """Return entries about different things that all say one sentence."""
    about = (
        "猕猴桃溃疡病",
        "焊缝气孔",
        "茶园采摘",
        "猪舍氨气",
        "极片涂布",
        "古茶树鉴定",
        "粪水发酵",
    )
    said = "一直没有办法，请专家来看。随着2024年社会的不断发展，这件事越来越重要。"
    return [
        Entry(f"s{n}", "need", what, f"{what}{said}", f"s{n}", subject=f"{'ABCDEFGHI'[n % subjects]}01")
        for n, what in enumerate(about[:count])
    ]  # fmt: skip


def test_a_sentence_of_many_unrelated_entries_is_stock_and_makes_no_twin() -> None:
    shelf = Twins(stocked(6))
    mine = replace(OTHER, text="随着2026年社会的不断发展，这件事越来越重要。铊要去除。")
    found = shelf.find(mine)
    assert found.twins == ()
    assert [(one.text, one.spread.owners) for one in found.stock] == [
        ("随着2026年社会的不断发展，这件事越来越重要。", 6)
    ]


def test_a_clause_that_all_begin_with_is_stock_too() -> None:
    shelf = Twins(stocked(5))
    mine = replace(OTHER, text="随着2026年社会的不断发展，铊和铍的去除要求提高了。")
    assert [one.text for one in shelf.find(mine).stock] == ["随着2026年社会的不断发展"]


def test_few_owners_one_subject_or_the_own_entries_make_no_stock() -> None:
    mine = replace(OTHER, text="随着2026年社会的不断发展，这件事越来越重要。")
    assert Twins(stocked(2)).find(mine).stock == ()
    assert Twins(stocked(6, subjects=1)).find(mine).stock == ()
    own = [replace(entry, owner=mine.owner) for entry in stocked(6)]
    assert Twins(own).find(mine).stock == ()


def test_what_copies_say_is_not_stock_for_that() -> None:
    shelf = Twins(
        [replace(SLAG, key=f"c{n}", owner=f"c{n}", subject=f"{'ABCDE'[n]}01") for n in range(5)]
    )
    found = shelf.find(SLAG)
    assert (len(found.twins), found.stock) == (5, ())


def test_more_twins_than_are_listed_are_counted() -> None:
    shelf = Twins([replace(SLAG, key=f"c{n:02}", owner=f"c{n}") for n in range(15)])
    found = shelf.find(SLAG)
    assert (len(found.twins), found.more) == (10, 5)


def test_a_changed_or_removed_entry_is_a_twin_no_more() -> None:
    shelf = Twins([REWORDED, TEMPLATE])
    shelf.put([replace(REWORDED, text=OTHER.text, title="别的")])
    assert keys(shelf.find(SLAG)) == ["n3"]
    shelf.delete(["n3", "unknown"])
    assert shelf.find(SLAG) == Found()
    shelf.delete(["n2"])
    assert (shelf.count(), shelf._holders, +shelf._frequencies) == (0, {}, {})


@given(st.text(min_size=1, max_size=200).filter(lambda text: bool(read(text))), WORDS)
@settings(max_examples=150, deadline=None)
def test_an_identical_text_is_always_a_twin(text: str, other: str) -> None:
    mine = Entry("a", "need", "", text, owner="a")
    shelf = Twins([replace(mine, key="b", owner="b"), replace(mine, key="c", text=other)])
    assert "b" in keys(shelf.find(mine))


@given(st.permutations([REWORDED, TEMPLATE, OTHER, *stocked(5)]), WORDS)
@settings(max_examples=60, deadline=None)
def test_the_order_of_input_changes_nothing(entries: list[Entry], text: str) -> None:
    mine = replace(SLAG, text=SLAG.text + text)
    ordered = sorted(entries, key=lambda entry: entry.key)
    assert Twins(entries).find(mine) == Twins(ordered).find(mine)


@given(st.integers(0, 10**6), WORDS)
@settings(max_examples=60, deadline=None)
def test_renaming_keys_changes_nothing(number: int, text: str) -> None:
    entries = [REWORDED, TEMPLATE, OTHER, *stocked(5)]
    mine = replace(SLAG, text=SLAG.text + text)
    named = {
        entry.key: f"{number * (place + 7) % 997}-{place}" for place, entry in enumerate(entries)
    }
    renamed = [replace(entry, key=named[entry.key]) for entry in entries]
    before, after = Twins(entries).find(mine), Twins(renamed).find(mine)
    assert [replace(twin, key=named[twin.key]) for twin in before.twins] == list(after.twins)
    assert before.stock == after.stock


@given(WORDS, WORDS)
@settings(max_examples=100, deadline=None)
def test_likeness_is_the_same_from_both_sides_and_pairs_are_whole_sentences(
    one: str, other: str
) -> None:
    mine, theirs = read(one), read(other)
    assert len(shingles(mine) & shingles(theirs)) == len(shingles(theirs) & shingles(mine))
    for pair in pairs(mine, theirs):
        assert "".join(run.text for run in pair.mine) in one
        assert "".join(run.text for run in pair.theirs) in other
        assert all(run.text for run in (*pair.mine, *pair.theirs))


@pytest.mark.parametrize(
    ("_name", "text"), corpus.KINDS, ids=[name for name, _text in corpus.KINDS]
)
def test_hostile_text_is_read_and_compared(_name: str, text: str) -> None:
    mine = Entry("a", "need", "", text, owner="a")
    shelf = Twins([replace(mine, key="b", owner="b"), SLAG])
    found = shelf.find(mine)
    assert keys(found) == (["b"] if read(text) else [])
    assert all(isinstance(pair, Pair) for twin in found.twins for pair in twin.pairs)


def test_an_imprint_is_the_same_in_every_process() -> None:
    made = imprint(SLAG)
    assert made == imprint(replace(SLAG, key="other", owner="other"))
    assert (made.shingles[0], made.sentences[0]) == (
        154045137549027800,
        458799736007532426,
    )
    assert all(0 <= number < 1 << 63 for number in (*made.shingles, *made.sentences))
    assert len(made.shingles) >= 24


def test_nothing_given_is_changed() -> None:
    shelf = Twins([REWORDED, TEMPLATE])
    before = (dict(shelf._entries), dict(shelf._imprints))
    assert find(SLAG, shelf) == find(SLAG, shelf)
    assert (dict(shelf._entries), dict(shelf._imprints)) == before
