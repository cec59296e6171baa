"""The words of the room: a line of a sheet with what becomes of it, and how it is kept until it is confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.errors import Problem
from keqiao.base.phrases import Phrase
from keqiao.needs.types import Content

KEEP_DAYS = 7  # that a sheet waits to be confirmed
LISTS = ("cooperation", "keywords", "secrets")
BUDGETS = ("budget_low", "budget_high")


class Verdict(models.TextChoices):
    """What becomes of a line."""

    NEW = "new", _("新需求")
    SAME = "same", _("已经有了")
    WRONG = "wrong", _("有问题")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was read: its number in the sheet, what it says, what is wrong, the need that it repeats.

    ``proposed`` names the fields that the clarifier filled.
    """

    number: int
    verdict: Verdict
    content: Content
    proposed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    code: str = ""


def to_json(line: Line) -> dict[str, Any]:
    """Return a line as plain values; sentences stay whole, so that each reader has them in the own language."""
    content = {name: value for name, value in asdict(line.content).items() if value}
    for name in BUDGETS:
        amount = getattr(line.content, name)
        if amount is not None:
            content[name] = str(amount)
    if line.content.deadline_on is not None:
        content["deadline_on"] = line.content.deadline_on.isoformat()
    return {
        "number": line.number,
        "verdict": line.verdict.value,
        "content": content,
        "proposed": list(line.proposed),
        "problems": [
            [problem.field, problem.phrase.text, _plain(problem.phrase.values)]
            for problem in line.problems
        ],
        "code": line.code,
    }


def from_json(kept: Mapping[str, Any]) -> Line:
    """Return the line that was kept."""
    content = dict(kept["content"])
    for name in LISTS:
        content[name] = tuple(content.get(name, ()))
    for name in BUDGETS:
        if name in content:
            content[name] = Decimal(content[name])
    if "deadline_on" in content:
        content["deadline_on"] = dt.date.fromisoformat(content["deadline_on"])
    content.setdefault("title", "")
    return Line(
        number=kept["number"],
        verdict=Verdict(kept["verdict"]),
        content=Content(**content),
        proposed=tuple(kept["proposed"]),
        problems=tuple(
            Problem(field, Phrase(text, values)) for field, text, values in kept["problems"]
        ),
        code=kept["code"],
    )


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int) else str(value) for name, value in values.items()}
