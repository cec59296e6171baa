"""Pages of needs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.access.policies import Visitor
from keqiao.base import reading
from keqiao.base.errors import Missing, Refused, invalid
from keqiao.base.text import NOTHING, clean_text
from keqiao.casework import policies as case_policies
from keqiao.casework import selectors as casework
from keqiao.matching import selectors as matching
from keqiao.needs import clarifying, policies, services
from keqiao.needs import selectors as needs
from keqiao.needs.models import Need
from keqiao.needs.states import MACHINE, PUBLIC, State
from keqiao.needs.types import Exposure, Resolution
from keqiao.organisations import selectors as organisations
from keqiao.reviews import selectors as reviews
from keqiao.reviews.models import Review
from keqiao.search import selectors as search
from keqiao.visits import selectors as visits
from keqiao.web import versions
from keqiao.web.forms.base import Form
from keqiao.web.forms.filters import NeedFilter
from keqiao.web.forms.needs import CloseForm, DescribeForm, FileForm, NeedForm, initial
from keqiao.web.requests import handed_out, keep_uploaded, page_of, person, visitor


@require_safe
def need_list(request: HttpRequest) -> HttpResponse:
    """Every open need, narrowed and searched."""
    narrowing = NeedFilter(request.GET)
    rows = search.narrowed(needs.public(narrowing.narrowed()), narrowing.entered("q"), kind="need")
    context = {"filter": narrowing, "page": page_of(request, rows), "query": narrowing.entered("q")}
    return render(request, "web/needs/list.html", context)


@require_safe
def need_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The public version; who may, finds the way to the private one from here."""
    who = visitor(request)
    need = needs.get(code, by=who)
    if need.state not in (State.OPEN, State.IN_CASE):
        return redirect("need_private", code=code)
    may_see_private = policies.may_see_private(who, need)
    context = {"need": need, "may_see_private": may_see_private, "owns": policies.owns(who, need)}
    return render(request, "web/needs/detail.html", context)


