"""Asking the engine: who can answer a need that is told but not kept."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema
from pydantic import ConfigDict

from keqiao.api import shapes
from keqiao.api.callers import MATCH_COST, ApiRequest, within
from keqiao.matching import intake
from keqiao.matching import selectors as matching
from keqiao.matching.types import Question
from keqiao.tokens.types import Scope

router = Router(tags=["match"])
USUAL, MOST = 5, 20

Word = Annotated[str, Field(max_length=20)]
Code = Annotated[str, Field(max_length=12)]


class Told(Schema):
    """A need as it would be told to a broker. Codes may be left out; `stage` is the readiness that is wanted, 1–9."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    region: Code = ""
    industry: Code = ""
    subject: Code = ""
    stage: Annotated[int | None, Field(ge=1, le=9)] = None
    keywords: Annotated[list[Word], Field(max_length=12)] = []
    top: Annotated[int, Field(ge=1, le=MOST)] = USUAL


@router.post("/match", response=shapes.Matches, **within(Scope.MATCH, cost=MATCH_COST))
def match(request: ApiRequest, asked: Told) -> shapes.Matches:
    """Who can answer this need, with reasons, or what is missing. The text is not kept and enters no index."""
    question = Question(
        title=asked.title,
        text=asked.text,
        region=asked.region,
        industry=asked.industry,
        subject=asked.subject,
        stage=asked.stage,
        keywords=tuple(asked.keywords),
    )
    return shapes.matches(request, matching.answers(intake.entry(question), top=asked.top))
