"""What a case is about: the needs that it carries, shares and lets go. Part of the room's writer."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.casework import policies
from keqiao.casework.models import Case, Concern, Party, Reader
from keqiao.casework.states import LIVE
from keqiao.casework.types import Side
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.needs import services as needs
from keqiao.needs.models import Need


class NeedTaken(Refused):
    """A need is carried by one live case at most."""

    text = N_("这条需求已经在另一个对接单里了，请到那个对接单继续。")


class LastNeed(Refused):
    """A case without a need has no purpose."""

    text = N_("对接单里至少要有一条需求。如果不再对接，请终止这个对接单。")


def subject_of(case: Case) -> Subject:
    """Return how the journal names a case."""
    return Subject("case", case.code)


@transaction.atomic
def carry(case: Case, need: Need, *, by: Person) -> None:
    """Have the case carry an open need; raise NeedTaken."""
    if Concern.objects.filter(need=need, released_at=None).exists():
        raise NeedTaken
    needs.take(need, by=by)
    Concern.objects.create(case=case, need=need)
    journal.record("case.need_taken", subject_of(case), by=by, data={"need": need.code})


@transaction.atomic
def share(
    concern: Concern, *, by: Person, party: Party | None = None, is_shared: bool = True
) -> None:
    """Let one answering party read the private version, or all who answer now; or take it back: its owner decides.

    Whoever joins later does not read it until the owner shares it again.
    """
    if not policies.may_share(by, concern.need) or concern.released_at is not None:
        raise NotAllowed
    those = Party.objects.filter(case=concern.case, side=Side.ANSWERS, left_at=None)
    if party is not None:
        those = those.filter(pk=party.pk)
    if is_shared:
        for one in those:
            Reader.objects.get_or_create(concern=concern, party=one)
    else:
        Reader.objects.filter(concern=concern, party__in=those).delete()
    action = "case.need_shared" if is_shared else "case.need_unshared"
    told = {"need": concern.need.code, "party": party.pk if party is not None else None}
    journal.record(action, subject_of(concern.case), by=by, data=told)


@transaction.atomic
def let_go(concern: Concern, *, by: Person) -> None:
    """Let one of several needs go, which is open to other answers again; raise LastNeed."""
    if not policies.works(by, concern.case) or concern.case.state not in LIVE:
        raise NotAllowed
    others = Concern.objects.filter(case=concern.case, released_at=None).exclude(pk=concern.pk)
    if not others.exists():
        raise LastNeed
    if released(concern.case, [concern.need_id]):
        data = {"need": concern.need.code}
        journal.record("case.need_let_go", subject_of(concern.case), by=by, data=data)
        needs.release(concern.need, by=by)


def released(case: Case, only: Collection[int] | None = None) -> list[Concern]:
    """Let the needs of a case go, or ``only`` those of these numbers, and return what they were."""
    rows = case.concerns.filter(released_at=None)
    if only is not None:
        rows = rows.filter(need__in=only)
    live = list(rows.select_related("need"))
    numbers = [one.pk for one in live]
    Reader.objects.filter(concern__in=numbers).delete()
    Concern.objects.filter(pk__in=numbers).update(released_at=timezone.now())
    return live
