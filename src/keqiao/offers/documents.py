"""How an offer looks to search and to the matcher."""

from __future__ import annotations

from collections.abc import Iterable

from keqiao.base.feed import Published
from keqiao.engine.types import Entry
from keqiao.offers.models import Offer
from keqiao.offers.states import State

KIND = "offer"
OPENED = "offer.opened"
PUBLIC_MOVES = (
    OPENED,
    "offer.renewed",
    "offer.recalled",
    "offer.closed",
)  # what everybody may notice


def entry(offer: Offer) -> Entry:
    """Return the offer as everybody may find it; its owner is its studio's code."""
    return Entry(
        key=offer.code,
        kind=KIND,
        title=offer.title,
        text=offer.description,
        owner=offer.studio.code,
        region=offer.region_id,
        industries=tuple(sorted(industry.pk for industry in offer.industries.all())),
        subject=offer.subject_id or "",
        stage=offer.stage,
        keywords=tuple(offer.keywords),
    )


def reviewed(offer: Offer) -> dict[str, str]:
    """Return what a reviewer sees of the offer, as text by the name of its field."""
    backings = offer.backings.order_by("pk")
    return {
        "title": offer.title,
        "kind": offer.kind,
        "description": offer.description,
        "keywords": "、".join(offer.keywords),
        "stage": str(offer.stage or ""),
        "rights": offer.rights,
        "capacity": str(offer.capacity),
        "region": offer.region.name,
        "subject": offer.subject.name if offer.subject else "",
        "industries": "、".join(sorted(industry.name for industry in offer.industries.all())),
        "evidence": "\n".join(backing.text for backing in backings),
    }


def submitted(codes: Iterable[str]) -> dict[str, Entry]:
    """Return those of ``codes`` that were handed in, public or not; for reviewers only."""
    rows = Offer.objects.filter(code__in=list(codes)).exclude(state=State.DRAFT)
    found = rows.select_related("studio").prefetch_related("industries")
    return {offer.code: entry(offer) for offer in found}


def submitted_codes() -> list[str]:
    """Return the codes of all offers that were handed in."""
    rows = Offer.objects.exclude(state=State.DRAFT).order_by("pk")
    return list(rows.values_list("code", flat=True))


def entries(codes: Iterable[str]) -> dict[str, Entry]:
    """Return the index entries of those ``codes`` that everybody may find; the others are absent."""
    rows = Offer.objects.filter(code__in=list(codes), state=State.OPEN)
    found = rows.select_related("studio").prefetch_related("industries")
    return {offer.code: entry(offer) for offer in found}


def open_codes() -> list[str]:
    """Return the codes of all offers that belong in the index."""
    found = Offer.objects.filter(state=State.OPEN).order_by("pk").values_list("code", flat=True)
    return list(found)


def published(codes: Iterable[str]) -> dict[str, Published]:
    """Return what other platforms may be told of those ``codes`` that everybody may read; the others are absent."""
    rows = Offer.objects.filter(code__in=list(codes), state=State.OPEN)
    return {
        offer.code: Published(
            code=offer.code,
            kind=KIND,
            title=offer.title,
            text=offer.description,
            opened_at=offer.opened_at,
            expires_on=offer.expires_on,
            region=offer.region_id,
            industries=tuple(sorted(industry.pk for industry in offer.industries.all())),
            subject=offer.subject_id or "",
            stage=offer.stage,
            keywords=tuple(offer.keywords),
            studio=offer.studio.name,
            is_example=offer.is_example,
        )
        for offer in rows.select_related("studio").prefetch_related("industries")
        if offer.opened_at is not None
    }
