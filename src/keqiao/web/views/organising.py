"""Pages of who organises: the desk, the forms of activities and sessions, and what is pressed on their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts.models import Person
from keqiao.activities import intake, policies, services
from keqiao.activities import selectors as activities
from keqiao.activities.models import Activity, Session
from keqiao.activities.states import SessionState, State
from keqiao.base.errors import Missing, Refused
from keqiao.places.models import Association
from keqiao.web.forms import activities as forms
from keqiao.web.forms.base import UNSEEN, Form
from keqiao.web.requests import GET_POST, keep_uploaded, page_of, person, tell

MOST_SHOWN = 50
DEEDS = ("publish", "cancel", "copy")
CHANGED_DAYS = gettext_lazy("时间或重复的方式有改动，请再核对一次日期。")


@login_required
@require_safe
def activity_desk(request: HttpRequest) -> HttpResponse:
    """What one organises and leads: what is coming, drafts, all others."""
    who = person(request)
    to_run = activities.to_run(who)
    organises = policies.is_organiser(who)
    if not organises and not to_run.exists():
        raise Missing
    rows = activities.organised(who)
    context = {
        "organises": organises,
        "coming": to_run[:MOST_SHOWN],
        "drafts": rows.filter(state=State.DRAFT)[:MOST_SHOWN],
        "page": page_of(request, rows.exclude(state=State.DRAFT)),
        "series": activities.series_of(who)[:MOST_SHOWN],
    }
    return render(request, "web/activities/desk.html", context)


@login_required
@require_http_methods(GET_POST)
def activity_create(request: HttpRequest) -> HttpResponse:
    """A new activity of one of one's nodes."""
    who = person(request)
    nodes = _nodes(who)
    form = forms.ActivityForm(request.POST or None, nodes=nodes, series=activities.series_of(who))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(_chosen(nodes, form.cleaned_data["node"]), form.content(), by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("草稿已保存，现在安排场次。"))
            return redirect("session_create", code=made.code)
    return _page(request, "web/activities/form.html", form)


@login_required
@require_http_methods(GET_POST)
def activity_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what an activity says."""
    who = person(request)
    activity = _own(code, who)
    form = forms.ActivityForm(
        request.POST or None,
        series=activities.series_of(who),
        kept=len(activity.questions),
        initial=forms.initial(activity),
    )
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["revision"]
        try:
            services.change(activity, form.content(), by=who, revision=seen)
        except Refused as refusal:
            form.show(refusal)
            form.renew(_own(code, who).revision)
        else:
            messages.success(request, _("活动已保存。"))
            return redirect("activity_detail", code=code)
    return _page(request, "web/activities/form.html", form, activity=activity)


@login_required
@require_POST
def activity_do(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """Publish, call off or copy an activity."""
    who = person(request)
    activity = activities.get(code, by=who)
    if deed not in DEEDS or not policies.may_change(who, activity):
        raise Missing
    try:
        if deed == "copy":
            made = services.copy(activity, by=who)
            messages.success(request, _("已复制成新的草稿，场次按整周顺延，请逐场核对。"))
            return redirect("activity_detail", code=made.code)
        if deed == "publish":
            services.publish(activity, by=who)
            messages.success(request, _("活动已发布，所有人都能看到。"))
        else:
            _call_off(request, activity, who)
    except Refused as refusal:
        tell(request, refusal)
    return redirect("activity_detail", code=code)


def _call_off(request: HttpRequest, activity: Activity, who: Person) -> None:
    form = forms.CancelForm(request.POST)
    why = request.POST.get("why", "")
    if form.is_valid() or "revision" in form.cleaned_data:
        services.cancel(activity, why, by=who, revision=form.cleaned_data["revision"])
        messages.success(request, _("活动已取消，正在告知报名的人。"))
    else:
        messages.error(request, str(UNSEEN))


@login_required
@require_http_methods(GET_POST)
def session_create(request: HttpRequest, code: str) -> HttpResponse:
    """Arrange a session, or one on each of several days that are shown first."""
    who = person(request)
    activity = _own(code, who)
    start = {"region": activity.association.region_id, "revision": activity.revision}
    form = forms.SessionsForm(request.POST or None, initial=start)
    days: list[dt.date] = []
    if request.method == "POST" and form.is_valid():
        try:
            first = timezone.localdate(form.cleaned_data["starts_at"])
            days = intake.days(first, form.repetition())
            chosen = [day for day in days if day.isoformat() in request.POST.getlist("chosen")]
            is_same = request.POST.get("shown", "") == _shown(days)
            if len(days) == 1 or (request.POST.get("then") == "make" and is_same and chosen):
                made = services.add_sessions(
                    activity,
                    form.content(),
                    by=who,
                    days=chosen or days,
                    revision=form.cleaned_data["revision"],
                )
                messages.success(request, _("已安排 %(count)s 个场次。") % {"count": len(made)})
                return redirect("activity_detail", code=code)
            intake.cleaned_session(form.content())
            if request.POST.get("then") == "make" and not is_same:
                messages.warning(request, str(CHANGED_DAYS))
        except Refused as refusal:
            form.show(refusal)
            form.renew(_own(code, who).revision)
    return _page(
        request,
        "web/activities/session_form.html",
        form,
        activity=activity,
        days=days,
        shown=_shown(days),
    )


@login_required
@require_http_methods(GET_POST)
def session_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Move a session, or change its places and limits."""
    who = person(request)
    session = _own_session(code, who)
    if session.state != SessionState.PLANNED:
        raise Missing
    form = forms.SessionForm(
        request.POST or None, session=session, initial=forms.initial_session(session)
    )
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["revision"]
        try:
            services.change_session(session, form.content(), by=who, sequence=seen)
        except Refused as refusal:
            form.show(refusal)
            form.renew(_own_session(code, who).sequence)
        else:
            messages.success(request, _("场次已保存；时间、地点有变时，会告知报名的人。"))
            return redirect("session_detail", code=code)
    context = {"activity": session.activity, "session": session}
    return _page(request, "web/activities/session_form.html", form, **context)


