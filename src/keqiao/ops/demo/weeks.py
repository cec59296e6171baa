"""The demonstration's plan for this week: what the invented broker finds on the assignment desk."""

from __future__ import annotations

from django.utils import timezone

from keqiao.accounts import selectors as accounts
from keqiao.assignments import selectors, services
from keqiao.assignments.intake import monday
from keqiao.ops.demo.cases import BROKER
from keqiao.places import selectors as places

REGION = "511800"


def load() -> None:
    """Draft the week unless it is there; called when the needs are matched."""
    broker, node = accounts.person_by_email(BROKER), places.association_for(REGION)
    today = timezone.localdate()
    if broker is None or node is None:
        return
    if not selectors.plans(broker).filter(association=node, week_on=monday(today)).exists():
        services.draft(node, today, by=broker)
