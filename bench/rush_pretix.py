"""The other side of the rush, run by bench/rush.py in the environment of pretix: make a shop, empty it, count in it.

rush_pretix.py shop PLACES      one organiser, one event, one free item, one quota; prints the item's number
rush_pretix.py count            prints what was sold, as JSON
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rush_pretix_settings")
django.setup()

from django.utils import timezone  # noqa: E402 - after the set-up
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import (  # noqa: E402
    CartPosition,
    Event,
    Item,
    Order,
    OrderPosition,
    Organizer,
    Quota,
)


def shop(places: int) -> None:
    """Make an event that nobody has come to yet, in place of the last one."""
    organizer, _made = Organizer.objects.get_or_create(slug="rush", defaults={"name": "Rush"})
    slug = f"e{Event.objects.count()}"
    event = Event.objects.create(
        organizer=organizer,
        name="Rush",
        slug=slug,
        date_from=timezone.now() + timedelta(days=30),
        currency="EUR",
        live=True,
        plugins="",
    )
    event.settings.timezone = "Asia/Shanghai"
    event.settings.attendee_names_asked = False
    event.settings.order_email_asked_twice = False
    event.settings.invoice_address_asked = False
    event.settings.max_items_per_order = 1
    item = Item.objects.create(event=event, name="A place", default_price=0, active=True)
    quota = Quota.objects.create(event=event, name="Places", size=places)
    quota.items.add(item)
    print(json.dumps({"event": slug, "item": item.pk}))


def count(slug: str) -> None:
    """Print how many places were given, to which addresses, and how many are kept in carts."""
    event = Event.objects.get(slug=slug)
    orders = list(Order.objects.filter(event=event, status__in=("p", "n")))
    sold = OrderPosition.objects.filter(order__in=orders).count()
    places = event.quotas.get().size
    carts = CartPosition.objects.filter(event=event).count()
    emails = [order.email for order in orders]
    told = {
        "sold": sold,
        "oversold": max(0, sold - places),
        "twice": len(emails) - len(set(emails)),
        "carts": carts,
        "emails": emails,
    }
    print(json.dumps(told))


with scopes_disabled():
    {"shop": lambda: shop(int(sys.argv[2])), "count": lambda: count(sys.argv[2])}[sys.argv[1]]()
