"""Pages of offers and studios."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.base.errors import Missing, Refused
from keqiao.matching import selectors as matching
from keqiao.offers import policies, services
from keqiao.offers import selectors as offers
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import MACHINE, State
from keqiao.organisations import selectors as organisations
from keqiao.reviews import selectors as reviews
from keqiao.reviews.models import Review
from keqiao.search import selectors as search
from keqiao.web import versions
from keqiao.web.forms import offers as forms
from keqiao.web.forms.filters import OfferFilter
from keqiao.web.requests import page_of, person, visitor


@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    """Every open offer, narrowed and searched."""
    narrowing = OfferFilter(request.GET)
    query = narrowing.entered("q")
    rows = search.narrowed(offers.public(narrowing.narrowed()), query, kind="offer")
    context = {"filter": narrowing, "page": page_of(request, rows), "query": query}
    return render(request, "web/offers/list.html", context)


@require_safe
def offer_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One offer; its owner sees state and matching needs too."""
    who = visitor(request)
    offer = offers.get(code, by=who)
    runs = policies.runs(who, offer.studio)
    answering = _answering(offer) if runs else None
    context: dict[str, Any] = {
        "offer": offer,
        "runs": runs,
        "answering": answering,
        "remarks": list(versions.remarks(answering, versions.OFFER_FIELDS)),
        "advised": list(
            versions.remarks(
                reviews.advice(services.subject_of(offer))
                if runs and offer.state == State.OPEN
                else None,
                versions.OFFER_FIELDS,
            )
        ),
        "may_edit": runs and MACHINE.allows("revise", offer.state),
        "may_recall": runs and MACHINE.allows("recall", offer.state),
        "may_close": runs and MACHINE.allows("close", offer.state),
        "may_review": policies.may_review(who, offer) and offer.state == State.REVIEW,
        "matches": matching.needs_for_offer(offer, by=who) if runs else None,
    }
    return render(request, "web/offers/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_create(request: HttpRequest) -> HttpResponse:
    """A new offer; whoever has no studio opens one first."""
    who = person(request)
    studios = list(offers.studios_of(who))
    if not studios:
        messages.info(request, _("先开设科创工作室，再添加所能。"))
        return redirect("studio_create")
    start = {"studio": studios[0].code, "region": studios[0].region_id}
    form = forms.OfferForm(request.POST or None, studios=studios, initial=start)
    if request.method == "POST" and form.is_valid():
        studio = next(row for row in studios if row.code == form.cleaned_data["studio"])
        try:
            offer = services.draft(form.content(), studio=studio, by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            return _saved(request, offer)
    return _form_page(request, form, offer=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft."""
    who = person(request)
    offer = _own(code, who)
    if request.method != "POST" and not MACHINE.allows("revise", offer.state):
        return redirect("offer_detail", code=code)
    form = forms.OfferForm(
        request.POST or None, studios=[], offer=offer, initial=forms.initial(offer)
    )
    if request.method == "POST" and form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            offer = services.revise(offer, form.content(), by=who, revision=revision)
        except Refused as refusal:
            offer = _own(code, who)
            form.show(refusal)
            form.renew(offer.revision)
        else:
            return _saved(request, offer)
    return _form_page(request, form, offer=offer)


@login_required
@require_POST
def offer_renew(request: HttpRequest, code: str) -> HttpResponse:
    """Say that an offer is still true."""
    who = person(request)
    services.renew(_own(code, who), by=who)
    messages.success(request, _("已续期，谢谢核对。"))
    return redirect("desk")


@login_required
@require_POST
def offer_recall(request: HttpRequest, code: str) -> HttpResponse:
    """Take back an offer to correct it."""
    who = person(request)
    services.recall(offers.get(code, by=who), by=who)
    messages.success(request, _("已撤回成草稿。改好后请重新提交审核。"))
    return redirect("offer_edit", code=code)


@login_required
@require_POST
def offer_close(request: HttpRequest, code: str) -> HttpResponse:
    """Take an offer down."""
    who = person(request)
    services.close(_own(code, who), by=who)
    messages.success(request, _("所能已下架。"))
    return redirect("desk")


@require_safe
def studio_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A studio: what it offers and what was confirmed; never how often it was looked at."""
    who = visitor(request)
    studio = offers.studio(code, by=who)
    context = {
        "studio": studio,
        "page": page_of(request, offers.offers_of(studio)),
        "runs": policies.runs(who, studio),
    }
    return render(request, "web/studios/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def studio_create(request: HttpRequest) -> HttpResponse:
    """Open a studio for oneself or for an organisation."""
    who = person(request)
    mine = list(organisations.of_person(who))
    form = forms.StudioForm(request.POST or None, organisations=mine)
    if request.method == "POST" and form.is_valid():
        chosen = next((row for row in mine if row.code == form.cleaned_data["owner"]), None)
        try:
            services.found_studio(form.content(), by=who, organisation=chosen)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("工作室已开设，现在可以添加所能。"))
            return redirect("offer_create")
    return _studio_page(request, form, studio=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def studio_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what a studio says of itself."""
    who = person(request)
    studio = offers.studio(code, by=who)
    if not policies.runs(who, studio):
        raise Missing
    start = {
        "name": studio.name,
        "about": studio.about,
        "region": studio.region_id,
        "subject": studio.subject_id or "",
        "capacity": studio.capacity,
    }
    form = forms.StudioForm(request.POST or None, organisations=[], studio=studio, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_studio(studio, form.content(), by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("工作室资料已保存。"))
            return redirect("studio_detail", code=studio.code)
    return _studio_page(request, form, studio=studio)


def _own(code: str, who: Any) -> Offer:
    offer = offers.get(code, by=who)
    if not policies.runs(who, offer.studio):
        raise Missing
    return offer


def _saved(request: HttpRequest, offer: Offer) -> HttpResponse:
    """Go on after a save: hand in when that was asked, and say what is missing where it is."""
    if request.POST.get("then") != "submit":
        messages.success(request, _("草稿已保存，可以随时回来继续填写。"))
        return redirect("offer_edit", code=offer.code)
    try:
        services.submit(offer, by=person(request))
    except Refused as refusal:
        kept = offers.get(offer.code, by=person(request))
        entered = {**request.POST.dict(), "revision": str(kept.revision)}
        again = forms.OfferForm(entered, studios=[], offer=kept)
        again.is_valid()
        again.show(refusal)
        messages.info(request, _("草稿已保存；补全下面几项后就能提交审核。"))
        return _form_page(request, again, offer=kept)
    messages.success(request, _("已提交审核。审核员看过后会公开，或退回请您修改。"))
    return redirect("offer_detail", code=offer.code)


def _form_page(request: HttpRequest, form: forms.OfferForm, *, offer: Offer | None) -> HttpResponse:
    status = 422 if form.errors else 200
    answering = _answering(offer)
    context = {
        "form": form,
        "offer": offer,
        "answering": answering,
        "remarks": list(versions.remarks(answering, versions.OFFER_FIELDS)),
    }
    return render(request, "web/offers/form.html", context, status=status)


def _answering(offer: Offer | None) -> Review | None:
    """Return the review that a draft which was sent back has to answer."""
    if offer is None or not offer.is_sent_back:
        return None
    return reviews.to_answer(services.subject_of(offer))


def _studio_page(
    request: HttpRequest, form: forms.StudioForm, *, studio: Studio | None
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "web/studios/form.html", {"form": form, "studio": studio}, status=status)