@require_safe
def need_private(request: HttpRequest, code: str) -> HttpResponse:
    """Both versions, files, state and matches: for the owner and the staff; for others there is no such page."""
    who = visitor(request)
    need = _readable(code, who)
    owns = policies.owns(who, need)
    answering = _answering(need) if owns else None
    is_own = policies.may_see_private(who, need)
    context = {
        "need": need,
        "owns": owns,
        "answering": answering,
        "remarks": list(versions.remarks(answering, versions.NEED_FIELDS)),
        "advised": list(versions.remarks(_advice(need, owns=owns), versions.NEED_FIELDS)),
        "may_review": policies.may_review(who, need) and need.state == State.REVIEW,
        "may_edit": owns and MACHINE.allows("revise", need.state),
        "may_recall": owns and MACHINE.allows("recall", need.state),
        "may_close": owns and MACHINE.allows("close", need.state),
        "attachments": needs.attachments(need),
        "matches": matching.suggestions_for_need(need, by=who) if is_own else None,
        "advice": matching.advice(need) if is_own else [],
        "case": casework.case_of_need(need, by=who),
        "visit": visits.of_need(need, by=who),
        "may_take_up": need.state == State.OPEN and case_policies.may_open(who, need),
        "close_form": CloseForm(),
        "file_form": FileForm(),
    }
    return render(request, "web/needs/private.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_create(request: HttpRequest) -> HttpResponse:
    """A new need: saved as a draft, or saved and handed in."""
    who = person(request)
    mine = list(organisations.of_person(who))
    form = NeedForm(
        request.POST or None, organisations=mine, initial={"organisation": _first(mine)}
    )
    if request.method == "POST" and form.is_valid():
        chosen = _chosen(mine, form)
        try:
            need = services.draft(form.content(), by=who, organisation=chosen)
        except Refused as refusal:
            form.show(refusal)
        else:
            return _saved(request, need, organisations=mine)
    return _form_page(request, form, need=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_describe(request: HttpRequest) -> HttpResponse:
    """A need from its owner's own words: a draft with what the words already say, and the questions that are left."""
    who = person(request)
    mine = list(organisations.of_person(who))
    form = DescribeForm(
        request.POST or None,
        request.FILES or None,
        organisations=mine,
        initial={"organisation": _first(mine)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            chosen = _chosen(mine, form)
            told = clarifying.clarify(_words(form), organisation=chosen)
            need = services.draft(told.content, by=who, organisation=chosen, proposed=told.proposed)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(
                request, _("已存为草稿，并按您的话填好了几项。请核对标有“系统建议”的内容。")
            )
            if told.is_offer:
                messages.info(request, _("这段话更像是您能提供什么。如果是这样，请改为发布所能。"))
            return redirect("need_edit", code=need.code)
    status = 422 if form.errors else 200
    return render(request, "web/needs/describe.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft."""
    who = person(request)
    need = needs.get_private(code, by=who)
    form = NeedForm(request.POST or None, organisations=[], need=need, initial=initial(need))
    if request.method == "POST" and form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            need = services.revise(need, form.content(), by=who, revision=revision)
        except Refused as refusal:
            need = needs.get_private(code, by=who)
            form.show(refusal)
            form.renew(need.revision)
        else:
            return _saved(request, need, organisations=[])
    elif request.method != "POST" and not (
        policies.owns(who, need) and MACHINE.allows("revise", need.state)
    ):
        return redirect("need_private", code=code)
    return _form_page(request, form, need=need)


@login_required
@require_POST
def need_renew(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a need is still true."""
    who = person(request)
    services.renew(needs.get_private(code, by=who), by=who)
    messages.success(request, _("已续期，谢谢核对。"))
    return redirect("desk")


@login_required
@require_POST
def need_recall(request: HttpRequest, code: str) -> HttpResponse:
    """Take back a need to correct it."""
    who = person(request)
    services.recall(needs.get_private(code, by=who), by=who)
    messages.success(request, _("已撤回成草稿。改好后请重新提交审核。"))
    return redirect("need_edit", code=code)


@login_required
@require_POST
def need_close(request: HttpRequest, code: str) -> HttpResponse:
    """End a need."""
    who = person(request)
    need = needs.get_private(code, by=who)
    form = CloseForm(request.POST)
    if form.is_valid():
        services.close(need, Resolution(form.cleaned_data["resolution"]), by=who)
        messages.success(request, _("需求已结束。"))
    else:
        messages.error(request, _("请先选择结束原因。"))
    return redirect("need_private", code=code)


@login_required
@require_POST
def need_attach(request: HttpRequest, code: str) -> HttpResponse:
    """Add one file."""
    who = person(request)
    keep_uploaded(request, partial(services.attach, needs.get_private(code, by=who), by=who))
    return redirect("need_private", code=code)


@require_safe
def need_file(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Hand out one file to whoever may read the private version."""
    need = _readable(code, visitor(request))
    return handed_out(needs.attachment(need, number))


@login_required
@require_POST
def need_detach(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Remove one file."""
    who = person(request)
    need = needs.get_private(code, by=who)
    services.detach(needs.attachment(need, number), by=who)
    messages.success(request, _("附件已删除。"))
    return redirect("need_private", code=code)


def _readable(code: str, who: Visitor) -> Need:
    """Return the need for who may read its private version, by right or because its owner shared it with a case."""
    need = needs.get(code, by=who)
    if not (policies.may_see_private(who, need) or casework.reads_private(who, need)):
        raise Missing
    return need


def _saved(request: HttpRequest, need: Need, *, organisations: list[Any]) -> HttpResponse:
    """Go on after a save: hand in when that was asked, and say what is missing where it is."""
    then = request.POST.get("then")
    if then not in {"submit", "public", "replace"}:
        messages.success(request, _("草稿已保存，可以随时回来继续填写。"))
        return redirect("need_edit", code=need.code)
    try:
        if then == "submit":
            services.submit(need, by=person(request), is_sure="is_sure" in request.POST)
        else:
            services.draft_public(need, by=person(request), replaces=then == "replace")
    except Refused as refusal:
        again = NeedForm(
            {**request.POST.dict(), **_lists(request), "revision": need.revision},
            organisations=organisations,
            need=need,
        )
        again.is_valid()
        again.show(refusal)
        messages.info(request, _("草稿已保存；改好下面几项后再试。"))
        asks = isinstance(refusal, services.PublicTextKept)
        return _form_page(request, again, need=need, asks_to_replace=asks)
    if then != "submit":
        messages.success(
            request, _("公开版已起草：名称、金额、县以下地点和您标出的词已去掉，请逐句核对。")
        )
        return redirect("need_edit", code=need.code)
    messages.success(request, _("已提交审核。审核员看过后会公开，或退回请您修改。"))
    return redirect("need_private", code=need.code)


def _lists(request: HttpRequest) -> dict[str, list[str]]:
    return {"cooperation": request.POST.getlist("cooperation")}


def _form_page(
    request: HttpRequest, form: NeedForm, *, need: Need | None, asks_to_replace: bool = False
) -> HttpResponse:
    status = 422 if form.errors else 200
    answering = _answering(need)
    context = {
        "form": form,
        "need": need,
        "answering": answering,
        "remarks": list(versions.remarks(answering, versions.NEED_FIELDS)),
        "proposed": need.proposed if need is not None else [],
        "questions": clarifying.questions(need) if need is not None else [],
        "taken": _taken(need),
        "asks_to_replace": asks_to_replace,
    }
    return render(request, "web/needs/form.html", context, status=status)


def _advice(need: Need, *, owns: bool) -> Review | None:
    """Return the review that opened a need, for its owner, when it says something."""
    return reviews.advice(services.subject_of(need)) if owns and need.state in PUBLIC else None


def _answering(need: Need | None) -> Review | None:
    """Return the review that a draft which was sent back has to answer."""
    if need is None or not need.is_sent_back:
        return None
    return reviews.to_answer(services.subject_of(need))


def _taken(need: Need | None) -> tuple[Exposure, ...]:
    """Return what the drafted public version left out, as long as nobody changed it."""
    if need is None or "public_text" not in need.proposed:
        return ()
    return clarifying.public_draft(need).taken


def _chosen(rows: list[Any], form: Form) -> Any:
    return next((row for row in rows if row.code == form.cleaned_data["organisation"]), None)


def _words(form: Form) -> str:
    """Return what was typed with what the file says; raise Invalid when there is neither."""
    most = clarifying.MOST["wanted"]
    uploaded, typed = form.cleaned_data["content"], form.cleaned_data["text"]
    text = clean_text(typed, most=most, field="text")
    if uploaded is not None:
        read = reading.text_of(
            uploaded,
            name=uploaded.name or "",
            size=uploaded.size or 0,
            most_mib=settings.UPLOAD_MEGABYTES,
        )
        text = clean_text(f"{text}\n{read}", most=most, field="content")
    if not text:
        raise invalid("text", NOTHING)
    return text


def _first(rows: list[Any]) -> str:
    return rows[0].code if rows else ""
