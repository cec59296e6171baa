"""What is told about visits: calls with an entry for the calendar, words about the record, promises that come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid
from keqiao.base.phrases import N_, Phrase
from keqiao.journal.models import Entry
from keqiao.messaging.types import Attendance, Kind, Message
from keqiao.offers.models import Studio
from keqiao.paperwork import invitations
from keqiao.places.models import Association
from keqiao.reactions import audience
from keqiao.reactions.types import Telling, key_of
from keqiao.visits import policies
from keqiao.visits import selectors as visits
from keqiao.visits.models import Confirmation, Expert, Visit
from keqiao.visits.states import State
from keqiao.visits.types import Side

ARRANGED = N_("企业行：%(when)s 到访“%(firm)s”，%(place)s。")
MOVED = N_("到访“%(firm)s”的企业行有变动：%(when)s，%(place)s。")
CANCELLED = N_("到访“%(firm)s”的企业行已取消（原定 %(when)s）。")
NO_LONGER = N_("到访“%(firm)s”的企业行（%(when)s）不再需要您参加。")
WRITTEN = N_("到访“%(firm)s”的记录写好了，请核对后确认。")
GIVEN = N_("到访“%(firm)s”的记录已有一方确认，还等您这一方。")
DISPUTED = N_("到访“%(firm)s”的记录有异议，请核对后改写。")
RESUMED = N_("对到访“%(firm)s”的记录的异议已收回，请核对后确认。")
CLOSED = N_("到访“%(firm)s”的记录得到双方确认，已存档。")
ADDED = N_("到访“%(firm)s”的记录有一条补充。")
DRAFTED = N_("“%(firm)s”把到访时发现的一条需求写成了草稿。")
REFUSED = N_("“%(firm)s”不同意写下到访时发现的一条需求，这句话已从记录里删去。")
ASKED_AFTER = N_("到访“%(firm)s”时的一项承诺或意向到了日子，请说说兑现了没有。")
Told = Iterator[tuple[Person, Message]]
Whom = Callable[[Visit], Iterable[Person]]


def firm(visit: Visit) -> list[Person]:
    """Return who acts for the enterprise that is visited."""
    return audience.members(visit.organisation)


def experts(visit: Visit) -> list[Person]:
    """Return who visits: the experts, who runs their studios, who speaks for their societies."""
    return _behind(visit.experts.all())


def host(visit: Visit) -> list[Person]:
    """Return who arranged the visit, as long as visits there are that person's to arrange."""
    who = visit.arranged_by
    return [who] if who.is_active and policies.hosts(who, visit) else []


def waiting(visit: Visit) -> list[Person]:
    """Return who speaks for the sides that have not confirmed the record."""
    given = set(Confirmation.objects.filter(visit=visit).values_list("side", flat=True))
    sides = {Side.FIRM: firm, Side.EXPERTS: experts}
    found = audience.together(*(ask(visit) for side, ask in sides.items() if side not in given))
    return [one for one in found if not policies.hosts(one, visit)]


def message(visit: Visit, kind: Kind, key: str, text: str) -> Message:
    """Return what is told of a visit: by the enterprise's name, never by what was said on it."""
    starts_at = timezone.localtime(visit.starts_at)
    values = {
        "firm": visit.organisation.name,
        "when": f"{starts_at:%Y-%m-%d %H:%M}",
        "place": visit.place or visit.organisation.region.name,
    }
    return Message(
        kind=kind,
        key=key,
        phrase=Phrase(text, values),
        path=reverse("visit_detail", args=[visit.code]),
        about=f"visit:{visit.code}",
    )


def _both(visit: Visit) -> list[Person]:
    return audience.together(firm(visit), experts(visit))


def _everybody(visit: Visit) -> list[Person]:
    return audience.together(_both(visit), host(visit))


def _writers(visit: Visit) -> list[Person]:
    return audience.together(host(visit), experts(visit))


def _arranged(entry: Entry) -> Told:
    yield from _call(entry, ARRANGED)


