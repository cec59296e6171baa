"""My desk: what I asked, what I give, what fits me, and why."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from keqiao.access import policies as access
from keqiao.accounts import selectors as accounts
from keqiao.accounts.types import Purpose
from keqiao.activities import selectors as activities
from keqiao.casework import selectors as casework
from keqiao.classes import selectors as classes
from keqiao.invitations import selectors as invitations
from keqiao.matching import selectors as matching
from keqiao.needs import selectors as needs
from keqiao.offers import selectors as offers
from keqiao.organisations import selectors as organisations
from keqiao.outcomes import selectors as outcomes
from keqiao.visits import selectors as visits
from keqiao.web import visiting
from keqiao.web.requests import person

MOST_SHOWN = 30


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Everything of one's own on one page."""
    who = person(request)
    studios = list(offers.studios_of(who))
    wants_selection = accounts.has_consented(who, Purpose.SELECTION)
    today = timezone.localdate()
    context = {
        "needs": needs.of_person(who)[:MOST_SHOWN],
        "offers": offers.of_person(who)[:MOST_SHOWN],
        "studios": studios,
        "organisations": organisations.of_person(who),
        "wants_selection": wants_selection,
        "outdated": accounts.outdated(who),
        "ending_needs": needs.ending(who, today)[:MOST_SHOWN],
        "ending_offers": offers.ending(who, today)[:MOST_SHOWN] if studios else [],
        "to_confirm": outcomes.to_confirm(who),
        "to_tell": outcomes.to_tell(who),
        "contested": outcomes.contested(who),
        "visits": visiting.waiting_for(who),
        "has_sessions": activities.to_run(who).exists(),
        "has_classes": bool(classes.schools_of(who)) or classes.of_teacher(who).exists(),
        "has_visits": visits.has_any(who),
        "is_administrator": access.administers(who),
        "invitations": invitations.for_person(who)[:MOST_SHOWN] if studios else [],
        "answered": invitations.answered(who)[:MOST_SHOWN] if studios else [],
        "cases": casework.of_person(who)[:MOST_SHOWN],
        "suggested": matching.needs_for_person(who) if studios and wants_selection else [],
    }
    return render(request, "web/desk.html", context)
