"""Pages of places: keep some, sign up, see and give up what one has; the list of who comes; the draw."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.activities import selectors as activities
from keqiao.activities.models import Session
from keqiao.activities.types import Way
from keqiao.base.errors import Missing, Refused
from keqiao.engine import lots
from keqiao.messaging import letters
from keqiao.paperwork.qr import qr_svg
from keqiao.paperwork.sheet import FORMULA
from keqiao.registrations import selectors as registrations
from keqiao.registrations import services
from keqiao.registrations.models import Registration
from keqiao.registrations.states import SEATED, State
from keqiao.registrations.types import Full, FullWithoutList
from keqiao.web import rush
from keqiao.web.forms import registrations as forms
from keqiao.web.requests import GET_POST, page_of, person, tell, visitor


@login_required
@require_POST
def registration_hold(request: HttpRequest, code: str) -> HttpResponse:
    """Keep places for ten minutes, and go to the form."""
    who = person(request)
    session = activities.session(code, by=who)
    children, own = forms.WantedForm(request.POST, session=session).wanted()
    try:
        services.hold(session, children + own, by=who, own=own)
    except Missing:
        raise
    except (Full, FullWithoutList) as refusal:
        return _full(request, session, refusal)
    except Refused as refusal:
        tell(request, refusal)
        return redirect("session_detail", code=code)
    wanted = urlencode({"children": children, **({"own": "on"} if own else {})})
    return redirect(f"{reverse('registration_create', args=[code])}?{wanted}")


def _full(request: HttpRequest, session: Session, refusal: Refused) -> HttpResponse:
    """Say at once that nothing is left: most of a rush gets this answer, so its page asks the database nothing more."""
    shown = {"session": session, "said": refusal.phrase.say(_)}
    return rush.light(request, "web/registrations/full.html", shown, status=409)


@login_required
@require_POST
def registration_let_go(request: HttpRequest, code: str) -> HttpResponse:
    """Give back what is kept for me."""
    who = person(request)
    services.let_go(activities.session(code, by=who), by=who)
    messages.success(request, _("已放弃为您保留的名额。"))
    return redirect("session_detail", code=code)


@never_cache
@sensitive_variables()
@sensitive_post_parameters()
@login_required
@require_http_methods(GET_POST)
def registration_create(request: HttpRequest, code: str) -> HttpResponse:
    """Sign up the person, children, or both."""
    who = person(request)
    session = activities.session(code, by=who)
    children, own = forms.WantedForm(request.GET, session=session).wanted()
    if not children and not own:
        return redirect("session_detail", code=code)
    page = forms.sign_up(session, request.POST or None, children=children, own=own)
    if request.method == "POST" and page.is_valid():
        try:
            made = services.sign_up(
                session,
                by=who,
                minors=page.minors(),
                own=own,
                answers=page.form.answers(),
                region=page.form.county(),
                may_split=bool(page.form.cleaned_data.get("may_split")),
            )
        except Missing:
            raise
        except Refused as refusal:
            page.show(refusal)
        else:
            _say(request, made)
            return redirect("registration_list")
    now = timezone.now()
    context = {
        "session": session,
        "page": page,
        "own": own,
        "count": children + own,
        "hold": registrations.hold_of(session, who, now),
        "standing": registrations.standing(session, who, now),
        "is_draw": session.way == Way.DRAW,
    }
    status = 422 if page.errors() else 200
    return render(request, "web/registrations/form.html", context, status=status)


@login_required
@never_cache
@require_safe
def registration_list(request: HttpRequest) -> HttpResponse:
    """What I have signed up for, what waits, what is offered."""
    page = page_of(request, registrations.of_person(person(request)))
    shown = list(page)
    context = {
        "page": page,
        "positions": registrations.positions(shown),
        "now": timezone.now(),
        "offered": [one for one in shown if one.state == State.OFFERED],
    }
    return render(request, "web/registrations/list.html", context)


@login_required
@never_cache
@require_safe
def registration_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One ticket."""
    found = registrations.get(code, by=person(request))
    context = {
        "registration": found,
        "session": found.session,
        "positions": registrations.positions([found]),
        "has_ticket": found.state == State.CONFIRMED,
        "has_begun": found.session.starts_at <= timezone.now(),
    }
    return render(request, "web/registrations/detail.html", context)


@login_required
@never_cache
@require_safe
def registration_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """The code of a ticket, as a picture that a camera reads: the page of whoever stands at the door."""
    found = registrations.get(code, by=person(request))
    if found.state not in SEATED:
        raise Missing
    address = letters.link(reverse("check_in_ticket", args=[found.code]))
    return HttpResponse(qr_svg(address), content_type="image/svg+xml")


