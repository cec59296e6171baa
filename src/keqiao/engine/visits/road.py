"""How far it is, and how long it takes: the line of sight on a sphere, made longer as roads are."""

from __future__ import annotations

import math

from keqiao.engine.visits.types import Point, Rules

EARTH = 6371.0088  # mean radius in km, IUGG


def kilometres(start: Point, end: Point, rules: Rules) -> float:
    """Return the length of the road in km: the great circle (haversine) times the detour."""
    north = math.radians(end.latitude - start.latitude)
    east = math.radians(end.longitude - start.longitude)
    across = math.cos(math.radians(start.latitude)) * math.cos(math.radians(end.latitude))
    chord = math.sin(north / 2) ** 2 + across * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(chord))) * rules.detour


def minutes(start: Point, end: Point, rules: Rules) -> int:
    """Return the time on the road, rounded up to whole minutes."""
    return math.ceil(round(kilometres(start, end, rules) / rules.speed * 60, 6))
