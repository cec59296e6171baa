"""Rows of anybody's tables as the values of an assignment: scored pairs, needs, experts, conflicts and locks."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from keqiao.base.phrases import N_, Phrase
from keqiao.base.rows import BadRow, Column, Row, read_rows
from keqiao.engine.assignment.encode import MOST_PLACES, MOST_SCORE
from keqiao.engine.assignment.types import Couple, Expert, Need, Pair
from keqiao.engine.types import Part, Reason

NEED = Column("need", ("需求", "需求编号", "案件", "case"), is_required=True)
EXPERT = Column("expert", ("专家", "专家编号", "经纪人", "broker"), is_required=True)
SCORE = Column("score", ("分数", "得分"), is_required=True)
WHY = Column("why", ("理由", "依据", "reason"))
WANTED = Column("wanted", ("人数", "需要人数"))
CAPACITY = Column("capacity", ("名额", "上限"))
OWNER = Column("owner", ("单位", "organisation", "organization"))
NEWCOMER = Column("newcomer", ("新人", "is_newcomer"))
YES = frozenset({"是", "新", "yes", "y", "true", "1"})
NO = frozenset({"", "否", "no", "n", "false", "0"})
MOST_KEY = 100  # characters
SHOWN = 20  # characters of a value that is not understood
TWICE = N_("“%(key)s”与前面的行重复。")
KEY_TOO_LONG = N_("编号超过 %(most)s 个字。")
NO_SCORE = N_("看不懂分数“%(value)s”（应为 0 到 100 的数）。")
NO_PLACES = N_("看不懂人数“%(value)s”（应为 0 到 %(most)s 的整数）。")
NO_ANSWER = N_("看不懂“%(value)s”（应为“是”或“否”）。")
UNKNOWN_NEED = N_("需求表里没有“%(key)s”。")
UNKNOWN_EXPERT = N_("专家表里没有“%(key)s”。")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Known:
    """The keys that a table may name; None when any may be named."""

    needs: frozenset[str] | None = None
    experts: frozenset[str] | None = None


class _Wrong(Exception):  # noqa: N818 - a row's trouble, never seen outside
    """A cell that cannot be taken."""

    def __init__(self, text: str, **values: object) -> None:
        self.phrase = Phrase(text, values)
        super().__init__(text)


def read_pairs(path: Path, known: Known) -> Iterator[Pair | BadRow]:
    """Yield the scored pairs of a table and its bad rows; `why` becomes the one part of a score."""

    def taken(row: Row) -> Pair:
        couple = _couple(row, known)
        score, why = _score(row.values["score"]), row.values["why"]
        parts = (Part("table", score, Reason(why)),) if why else ()
        return Pair(couple.need, couple.expert, score, parts)

    return _read(path, (NEED, EXPERT, SCORE, WHY), taken, ("need", "expert"))


def read_couples(path: Path, known: Known) -> Iterator[Couple | BadRow]:
    """Yield the couples of a table of conflicts or locks and its bad rows."""
    return _read(path, (NEED, EXPERT), lambda row: _couple(row, known), ("need", "expert"))


def read_needs(path: Path, *, wanted: int) -> Iterator[Need | BadRow]:
    """Yield the needs of a table and its bad rows; who does not say how many wants `wanted`."""

    def taken(row: Row) -> Need:
        places = _places(row.values["wanted"], wanted)
        return Need(_key(row, "need"), places, row.values["owner"])

    return _read(path, (NEED, WANTED, OWNER), taken, ("need",))


def read_experts(path: Path, *, capacity: int) -> Iterator[Expert | BadRow]:
    """Yield the experts of a table and its bad rows; who does not say how many takes `capacity`."""

    def taken(row: Row) -> Expert:
        places = _places(row.values["capacity"], capacity)
        is_newcomer = _answer(row.values["newcomer"])
        return Expert(_key(row, "expert"), places, row.values["owner"], is_newcomer)

    return _read(path, (EXPERT, CAPACITY, OWNER, NEWCOMER), taken, ("expert",))


def _read(
    path: Path, columns: tuple[Column, ...], taken: Callable[[Row], Value], keys: tuple[str, ...]
) -> Iterator[Value | BadRow]:
    known: set[tuple[str, ...]] = set()
    for row in read_rows(path, columns=columns):
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            value = taken(row)
            known.add(_fresh(row, keys, known))
        except _Wrong as wrong:
            yield BadRow(row.line, wrong.phrase)
            continue
        yield value


def _fresh(row: Row, keys: tuple[str, ...], known: set[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the keys of a row; raises when an earlier row had them."""
    named = tuple(_key(row, key) for key in keys)
    if named in known:
        raise _Wrong(TWICE, key="、".join(named))
    return named


def _key(row: Row, name: str) -> str:
    key = " ".join(row.values[name].split())
    if len(key) > MOST_KEY:
        raise _Wrong(KEY_TOO_LONG, most=MOST_KEY)
    return key


def _couple(row: Row, known: Known) -> Couple:
    couple = Couple(_key(row, "need"), _key(row, "expert"))
    if known.needs is not None and couple.need not in known.needs:
        raise _Wrong(UNKNOWN_NEED, key=couple.need)
    if known.experts is not None and couple.expert not in known.experts:
        raise _Wrong(UNKNOWN_EXPERT, key=couple.expert)
    return couple


def _score(written: str) -> float:
    try:
        score = float(unicodedata.normalize("NFKC", written))
    except ValueError:
        score = math.nan
    if not 0 <= score <= MOST_SCORE:
        raise _Wrong(NO_SCORE, value=written[:SHOWN])
    return score


def _places(written: str, otherwise: int) -> int:
    if not written:
        return otherwise
    number = places(written)
    if number is None:
        raise _Wrong(NO_PLACES, value=written[:SHOWN], most=MOST_PLACES)
    return number


def places(written: str) -> int | None:
    """Return a whole number from 0 to MOST_PLACES; None for anything else."""
    plain = unicodedata.normalize("NFKC", written)
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= len(str(MOST_PLACES))
    return int(plain) if is_number and int(plain) <= MOST_PLACES else None


def _answer(written: str) -> bool:
    plain = unicodedata.normalize("NFKC", written).casefold()
    if plain not in YES | NO:
        raise _Wrong(NO_ANSWER, value=written[:SHOWN])
    return plain in YES
