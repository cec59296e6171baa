"""Notices: each entry is told to whom it concerns, never to who did it, and only to who may see the thing now.

A new line: a function that yields persons with what they are told, in the table of the module that knows the thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keqiao.journal.models import Entry
from keqiao.messaging import services as messaging
from keqiao.reactions import (
    about_activities,
    about_cases,
    about_complaints,
    about_entries,
    about_meetings,
    about_registrations,
    about_visits,
    about_volunteering,
)
from keqiao.reactions.types import Doer, Telling

TELLINGS: Mapping[str, Telling] = {
    **about_entries.TELLINGS,
    **about_cases.TELLINGS,
    **about_meetings.TELLINGS,
    **about_complaints.TELLINGS,
    **about_activities.TELLINGS,
    **about_registrations.TELLINGS,
    **about_visits.TELLINGS,
    **about_volunteering.TELLINGS,
}


def follow_notices(entries: Sequence[Entry]) -> None:
    """Tell what happened; who was told already is not told again."""
    for entry in entries:
        tell = TELLINGS.get(entry.action)
        if tell is None or not entry.is_success:
            continue
        for person, message in tell(entry):
            messaging.notify(person, message, by=Doer(entry.actor_id))
