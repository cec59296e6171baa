"""The only writer of letters."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from keqiao.accounts.models import Person
from keqiao.base import mailfile
from keqiao.base.errors import Invalid, NotAllowed, Refused, invalid
from keqiao.base.files import MIB, inspect
from keqiao.base.mailfile import Enclosed, MailFile
from keqiao.base.phrases import N_
from keqiao.base.text import clean_line
from keqiao.casework import policies
from keqiao.casework import services as casework
from keqiao.casework.models import Case
from keqiao.correspondence.models import Enclosure, Letter
from keqiao.journal import services as journal

MOST_LETTERS = 500  # of one case
MOST_KEPT = 20  # enclosures of one letter; the others are named
NOTHING = N_("请选择要存入的邮件文件（.eml）。")
TOO_LARGE = N_("这个邮件文件超过 %(most)s MiB，请把附件单独上传。")
TOO_MANY = N_("每个对接单最多存 %(most)s 封邮件。")


class KnownLetter(Refused):
    """A mail is kept once in a case."""

    text = N_("邮件“%(subject)s”已经在这个对接单里了，不用再存。")


@transaction.atomic
def bring_in(
    case: Case, files: Sequence[bytes], *, is_shared: bool, most_mib: int, by: Person
) -> list[Letter]:
    """Keep mails about a case, all or none; raise Invalid for what is no mail, KnownLetter for one that is there."""
    if not policies.works(by, case):
        raise NotAllowed
    if not files:
        raise invalid("files", NOTHING)
    if any(len(raw) > most_mib * MIB for raw in files):
        raise invalid("files", TOO_LARGE, most=most_mib)
    if Letter.objects.filter(case=case).count() + len(files) > MOST_LETTERS:
        raise invalid("files", TOO_MANY, most=MOST_LETTERS)
    read = [mailfile.read(raw) for raw in files]
    kept: list[str] = []
    try:
        letters = [_keep(case, one, is_shared=is_shared, by=by) for one in read]
        for letter, one in zip(letters, read, strict=True):
            for number, enclosed in enumerate(one.enclosed):
                _enclose(letter, enclosed, most_mib if number < MOST_KEPT else 0, kept)
    except BaseException:
        _forget(kept)
        raise
    return letters


def _keep(case: Case, read: MailFile, *, is_shared: bool, by: Person) -> Letter:
    letter = Letter(
        case=case,
        message_id=read.message_id,
        thread=_thread(case, read),
        sender=read.sender,
        to=read.to,
        sent_at=read.sent_at,
        subject=read.subject,
        text=read.text,
        is_shared=is_shared,
        added_by=by,
    )
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        raise KnownLetter(subject=read.subject[:60] or read.message_id[:60]) from None
    later = Letter.objects.filter(case=case, thread=read.message_id).exclude(pk=letter.pk)
    later.update(thread=letter.thread)
    data = {"letter": letter.pk, "shared": is_shared, "enclosures": len(read.enclosed)}
    journal.record("case.mail_added", casework.subject_of(case), by=by, data=data)
    return letter


def _thread(case: Case, read: MailFile) -> str:
    """Return the thread that a mail belongs to: of a mail that it answers and that is here, or as it says itself."""
    answered = Letter.objects.filter(case=case, message_id__in=read.answers)
    known = answered.order_by("pk").values_list("thread", flat=True).first()
    return known or next(iter(read.answers), read.message_id)


def _enclose(letter: Letter, enclosed: Enclosed, most_mib: int, kept: list[str]) -> None:
    name = clean_line(enclosed.name, most=120)
    row = Enclosure(letter=letter, name=name, size=len(enclosed.content))
    try:
        facts = inspect(
            BytesIO(enclosed.content), name=name, size=len(enclosed.content), most_mib=most_mib
        )
    except Invalid:  # of a kind that is not kept: it stays named
        row.save()
        return
    row.name, row.sha256 = facts.name, facts.sha256
    row.content.save(
        f"{uuid.uuid4().hex}{PurePath(facts.name).suffix.lower()}",
        ContentFile(enclosed.content),
        save=False,
    )
    kept.append(str(row.content.name))
    row.save()


def _forget(kept: Sequence[str]) -> None:
    """Remove the files of letters that are not kept after all."""
    storage = Enclosure._meta.get_field("content").storage  # noqa: SLF001 - Django's documented API
    for name in kept:
        storage.delete(name)
