"""Pages of teams, projects, shifts: what everybody may know, and what may be done there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed
from keqiao.places.models import Association
from keqiao.volunteering import counted, evidence, hours, policies, projects, reviewing, selectors
from keqiao.volunteering import services as teams
from keqiao.volunteering.models import Project, Shift, Team
from keqiao.volunteering.states import ShiftState
from keqiao.web.acting import Deed, Page, Press
from keqiao.web.forms import volunteering as forms
from keqiao.web.requests import GET_POST, page_of, visitor

MOST = 50


def node_of(press: Press[Any], nodes: list[Association]) -> Association:
    """Return the node that was chosen among those offered."""
    return next(one for one in nodes if one.code == press.entered["node"])


def _found(press: Press[list[Association]]) -> object:
    entered = press.entered
    node = node_of(press, press.thing)
    return teams.found(node, entered["name"], entered["about"], entered["leader"], by=press.who)


def _plan_for_node(press: Press[list[Association]]) -> object:
    return projects.plan(node_of(press, press.thing), press.form.content(), by=press.who)


LIST: dict[str, Deed[list[Association]]] = {
    "found": Deed(_found, _("志愿服务队已建立。"), forms.TeamForm),
    "plan": Deed(_plan_for_node, _("项目已建立。"), forms.NodeProjectForm),
}
TEAM: dict[str, Deed[Team]] = {
    "apply": Deed(
        lambda press: teams.apply(press.thing, press.entered["text"], by=press.who),
        _("已申请，等负责人审批。"),
        forms.ApplyForm,
    ),
    "leave": Deed(
        lambda press: teams.leave(_own(press), by=press.who), _("已退出，报名的班次已一并退出。")
    ),
    "admit": Deed(lambda press: teams.admit(_member(press), by=press.who), _("已通过。")),
    "refuse": Deed(lambda press: teams.refuse(_member(press), by=press.who), _("已不予通过。")),
    "remove": Deed(lambda press: teams.leave(_member(press), by=press.who), _("已请其退出。")),
    "lead": Deed(
        lambda press: teams.set_leader(_member(press), is_leader=True, by=press.who),
        _("已设为负责人。"),
    ),
    "unlead": Deed(
        lambda press: teams.set_leader(_member(press), is_leader=False, by=press.who),
        _("已不再是负责人。"),
    ),
    "mark": Deed(
        lambda press: teams.mark(_member(press), press.form.content(), by=press.who),
        _("已登记。"),
        forms.MarkForm,
    ),
    "unmark": Deed(
        lambda press: teams.unmark(selectors.mark(press.thing, press.number), by=press.who),
        _("已撤销这条登记。"),
    ),
    "plan": Deed(
        lambda press: projects.plan(
            press.thing.association, press.form.content(), team=press.thing, by=press.who
        ),
        _("项目已建立。"),
        forms.ProjectForm,
    ),
}


def _member(press: Press[Team]) -> Any:
    return selectors.member(press.thing, press.number)


def _own(press: Press[Team]) -> Any:
    found = selectors.membership(press.thing, press.who)
    if found is None:
        raise NotAllowed
    return found


def _milestone(press: Press[Project]) -> object:
    entered = press.entered
    return projects.add_milestone(press.thing, entered["title"], entered["due_on"], by=press.who)


def _reach(press: Press[Project]) -> object:
    milestone = selectors.milestone(press.thing, press.number)
    entered = press.entered
    return projects.reach(milestone, entered["reached_on"], entered["note"], by=press.who)


def _measure(press: Press[Project]) -> object:
    indicator = selectors.indicator(press.thing, press.number)
    return projects.measure(indicator, press.form.content(), by=press.who)


PROJECT: dict[str, Deed[Project]] = {
    "change": Deed(
        lambda press: projects.change(press.thing, press.form.content(), by=press.who),
        _("项目已更新。"),
        forms.ProjectForm,
    ),
    "milestone": Deed(_milestone, _("里程碑已记下。"), forms.MilestoneForm),
    "reach": Deed(_reach, _("已记为达到。"), forms.ReachForm),
    "indicator": Deed(
        lambda press: projects.add_indicator(press.thing, **press.entered, by=press.who),
        _("指标已记下。"),
        forms.IndicatorForm,
    ),
    "measure": Deed(_measure, _("数值已记下。"), forms.MeasureForm),
    "shift": Deed(
        lambda press: projects.offer_shift(press.thing, press.form.content(), by=press.who),
        _("班次已发布。"),
        forms.ShiftForm,
    ),
    "review": Deed(
        lambda press: reviewing.open_review(
            press.thing, press.entered["criteria"], press.entered["due_on"], by=press.who
        ),
        _("评审已开始，材料已汇集。请邀请评审人。"),
        forms.ReviewForm,
    ),
}


def _withdraw(press: Press[Shift]) -> object:
    place = selectors.sign_up(press.thing, press.who)
    if place is None:
        raise NotAllowed
    return projects.withdraw(place, by=press.who)


def _record(press: Press[Shift]) -> object:
    volunteer = selectors.signed_up(press.thing, press.number).person
    return hours.record(press.thing, volunteer, press.form.content(), by=press.who)


SHIFT: dict[str, Deed[Shift]] = {
    "sign-up": Deed(lambda press: projects.sign_up(press.thing, by=press.who), _("已报名。")),
    "withdraw": Deed(_withdraw, _("已退出这个班次。")),
    "cancel": Deed(
        lambda press: projects.cancel_shift(press.thing, press.entered["why"], by=press.who),
        _("班次已取消，已报名的人会收到提醒。"),
        forms.WhyForm,
    ),
    "record": Deed(_record, _("时长已记下，等第二人复核后生效。"), forms.WorkedForm),
    "wish": Deed(
        lambda press: hours.wish(press.thing, press.entered["text"], by=press.who),
        _("已提出，会在期限内答复您。"),
        forms.WishForm,
    ),
    "decline": Deed(
        lambda press: hours.decline(
            counted.wish(press.number, by=press.who), press.entered["answer"], by=press.who
        ),
        _("已答复。"),
        forms.AnswerForm,
    ),
}


@require_http_methods(GET_POST)
def volunteer_list(request: HttpRequest) -> HttpResponse:
    """The coming shifts, the projects and the teams; an organiser founds a team here."""
    who = visitor(request)
    nodes = selectors.nodes(who)
    page = Page(request, nodes, LIST, found={"nodes": nodes}, plan={"nodes": nodes})
    if page.is_done():
        return redirect("volunteer_list")
    now = timezone.now()
    context = {
        "page": page_of(request, selectors.coming(now)),
        "projects": selectors.projects(timezone.localdate(now))[:MOST],
        "teams": selectors.teams()[:MOST],
        "forms": {name: page.form(name) for name in LIST} if nodes else {},
        **page.context(),
    }
    return render(request, "web/volunteering/list.html", context, status=page.status)


@require_http_methods(GET_POST)
def team_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A team: what it does for everybody, who is in it for its leaders."""
    who, team = visitor(request), selectors.team(code)
    page = Page(request, team, TEAM)
    if page.is_done():
        return redirect("team_detail", code=code)
    leads = policies.leads(who, team)
    context = {
        "team": team,
        "leads": leads,
        "leaders": selectors.leaders(team) if isinstance(who, Person) else [],
        "own": selectors.membership(team, who),
        "members": [(one, page.form("mark", one.pk)) for one in selectors.members(team, by=who)],
        "projects": selectors.projects_of(team)[:MOST],
        "forms": {name: page.form(name) for name in ("apply", "plan")},
        **page.context(),
    }
    return render(request, "web/volunteering/team.html", context, status=page.status)


