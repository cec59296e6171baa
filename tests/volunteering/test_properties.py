"""Whatever is recorded, checked, sent back and corrected: what counts is each chain's last checked entry."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.crew import Crew
from tests.volunteering import field as fields
from tests.volunteering.field import worked

from keqiao.base.errors import Refused
from keqiao.volunteering import counted, hours
from keqiao.volunteering.models import Hours

pytestmark = pytest.mark.django_db
DEEDS = st.tuples(
    st.sampled_from(("record", "check", "return", "correct")),
    st.integers(0, 5),
    st.integers(0, 180),
)


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew, volunteers=("ji",))


def last_checked() -> int:
    """Return the sum over the chains of what was checked last, by walking them from their beginnings."""
    rows = {one.pk: one for one in Hours.objects.all()}
    followed = {
        one.replaces_id: one for one in rows.values() if one.replaces_id and one.state != "returned"
    }
    total = 0
    for one in rows.values():
        if one.replaces_id is not None:
            continue
        found, step = 0, one
        while step is not None:
            if step.state in {"checked", "replaced"}:
                found = step.minutes
            step = followed.get(step.pk)  # type: ignore[assignment]
        total += found
    return total


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=st.lists(DEEDS, max_size=12))
def test_what_counts_is_each_chain_s_last_checked_entry(
    field: fields.Field, deeds: list[tuple[str, int, int]]
) -> None:
    Hours.objects.update(replaces=None)
    Hours.objects.all().delete()
    crew, ji = field.crew, field.crew.cast.ji
    for deed, place, minutes in deeds:
        rows = list(Hours.objects.select_related("shift__project__team", "person").order_by("pk"))
        span = worked(field.shift, minutes=minutes, reason="核对")
        with suppress(Refused):
            if deed == "record" or not rows:
                hours.record(field.shift, ji, span, by=crew.qin)
            elif deed == "check":
                hours.check(rows[place % len(rows)], by=crew.luo)
            elif deed == "return":
                hours.return_(rows[place % len(rows)], "不对", by=crew.luo)
            else:
                hours.correct(rows[place % len(rows)], span, by=crew.qin)
        assert counted.minutes(counted.counting(ji)) == last_checked()
