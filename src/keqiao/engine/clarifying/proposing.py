"""One free text → everything that it already says of a need."""

from __future__ import annotations

from keqiao.engine.clarifying import codes, meanings, parts, traits, wording
from keqiao.engine.clarifying.trees import Trees
from keqiao.engine.clarifying.types import Proposals
from keqiao.engine.dense import Encoder
from keqiao.engine.text import LONGEST

INDUSTRY_DIGITS, SUBJECT_DIGITS = 4, 3  # C384 and E07: what differs between the proposed codes


def propose(text: str, trees: Trees, *, encoder: Encoder | None = None) -> Proposals:
    """Return what the text says; see `clarifying.propose`."""
    said = text[:LONGEST]
    cut = parts.propose(said)
    found = [*trees.industries.find(said), *trees.subjects.find(said)]
    digits = {trees.industries: INDUSTRY_DIGITS, trees.subjects: SUBJECT_DIGITS}
    near = meanings.nearness(said, digits, encoder)
    industries, subjects = (
        codes.propose(said, tree, digits=digits[tree], nearness=near[tree])
        for tree in (trees.industries, trees.subjects)
    )
    return Proposals(
        title=wording.title(said, cut.get("wanted")),
        industries=industries,
        subjects=subjects,
        region=traits.region(said, trees.gazetteer),
        stage=traits.stage(said),
        cooperation=traits.cooperation(said),
        keywords=wording.keywords(said, found),
        direction=traits.direction(said),
        wanted=cut.get("wanted"),
        tried=cut.get("tried"),
        targets=cut.get("targets"),
        limits=cut.get("limits"),
    )
