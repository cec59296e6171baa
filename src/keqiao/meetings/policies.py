"""May A do B to a meeting: whoever may do it to its case."""

from __future__ import annotations

from keqiao.access.policies import Visitor
from keqiao.casework import policies as casework
from keqiao.meetings.models import Meeting


def may_call(person: Visitor, meeting: Meeting) -> bool:
    """Tell whether the person may call, move, cancel and write down the meeting: the broker of its case."""
    return casework.works(person, meeting.case)


def may_see(person: Visitor, meeting: Meeting) -> bool:
    """Tell whether the person may know of the meeting: staff of the case's area, and its parties."""
    return casework.may_see(person, meeting.case)
