"""What is a person's own: cases and outcomes that the person may see, the person's deeds, the token itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from keqiao.api import callers, paging
from keqiao.api import own_shapes as shapes
from keqiao.api.callers import PERSONAL, ApiRequest, within
from keqiao.casework import selectors as casework
from keqiao.journal import selectors as journal
from keqiao.outcomes import selectors as outcomes
from keqiao.tokens import policies as tokens
from keqiao.tokens.types import Scope, Standing

router = Router(tags=["own"])
CASES, OUTCOMES, DEEDS = ("-opened_at", "code"), ("-entered_at", "code"), ("-position",)


@router.get("/me", response=shapes.Me, **PERSONAL)
def get_me(request: ApiRequest) -> shapes.Me:
    """Whose token this is, what it is for, when it ends."""
    token = callers.holder(request)
    return shapes.Me(
        name=token.person.name,
        token=token.name,
        prefix=token.prefix,
        scopes=token.scopes,
        expires_at=token.expires_at,
        is_ending=tokens.standing(token, timezone.now()) == Standing.ENDING,
    )


@router.get("/cases", response=shapes.CasePage, **within(Scope.CASES))
def list_cases(
    request: ApiRequest,
    response: HttpResponse,
    *,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> shapes.CasePage:
    """Cases at whose table the person sits, and those of the person's area, newest first."""
    rows = casework.with_parties(casework.visible(request.auth.who))
    shown, following = paging.page(request, response, rows, CASES, limit=limit, cursor=cursor)
    heads = [shapes.case_head(request, row, row.seated) for row in shown]  # type: ignore[attr-defined]
    return shapes.CasePage(items=heads, next=following)


@router.get("/cases/{code}", response=shapes.Case, **within(Scope.CASES))
def get_case(request: ApiRequest, code: str) -> shapes.Case:
    """One case, with what its page shows to this person."""
    who = request.auth.who
    return shapes.case(request, casework.get(code, by=who), by=who)


@router.get("/outcomes", response=shapes.OutcomePage, **within(Scope.OUTCOMES))
def list_outcomes(
    request: ApiRequest,
    response: HttpResponse,
    *,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> shapes.OutcomePage:
    """Outcomes of the cases that the person may see, newest first. They are confirmed on the site only."""
    rows = outcomes.visible(request.auth.who)
    shown, following = paging.page(request, response, rows, OUTCOMES, limit=limit, cursor=cursor)
    items = [shapes.outcome(request, row) for row in shown]
    return shapes.OutcomePage(items=items, next=following)


@router.get("/outcomes/{code}", response=shapes.Outcome, **within(Scope.OUTCOMES))
def get_outcome(request: ApiRequest, code: str) -> shapes.Outcome:
    """One outcome with each side's word."""
    return shapes.outcome(request, outcomes.get(code, by=request.auth.who))


@router.get("/journal", response=shapes.DeedPage, **within(Scope.JOURNAL))
def list_deeds(
    request: ApiRequest,
    response: HttpResponse,
    *,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> shapes.DeedPage:
    """What the person did, newest first."""
    rows = journal.by_person(callers.holder(request).person_id)
    shown, following = paging.page(request, response, rows, DEEDS, limit=limit, cursor=cursor)
    return shapes.DeedPage(items=[shapes.deed(row) for row in shown], next=following)
