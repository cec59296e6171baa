"""The words of the room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """A dispatch as it comes in; ``facts`` are plain JSON values for the editor to check."""

    headline: str
    body: str
    region_id: str = ""
    byline: str = ""
    dated: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
