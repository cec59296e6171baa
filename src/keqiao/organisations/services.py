"""The only writer of organisations and memberships."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import is_credit_code, new_code
from keqiao.base.errors import Invalid, NotAllowed, Problem, Refused, invalid
from keqiao.base.phrases import N_, Phrase
from keqiao.base.text import clean_line, clean_text
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.organisations import policies
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Kind, Particulars, Standing
from keqiao.places.models import Region

WRONG_CREDIT_CODE = N_("统一社会信用代码应为 18 位，且最后一位校验码要对得上。请对照营业执照核对。")
CREDIT_CODE_TAKEN = N_("这个统一社会信用代码已经登记过。请联系该单位的负责人把您加为成员。")
NAME_TAKEN = N_("这个地区已经登记过同名单位。请联系该单位的负责人把您加为成员。")
CREDIT_CODE_NEEDED = N_("企业需要填写统一社会信用代码。")
REGION_UNKNOWN = N_("请从列表里选择所在地区。")
REASON_NEEDED = N_("请写明未通过的原因，对方会看到。")
LAST_REPRESENTATIVE = N_("单位至少要有一位负责人，请先把其他成员设为负责人。")


class AlreadyChecked(Refused):
    """The organisation has been verified or refused by somebody else."""

    text = N_("这家单位已经核验过了。")


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
    """Change the particulars; a new name, credit code or region has to be verified again."""
    if not policies.is_representative(by, organisation):
        raise NotAllowed
    before = (organisation.name, organisation.credit_code, organisation.region_id)
    for field, value in _cleaned(entered, strict=True).items():
        setattr(organisation, field, value)
    if before != (organisation.name, organisation.credit_code, organisation.region_id):
        organisation.standing = Standing.WAITING
    _save_once(organisation)
    journal.record("organisation.revised", subject_of(organisation), by=by)
    return organisation


@transaction.atomic
def verify(organisation: Organisation, *, by: Person, note: str = "") -> Organisation:
    """Say that the organisation is what it says; only staff of its area, never a member."""
    return _decide(organisation, Standing.VERIFIED, note, by=by)


@transaction.atomic
def refuse(organisation: Organisation, *, by: Person, note: str) -> Organisation:
    """Say what is wrong with the organisation's particulars."""
    if not note.strip():
        raise invalid("note", REASON_NEEDED)
    return _decide(organisation, Standing.REFUSED, note, by=by)


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
    if is_new:
        data = {"person": person.pk, "representative": is_representative}
        journal.record("organisation.member_added", subject_of(organisation), by=by, data=data)
    policies.forget(person)
    return live


@transaction.atomic
def remove_member(membership: Membership, *, by: Person) -> None:
    """End a membership; the last representative stays."""
    organisation = membership.organisation
    if membership.person_id != by.pk and not policies.is_representative(by, organisation):
        raise NotAllowed
    others = Membership.objects.filter(
        organisation=organisation, is_representative=True, ended_at=None
    ).exclude(pk=membership.pk)
    if membership.is_representative and not others.exists():
        raise Refused(LAST_REPRESENTATIVE)
    if Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=timezone.now()):
        data = {"person": membership.person_id}
        journal.record("organisation.member_removed", subject_of(organisation), by=by, data=data)
    policies.forget(membership.person)


def _decide(
    organisation: Organisation, standing: Standing, note: str, *, by: Person
) -> Organisation:
    if not policies.may_check(by, organisation):
        raise NotAllowed
    changed = Organisation.objects.filter(pk=organisation.pk, standing=Standing.WAITING).update(
        standing=standing,
        standing_note=clean_line(note, most=300, field="note"),
        checked_by=by,
        checked_at=timezone.now(),
    )
    if not changed:
        raise AlreadyChecked
    organisation.refresh_from_db()
    journal.record(f"organisation.{standing.value}", subject_of(organisation), by=by)
    return organisation


def _cleaned(entered: Particulars, *, strict: bool) -> dict[str, object]:
    problems: list[Problem] = []
    name = clean_line(entered.name, most=120, field="name", required=True)
    about = clean_text(entered.about, most=2000, field="about")
    credit_code = clean_line(entered.credit_code, most=40, field="credit_code").upper()
    if credit_code and not is_credit_code(credit_code):
        problems.append(Problem("credit_code", Phrase(WRONG_CREDIT_CODE)))
    if strict and not credit_code and entered.kind == Kind.ENTERPRISE:
        problems.append(Problem("credit_code", Phrase(CREDIT_CODE_NEEDED)))
    if not Region.objects.filter(pk=entered.region_id, valid_to=None).exists():
        problems.append(Problem("region", Phrase(REGION_UNKNOWN)))
    if problems:
        raise Invalid(problems)
    return {
        "name": name,
        "kind": entered.kind,
        "credit_code": credit_code or None,
        "region_id": entered.region_id,
        "about": about,
    }


def _save_once(organisation: Organisation) -> None:
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        taken = Organisation.objects.exclude(pk=organisation.pk)
        if organisation.credit_code and taken.filter(credit_code=organisation.credit_code).exists():
            raise invalid("credit_code", CREDIT_CODE_TAKEN) from error
        raise invalid("name", NAME_TAKEN) from error
