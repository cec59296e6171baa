"""The only writer of what is held about minors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.base.codes import new_code
from keqiao.base.errors import Missing, NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.guardians import audit, intake, policies, selectors
from keqiao.guardians.models import Consent, Deletion, Minor
from keqiao.guardians.types import (
    ASKED_FOR,
    BLANK,
    COLUMNS,
    FIELDS_OF,
    LEADERS_ONLY,
    Entered,
    Guardian,
    Purpose,
    Reading,
    Why,
)
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.paperwork.register import Table


class EnteredAlready(Refused):
    """A child is entered once for a session by a guardian."""

    text = N_("这个孩子已经报过这个场次，不用重复填写。")


class Gone(Refused):
    """What was held about the child has been deleted."""

    text = N_("这个孩子的信息已经删除。")


class NotNow(Refused):
    """Emergency contact and health note are read around the day, not before and not after."""

    text = N_("紧急联系人和健康情况只能由场次负责人在活动开始前 7 天到结束后 2 天之间查看。")


def subject_of(minor: Minor) -> Subject:
    """Return how the journal names what is held about a child: by its code, never otherwise."""
    return Subject("minor", minor.code)


def entrust(
    session: Session, entered: Entered, *, by: Person | None, guardian: Guardian | None = None
) -> Minor:
    """Keep what a guardian entered about a child, inside the caller's transaction.

    ``by`` is the guardian; without a log-in ``guardian`` says who confirmed, and the caller has seen to it that it was
    by a link of theirs. Raise ConsentNeeded, Invalid, EnteredAlready.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a child is entered inside the transaction that gives it its place")
    if (by is None) == (guardian is None):
        raise NotAllowed
    kept = intake.checked(session, entered)
    days = session.activity.retention_days
    minor = Minor(code=new_code("K"), session=session, guardian=by, kept_days=days)
    minor.delete_on = selectors.term(session, days)
    if guardian is not None:
        confirmed = intake.checked_guardian(guardian)
        minor.guardian_name, minor.guardian_phone = confirmed.name, confirmed.phone
    for name, value in _values(kept).items():
        setattr(minor, name, value)
    _save_once(minor)
    _keep_consents(minor, kept.consents, by=by)
    told = {
        "session": session.code,
        "fields": selectors.held_fields(minor),
        "purposes": sorted(kept.consents),
        "is_under_14": intake.is_under_14(session, kept),
    }
    journal.record("minor.entrusted", subject_of(minor), by=by, data=told)
    return minor


@transaction.atomic
def correct(minor: Minor, entered: Entered, *, by: Person | None) -> Minor:
    """Change what is held about a child; a purpose consented to before, in the same words, is not asked for again.

    An optional field that is left empty goes, and so does the consent to it; the deletion is kept as a row, as any is.
    Raise ConsentNeeded where the words about taking part are others now, Invalid, Gone, NotAllowed.
    """
    row = _locked(minor, by=by)
    live, current = selectors.live_purposes(row), selectors.current_purposes(row)
    wanted = Entered(**{**_fields(entered), "consents": entered.consents | current})
    kept = intake.checked(row.session, wanted)
    values = _values(kept)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    emptied = [name for name in changed if values[name] == BLANK[name]]
    if emptied:
        _delete([row], row.session, Why.EMPTIED, names=emptied)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        _save_once(row, fields=changed)
    given, gone = kept.consents - current, live - kept.consents
    _end_consents(row, gone | given)
    _keep_consents(row, given, by=by)
    if changed or gone or given:
        told = {
            "session": row.session.code,
            "fields": changed,
            "purposes": sorted(given),
            "withdrawn": sorted(gone),
        }
        journal.record("minor.corrected", subject_of(row), by=by, data=told)
    return row


