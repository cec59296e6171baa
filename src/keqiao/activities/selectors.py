"""Questions about activities: what may be seen, by whom, and when it is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from keqiao.access.policies import NOTHING, Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.activities import policies
from keqiao.activities.models import Activity, Document, Series, Session
from keqiao.activities.states import SessionState, State
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.places.models import Association
from keqiao.places.selectors import prefix

RELATED = ("association__region", "series", "made_by")
OF_SESSION = ("activity__association__region", "activity__series", "region", "leader")
MOST_IN_CALENDAR = 500
BACK = dt.timedelta(days=90)  # that a feed looks back, so that what was called off is heard of
WEEK = 7
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means not narrowed. A region stands for all below it; days are local."""

    region: str = ""
    theme: str = ""
    kind: str = ""
    age: int | None = None
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    has_places: bool = False
    series: str = ""


def get(code: str, *, by: Visitor) -> Activity:
    """Return the activity of ``code``; raise Missing when ``by`` may not know of it."""
    rows = Activity.objects.filter(policies.visible_to(by), code=code).select_related(*RELATED)
    found = rows.prefetch_related("themes").first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def session(code: str, *, by: Visitor) -> Session:
    """Return the session of ``code`` with its activity; raise Missing when ``by`` may not know of that."""
    rows = Session.objects.filter(code=code).select_related(*OF_SESSION)
    found = rows.first() if is_code(code) else None
    if found is None or not policies.may_see(by, found.activity):
        raise Missing
    return found


def series(code: str, *, by: Visitor) -> Series:
    """Return the series of ``code``; raise Missing as long as nothing of it is published, but for who organises it."""
    rows = Series.objects.filter(code=code).select_related("association__region")
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    is_shown = found.activities.filter(state=State.OPEN).exists()
    if not is_shown and not policies.may_organise(by, found.association):
        raise Missing
    return found


def sessions(activity: Activity) -> list[Session]:
    """Return all sessions of an activity, soonest first."""
    rows = activity.sessions.select_related("region", "leader")
    return list(rows.order_by("starts_at", "pk"))


def public(narrowed: Filter | None = None) -> QuerySet[Activity]:
    """Return what is published and has a session that fits, soonest first; ``coming`` of each are those sessions.

    Without a day to begin with, what is over is left out.
    """
    wanted = narrowed or Filter()
    fitting = Session.objects.filter(_of_session(wanted), _in_days(wanted))
    mine = fitting.filter(activity=OuterRef("pk")).order_by("starts_at")
    rows = Activity.objects.filter(_of_activity(wanted), Exists(mine), state=State.OPEN)
    shown = fitting.select_related("region").order_by("starts_at", "pk")
    rows = rows.annotate(next_at=Subquery(mine.values("starts_at")[:1]))
    rows = rows.select_related("association", "series")
    rows = rows.prefetch_related(Prefetch("sessions", shown, to_attr="coming"))
    return rows.order_by("next_at", "pk")


def published() -> QuerySet[Activity]:
    """Return all that is published, over or not, newest first, with its sessions."""
    shown = Session.objects.select_related("region").order_by("starts_at", "pk")
    rows = Activity.objects.filter(state=State.OPEN).select_related("association", "series")
    return rows.prefetch_related("themes", Prefetch("sessions", shown)).order_by(
        "-published_at", "pk"
    )


def narrowed_to(rows: QuerySet[Activity], narrowed: Filter) -> QuerySet[Activity]:
    """Return those of ``rows`` that fit and have a session that does."""
    fitting = Session.objects.filter(
        _of_session(narrowed), _in_days(narrowed), activity=OuterRef("pk")
    )
    return rows.filter(_of_activity(narrowed), Exists(fitting))


