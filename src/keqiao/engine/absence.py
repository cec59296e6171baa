"""What is missing when nothing answers: said in reasons, so that a person knows what to change or whom to look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from keqiao.engine import passages
from keqiao.engine.text import terms
from keqiao.engine.types import Entry, Reason

MOST_NAMED = 4
NEAREST = 10  # candidates whose subjects are counted
DISCIPLINE, DIVISION = 3, 3  # characters of a subject and of an industry code


def reasons(
    query: Entry,
    weights: Mapping[str, float],
    candidates: Sequence[Entry],
    best: float,
    needed: float,
) -> tuple[Reason, ...]:
    """Return what keeps `candidates` (best first) from being an answer.

    `weights` are those of the query's tokens; `best` and `needed` are probabilities (0–1).
    """
    if not candidates:
        return (Reason("missing.nothing"),)
    values = {"sure": round(best * 100), "needed": round(needed * 100)}
    found = [Reason("missing.weak", values)]
    absent = _absent(query, weights, candidates)
    if absent:
        found.append(Reason("missing.terms", {"terms": "”“".join(absent)}))
    stages = [entry.stage for entry in candidates if entry.stage is not None]
    if query.stage is not None and stages and query.kind == "need" and max(stages) < query.stage:
        found.append(Reason("missing.stage", {"need": query.stage, "offer": max(stages)}))
    divisions = {code[:DIVISION] for entry in candidates for code in entry.industries}
    unknown = [code for code in query.industries if code[:DIVISION] not in divisions]
    if unknown:
        found.append(Reason("missing.industry", {"code": unknown[0][:DIVISION]}))
    found += _subjects(query, candidates)
    return (*found, _next(found)) if query.kind == "need" else tuple(found)


def _next(found: Sequence[Reason]) -> Reason:
    """Return what may be done about a need: whom to ask when the subject is absent, else what to say differently."""
    by_code = {reason.code: reason for reason in found}
    if "missing.subject" in by_code:
        return Reason("next.subject", by_code["missing.subject"].values)
    if "missing.stage" in by_code:
        return Reason("next.stage", by_code["missing.stage"].values)
    if "missing.terms" in by_code:
        return Reason("next.terms", by_code["missing.terms"].values)
    return Reason("next.more")


def _subjects(query: Entry, candidates: Sequence[Entry]) -> list[Reason]:
    counted = Counter(entry.subject[:DISCIPLINE] for entry in candidates[:NEAREST] if entry.subject)
    nearest = max(sorted(counted), key=lambda code: counted[code], default="")
    every = {entry.subject[:DISCIPLINE] for entry in candidates if entry.subject}
    found = []
    if query.subject and query.subject[:DISCIPLINE] not in every:
        found.append(Reason("missing.subject", {"code": query.subject[:DISCIPLINE]}))
        if nearest:
            found.append(Reason("missing.nearest", {"code": nearest}))
    return found


def _absent(query: Entry, weights: Mapping[str, float], candidates: Sequence[Entry]) -> list[str]:
    """Return the keywords, else the pieces of the title, that no candidate says."""
    present = {term for entry in candidates for term in terms(entry.words())}
    said = set(terms(query.words()))
    missing = {term for term in said if term not in present and term not in passages.GENERIC}
    if query.keywords:
        words = [word for word in query.keywords if set(terms(word)) & missing]
    else:
        words = passages.pieces(query.title, missing)
    heaviest = sorted(words, key=lambda word: -sum(weights.get(term, 1.0) for term in terms(word)))
    return heaviest[:MOST_NAMED]
