"""Questions about matches: who may see which reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet, prefetch_related_objects

from keqiao.access.policies import Visitor
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held, Purpose
from keqiao.base.errors import Missing
from keqiao.base.phrases import N_, Phrase
from keqiao.engine import comparison, ranker
from keqiao.engine.matching import VERSION
from keqiao.engine.people import studios_from
from keqiao.engine.types import Entry, Part
from keqiao.matching.models import Judgement, Refusal, Run, Suggestion
from keqiao.matching.types import (
    Advice,
    Answer,
    Answers,
    NeedMatches,
    RefusalReason,
    Suggested,
    part_from_json,
    reason_from_json,
)
from keqiao.needs import policies as need_policies
from keqiao.needs.models import Need
from keqiao.needs.states import State
from keqiao.offers import documents as offer_documents
from keqiao.offers import policies as offer_policies
from keqiao.offers import selectors as offers
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import State as OfferState
from keqiao.search import selectors as search

ADVICE = {
    RefusalReason.WRONG_SUBJECT: N_("有工作室认为专业不对口：请核对学科，并写清楚要用到哪类技术。"),
    RefusalReason.TOO_EARLY: N_("有工作室认为还做不到：可以先提技术咨询或小试，或把指标分成几步。"),
    RefusalReason.TOO_LATE: N_(
        "有工作室认为已过研发阶段：可以改提技术服务，或说明还有哪一步没有解决。"
    ),
    RefusalReason.TERMS: N_("有工作室认为条件不合适：请核对预算和期限，或写明可以商量的范围。"),
    RefusalReason.SECRECY: N_("有工作室因保密不便参与：可以先签保密协议，或把保密部分拆出去。"),
}
RELATED = ("need__region", "offer__region", "offer__studio")
SHOWN = 10


def suggestions_for_need(need: Need, *, by: Visitor) -> NeedMatches:
    """Return the answers to a need with reasons that may say private words; raise Missing for others."""
    if not need_policies.may_see_private(by, need):
        raise Missing
    run = Run.objects.filter(need=need, subject_kind="need", is_current=True).first()
    if run is None:
        return NeedMatches(None)
    rows = run.suggestions.filter(offer__state=OfferState.OPEN).select_related(*RELATED)
    items = _with_lead([_private(row) for row in rows.order_by("rank")])
    missing = tuple(reason_from_json(kept) for kept in run.missing)
    return NeedMatches(run, items, run.is_good, missing)


def studios_for_need(need: Need, *, by: Visitor) -> list[tuple[Studio, float]]:
    """Return the studios that fit a need, best first: their best offer + 0.3 × (second + third)."""
    found = suggestions_for_need(need, by=by)
    studios = {item.offer.studio.code: item.offer.studio for item in found.items}
    scored = studios_from((item.offer.studio.code, item.score) for item in found.items)
    return [(studios[code], score) for code, score in scored]


def answers(asked: Entry, *, top: int) -> Answers:
    """Return the open offers that answer what is asked, best first; nothing of it is kept, and every word is public.

    Raise IndexUnavailable when the index stands elsewhere and does not answer.
    """
    found = search.matcher(offer_documents.KIND).match(asked, kind=offer_documents.KIND, top=top)
    rows = offers.by_codes([match.key for match in found.items], by=AnonymousUser())
    prefetch_related_objects(rows, *offers.FACTS)
    by_code = {offer.code: offer for offer in rows}
    kept = [match for match in found.items if match.key in by_code]
    ahead = [
        comparison.ahead(one.parts, other.parts, title=by_code[other.key].title)
        for one, other in pairwise(kept)
    ]
    items = tuple(
        Answer(by_code[match.key], match.score, match.probability, match.parts, lead)
        for match, lead in zip_longest(kept, ahead)
    )
    return Answers(items, found.is_good, found.missing)


def needs_for_person(person: Person) -> list[Suggested]:
    """Return the open needs that fit the person's studios, best first, from public words only.

    Empty when the person has switched personal selection off.
    """
    if not accounts.has_consented(person, Purpose.SELECTION):
        return []
    rows = Suggestion.objects.filter(
        offer_policies.run_by(person, through="offer__studio__"),
        run__is_current=True,
        offer__state=OfferState.OPEN,
        need__state=State.OPEN,
        public_score__isnull=False,
    )
    return _best_of_each_need(rows.select_related(*RELATED).order_by("-public_score", "pk"))


def needs_for_offer(offer: Offer, *, by: Visitor) -> list[Suggested]:
    """Return the open needs that fit one offer, for those who run its studio; raise Missing for others."""
    if not offer_policies.runs(by, offer.studio):
        raise Missing
    rows = Suggestion.objects.filter(
        offer=offer, run__is_current=True, need__state=State.OPEN, public_score__isnull=False
    )
    return _best_of_each_need(rows.select_related(*RELATED).order_by("-public_score", "pk"))


def refusals(need: Need, *, by: Visitor) -> QuerySet[Refusal]:
    """Return who refused a need and why, newest first, for its owner and the staff; raise Missing for others."""
    if not need_policies.may_see_private(by, need):
        raise Missing
    return Refusal.objects.filter(need=need).select_related("studio").order_by("-at", "-pk")


def advice(need: Need) -> list[Advice]:
    """Return what the refusals of a need ask of it, most frequent first."""
    rows = Refusal.objects.filter(need=need, reason__in=ADVICE).values_list("reason")
    counted = rows.annotate(count=Count("pk")).order_by("-count", "reason")
    return [
        Advice(RefusalReason(reason), count, Phrase(ADVICE[reason])) for reason, count in counted
    ]


def judgements(need: Need, *, by: Visitor) -> dict[str, Judgement]:
    """Return the last judgement of each offer that was judged for the need, by the offer's code; for the staff."""
    if not need_policies.attends(by, need):
        raise Missing
    rows = Judgement.objects.filter(need=need).select_related("offer__studio", "by")
    return {row.offer.code: row for row in rows.order_by("at", "pk")}