def by_codes(codes: list[str], *, by: Visitor) -> list[Activity]:
    """Return the visible activities among ``codes``, in the order of ``codes``, with their sessions to come."""
    coming = Session.objects.filter(_in_days(Filter()), state=SessionState.PLANNED)
    shown = coming.select_related("region").order_by("starts_at", "pk")
    rows = Activity.objects.filter(policies.visible_to(by), code__in=codes)
    rows = rows.select_related("association", "series")
    rows = rows.prefetch_related(Prefetch("sessions", shown, to_attr="coming"))
    found = {row.code: row for row in rows}
    return [found[code] for code in codes if code in found]


def in_calendar(narrowed: Filter) -> list[Session]:
    """Return the sessions for a calendar, called off ones too, from some months back, soonest first."""
    since = Q() if narrowed.from_on else Q(ends_at__gt=timezone.now() - BACK)
    is_public = Q(activity__published_at__isnull=False)
    rows = Session.objects.filter(
        since,
        is_public,
        _of_activity(narrowed, "activity__"),
        _of_session(narrowed, is_planned=False),
        _in_days(narrowed, is_coming=False),
    )
    return list(rows.select_related(*OF_SESSION).order_by("starts_at", "pk")[:MOST_IN_CALENDAR])


def weeks(first_on: dt.date, narrowed: Filter) -> list[list[tuple[dt.date, list[Session]]]]:
    """Return the weeks, from their Mondays, that hold a month; each day with the sessions that touch it."""
    start = first_on - dt.timedelta(days=first_on.weekday())
    following = (first_on.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    last = following - dt.timedelta(days=1)
    end = last + dt.timedelta(days=WEEK - 1 - last.weekday())
    rows = Session.objects.filter(
        _of_activity(narrowed, "activity__"),
        _of_session(narrowed),
        activity__state=State.OPEN,
        starts_at__lt=_midnight(end + dt.timedelta(days=1)),
        ends_at__gt=_midnight(start),
    )
    touched: defaultdict[dt.date, list[Session]] = defaultdict(list)
    for one in rows.select_related("activity", "region").order_by("starts_at", "pk"):
        for day in days_of(one):
            touched[day].append(one)
    count = (end - start).days + 1
    days = [start + dt.timedelta(days=number) for number in range(count)]
    return [
        [(day, touched[day]) for day in days[number : number + WEEK]]
        for number in range(0, count, WEEK)
    ]


def days_of(one: Session) -> list[dt.date]:
    """Return the local days that a session touches; one that ends at midnight does not touch the day that begins."""
    first = timezone.localdate(one.starts_at)
    last = policies.last_day(one.ends_at)
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def themes() -> list[str]:
    """Return the themes of what is published, by name."""
    rows = Activity.objects.filter(state=State.OPEN, themes__isnull=False)
    return sorted(set(rows.values_list("themes__name", flat=True)))


def nodes(person: Visitor) -> QuerySet[Association]:
    """Return the live nodes for which the person organises, the highest first."""
    rows: QuerySet[Association] = Association.objects.filter(
        policies.organised_nodes(person), is_active=True
    )
    return rows.select_related("region").order_by("path")


def series_of(person: Visitor) -> QuerySet[Series]:
    """Return the series of the nodes for which the person organises, newest first."""
    rows = Series.objects.filter(policies.organised_by(person)).select_related("association")
    return rows.order_by("-made_at", "-pk")


def of_series(row: Series) -> QuerySet[Activity]:
    """Return what is published of a series, soonest first, over or not, with its sessions as ``coming``."""
    shown = Session.objects.filter(state=SessionState.PLANNED).select_related("region")
    rows = Activity.objects.filter(series=row, state=State.OPEN)
    rows = rows.select_related("association", "series").annotate(next_at=Min("sessions__starts_at"))
    coming = Prefetch("sessions", shown.order_by("starts_at", "pk"), to_attr="coming")
    return rows.prefetch_related(coming).order_by("next_at", "pk")


def organised(person: Visitor) -> QuerySet[Activity]:
    """Return the activities that the person may change, last made first."""
    rows = Activity.objects.filter(policies.organised_by(person))
    return rows.select_related("association", "series").order_by("-made_at", "-pk")


def to_run(person: Visitor) -> QuerySet[Session]:
    """Return the sessions to come that the person runs, soonest first."""
    rows = Session.objects.filter(
        policies.run_by(person),
        activity__state=State.OPEN,
        state=SessionState.PLANNED,
        ends_at__gt=timezone.now(),
    )
    return rows.select_related(*OF_SESSION).order_by("starts_at", "pk")


def documents(activity: Activity) -> QuerySet[Document]:
    """Return the files of an activity, oldest first."""
    return Document.objects.filter(activity=activity).order_by("pk")


def document(activity: Activity, number: int) -> Document:
    """Return one file of an activity that the caller may see; raise Missing."""
    rows = Document.objects.filter(activity=activity, pk=number).select_related("activity")
    found = rows.first()
    if found is None:
        raise Missing
    return found


def uid(one: Session) -> str:
    """Return by what every calendar knows a session, in a feed, a file and a mail."""
    return f"session-{one.code}@keqiao"


def held_about(person: Person) -> Held:
    """Return what is held about a person: series and activities made, sessions led, documents added."""
    made = Activity.objects.filter(made_by=person).order_by("pk")
    led = Session.objects.filter(leader=person).select_related("activity").order_by("pk")
    files = Document.objects.filter(added_by=person).select_related("activity").order_by("pk")
    return {
        "series_made": list(
            Series.objects.filter(made_by=person).order_by("pk").values("code", "title", "made_at")
        ),
        "activities_made": list(made.values("code", "title", "state", "made_at", "published_at")),
        "sessions_led": [
            {"code": one.code, "title": one.activity.title, "starts_at": one.starts_at}
            for one in led
        ],
        "activity_files": [
            {
                "activity": one.activity.code,
                "name": one.name,
                "size": one.size,
                "sha256": one.sha256,
                "added_at": one.added_at,
            }
            for one in files
        ],
    }


def _of_activity(narrowed: Filter, before: str = "") -> Q:
    """Return what an activity has to be; ``before`` leads to it from the rows that are asked."""
    condition = Q()
    if narrowed.kind:
        condition &= Q(**{f"{before}kind": narrowed.kind})
    if narrowed.theme:
        condition &= Q(**{f"{before}themes__name": narrowed.theme})
    if narrowed.series:
        condition &= Q(**{f"{before}series__code": narrowed.series})
    if narrowed.age is not None:
        for column, compared in (("least_age", "lte"), ("most_age", "gte")):
            unlimited = Q(**{f"{before}{column}": None})
            condition &= unlimited | Q(**{f"{before}{column}__{compared}": narrowed.age})
    return condition


def _of_session(narrowed: Filter, *, is_planned: bool = True) -> Q:
    condition = Q(state=SessionState.PLANNED) if is_planned else Q()
    if narrowed.region:
        if not is_code(narrowed.region):
            return NOTHING
        condition &= Q(region__code__startswith=prefix(narrowed.region))
    if narrowed.has_places:
        condition &= policies.still_open(timezone.now()) & (
            Q(places=None) | Q(taken__lt=F("places"))
        )
    return condition


def _in_days(narrowed: Filter, *, is_coming: bool = True) -> Q:
    condition = Q()
    if narrowed.from_on:
        condition &= Q(ends_at__gt=_midnight(narrowed.from_on))
    elif is_coming:
        condition &= Q(ends_at__gt=timezone.now())
    if narrowed.to_on:
        condition &= Q(starts_at__lt=_midnight(narrowed.to_on) + dt.timedelta(days=1))
    return condition


def _midnight(day: dt.date) -> dt.datetime:
    """Return when a local day begins; one that no database keeps the moment of becomes the nearest that it does."""
    near = min(max(day, EARLIEST), LATEST)
    return timezone.make_aware(dt.datetime.combine(near, dt.time()))