@require_http_methods(GET_POST)
def project_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A project: aim, milestones, indicators and shifts for everybody; its reviews for whom they concern."""
    who, project = visitor(request), selectors.project(code)
    kept = ("title", "aim", "from_on", "until_on")
    initial = {name: getattr(project, name) for name in kept}
    initial["outcomes"] = "、".join(project.outcomes)
    page = Page(request, project, PROJECT, change={"initial": initial})
    if page.is_done():
        return redirect("project_detail", code=code)
    manages, may_open = policies.manages(who, project), policies.may_open_review(who, project)
    names = [name for name in PROJECT if name not in {"reach", "measure"}]
    reviews = evidence.reviews_of(project)
    context = {
        "project": project,
        "manages": manages,
        "may_open": may_open,
        "counts": counted.of_project(project),
        "milestones": [(one, page.form("reach", one.pk)) for one in selectors.milestones(project)],
        "indicators": [
            (one, next(iter(one.values.all()), None), page.form("measure", one.pk))
            for one in selectors.indicators(project)
        ],
        "page": page_of(request, selectors.shifts_of(project)),
        "reviews": [one for one in reviews if policies.may_see_review(who, one)],
        "forms": {name: page.form(name) for name in names} if manages else {},
        **page.context(),
    }
    return render(request, "web/volunteering/project.html", context, status=page.status)


@require_http_methods(GET_POST)
def shift_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A shift: time, place and work for everybody; who comes, and their hours, for who runs it."""
    who, shift = visitor(request), selectors.shift(code)
    span = {
        "starts_at": timezone.localtime(shift.starts_at),
        "ends_at": timezone.localtime(shift.ends_at),
    }
    page = Page(request, shift, SHIFT, record={"initial": span})
    if page.is_done():
        return redirect("shift_detail", code=code)
    now = timezone.now()
    own = selectors.sign_up(shift, who)
    has_begun = shift.starts_at <= now
    is_planned = shift.state == ShiftState.PLANNED
    context = {
        "shift": shift,
        "project": shift.project,
        "runs": policies.runs(who, shift),
        "own": own,
        "is_full": shift.taken >= shift.places,
        "has_begun": has_begun,
        "may_sign_up": is_planned and not has_begun and own is None,
        "may_record": is_planned and has_begun,
        "has_moved": _has_moved(shift),
        "sign_ups": [
            (one, page.form("record", one.pk)) for one in selectors.sign_ups(shift, by=who)
        ],
        "hours": counted.of_shift(shift, by=who),
        "wishes": [(one, page.form("decline", one.pk)) for one in counted.wishes_in(shift, by=who)],
        "own_hours": counted.of_person(who).filter(shift=shift) if isinstance(who, Person) else [],
        "forms": {name: page.form(name) for name in ("cancel", "wish")},
        **page.context(),
    }
    return render(request, "web/volunteering/shift.html", context, status=page.status)


def _has_moved(shift: Shift) -> bool:
    """Tell whether the session that the shift is for was cancelled, or lies outside the shift now."""
    session = shift.session
    if session is None:
        return False
    is_apart = session.ends_at <= shift.starts_at or session.starts_at >= shift.ends_at
    return session.state != "planned" or is_apart
