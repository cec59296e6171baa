"""What a need may hold, and what only its time or its owner may end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.cast import GOOD, Cast, need_content, told

from keqiao.base.errors import Invalid, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.needs import intake, selectors, services
from keqiao.needs.models import MOST_BUDGET, Need
from keqiao.needs.types import Content, Resolution
from keqiao.reviews.types import Comment

pytestmark = pytest.mark.django_db


def problems(refusal: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.phrase.text) for problem in refusal.value.problems]


def test_a_draft_needs_a_title_and_nothing_else(cast: Cast) -> None:
    need = services.draft(Content(title="锂渣"), by=cast.lin)
    assert (need.state, need.organisation, need.region) == ("draft", None, None)
    assert Entry.objects.latest("position").action == "need.drafted"


def test_every_problem_of_a_draft_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        cast.need(
            title="",
            wanted="\x00",
            stage=10,
            cooperation=("development", "加入传销"),
            budget_low=Decimal(9),
            budget_high=Decimal(8),
            region_id="\x00",
            industry_id="\ud800",
            subject_id="E" * 9999,
            keywords=("长" * 21, "又" * 22),
        )
    assert sorted(field for field, _text in problems(refusal)) == [
        "budget_low",
        "cooperation",
        "industry",
        "keywords",
        "region",
        "stage",
        "subject",
        "title",
        "wanted",
    ]
    assert ("budget_low", intake.BUDGET_ORDER) in problems(refusal)


@pytest.mark.parametrize(
    "amount",
    [
        Decimal(0),
        Decimal("0.01"),
        Decimal("12.50"),
        Decimal("1E+2"),
        Decimal("12.5000"),
        Decimal(MOST_BUDGET),
    ],
)
def test_a_budget_is_kept_to_the_hundredth(cast: Cast, amount: Decimal) -> None:
    need = cast.need(budget_low=amount, budget_high=amount)
    assert need.budget_low == amount
    need.refresh_from_db()
    assert need.budget_low == need.budget_high == amount


@pytest.mark.parametrize(
    "amount",
    [
        Decimal("-0.01"),
        Decimal("10000000.01"),
        Decimal("0.005"),
        Decimal("1." + "1" * 5000),
        Decimal("1E-999999"),
        Decimal("1E+999999"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
    ],
)
def test_a_budget_that_cannot_be_kept_exactly_is_refused(cast: Cast, amount: Decimal) -> None:
    for field in ("budget_low", "budget_high"):
        with pytest.raises(Invalid) as refusal:
            cast.need(**{field: amount})
        assert problems(refusal) == [(field, intake.WRONG_BUDGET)]


@pytest.mark.parametrize("deadline", [dt.date(9999, 12, 31), dt.date(1, 1, 1)])
def test_a_deadline_of_any_century_can_be_kept_in_a_draft(cast: Cast, deadline: dt.date) -> None:
    need = cast.need(deadline_on=deadline)
    need.refresh_from_db()
    assert need.deadline_on == deadline


def test_a_deadline_of_today_is_in_time(cast: Cast) -> None:
    need = cast.need(deadline_on=timezone.localdate())
    assert services.submit(need, by=cast.lin).state == "review"


@pytest.mark.parametrize("revision", [0, -1, 10**30])
def test_a_revision_that_never_was_is_an_older_form(cast: Cast, revision: int) -> None:
    need = cast.need()
    with pytest.raises(services.ChangedMeanwhile):
        services.revise(need, need_content(title="别的"), by=cast.lin, revision=revision)
    assert need.title == "锂渣的规模化消纳利用"
    assert (need.revision, need.state) == (1, "draft")


def test_nobody_opens_a_text_that_they_have_not_seen(cast: Cast) -> None:
    need = services.submit(cast.need(), by=cast.lin)
    seen = need.revision
    services.send_back(need, by=cast.zheng, **told("请补充产量。"))
    services.submit(
        services.revise(
            need, need_content(public_text="换成另一段公开的文字，说的是另一件事情。"), by=cast.lin
        ),
        by=cast.lin,
    )
    need.refresh_from_db()
    for act in (services.approve, services.send_back):
        with pytest.raises(services.ChangedMeanwhile):
            act(need, by=cast.zheng, revision=seen, scores=GOOD, comments=[Comment("晚到的意见")])
    assert (
        services.approve(need, by=cast.zheng, revision=need.revision, scores=GOOD).state == "open"
    )


def test_only_the_platform_says_that_time_has_run_out(cast: Cast) -> None:
    need = cast.open_need()
    with pytest.raises(NotAllowed):
        services.close(need, Resolution.EXPIRED, by=cast.lin)
    for resolution in (Resolution.SOLVED, Resolution.WITHDRAWN):
        with pytest.raises(NotAllowed):
            services.close(need, resolution, by=None)
    services.close(need, Resolution.EXPIRED, by=None)
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.actor_id) == ("need.closed", None)
    assert entry.data == {"resolution": "expired"}


def test_a_draft_and_a_need_in_a_case_do_not_expire(cast: Cast) -> None:
    draft, taken = cast.need(), cast.open_need()
    Need.objects.filter(pk=taken.pk).update(state="in_case")
    taken.refresh_from_db()
    for need in (draft, taken):
        with pytest.raises(WrongState):
            services.close(need, Resolution.EXPIRED, by=None)
    assert taken.expires_on is not None
    assert not selectors.due(taken.expires_on + dt.timedelta(days=9)).exists()


def test_a_need_is_due_on_the_day_after_its_last(cast: Cast) -> None:
    need = cast.open_need()
    assert need.expires_on == timezone.localdate() + dt.timedelta(days=services.OPEN_DAYS)
    assert list(selectors.due(need.expires_on)) == []
    assert list(selectors.due(need.expires_on + dt.timedelta(days=1))) == [need]


def test_a_need_is_due_after_the_day_by_which_its_owner_wanted_an_answer(cast: Cast) -> None:
    wanted_by = timezone.localdate() + dt.timedelta(days=20)
    need = cast.open_need(deadline_on=wanted_by)
    assert list(selectors.due(wanted_by)) == []
    assert list(selectors.due(wanted_by + dt.timedelta(days=1))) == [need]


def test_a_need_whose_day_went_by_in_the_queue_is_not_opened(cast: Cast) -> None:
    need = services.submit(cast.need(deadline_on=timezone.localdate()), by=cast.lin)
    Need.objects.filter(pk=need.pk).update(deadline_on=timezone.localdate() - dt.timedelta(days=1))
    need.refresh_from_db()
    with pytest.raises(services.DeadlinePast):
        services.approve(need, by=cast.zheng, scores=GOOD)
    services.send_back(need, by=cast.zheng, **told("请改日期。"))


@pytest.mark.parametrize(
    "narrowed",
    [
        {"region": "\x00"},
        {"region": "51%"},
        {"region": "__1800"},
        {"industry": "C26%"},
        {"industry": "\ud800"},
        {"subject": "'"},
        {"cooperation": "%"},
        {"cooperation": '","'},
        {"cooperation": "\x00"},
        {"cooperation": "develop"},
        {"stage": 10**30},
    ],
)
def test_a_hostile_filter_finds_nothing(cast: Cast, narrowed: dict[str, object]) -> None:
    cast.open_need()
    rows = selectors.public(selectors.Filter(**narrowed))  # type: ignore[arg-type]
    assert list(rows) == []
