"""What one process holds of the vectors of one model: those gathered on disk, and in memory what changed since."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

import numpy as np
from django.db.models import Count, Max, Q, QuerySet

from keqiao.engine.dense import Matrix
from keqiao.engine.gathered import Gathered, NotWhole
from keqiao.engine.vectors import VectorIndex
from keqiao.search import gathered
from keqiao.search.models import Vector

OVERLAP = timedelta(seconds=5)  # a commit may become visible a little after its time stamp
AT_ONCE = 10_000  # rows read from the database together
ATTEMPTS = 5  # a folder may be replaced between finding and opening it
ASLEEP = (
    12 * 3600.0
)  # seconds after which marks of what is gone may have been forgotten: everything is read anew
Item = TypeVar("Item")
log = logging.getLogger("keqiao.search")


class Holding:
    """The vectors of one model by kind, as last committed by any process. Safe to be asked by several threads."""

    def __init__(self, model: str, dimensions: int) -> None:
        self.model, self._dimensions = model, dimensions
        self._kinds: dict[str, VectorIndex] = {}
        self._stamp = -1  # nothing was read
        self._newest: datetime | None = None
        self._recent: dict[str, datetime] = {}  # by key: the changes of the last moments
        self._asked = 0.0
        self._lock = threading.Lock()

    def renewed(self) -> Mapping[str, VectorIndex]:
        """Return the vectors by kind, brought up to the rows of this moment."""
        with self._lock:
            stamp, now = gathered.stamp(self.model), time.monotonic()
            if stamp != self._stamp or now - self._asked > ASLEEP:
                self._open()
                self._stamp = stamp
            else:
                self._follow()
            self._asked = now
            return self._kinds

    def _open(self) -> None:
        """Open what is gathered and read every row that is not in it."""
        for attempt in range(ATTEMPTS):
            kept, self._kinds = gathered.current(self.model), {}
            try:
                opened = {kind: Gathered.open(one.folder) for kind, one in kept.items()}
            except NotWhole as trouble:
                opened = {}
                if attempt == ATTEMPTS - 1:
                    log.warning("vectors are read from the database: %s", trouble)
                    gathered.drop(self.model)  # to be gathered again
            else:
                break
        self._kinds = {kind: VectorIndex(self._dimensions, one) for kind, one in opened.items()}
        since = {kind: kept[kind].until - OVERLAP for kind in opened}
        wanted = ~Q(kind__in=list(since))
        for kind, moment in since.items():
            wanted |= Q(kind=kind, changed_at__gte=moment)
        self._newest, self._recent = max((kept[kind].until for kind in opened), default=None), {}
        self._take(self._rows().filter(wanted))

    def _follow(self) -> None:
        """Take the rows that changed since the last look."""
        window = self._window()
        state = window.aggregate(count=Count("pk"), newest=Max("changed_at"))
        if (state["count"], state["newest"]) != (len(self._recent), self._newest):
            self._recent = {}
            self._take(window)

    def _take(self, rows: QuerySet[Vector]) -> None:
        told = rows.values_list("kind", "key", "vector", "changed_at").iterator(AT_ONCE)
        for batch in batched(told, AT_ONCE):
            put: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
            for kind, key, vector, changed_at in batch:
                self._newest = max(self._newest or changed_at, changed_at)
                self._recent[key] = changed_at
                put[kind][key] = bytes(vector)
            for kind, by_key in put.items():
                index = self._kinds.setdefault(kind, VectorIndex(self._dimensions))
                index.delete(key for key, vector in by_key.items() if not vector)
                fresh = {key: vector for key, vector in by_key.items() if vector}
                if fresh:
                    index.put(list(fresh), matrix(fresh.values()))
            self._forget_older()

    def _forget_older(self) -> None:
        if self._newest is not None:
            begin = self._newest - OVERLAP
            self._recent = {key: at for key, at in self._recent.items() if at >= begin}

    def _rows(self) -> QuerySet[Vector]:
        return Vector.objects.filter(model=self.model)

    def _window(self) -> QuerySet[Vector]:
        """Return the rows of the last moments: a change that is not known yet is among them."""
        rows = self._rows()
        return rows if self._newest is None else rows.filter(changed_at__gte=self._newest - OVERLAP)


def matrix(rows: Iterable[bytes]) -> Matrix:
    """Return kept vectors as rows, shape (n, dimensions)."""
    return np.stack([np.frombuffer(row, dtype="<f4") for row in rows]).astype(np.float32)


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of ``size``, the last one shorter."""
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch
