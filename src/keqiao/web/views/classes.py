"""Pages of classes: the teacher enters one, prints links, sees who confirmed; guardians answer by their link."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.activities import selectors as activities
from keqiao.activities.models import Session
from keqiao.base.errors import Missing, Refused
from keqiao.base.phrases import nested
from keqiao.classes import intake, services
from keqiao.classes import selectors as classes
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.classes.states import State
from keqiao.guardians import selectors as guardians
from keqiao.guardians import services as minors
from keqiao.guardians.models import Minor
from keqiao.guardians.types import CONSENT_AGE, Purpose
from keqiao.organisations.models import Organisation
from keqiao.paperwork.links import Slip, Slips, links_pdf
from keqiao.registrations.states import LIVE
from keqiao.web.forms.classes import NEEDS_CHECK, ClassForm
from keqiao.web.forms.minors import MinorForm, PupilForm, initial_of
from keqiao.web.requests import GET_POST, person, tell
from keqiao.web.templatetags.minors import until
from keqiao.web.views.minors import chosen_purpose, held
from keqiao.web.views.papers import TYPES

MOST_READ = 5  # problems of a sheet that are told


@never_cache
@login_required
@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """The classes that I entered."""
    who = person(request)
    context = {"classes": classes.of_teacher(who), "schools": classes.schools_of(who)}
    return render(request, "web/classes/list.html", context)


@never_cache
@sensitive_variables()
@sensitive_post_parameters()
@login_required
@require_http_methods(GET_POST)
def class_create(request: HttpRequest, code: str) -> HttpResponse:
    """A class for a session: names by hand or from a sheet, looked at before anything is kept."""
    who = person(request)
    session, schools = activities.session(code, by=who), classes.schools_of(who)
    if not schools:
        raise Missing
    form = ClassForm(
        request.POST or None,
        request.FILES or None,
        schools=schools,
        last_on=intake.last_day(session),
    )
    if request.method == "POST" and form.is_valid():
        made = _entered(request, form, session, schools)
        if made is not None:
            messages.success(request, _("名额已经留好。请打印链接，发给监护人。"))
            return redirect("class_detail", code=made.code)
    context = {"form": form, "session": session}
    return render(request, "web/classes/new.html", context, status=422 if form.errors else 200)


@sensitive_variables()
def _entered(
    request: HttpRequest, form: ClassForm, session: Session, schools: list[Organisation]
) -> SchoolClass | None:
    """Keep the class; None when it was refused, or when a sheet was only read."""
    uploaded = form.cleaned_data["content"]
    try:
        if uploaded is not None:
            lines = intake.read(uploaded, name=uploaded.name or "", size=uploaded.size or 0)
            form.show_read([line.called for line in lines if line.problem is None])
            wrong = [line for line in lines if line.problem is not None]
            for line in wrong[:MOST_READ]:
                said = line.problem.say(_) if line.problem is not None else ""
                row = _("第 %(number)s 行：%(problem)s") % {"number": line.number, "problem": said}
                form.add_error("content", row)
            form.add_error(None, str(NEEDS_CHECK))
            return None
        school = next(one for one in schools if one.code == form.cleaned_data["school"])
        return services.enter(session, school, form.class_content(), by=person(request))
    except Refused as refusal:
        form.show(refusal)
        return None


@never_cache
@sensitive_variables()
@login_required
@require_safe
def class_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Who confirmed, who is asked, who said no; nothing else about anybody."""
    school_class = classes.get(code, by=person(request))
    pupils = classes.pupils(school_class)
    context = {
        "class": school_class,
        "pupils": [(one, _called(one), _badge(one)) for one in pupils],
        "asked_count": sum(one.state == State.ASKED for one in pupils),
    }
    return render(request, "web/classes/detail.html", context)


@never_cache
@sensitive_variables()
@login_required
@require_POST
def class_links(request: HttpRequest, code: str) -> HttpResponse:
    """Print a fresh link for each guardian who is asked: a sheet to cut apart, told once."""
    who = person(request)
    school_class = classes.get(code, by=who)
    try:
        links = services.issue_links(school_class, by=who)
    except Refused as refusal:
        tell(request, refusal)
        return redirect("class_detail", code=code)
    slips = [
        Slip(
            called=one.called,
            address=request.build_absolute_uri(reverse("pupil_link", args=[one.key])),
        )
        for one in links
    ]
    session = school_class.session
    due = until(school_class.due_at)
    title = session.activity.title
    sheet = Slips(
        title=_("监护人确认链接"),
        subtitle=f"{title} · {school_class.school.name} · {school_class.name}",
        caution=_(
            "剪开后交给各自的监护人，不要发到群里：谁有链接，谁就能替孩子答复。重新打印后，旧的链接失效。"
        ),
        note=_("请监护人扫码：为孩子参加“%(title)s”填写并确认，或选择不同意。%(due)s 截止。")
        % {"title": nested(title), "due": due},
        slips=tuple(slips),
    )
    response = HttpResponse(links_pdf(sheet), content_type=TYPES["pdf"])
    name = _("监护人确认链接 %(code)s") % {"code": school_class.code}
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf")
    return response


