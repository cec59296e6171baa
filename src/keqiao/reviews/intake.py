"""What a review must look like to be kept, to open an entry, or to send it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from keqiao.base.phrases import N_
from keqiao.base.text import TOO_MANY, Intake
from keqiao.reviews.types import BEST, ENOUGH, Comment, Scores

MOST_COMMENTS = 30
MOST_TEXT = 2000  # characters of a comment
SCORE_NEEDED = N_("请打 0 到 %(best)s 分。")
IS_ZERO = N_("“%(criterion)s”是 0 分，不能公开。请退回，或核对这一项的分数。")
TOO_LOW = N_("合计 %(total)s 分，不到 %(enough)s 分，不能公开。请退回，或核对分数。")
COMMENT_NEEDED = N_("请写明需要修改的地方，作者会看到。")
UNKNOWN_FIELD = N_("请从列表里选择意见所指的一项。")


def check_scores(scores: Scores) -> None:
    """Raise Invalid unless every score is a whole number of 0–5."""
    intake = Intake()
    for name, score in scores.by_criterion().items():
        is_score = type(score) is int and 0 <= score <= BEST
        intake.check(is_score, name, SCORE_NEEDED, best=BEST)
    intake.finish()


def refuse_too_low(scores: Scores) -> None:
    """Raise Invalid, saying which, when a zero or the sum holds the entry back."""
    intake = Intake()
    for one in scores.zeros:
        intake.problem(one.value, IS_ZERO, criterion=one.label)
    if not scores.zeros:
        intake.check(scores.is_enough, "", TOO_LOW, total=scores.total, enough=ENOUGH)
    intake.finish()


def cleaned(comments: Sequence[Comment], *, fields: Collection[str]) -> list[Comment]:
    """Return the comments that say something; raise Invalid for what cannot be kept. ``fields`` are the entry's."""
    intake = Intake()
    kept = []
    for comment in comments:
        text = intake.text("comments", comment.text, most=MOST_TEXT)
        if not text:
            continue
        intake.check(not comment.field or comment.field in fields, "comments", UNKNOWN_FIELD)
        kept.append(Comment(text, comment.field))
    intake.check(len(kept) <= MOST_COMMENTS, "comments", TOO_MANY, most=MOST_COMMENTS)
    intake.finish()
    return kept


def refuse_silent(comments: Sequence[Comment]) -> None:
    """Raise Invalid when there is no comment from which the author could learn what to change."""
    intake = Intake()
    intake.check(bool(comments), "comments", COMMENT_NEEDED)
    intake.finish()
