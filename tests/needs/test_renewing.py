"""An open entry whose end is near is renewed by one press of who owns it; nobody else, and not long before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from keqiao.base.errors import NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal import selectors as journal
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.offers import services as offers
from keqiao.offers.models import Offer

pytestmark = pytest.mark.django_db


def test_a_need_near_its_end_is_renewed_from_the_desk(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    today = timezone.localdate()
    client = Client()
    client.force_login(cast.lin)
    assert "还属实吗" not in client.get("/desk/").content.decode()
    Need.objects.filter(pk=need.pk).update(expires_on=today + timedelta(days=30))
    assert "还属实吗" in client.get("/desk/").content.decode()
    assert client.post(f"/needs/{need.code}/renew/").status_code == 302
    need.refresh_from_db()
    assert need.expires_on == today + timedelta(days=needs.OPEN_DAYS)
    assert need.state == "open"
    last = journal.about(needs.subject_of(need)).last()
    assert last is not None
    assert last.action == "need.renewed"
    Offer.objects.filter(pk=offer.pk).update(expires_on=today)
    client.force_login(cast.chen)
    assert client.post(f"/offers/{offer.code}/renew/").status_code == 302
    offer.refresh_from_db()
    assert offer.expires_on == today + timedelta(days=offers.OPEN_DAYS)


def test_long_before_the_end_nothing_is_renewed(cast: Cast) -> None:
    with pytest.raises(needs.TooEarly):
        needs.renew(cast.open_need(), by=cast.lin)
    with pytest.raises(offers.TooEarly):
        offers.renew(cast.open_offer(), by=cast.chen)


def test_nobody_else_renews_and_no_draft_is_renewed(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    for person in (cast.zhou, cast.chen, cast.sun, cast.ji, cast.zheng):
        with pytest.raises(NotAllowed):
            needs.renew(need, by=person)
    for person in (cast.lin, cast.gu, cast.zheng):
        with pytest.raises(NotAllowed):
            offers.renew(offer, by=person)
    with pytest.raises(WrongState):
        needs.renew(cast.need(), by=cast.lin)