@login_required
@require_POST
def session_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Call a session off; one of a draft is deleted."""
    who = person(request)
    session = _own_session(code, who)
    try:
        if session.activity.state == State.DRAFT:
            services.drop_session(session, by=who)
            messages.success(request, _("场次已删除。"))
            return redirect("activity_detail", code=session.activity.code)
        form = forms.CancelForm(request.POST)
        form.is_valid()
        seen = form.cleaned_data.get("revision")
        if seen is None:
            messages.error(request, str(UNSEEN))
        else:
            services.cancel_session(session, request.POST.get("why", ""), by=who, sequence=seen)
            messages.success(request, _("场次已取消，正在告知报名的人。"))
    except Refused as refusal:
        tell(request, refusal)
    return redirect("session_detail", code=code)


@login_required
@require_POST
def activity_attach(request: HttpRequest, code: str) -> HttpResponse:
    """Put a file beside an activity."""
    who = person(request)
    keep_uploaded(request, partial(services.attach, _own(code, who), by=who))
    return redirect("activity_detail", code=code)


@login_required
@require_POST
def activity_detach(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Remove a file."""
    who = person(request)
    services.detach(activities.document(_own(code, who), number), by=who)
    messages.success(request, _("附件已删除。"))
    return redirect("activity_detail", code=code)


@login_required
@require_http_methods(GET_POST)
def series_create(request: HttpRequest) -> HttpResponse:
    """A new series of one of one's nodes."""
    who = person(request)
    nodes = _nodes(who)
    form = forms.SeriesForm(request.POST or None, nodes=nodes)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            node = _chosen(nodes, entered["node"])
            services.make_series(node, entered["title"], entered["about"], by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("系列已建立，新活动可以归到里面。"))
            return redirect("activity_desk")
    return _page(request, "web/activities/series_form.html", form)


@login_required
@require_http_methods(GET_POST)
def series_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Call a series otherwise."""
    who = person(request)
    row = activities.series(code, by=who)
    if not policies.may_organise(who, row.association):
        raise Missing
    start = {"title": row.title, "about": row.about}
    form = forms.SeriesForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            services.change_series(row, entered["title"], entered["about"], by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("系列已保存。"))
            return redirect("series_detail", code=code)
    return _page(request, "web/activities/series_form.html", form, series=row)


def _nodes(who: Person) -> list[Association]:
    found = list(activities.nodes(who))
    if not found:
        raise Missing
    return found


def _chosen(nodes: Sequence[Association], code: str) -> Association:
    return next(one for one in nodes if one.code == code)


def _own(code: str, who: Person) -> Activity:
    """Return an activity that may still be changed; for whoever does not organise it there is no such page."""
    activity = activities.get(code, by=who)
    if not policies.may_change(who, activity) or activity.state == State.CANCELLED:
        raise Missing
    return activity


def _own_session(code: str, who: Person) -> Session:
    session = activities.session(code, by=who)
    if not policies.may_change(who, session.activity):
        raise Missing
    return session


def _shown(days: Sequence[dt.date]) -> str:
    return " ".join(day.isoformat() for day in days)


def _page(request: HttpRequest, template: str, form: Form, **more: object) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **more}, status=status)
