"""What in a text tells who, where, how much or how to reach somebody: by its form, and by what stands beside it.

Patterns read text that is folded: half width, small, simplified. They rather take too much.
"""

from __future__ import annotations

from keqiao.engine.clarifying import amounts, bodies, contacts, persons, whereabouts
from keqiao.engine.clarifying.folding import fold, is_not_hidden
from keqiao.engine.clarifying.types import Hit
from keqiao.engine.gazetteer import Gazetteer

_READERS = (bodies.find, contacts.find, amounts.find, persons.find, whereabouts.find)


def find(text: str) -> list[Hit]:
    """Return what was found, in order, apart; of two that overlap the longer, of two that touch one."""
    folded = fold(text, keep=is_not_hidden)
    hits = [hit for read in _READERS for hit in read(folded.text)]
    kept: list[Hit] = []
    taken = bytearray(len(folded.text))
    for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start, one.kind)):
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            kept.append(hit)
    joined: list[Hit] = []
    for hit in sorted(kept, key=lambda one: one.start):
        if joined and (joined[-1].end, joined[-1].kind) == (hit.start, hit.kind):
            joined[-1] = Hit(hit.kind, joined[-1].start, hit.end)
        else:
            joined.append(hit)
    return [Hit(one.kind, *folded.span(one.start, one.end)) for one in joined]


def called(kind: str, name: str, gazetteer: Gazetteer | None = None) -> tuple[str, ...]:
    """Return what else a company or a village is called, folded names read as given ones."""
    if kind == "place":
        return whereabouts.called(fold(name, keep=is_not_hidden).text, gazetteer)
    return bodies.called(name, gazetteer)
