"""How a need goes from state to state, and who had a hand in it. Part of the room's writer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.needs import policies
from keqiao.needs.models import Hand, Need
from keqiao.needs.states import MACHINE


class ChangedMeanwhile(Refused):
    """Somebody saved the need after this form was opened."""

    text = N_("这条需求刚才被其他人修改过。您填写的内容还在下面，请核对后再保存。")


def subject_of(need: Need) -> Subject:
    """Return how the journal names a need."""
    return Subject("need", need.code)


def note_hand(need: Need, person: Person) -> None:
    """Keep that the person had a hand in the need: whoever wrote or carried it never reviews it."""
    Hand.objects.get_or_create(need=need, person=person)
    policies.forget(person)


@transaction.atomic
def move(
    need: Need,
    verb: str,
    action: str,
    *,
    by: Person | None,
    values: dict[str, Any],
    revision: int | None = None,
    data: dict[str, Any] | None = None,
) -> Need:
    """Go by a verb of the table and record it; ``values`` are columns that change with it.

    Raise WrongState, ChangedMeanwhile.
    """
    state = MACHINE.after(verb, need.state)
    known = need.revision if revision is None else revision
    changed = Need.objects.filter(
        pk=need.pk, revision=known, state__in=MACHINE.sources(verb)
    ).update(**values, state=state, revision=known + 1, changed_at=timezone.now())
    if not changed:
        raise ChangedMeanwhile
    need.refresh_from_db()
    journal.record(action, subject_of(need), by=by, data=data)
    return need
