"""Small problems of every kind for the properties."""

from __future__ import annotations

from hypothesis import strategies as st

from keqiao.engine.assignment.types import Couple, Expert, Need, Pair, Problem, Rules
from keqiao.engine.types import Part, Reason

KEYS = ("𠮷田的需求", "锂渣", "a", "ａ", "㐂-1")
PEOPLE = ("古力·阿依", "𠀀", "b", "王", "B")
MOST_PAIRS = 9  # 512 plans


@st.composite
def problems(
    draw: st.DrawFn, *, locks: bool = False, floors: bool = False, newcomers: bool = False
) -> Problem:
    """Draw a problem of at most 4 needs and 4 experts whose locks do not contradict anything."""
    owners = st.sampled_from(("", "", "", "甲厂", "乙所"))
    needs = [
        Need(key, draw(st.integers(0, 2)), draw(owners)) for key in KEYS[: draw(st.integers(0, 4))]
    ]
    people = PEOPLE[: draw(st.integers(0, 4))]
    experts = [
        Expert(key, draw(st.integers(0, 2)), draw(owners), draw(st.booleans())) for key in people
    ]
    couples = [(need.key, expert.key) for need in needs for expert in experts]
    scores = st.one_of(st.integers(0, 6).map(lambda tens: tens * 10.0), st.floats(0, 100))
    if not couples:
        return Problem(needs, experts, [])
    some = st.lists(st.sampled_from(couples), unique=True, max_size=MOST_PAIRS)
    pairs = [Pair(*couple, draw(scores), part(couple)) for couple in draw(some)]
    conflicts = [Couple(*couple) for couple in draw(st.lists(st.sampled_from(couples), max_size=3))]
    wished = draw(st.lists(st.sampled_from(couples), unique=True, max_size=2)) if locks else []
    rules = Rules(
        threshold=draw(st.sampled_from((0.0, 0.0, 20.0, 33.3))),
        floor=draw(st.sampled_from((0.0, 30.0, 50.0, 100.0))) if floors else None,
        newcomers=draw(st.sampled_from((0.0, 0.3, 0.5, 1.0))) if newcomers else 0.0,
    )
    kept = possible(needs, experts, conflicts, wished)
    return Problem(needs, experts, pairs, conflicts, kept, rules)


def part(couple: tuple[str, str]) -> tuple[Part, ...]:
    """Return parts that name their pair."""
    return (Part("words", 1.5, Reason("words.shared", {"terms": "/".join(couple)})),)


def possible(
    needs: list[Need], experts: list[Expert], conflicts: list[Couple], wished: list[tuple[str, str]]
) -> list[Couple]:
    """Return those of the wished locks that contradict neither places nor conflicts."""
    wanted = {need.key: need.wanted for need in needs}
    capacity = {expert.key: expert.capacity for expert in experts}
    asks = {need.key: need.owner for need in needs}
    owner = {expert.key: expert.owner for expert in experts}
    kept = []
    for need, expert in wished:
        is_own = asks[need] != "" and asks[need] == owner[expert]
        if Couple(need, expert) in conflicts or is_own or not wanted[need] or not capacity[expert]:
            continue
        wanted[need] -= 1
        capacity[expert] -= 1
        kept.append(Couple(need, expert))
    return kept
