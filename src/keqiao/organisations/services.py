"""The only writer of organisations and memberships."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import is_code, is_credit_code, new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.text import Intake, clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.organisations import policies
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Kind, Particulars, Standing
from keqiao.places.models import Region

CHECKED = ("name", "kind", "credit_code", "region_id")  # what is verified
MOST_NOTE = 300  # characters
WRONG_CREDIT_CODE = N_("统一社会信用代码应为 18 位，且最后一位校验码要对得上。请对照营业执照核对。")
CREDIT_CODE_TAKEN = N_("这个统一社会信用代码已经登记过。请联系该单位的负责人把您加为成员。")
NAME_TAKEN = N_("这个地区已经登记过同名单位。请联系该单位的负责人把您加为成员。")
CREDIT_CODE_NEEDED = N_("企业需要填写统一社会信用代码。")
KIND_UNKNOWN = N_("请从列表里选择单位类型。")
REGION_UNKNOWN = N_("请从列表里选择所在地区。")
REASON_NEEDED = N_("请写明未通过的原因，对方会看到。")
LAST_REPRESENTATIVE = N_("单位至少要有一位负责人，请先把其他成员设为负责人。")


NOT_TWO = N_("请选择两家不同的、都没有合并过的单位。")


class AlreadyChecked(Refused):
    """The organisation has been verified or refused by somebody else."""

    text = N_("这家单位已经核验过了。")


class ChangedMeanwhile(Refused):
    """The particulars are not those that the checker saw."""

    text = N_("这家单位的资料刚才修改过，请核对新的资料后再决定。")


def subject_of(organisation: Organisation) -> Subject:
    """Return how the journal names an organisation."""
    return Subject("organisation", organisation.code)


@transaction.atomic
def register(
    entered: Particulars, *, by: Person | None, code: str = "", is_example: bool = False
) -> Organisation:
    """Register an organisation that waits to be verified; ``by`` becomes its representative.

    ``by`` None is the platform loading known bodies. Raises Invalid with every problem.
    """
    organisation = Organisation(
        code=code or new_code("O"),
        is_example=is_example,
        **_cleaned(entered, strict=by is not None),
    )
    _save_once(organisation)
    journal.record("organisation.registered", subject_of(organisation), by=by)
    if by is not None:
        Membership.objects.create(person=by, organisation=organisation, is_representative=True)
        policies.forget(by)
    return organisation


@transaction.atomic
def revise(organisation: Organisation, entered: Particulars, *, by: Person) -> Organisation:
    """Change the particulars; what was checked, or refused, has to be checked again."""
    if not policies.is_representative(by, organisation):
        raise NotAllowed
    kept = _locked(organisation)
    before = [getattr(kept, field) for field in CHECKED]
    for field, value in _cleaned(entered, strict=True).items():
        setattr(kept, field, value)
    is_new = before != [getattr(kept, field) for field in CHECKED]
    if is_new or kept.standing == Standing.REFUSED:
        kept.standing = Standing.WAITING
    kept.revision += 1
    _save_once(kept)
    organisation.refresh_from_db()
    journal.record("organisation.revised", subject_of(organisation), by=by)
    return organisation


@transaction.atomic
def verify(
    organisation: Organisation, *, by: Person, note: str = "", revision: int | None = None
) -> Organisation:
    """Say that the organisation is what it says; only staff of its area, never a member.

    ``revision`` is the one that the page showed; raise ChangedMeanwhile when it is an older one.
    """
    return _decide(organisation, Standing.VERIFIED, note, by=by, revision=revision)


@transaction.atomic
def refuse(
    organisation: Organisation, *, by: Person, note: str, revision: int | None = None
) -> Organisation:
    """Say what is wrong with the organisation's particulars; ``revision`` as for ``verify``."""
    if not clean_line(note, most=MOST_NOTE, field="note"):
        raise invalid("note", REASON_NEEDED)
    return _decide(organisation, Standing.REFUSED, note, by=by, revision=revision)


@transaction.atomic
def add_member(
    organisation: Organisation,
    person: Person,
    *,
    by: Person | None,
    is_representative: bool = False,
) -> Membership:
    """Let ``person`` act for ``organisation``; ``by`` None is the platform itself."""
    if by is not None and not policies.is_representative(by, organisation):
        raise NotAllowed
    live, is_new = Membership.objects.get_or_create(
        person=person,
        organisation=organisation,
        ended_at=None,
        defaults={"is_representative": is_representative},
    )
    data = {"person": person.pk, "representative": is_representative}
    if is_new:
        journal.record("organisation.member_added", subject_of(organisation), by=by, data=data)
    elif is_representative and not live.is_representative:
        live.is_representative = True
        live.save(update_fields=["is_representative"])
        journal.record(
            "organisation.representative_made", subject_of(organisation), by=by, data=data
        )
    policies.forget(person)
    return live


