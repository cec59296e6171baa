"""Any walk through the table of stages keeps its promises, and the journal tells the same story."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import Cast

from keqiao.base.errors import Refused
from keqiao.casework import services
from keqiao.casework.models import Case, Concern
from keqiao.casework.states import LIVE, MACHINE, STEPS, USUAL, needs_reason
from keqiao.casework.types import EndReason, StepContent
from keqiao.journal import selectors as journal

VERBS = (*STEPS, "end", "reopen")
WALKS = st.lists(st.tuples(st.sampled_from(VERBS), st.booleans()), max_size=12)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walk=WALKS)
def test_any_walk_keeps_its_promises_and_the_journal_replays_it(
    cast: Cast, walk: list[tuple[str, bool]]
) -> None:
    case = cast.case()
    need = case.concerns.get().need
    for verb, with_reason in walk:
        _go(cast, case, verb, "有原因" if with_reason else "")
        need.refresh_from_db()
        is_live = case.state in LIVE
        assert (need.state == "in_case") == is_live
        assert (case.closed_at is None) == is_live
        assert (case.end_reason != "") == (case.state == "ended")
        assert Concern.objects.filter(case=case, released_at=None).exists() == is_live
    steps = list(case.steps.order_by("number"))
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        assert MACHINE.after(step.verb, step.came_from) == step.went_to
        assert step.reason or not needs_reason(step.verb, step.came_from)
    assert _replayed(case) == case.state


def _go(cast: Cast, case: Case, verb: str, reason: str) -> None:
    before = (case.state, case.revision, case.steps.count())
    entered = StepContent(reason=reason)
    allowed = MACHINE.allows(verb, case.state) and bool(
        reason or not needs_reason(verb, case.state)
    )
    try:
        match verb:
            case "end":
                services.end(case, EndReason.NO_FIT, entered, by=cast.wu)
            case "reopen":
                services.reopen(case, entered, by=cast.wu)
            case _:
                services.advance(case, verb, entered, by=cast.wu)
    except Refused:
        case.refresh_from_db()
        assert not allowed
        assert before == (case.state, case.revision, case.steps.count())
    else:
        assert allowed


def _replayed(case: Case) -> str:
    """Return the stage that the entries of the journal alone lead to."""
    state = str(MACHINE.start)
    for entry in journal.about(services.subject_of(case)):
        if entry.action == "case.moved":
            state = MACHINE.after(entry.data["verb"], state)
            assert state == entry.data["to"]
    return state


def test_every_usual_step_follows_from_the_one_before() -> None:
    state = str(MACHINE.start)
    for verb in (*STEPS, "confirm"):
        assert not needs_reason(verb, state)
        assert USUAL[verb] == state
        state = MACHINE.after(verb, state)
    assert state == "confirmed"
