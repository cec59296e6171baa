"""Questions about hours: what counts, what waits, what was proved, what was drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.places.models import Association
from keqiao.proofs.models import Proof
from keqiao.volunteering import policies
from keqiao.volunteering.models import Draw, Hours, Project, Proven, Sample, Shift, Wish
from keqiao.volunteering.states import STANDING, State

RELATED = (
    "shift__project__association__region",
    "shift__project__team__association",
    "person",
    "recorded_by",
    "checked_by",
    "replaces",
)
MOST = 100  # that wait, on one page
MOST_DRAWS = 30


def get(code: str, *, by: Visitor) -> Hours:
    """Return the entry of ``code``; raise Missing for all but the volunteer and who runs the shift."""
    rows = Hours.objects.filter(code=code).select_related(*RELATED)
    found = rows.first() if is_code(code) else None
    if found is None or not (policies.may_see_hours(by, found) or drawn_for(by, found)):
        raise Missing
    return found


def drawn_for(person: Visitor, hours: Hours) -> bool:
    """Tell whether the person checks the entry at random: an administrator of the node that drew it."""
    rows = Sample.objects.filter(hours=hours).select_related("draw__association")
    return any(policies.administers(person, one.draw.association) for one in rows)


def of_person(person: Person) -> QuerySet[Hours]:
    """Return a person's entries, the newest first."""
    rows = Hours.objects.filter(person=person).select_related(*RELATED)
    return rows.order_by("-starts_at", "-pk")


def counting(
    person: Person,
    *,
    association: Association | None = None,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
) -> QuerySet[Hours]:
    """Return what counts, oldest first: checked, not replaced, with minutes; days are local, both included."""
    rows = Hours.objects.filter(person=person, state=State.CHECKED, minutes__gt=0)
    if association is not None:
        rows = rows.filter(shift__project__association=association)
    if from_on is not None:
        rows = rows.filter(starts_at__gte=_midnight(from_on))
    if until_on is not None:
        rows = rows.filter(starts_at__lt=_midnight(until_on + dt.timedelta(days=1)))
    return rows.select_related(*RELATED).order_by("starts_at", "pk")


def minutes(rows: QuerySet[Hours]) -> int:
    """Return the sum of the minutes of some entries."""
    return rows.aggregate(sum=Sum("minutes"))["sum"] or 0


def issuers(person: Person) -> list[Association]:
    """Return the nodes that recorded hours of a person that count: who records, proves."""
    rows = Hours.objects.filter(person=person, state=State.CHECKED, minutes__gt=0)
    numbers = rows.values("shift__project__association")
    return list(Association.objects.filter(pk__in=numbers).order_by("path"))


def chain(hours: Hours) -> list[Hours]:
    """Return an entry with all that it replaced and that replaces it, oldest first."""
    rows = Hours.objects.filter(shift=hours.shift_id, person=hours.person_id)
    found = {one.pk: one for one in rows.select_related(*RELATED).order_by("pk")}
    family = {hours.pk}
    for _round in found:
        family |= {
            one.replaces_id for one in found.values() if one.pk in family and one.replaces_id
        }
        family |= {one.pk for one in found.values() if one.replaces_id in family}
    return [found[number] for number in sorted(family)]


def of_shift(shift: Shift, *, by: Visitor) -> list[Hours]:
    """Return the entries of a shift; only who runs it may know."""
    if not policies.runs(by, shift):
        return []
    rows = Hours.objects.filter(shift=shift).select_related(*RELATED)
    return list(rows.order_by("person__name", "pk"))


def overlapping(
    person: Person, starts_at: dt.datetime, ends_at: dt.datetime, *, but: Hours | None = None
) -> QuerySet[Hours]:
    """Return the person's standing entries that share time with a span."""
    rows = Hours.objects.filter(person=person, state__in=STANDING, minutes__gt=0)
    rows = rows.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return rows if but is None else rows.exclude(pk=but.pk).exclude(replaces=but)


def to_check(person: Person) -> list[Hours]:
    """Return the entries for which the person is the second one, oldest first, 100 at most."""
    rows = Hours.objects.filter(policies.run_by(person, through="shift__"), state=State.RECORDED)
    rows = rows.exclude(recorded_by=person).exclude(person=person)
    return list(rows.select_related(*RELATED).distinct().order_by("recorded_at", "pk")[:MOST])


def returned_to(person: Person) -> list[Hours]:
    """Return what the person recorded and a second one sent back, newest first, 100 at most."""
    rows = Hours.objects.filter(recorded_by=person, state=State.RETURNED)
    return list(rows.select_related(*RELATED).order_by("-checked_at", "-pk")[:MOST])


