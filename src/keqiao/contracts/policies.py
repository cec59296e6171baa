"""May A do B to a draft."""

from __future__ import annotations

from keqiao.access.policies import Visitor
from keqiao.casework import policies as casework
from keqiao.casework.models import Case


def may_draft(person: Visitor, case: Case) -> bool:
    """Tell whether the person may make a version: the broker of the case, and whoever acts for a party."""
    return casework.works(person, case) or casework.takes_part(person, case)
