"""What a review must be before it opens an entry, sends one back, or is kept at all; the database agrees."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.cast import GOOD, POOR, Cast
from tests.hostile.corpus import KINDS

from keqiao.base.errors import Invalid
from keqiao.base.text import TOO_LONG, TOO_MANY
from keqiao.journal.types import Subject
from keqiao.reviews import intake, selectors, services
from keqiao.reviews.models import Review
from keqiao.reviews.types import Comment, Criterion, Decision, Scores

OPENED, SENT_BACK = Decision.OPENED, Decision.SENT_BACK
FIELDS = {"wanted", "public_text"}
ABOUT = Subject("need", "N-1")


def problems(refusal: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.phrase.text) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("scores", "opens"),
    [
        (Scores(5, 5, 5, 5), True),
        (Scores(3, 3, 3, 1), True),
        (Scores(3, 3, 3, 0), False),
        (Scores(5, 5, 0, 5), False),
        (Scores(2, 2, 2, 3), False),
        (Scores(1, 1, 1, 1), False),
    ],
)
def test_ten_of_twenty_without_a_zero_open(scores: Scores, opens: bool) -> None:  # noqa: FBT001
    assert scores.is_enough is opens
    if opens:
        assert services.weigh(OPENED, scores, [], fields=FIELDS).scores == scores
    else:
        with pytest.raises(Invalid):
            services.weigh(OPENED, scores, [], fields=FIELDS)


def test_the_refusal_says_which_criterion_or_what_sum_holds_the_entry() -> None:
    with pytest.raises(Invalid) as refusal:
        services.weigh(OPENED, Scores(5, 0, 5, 0), [], fields=FIELDS)
    assert problems(refusal) == [("figures", intake.IS_ZERO), ("rules", intake.IS_ZERO)]
    assert "“指标”是 0 分" in str(refusal.value)
    with pytest.raises(Invalid) as refusal:
        services.weigh(OPENED, Scores(2, 2, 2, 3), [], fields=FIELDS)
    assert problems(refusal) == [("", intake.TOO_LOW)]
    assert "合计 9 分，不到 10 分" in str(refusal.value)


@pytest.mark.parametrize("score", [-1, 6, 10**30, True, 2.5, "3", None])
def test_a_score_is_a_whole_number_up_to_five(score: object) -> None:
    for decision in Decision:
        with pytest.raises(Invalid) as refusal:
            services.weigh(decision, Scores(score, 3, 3, 3), [Comment("改")], fields=FIELDS)  # type: ignore[arg-type]
        assert problems(refusal) == [("clarity", intake.SCORE_NEEDED)]


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\n\n"])
def test_nobody_sends_back_in_silence(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.weigh(SENT_BACK, GOOD, [Comment(text)], fields=FIELDS)
    assert problems(refusal) == [("comments", intake.COMMENT_NEEDED)]


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        (Comment("改", "state"), intake.UNKNOWN_FIELD),
        (Comment("改", "\x00"), intake.UNKNOWN_FIELD),
        (Comment("长" * 2001), TOO_LONG),
    ],
)
def test_a_comment_concerns_a_field_or_the_whole(comment: Comment, told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.weigh(SENT_BACK, POOR, [comment, Comment("好")], fields=FIELDS)
    assert ("comments", told) in problems(refusal)


def test_there_is_an_end_to_comments() -> None:
    with pytest.raises(Invalid) as refusal:
        services.weigh(SENT_BACK, POOR, [Comment("改")] * 31, fields=FIELDS)
    assert problems(refusal) == [("comments", TOO_MANY)]


def test_empty_comments_are_left_out_and_rare_characters_stay() -> None:
    said = [Comment(" "), Comment("㐂𠮷：廢渣=？", "wanted"), Comment("整条再读一遍。")]
    verdict = services.weigh(SENT_BACK, POOR, said, fields=FIELDS)
    assert verdict.comments == tuple(said[1:])
    assert verdict.told() == {"scores": POOR.by_criterion(), "comments": 2}


def test_bad_text_is_kept_whole_or_refused() -> None:
    for name, text in KINDS:
        try:
            (kept,) = services.weigh(SENT_BACK, POOR, [Comment(text)], fields=FIELDS).comments
        except Invalid:
            continue
        assert kept.text, name
        assert "\x00" not in kept.text, name
        assert kept.text in text or len(kept.text) < len(text), name


@pytest.mark.django_db
def test_a_review_is_kept_and_what_was_seen_only_until_the_next(cast: Cast) -> None:
    back = services.weigh(SENT_BACK, POOR, [Comment("写清产量。", "wanted")], fields=FIELDS)
    services.keep(ABOUT, back, by=cast.zheng, revision=2, seen={"wanted": "旧"})
    first = selectors.to_answer(ABOUT)
    assert first is not None
    assert (first.by, first.revision, first.scores) == (cast.zheng, 2, POOR)
    assert first.said == [Comment("写清产量。", "wanted")]
    assert first.seen == {"wanted": "旧"}
    good = services.weigh(OPENED, GOOD, [], fields=FIELDS)
    services.keep(ABOUT, good, by=cast.zheng, revision=5, seen={"wanted": "新"})
    assert selectors.to_answer(ABOUT) is None
    assert [(one.revision, one.seen) for one in selectors.about(ABOUT)] == [(5, {}), (2, {})]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "scores",
    [Scores(0, 5, 5, 5), Scores(2, 2, 2, 3), Scores(6, 5, 5, 5), Scores(5, 5, 5, 0)],
)
def test_the_database_opens_nothing_that_is_not_enough(cast: Cast, scores: Scores) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            subject_kind="need",
            subject_key="N-1",
            revision=1,
            decision=OPENED,
            by=cast.zheng,
            **scores.by_criterion(),
        )
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_a_revision_is_decided_once(cast: Cast) -> None:
    verdict = services.weigh(OPENED, GOOD, [], fields=FIELDS)
    services.keep(ABOUT, verdict, by=cast.zheng, revision=1, seen={})
    with pytest.raises(IntegrityError), transaction.atomic():
        services.keep(ABOUT, verdict, by=cast.he, revision=1, seen={})
    services.keep(Subject("offer", "N-1"), verdict, by=cast.he, revision=1, seen={})


@pytest.mark.django_db
def test_when_an_entry_is_erased_its_reviews_lose_their_words_and_keep_their_scores(
    cast: Cast,
) -> None:
    verdict = services.weigh(SENT_BACK, POOR, [Comment("写清产量。", "wanted")], fields=FIELDS)
    other = Subject("need", "N-2")
    for subject in (ABOUT, other):
        services.keep(subject, verdict, by=cast.zheng, revision=1, seen={"wanted": "旧"})
    assert services.erase(ABOUT, by=cast.lin) == 1
    kept = selectors.about(ABOUT).get()
    assert (kept.comments, kept.seen, kept.scores) == ([], {}, POOR)
    assert selectors.about(other).get().said
    assert selectors.by_person(cast.zheng).count() == 2
    assert not selectors.by_person(cast.lin).exists()


def test_every_score_of_every_criterion_means_something() -> None:
    from keqiao.reviews.types import GUIDANCE

    assert set(GUIDANCE) == set(Criterion)
    for levels in GUIDANCE.values():
        assert [points for points, _meaning in levels] == ["0", "1–2", "3–4", "5"]
        assert all(str(meaning) for _points, meaning in levels)
