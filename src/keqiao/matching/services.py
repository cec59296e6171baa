"""The only writer of runs, suggestions, refusals and judgements.

A need asks with its private version, so its reasons may say private words: they are for its owner and the staff.
What an expert sees is scored and explained once more from the public version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.engine.matching import VERSION
from keqiao.engine.types import Match, Matches
from keqiao.journal import selectors as journal
from keqiao.journal import services as journal_services
from keqiao.journal.types import Subject
from keqiao.matching.models import Judgement, Refusal, Run, Suggestion
from keqiao.matching.types import (
    Grade,
    RefusalReason,
    SubjectKind,
    is_sure,
    part_as_json,
    part_from_json,
    reason_as_json,
)
from keqiao.needs import documents as need_documents
from keqiao.needs import policies as need_policies
from keqiao.needs.models import Need
from keqiao.needs.states import PUBLIC
from keqiao.offers import documents as offer_documents
from keqiao.offers import policies as offer_policies
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import State as OfferState
from keqiao.search import selectors as search

KEPT = 10  # answers of one run
OTHER_NEEDED = N_("选择“其他原因”时，请用一句话写明原因。")
WHY_NEEDED = N_("您的判断和系统不同，请写明理由：它会成为改进匹配的依据。")


@dataclass(frozen=True, slots=True)
class Started:
    """The moment in which a run began: time, position of the journal, entries to compare with."""

    at: datetime
    position: int
    compared: int


def match_need(need: Need) -> Run | None:
    """Ask the engine who can answer a need, and keep what it says; None when the need is not open."""
    if need.state not in PUBLIC:
        drop_need(need)
        return None
    started = _begin(Offer.objects.filter(state=OfferState.OPEN))
    matcher = search.matcher(offer_documents.KIND)
    own = _own_studios(need) | _refusing(need)
    found = matcher.match(
        need_documents.private_entry(need),
        kind=offer_documents.KIND,
        top=KEPT,
        admits=lambda entry: entry.owner not in own,
    )
    offers = _open_offers([match.key for match in found.items])
    entries = [offer_documents.entry(offer) for offer in offers.values()]
    public = matcher.explain(need_documents.public_entry(need), entries)
    with transaction.atomic():
        if Need.objects.select_for_update().get(pk=need.pk).state not in PUBLIC:
            return None  # it was closed in this moment; what follows from that drops its matches
        run = _keep_run(found, need=need, started=started)
        Suggestion.objects.bulk_create(
            Suggestion(
                run=run,
                rank=rank,
                need=need,
                offer=offers[match.key],
                public_score=public[match.key].score,
                public_parts=_parts(public[match.key]),
                score=match.score,
                parts=_parts(match),
            )
            for rank, match in enumerate(found.items, start=1)
            if match.key in offers
        )
    return run


def match_offer(offer: Offer) -> Run | None:
    """Ask the engine which open needs an offer may answer, and keep what it says; None when it is not open."""
    if offer.state != OfferState.OPEN:
        drop_offer(offer)
        return None
    started = _begin(Need.objects.filter(state__in=PUBLIC))
    matcher = search.matcher(need_documents.KIND)
    own = set(Need.objects.filter(_owned_by_studio(offer.studio)).values_list("code", flat=True))
    refused = Refusal.objects.filter(studio=offer.studio_id)
    own |= set(refused.values_list("need__code", flat=True))
    found = matcher.match(
        offer_documents.entry(offer),
        kind=need_documents.KIND,
        top=KEPT,
        admits=lambda entry: entry.key not in own,
    )
    codes = [match.key for match in found.items]
    needs = {row.code: row for row in Need.objects.filter(state__in=PUBLIC, code__in=codes)}
    with transaction.atomic():
        if Offer.objects.select_for_update().get(pk=offer.pk).state != OfferState.OPEN:
            return None
        run = _keep_run(found, offer=offer, started=started)
        Suggestion.objects.bulk_create(
            Suggestion(
                run=run,
                rank=rank,
                need=needs[match.key],
                offer=offer,
                score=match.score,
                parts=_parts(match),
                public_score=match.score,
                public_parts=_parts(match),
            )
            for rank, match in enumerate(found.items, start=1)
            if match.key in needs
        )
    return run


def drop_need(need: Need) -> None:
    """Forget what was suggested for a need that is no longer open."""
    Suggestion.objects.filter(need=need).delete()
    Run.objects.filter(need=need).delete()


def drop_offer(offer: Offer) -> None:
    """Forget what was suggested for and of an offer that is no longer open."""
    Suggestion.objects.filter(offer=offer).delete()
    Run.objects.filter(offer=offer).delete()


@transaction.atomic
def refuse(
    need: Need, studio: Studio, reason: RefusalReason, *, text: str = "", by: Person
) -> Refusal:
    """Keep why a studio will not answer a need: the pair is not suggested again. The last word counts."""
    if not offer_policies.runs(by, studio):
        raise NotAllowed
    intake = Intake()
    said = intake.line("reason_text", text, most=500)
    is_said = bool(said) or reason != RefusalReason.OTHER
    intake.check(is_said, "reason_text", OTHER_NEEDED)
    intake.finish()
    values = {"reason": reason, "text": said, "by": by, "at": timezone.now()}
    kept, _is_new = Refusal.objects.update_or_create(need=need, studio=studio, defaults=values)
    Suggestion.objects.filter(need=need, offer__studio=studio).delete()
    data = {"studio": studio.code, "reason": reason.value}
    journal_services.record("match.refused", Subject("need", need.code), by=by, data=data)
    return kept


@transaction.atomic
def judge(need: Need, offer: Offer, grade: Grade, *, why: str = "", by: Person) -> Judgement:
    """Keep what a broker of the need's area thinks of a pair, beside what the engine thinks of it now.

    Raise Invalid when the broker differs from the engine and does not say why. What stands among the suggestions below
    the engine's limit is no match for it.
    """
    if not need_policies.may_carry(by, need):
        raise NotAllowed
    suggested = Suggestion.objects.filter(
        need=need, offer=offer, run__subject_kind=SubjectKind.NEED, run__is_current=True
    )
    there = suggested.select_related("run").first()
    intake = Intake()
    said = intake.line("why", why, most=500)
    is_match = there is not None and is_sure([part_from_json(kept) for kept in there.parts])
    differs = is_match != (grade >= Grade.FITTING)
    intake.check(bool(said) or not differs, "why", WHY_NEEDED)
    intake.finish()
    kept = Judgement(need=need, offer=offer, grade=grade, why=said, by=by, engine=VERSION)
    if there is not None:
        kept.rank, kept.score = there.rank, there.score
    kept.save(force_insert=True)
    data = {"offer": offer.code, "grade": int(grade), "rank": kept.rank}
    journal_services.record("match.judged", Subject("need", need.code), by=by, data=data)
    return kept


def _refusing(need: Need) -> set[str]:
    return set(Refusal.objects.filter(need=need).values_list("studio__code", flat=True))


def _keep_run(
    found: Matches, *, need: Need | None = None, offer: Offer | None = None, started: Started
) -> Run:
    kind = SubjectKind.NEED if need is not None else SubjectKind.OFFER
    Run.objects.filter(subject_kind=kind, need=need, offer=offer).delete()
    run: Run = Run.objects.create(
        subject_kind=kind,
        need=need,
        offer=offer,
        engine=VERSION,
        position=started.position,
        candidates_count=started.compared,
        is_good=found.is_good,
        missing=[reason_as_json(reason) for reason in found.missing],
        started_at=started.at,
        finished_at=timezone.now(),
    )
    return run


def _begin(candidates: QuerySet[Offer] | QuerySet[Need]) -> Started:
    return Started(timezone.now(), journal.last_position(), candidates.count())


def _own_studios(need: Need) -> set[str]:
    condition = Q(person=need.author_id)
    if need.organisation_id is not None:
        condition |= Q(organisation=need.organisation_id)
    return set(Studio.objects.filter(condition).values_list("code", flat=True))


def _owned_by_studio(studio: Studio) -> Q:
    if studio.organisation_id is not None:
        return Q(organisation=studio.organisation_id)
    return Q(author=studio.person_id)


def _open_offers(codes: Sequence[str]) -> dict[str, Offer]:
    rows = Offer.objects.filter(state=OfferState.OPEN, code__in=codes)
    return {row.code: row for row in rows.select_related("studio").prefetch_related("industries")}


def _parts(match: Match) -> list[dict[str, object]]:
    return [part_as_json(part) for part in match.parts]
