"""Our side of the rush, run by bench/rush.py against the database of its server: make a session, count in it.

    rush_keqiao.py session PERSONS PLACES WAITING   prints its code, and a log-in and an address for each person
    rush_keqiao.py count CODE < ANSWERS             prints what the rows say, and each answer that is not so

Answers are what each person was told last: {"email": "seat" | "wait 7" | "full" | …}.
"""  # fmt: skip

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.utils import timezone  # noqa: E402

from keqiao.accounts.models import Person  # noqa: E402
from keqiao.activities.models import Activity, Session  # noqa: E402
from keqiao.base.codes import new_code  # noqa: E402
from keqiao.places.models import Association, Region  # noqa: E402
from keqiao.registrations import selectors  # noqa: E402
from keqiao.registrations.models import Registration  # noqa: E402
from keqiao.registrations.states import LIVE, State  # noqa: E402

YAAN = "511800"


def session(persons: int, places: int, waiting: int) -> None:
    """Make a lecture that is open for sign-up, and persons who are logged in."""
    region = Region.objects.get(pk=YAAN)
    node = Association.objects.filter(code="A-RUSH").first() or Association.objects.add_root(
        {"code": "A-RUSH", "name": "雅安市科协", "kind": "association", "region_id": YAAN}
    )
    before = Session.objects.count()  # each rush has persons of its own
    rows = [
        Person(email=f"p{before}x{number}@keqiao.example", name="报名人", password="!")  # noqa: S106 - none
        for number in range(persons)
    ]
    crowd = Person.objects.bulk_create(rows, batch_size=500)
    now = timezone.now()
    activity = Activity.objects.create(
        code=new_code("E"), state="open", published_at=now, association=node, kind="lecture",
        title="锂渣去哪儿", made_by=crowd[0],
    )  # fmt: skip
    made = Session.objects.create(
        code=new_code("S"), activity=activity, starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=30, hours=2), place="雅安市科技馆", region=region, places=places,
        most_waiting=waiting,
    )  # fmt: skip
    logins = {person.email: logged_in(person) for person in crowd}
    print(json.dumps({"code": made.code, "cookie": settings.SESSION_COOKIE_NAME, "logins": logins}))


def logged_in(person: Person) -> str:
    """Return the key of a fresh log-in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    key: str = store.session_key
    return key


def count(code: str, told: Mapping[str, str]) -> dict[str, object]:
    """Return what the rows say of a session, and every answer that they do not bear out."""
    found = Session.objects.get(code=code)
    rows = list(Registration.objects.filter(session=found, state__in=LIVE).select_related("person"))
    seats = [row for row in rows if row.state == State.CONFIRMED]
    persons = Counter(row.person.email for row in rows)
    turns = sorted(row.turn or 0 for row in rows if row.state == State.WAITING)
    return {
        "seated": len(seats),
        "taken": found.taken,
        "waiting": len(turns),
        "oversold": max(0, len(seats) - (found.places or 0)),
        "uncounted": found.taken - selectors.seats_taken(found),
        "twice": sum(1 for number in persons.values() if number > 1),
        "gaps": int(turns != list(range(1, len(turns) + 1))),
        "false": false_answers(rows, told),
    }


def false_answers(rows: list[Registration], told: Mapping[str, str]) -> list[str]:
    """Return each person whose last answer is not what the rows say, with both."""
    so = {row.person.email: says(row) for row in rows}
    faults = [
        f"{email}: told {answer!r}, is {so.get(email, 'full')!r}"
        for email, answer in told.items()
        if so.get(email, "full") != answer
    ]
    return faults + [
        f"{email}: told nothing, is {so[email]!r}" for email in so if email not in told
    ]


def says(row: Registration) -> str:
    """Return what a true answer says of a row."""
    return "seat" if row.state == State.CONFIRMED else f"wait {row.turn}"


if __name__ == "__main__":
    if sys.argv[1] == "session":
        session(*(int(word) for word in sys.argv[2:]))
    else:
        print(json.dumps(count(sys.argv[2], json.load(sys.stdin)), ensure_ascii=False))
