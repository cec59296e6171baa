"""Words of the room that are no tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Distance(StrEnum):
    """How near two regions are: the smallest area they share."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Centre:
    """Where a region's seat lies, in degrees; `region` is whose seat that is: the region's own or one above it."""

    latitude: float
    longitude: float
    region: str


@dataclass(frozen=True, slots=True)
class Count:
    """What a load did to one table, in rows; their sum without `ended` is the rows of the file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0

    @property
    def is_change(self) -> bool:
        """Tell whether anything was written."""
        return bool(self.added or self.changed or self.ended)
