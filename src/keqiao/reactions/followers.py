"""What follows an entry: vectors and matches. The words of the index follow by their own position on disk."""

from __future__ import annotations

from keqiao.journal.models import Entry
from keqiao.matching import services as matching
from keqiao.needs.models import Need
from keqiao.offers.models import Offer
from keqiao.reactions.types import Follower
from keqiao.search import services as search

ASKED_AGAIN = 5  # needs that are asked again when an offer that fits them comes or goes
NEED_MOVES = frozenset({"need.opened", "need.closed", "need.taken", "need.released"})
OFFER_MOVES = frozenset({"offer.opened", "offer.closed"})


def follow_matches(entry: Entry) -> None:
    """Ask the engine again about a need or an offer that opened; forget one that closed."""
    if entry.action in NEED_MOVES:
        need = Need.objects.filter(code=entry.subject_key).first()
        if need is not None:
            matching.match_need(need)
    elif entry.action in OFFER_MOVES:
        offer = Offer.objects.filter(code=entry.subject_key).select_related("studio").first()
        if offer is not None:
            _match_offer(offer)


def follow_vectors(entry: Entry) -> None:
    """Encode the entry's subject; where its meaning is new, match again with it."""
    if entry.subject_kind not in search.sources():
        return
    if search.encode(entry.subject_kind, [entry.subject_key]):
        follow_matches(entry)


def _match_offer(offer: Offer) -> None:
    run = matching.match_offer(offer)
    if run is None:
        return
    fitting = run.suggestions.select_related("need").order_by("rank")[:ASKED_AGAIN]
    for suggestion in fitting:
        matching.match_need(suggestion.need)


FOLLOWERS = (
    Follower("matches", "default", follow_matches),
    Follower("vectors", "slow", follow_vectors),
)
