"""How an activity and its sessions go from state to state, each step with its entry. Part of the room's writer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Activity, Session
from keqiao.activities.states import MACHINE, SESSIONS, State
from keqiao.base.errors import Refused, invalid
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.journal.types import Subject

FEWER_THAN_TAKEN = N_("已有 %(taken)s 个名额报出或保留，名额不能少于这个数。")


class ChangedMeanwhile(Refused):
    """Somebody changed the activity or the session after this page was opened."""

    text = N_("内容刚才被其他人更新过，请核对后再保存。")


class SessionOver(Refused):
    """What is over is neither moved nor cancelled any more."""

    text = N_("这个场次已经结束，不能再改动。")


def subject_of(activity: Activity) -> Subject:
    """Return how the journal names an activity."""
    return Subject("activity", activity.code)


def move(
    activity: Activity, verb: str, values: dict[str, Any], *, revision: int | None = None
) -> None:
    """Go by a verb of the table; ``revision`` is the one that the page showed. Raise WrongState, ChangedMeanwhile."""
    state = MACHINE.after(verb, activity.state)
    known = activity.revision if revision is None else revision
    rows = Activity.objects.filter(pk=activity.pk, revision=known, state=activity.state)
    if not rows.update(**values, state=state, revision=known + 1):
        raise ChangedMeanwhile
    activity.refresh_from_db()


def amend(activity: Activity, values: dict[str, Any], *, revision: int | None = None) -> None:
    """Change a draft or what is published, which stays what it is."""
    verb = "revise" if activity.state == State.DRAFT else "amend"
    move(activity, verb, values, revision=revision)


def record(action: str, activity: Activity, *, by: Person, **data: Any) -> None:
    """Write what was done to an activity."""
    journal.record(action, subject_of(activity), by=by, data=data)


def move_session(
    session: Session, verb: str, values: dict[str, Any], *, sequence: int | None
) -> None:
    """Go by a verb of the table, as ``move`` does; places that shrink below those taken meanwhile change nothing."""
    now = timezone.now()
    if session.ends_at <= now:
        raise SessionOver
    state = SESSIONS.after(verb, session.state)
    known = session.sequence if sequence is None else sequence
    rows = Session.objects.filter(pk=session.pk, sequence=known, state=session.state)
    places = values.get("places")
    if places is not None:
        rows = rows.filter(taken__lte=places)
    changed = rows.update(**values, state=state, sequence=known + 1, changed_at=now)
    session.refresh_from_db()
    if not changed and places is not None and session.sequence == known and session.taken > places:
        raise invalid("places", FEWER_THAN_TAKEN, taken=session.taken)
    if not changed:
        raise ChangedMeanwhile


def record_session(action: str, session: Session, *, by: Person, **data: Any) -> None:
    """Write what was done to a session; calendars order it by its ``sequence``."""
    told = {"activity": session.activity.code, "sequence": session.sequence, **data}
    journal.record(action, Subject("session", session.code), by=by, data=told)
