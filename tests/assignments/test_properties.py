"""Whatever is suggested, ruled and free: a plan keeps capacities, locks, exclusions, stakes, and its parts add up."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.assignments.week import node
from tests.cast import Cast

from keqiao.assignments import selectors, services, weighing
from keqiao.assignments.models import Capacity, Choice, Item, Plan, Ruling
from keqiao.assignments.types import Terms
from keqiao.base.errors import Invalid
from keqiao.matching.models import Run, Suggestion
from keqiao.needs.models import Need
from keqiao.offers.models import Offer, Studio

pytestmark = pytest.mark.django_db
NEEDS, STUDIOS = 3, 4
PAIRS = NEEDS * STUDIOS


@pytest.fixture
def ground(cast: Cast) -> tuple[list[Need], list[Offer]]:
    """Return three open needs, and an open offer of each of four studios; the first is of 林小满's own enterprise."""
    needs = [cast.open_need(title=f"第{at}条", public_title=f"第{at}条") for at in range(NEEDS)]
    kept = cast.open_offer()
    studios = [
        Studio(code=f"S-{at}", name=f"第{at}工作室", region_id="511800", organisation=owner)
        for at, owner in enumerate((cast.lithium, cast.rival, cast.rival))
    ]
    Studio.objects.bulk_create(studios)
    offers = [kept]
    for at, studio in enumerate(studios):
        values = {
            field.attname: getattr(kept, field.attname)
            for field in Offer._meta.concrete_fields
            if field.attname not in {"id", "code", "studio_id"}
        }
        offers.append(Offer.objects.create(code=f"F-{at}", studio=studio, **values))
    return needs, offers


def suggest(needs: list[Need], offers: list[Offer], scores: list[int]) -> None:
    """Have the engine have said these scores; a score below zero is no suggestion."""
    now = timezone.now()
    for row, need in enumerate(needs):
        run = Run.objects.create(
            subject_kind="need", need=need, engine="x", position=1, candidates_count=4, is_good=True,
            started_at=now, finished_at=now,
        )  # fmt: skip
        for rank, offer in enumerate(offers):
            score = scores[row * STUDIOS + rank]
            halves = [
                {"code": code, "points": score / 2, "reason": {"code": "words", "values": {}}}
                for code in ("title", "words")
            ]
            if score >= 0:
                Suggestion.objects.create(
                    run=run, rank=rank, need=need, offer=offer, score=score, parts=halves
                )


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    scores=some.lists(some.integers(-40, 100), min_size=PAIRS, max_size=PAIRS),
    room=some.lists(some.integers(0, 2), min_size=STUDIOS, max_size=STUDIOS),
    ruled=some.lists(
        some.tuples(some.sampled_from(["lock", "ban"]), some.integers(0, PAIRS - 1)), max_size=3
    ),
    terms=some.builds(
        Terms,
        threshold=some.integers(0, 60),
        floor=some.none() | some.integers(0, 100),
        newcomers=some.integers(0, 100),
        wanted=some.integers(1, 3),
        has_cases=some.booleans(),
    ),
)
def test_a_plan_keeps_what_it_must(  # noqa: PLR0917 - drawn by name
    cast: Cast,
    ground: tuple[list[Need], list[Offer]],
    scores: list[int],
    room: list[int],
    ruled: list[tuple[str, int]],
    terms: Terms,
) -> None:
    needs, offers = ground
    with transaction.atomic():
        suggest(needs, offers, scores)
        plan = services.draft(node(), timezone.localdate(), terms, by=cast.wu)
        for offer, count in zip(offers, room, strict=True):
            Capacity.objects.create(plan=plan, studio=offer.studio, count=count)
        services.rerun(plan, by=cast.wu, revision=plan.revision)
        for kind, at in ruled:
            rule(cast, plan, needs[at // STUDIOS], offers[at % STUDIOS], kind)
        holds(plan, terms)
        services.rerun(plan, by=cast.wu, revision=plan.revision)
        holds(plan, terms)
        assert "note.same" in [one["code"] for one in plan.notes]
        transaction.set_rollback(True)


def rule(cast: Cast, plan: Plan, need: Need, offer: Offer, kind: str) -> None:
    """Lock or exclude a pair that stands in the plan; a contradiction leaves the plan as it was."""
    row = Choice.objects.filter(item__plan=plan, item__need=need, studio=offer.studio).first()
    if row is None:
        return
    try:
        if kind == "lock":
            services.lock(row, by=cast.wu, revision=plan.revision)
        else:
            services.exclude(row, by=cast.wu, revision=plan.revision)
    except Invalid:
        plan.refresh_from_db()
    plan.refresh_from_db()


def holds(plan: Plan, terms: Terms) -> None:
    """Assert all that a plan must keep."""
    chosen = Choice.objects.filter(item__plan=plan, is_chosen=True, studio__isnull=False)
    rows = list(chosen.select_related("studio", "item__need"))
    studios = {one.studio.code: one.studio for one in rows if one.studio is not None}
    used = Counter(one.studio.code for one in rows if one.studio is not None)
    places = weighing.places(plan, studios.values())
    assert all(count <= places[code] for code, count in used.items())
    per_need = Counter(one.item.key for one in rows)
    assert all(count <= terms.wanted for count in per_need.values())
    for item in Item.objects.filter(plan=plan):
        assert per_need[item.key] + item.missing_count == terms.wanted
        assert bool(item.gaps) == bool(item.missing_count)
    for one in rows:
        assert one.is_locked or one.score >= terms.threshold
        owner = one.item.need.organisation_id if one.item.need is not None else None
        assert one.studio is not None
        assert one.studio.organisation_id != owner
    for ruling in Ruling.objects.filter(plan=plan):
        is_there = chosen.filter(item__key=ruling.key, studio=ruling.studio).exists()
        assert is_there == (ruling.kind == "lock")
    for choice in Choice.objects.filter(item__plan=plan):
        assert choice.score == pytest.approx(sum(part["points"] for part in choice.parts), abs=0.05)
    assert plan.total == pytest.approx(sum(one.score for one in rows), abs=0.001)
    prices = (plan.price_locks, plan.price_floor, plan.price_newcomers)
    assert plan.best - sum(prices) == pytest.approx(plan.total, abs=0.001)
    assert len(selectors.names_for(plan, list(selectors.rows(plan)))) >= 0
