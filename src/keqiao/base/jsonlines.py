"""Objects of a file of JSON lines, their values as texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keqiao.base.csvfile import decoded
from keqiao.base.phrases import N_, Phrase
from keqiao.base.table import BadRow

SEPARATOR = "；"
NOT_JSON = N_("这一行不是 JSON。")
NOT_AN_OBJECT = N_("这一行不是一个 JSON 对象（{…}）。")
NOT_PLAIN = N_("“%(column)s”不是文字、数字或它们的列表。")


@dataclass(frozen=True, slots=True)
class Found:
    """One object: its line, counted from 1, and its texts by the names that it uses itself."""

    number: int
    values: dict[str, str]


def objects(path: Path) -> Iterator[Found | BadRow]:
    """Yield the objects of the file in their order; empty lines are left out."""
    for number, line in enumerate(decoded(path).removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            yield _found(number, line)


def _found(number: int, line: str) -> Found | BadRow:
    try:
        thing = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return BadRow(number, Phrase(NOT_JSON))
    if not isinstance(thing, dict):
        return BadRow(number, Phrase(NOT_AN_OBJECT))
    values = {}
    for name, value in thing.items():
        text = _text(value)
        if text is None:
            return BadRow(number, Phrase(NOT_PLAIN, {"column": name[:20]}))
        values[name] = text
    return Found(number, values)


def _text(value: object) -> str | None:
    match value:
        case None:
            return ""
        case str():
            return value
        case int() | float():
            return str(value)
        case list() if all(isinstance(piece, str | int | float) for piece in value):
            return SEPARATOR.join(str(piece) for piece in value)
        case _:
            return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