@login_required
@require_POST
def class_end(request: HttpRequest, code: str) -> HttpResponse:
    """Ask no longer: the places of those who did not answer go back."""
    who = person(request)
    services.end(classes.get(code, by=who), by=who)
    messages.success(request, _("已结束。没有确认的名额已退回，这些学生的姓名已删除。"))
    return redirect("class_detail", code=code)


@never_cache
@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def pupil_link(request: HttpRequest, key: str) -> HttpResponse:
    """What a guardian sees by the link, without a log-in: what, why, how long, who; yes, no, and later back again."""
    pupil = classes.by_key(key)
    minor = pupil.registration.minor if pupil.registration is not None else None
    if minor is None or minor.deleted_at is not None:
        return _ask(request, pupil, key)
    return _answered(request, pupil, minor, key)


@sensitive_variables()
def _ask(request: HttpRequest, pupil: Pupil, key: str) -> HttpResponse:
    if pupil.state != State.ASKED:
        raise Missing
    session = pupil.school_class.session
    is_refusing = request.POST.get("do") == "refuse"
    is_late = pupil.school_class.due_at <= timezone.now()
    entered = request.POST if request.method == "POST" and not is_refusing else None
    form = PupilForm(entered, session=session)
    form.fields.pop("school", None)  # it is the class's
    try:
        if is_refusing:
            services.refuse(pupil)
            return render(request, "web/classes/refused.html")
        if entered is not None and form.is_valid():
            services.confirm(pupil, form.entered(), form.guardian())
            messages.success(request, _("已确认，孩子的名额已登记。请保存这个页面的地址。"))
            return redirect("pupil_link", key=key)
    except Refused as refusal:
        form.show(refusal)
    context = {
        "pupil": pupil,
        "class": pupil.school_class,
        "session": session,
        "form": form,
        "is_late": is_late,
        "age": CONSENT_AGE,
    }
    return render(request, "web/classes/ask.html", context, status=422 if form.errors else 200)


@sensitive_variables()
def _answered(request: HttpRequest, pupil: Pupil, minor: Minor, key: str) -> HttpResponse:
    given = frozenset(guardians.current_purposes(minor))
    pressed = request.POST.get("do", "")
    entered = request.POST if pressed == "correct" else None
    form = MinorForm(entered, session=minor.session, given=given, initial=initial_of(minor))
    form.fields.pop("school", None)
    try:
        if pressed == "withdraw":
            return _withdrawn(request, pupil, minor, key)
        if entered is not None and form.is_valid():
            minors.correct(minor, replace(form.entered(), school=minor.school), by=None)
            messages.success(request, _("已更正。"))
            return redirect("pupil_link", key=key)
    except Refused as refusal:
        form.show(refusal)
    context = {
        "pupil": pupil,
        "minor": minor,
        "held": held(minor),
        "consents": guardians.consents(minor),
        "is_reworded": given < guardians.live_purposes(minor),
        "readings": guardians.readings(minor),
        "form": form,
        "action": request.path,
    }
    return render(request, "web/classes/answered.html", context, status=422 if form.errors else 200)


def _withdrawn(request: HttpRequest, pupil: Pupil, minor: Minor, key: str) -> HttpResponse:
    purpose = chosen_purpose(request)
    if purpose == Purpose.TAKING_PART:
        services.withdraw(pupil)
        return render(request, "web/classes/withdrawn.html")
    minors.withdraw(minor, purpose, by=None)
    messages.success(request, _("已撤回，相应的内容已经删除。"))
    return redirect("pupil_link", key=key)


def _called(pupil: Pupil) -> str:
    """Return by what name the teacher knows a pupil: as entered, then as the guardian did, then none."""
    minor = pupil.registration.minor if pupil.registration is not None else None
    return pupil.called or (minor.name if minor is not None else "")


def _badge(pupil: Pupil) -> tuple[str, str]:
    """Return the look and the words of where a pupil stands; a place given up afterwards is told as such."""
    is_gone = pupil.registration is not None and pupil.registration.state not in LIVE
    if pupil.state == State.CONFIRMED and is_gone:
        return "closed", _("名额已取消")
    looks = {State.ASKED: "waiting", State.CONFIRMED: "open"}
    return looks.get(State(pupil.state), "closed"), str(State(pupil.state).label)
