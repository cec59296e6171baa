"""Pages of activities for everybody: lists, the month, one activity, one session, what goes into a calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.activities import policies
from keqiao.activities import selectors as activities
from keqiao.activities.models import Activity, Session
from keqiao.activities.states import MACHINE, SessionState, State
from keqiao.base.errors import Missing
from keqiao.messaging import letters
from keqiao.paperwork.agenda import Occasion, agenda_ics
from keqiao.paperwork.poster import Poster, poster_pdf
from keqiao.search import selectors as search
from keqiao.web.forms.activities import ActivityFilter, CancelForm, DocumentForm
from keqiao.web.requests import handed_out, page_of, visitor
from keqiao.web.templatetags.activities import when

MONTH = re.compile(r"(20\d\d|2100)-(0[1-9]|1[0-2])")
CALENDAR = "text/calendar; charset=utf-8"
ON_POSTER = 5  # times that have room


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """What is published and to come, narrowed and searched."""
    narrowing = ActivityFilter(request.GET)
    query = narrowing.entered("q")
    rows = search.narrowed(activities.public(narrowing.narrowed()), query, kind="activity")
    context = {
        "filter": narrowing,
        "page": page_of(request, rows),
        "month": f"{timezone.localdate():%Y-%m}",
        "feed": _feed_path(request),
    }
    return render(request, "web/activities/list.html", context)


@require_safe
def activity_month(request: HttpRequest, month: str) -> HttpResponse:
    """One month as a table of weeks; on a narrow screen a list of days."""
    found = MONTH.fullmatch(month)
    if found is None:
        raise Missing
    first = dt.date(int(found[1]), int(found[2]), 1)
    narrowing = ActivityFilter(request.GET, with_days=False)
    before = first - dt.timedelta(days=1)
    after = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    context = {
        "filter": narrowing,
        "first": first,
        "before": f"{before:%Y-%m}" if MONTH.fullmatch(f"{before:%Y-%m}") else "",
        "after": f"{after:%Y-%m}" if MONTH.fullmatch(f"{after:%Y-%m}") else "",
        "query": request.GET.urlencode(),
        "weeks": activities.weeks(first, narrowing.narrowed()),
        "today": timezone.localdate(),
        "feed": _feed_path(request),
    }
    return render(request, "web/activities/month.html", context)


@require_safe
def activity_feed(request: HttpRequest) -> HttpResponse:
    """The list as a calendar to subscribe to, called off sessions marked."""
    narrowing = ActivityFilter(request.GET)
    rows = activities.in_calendar(narrowing.narrowed())
    name = _("%(site)s活动") % {"site": settings.SITE_NAME}
    return HttpResponse(agenda_ics(name, [_occasion(one) for one in rows]), content_type=CALENDAR)


@require_safe
def activity_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One activity with its sessions; who organises it sees what may be done."""
    who = visitor(request)
    activity = activities.get(code, by=who)
    may_change = policies.may_change(who, activity)
    context: dict[str, Any] = {
        "activity": activity,
        "sessions": activities.sessions(activity),
        "documents": activities.documents(activity),
        "may_change": may_change,
        "may_edit": may_change and activity.state != State.CANCELLED,
        "may_publish": may_change and MACHINE.allows("publish", activity.state),
        "cancel_form": CancelForm(initial={"revision": activity.revision}),
        "file_form": DocumentForm(),
    }
    return render(request, "web/activities/detail.html", context)


@require_safe
def activity_poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster, to print."""
    activity = activities.get(code, by=visitor(request))
    now = timezone.now()
    coming = [
        one
        for one in activities.sessions(activity)
        if one.state == SessionState.PLANNED and one.ends_at > now
    ]
    name = f"{activity.title}.pdf"
    response = HttpResponse(poster_pdf(_poster(activity, coming)), content_type="application/pdf")
    response.headers["Content-Disposition"] = _as_file(name)
    return response


@require_safe
def activity_file(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Hand out a file of an activity."""
    activity = activities.get(code, by=visitor(request))
    return handed_out(activities.document(activity, number))


@require_safe
def session_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One session: when, where, how many places, and how to come."""
    who = visitor(request)
    session = activities.session(code, by=who)
    may_change = policies.may_change(who, session.activity)
    is_planned = session.state == SessionState.PLANNED
    is_over = session.ends_at <= timezone.now()
    context = {
        "session": session,
        "activity": session.activity,
        "runs": policies.runs(who, session),
        "is_over": is_over,
        "closes_at": policies.closes_at(session),
        "may_edit": may_change and is_planned and not is_over,
        "may_drop": may_change and session.activity.state == State.DRAFT,
        "cancel_form": CancelForm(initial={"revision": session.sequence}),
    }
    return render(request, "web/activities/session.html", context)


@require_safe
def session_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """One session as a file for a calendar."""
    session = activities.session(code, by=visitor(request))
    title = session.activity.title
    response = HttpResponse(agenda_ics(title, [_occasion(session)]), content_type=CALENDAR)
    response.headers["Content-Disposition"] = _as_file(f"{title}.ics")
    return response


@require_safe
def series_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One series with what is published of it."""
    who = visitor(request)
    row = activities.series(code, by=who)
    context = {
        "series": row,
        "page": page_of(request, activities.of_series(row)),
        "may_change": policies.may_organise(who, row.association),
    }
    return render(request, "web/activities/series.html", context)


def _occasion(session: Session) -> Occasion:
    activity = session.activity
    title = f"{activity.title} {session.title}".strip()
    place = f"{session.place} {session.address}".strip()
    told = [activity.about, session.cancelled_why]
    return Occasion(
        uid=activities.uid(session),
        sequence=session.sequence,
        title=title,
        place=place,
        note="\n".join(part for part in told if part),
        address=letters.link(reverse("session_detail", args=[session.code])),
        starts_at=timezone.localtime(session.starts_at),
        ends_at=timezone.localtime(session.ends_at),
        changed_at=session.changed_at,
        is_off=session.state == SessionState.CANCELLED,
    )


def _poster(activity: Activity, coming: list[Session]) -> Poster:
    facts = [
        (_("面向"), _for_whom(activity)),
        (_("费用"), activity.cost),
        (_("协办"), "、".join(activity.partners)[:200]),
        (_("无障碍"), activity.accessibility),
        (_("咨询"), activity.contact),
    ]
    left = len(coming) - ON_POSTER
    return Poster(
        title=activity.title,
        kind=str(activity.get_kind_display()),
        series=activity.series.title if activity.series else "",
        about=activity.about,
        occasions=tuple(
            (when(one), f"{one.place} {one.address}"[:200]) for one in coming[:ON_POSTER]
        ),
        more=_("还有 %(count)s 场，扫码看全部。") % {"count": left} if left > 0 else "",
        facts=tuple((label, value) for label, value in facts if value),
        organiser=_("%(name)s主办") % {"name": activity.association.name},
        invitation=_("扫码看详情和报名"),
        address=letters.link(reverse("activity_detail", args=[activity.code])),
    )


def _for_whom(activity: Activity) -> str:
    least, most = activity.least_age, activity.most_age
    ages = ""
    if least is not None and most is not None:
        ages = _("%(least)s–%(most)s 岁") % {"least": least, "most": most}
    elif least is not None:
        ages = _("%(least)s 岁以上") % {"least": least}
    elif most is not None:
        ages = _("%(most)s 岁以下") % {"most": most}
    return " ".join(part for part in (activity.audience, ages) if part)


def _feed_path(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    told = query.urlencode()
    path = letters.link(reverse("activity_feed"))
    return f"{path}?{told}" if told else path


def _as_file(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
