"""The reviewer's and editor's desk: a second person opens, sends back, verifies, publishes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.access import policies as access
from keqiao.access.types import Role
from keqiao.articles import policies as article_policies
from keqiao.articles import selectors as articles
from keqiao.articles import services as article_services
from keqiao.articles.models import Dispatch
from keqiao.articles.types import Content
from keqiao.base.errors import Missing, Refused
from keqiao.needs import clarifying as need_clarifying
from keqiao.needs import documents as need_documents
from keqiao.needs import policies as need_policies
from keqiao.needs import selectors as needs
from keqiao.needs import services as need_services
from keqiao.offers import documents as offer_documents
from keqiao.offers import policies as offer_policies
from keqiao.offers import selectors as offers
from keqiao.offers import services as offer_services
from keqiao.organisations import selectors as organisations
from keqiao.reactions import selectors as reactions
from keqiao.reviews import selectors as reviews
from keqiao.web import versions
from keqiao.web.context import DESKS
from keqiao.web.forms.base import SeenForm
from keqiao.web.forms.dispatches import DispatchForm, initial
from keqiao.web.forms.review import ReviewForm
from keqiao.web.requests import person

MOST_SHOWN = 50


@login_required
@require_safe
def review_desk(request: HttpRequest) -> HttpResponse:
    """What waits for this member of staff, longest waiting first."""
    who = person(request)
    if not access.areas(who, *DESKS):
        raise Missing
    context = {
        "needs": needs.to_review(who)[:MOST_SHOWN],
        "offers": offers.to_review(who)[:MOST_SHOWN],
        "organisations": organisations.waiting_for(who)[:MOST_SHOWN],
        "dispatches": articles.to_edit(who)[:MOST_SHOWN],
        "is_reviewer": bool(access.areas(who, Role.REVIEWER)),
    }
    return render(request, "web/review/desk.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_need(request: HttpRequest, code: str) -> HttpResponse:
    """Both versions of a need side by side, the scores, the comments and the decision."""
    who = person(request)
    try:
        need = needs.get_private(code, by=who)
    except Missing:
        return _gone(request)
    if not need_policies.may_review(who, need):
        raise Missing
    form = ReviewForm(
        request.POST or None, labels=versions.NEED_FIELDS, initial={"revision": need.revision}
    )
    if request.method == "POST" and form.is_valid():
        try:
            if _is_approved(request):
                need_services.approve(need, by=who, **_grounds(form))
                messages.success(request, _("需求已公开。"))
            else:
                need_services.send_back(need, by=who, **_grounds(form))
                messages.success(request, _("已退回作者修改。"))
        except Refused as refusal:
            need = needs.get_private(code, by=who)
            _again(form, refusal, need.revision)
        else:
            return redirect("review_desk")
    private, public = versions.side_by_side(need)
    history = list(reviews.about(need_services.subject_of(need)))
    context = {
        "need": need,
        "form": form,
        "private": private,
        "public": public,
        "history": history,
        "changes": versions.changes(history[0] if history else None, need),
        "attachments": needs.attachments(need),
        "exposed": need_clarifying.exposed(need),
        "compared": needs.compared(need_documents.submitted_entry(need), by=who),
        "uncompared": reactions.uncompared(),
    }
    return _page(request, "web/review/need.html", context, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_offer(request: HttpRequest, code: str) -> HttpResponse:
    """An offer, the scores, the comments and the decision."""
    who = person(request)
    try:
        offer = offers.get(code, by=who)
    except Missing:
        return _gone(request)
    if not offer_policies.may_review(who, offer):
        raise Missing
    form = ReviewForm(
        request.POST or None, labels=versions.OFFER_FIELDS, initial={"revision": offer.revision}
    )
    if request.method == "POST" and form.is_valid():
        try:
            if _is_approved(request):
                offer_services.approve(offer, by=who, **_grounds(form))
                messages.success(request, _("所能已公开。"))
            else:
                offer_services.send_back(offer, by=who, **_grounds(form))
                messages.success(request, _("已退回作者修改。"))
        except Refused as refusal:
            offer = offers.get(code, by=who)
            _again(form, refusal, offer.revision)
        else:
            return redirect("review_desk")
    history = list(reviews.about(offer_services.subject_of(offer)))
    context = {
        "offer": offer,
        "form": form,
        "history": history,
        "changes": versions.changes(history[0] if history else None, offer),
        "compared": offers.compared(offer_documents.entry(offer), by=who),
        "uncompared": reactions.uncompared(),
    }
    return _page(request, "web/review/offer.html", context, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_dispatch(request: HttpRequest, code: str) -> HttpResponse:
    """A dispatch that a machine brought in: check, change, publish or put away."""
    who = person(request)
    dispatch = articles.get(code, by=who)
    if not article_policies.may_edit(who, dispatch):
        raise Missing
    form = DispatchForm(request.POST or None, dispatch=dispatch, initial=initial(dispatch))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        content = Content(**form.content(), facts=dispatch.facts)
        try:
            _decide(request, dispatch, content, form.cleaned_data["revision"])
        except Refused as refusal:
            dispatch = articles.get(code, by=who)
            context["is_outdated"] = dispatch.revision != form.cleaned_data["revision"]
            _again(form, refusal, dispatch.revision)
        else:
            return redirect("review_desk")
    return _page(request, "web/review/dispatch.html", {**context, "dispatch": dispatch}, form)


def _gone(request: HttpRequest) -> HttpResponse:
    """Lead a reviewer back whose entry was taken back meanwhile; raise Missing for whoever decides nothing."""
    who = person(request)
    if request.method != "POST" or not access.areas(who, Role.REVIEWER):
        raise Missing
    messages.warning(request, _("作者已经撤回修改，这次的打分没有保存；重新提交后会再到审核台。"))
    return redirect("review_desk")


def _decide(request: HttpRequest, dispatch: Dispatch, content: Content, seen: int) -> None:
    who = person(request)
    match request.POST.get("decision"):
        case "publish":
            article_services.publish_edited(dispatch, content, by=who, revision=seen)
            messages.success(request, _("稿件已发布。"))
        case "discard":
            article_services.discard(dispatch, by=who)
            messages.success(request, _("稿件不采用，已归档。"))
        case _:
            article_services.edit(dispatch, content, by=who, revision=seen)
            messages.success(request, _("修改已保存。"))


def _is_approved(request: HttpRequest) -> bool:
    return request.POST.get("decision") == "approve"


def _grounds(form: ReviewForm) -> dict[str, Any]:
    return {
        "scores": form.scores(),
        "comments": form.comments(),
        "revision": form.cleaned_data["revision"],
    }


def _again(form: SeenForm, refusal: Refused, revision: int) -> None:
    """Say what was refused, beside the entry as it is now."""
    form.show(refusal)
    form.renew(revision)


def _page(request: HttpRequest, template: str, context: dict[str, Any], form: Any) -> HttpResponse:
    return render(request, template, context, status=422 if form.errors else 200)
