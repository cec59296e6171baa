"""May A do B to a token, and does it work."""

from __future__ import annotations

import datetime as dt

from keqiao.accounts.models import Person
from keqiao.tokens.models import Token
from keqiao.tokens.types import ENDING_DAYS, Standing


def owns(person: Person, token: Token) -> bool:
    """Tell whether the token is the person's own: nobody else revokes it, and nobody else sees it."""
    return token.person_id == person.pk


def standing(token: Token, now: dt.datetime) -> Standing:
    """Return whether the token works at ``now``, and whether it soon will not."""
    if token.revoked_at is not None:
        return Standing.REVOKED
    if token.expires_at <= now:
        return Standing.EXPIRED
    is_ending = token.expires_at <= now + dt.timedelta(days=ENDING_DAYS)
    return Standing.ENDING if is_ending else Standing.LIVE
