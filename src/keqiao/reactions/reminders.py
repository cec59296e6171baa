"""What time brings to persons: words before an entry ends and after a session, the digest with the needs that fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.attendance import selectors as attendance
from keqiao.base.phrases import N_, Phrase
from keqiao.engine import reasons
from keqiao.matching import selectors as matching
from keqiao.matching.types import Suggested
from keqiao.messaging import selectors, services
from keqiao.messaging.types import Kind, Message
from keqiao.needs import selectors as needs
from keqiao.needs.models import Need
from keqiao.offers import selectors as offers
from keqiao.offers.models import Offer
from keqiao.places import reference
from keqiao.reactions import about_entries, about_volunteering, audience
from keqiao.registrations.models import Registration
from keqiao.volunteering import counted

WARNED = (7, 30)  # days before the end, soonest first
DIGEST_HOUR = 8  # of the local day
REASONS = 3  # that a digest gives for a need
NEED_ENDING = N_("需求“%(title)s”将在 %(day)s 到期。还属实的话，请续期。")
OFFER_ENDING = N_("所能“%(title)s”将在 %(day)s 到期。还属实的话，请续期。")
HOW_WAS_IT = N_("“%(title)s”（%(when)s）已经结束。请用一分钟回答三个问题；参加证明也在那一页下载。")
FITS = N_("有一条需求适合您：“%(title)s”（%(region)s），对应您的所能“%(offer)s”。")


def warn_of_ends(today: dt.date) -> int:
    """Warn the owners of what ends within 30 days, and again within 7, each once; return how many notices were new.

    Who was away for days is warned once, of the days that are left.
    """
    ends: list[tuple[Need | Offer, dt.date | None]] = []
    ends += [(need, needs.last_day(need)) for need in needs.running_out(today, within=WARNED[-1])]
    ends += [(offer, offer.expires_on) for offer in offers.running_out(today, within=WARNED[-1])]
    return sum(_warn(row, day, _key(row, day, today)) for row, day in ends if day is not None)


def _key(row: Need | Offer, day: dt.date, today: dt.date) -> str:
    left = (day - today).days
    warned = next(days for days in WARNED if left <= days)
    return f"ending:{row.code}:{day.isoformat()}:{warned}"


def _warn(row: Need | Offer, day: dt.date, key: str) -> int:
    if isinstance(row, Need):
        text, title = NEED_ENDING, about_entries.need_title(row)
        path, about = about_entries.need_path(row), f"need:{row.code}"
        owners: Callable[[], list[Person]] = partial(audience.owners_of_need, row)
    else:
        text, title = OFFER_ENDING, row.title
        path, about = about_entries.offer_path(row), f"offer:{row.code}"
        owners = partial(audience.owners_of_offer, row)
    phrase = Phrase(text, {"title": title, "day": day.isoformat()})
    message = Message(kind=Kind.ENDING, key=key, phrase=phrase, path=path, about=about)
    return sum(services.notify(person, message, by=None) for person in owners())


def warn_of_wishes(today: dt.date) -> int:
    """Remind who may answer a wish to correct hours whose day went by, each once; return how many notices were new."""
    said = 0
    for wish in counted.overdue(today):
        key = f"wish:{wish.pk}:{wish.due_on.isoformat()}"
        for person, message in about_volunteering.told_of(wish, key, about_volunteering.OVERDUE):
            said += services.notify(person, message, by=None)
    return said


def ask_how_it_was(now: dt.datetime) -> int:
    """Ask who came to a session that is over how it was, of a child its guardian, each once; return how many."""
    return sum(_ask(one) for one in attendance.to_ask(now))


def _ask(registration: Registration) -> bool:
    minor, session = registration.minor, registration.session
    person = registration.person if minor is None else minor.guardian
    if person is None:
        return False
    when = f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"
    message = Message(
        kind=Kind.ACTIVITY,
        key=f"feedback:{registration.code}",
        phrase=Phrase(HOW_WAS_IT, {"title": session.activity.title, "when": when}),
        path=reverse("attendance_detail", args=[registration.code]),
        about=f"session:{session.code}",
    )
    return services.notify(person, message, by=None)


def send_digests(now: dt.datetime) -> int:
    """Make the digests of the local day once it is eight o'clock; return how many. Any number of times is once."""
    local = timezone.localtime(now)
    if local.hour < DIGEST_HOUR:
        return 0
    day = local.date()
    return sum(_digest(person, day) for person in list(selectors.digest_readers(day)))


def _digest(person: Person, day: dt.date) -> bool:
    language = selectors.reader(person).language
    for suggested in _fitting(person):
        services.notify(person, _fits(suggested, language), by=None)
    return services.digest(person, day, by=None) is not None


def _fitting(person: Person) -> Iterable[Suggested]:
    if not accounts.has_consented(person, Purpose.SELECTION):
        return ()
    return matching.needs_for_person(person)


def _fits(suggested: Suggested, language: str) -> Message:
    """Return what is told of a need that fits, from its public words; the reasons are said in the reader's language."""
    need = suggested.need
    region = need.region.name if need.region is not None else ""
    values = {"title": need.public_title, "region": region, "offer": suggested.offer.title}
    return Message(
        kind=Kind.FITTING,
        key=f"fitting:{need.code}",
        phrase=Phrase(FITS, values),
        path=about_entries.public_path(need),
        about=f"need:{need.code}",
        why=_reasons(suggested, language),
    )


def _reasons(suggested: Suggested, language: str) -> tuple[str, ...]:
    best = sorted(suggested.parts, key=lambda part: part.points, reverse=True)
    called = partial(reference.called, in_english=language.startswith("en"))
    with translation.override(language):
        said = [reasons.sentence(part.reason, _, called) for part in best if part.points > 0]
    return tuple(said[:REASONS])
