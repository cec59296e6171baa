"""What is held about a person, asked of every room; and what its erasure would do and needs first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils import timezone

from keqiao.access import selectors as access
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.activities import selectors as activities
from keqiao.articles import selectors as articles
from keqiao.assignments import selectors as assignments
from keqiao.attendance import selectors as attendance
from keqiao.base.phrases import N_, Phrase
from keqiao.casework import persons
from keqiao.classes import selectors as classes
from keqiao.complaints import selectors as complaints
from keqiao.contracts import selectors as contracts
from keqiao.correspondence import selectors as correspondence
from keqiao.guardians import selectors as guardians
from keqiao.invitations import selectors as invitations
from keqiao.journal import selectors as journal
from keqiao.matching import selectors as matching
from keqiao.meetings import selectors as meetings
from keqiao.messaging import selectors as messaging
from keqiao.needs import selectors as needs
from keqiao.offers import selectors as offers
from keqiao.organisations import selectors as organisations
from keqiao.outcomes import selectors as outcomes
from keqiao.privacy.types import SECTIONS, Block, Copy, Counted, Fate, OwnFile, Plan
from keqiao.proofs import selectors as proofs
from keqiao.registrations import selectors as registrations
from keqiao.reviews import selectors as reviews
from keqiao.sheets import selectors as sheets
from keqiao.tokens import selectors as tokens
from keqiao.tours import selectors as tours
from keqiao.visits import selectors as visits
from keqiao.volunteering import held as volunteering

MOST_DEEDS = 5000  # the newest; who did more asks the operator for the rest
MOST_BYTES = 200 * 1024 * 1024  # of files in one copy
ROOMS: tuple[
    Callable[[Person], Held], ...
] = (  # a room that comes to hold something is one more line
    accounts.held_about,
    tokens.held_about,
    access.held_about,
    organisations.held_about,
    messaging.held_about,
    reviews.held_about,
    needs.held_about,
    offers.held_about,
    articles.held_about,
    activities.held_about,
    complaints.held_about,
    sheets.held_about,
    guardians.held_about,
    registrations.held_about,
    classes.held_about,
    matching.held_about,
    persons.held_about,
    invitations.held_about,
    contracts.held_about,
    correspondence.held_about,
    meetings.held_about,
    outcomes.held_about,
    assignments.held_about,
    proofs.held_about,
    visits.held_about,
    tours.held_about,
    attendance.held_about,
    volunteering.held_about,
)
BROKERS = N_("您还经办着对接单 %(code)s。请先移交给别的经纪人，或者办结、终止它。")
ASKS_ALONE = N_("您是对接单 %(code)s 里唯一的需求方。请先请经纪人终止它。")
WAITED_FOR = N_("成果 %(code)s 只有您能替您这一方确认。请先确认，或提出异议。")
LEADS_OTHERS = N_("您是“%(name)s”唯一的负责人。请先把另一位成员设为负责人。")
ACTS_ALONE = N_(
    "“%(name)s”只有您一位成员，还有公开、待审核或对接中的内容。请先加一位负责人，或关闭这些内容。"
)
LAST_ADMINISTRATOR = N_("您是“%(name)s”最后一位管理员。请先授权另一位管理员。")


def held_about(person: Person) -> Held:
    """Return all that is held about a person by section, every section there, in the order of ``SECTIONS``."""
    found: Held = {"deeds": journal.held_about(person.pk, most=MOST_DEEDS)}
    for ask in ROOMS:
        found |= ask(person)
    return {section.key: found.get(section.key, []) for section in SECTIONS}


def copy(person: Person) -> Copy:
    """Return everything for a copy, with the files that the person brought and still may read."""
    files, left_out, room = [], [], MOST_BYTES
    for kept in _files(person):
        if kept.size <= room:
            files.append(kept)
            room -= kept.size
        else:
            left_out.append(kept.path)
    return Copy(person.pk, timezone.now(), held_about(person), files, left_out)


def plan(person: Person) -> Plan:
    """Return what erasure would do now, with counts, and what stands in its way."""
    held = held_about(person)
    counted = [Counted(one, len(held[one.key])) for one in SECTIONS if held[one.key]]
    return Plan(
        goes=[one for one in counted if one.section.fate != Fate.KEPT],
        kept=[one for one in counted if one.section.ground is not None],
        blocks=list(blocks(person)),
    )


def blocks(person: Person) -> Iterator[Block]:
    """Yield what others would be left with, were the account erased now, and what to do about it."""
    for case in persons.brokered_live(person):
        yield Block(Phrase(BROKERS, {"code": case.code}), "case", case.code)
    for case in persons.asking_alone(person):
        yield Block(Phrase(ASKS_ALONE, {"code": case.code}), "case", case.code)
    for outcome in outcomes.waiting_only_for(person):
        yield Block(Phrase(WAITED_FOR, {"code": outcome.code}), "outcome", outcome.code)
    for body, has_others in organisations.led_alone(person):
        named = {"name": body.name}
        if has_others:
            yield Block(Phrase(LEADS_OTHERS, named), "organisation", body.code)
        elif needs.live_of([body.pk]).exists() or offers.live_of([body.pk]).exists():
            yield Block(Phrase(ACTS_ALONE, named), "organisation", body.code)
    for node in access.last_administrator_of(person):
        yield Block(Phrase(LAST_ADMINISTRATOR, {"name": node.name}))


def _files(person: Person) -> Iterator[OwnFile]:
    for beside in needs.own_files(person):
        path = f"files/{beside.need.code}/{beside.pk}-{beside.name}"
        yield OwnFile(path, beside.size, beside.content)
    for brought in persons.own_files(person):
        path = f"files/{brought.case.code}/{brought.pk}-{brought.name}"
        yield OwnFile(path, brought.size, brought.content)
