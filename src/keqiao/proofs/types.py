"""The words of the room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a proof is of."""

    ATTENDANCE = "attendance", _("参加证明")
    HOURS = "hours", _("志愿服务记录证明")


@dataclass(frozen=True, slots=True)
class Content:
    """What a proof says in public: facts as label and value, and a table where there are many entries.

    It names nobody: the name is given beside it, and only its salted hash is kept.
    """

    title: str
    lines: tuple[tuple[str, str], ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            "title": self.title,
            "lines": [list(line) for line in self.lines],
            "head": list(self.head),
            "rows": [list(row) for row in self.rows],
        }

    def labelled(self) -> list[list[tuple[str, str]]]:
        """Return the rows, each cell with the head above it."""
        return [list(zip(self.head, row, strict=False)) for row in self.rows]

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Content:
        """Return the content that ``plain`` gave."""
        return cls(
            title=plain["title"],
            lines=tuple((label, value) for label, value in plain["lines"]),
            head=tuple(plain["head"]),
            rows=tuple(tuple(row) for row in plain["rows"]),
        )
