"""The only writer of needs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import Missing, NotAllowed, Refused, invalid
from keqiao.base.files import inspect
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import clean_line, clean_text
from keqiao.journal import services as journal
from keqiao.needs import clarifying, documents, intake, moves, policies
from keqiao.needs.models import Attachment, Hand, Need
from keqiao.needs.moves import ChangedMeanwhile, subject_of
from keqiao.needs.states import MACHINE, State
from keqiao.needs.types import RENEW_DAYS, Content, Resolution
from keqiao.organisations import selectors as organisations
from keqiao.organisations.models import Organisation
from keqiao.reviews import services as reviews
from keqiao.reviews.types import Comment, Decision, Scores

__all__ = ["ChangedMeanwhile", "subject_of"]  # words of the room that others use
PRIVATE_WORDS = ("wanted", "tried", "targets", "limits")
ERASED_TITLE = N_("（已随账号注销删除）")
OPEN_DAYS = 183
LEAST_DAYS = 30  # that a need stays open after a case let it go
MOST_FILES = 10
MOST_PUBLIC = 5000  # characters
TOO_LONG_TO_DRAFT = N_("完整需求太长，起草不出公开版：公开版最多 %(most)s 个字。请自己写一段概要。")
TOO_MANY_FILES = N_("每条需求最多附 %(most)s 个文件。")


class TooEarly(Refused):
    """An entry is renewed when its end is near, so that somebody has looked at it."""

    text = N_("离到期还早，现在不用续期。到期前 30 天会提醒您。")


class PublicTextKept(Refused):
    """A person wrote the public text: it is not replaced by a draft unless that was said."""

    text = N_("公开版里有您自己写的内容，起草会把它换掉。确实要换，请按“替换公开版”。")


class OrganisationNotVerified(Refused):
    """Nothing of an organisation is published before staff of its area have verified it."""

    text = N_("发布单位还没有通过核验，请先核验单位再发布。")


class DeadlinePast(Refused):
    """The day by which the owner wanted an answer went by while the need waited for its review."""

    text = N_("需求方希望解决的日期已经过去，请退回，请对方改日期。")


@transaction.atomic
def draft(
    content: Content,
    *,
    by: Person,
    organisation: Organisation | None = None,
    code: str = "",
    is_example: bool = False,
    proposed: Sequence[str] = (),
) -> Need:
    """Keep a first draft, however incomplete; raise Invalid only for what cannot be kept at all.

    ``proposed`` names the fields that the clarifier filled: they are marked until somebody changes or accepts them.
    """
    if organisation is not None and not policies.may_draft_for(by, organisation):
        raise NotAllowed
    need = Need(
        code=code or new_code("N"), author=by, organisation=organisation, is_example=is_example
    )
    for field, value in intake.cleaned(content).items():
        setattr(need, field, value)
    need.proposed = list(proposed)
    need.save(force_insert=True)
    moves.note_hand(need, by)
    data = {"proposed": need.proposed} if proposed else None
    journal.record("need.drafted", subject_of(need), by=by, data=data)
    return need


@transaction.atomic
def revise(need: Need, content: Content, *, by: Person, revision: int | None = None) -> Need:
    """Change a draft. ``revision`` is the one that the form was opened with; raise ChangedMeanwhile."""
    if not policies.owns(by, need):
        raise NotAllowed
    values = intake.cleaned(content)
    values["proposed"] = [name for name in need.proposed if _is_kept(need, name, values)]
    moves.note_hand(need, by)
    return moves.move(need, "revise", "need.revised", by=by, revision=revision, values=values)


@transaction.atomic
def draft_public(
    need: Need, *, by: Person, revision: int | None = None, replaces: bool = False
) -> Need:
    """Draft the public version from the private one: names, amounts, places below the county and secrets taken out.

    The fields are marked as proposed. Raise PublicTextKept when a person wrote the text that stands there,
    unless it ``replaces`` it.
    """
    if not policies.owns(by, need):
        raise NotAllowed
    if need.public_text and "public_text" not in need.proposed and not replaces:
        raise PublicTextKept
    drafted = clarifying.public_draft(need)
    if len(drafted.text) > MOST_PUBLIC:
        raise invalid("public_text", TOO_LONG_TO_DRAFT, most=MOST_PUBLIC)
    lists = {"keywords": list(drafted.keywords), "secrets": list(drafted.secrets)}
    changed = [name for name, words in lists.items() if words != getattr(need, name)]
    marked = dict.fromkeys([*need.proposed, "public_title", "public_text", *changed])
    values = {
        **lists,
        "public_title": clean_line(drafted.title, most=80, field="public_title"),
        "public_text": clean_text(drafted.text, most=MOST_PUBLIC, field="public_text"),
        "proposed": list(marked),
    }
    return moves.move(
        need, "revise", "need.public_drafted", by=by, revision=revision, values=values
    )


@transaction.atomic
def submit(need: Need, *, by: Person, is_sure: bool = False) -> Need:
    """Hand a complete draft to the reviewers of its area; raise Invalid with all that is missing or tells too much.

    ``is_sure`` is the author's word that names, places and amounts which the public version still tells may go out.
    """
    if not policies.owns(by, need):
        raise NotAllowed
    exposed = clarifying.exposed(need)
    intake.refuse_incomplete(need, exposed, is_sure=is_sure)
    values = {"submitted_at": timezone.now(), "proposed": []}
    told = sorted({one.kind for one in exposed})
    lists = {"accepted": need.proposed, "told": told}
    data = {name: words for name, words in lists.items() if words} or None
    return moves.move(need, "submit", "need.submitted", by=by, values=values, data=data)


@transaction.atomic
def send_back(
    need: Need,
    *,
    by: Person,
    scores: Scores,
    comments: Sequence[Comment],
    revision: int | None = None,
) -> Need:
    """Give the draft back to its author, with at least one comment; ``revision`` as for ``approve``."""
    if not policies.may_review(by, need):
        raise NotAllowed
    return _decide(need, Decision.SENT_BACK, scores, comments, by=by, revision=revision)


@transaction.atomic
def approve(
    need: Need,
    *,
    by: Person,
    scores: Scores,
    comments: Sequence[Comment] = (),
    revision: int | None = None,
) -> Need:
    """Open the public version to everybody; a second person's act, after the organisation is verified.

    ``revision`` is the one that the page showed; raise ChangedMeanwhile when it is an older one, DeadlinePast when the
    owner's last day went by while the need waited, Invalid when the scores hold it back.
    """
    if not policies.may_review(by, need):
        raise NotAllowed
    if not organisations.is_publishable(need.organisation):
        raise OrganisationNotVerified
    if not intake.is_in_time(need):
        raise DeadlinePast
    return _decide(need, Decision.OPENED, scores, comments, by=by, revision=revision)


@transaction.atomic
def recall(need: Need, *, by: Person) -> Need:
    """Take back what was handed in or is open, to correct it: nobody finds it any more until it is reviewed anew."""
    if not policies.owns(by, need):
        raise NotAllowed
    values = {"opened_at": None, "expires_on": None, "reviewed_by": None}
    return moves.move(need, "recall", "need.recalled", by=by, values=values)


@transaction.atomic
def renew(need: Need, *, by: Person) -> Need:
    """Say that an open need is still true: it stays open for another term. Raise TooEarly long before its end."""
    if not policies.owns(by, need):
        raise NotAllowed
    MACHINE.after("renew", need.state)
    today = timezone.localdate()
    if need.expires_on is None or need.expires_on > today + dt.timedelta(days=RENEW_DAYS):
        raise TooEarly
    until = today + dt.timedelta(days=OPEN_DAYS)
    data = {"until": until.isoformat()}
    return moves.move(need, "renew", "need.renewed", by=by, values={"expires_on": until}, data=data)


@transaction.atomic
def close(need: Need, resolution: Resolution, *, by: Person | None) -> Need:
    """End a need: the owner says why; ``by`` None is the platform when an open one's time has run out."""
    if (by is None) != (resolution == Resolution.EXPIRED):
        raise NotAllowed
    if by is not None and not policies.owns(by, need):
        raise NotAllowed
    if by is None and need.state != State.OPEN:
        raise WrongState
    values = {"resolution": resolution, "closed_at": timezone.now()}
    data = {"resolution": resolution.value}
    return moves.move(need, "close", "need.closed", by=by, values=values, data=data)


