"""The only writer of imprints, and the shelf on which twins are looked for: a projection of what was submitted.

Unlike the words and the vectors, imprints are also of entries that are not public: what is found is for reviewers, and
the rooms above say which of it each of them may see.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from keqiao.engine import twins
from keqiao.engine.types import Entry
from keqiao.search import readers
from keqiao.search.models import Imprint, Trace
from keqiao.search.types import Beside, Compared, Difference, Row, Source

BATCH = 100  # entries of one transaction
ATTEMPTS = 5
_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have the submitted entries of one kind kept; its functions give those that are not public too."""
    _sources[source.kind] = source


def kinds() -> list[str]:
    """Return the kinds of entry that are kept."""
    return list(_sources)


def put(kind: str, codes: Iterable[str], *, anew: bool = False) -> int:
    """Keep the imprints of those ``codes`` that are new or changed (all when ``anew``), drop those that are gone.

    Return how many were made. Each batch is one transaction, and is looked at again after it: when a row changed
    meanwhile, or somebody else kept an older one, its imprint is made once more.
    """
    wanted, made = list(dict.fromkeys(codes)), 0
    for start in range(0, len(wanted), BATCH):
        batch, is_anew = wanted[start : start + BATCH], anew
        for _attempt in range(ATTEMPTS):
            entries = _sources[kind].entries(batch)
            kept = dict(Imprint.objects.filter(key__in=batch).values_list("key", "digest"))
            gone = [code for code in kept if code not in entries]
            stale = [e for key, e in entries.items() if is_anew or kept.get(key) != digest(e)]
            if not stale and not gone:
                break
            _keep([(entry, twins.imprint(entry)) for entry in stale], gone=gone)
            made, is_anew = made + len(stale), False
    return made


def rebuild(tell: Callable[[str, int, int], None]) -> int:
    """Make every imprint anew from the rows; return how many. ``tell(kind, done, of)`` is called as it goes on.

    The old ones serve until theirs is made.
    """
    total = 0
    for kind, source in _sources.items():
        codes = source.open_codes()
        kept = Imprint.objects.filter(kind=kind).values_list("key", flat=True)
        put(kind, sorted(set(kept) - set(codes)))
        for start in range(0, len(codes), BATCH):
            total += put(kind, codes[start : start + BATCH], anew=True)
            tell(f"{kind} imprints", min(start + BATCH, len(codes)), len(codes))
    return total


def differences() -> Iterator[Difference]:
    """Yield every submitted entry whose imprint does not agree with its row."""
    kept = dict(Imprint.objects.values_list("key", "digest"))
    for source in _sources.values():
        codes = source.open_codes()
        for start in range(0, len(codes), BATCH):
            for key, entry in source.entries(codes[start : start + BATCH]).items():
                known = kept.pop(key, None)
                if known is None:
                    yield Difference(key, "has no imprint")
                elif known != digest(entry):
                    yield Difference(key, "has an older imprint")
    for key in kept:
        yield Difference(key, "has an imprint, but was not submitted")


def digest(entry: Entry) -> str:
    """Return what tells two imprints of an entry apart."""
    parts = (str(twins.VERSION), entry.kind, entry.title, entry.text, entry.owner, entry.subject)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "ignore")).hexdigest()


def compare(
    entry: Entry,
    rows: Callable[[list[str]], Mapping[str, Row]],
    *,
    may_read: Callable[[Row], bool],
    may_know: Callable[[Row], bool],
) -> Compared[Row]:
    """Return the twins and stock sentences of ``entry``, as far as they may be seen.

    ``rows`` finds the rows of codes; ``may_read`` tells of which all may be shown, ``may_know`` of which the title.
    """
    found = twins.find(entry, Shelf(entry.kind))
    known = rows([twin.key for twin in found.twins])
    beside = [
        Beside(known[twin.key], twin if may_read(known[twin.key]) else None)
        for twin in found.twins
        if twin.key in known and (may_read(known[twin.key]) or may_know(known[twin.key]))
    ]
    hidden = sum(1 for twin in found.twins if twin.key in known) - len(beside)
    return Compared(tuple(beside), hidden, found.more, found.stock)


class Shelf:
    """The imprints of one kind, as the engine asks for them."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def candidates(self, imprint: twins.Imprint, *, but: str, most: int) -> list[str]:
        """Return the keys of up to ``most`` entries that share most with ``imprint``, without the key ``but``."""
        values = [*imprint.shingles, *imprint.sentences]
        shared = Trace.objects.filter(value__in=values).values("imprint_id")
        counted = shared.annotate(count=Count("pk")).order_by("-count", "imprint_id")[: most + 1]
        ids = [row["imprint_id"] for row in counted]
        keys = dict(Imprint.objects.filter(pk__in=ids).values_list("pk", "key"))
        return [keys[pk] for pk in ids if keys.get(pk, but) != but][:most]

    def entries(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the submitted entries of ``keys`` as they are now."""
        return _sources[self._kind].entries(keys)

    def spread(
        self, sentences: Sequence[int], *, owner: str, but: Collection[str]
    ) -> Mapping[int, twins.Spread]:
        """Return who says the sentences, beside ``owner`` and the keys ``but``."""
        said = Trace.objects.filter(value__in=list(sentences))
        others = said.exclude(imprint__owner=owner).exclude(imprint__key__in=list(but))
        counted = others.values("value").annotate(
            entries=Count("pk"),
            owners=Count("imprint__owner", distinct=True),
            subjects=Count("imprint__subject", distinct=True),
        )
        return {
            row["value"]: twins.Spread(row["entries"], row["owners"], row["subjects"])
            for row in counted.order_by("value")
        }

    def frequencies(self, words: Collection[str]) -> Mapping[str, int]:
        """Return in how many public entries each term stands."""
        return readers.words().frequencies(words, kind=self._kind)

    def count(self) -> int:
        """Return how many public entries there are."""
        return readers.words().count(self._kind)


@transaction.atomic
def _keep(made: Sequence[tuple[Entry, twins.Imprint]], *, gone: Sequence[str]) -> None:
    Imprint.objects.filter(key__in=gone).delete()
    rows = [
        Imprint(
            key=entry.key,
            kind=entry.kind,
            owner=entry.owner,
            subject=twins.subject_of(entry),
            digest=digest(entry),
            changed_at=timezone.now(),
        )
        for entry, _imprint in made
    ]
    fields = ["kind", "owner", "subject", "digest", "changed_at"]
    kept = Imprint.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=fields
    )
    Trace.objects.filter(imprint__in=kept).delete()
    Trace.objects.bulk_create(
        [
            Trace(imprint=row, value=value)
            for row, (_entry, imprint) in zip(kept, made, strict=True)
            for value in (*imprint.shingles, *imprint.sentences)
        ],
        batch_size=2000,
    )
