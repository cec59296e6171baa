"""The only writer of studios and offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.offers import documents, intake, policies
from keqiao.offers.models import Backing, Offer, Studio
from keqiao.offers.states import MACHINE, State
from keqiao.offers.types import RENEW_DAYS, Content, StudioContent
from keqiao.organisations import policies as organisation_policies
from keqiao.organisations import selectors as organisations
from keqiao.organisations.models import Organisation
from keqiao.places.models import Industry
from keqiao.reviews import services as reviews
from keqiao.reviews.types import Comment, Decision, Scores

ERASED_TITLE = N_("（已随账号注销删除）")
ERASED_STUDIO = N_("已注销用户的工作室")
OPEN_DAYS = 365


class ChangedMeanwhile(Refused):
    """Somebody saved the offer after this form was opened."""

    text = N_("这条所能刚才被其他人修改过。您填写的内容还在下面，请核对后再保存。")


class TooEarly(Refused):
    """An entry is renewed when its end is near, so that somebody has looked at it."""

    text = N_("离到期还早，现在不用续期。到期前 30 天会提醒您。")


class OrganisationNotVerified(Refused):
    """Nothing of an organisation is published before staff of its area have verified it."""

    text = N_("工作室所属单位还没有通过核验，请先核验单位再发布。")


class HasStudio(Refused):
    """A person has one studio."""

    text = N_("已经有科创工作室了，可以直接在里面添加所能。")


def subject_of(offer: Offer) -> Subject:
    """Return how the journal names an offer."""
    return Subject("offer", offer.code)


@transaction.atomic
def found_studio(
    content: StudioContent,
    *,
    by: Person | None,
    organisation: Organisation | None = None,
    code: str = "",
    is_example: bool = False,
) -> Studio:
    """Open the studio of ``by``, or of an organisation that ``by`` acts for.

    ``by`` None is the platform loading public facts about an organisation.
    """
    if by is None and organisation is None:
        raise NotAllowed
    if (
        by is not None
        and organisation is not None
        and not organisation_policies.is_member(by, organisation)
    ):
        raise NotAllowed
    studio = Studio(
        code=code or new_code("S"),
        person=by if organisation is None else None,
        organisation=organisation,
        is_example=is_example,
        **intake.cleaned_studio(content),
    )
    try:
        with transaction.atomic():
            studio.save(force_insert=True)
    except IntegrityError as error:
        raise HasStudio from error
    journal.record("studio.founded", Subject("studio", studio.code), by=by)
    return studio


@transaction.atomic
def revise_studio(studio: Studio, content: StudioContent, *, by: Person) -> Studio:
    """Change what a studio says of itself."""
    if not policies.runs(by, studio):
        raise NotAllowed
    for field, value in intake.cleaned_studio(content).items():
        setattr(studio, field, value)
    studio.save(update_fields=("name", "about", "region", "subject", "capacity"))
    journal.record("studio.revised", Subject("studio", studio.code), by=by)
    return studio


@transaction.atomic
def draft(
    content: Content, *, studio: Studio, by: Person | None, code: str = "", is_example: bool = False
) -> Offer:
    """Keep a first draft, however incomplete; ``by`` None is the platform loading public facts."""
    if by is not None and not policies.runs(by, studio):
        raise NotAllowed
    values, backed = intake.cleaned(content)
    offer = Offer(
        code=code or new_code("F"), studio=studio, author=by, is_example=is_example, **values
    )
    offer.save(force_insert=True)
    _keep_relations(offer, content, backed)
    journal.record("offer.drafted", subject_of(offer), by=by)
    return offer


@transaction.atomic
def revise(offer: Offer, content: Content, *, by: Person, revision: int | None = None) -> Offer:
    """Change a draft. ``revision`` is the one that the form was opened with; raise ChangedMeanwhile."""
    if not policies.runs(by, offer.studio):
        raise NotAllowed
    values, backed = intake.cleaned(content)
    moved = _move(offer, "revise", "offer.revised", by=by, revision=revision, values=values)
    _keep_relations(moved, content, backed)
    return moved


@transaction.atomic
def submit(offer: Offer, *, by: Person | None) -> Offer:
    """Hand a complete draft to the reviewers of its area; raise Invalid with all that is missing."""
    if by is not None and not policies.runs(by, offer.studio):
        raise NotAllowed
    intake.refuse_incomplete(offer)
    values = {"submitted_at": timezone.now()}
    return _move(offer, "submit", "offer.submitted", by=by, values=values)


@transaction.atomic
def send_back(
    offer: Offer,
    *,
    by: Person,
    scores: Scores,
    comments: Sequence[Comment],
    revision: int | None = None,
) -> Offer:
    """Give the draft back to its author, with at least one comment; ``revision`` as for ``approve``."""
    if not policies.may_review(by, offer):
        raise NotAllowed
    return _decide(offer, Decision.SENT_BACK, scores, comments, by=by, revision=revision)


@transaction.atomic
def approve(
    offer: Offer,
    *,
    by: Person,
    scores: Scores,
    comments: Sequence[Comment] = (),
    revision: int | None = None,
) -> Offer:
    """Open the offer to everybody; a second person's act, after the organisation is verified.

    ``revision`` is the one that the page showed; raise ChangedMeanwhile when it is an older one, Invalid when the
    scores hold it back.
    """
    if not policies.may_review(by, offer):
        raise NotAllowed
    if not organisations.is_publishable(offer.studio.organisation):
        raise OrganisationNotVerified
    return _decide(offer, Decision.OPENED, scores, comments, by=by, revision=revision)


@transaction.atomic
def recall(offer: Offer, *, by: Person) -> Offer:
    """Take back what was handed in or is open, to correct it: nobody finds it any more until it is reviewed anew."""
    if not policies.runs(by, offer.studio):
        raise NotAllowed
    values = {"opened_at": None, "expires_on": None, "reviewed_by": None}
    return _move(offer, "recall", "offer.recalled", by=by, values=values)


@transaction.atomic
def renew(offer: Offer, *, by: Person) -> Offer:
    """Say that an open offer is still true: it stays open for another term. Raise TooEarly long before its end."""
    if not policies.runs(by, offer.studio):
        raise NotAllowed
    MACHINE.after("renew", offer.state)
    today = timezone.localdate()
    if offer.expires_on is None or offer.expires_on > today + dt.timedelta(days=RENEW_DAYS):
        raise TooEarly
    until = today + dt.timedelta(days=OPEN_DAYS)
    data = {"until": until.isoformat()}
    return _move(offer, "renew", "offer.renewed", by=by, values={"expires_on": until}, data=data)


@transaction.atomic
def close(offer: Offer, *, by: Person | None, reason: str = "withdrawn") -> Offer:
    """Take an offer down; ``by`` None is the platform when an open one's time has run out."""
    if (by is None) != (reason == "expired"):
        raise NotAllowed
    if by is not None and not policies.runs(by, offer.studio):
        raise NotAllowed
    if by is None and offer.state != State.OPEN:
        raise WrongState
    values = {"closed_at": timezone.now()}
    return _move(offer, "close", "offer.closed", by=by, values=values, data={"reason": reason})


