"""May A do B to an invitation: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, within
from keqiao.accounts.models import Person
from keqiao.casework import policies as casework
from keqiao.invitations.models import Invitation
from keqiao.offers import policies as offers


def may_answer(person: Visitor, invitation: Invitation) -> bool:
    """Tell whether the person answers for the studio that is asked."""
    return offers.runs(person, invitation.studio)


def may_send(person: Visitor, invitation: Invitation) -> bool:
    """Tell whether the person replies to and takes back the invitation: the broker of its case."""
    return casework.works(person, invitation.case)


def visible_to(person: Visitor) -> Q:
    """Return the condition that the person may know of the invitation: the studio asked, and the case's staff."""
    if not isinstance(person, Person):
        return Q(pk__in=[])
    staff = within(person, *casework.STAFF, field="case__region__code")
    return offers.run_by(person, through="studio__") | staff
