"""One free text → everything that it already says of a need."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from keqiao.engine.clarifying import codes, meanings, parts, terms, traits, wording
from keqiao.engine.clarifying.simplifying import simplified
from keqiao.engine.clarifying.trees import Trees
from keqiao.engine.clarifying.types import Proposal, Proposals
from keqiao.engine.dense import Encoder
from keqiao.engine.text import LONGEST

INDUSTRY_DIGITS, SUBJECT_DIGITS = 4, 3  # C384 and E07: what differs between the proposed codes


def propose(
    text: str, trees: Trees, *, encoder: Encoder | None = None, today: dt.date | None = None
) -> Proposals:
    """Return what the text says; see `clarifying.propose`."""
    written = text[:LONGEST]
    said = simplified(written)
    cut = {part: _as_written(written, one) for part, one in parts.propose(said).items()}
    found = [*trees.industries.find(said), *trees.subjects.find(said)]
    digits = {trees.industries: INDUSTRY_DIGITS, trees.subjects: SUBJECT_DIGITS}
    near = meanings.nearness(said, digits, encoder)
    industries, subjects = (
        codes.propose(said, tree, digits=digits[tree], nearness=near[tree])
        for tree in (trees.industries, trees.subjects)
    )
    title = wording.title(said, cut.get("wanted"), found)
    return Proposals(
        title=None if title is None else _as_written(written, title),
        industries=industries,
        subjects=subjects,
        region=traits.region(said, trees.gazetteer),
        stage=traits.stage(said),
        cooperation=traits.cooperation(said),
        keywords=tuple(_as_written(written, one, most=1) for one in wording.keywords(said, found)),
        direction=traits.direction(said),
        wanted=cut.get("wanted"),
        tried=cut.get("tried"),
        targets=cut.get("targets"),
        limits=cut.get("limits"),
        budget=terms.budget(written),
        deadline=None if today is None else terms.deadline(written, today),
    )


def _as_written(text: str, proposal: Proposal[str], most: int | None = None) -> Proposal[str]:
    """Return a proposal that was read in simplified characters in the author's own."""
    passages = [text[one.start : one.end].rstrip("，, ") for one in proposal.passages[:most]]
    if simplified("\n".join(passages)) != proposal.value:
        return proposal
    value = "\n".join(passages)
    return replace(proposal, value=value, words=(value,) if proposal.words else ())