@transaction.atomic
def withdraw(minor: Minor, purpose: Purpose, *, by: Person | None) -> Minor:
    """Take back the consent to one purpose: its fields go at once; without the first nothing is held any more.

    The place of a child that does not take part is cancelled by the room above. Raise Gone, NotAllowed, Missing when
    there is no such consent.
    """
    row = _locked(minor, by=by)
    is_whole = purpose == Purpose.TAKING_PART
    if not _end_consents(row, set(Purpose) if is_whole else {purpose}):
        raise Missing
    names = BLANK if is_whole else FIELDS_OF.get(purpose, ())
    gone = _delete([row], row.session, Why.WITHDRAWN, names=names)
    told = {"session": row.session.code, "purpose": purpose.value, "fields": gone}
    journal.record("minor.withdrawn", subject_of(row), by=by, data=told)
    row.refresh_from_db()
    return row


def delete(minor: Minor, why: Why, *, by: Person | None) -> bool:
    """Delete what is held about a child whose place is no more, inside the caller's transaction; tell if there was any.

    Who may end the place, the caller has asked; ``by`` is for the journal.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a child is deleted inside the transaction that ends its place")
    row = _rows(Minor.objects.filter(pk=minor.pk)).first()
    if row is None:
        return False
    if why == Why.WITHDRAWN:
        _end_consents(row, set(Purpose))
    _delete_and_tell([row], row.session, why, by=by)
    return True


@transaction.atomic
def read(minor: Minor, *, by: Person) -> Reading:
    """Return whom to call and what to mind, for the session's leader, around its day; each reading is an entry.

    Raise NotAllowed, NotNow, Gone.
    """
    if not policies.leads(by, minor.session):
        raise NotAllowed
    if not policies.may_read(by, minor.session, timezone.now()):
        raise NotNow
    row = _rows(Minor.objects.filter(pk=minor.pk)).first()
    if row is None:
        raise Gone
    found = Reading(**{name: getattr(row, name) for name in LEADERS_ONLY})
    told = {
        "session": row.session.code,
        "fields": [name for name in LEADERS_ONLY if getattr(row, name)],
    }
    journal.record("minor.read", subject_of(row), by=by, data=told)
    return found


def delete_due(today: dt.date, *, by: Person | None = None) -> int:
    """Delete, session by session, what may be kept no more; return of how many children. Any number of times is once.

    Terms follow the sessions first: one that was moved is deleted later or sooner, as its guardians were told. What an
    activity asks for no longer goes at once.
    """
    if by is not None:
        raise NotAllowed
    for session in selectors.held():
        _follow(session, by=by)
        _drop_unasked(session, by=by)
    return sum(_delete_over(session, today, by=by) for session in selectors.due(today))


@transaction.atomic
def take_audit(year: int, *, by: Person) -> list[Table]:
    """Return the register of a year for an administrator, of the own area; that it was taken is an entry too."""
    if not policies.may_audit(by):
        raise NotAllowed
    if year not in audit.years(by):
        raise Missing
    made = audit.tables(year, by=by, today=timezone.localdate())
    told = {part: len(table.rows) for part, table in zip(audit.PARTS, made, strict=True)}
    journal.record("minors.audited", Subject("year", str(year)), by=by, data=told)
    return made


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Delete what is held about the children of a guardian who leaves; the consents stay, as proof."""
    if by.pk != person.pk:
        raise NotAllowed
    for row in _rows(Minor.objects.filter(guardian=person)):
        _end_consents(row, set(Purpose))
        _delete_and_tell([row], row.session, Why.WITHDRAWN, by=by)


@transaction.atomic
def _follow(session: Session, *, by: Person | None) -> None:
    """Set the terms of a session's minors to what they are by its end."""
    live = Minor.objects.filter(session=session, deleted_at=None)
    changed = 0
    for days in live.values_list("kept_days", flat=True).distinct():
        term = selectors.term(session, days)
        changed += live.filter(kept_days=days).exclude(delete_on=term).update(delete_on=term)
    if changed:
        subject = Subject("session", session.code)
        journal.record("minors.term_followed", subject, by=by, data={"minors": changed})


@transaction.atomic
def _drop_unasked(session: Session, *, by: Person | None) -> None:
    """Delete the fields that a session's activity asks for no longer, and end the consents to them."""
    needed = policies.asked(session)
    unasked = [field for field in COLUMNS if field not in needed]
    names = [name for field in unasked for name in COLUMNS[field]]
    rows = _rows(Minor.objects.filter(session=session))
    held = [row for row in rows if any(getattr(row, name) for name in names)]
    if not held:
        return
    for row in held:
        _end_consents(row, {one for one in ASKED_FOR if ASKED_FOR[one] in unasked})
    _delete_and_tell(held, session, Why.UNASKED, by=by, names=names)


