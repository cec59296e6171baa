"""What a question that is not kept must look like to be asked: as a need's, with its words and codes."""

from __future__ import annotations

from keqiao.base.codes import is_code
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.engine.types import Entry
from keqiao.matching.types import Question
from keqiao.places.models import Industry, Region, Subject

UNKNOWN_CODE = N_("没有这个编码，请核对目录。")
WRONG_STAGE = N_("技术成熟度是 1 到 9 级。")
KEY = "question"  # of an entry that is none of ours


def entry(question: Question) -> Entry:
    """Return a question as the engine reads it, as it would read a need; raise Invalid."""
    intake = Intake()
    title = intake.line("title", question.title, most=80, required=True)
    text = intake.text("text", question.text, most=5000, required=True)
    keywords = intake.words("keywords", question.keywords, most=12, longest=20)
    stage = question.stage
    intake.check(stage is None or stage in range(1, 10), "stage", WRONG_STAGE)
    for field, model in (("region", Region), ("industry", Industry), ("subject", Subject)):
        code = getattr(question, field)
        is_known = not code or (is_code(code) and model.objects.filter(pk=code).exists())
        intake.check(is_known, field, UNKNOWN_CODE)
    intake.finish()
    return Entry(
        key=KEY,
        kind="need",
        title=title,
        text=text,
        region=question.region,
        industries=(question.industry,) if question.industry else (),
        subject=question.subject,
        stage=stage,
        keywords=tuple(keywords),
    )
