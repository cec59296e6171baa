"""What is told about needs, offers, organisations and accounts. A need goes by its public title, if it has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse

from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.phrases import N_, Phrase
from keqiao.journal.models import Entry
from keqiao.messaging.types import Kind, Message, in_source
from keqiao.needs.models import Need
from keqiao.needs.types import Resolution
from keqiao.offers.models import Offer
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association
from keqiao.reactions import audience
from keqiao.reactions.types import Telling, key_of

NEED_OPENED = N_("需求“%(title)s”已通过审核，现在公开征集。")
NEED_SENT_BACK = N_("需求“%(title)s”请您修改：审核员写了意见。")
NEED_ENDED = N_("需求“%(title)s”已到期关闭。还需要的话，可以重新发布。")
OFFER_OPENED = N_("所能“%(title)s”已通过审核，现在公开。")
OFFER_SENT_BACK = N_("所能“%(title)s”请您修改：审核员写了意见。")
OFFER_ENDED = N_("所能“%(title)s”已到期下架。还属实的话，可以重新发布。")
VERIFIED = N_("单位“%(name)s”已通过核验，可以发布需求了。")
NOT_VERIFIED = N_("单位“%(name)s”没有通过核验，请看核验意见。")
ROLE_GIVEN = N_("您被授予%(node)s“%(role)s”的职责。如不是您本人或单位的意思，请联系科协。")
ROLE_ENDED = N_("您在%(node)s的“%(role)s”职责已结束。")


def need_path(need: Need) -> str:
    """Return where an owner reads a need."""
    return reverse("need_private", args=[need.code])


def public_path(need: Need) -> str:
    """Return where everybody reads a need."""
    return reverse("need_detail", args=[need.code])


def offer_path(offer: Offer) -> str:
    """Return where an offer is read."""
    return reverse("offer_detail", args=[offer.code])


def need_title(need: Need) -> str:
    """Return what a need may be called in a mail: its public title, or its code."""
    return need.public_title or need.code


def _of_need(kind: Kind, text: str) -> Telling:
    def tell(entry: Entry) -> Iterator[tuple[Person, Message]]:
        need = Need.objects.select_related("organisation").filter(code=entry.subject_key).first()
        if need is None:
            return
        message = Message(
            kind=kind,
            key=key_of(entry),
            phrase=Phrase(text, {"title": need_title(need)}),
            path=need_path(need),
            about=f"need:{need.code}",
        )
        for person in audience.owners_of_need(need):
            yield person, message

    return tell


def _of_offer(kind: Kind, text: str) -> Telling:
    def tell(entry: Entry) -> Iterator[tuple[Person, Message]]:
        offer = Offer.objects.select_related("studio").filter(code=entry.subject_key).first()
        if offer is None:
            return
        message = Message(
            kind=kind,
            key=key_of(entry),
            phrase=Phrase(text, {"title": offer.title}),
            path=offer_path(offer),
            about=f"offer:{offer.code}",
        )
        for person in audience.owners_of_offer(offer):
            yield person, message

    return tell


def _only_if(field: str, value: str, tell: Telling) -> Telling:
    def tell_some(entry: Entry) -> Iterator[tuple[Person, Message]]:
        if entry.data.get(field) == value:
            yield from tell(entry)

    return tell_some


def _of_organisation(text: str) -> Telling:
    def tell(entry: Entry) -> Iterator[tuple[Person, Message]]:
        organisation = Organisation.objects.filter(code=entry.subject_key).first()
        if organisation is None:
            return
        message = Message(
            kind=Kind.ORGANISATION,
            key=key_of(entry),
            phrase=Phrase(text, {"name": organisation.name}),
            path=reverse("organisation_detail", args=[organisation.code]),
            about=f"organisation:{organisation.code}",
        )
        for person in audience.members(organisation):
            yield person, message

    return tell


def _of_role(text: str) -> Telling:
    def tell(entry: Entry) -> Iterator[tuple[Person, Message]]:
        person = Person.objects.filter(pk=int(entry.subject_key), is_active=True).first()
        role = entry.data.get("role", "")
        node = Association.objects.filter(code=entry.data.get("association", "")).first()
        if person is None or node is None or role not in Role.values:
            return
        label = Phrase(in_source(Role(role).label))
        yield (
            person,
            Message(
                kind=Kind.ACCOUNT,
                key=key_of(entry),
                phrase=Phrase(text, {"role": label, "node": node.name}),
                path=reverse("preferences"),
            ),
        )

    return tell


TELLINGS: Mapping[str, Telling] = {
    "need.opened": _of_need(Kind.REVIEW, NEED_OPENED),
    "need.sent_back": _of_need(Kind.REVIEW, NEED_SENT_BACK),
    "need.closed": _only_if("resolution", Resolution.EXPIRED, _of_need(Kind.ENDING, NEED_ENDED)),
    "offer.opened": _of_offer(Kind.REVIEW, OFFER_OPENED),
    "offer.sent_back": _of_offer(Kind.REVIEW, OFFER_SENT_BACK),
    "offer.closed": _only_if("reason", "expired", _of_offer(Kind.ENDING, OFFER_ENDED)),
    "organisation.verified": _of_organisation(VERIFIED),
    "organisation.refused": _of_organisation(NOT_VERIFIED),
    "grant.given": _of_role(ROLE_GIVEN),
    "grant.ended": _of_role(ROLE_ENDED),
}