@transaction.atomic
def remove_member(membership: Membership, *, by: Person) -> None:
    """End a membership; the last representative stays."""
    organisation = _locked(membership.organisation)
    if membership.person_id != by.pk and not policies.is_representative(by, organisation):
        raise NotAllowed
    live = Membership.objects.filter(organisation=organisation, ended_at=None)
    ending = live.filter(pk=membership.pk).first()
    if ending is None:
        return
    others = live.filter(is_representative=True).exclude(pk=ending.pk)
    if ending.is_representative and not others.exists():
        raise Refused(LAST_REPRESENTATIVE)
    live.filter(pk=ending.pk).update(ended_at=timezone.now())
    data = {"person": ending.person_id}
    journal.record("organisation.member_removed", subject_of(organisation), by=by, data=data)
    policies.forget(membership.person)


@transaction.atomic
def merge(duplicate: Organisation, into: Organisation, *, by: Person) -> Organisation:
    """Say that two rows are one body: whoever acts for ``into`` acts for both, and nothing that was done changes.

    Staff who may check both do it; raise Invalid for a body that is merged already, and for itself.
    """
    if not (policies.may_check(by, duplicate) and policies.may_check(by, into)):
        raise NotAllowed
    for row in sorted((duplicate, into), key=lambda one: one.pk):
        _locked(row)
    duplicate.refresh_from_db()
    into.refresh_from_db()
    if duplicate.pk == into.pk or duplicate.merged_into_id or into.merged_into_id:
        raise invalid("into", NOT_TWO)
    for membership in Membership.objects.filter(organisation=duplicate, ended_at=None):
        add_member(into, membership.person, by=None)
    Membership.objects.filter(organisation=duplicate, ended_at=None).update(ended_at=timezone.now())
    rows = Organisation.objects.filter(Q(pk=duplicate.pk) | Q(merged_into=duplicate))
    rows.update(merged_into=into, revision=F("revision") + 1)
    data = {"into": into.code}
    journal.record("organisation.merged", subject_of(duplicate), by=by, data=data)
    duplicate.refresh_from_db()
    return duplicate


def _locked(organisation: Organisation) -> Organisation:
    """Return the row as it is now; nobody else changes it or its members until the commit."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _decide(
    organisation: Organisation, standing: Standing, note: str, *, by: Person, revision: int | None
) -> Organisation:
    if not policies.may_check(by, organisation):
        raise NotAllowed
    seen = organisation.revision if revision is None else revision
    waiting = Organisation.objects.filter(pk=organisation.pk, standing=Standing.WAITING)
    changed = waiting.filter(revision=seen).update(
        standing=standing,
        standing_note=clean_line(note, most=MOST_NOTE, field="note"),
        checked_by=by,
        checked_at=timezone.now(),
    )
    if not changed:
        raise ChangedMeanwhile if waiting.exists() else AlreadyChecked
    organisation.refresh_from_db()
    journal.record(f"organisation.{standing.value}", subject_of(organisation), by=by)
    return organisation


def _cleaned(entered: Particulars, *, strict: bool) -> dict[str, object]:
    intake = Intake()
    name = intake.line("name", entered.name, most=120, required=True)
    about = intake.text("about", entered.about, most=2000)
    intake.check(entered.kind in Kind.values, "kind", KIND_UNKNOWN)
    credit_code = intake.line("credit_code", entered.credit_code, most=40).upper()
    if credit_code:
        intake.check(is_credit_code(credit_code), "credit_code", WRONG_CREDIT_CODE)
    elif strict and entered.kind == Kind.ENTERPRISE and not entered.credit_code.strip():
        intake.problem("credit_code", CREDIT_CODE_NEEDED)
    intake.check(_is_region(entered.region_id), "region", REGION_UNKNOWN)
    intake.finish()
    return {
        "name": name,
        "kind": entered.kind,
        "credit_code": credit_code or None,
        "region_id": entered.region_id,
        "about": about,
    }


def _is_region(code: str) -> bool:
    return is_code(code) and Region.objects.filter(pk=code, valid_to=None).exists()


def _save_once(organisation: Organisation) -> None:
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        taken = Organisation.objects.exclude(pk=organisation.pk)
        if organisation.credit_code and taken.filter(credit_code=organisation.credit_code).exists():
            raise invalid("credit_code", CREDIT_CODE_TAKEN) from error
        raise invalid("name", NAME_TAKEN) from error


@transaction.atomic
def hold(person: Person, *, by: Person) -> None:
    """Lock the bodies for which the person acts until the commit: two last representatives do not both go."""
    if by.pk != person.pk:
        raise NotAllowed
    live = Membership.objects.filter(person=person, ended_at=None).values("organisation")
    list(Organisation.objects.select_for_update().filter(pk__in=live).order_by("pk"))


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """End every membership of a person who leaves; the room above has asked whether anything depends on it."""
    if by.pk != person.pk:
        raise NotAllowed
    live = Membership.objects.filter(person=person, ended_at=None).select_related("organisation")
    for one in live.order_by("pk"):
        Membership.objects.filter(pk=one.pk, ended_at=None).update(ended_at=timezone.now())
        data = {"person": person.pk}
        subject = subject_of(one.organisation)
        journal.record("organisation.member_removed", subject, by=by, data=data)
    policies.forget(person)
