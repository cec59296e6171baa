"""What the interface says of what everybody may read: one shape each, and how a row becomes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Schema

from keqiao.activities import policies as activity_policies
from keqiao.activities.models import Activity as ActivityRow
from keqiao.activities.models import Session as SessionRow
from keqiao.engine import reasons
from keqiao.engine.types import Part as EnginePart
from keqiao.engine.types import Reason as EngineReason
from keqiao.matching.types import Answer, Answers
from keqiao.needs.models import Need as NeedRow
from keqiao.offers.models import Offer as OfferRow
from keqiao.offers.models import Studio as StudioRow
from keqiao.places import reference


class Coded(Schema):
    """A code and its name: a region, an industry, a subject, a studio, an organisation."""

    code: str
    name: str


class CodedList(Schema):
    """All of a level, or what was found."""

    items: list[Coded]


class Need(Schema):
    """The public version of a need; `state` is open or in_case. `url` is its page."""

    code: str
    state: str
    title: str
    text: str
    keywords: list[str]
    region: Coded | None
    industry: Coded | None
    subject: Coded | None
    cooperation: list[str]
    stage: int | None
    opened_at: dt.datetime | None
    expires_on: dt.date | None
    is_example: bool
    url: str


class NeedPage(Schema):
    """Needs, newest first, or those that words find, best first; `next` is the address of the next page."""

    items: list[Need]
    next: str | None


class Evidence(Schema):
    """What backs an offer."""

    kind: str
    text: str


class Offer(Schema):
    """An open offer. `url` is its page."""

    code: str
    kind: str
    title: str
    text: str
    keywords: list[str]
    region: Coded
    industries: list[Coded]
    subject: Coded | None
    stage: int | None
    rights: str
    capacity: int
    evidence: list[Evidence]
    studio: Coded
    opened_at: dt.datetime | None
    expires_on: dt.date | None
    is_example: bool
    url: str


class OfferPage(Schema):
    """Offers, newest first, or those that words find, best first; `next` is the address of the next page."""

    items: list[Offer]
    next: str | None


class Studio(Schema):
    """A studio with its open offers. Persons are named on its page, `url`, and not here."""

    code: str
    name: str
    text: str
    region: Coded
    subject: Coded | None
    capacity: int
    organisation: Coded | None
    offers: list[Offer]
    is_example: bool
    url: str


class ActivitySession(Schema):
    """One time at one place. `places` and `free` are null where none are counted; `url` is its page."""

    code: str
    state: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    address: str
    region: Coded
    places: int | None
    free: int | None
    way: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    cancelled_why: str
    url: str


class Activity(Schema):
    """What was published, with all its sessions, soonest first. Ages are completed years, both ends included."""

    code: str
    state: str
    kind: str
    title: str
    text: str
    themes: list[str]
    association: Coded
    series: str | None
    partners: list[str]
    audience: str
    least_age: int | None
    most_age: int | None
    cost: str
    accessibility: str
    contact: str
    published_at: dt.datetime | None
    sessions: list[ActivitySession]
    is_example: bool
    url: str


class ActivityPage(Schema):
    """Activities, last published first, or those that words find, best first; `next` is the next page's address."""

    items: list[Activity]
    next: str | None


class Reason(Schema):
    """Why: a code with its values, for programs, and a sentence, for people."""

    code: str
    values: dict[str, str | int | float]
    sentence: str


class Part(Schema):
    """One part of a score: its points, and why."""

    code: str
    name: str
    points: float
    reason: Reason


class Match(Schema):
    """An answer. `score` (0–100) is the sum of the points; `probability` (0–1) is that a broker would agree."""

    offer: Offer
    score: float
    probability: float
    parts: list[Part]
    ahead: Reason | None


class Matches(Schema):
    """Answers, best first. When `is_good` is false none is sure enough: `missing` says why, `items` are the nearest."""

    is_good: bool
    missing: list[Reason]
    items: list[Match]


def coded(row: object | None) -> Coded | None:
    """Return the code and name of a row that has both, None for none."""
    return None if row is None else some(row)


def some(row: object) -> Coded:
    """Return the code and name of a row that is there."""
    return Coded(code=str(row.code), name=str(row.name))  # type: ignore[attr-defined]


