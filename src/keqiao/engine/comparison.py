"""What decides between two answers: the part in which the better one is furthest ahead."""

from __future__ import annotations

from collections.abc import Sequence

from keqiao.engine.types import Part, Reason


def ahead(better: Sequence[Part], other: Sequence[Part], *, title: str) -> Reason:
    """Return why an answer with the parts `better` stands before one with the parts `other`, called `title`.

    Points are those of the parts; whoever wants the order changed has to close the gap, most easily in the part named.
    """
    behind = {part.code: part.points for part in other}
    leads = {part.code: part.points - behind.get(part.code, 0.0) for part in better}
    gap = round(sum(leads.values()), 1)
    if gap <= 0:
        return Reason("order.tie", {"other": title})
    part = max(sorted(leads), key=lambda code: leads[code])
    return Reason(
        "order.part", {"other": title, "gap": gap, "part": part, "points": round(leads[part], 1)}
    )
