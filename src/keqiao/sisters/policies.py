"""May A exchange with other platforms: the operator at the command line, and administrators of the whole area."""

from __future__ import annotations

from django.conf import settings

from keqiao.access.policies import may
from keqiao.access.types import Role
from keqiao.accounts.models import Person


def may_exchange(person: Person | None) -> bool:
    """Tell whether the person may subscribe to, pause and drop a sister; None is the operator."""
    return person is None or may(person, Role.ADMINISTRATOR, settings.HOME_REGION)
