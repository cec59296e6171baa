"""What follows an entry: imprints, matches, plans of visits, vectors, notices.

The words of the index follow by a position on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from keqiao.journal.models import Entry
from keqiao.matching import selectors as matches
from keqiao.matching import services as matching
from keqiao.needs.models import Need
from keqiao.offers.models import Offer
from keqiao.reactions import telling
from keqiao.reactions.types import Follower
from keqiao.search import imprints, sources, vectors
from keqiao.tours import services as tours

IMPRINTS, MATCHES, NOTICES, TOURS = "imprints", "matches", "notices", "tours"
ASKED_AGAIN = 5  # needs that are asked again when an offer that fits them comes
NEED_MOVES = frozenset(
    {"need.opened", "need.closed", "need.taken", "need.released", "need.recalled", "match.refused"}
)
OFFER_MOVES = frozenset({"offer.opened", "offer.recalled", "offer.closed"})
TOUR_MOVES = frozenset({"tour.drafted", "tour.changed"})


def follow_imprints(entries: Sequence[Entry]) -> None:
    """Keep what the entries submitted, so that their twins are found; drop what went back to be a draft."""
    for kind, codes in sources.touched_codes(entries).items():
        if kind in imprints.kinds():
            imprints.put(kind, codes)


def follow_matches(entries: Sequence[Entry]) -> None:
    """Ask the engine again about needs and offers that opened; forget those that closed."""
    moved_needs = [entry.subject_key for entry in entries if entry.action in NEED_MOVES]
    moved_offers = [entry.subject_key for entry in entries if entry.action in OFFER_MOVES]
    _match(moved_needs, moved_offers)


def follow_vectors(entries: Sequence[Entry]) -> None:
    """Encode what the entries speak of, and match again with the meaning."""
    if not vectors.is_wanted():
        return
    for kind, codes in sources.touched_codes(entries).items():
        vectors.encode(kind, codes)
    follow_matches(entries)


def follow_tours(entries: Sequence[Entry]) -> None:
    """Have the plans of visits that were changed planned anew, each once, however often it was changed."""
    for code in dict.fromkeys(one.subject_key for one in entries if one.action in TOUR_MOVES):
        tours.solve(code)


def _match(need_codes: Iterable[str], offer_codes: Iterable[str]) -> None:
    """Match each offer once, then each need once: those given, and those that an offer came to or left."""
    asked = dict.fromkeys(need_codes)
    offers = Offer.objects.filter(code__in=set(offer_codes)).select_related("studio")
    for offer in offers.order_by("pk"):
        asked |= dict.fromkeys(matches.needs_suggesting(offer))
        run = matching.match_offer(offer)
        if run is not None:
            fitting = run.suggestions.order_by("rank").values_list("need__code", flat=True)
            asked |= dict.fromkeys(fitting[:ASKED_AGAIN])
    for need in Need.objects.filter(code__in=asked).order_by("pk"):
        matching.match_need(need)


FOLLOWERS = (
    Follower(IMPRINTS, "default", follow_imprints, batch=100),
    Follower(MATCHES, "default", follow_matches, batch=20),
    Follower(TOURS, "slow", follow_tours, batch=200),
    Follower("vectors", "slow", follow_vectors, batch=16),
    Follower(NOTICES, "mail", telling.follow_notices, batch=50),
)
