"""What a case is about: the needs that it carries, shares and lets go. Part of the room's writer."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.casework import policies
from keqiao.casework.models import Case, Concern
from keqiao.casework.states import LIVE
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
def share(concern: Concern, *, by: Person, is_shared: bool = True) -> None:
    """Let the answering parties who sit at the table now read the private version, or nobody: its owner decides.

    Whoever joins later does not read it until the owner shares it again.
    """
    if not policies.may_share(by, concern.need):
        raise NotAllowed
    shared_at = timezone.now() if is_shared else None
    if Concern.objects.filter(pk=concern.pk, released_at=None).update(shared_at=shared_at):
        action = "case.need_shared" if is_shared else "case.need_unshared"
        journal.record(action, subject_of(concern.case), by=by, data={"need": concern.need.code})


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
    Concern.objects.filter(pk__in=[one.pk for one in live]).update(
        released_at=timezone.now(), shared_at=None
    )
    return live
