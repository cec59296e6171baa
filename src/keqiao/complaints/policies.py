"""May A do B to a complaint: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, areas, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.complaints.models import Barred, Complaint
from keqiao.complaints.types import HANDLERS
from keqiao.organisations import policies as organisations


def has_desk(person: Visitor) -> bool:
    """Tell whether the person handles complaints anywhere."""
    return bool(areas(person, *HANDLERS))


def may_handle(person: Visitor, complaint: Complaint) -> bool:
    """Tell whether the person may look into it: staff of its desk or above, with no part in what it is about."""
    roles = (Role.ADMINISTRATOR,) if complaint.is_raised else HANDLERS
    if not may_any(person, roles, complaint.desk_id):
        return False
    if complaint.organisation_id in organisations.member_of(person):
        return False
    return not Barred.objects.filter(complaint=complaint, person=person.pk).exists()


def handled_by(person: Visitor) -> Q:
    """Return ``may_handle`` as a condition."""
    staff = within(person, *HANDLERS, field="desk__code") & Q(is_raised=False)
    above = within(person, Role.ADMINISTRATOR, field="desk__code")
    barred = Barred.objects.filter(person=person.pk).values("complaint")
    own = Q(organisation__in=organisations.member_of(person)) | Q(pk__in=barred)
    return (staff | above) & ~own


def wrote(person: Visitor, complaint: Complaint) -> bool:
    """Tell whether the person is the one who complained, from an account."""
    return isinstance(person, Person) and complaint.author_id == person.pk
