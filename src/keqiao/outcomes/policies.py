"""May A do B to an outcome: yes or no."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access import policies as access
from keqiao.access.policies import Visitor
from keqiao.casework import policies as casework
from keqiao.casework.models import Case, Party
from keqiao.casework.states import LIVE
from keqiao.outcomes.models import Outcome
from keqiao.outcomes.states import State
from keqiao.outcomes.types import CONFIRMING


def parties_of(person: Visitor, case: Case) -> list[Party]:
    """Return the parties that have to confirm, of those that the person acts for."""
    rows = Party.objects.filter(casework.acting_for(person), case=case, side__in=CONFIRMING)
    return list(rows.order_by("pk"))


def may_enter(person: Visitor, case: Case) -> bool:
    """Tell whether the person may enter what came of the case: its broker, and who asks or answers in it."""
    return casework.works(person, case) or bool(parties_of(person, case))


def may_decide(person: Visitor, outcome: Outcome) -> bool:
    """Tell whether the person decides a dispute: an administrator above its broker, with no part in the case."""
    case = outcome.case
    if case.broker_id == person.pk or casework.takes_part(person, case):
        return False
    return casework.oversees(person, case) and access.is_above(person, case.broker)


def may_look_back(case: Case) -> bool:
    """Tell whether there is something that the sides may be asked about: the case is over, or an outcome counts."""
    return case.state not in LIVE or case.outcomes.filter(state=State.CONFIRMED).exists()


def visible_to(person: Visitor) -> Q:
    """Return the condition that the person may see the case that an outcome belongs to."""
    return Q(case__in=Case.objects.filter(casework.visible_to(person)))
