"""Fields of the records that papers are made from: how long each may be, and how a whole record is made safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

from keqiao.base.phrases import N_
from keqiao.base.text import Intake

Record = TypeVar("Record")
TOO_MANY = N_("这一栏最多 %(most)s 项，现在是 %(count)s 项，请合并或另附附件。")
NO_CHARACTERS = re.compile(
    "[\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)  # fmt: skip
LINE_ENDS = re.compile("[\u2028\u2029]")


def line(most: int = 200) -> str:
    """Return a field of one line with at most ``most`` characters, empty when nobody said."""
    return field(default="", metadata={"most": most})


def text(most: int = 5000) -> str:
    """Return a field of several lines with at most ``most`` characters, empty when nobody said."""
    return field(default="", metadata={"most": most, "lines": True})


def many(most: int) -> Any:
    """Return a field of at most ``most`` records or words, none when nobody said."""
    return field(default=(), metadata={"most": most})


def cleaned(record: Record) -> Record:
    """Return ``record`` with every text in it clean; raise Invalid with every problem, named as ``parties.0.name``."""
    intake = Intake()
    result = _record(record, intake, "")
    intake.finish()
    return result


def _record(record: Record, intake: Intake, before: str) -> Record:
    assert is_dataclass(record)  # noqa: S101 - for the type checker: only records come here
    changes = {
        one.name: _value(getattr(record, one.name), intake, before + one.name, one.metadata)
        for one in fields(record)
    }
    return cast("Record", replace(cast("Any", record), **changes))


def _value(value: Any, intake: Intake, name: str, rules: Any) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return _string(value, intake, name, rules)
        case tuple():
            return _several(value, intake, name, rules)
        case _ if is_dataclass(value):
            return _record(value, intake, f"{name}.")
        case _:
            return value


def _string(value: str, intake: Intake, name: str, rules: Any) -> str:
    value = NO_CHARACTERS.sub("", value)
    most = rules.get("most", 200)
    if rules.get("lines"):
        return intake.text(name, LINE_ENDS.sub("\n", value), most=most)
    return intake.line(name, value, most=most)


def _several(values: Sequence[Any], intake: Intake, name: str, rules: Any) -> tuple[Any, ...]:
    most = rules.get("most", 100)
    if len(values) > most:
        intake.problem(name, TOO_MANY, most=most, count=len(values))
        return ()
    return tuple(_value(one, intake, f"{name}.{place}", {}) for place, one in enumerate(values))
