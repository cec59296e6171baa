"""The only writer of activities."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import IO

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.activities import intake, moves, policies
from keqiao.activities.models import Activity, Document, Series, Session, Theme
from keqiao.activities.moves import ChangedMeanwhile, SessionOver, subject_of
from keqiao.activities.states import SESSIONS, SessionState, State
from keqiao.activities.types import MOST_TIMES, Content, Leader, SessionContent
from keqiao.base.codes import is_code, new_code
from keqiao.base.errors import Missing, NotAllowed, invalid
from keqiao.base.files import inspect
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import clean_line, clean_text
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Association

__all__ = ["ChangedMeanwhile", "SessionOver", "subject_of"]  # words of the room that others use
MOST_SESSIONS = 300  # of one activity
MOST_FILES = 10
PLAIN = (  # columns of an activity that a copy takes over
    "series", "association", "kind", "title", "about", "audience", "least_age", "most_age", "partners", "cost",
    "accessibility", "contact", "questions", "minor_fields", "retention_days",
)  # fmt: skip
HELD = (  # and of its sessions; what counts, was drawn or was moved stays behind
    "title", "place", "address", "region", "leader", "places", "way", "most_waiting", "most_per_family",
    "most_per_school", "most_per_region", "offer_hours",
)  # fmt: skip
MOMENTS = ("starts_at", "ends_at", "opens_at", "closes_at", "draws_at")
MOVED = (
    "starts_at",
    "ends_at",
    "place",
    "address",
    "region_id",
)  # of which those who come must hear
NO_SERIES = N_("没有这个系列，请重新选择。")
NO_LEADER = N_("没有用这个邮箱登录、并且姓名相同的账号。请核对邮箱和全名，或请对方先注册。")
WHY_NEEDED = N_("请写明取消的原因：已报名的人会看到。")
WAY_IS_FIXED = N_("活动已发布，名额的分配方式不能再改。")
TOO_MANY_SESSIONS = N_("一个活动最多 %(most)s 个场次。")
TOO_MANY_FILES = N_("每个活动最多附 %(most)s 个文件。")


@transaction.atomic
def make_series(association: Association, title: str, about: str, *, by: Person) -> Series:
    """Begin a series of activities of one node."""
    if not policies.may_organise(by, association):
        raise NotAllowed
    made = Series(
        code=new_code("X"),
        title=clean_line(title, most=80, field="title", required=True),
        about=clean_text(about, most=2000, field="about"),
        association=association,
        made_by=by,
    )
    made.save(force_insert=True)
    journal.record("series.made", Subject("series", made.code), by=by)
    return made


@transaction.atomic
def change_series(series: Series, title: str, about: str, *, by: Person) -> Series:
    """Call a series otherwise."""
    if not policies.may_organise(by, series.association):
        raise NotAllowed
    series.title = clean_line(title, most=80, field="title", required=True)
    series.about = clean_text(about, most=2000, field="about")
    series.save(update_fields=["title", "about"])
    journal.record("series.changed", Subject("series", series.code), by=by)
    return series


@transaction.atomic
def draft(
    association: Association,
    content: Content,
    *,
    by: Person,
    code: str = "",
    is_example: bool = False,
) -> Activity:
    """Keep a first draft of an activity of one node; raise Invalid with all that is wrong."""
    if not policies.may_organise(by, association):
        raise NotAllowed
    values = intake.cleaned(content)
    themes = values.pop("themes")
    activity = Activity(
        code=code or new_code("H"),
        association=association,
        series=_series(association, content.series),
        made_by=by,
        is_example=is_example,
        **values,
    )
    activity.save(force_insert=True)
    _set_themes(activity, themes)
    moves.record("activity.drafted", activity, by=by)
    return activity


@transaction.atomic
def change(
    activity: Activity, content: Content, *, by: Person, revision: int | None = None
) -> Activity:
    """Change what an activity says, published or not; ``revision`` is the one that the page showed."""
    if not policies.may_change(by, activity):
        raise NotAllowed
    values = intake.cleaned(content, kept=activity.questions)
    themes = values.pop("themes")
    values["series"] = _series(activity.association, content.series)
    moves.amend(activity, values, revision=revision)
    _set_themes(activity, themes)
    moves.record("activity.changed", activity, by=by)
    return activity


@transaction.atomic
def publish(activity: Activity, *, by: Person, revision: int | None = None) -> Activity:
    """Show a draft to everybody; raise Invalid with all that it lacks."""
    if not policies.may_change(by, activity):
        raise NotAllowed
    coming = Session.objects.filter(
        activity=activity, state=SessionState.PLANNED, starts_at__gt=timezone.now()
    )
    intake.refuse_unready(activity, has_sessions=coming.exists())
    moves.move(activity, "publish", {"published_at": timezone.now()}, revision=revision)
    codes = Session.objects.filter(activity=activity).order_by("starts_at", "pk")
    moves.record(
        "activity.published", activity, by=by, sessions=list(codes.values_list("code", flat=True))
    )
    return activity


@transaction.atomic
def cancel(activity: Activity, why: str, *, by: Person, revision: int | None = None) -> Activity:
    """Call an activity off with all its sessions that are not over; everybody who signed up is told ``why``."""
    if not policies.may_change(by, activity):
        raise NotAllowed
    told = _reason(why)
    moves.move(activity, "cancel", {"cancelled_why": told}, revision=revision)
    now = timezone.now()
    rows = Session.objects.filter(activity=activity, state=SessionState.PLANNED, ends_at__gt=now)
    codes = list(rows.order_by("starts_at", "pk").values_list("code", flat=True))
    state = SESSIONS.after("cancel", SessionState.PLANNED)
    Session.objects.filter(code__in=codes).update(
        state=state, cancelled_why=told, sequence=F("sequence") + 1, changed_at=now
    )
    moves.record("activity.cancelled", activity, by=by, sessions=codes, why=told)
    return activity


@transaction.atomic
def copy(activity: Activity, *, by: Person) -> Activity:
    """Return a new draft of an activity, its sessions some years later to the nearest week: no week-day changes.

    What was cancelled, and whoever signed up, stays behind; so do the documents, which are last year's.
    """
    if not policies.may_change(by, activity):
        raise NotAllowed
    made = Activity(
        code=new_code("H"),
        copied_from=activity,
        made_by=by,
        is_example=activity.is_example,
        **{name: getattr(activity, name) for name in PLAIN},
    )
    made.save(force_insert=True)
    _set_themes(made, [one.name for one in activity.themes.order_by("pk")])
    kept = list(activity.sessions.filter(state=SessionState.PLANNED).order_by("starts_at", "pk"))
    if kept:
        weeks = intake.weeks_to_next_year(kept[0].starts_at, timezone.localdate())
        for session in kept:
            values = {name: getattr(session, name) for name in HELD}
            values |= {name: intake.shifted(getattr(session, name), weeks * 7) for name in MOMENTS}
            Session.objects.create(code=new_code("E"), activity=made, **values)
    moves.record("activity.copied", made, by=by, copied=activity.code, sessions=len(kept))
    return made


@transaction.atomic
def add_sessions(
    activity: Activity,
    content: SessionContent,
    *,
    by: Person,
    days: Sequence[dt.date] = (),
    revision: int | None = None,
    codes: Sequence[str] = (),
) -> list[Session]:
    """Add a session, or one on each of ``days``, at the same local time; ``revision`` is the activity's.

    Close of sign-up and draw move with the day; the opening of sign-up is the same moment for all.
    """
    if not policies.may_change(by, activity):
        raise NotAllowed
    values = intake.cleaned_session(content)
    values["leader"] = _leader(content.leader)
    first = timezone.localdate(values["starts_at"])
    chosen = sorted(set(days)) or [first]
    if len(chosen) > MOST_TIMES:
        raise invalid("days", intake.TOO_MANY_DAYS, most=MOST_TIMES)
    moves.amend(activity, {}, revision=revision)
    if Session.objects.filter(activity=activity).count() + len(chosen) > MOST_SESSIONS:
        raise invalid("days", TOO_MANY_SESSIONS, most=MOST_SESSIONS)
    made = []
    for number, day in enumerate(chosen):
        later = (day - first).days
        moved = {
            name: intake.shifted(values[name], later) for name in MOMENTS if name != "opens_at"
        }
        code = codes[number] if number < len(codes) else new_code("E")
        made.append(Session.objects.create(code=code, activity=activity, **{**values, **moved}))
    moves.record("activity.sessions_added", activity, by=by, sessions=[one.code for one in made])
    return made


@transaction.atomic
def change_session(
    session: Session, content: SessionContent, *, by: Person, sequence: int | None = None
) -> Session:
    """Change a planned session; of another time or place those who come are told: that is a move.

    ``sequence`` is the one that the page showed. Places may grow, and shrink to those that are taken.
    """
    if not policies.may_change(by, session.activity):
        raise NotAllowed
    values = intake.cleaned_session(content)
    values["leader"] = _leader(content.leader)
    if values["way"] != session.way and session.activity.state != State.DRAFT:
        raise invalid("way", WAY_IS_FIXED)
    before = {name: getattr(session, name) for name in (*MOVED, "places")}
    is_moved = any(values[name] != before[name] for name in MOVED)
    moves.move_session(session, "move", values, sequence=sequence)
    if is_moved:
        told = {"starts_at": before["starts_at"].isoformat(), "place": before["place"]}
        moves.record_session("session.moved", session, by=by, before=told)
    else:
        counted = [before["places"], session.places]
        moves.record_session("session.changed", session, by=by, places=counted)
    return session


@transaction.atomic
def cancel_session(
    session: Session, why: str, *, by: Person, sequence: int | None = None
) -> Session:
    """Call one session off; everybody who signed up is told ``why``."""
    if not policies.may_change(by, session.activity):
        raise NotAllowed
    told = _reason(why)
    moves.move_session(session, "cancel", {"cancelled_why": told}, sequence=sequence)
    moves.record_session("session.cancelled", session, by=by, why=told)
    return session


@transaction.atomic
def drop_session(session: Session, *, by: Person) -> None:
    """Delete a session that nobody but the organisers ever saw; raise WrongState for one that was published."""
    activity = session.activity
    if not policies.may_change(by, activity):
        raise NotAllowed
    moves.move(activity, "revise", {})
    if not Session.objects.filter(pk=session.pk).delete()[0]:
        raise Missing
    moves.record("activity.session_dropped", activity, by=by, session=session.code)


@transaction.atomic
def attach(
    activity: Activity, stream: IO[bytes], *, name: str, size: int, most_mib: int, by: Person
) -> Document:
    """Keep a file beside an activity; raise Invalid when it may not be kept. ``size`` in bytes."""
    if not policies.may_change(by, activity):
        raise NotAllowed
    facts = inspect(stream, name=name, size=size, most_mib=most_mib)
    if Activity.objects.select_for_update().get(pk=activity.pk).state == State.CANCELLED:
        raise WrongState
    if Document.objects.filter(activity=activity).count() >= MOST_FILES:
        raise invalid("files", TOO_MANY_FILES, most=MOST_FILES)
    kept = Document(
        activity=activity, name=facts.name, size=facts.size, sha256=facts.sha256, added_by=by
    )
    kept.content.save(f"{uuid.uuid4().hex}{facts.ending}", File(stream), save=False)
    try:
        kept.save()
        moves.record("activity.file_added", activity, by=by, sha256=facts.sha256, size=facts.size)
    except BaseException:
        kept.content.delete(save=False)
        raise
    return kept


@transaction.atomic
def detach(document: Document, *, by: Person) -> None:
    """Remove a file; its bytes go when the transaction is committed. Raise Missing when it is gone."""
    if not policies.may_change(by, document.activity):
        raise NotAllowed
    if not Document.objects.filter(pk=document.pk).delete()[0]:
        raise Missing
    transaction.on_commit(lambda: document.content.delete(save=False))
    moves.record("activity.file_removed", document.activity, by=by, sha256=document.sha256)


def take_places(session: Session, count: int) -> bool:
    """Take ``count`` places inside the caller's transaction, all or none; tell whether there were so many.

    One conditional update, and a constraint below it: nobody looks first and leaps then. The row stays locked until the
    caller's transaction ends, so that limits counted after it hold. Without a number of places there always is one.
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


def _series(association: Association, code: str) -> Series | None:
    if not code:
        return None
    rows = Series.objects.filter(code=code, association=association)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise invalid("series", NO_SERIES)
    return found


def _set_themes(activity: Activity, names: Sequence[str]) -> None:
    Theme.objects.filter(activity=activity).exclude(name__in=names).delete()
    for name in names:
        Theme.objects.get_or_create(activity=activity, name=name)


def _leader(entered: Leader) -> Person | None:
    """Return whom the address and the whole name mean together; the refusal tells of neither whether it is known."""
    if not entered.email.strip():
        return None
    found = accounts.person_by_email(entered.email)
    name = clean_line(entered.name, most=60, field="leader_name")
    if found is None or not found.is_active or found.name != name:
        raise invalid("leader_email", NO_LEADER)
    return found


def _reason(why: str) -> str:
    told = clean_line(why, most=200, field="why")
    if not told:
        raise invalid("why", WHY_NEEDED)
    return told
