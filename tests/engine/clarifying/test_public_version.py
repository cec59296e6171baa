"""The public version: what must not be seen is not there, however it was written, and a draft of a draft is itself."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.hostile import corpus

from keqiao.engine import clarifying
from keqiao.engine.clarifying import concealing
from keqiao.engine.clarifying.folding import essence, fold, is_said, is_seen
from keqiao.places import reference

LITHIUM = "雅安示例锂业有限公司"
LETTER = (
    "雅安示例锂业有限公司位于四川省雅安市名山区百丈镇曹公村3组，年产锂渣2万吨。联系人：林小满，电话138 1234 5678，"
    "邮箱 lin@shili.example。预算50万元左右，去年投资约200万，单台成本不超过3万元，电价0.6元/度。"
    "示 例 锂 业的配方Ｌ－７不能公开。曾请四川大学王教授指导，与绵阳市示范重工有限公司合作过，古力·阿依老师也来过。"
)
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
# Characters of which secrets, neutral words and what stands between them are made, so that they meet.
MEAN = "某企业单位地人若干万元（略）()ab12 　·-—\u200b\n。■▢Ａ１㎡ｶﾞ㐂𠮷é"
words = st.text(alphabet=MEAN, max_size=6)
texts = st.one_of(st.text(alphabet=MEAN + "公司有限镇村张总138", max_size=60), st.text(max_size=60))


def concealed(text: str, *, names: tuple[str, ...] = (), secrets: tuple[str, ...] = ()) -> str:
    return clarifying.public_version("", text, names=names, secrets=secrets).text


def test_a_letter_of_an_enterprise_says_what_is_wanted_and_not_by_whom() -> None:
    draft = clarifying.public_version(
        "示例锂业的锂渣消纳",
        LETTER,
        names=(LITHIUM, "林小满"),
        secrets=("L-7",),
        gazetteer=reference.load_gazetteer(),
    )
    assert draft.title == "某企业的锂渣消纳"
    assert draft.text == (
        "某企业位于四川省雅安市名山区某地，年产锂渣2万吨。联系人：某某，电话（电话略），"
        "邮箱 （邮箱略）。预算若干万元左右，去年投资约若干万元，单台成本不超过若干万元，电价若干元/度。"
        "某企业的配方（略）不能公开。曾请某单位某某教授指导，与某企业合作过，某某老师也来过。"
    )


def test_what_was_taken_is_told_by_its_place_in_the_original() -> None:
    draft = clarifying.public_version("", LETTER, names=(LITHIUM,), secrets=("L-7",))
    said = {(one.kind, LETTER[one.start : one.end]) for one in draft.taken}
    assert ("company", LITHIUM) in said
    assert ("secret", "Ｌ－７") in said
    assert ("place", "百丈镇曹公村3组") in said
    assert ("phone", "138 1234 5678") in said
    assert ("price", "0.6元") in said


def test_putting_the_words_into_the_places_makes_the_draft() -> None:
    draft = clarifying.public_version("", LETTER, names=(LITHIUM,), secrets=("L-7", "锂渣"))
    rebuilt, place = "", 0
    for one in draft.taken:
        rebuilt += LETTER[place : one.start] + one.put
        place = one.end
    assert rebuilt + LETTER[place:] == draft.text


@pytest.mark.parametrize(
    "said",
    [
        "城镇污水与乡村道路",
        "本公司是上市公司，我厂是老厂",
        "由高级工程师和水利工程师参加",
        "稀有元素、电子元件、3D打印",
        "含锂约1.8 g/L，温度220 ℃，提高到92%以上",
        "四川省雅安市名山区的茶园",
        "2024年、2万吨、18个月、3台",
        "相关企业、同行企业、国有企业、农民合作社",
        "",
    ],
)
def test_what_tells_nobody_stays_as_it_was_written(said: str) -> None:
    assert concealed(said) == said


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("请致电１３８１２３４５６７８", "１３８１２３４５６７８"),
        ("座机 0835-2222222 转 8", "2222222"),
        ("热线400-123-4567", "123-4567"),
        ("微信：abc_12345", "abc_12345"),
        ("信箱 Ａbc＠shili．example", "shili"),
        ("见 https://shili.example/a?b=1 一页", "shili"),
        ("出资五十万元", "五十万"),
        ("预算30～50万", "30"),
        ("人民币￥1,200,000", "1,200,000"),
        ("在人民南路四段12号办公", "人民南路"),
        ("𠮷田㐂村在山上", "𠮷田㐂村"),
        ("联系人 欧阳小山，", "欧阳小山"),
        ("古力·阿依老师来过", "古力"),
        ("张总说不行", "张总"),
        ("专利号ZL201910123456.7", "201910123456"),
        ("统一社会信用代码91510000MA6ABCDE1X", "MA6ABCDE1X"),
    ],
)
def test_what_tells_who_or_where_or_how_much_is_gone(said: str, gone: str) -> None:
    assert gone not in concealed(said)


@pytest.mark.parametrize(
    "written",
    [
        "七号窑",
        "七 号 窑",
        "七　号\u200b窑",
        "七·号·窑",
        "七“号”窑",
        "七-号-窑",
        "七\n号\n窑",
        "七\u0301号窑",
    ],
)
def test_a_secret_is_found_however_it_is_written(written: str) -> None:
    assert concealed(f"用{written}焙烧", secrets=("七号窑",)) == "用（略）焙烧"


@pytest.mark.parametrize("written", ["L7-a", "Ｌ７－Ａ", "l7a", "L 7 / A", "ℒ7a"])
def test_a_secret_in_latin_letters_is_found_in_any_width_and_case(written: str) -> None:
    assert concealed(f"配方{written}。", secrets=("L7-A",)) == "配方（略）。"


@pytest.mark.parametrize("secret", ["某企业", "某", "略", "（略）", "若干万元", "企业某", "业有"])
def test_a_secret_that_is_like_a_neutral_word_does_not_come_back(secret: str) -> None:
    shown = concealed(f"{secret}、示例有限公司有{secret}，花了50万元", secrets=(secret,))
    assert essence(secret) not in fold(shown, keep=is_said).text


def test_when_every_mark_is_a_secret_nothing_is_shown() -> None:
    every = ("某", "略", "从", "…", *(chr(code) for code in range(0x25A0, 0x2600)))
    draft = clarifying.public_version("", "某企业的秘密", secrets=every)
    assert draft.text == ""
    assert [(one.kind, one.start, one.end) for one in draft.taken] == [("secret", 0, 6)]


@settings(max_examples=400, deadline=None)
@given(texts, texts, st.lists(words, max_size=3).map(tuple), st.lists(words, max_size=3).map(tuple))
@example("", "aabb", (), ("ab",))
@example("", "x某x某企业", (), ("x某",))
@example("", "1-3-8", (), ("-",))
@example("", "甲有限公司有限公司", (), ())
def test_nothing_of_secrets_or_names_remains_whatever_the_text(
    title: str, text: str, names: tuple[str, ...], secrets: tuple[str, ...]
) -> None:
    draft = clarifying.public_version(title, text, names=names, secrets=secrets)
    for shown in (draft.title, draft.text):
        for hidden in filter(None, map(essence, (*names, *secrets))):
            assert hidden not in fold(shown, keep=is_said).text
            assert hidden not in fold(shown, keep=is_seen).text


@settings(max_examples=300, deadline=None)
@given(
    texts,
    words.filter(lambda one: essence(one) != ""),
    st.sampled_from(["", " ", "　", "\u200b", "·", "-"]),
    st.sampled_from(["full width", "half width"]),
)
def test_a_secret_put_into_a_text_in_another_width_with_spaces_is_gone(
    around: str, secret: str, between: str, how: str
) -> None:
    written = between.join(secret)
    written = (
        written.translate(FULL_WIDTH)
        if how == "full width"
        else unicodedata.normalize("NFKC", written)
    )
    shown = concealed(around + written + around, secrets=(secret,))
    assert essence(secret) not in fold(shown, keep=is_said).text


@settings(max_examples=300, deadline=None)
@given(texts, texts, st.lists(words, max_size=3).map(tuple), st.lists(words, max_size=3).map(tuple))
@example("甲有限公司有限公司", LETTER, (LITHIUM,), ())
def test_a_draft_of_a_draft_is_the_same_draft(
    title: str, text: str, names: tuple[str, ...], secrets: tuple[str, ...]
) -> None:
    once = clarifying.public_version(title, text, names=names, secrets=secrets)
    twice = clarifying.public_version(once.title, once.text, names=names, secrets=secrets)
    assert (twice.title, twice.text) == (once.title, once.text)
    assert not twice.taken or "" in {one.put for one in once.taken}


@settings(max_examples=200, deadline=None)
@given(texts, st.lists(words, max_size=3).map(tuple))
def test_what_was_taken_stands_apart_and_in_order(text: str, secrets: tuple[str, ...]) -> None:
    taken = clarifying.public_version("", text, secrets=secrets).taken
    places = [place for one in taken for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(one.start < one.end <= len(text) for one in taken)
    assert {one.kind for one in taken} <= set(concealing.NEUTRAL)


@pytest.mark.parametrize(("name", "text"), corpus.KINDS, ids=corpus.NAMES)
def test_hostile_text_is_read_without_harm(name: str, text: str) -> None:
    once = clarifying.public_version(text[:80], text, names=(text[:20],), secrets=("七号窑",))
    twice = clarifying.public_version(
        once.title, once.text, names=(text[:20],), secrets=("七号窑",)
    )
    assert (once.title, once.text) == (twice.title, twice.text), name