@transaction.atomic
def take(need: Need, *, by: Person) -> Need:
    """Have a broker's case carry an open need: answers are still shown, and it does not run out meanwhile."""
    if not policies.may_carry(by, need):
        raise NotAllowed
    moves.note_hand(need, by)
    return moves.move(need, "take", "need.taken", by=by, values={})


@transaction.atomic
def pass_on(need: Need, to: Person, *, by: Person) -> None:
    """Note that another broker carries a need now; the room above has checked that both may, and calls this."""
    if need.state != State.IN_CASE:
        raise WrongState
    moves.note_hand(need, to)
    journal.record("need.passed_on", subject_of(need), by=by, data={"to": to.pk})


@transaction.atomic
def release(need: Need, *, by: Person) -> Need:
    """Have a case let a need go, which is open again with a month at least; one that was closed meanwhile stays so."""
    if not policies.may_carry(by, need):
        raise NotAllowed
    if need.state != State.IN_CASE:
        return need
    least = timezone.localdate() + dt.timedelta(days=LEAST_DAYS)
    expires_on = max(need.expires_on or least, least)
    return moves.move(need, "release", "need.released", by=by, values={"expires_on": expires_on})


@transaction.atomic
def solve(need: Need, *, by: Person) -> Need:
    """Close a need whose case came to an outcome that both sides confirmed; one that was closed meanwhile stays so."""
    if not policies.may_carry(by, need):
        raise NotAllowed
    if need.state == State.CLOSED:
        return need
    values = {"resolution": Resolution.SOLVED, "closed_at": timezone.now()}
    data = {"resolution": Resolution.SOLVED.value}
    return moves.move(need, "close", "need.closed", by=by, values=values, data=data)


