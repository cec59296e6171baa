"""Old mails and notices are forgotten; what waits, what is unsure and what nobody read is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast
from tests.messaging.test_preferences import told

from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.journal.models import Entry
from keqiao.messaging import services
from keqiao.messaging.models import Mail, Notice
from keqiao.messaging.states import State
from keqiao.messaging.types import Kind

pytestmark = pytest.mark.django_db


def test_what_was_settled_long_ago_is_forgotten_and_the_journal_stays(cast: Cast) -> None:
    accounts.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    for number in range(1, 4):
        told(cast.lin, number, kind=Kind.REVIEW)
    sent, unsure, waiting = Mail.objects.order_by("pk")
    for mail in (sent, unsure):
        assert services.claim(mail.pk) is not None
        mail.refresh_from_db()
    services.sent(sent, "250 ok")
    services.doubt(unsure)
    read, unread = Notice.objects.order_by("pk")[:2]
    services.mark_read(read, by=cast.lin)
    before = Entry.objects.count()
    assert services.forget_old(timezone.now() + timedelta(days=179)) == (0, 0)
    assert services.forget_old(timezone.now() + timedelta(days=366)) == (1, 1)
    assert set(Mail.objects.values_list("pk", flat=True)) == {unsure.pk, waiting.pk}
    assert Mail.objects.get(pk=unsure.pk).state == State.UNSURE
    assert Notice.objects.filter(pk=unread.pk).exists()
    assert Entry.objects.count() == before