@transaction.atomic
def erase(person: Person, *, carried: Collection[int], by: Person) -> None:
    """Take out a person's own studio and what it offers: unpublished offers go, published ones are closed.

    The words stay only of offers ``carried`` by a case, whose other side relies on them; the studio loses its name.
    """
    if by.pk != person.pk:
        raise NotAllowed
    for offer in (
        Offer.objects.filter(studio__person=person).select_related("studio").order_by("pk")
    ):
        if offer.opened_at is None and _deleted(offer, by=by):
            continue
        if offer.state != State.CLOSED:
            close(offer, by=by)
        if offer.pk not in carried:
            Backing.objects.filter(offer=offer).delete()
            words = {"title": ERASED_TITLE, "description": "", "keywords": []}
            Offer.objects.filter(pk=offer.pk).update(**words)
        reviews.erase(subject_of(offer), by=by)
        journal.record("offer.erased", subject_of(offer), by=by)
    for studio in Studio.objects.filter(person=person):
        Studio.objects.filter(pk=studio.pk).update(name=ERASED_STUDIO, about="", subject=None)
        journal.record("studio.erased", Subject("studio", studio.code), by=by)


def _deleted(offer: Offer, *, by: Person) -> bool:
    """Delete an offer that nothing refers to, and tell whether it went."""
    try:
        with transaction.atomic():
            Offer.objects.filter(pk=offer.pk).delete()
    except ProtectedError:
        return False
    reviews.erase(subject_of(offer), by=by)
    journal.record("offer.erased", subject_of(offer), by=by, data={"deleted": True})
    return True


def _decide(
    offer: Offer,
    decision: Decision,
    scores: Scores,
    comments: Sequence[Comment],
    *,
    by: Person,
    revision: int | None,
) -> Offer:
    """Open the offer or send it back, and keep why."""
    verb, action = "send_back", "offer.sent_back"
    values: dict[str, Any] = {}
    if decision == Decision.OPENED:
        now = timezone.now()
        expires_on = timezone.localdate(now) + dt.timedelta(days=OPEN_DAYS)
        verb, action = "approve", "offer.opened"
        values = {"reviewed_by": by, "opened_at": now, "expires_on": expires_on}
    seen = documents.reviewed(offer)
    verdict = reviews.weigh(decision, scores, comments, fields=seen)
    known = offer.revision if revision is None else revision
    data = verdict.told()
    moved = _move(offer, verb, action, by=by, revision=known, values=values, data=data)
    reviews.keep(subject_of(offer), verdict, by=by, revision=known, seen=seen)
    return moved


def _keep_relations(offer: Offer, content: Content, backed: list[tuple[str, str]]) -> None:
    offer.industries.set(Industry.objects.filter(pk__in=content.industry_ids))
    offer.backings.all().delete()
    Backing.objects.bulk_create(
        [Backing(offer=offer, kind=kind, text=text) for kind, text in backed]
    )


def _move(
    offer: Offer,
    verb: str,
    action: str,
    *,
    by: Person | None,
    values: dict[str, Any],
    revision: int | None = None,
    data: dict[str, Any] | None = None,
) -> Offer:
    state = MACHINE.after(verb, offer.state)
    known = offer.revision if revision is None else revision
    changed = Offer.objects.filter(
        pk=offer.pk, revision=known, state__in=MACHINE.sources(verb)
    ).update(**values, state=state, revision=known + 1, changed_at=timezone.now())
    if not changed:
        raise ChangedMeanwhile
    offer.refresh_from_db()
    journal.record(action, subject_of(offer), by=by, data=data)
    return offer
