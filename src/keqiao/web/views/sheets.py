"""Pages of spreadsheets of needs: upload, every row with what becomes of it, confirm."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.access import policies as access
from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.needs import policies as need_policies
from keqiao.needs import selectors as needs
from keqiao.organisations import selectors as organisations
from keqiao.organisations.models import Organisation
from keqiao.sheets import documents, policies, services
from keqiao.sheets import selectors as sheets
from keqiao.sheets.columns import NAME
from keqiao.sheets.models import Sheet
from keqiao.sheets.states import State
from keqiao.sheets.types import Verdict
from keqiao.web import versions
from keqiao.web.forms.sheets import SheetForm
from keqiao.web.requests import person, tell
from keqiao.web.views.papers import TYPES

WHICH = N_("请选择单位，或填写单位编号。")
NOT_THERE = N_("没有找到这个编号的单位，或您不能替它发布需求。")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_import(request: HttpRequest) -> HttpResponse:
    """A spreadsheet comes in: it is read and held, nothing is made of it yet."""
    who = person(request)
    mine = list(organisations.of_person(who))
    form = SheetForm(
        request.POST or None,
        request.FILES or None,
        organisations=mine,
        is_staff=bool(access.areas(who, *need_policies.WRITERS)),
    )
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["content"]
        try:
            sheet = services.hold(
                uploaded,
                name=uploaded.name or "",
                size=uploaded.size or 0,
                organisation=_chosen(form, mine, who),
                by=who,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            return redirect("sheet_detail", code=sheet.code)
    context = {"form": form, "may": policies.may_any(who), "waiting": sheets.waiting(who)}
    return render(request, "web/sheets/import.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def sheet_blank(request: HttpRequest) -> HttpResponse:
    """The blank to fill in."""
    content = documents.blank_sheet()
    response = HttpResponse(content, content_type=TYPES["xlsx"])
    name = f"{NAME}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Every row with what becomes of it; pressing makes drafts of the good ones, once."""
    who = person(request)
    sheet = sheets.get(code, by=who)
    if request.method == "POST":
        try:
            made = services.apply(sheet, by=who, left_out=_left_out(request, sheet))
        except Refused as refusal:
            tell(request, refusal)
        else:
            said = _("已存为 %(count)s 条草稿，请逐条核对后提交审核。") % {"count": len(made)}
            messages.success(request, said)
        return redirect("sheet_detail", code=code)
    lines = sheets.lines(sheet)
    counted = Counter(line.verdict for line in lines)
    context = {
        "sheet": sheet,
        "is_held": sheet.state == State.HELD,
        "lines": [{"line": line, "parts": list(versions.filled(line.content))} for line in lines],
        "counts": [(verdict.label, counted[verdict]) for verdict in Verdict],
        "new_count": counted[Verdict.NEW],
        "labels": versions.NEED_FIELDS,
        "made": needs.by_codes(sheet.made, by=who),
    }
    return render(request, "web/sheets/detail.html", context)


@login_required
@require_POST
def sheet_drop(request: HttpRequest, code: str) -> HttpResponse:
    """Put a spreadsheet away without making anything of it."""
    who = person(request)
    services.drop(sheets.get(code, by=who), by=who)
    messages.success(request, _("表格已删除，没有导入任何内容。"))
    return redirect("sheet_import")


def _chosen(form: SheetForm, mine: list[Organisation], who: Person) -> Organisation:
    """Return the organisation that was meant; raise Invalid when there is none that the person may write for."""
    entered: dict[str, Any] = form.cleaned_data
    typed = entered.get("code", "").strip().upper()
    if typed:
        try:
            found = organisations.get(typed, by=who)
        except Missing:
            found = None
        if found is None or not policies.may_hold(who, found):
            raise invalid("code", NOT_THERE)
        return found
    chosen = next((row for row in mine if row.code == entered.get("organisation")), None)
    if chosen is None:
        raise invalid("organisation" if mine else "code", WHICH)
    return chosen


def _left_out(request: HttpRequest, sheet: Sheet) -> set[int]:
    ticked = set(request.POST.getlist("left_out"))
    return {line.number for line in sheets.lines(sheet) if str(line.number) in ticked}
