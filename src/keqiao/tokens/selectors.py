"""Questions about tokens."""

from __future__ import annotations

import hashlib
import hmac

from django.db.models import QuerySet
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.errors import Missing, Refused
from keqiao.base.phrases import N_
from keqiao.tokens import policies
from keqiao.tokens.models import Token
from keqiao.tokens.types import Standing

LONGEST_SECRET = 100  # characters; whatever is longer is none of ours


class NotAdmitted(Refused):
    """A secret that does not open anything. Why is said only to whoever has a secret that once did."""

    text = N_("访问令牌不正确，请核对是否完整复制。")


class Expired(NotAdmitted):
    """The token's time is over."""

    text = N_("访问令牌已到期，请在“账号设置”里申请新的令牌。")


class Revoked(NotAdmitted):
    """The token was taken back by its person."""

    text = N_("访问令牌已撤销，请在“账号设置”里申请新的令牌。")


def digest(secret: str) -> str:
    """Return what is kept of a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def bearer(secret: str) -> Token:
    """Return the live token of ``secret`` with its person; raise NotAdmitted, Expired or Revoked.

    Found by its digest, which nobody can steer, and compared in constant time.
    """
    wanted = digest(secret[:LONGEST_SECRET])
    found = Token.objects.filter(digest=wanted).select_related("person").first()
    if found is None or not hmac.compare_digest(found.digest, wanted):
        raise NotAdmitted
    if not found.person.is_active:
        raise NotAdmitted
    match policies.standing(found, timezone.now()):
        case Standing.REVOKED:
            raise Revoked
        case Standing.EXPIRED:
            raise Expired
    return found


def of_person(person: Person) -> QuerySet[Token]:
    """Return the person's tokens, newest first, those that no longer work too."""
    return Token.objects.filter(person=person).order_by("-created_at", "-pk")


def live(person: Person) -> QuerySet[Token]:
    """Return the person's tokens that work now."""
    return of_person(person).filter(revoked_at=None, expires_at__gt=timezone.now())


def get(number: int, *, by: Person) -> Token:
    """Return one of the person's own tokens; raise Missing for those of others."""
    found = Token.objects.filter(pk=number).first()
    if found is None or not policies.owns(by, found):
        raise Missing
    return found


def held_about(person: Person) -> Held:
    """Return what is held about a person: tokens, without their secrets."""
    rows = Token.objects.filter(person=person).order_by("pk")
    told = rows.values(
        "name", "prefix", "scopes", "created_at", "expires_at", "last_used_on", "revoked_at"
    )
    return {"tokens": list(told)}