@transaction.atomic
def _delete_over(session: Session, today: dt.date, *, by: Person | None) -> int:
    is_cancelled = session.state == SessionState.CANCELLED
    rows = Minor.objects.filter(session=session)
    over = list(_rows(rows if is_cancelled else rows.filter(delete_on__lte=today)))
    if over:
        _delete_and_tell(over, session, Why.CANCELLED if is_cancelled else Why.TERM, by=by)
    return len(over)


def _delete_and_tell(
    minors: Sequence[Minor],
    session: Session,
    why: Why,
    *,
    by: Person | None,
    names: Iterable[str] = BLANK,
) -> None:
    fields = _delete(minors, session, why, names=names)
    told = {"why": why.value, "minors": [row.code for row in minors], "fields": fields}
    journal.record("minors.deleted", Subject("session", session.code), by=by, data=told)


def _delete(
    minors: Sequence[Minor], session: Session, why: Why, *, names: Iterable[str] = BLANK
) -> list[str]:
    """Blank fields of locked rows, all of them or those of one purpose; return which ones held something.

    That it was done is kept, of what was deleted nothing.
    """
    blanks: dict[str, Any] = {name: BLANK[name] for name in names}
    is_whole = len(blanks) == len(BLANK)
    held = {name for row in minors for name in selectors.held_fields(row) if name in blanks}
    if not held:
        return []
    values = blanks | ({"deleted_at": timezone.now()} if is_whole else {})
    Minor.objects.filter(pk__in=[row.pk for row in minors], deleted_at=None).update(**values)
    fields = [name for name in BLANK if name in held]
    Deletion.objects.create(session=session, why=why, minors=len(minors), fields=fields)
    return fields


def _rows(rows: Any) -> Any:
    """Return the rows that still hold something, locked, in one order for everybody."""
    live = rows.filter(deleted_at=None).select_related(*selectors.RELATED)
    return live.select_for_update(of=("self",)).order_by("pk")


def _locked(minor: Minor, *, by: Person | None) -> Minor:
    row: Minor | None = _rows(Minor.objects.filter(pk=minor.pk)).first()
    if row is None:
        raise Gone
    if not policies.is_guardian(by, row):
        raise NotAllowed
    return row


def _values(kept: Entered) -> dict[str, Any]:
    values = _fields(kept)
    del values["consents"]
    return values | {"answers": dict(kept.answers)}


def _fields(entered: Entered) -> dict[str, Any]:
    return {name: getattr(entered, name) for name in Entered.__dataclass_fields__}


def _save_once(minor: Minor, *, fields: Sequence[str] | None = None) -> None:
    """Write a row; raise EnteredAlready. That is asked first: a database writes a row that it refuses into its log."""
    known = Minor.objects.filter(guardian=minor.guardian_id, deleted_at=None).exclude(pk=minor.pk)
    alike = known.filter(session=minor.session_id, name=minor.name, born_on=minor.born_on)
    if minor.guardian_id is not None and alike.exists():
        raise EnteredAlready
    try:
        with transaction.atomic():
            if fields is None:
                minor.save(force_insert=True)
            else:
                minor.save(update_fields=fields)
    except IntegrityError:
        raise EnteredAlready from None


def _keep_consents(minor: Minor, purposes: Iterable[Purpose], *, by: Person | None) -> None:
    Consent.objects.bulk_create(
        Consent(
            minor=minor,
            purpose=one,
            shown=selectors.consent_text(minor.session, one),
            given_by=by,
        )
        for one in sorted(purposes)
    )


def _end_consents(minor: Minor, purposes: Iterable[str]) -> int:
    live = Consent.objects.filter(minor=minor, purpose__in=list(purposes), withdrawn_at=None)
    ended: int = live.update(withdrawn_at=timezone.now())
    return ended