def listed(pairs: Iterable[tuple[str, str]]) -> CodedList:
    """Return pairs of code and name."""
    return CodedList(items=[Coded(code=code, name=name) for code, name in pairs])


def page_at(request: HttpRequest, name: str, code: str) -> str:
    """Return the whole address of a page of the site."""
    return request.build_absolute_uri(reverse(name, args=[code]))


def need(request: HttpRequest, row: NeedRow) -> Need:
    """Return what everybody may read of a need: its public version and nothing else."""
    return Need(
        code=row.code,
        state=row.state,
        title=row.public_title,
        text=row.public_text,
        keywords=row.keywords,
        region=coded(row.region),
        industry=coded(row.industry),
        subject=coded(row.subject),
        cooperation=row.cooperation,
        stage=row.stage,
        opened_at=row.opened_at,
        expires_on=row.expires_on,
        is_example=row.is_example,
        url=page_at(request, "need_detail", row.code),
    )


def offer(request: HttpRequest, row: OfferRow) -> Offer:
    """Return an open offer."""
    return Offer(
        code=row.code,
        kind=row.kind,
        title=row.title,
        text=row.description,
        keywords=row.keywords,
        region=some(row.region),
        industries=[some(one) for one in row.industries.all()],
        subject=coded(row.subject),
        stage=row.stage,
        rights=row.rights,
        capacity=row.capacity,
        evidence=[Evidence(kind=one.kind, text=one.text) for one in row.backings.all()],
        studio=some(row.studio),
        opened_at=row.opened_at,
        expires_on=row.expires_on,
        is_example=row.is_example,
        url=page_at(request, "offer_detail", row.code),
    )


def studio(request: HttpRequest, row: StudioRow, offers: Iterable[OfferRow]) -> Studio:
    """Return a studio with its open offers."""
    return Studio(
        code=row.code,
        name=row.name,
        text=row.about,
        region=some(row.region),
        subject=coded(row.subject),
        capacity=row.capacity,
        organisation=coded(row.organisation),
        offers=[offer(request, one) for one in offers],
        is_example=row.is_example,
        url=page_at(request, "studio_detail", row.code),
    )


def activity(request: HttpRequest, row: ActivityRow, sessions: Iterable[SessionRow]) -> Activity:
    """Return an activity with its sessions."""
    return Activity(
        code=row.code,
        state=row.state,
        kind=row.kind,
        title=row.title,
        text=row.about,
        themes=[one.name for one in row.themes.all()],
        association=some(row.association),
        series=row.series.title if row.series else None,
        partners=row.partners,
        audience=row.audience,
        least_age=row.least_age,
        most_age=row.most_age,
        cost=row.cost,
        accessibility=row.accessibility,
        contact=row.contact,
        published_at=row.published_at,
        sessions=[_session(request, one) for one in sessions],
        is_example=row.is_example,
        url=page_at(request, "activity_detail", row.code),
    )


def _session(request: HttpRequest, row: SessionRow) -> ActivitySession:
    return ActivitySession(
        code=row.code,
        state=row.state,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        address=row.address,
        region=some(row.region),
        places=row.places,
        free=row.free_count,
        way=row.way,
        opens_at=row.opens_at,
        closes_at=activity_policies.closes_at(row),
        cancelled_why=row.cancelled_why,
        url=page_at(request, "session_detail", row.code),
    )


def matches(request: HttpRequest, found: Answers) -> Matches:
    """Return answers with their reasons in the language of the request."""
    return Matches(
        is_good=found.is_good,
        missing=[reason(one) for one in found.missing],
        items=[_match(request, one) for one in found.items],
    )


def reason(one: EngineReason) -> Reason:
    """Say a reason of the engine."""
    in_english = (get_language() or "").startswith("en")
    called = partial(reference.called, in_english=in_english)
    sentence = reasons.sentence(one, _, called)
    return Reason(code=one.code, values=dict(one.values), sentence=sentence)


def _match(request: HttpRequest, one: Answer) -> Match:
    return Match(
        offer=offer(request, one.offer),
        score=one.score,
        probability=one.probability,
        parts=[_part(part) for part in one.parts],
        ahead=None if one.ahead is None else reason(one.ahead),
    )


def _part(part: EnginePart) -> Part:
    name = reasons.name(part.code, _)
    return Part(code=part.code, name=name, points=part.points, reason=reason(part.reason))