def _moved(entry: Entry) -> Told:
    visit = _current(entry, State.ARRANGED)
    if visit is None:
        return
    yield from _call(entry, MOVED)
    told = {one.pk for one in _both(visit)}
    for person in _behind(_seats(visit, entry.data.get("left", []))):
        if person.pk not in told:
            yield person, _with_calendar(entry, visit, NO_LONGER, person, is_off=True)


def _cancelled(entry: Entry) -> Told:
    visit = _current(entry, State.CANCELLED)
    if visit is not None:
        for person in _both(visit):
            yield person, _with_calendar(entry, visit, CANCELLED, person, is_off=True)


def _call(entry: Entry, text: str) -> Told:
    visit = _current(entry, State.ARRANGED)
    if visit is not None:
        for person in _both(visit):
            yield person, _with_calendar(entry, visit, text, person, is_off=False)


def _of_visit(kind: Kind, text: str, whom: Whom) -> Telling:
    """Return the telling of something that happened to a visit, to those who may see it now."""

    def tell(entry: Entry) -> Told:
        visit = _visit(entry)
        if visit is not None:
            for person in whom(visit):
                if policies.may_see(person, visit):
                    yield person, message(visit, kind, key_of(entry), text)

    return tell


def _visit(entry: Entry) -> Visit | None:
    return visits.with_experts().filter(code=entry.subject_key).first()


def _current(entry: Entry, state: State) -> Visit | None:
    """Return the visit of an entry, unless calendars were told something newer since."""
    visit = _visit(entry)
    if visit is None or visit.state != state or visit.sequence != entry.data.get("sequence"):
        return None
    return visit


def _seats(visit: Visit, left: Iterable[tuple[int | None, int | None, int | None]]) -> list[Expert]:
    """Return the seats of those who left, who have no rows any more."""
    people, studios, nodes = ([who[place] for who in left] for place in range(3))
    person = Person.objects.in_bulk([one for one in people if one])
    studio = Studio.objects.in_bulk([one for one in studios if one])
    node = Association.objects.in_bulk([one for one in nodes if one])
    return [
        Expert(visit=visit, person=person.get(a), studio=studio.get(b), society=node.get(c))
        for a, b, c in left
    ]


def _behind(seats: Iterable[Expert]) -> list[Person]:
    found: list[list[Person]] = []
    for one in seats:
        if one.person is not None:
            found.append([one.person] if one.person.is_active else [])
        elif one.studio is not None:
            found.append(audience.runners(one.studio))
        elif one.society is not None:
            found.append(audience.seated(one.society, policies.ARRANGERS))
    return audience.together(*found)


def _with_calendar(
    entry: Entry, visit: Visit, text: str, person: Person, *, is_off: bool
) -> Message:
    """Return the call of one guest, who learns no other's address; a calendar that would refuse it gets no entry."""
    told = message(visit, Kind.MEETING, key_of(entry), text)
    guest = invitations.Guest(name=person.name, address=person.email)
    called = replace(visits.invitation(visit), guests=(guest,), sent_at=entry.at)
    draw = invitations.cancellation_ics if is_off else invitations.invitation_ics
    try:
        ics = draw(called)
    except Invalid:
        return told
    return replace(told, attendance=Attendance("CANCEL" if is_off else "REQUEST", ics.decode()))


TELLINGS: Mapping[str, Telling] = {
    "visit.arranged": _arranged,
    "visit.moved": _moved,
    "visit.cancelled": _cancelled,
    "visit.recorded": _of_visit(Kind.OUTCOME, WRITTEN, waiting),
    "visit.side_confirmed": _of_visit(Kind.OUTCOME, GIVEN, waiting),
    "visit.disputed": _of_visit(Kind.OUTCOME, DISPUTED, _writers),
    "visit.resumed": _of_visit(Kind.OUTCOME, RESUMED, waiting),
    "visit.closed": _of_visit(Kind.OUTCOME, CLOSED, _everybody),
    "visit.added": _of_visit(Kind.OUTCOME, ADDED, _everybody),
    "visit.need_drafted": _of_visit(Kind.CASE, DRAFTED, host),
    "visit.need_refused": _of_visit(Kind.CASE, REFUSED, host),
    "visit.asked_after": _of_visit(Kind.FOLLOW_UP, ASKED_AFTER, _both),
}