@transaction.atomic
def attach(
    need: Need, stream: IO[bytes], *, name: str, size: int, most_mib: int, by: Person
) -> Attachment:
    """Keep a file beside the private version; raise Invalid when it may not be kept. ``size`` in bytes."""
    if not policies.owns(by, need):
        raise NotAllowed
    facts = inspect(stream, name=name, size=size, most_mib=most_mib)
    if Need.objects.select_for_update().get(pk=need.pk).state == State.CLOSED:
        raise WrongState
    if Attachment.objects.filter(need=need).count() >= MOST_FILES:
        raise invalid("files", TOO_MANY_FILES, most=MOST_FILES)
    kept = Attachment(need=need, name=facts.name, size=facts.size, sha256=facts.sha256, added_by=by)
    kept.content.save(f"{uuid.uuid4().hex}{facts.ending}", File(stream), save=False)
    data = {"sha256": facts.sha256, "size": facts.size}
    try:
        kept.save()
        journal.record("need.file_added", subject_of(need), by=by, data=data)
    except BaseException:
        kept.content.delete(save=False)
        raise
    return kept


@transaction.atomic
def detach(attachment: Attachment, *, by: Person) -> None:
    """Remove a file; its bytes go when the transaction is committed. Raise Missing when it is gone."""
    need = attachment.need
    if not policies.owns(by, need):
        raise NotAllowed
    if not Attachment.objects.filter(pk=attachment.pk).delete()[0]:
        raise Missing
    transaction.on_commit(lambda: attachment.content.delete(save=False))
    data = {"sha256": attachment.sha256}
    journal.record("need.file_removed", subject_of(need), by=by, data=data)


@transaction.atomic
def erase(person: Person, *, carried: Collection[int], by: Person) -> None:
    """Take out the needs that a person wrote for nobody but themself.

    What was never published is deleted. What was is closed, with its files and all private words gone; the published
    words stay only of those ``carried`` by a case, whose other side relies on them.
    """
    if by.pk != person.pk:
        raise NotAllowed
    for need in Need.objects.filter(author=person, organisation=None).order_by("pk"):
        for kept in need.attachments.all():
            detach(kept, by=by)
        if need.opened_at is None and _deleted(need, by=by):
            continue
        if need.state != State.CLOSED:
            close(need, Resolution.WITHDRAWN, by=by)
        values: dict[str, Any] = dict.fromkeys(PRIVATE_WORDS, "")
        values |= {"secrets": [], "proposed": [], "budget_low": None, "budget_high": None}
        values["title"] = need.public_title
        if need.pk not in carried:
            values |= {"title": ERASED_TITLE, "public_title": ERASED_TITLE}
            values |= {"public_text": "", "keywords": []}
        Need.objects.filter(pk=need.pk).update(**values)
        reviews.erase(subject_of(need), by=by)
        journal.record("need.erased", subject_of(need), by=by)


def _deleted(need: Need, *, by: Person) -> bool:
    """Delete a need that nothing refers to, and tell whether it went."""
    try:
        with transaction.atomic():
            Hand.objects.filter(need=need).delete()
            Need.objects.filter(pk=need.pk).delete()
    except ProtectedError:
        return False
    reviews.erase(subject_of(need), by=by)
    journal.record("need.erased", subject_of(need), by=by, data={"deleted": True})
    return True


def _decide(
    need: Need,
    decision: Decision,
    scores: Scores,
    comments: Sequence[Comment],
    *,
    by: Person,
    revision: int | None,
) -> Need:
    """Open the need or send it back, and keep why."""
    verb, action = "send_back", "need.sent_back"
    values: dict[str, Any] = {}
    if decision == Decision.OPENED:
        now = timezone.now()
        expires_on = timezone.localdate(now) + dt.timedelta(days=OPEN_DAYS)
        verb, action = "approve", "need.opened"
        values = {"reviewed_by": by, "opened_at": now, "expires_on": expires_on}
    seen = documents.reviewed(need)
    verdict = reviews.weigh(decision, scores, comments, fields=seen)
    known = need.revision if revision is None else revision
    data = verdict.told()
    moved = moves.move(need, verb, action, by=by, revision=known, values=values, data=data)
    reviews.keep(subject_of(need), verdict, by=by, revision=known, seen=seen)
    return moved


def _is_kept(need: Need, name: str, values: dict[str, Any]) -> bool:
    """Tell whether a proposed field still has the value that was proposed."""
    column = name if name in values else f"{name}_id"
    return bool(values[column] == getattr(need, column))
