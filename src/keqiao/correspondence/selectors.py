"""Questions about letters: the staff of a case read all, its parties those that are shared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Prefetch, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.errors import Missing
from keqiao.casework import policies as casework
from keqiao.casework.models import Case
from keqiao.correspondence.models import Enclosure, Letter


@dataclass(frozen=True, slots=True)
class Thread:
    """Letters that answer each other, oldest first."""

    letters: tuple[Letter, ...]

    @property
    def subject(self) -> str:
        """Return what the thread is called: the subject of its first letter."""
        return self.letters[0].subject

    @property
    def last_at(self) -> dt.datetime:
        """Return when its last letter was written."""
        return _when(self.letters[-1])


def threads(case: Case, *, by: Visitor) -> list[Thread]:
    """Return the threads that ``by`` may read, the one written to last first; two questions."""
    enclosed = Prefetch("enclosures", Enclosure.objects.order_by("pk"))
    found: dict[str, list[Letter]] = {}
    for letter in _readable(case, by).select_related("added_by").prefetch_related(enclosed):
        found.setdefault(letter.thread, []).append(letter)
    gathered = [Thread(tuple(sorted(one, key=_order))) for one in found.values()]
    return sorted(gathered, key=lambda thread: thread.last_at, reverse=True)


def enclosure(case: Case, number: int, *, by: Visitor) -> Enclosure:
    """Return what was kept of a letter that ``by`` may read; raise Missing."""
    rows = Enclosure.objects.filter(letter__in=_readable(case, by), pk=number)
    found = rows.exclude(content="").first()
    if found is None:
        raise Missing
    return found


def _readable(case: Case, by: Visitor) -> QuerySet[Letter]:
    rows = Letter.objects.filter(case=case)
    if casework.attends(by, case):
        return rows
    return rows.filter(is_shared=True) if casework.takes_part(by, case) else rows.none()


def _when(letter: Letter) -> dt.datetime:
    return letter.sent_at or letter.added_at


def _order(letter: Letter) -> tuple[dt.datetime, int]:
    return _when(letter), letter.pk


def held_about(person: Person) -> Held:
    """Return what is held about a person: mails brought in, without their words, which are their senders'."""
    rows = Letter.objects.filter(added_by=person).order_by("pk")
    told = rows.values("subject", "sent_at", "added_at", case_code=F("case__code"))
    return {"letters": list(told)}
