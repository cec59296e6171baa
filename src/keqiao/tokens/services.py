"""The only writer of tokens and of what callers have spent."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.tokens import policies, selectors
from keqiao.tokens.models import Token, Window
from keqiao.tokens.types import LONGEST_DAYS, MOST_LIVE, PERIOD, Content, Scope, Spent

MARK = "kq_"  # by which a secret that was published by mistake is found
SECRET_BYTES = 32
SHOWN = 11  # characters of a secret that are shown: its mark and 48 bits of it
WRONG_DAYS = N_("有效期要在 1 到 %(most)s 天之间。")
WRONG_SCOPE = N_("没有这种用途，请重新选择。")


class TooManyTokens(Refused):
    """A person keeps a few tokens and knows what each is for."""

    text = N_("可用的访问令牌已经够多了，请先撤销不再使用的。")


def subject_of(token: Token) -> Subject:
    """Return how the journal names a token: by number."""
    return Subject("token", str(token.pk))


@transaction.atomic
def issue(content: Content, *, by: Person) -> tuple[Token, str]:
    """Make a token for oneself; return it with its secret, which is told this once and kept nowhere.

    Raise Invalid, or TooManyTokens.
    """
    intake = Intake()
    name = intake.line("name", content.name, most=60, required=True)
    intake.check(1 <= content.days <= LONGEST_DAYS, "days", WRONG_DAYS, most=LONGEST_DAYS)
    intake.check(set(content.scopes) <= set(Scope.values), "scopes", WRONG_SCOPE)
    intake.finish()
    Person.objects.select_for_update().get(pk=by.pk)  # two presses at once count each other
    if selectors.live(by).count() >= MOST_LIVE:
        raise TooManyTokens
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    now = timezone.now()
    made: Token = Token.objects.create(
        person=by,
        name=name,
        prefix=secret[:SHOWN],
        digest=selectors.digest(secret),
        scopes=[scope for scope in Scope.values if scope in content.scopes],
        created_at=now,
        expires_at=now + dt.timedelta(days=content.days),
    )
    data = {"scopes": made.scopes, "expires_on": timezone.localdate(made.expires_at).isoformat()}
    journal.record("token.issued", subject_of(made), by=by, data=data)
    return made, secret


@transaction.atomic
def revoke(token: Token, *, by: Person) -> Token:
    """Take one's own token back, at once and for good."""
    if not policies.owns(by, token):
        raise NotAllowed
    rows = Token.objects.filter(pk=token.pk, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise WrongState
    token.refresh_from_db()
    journal.record("token.revoked", subject_of(token), by=by)
    return token


def used(token: Token) -> None:
    """Keep the day on which the token was used last, and nothing finer: a write a day, no trail of requests."""
    today = timezone.localdate()
    if token.last_used_on != today:
        Token.objects.filter(pk=token.pk).update(last_used_on=today)
        token.last_used_on = today


def spend(key: str, cost: int, *, most: int, now: dt.datetime) -> Spent:
    """Take ``cost`` of the ``most`` that a caller has in a minute; all or nothing, for every process together."""
    began = now.replace(second=0, microsecond=0)
    rows = Window.objects.filter(key=key, starts_at=began)
    fitting = rows.filter(spent__lte=most - cost)
    took = fitting.update(spent=F("spent") + cost)
    spent = rows.values_list("spent", flat=True).first()
    if spent is None:  # the first request of its minute
        Window.objects.filter(key=key, starts_at__lt=began).delete()
        Window.objects.bulk_create([Window(key=key, starts_at=began)], ignore_conflicts=True)
        took = fitting.update(spent=F("spent") + cost)
        spent = rows.values_list("spent", flat=True).first() or 0
    ends_in = PERIOD - now.second
    return Spent(most, max(0, most - spent), ends_in, is_allowed=bool(took))


def forget_windows(before: dt.datetime) -> int:
    """Drop what callers spent in minutes long gone; return how many rows."""
    count, _kinds = Window.objects.filter(starts_at__lt=before).delete()
    return count


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Revoke and delete the tokens of a person who leaves; that they were issued and revoked stays in the journal."""
    if by.pk != person.pk:
        raise NotAllowed
    for token in Token.objects.filter(person=person, revoked_at=None).order_by("pk"):
        revoke(token, by=by)
    Token.objects.filter(person=person).delete()