def all_judgements() -> QuerySet[Judgement]:
    """Return every judgement, oldest first, for the bench."""
    return Judgement.objects.select_related("need", "offer__studio").order_by("at", "pk")


def needs_suggesting(offer: Offer) -> list[str]:
    """Return the codes of the needs whose answers have this offer among them."""
    rows = Suggestion.objects.filter(offer=offer, run__subject_kind="need", run__is_current=True)
    return list(rows.order_by("need_id").values_list("need__code", flat=True))


def _best_of_each_need(rows: Iterable[Suggestion]) -> list[Suggested]:
    kept: dict[int, Suggested] = {}
    for row in rows:
        shown = _public(row)
        if row.need_id not in kept and shown.is_sure:
            kept[row.need_id] = shown
    return list(kept.values())[:SHOWN]


def _sure(parts: Sequence[Part]) -> int:
    return round(100 * ranker.probability(parts))


def _with_lead(items: Sequence[Suggested]) -> tuple[Suggested, ...]:
    """Say of every answer but the last what puts it before the next one."""
    led = [
        replace(one, ahead=comparison.ahead(one.parts, other.parts, title=other.offer.title))
        for one, other in pairwise(items)
    ]
    return (*led, *items[-1:])


def is_of_today() -> bool:
    """Tell whether every match was made by the engine as it is now."""
    return not Run.objects.filter(is_current=True).exclude(engine=VERSION).exists()


def _private(row: Suggestion) -> Suggested:
    parts = tuple(part_from_json(kept) for kept in row.parts)
    return Suggested(row.need, row.offer, row.score, parts, _sure(parts))


def _public(row: Suggestion) -> Suggested:
    parts = tuple(part_from_json(kept) for kept in row.public_parts)
    return Suggested(row.need, row.offer, row.public_score or 0.0, parts, _sure(parts))


def held_about(person: Person) -> Held:
    """Return what is held about a person: answers that said no, and judgements as a broker."""
    refused = Refusal.objects.filter(by=person).select_related("need").order_by("pk")
    judged = Judgement.objects.filter(by=person).select_related("need", "offer").order_by("pk")
    return {
        "refusals": [
            {"need_code": one.need.code, "reason": one.reason, "text": one.text, "at": one.at}
            for one in refused
        ],
        "judgements": [
            {
                "need_code": one.need.code,
                "offer_code": one.offer.code,
                "grade": one.grade,
                "why": one.why,
                "at": one.at,
            }
            for one in judged
        ],
    }