@login_required
@require_POST
def registration_accept(request: HttpRequest, code: str) -> HttpResponse:
    """Take the place that is offered."""
    who = person(request)
    try:
        services.accept(registrations.get(code, by=who), by=who)
    except Missing:
        raise
    except Refused as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("名额已确认，到时请出示二维码签到。"))
    return redirect("registration_list")


@login_required
@require_POST
def registration_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Give up a place, an offer, a turn or a lot."""
    who = person(request)
    try:
        services.cancel(registrations.get(code, by=who), by=who)
    except Missing:
        raise
    except Refused as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已取消；空出的名额会让给候补的人。"))
    return redirect("registration_list")


@login_required
@never_cache
@require_safe
def session_registrations(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes, who waits: for who runs the session."""
    who = person(request)
    session = activities.session(code, by=who)
    page = page_of(request, registrations.listed(session, by=who), most=100)
    counted = registrations.counts(session)
    context = {
        "session": session,
        "page": page,
        "alike": registrations.alike(session, by=who),
        "kept": registrations.kept(session) if session.places is not None else 0,
        "counts": [(State(one).label, counted[one]) for one in State.values if one in counted],
    }
    return render(request, "web/registrations/session.html", context)


@login_required
@never_cache
@require_safe
def session_registrations_file(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a table, without a word about any child."""
    who = person(request)
    session = activities.session(code, by=who)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([_("编号"), _("状态"), _("候补次序"), _("为谁报名"), _("报名人"), _("报名时间")])
    for one in registrations.listed(session, by=who):
        table.writerow(_line(one))
    name = _("报名-%(code)s.csv") % {"code": session.code}
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    body = "\ufeff" + text.getvalue()
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def session_draw(request: HttpRequest, code: str) -> HttpResponse:
    """The draw of a session: what is promised, what was sealed, what came of it, and how to check it."""
    session = _drawn(request, code)
    context = {
        "session": session,
        "draw": registrations.draw_of(session),
        "paper": registrations.paper(session),
        "mine": [one for one in registrations.in_session(session, visitor(request)) if one.lot],
    }
    return render(request, "web/registrations/draw.html", context)


@require_safe
def session_draw_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The paper of a draw that is over, as a text that anybody can check."""
    paper = registrations.paper(_drawn(request, code))
    if paper is None:
        raise Missing
    return HttpResponse(lots.written(paper), content_type="text/plain; charset=utf-8")


def _drawn(request: HttpRequest, code: str) -> Session:
    session = activities.session(code, by=visitor(request))
    if session.way != Way.DRAW:
        raise Missing
    return session


def _line(one: Registration) -> list[str]:
    """Return one line of the table; what begins like a formula is made plain text."""
    who = _("孩子") if one.minor_id is not None else _("本人")
    name = one.person.name
    plain = f"'{name}" if name.startswith(FORMULA) else name
    made_at = f"{timezone.localtime(one.made_at):%Y-%m-%d %H:%M}"
    turn = str(one.turn) if one.state == State.WAITING else ""
    return [one.code, str(State(one.state).label), turn, who, plain, made_at]


def _waits(count: int, ahead: int) -> str:
    """Say that some wait, and behind how many."""
    if not ahead:
        said = ngettext(
            "%(count)s 个在候补，排在最前面。有名额时会通知您，请在期限内确认。",
            "%(count)s 个在候补，排在最前面。有名额时会通知您，请在期限内确认。",
            count,
        )
        return said % {"count": count}
    said = ngettext(
        "%(count)s 个在排队候补，前面还有 %(ahead)s 个。有名额时会通知您，请在期限内确认。",
        "%(count)s 个在排队候补，前面还有 %(ahead)s 个。有名额时会通知您，请在期限内确认。",
        count,
    )
    return said % {"count": count, "ahead": ahead}


def _say(request: HttpRequest, made: list[Registration]) -> None:
    """Say what came of a sign-up, place by place."""
    confirmed = sum(one.state == State.CONFIRMED for one in made)
    waiting = [one for one in made if one.state == State.WAITING]
    if confirmed:
        said = ngettext("报名成功：%(count)s 个名额。", "报名成功：%(count)s 个名额。", confirmed)
        messages.success(request, said % {"count": confirmed})
    if waiting:
        messages.warning(request, _waits(len(waiting), registrations.ahead(waiting[0])))
    if len(made) > confirmed + len(waiting):
        messages.success(request, _("已进入抽签；抽签后会通知您。"))
