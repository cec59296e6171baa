"""The only writer of activities."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from keqiao.activities.models import Session
from keqiao.activities.states import SessionState


def take_places(session: Session, count: int) -> bool:
    """Take ``count`` places inside the caller's transaction, all or none; tell whether there were so many.

    One conditional update, and a constraint below it: nobody looks first and leaps then. The row stays locked until the
    caller's transaction ends, so that limits counted after it hold. Without a number of places there is always one.
    """
    _in_transaction()
    rows = Session.objects.filter(pk=session.pk, state=SessionState.PLANNED)
    enough = rows.filter(places=None) | rows.filter(places__gte=F("taken") + count)
    return bool(enough.update(taken=F("taken") + count))


def give_back(session: Session, count: int) -> None:
    """Give ``count`` taken places back, inside the caller's transaction."""
    _in_transaction()
    Session.objects.filter(pk=session.pk).update(taken=F("taken") - count)


def _in_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            "places are counted inside the transaction of the change that takes them"
        )
