"""How a visit goes from state to state. Part of the room's writer."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from keqiao.accounts.models import Person
from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.visits.models import Visit
from keqiao.visits.states import MACHINE


class ChangedMeanwhile(Refused):
    """Somebody moved, wrote down or decided something after this page was opened."""

    text = N_("这次到访刚才被其他人更新过，请核对后再操作。")


def subject_of(visit: Visit) -> Subject:
    """Return how the journal names a visit."""
    return Subject("visit", visit.code)


@transaction.atomic
def move(
    visit: Visit,
    verb: str,
    action: str,
    *,
    by: Person,
    values: dict[str, Any],
    revision: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Go by a verb of the table and record it; ``values`` are columns that change with it.

    ``revision`` is the one that the page showed. Raise WrongState, ChangedMeanwhile. Until the commit nobody else
    changes the visit: its row is locked.
    """
    state = MACHINE.after(verb, visit.state)
    known = visit.revision if revision is None else revision
    rows = Visit.objects.filter(pk=visit.pk, revision=known, state=visit.state)
    if not rows.update(**values, state=state, revision=known + 1):
        raise ChangedMeanwhile
    visit.refresh_from_db()
    record(action, visit, by=by, **(data or {}))


def record(action: str, visit: Visit, *, by: Person | None, **told: Any) -> None:
    """Write what happened to a visit into the journal: numbers and counts, no words of the record."""
    data = {"revision": visit.revision, "sequence": visit.sequence, **told}
    journal.record(action, subject_of(visit), by=by, data=data)