def wishes_for(person: Person) -> list[Wish]:
    """Return the wishes that wait for an answer of whoever runs the shift, by their day, 100 at most."""
    rows = Wish.objects.filter(policies.run_by(person, through="shift__"), answered_at=None)
    rows = rows.exclude(person=person).select_related("shift", "hours", "person")
    return list(rows.distinct().order_by("due_on", "pk")[:MOST])


def wishes_in(shift: Shift, *, by: Visitor) -> list[Wish]:
    """Return the wishes for hours that are missing in a shift, oldest first; only who may answer them knows."""
    rows = Wish.objects.filter(shift=shift, hours=None, answered_at=None).select_related("person")
    runs = policies.runs(by, shift)
    return [one for one in rows.order_by("pk") if runs and one.person_id != by.pk]


def wishes_of(person: Person) -> QuerySet[Wish]:
    """Return the wishes about a person's own hours, the newest first."""
    rows = Wish.objects.filter(person=person).select_related("shift", "hours", "correction")
    return rows.order_by("-asked_at", "-pk")


def open_wish(shift: Shift, person: Person) -> Wish | None:
    """Return the wish that waits about a person's hours in a shift."""
    rows = Wish.objects.filter(shift=shift, person=person, answered_at=None)
    return rows.select_related("shift__project", "person").first()


def wish(number: int, *, by: Visitor) -> Wish:
    """Return a wish that the person may answer; raise Missing."""
    rows = Wish.objects.filter(pk=number).select_related(
        "shift__project__association__region", "shift__project__team__association", "person"
    )
    found = rows.first()
    if found is None or not policies.may_record(by, found.shift, found.person_id):
        raise Missing
    return found


def overdue(today: dt.date) -> QuerySet[Wish]:
    """Return the wishes whose day went by without an answer."""
    rows = Wish.objects.filter(answered_at=None, due_on__lt=today)
    return rows.select_related("shift__project__association").order_by("due_on", "pk")


def proofs_of(person: Person) -> QuerySet[Proof]:
    """Return the proofs of hours that the person holds, the newest first."""
    numbers = Proven.objects.filter(hours__person=person).values("proof")
    return Proof.objects.filter(pk__in=numbers).select_related("association").order_by("-number")


def resting_on(hours: Hours) -> list[Proof]:
    """Return the proofs that stand and rest on an entry."""
    return proved_by([hours])


def proved_by(rows: Collection[Hours]) -> list[Proof]:
    """Return the proofs that stand and rest on one of some entries, oldest first."""
    numbers = Proven.objects.filter(hours__in=rows).values("proof")
    return list(Proof.objects.filter(pk__in=numbers, voided_at=None).order_by("number"))


def of_month(association: Association, month_on: dt.date) -> QuerySet[Hours]:
    """Return the checked entries of a local month, of a node and all below it."""
    following = (month_on + dt.timedelta(days=32)).replace(day=1)
    rows = Hours.objects.filter(
        state=State.CHECKED,
        shift__project__association__path__startswith=association.path,
        starts_at__gte=_midnight(month_on),
        starts_at__lt=_midnight(following),
    )
    return rows.order_by("code")


def draws(person: Visitor, nodes: Collection[Association]) -> list[Draw]:
    """Return the spot checks of some nodes, the newest first, 30 at most; their administrators only may know."""
    own = [one for one in nodes if policies.administers(person, one)]
    done = Count("samples", filter=Q(samples__found_at__isnull=False))
    rows = Draw.objects.filter(association__in=own).select_related("drawn_by", "association")
    counts = rows.annotate(all_count=Count("samples"), done_count=done)
    return list(counts.order_by("-drawn_at", "-pk")[:MOST_DRAWS])


def draw(number: int, *, by: Visitor) -> Draw:
    """Return one spot check with what was drawn; raise Missing for all but the node's administrators."""
    related = [f"hours__{name}" for name in RELATED]
    samples = Sample.objects.select_related(*related, "found_by").order_by("place")
    rows = Draw.objects.filter(pk=number).select_related("association__region", "drawn_by")
    found = rows.prefetch_related(Prefetch("samples", samples)).first()
    if found is None or not policies.administers(by, found.association):
        raise Missing
    return found


def of_project(project: Project) -> dict[str, int]:
    """Return what counts of a project: entries, minutes, volunteers."""
    rows = Hours.objects.filter(shift__project=project, state=State.CHECKED, minutes__gt=0)
    return rows.aggregate(
        entries=Count("pk"),
        minutes=Sum("minutes", default=0),
        volunteers=Count("person", distinct=True),
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
