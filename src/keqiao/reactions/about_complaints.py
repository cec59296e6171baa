"""What is told of complaints: to whoever may handle one that waits, and to whoever complained from an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse

from keqiao.access import selectors as access
from keqiao.accounts.models import Person
from keqiao.base.phrases import N_, Phrase
from keqiao.complaints import policies
from keqiao.complaints.models import Complaint
from keqiao.complaints.types import HANDLERS
from keqiao.journal.models import Entry
from keqiao.messaging.types import Kind, Message
from keqiao.reactions.types import Telling, key_of

WAITS = N_("有一件投诉等您这里受理：%(code)s。")
OBJECTED = N_("有一件投诉的答复被提出异议，等您这里受理：%(code)s。")
ROSE = N_("有一件投诉下级没有按期办理，转到了您这里：%(code)s。")
TAKEN = N_("您的投诉 %(code)s 已受理，正在办理。")
ANSWERED = N_("您的投诉 %(code)s 有了答复。")


def _message(entry: Entry, text: str, complaint: Complaint) -> Message:
    return Message(
        kind=Kind.COMPLAINT,
        key=key_of(entry),
        phrase=Phrase(text, {"code": complaint.code}),
        path=reverse("complaint_detail", args=[complaint.code]),
        about=f"complaint:{complaint.code}",
    )


def _to_desk(text: str) -> Telling:
    def tell(entry: Entry) -> Iterator[tuple[Person, Message]]:
        complaint = Complaint.objects.filter(code=entry.subject_key).first()
        if complaint is None or complaint.handler_id is not None:
            return
        holders = {
            person.pk: person
            for role in HANDLERS
            for person in access.holders(role, complaint.desk_id)
        }
        for person in holders.values():
            if policies.may_handle(person, complaint):
                yield person, _message(entry, text, complaint)

    return tell


def _to_author(text: str) -> Telling:
    def tell(entry: Entry) -> Iterator[tuple[Person, Message]]:
        rows = Complaint.objects.select_related("author").filter(code=entry.subject_key)
        complaint = rows.first()
        if complaint is not None and complaint.author is not None and complaint.author.is_active:
            yield complaint.author, _message(entry, text, complaint)

    return tell


TELLINGS: Mapping[str, Telling] = {
    "complaint.received": _to_desk(WAITS),
    "complaint.refer": _to_desk(WAITS),
    "complaint.give_back": _to_desk(WAITS),
    "complaint.rise": _to_desk(ROSE),
    "complaint.object": _to_desk(OBJECTED),
    "complaint.take": _to_author(TAKEN),
    "complaint.answer": _to_author(ANSWERED),
}
