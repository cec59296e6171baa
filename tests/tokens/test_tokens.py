"""A person's token: told once, kept as a digest, ended by its day, by its person or with its person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.cast import Cast

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal import selectors as journal
from keqiao.journal import services as journal_services
from keqiao.journal.types import Subject
from keqiao.tokens import policies, selectors, services
from keqiao.tokens.models import Token, Window
from keqiao.tokens.types import MOST_LIVE, Content, Scope, Standing

pytestmark = pytest.mark.django_db
CONTENT = Content("园区网站同步需求", 90, (Scope.MATCH,))


def deeds(token: Token) -> list[str]:
    return [one.action for one in journal.about(Subject("token", str(token.pk)))]


def set_back(token: Token, **to: datetime) -> None:
    """Move a token in time, as days would."""
    Token.objects.filter(pk=token.pk).update(**to)


def test_a_token_opens_for_its_person_and_its_secret_is_kept_nowhere(cast: Cast) -> None:
    token, secret = services.issue(CONTENT, by=cast.lin)
    found = selectors.bearer(secret)
    assert (found, found.person) == (token, cast.lin)
    assert found.scopes == ["match"]
    assert len(secret) == 46
    assert secret.startswith(token.prefix)
    row = Token.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    entry = journal.about(Subject("token", str(token.pk))).get()
    assert (entry.action, entry.actor_id) == ("token.issued", cast.lin.pk)
    assert secret[4:] not in str(entry.data)
    assert entry.data["scopes"] == ["match"]
    assert journal_services.verify().holds


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Content("", 90), "name"),
        (Content("名" * 61, 90), "name"),
        (Content("名\x00", 90), "name"),
        (Content("名", 0), "days"),
        (Content("名", 366), "days"),
        (Content("名", -1), "days"),
        (Content("名", 90, ("everything",)), "scopes"),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_its_field(
    cast: Cast, content: Content, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.issue(content, by=cast.lin)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not Token.objects.exists()


def test_a_person_has_twenty_live_tokens_at_most(cast: Cast) -> None:
    made = [services.issue(CONTENT, by=cast.lin)[0] for _number in range(MOST_LIVE)]
    with pytest.raises(services.TooManyTokens):
        services.issue(CONTENT, by=cast.lin)
    services.revoke(made[0], by=cast.lin)
    assert services.issue(CONTENT, by=cast.lin)
    assert services.issue(CONTENT, by=cast.chen)


def test_a_revoked_token_opens_nothing_and_says_so(cast: Cast) -> None:
    token, secret = services.issue(CONTENT, by=cast.lin)
    services.revoke(token, by=cast.lin)
    with pytest.raises(selectors.Revoked):
        selectors.bearer(secret)
    with pytest.raises(WrongState):
        services.revoke(token, by=cast.lin)
    assert deeds(token) == ["token.issued", "token.revoked"]


def test_nobody_revokes_or_sees_the_token_of_another(cast: Cast) -> None:
    token, secret = services.issue(CONTENT, by=cast.lin)
    for other in (cast.zhou, cast.he, cast.wu):
        with pytest.raises(NotAllowed):
            services.revoke(token, by=other)
        with pytest.raises(Missing):
            selectors.get(token.pk, by=other)
        assert not selectors.of_person(other)
    assert selectors.bearer(secret) == token
    assert deeds(token) == ["token.issued"]


def test_a_token_ends_on_its_day(cast: Cast) -> None:
    token, secret = services.issue(Content("名", 30), by=cast.lin)
    now = timezone.now()
    assert policies.standing(token, now) == Standing.LIVE
    assert policies.standing(token, now + timedelta(days=17)) == Standing.ENDING
    assert policies.standing(token, now + timedelta(days=31)) == Standing.EXPIRED
    set_back(token, created_at=now - timedelta(days=31), expires_at=now - timedelta(days=1))
    with pytest.raises(selectors.Expired):
        selectors.bearer(secret)
    assert not selectors.live(cast.lin)


def test_a_token_ends_with_its_person(cast: Cast) -> None:
    _token, secret = services.issue(CONTENT, by=cast.lin)
    cast.lin.is_active = False
    cast.lin.save()
    with pytest.raises(selectors.NotAdmitted) as refused:
        selectors.bearer(secret)
    assert type(refused.value) is selectors.NotAdmitted


@pytest.mark.parametrize("secret", ["", "kq_", "kq_" + "A" * 43, "密" * 10_000, "\x00", "\ud800"])
def test_what_is_no_secret_opens_nothing(cast: Cast, secret: str) -> None:
    services.issue(CONTENT, by=cast.lin)
    with pytest.raises(selectors.NotAdmitted):
        selectors.bearer(secret)


def test_a_secret_with_something_behind_it_is_another(cast: Cast) -> None:
    _token, secret = services.issue(CONTENT, by=cast.lin)
    for wrong in (secret + "x", secret[:-1], secret + "x" * 100, secret.lower()):
        with pytest.raises(selectors.NotAdmitted):
            selectors.bearer(wrong)


def test_only_the_day_of_the_last_use_is_kept(
    cast: Cast, django_assert_num_queries: object
) -> None:
    token, _secret = services.issue(CONTENT, by=cast.lin)
    services.used(token)
    assert Token.objects.get().last_used_on == timezone.localdate()
    with django_assert_num_queries(0):  # type: ignore[operator]
        services.used(token)


def test_the_database_refuses_a_token_that_ends_before_it_begins(cast: Cast) -> None:
    token, _secret = services.issue(CONTENT, by=cast.lin)
    with pytest.raises(IntegrityError), transaction.atomic():
        set_back(token, expires_at=token.created_at - timedelta(seconds=1))


def test_what_a_minute_allows_is_spent_once_and_comes_back_with_the_next() -> None:
    now = timezone.now().replace(second=20, microsecond=5)
    first = services.spend("token:1", 2, most=5, now=now)
    assert (first.left, first.ends_in, first.is_allowed) == (3, 40, True)
    assert services.spend("token:1", 2, most=5, now=now).left == 1
    refused = services.spend("token:1", 2, most=5, now=now)
    assert (refused.left, refused.is_allowed) == (1, False)
    assert services.spend("token:1", 1, most=5, now=now).is_allowed
    assert services.spend("token:2", 5, most=5, now=now).is_allowed
    later = services.spend("token:1", 5, most=5, now=now + timedelta(seconds=60))
    assert later.is_allowed
    assert Window.objects.filter(key="token:1").count() == 1


def test_a_request_costs_two_queries_and_one_write(django_assert_num_queries: object) -> None:
    now = timezone.now()
    services.spend("token:1", 1, most=5, now=now)
    with django_assert_num_queries(2):  # type: ignore[operator]
        services.spend("token:1", 1, most=5, now=now)


def test_minutes_long_gone_are_forgotten() -> None:
    now = timezone.now()
    services.spend("from:a", 1, most=5, now=now - timedelta(hours=3))
    services.spend("from:b", 1, most=5, now=now)
    assert services.forget_windows(now - timedelta(hours=1)) == 1
    assert Window.objects.get().key == "from:b"
