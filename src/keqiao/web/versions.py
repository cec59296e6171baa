"""What a reviewer compares and an author is told: versions side by side, changes since the last review, remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from keqiao.base import differing
from keqiao.base.differing import Run
from keqiao.needs import documents as need_documents
from keqiao.needs.models import Need
from keqiao.needs.types import Content, Cooperation
from keqiao.offers import documents as offer_documents
from keqiao.offers.models import Offer
from keqiao.offers.types import Kind, Rights
from keqiao.places import reference
from keqiao.reviews.models import Review
from keqiao.web.forms.needs import NeedForm
from keqiao.web.forms.offers import OfferForm

PRIVATE = ("title", "wanted", "tried", "targets", "limits")
PUBLIC = ("public_title", "public_text")
NEED_FIELDS: dict[str, Any] = {
    name: field.label
    for name, field in NeedForm.base_fields.items()
    if name not in {"organisation", "revision", "is_sure"}
}
OFFER_FIELDS: dict[str, Any] = {
    **{
        name: field.label
        for name, field in OfferForm.base_fields.items()
        if name not in {"studio", "revision"} and not name.startswith("industry_")
    },
    "industries": _("适用行业"),
    "evidence": _("佐证"),
}
PLACES = {"industries": "industry_1", "evidence": "evidence_1"}  # where a form has several
GROUPS = {"cooperation"}  # of boxes, the first of which takes the focus
WORDS = {one.value: one.label for choices in (Cooperation, Kind, Rights) for one in choices}
WORDED = {"cooperation", "kind", "rights"}
TEXTS = {*PRIVATE, *PUBLIC, "description", "evidence", "keywords", "secrets"}


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a version, in runs."""

    label: Any
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that is not what it was at the last review."""

    label: Any
    before: list[Run]
    now: list[Run]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with the field of the author's form that it concerns; both empty when it concerns the whole."""

    text: str
    label: Any
    place: str
    anchor: str


def side_by_side(need: Need) -> tuple[list[Part], list[Part]]:
    """Return the private and the public version, what only one of them says marked."""
    texts = need_documents.reviewed(need)
    private = [name for name in PRIVATE if texts[name]]
    here, there = differing.compare(_joined(texts, private), _joined(texts, PUBLIC))
    return _parts(here, texts, private), _parts(there, texts, PUBLIC)


def changes(review: Review | None, entry: Need | Offer) -> list[Change]:
    """Return what differs from what the reviewer saw last time; nothing when there was no last time."""
    if review is None or not review.seen:
        return []
    if isinstance(entry, Need):
        now, labels = need_documents.reviewed(entry), NEED_FIELDS
    else:
        now, labels = offer_documents.reviewed(entry), OFFER_FIELDS
    found = []
    for name, label in labels.items():
        old, new = (_worded(name, texts.get(name, "")) for texts in (review.seen, now))
        if old != new:
            found.append(Change(label, *_compared(name, old, new)))
    return found


def remarks(review: Review | None, labels: Mapping[str, Any]) -> Iterator[Remark]:
    """Yield the comments of a review as the author's form shows them."""
    for said in review.said if review is not None else ():
        place = PLACES.get(said.field, said.field)
        anchor = f"id_{place}_0" if place in GROUPS else f"id_{place}"
        label = labels.get(said.field, "")
        yield Remark(said.text, label, place if label else "", anchor if label else "")


def filled(content: Content) -> Iterator[tuple[str, Any, str]]:
    """Yield (name, label, text) of what a content says, codes as people call them."""
    gazetteer = reference.load_gazetteer()
    place = gazetteer.get(content.region_id)
    texts = {
        **{name: getattr(content, name) for name in (*PRIVATE, *PUBLIC)},
        "cooperation": _worded("cooperation", "、".join(content.cooperation)),
        "region": place.name if place is not None else "",
        "industry": _called("industry", content.industry_id),
        "subject": _called("subject", content.subject_id),
        "keywords": "、".join(content.keywords),
        "secrets": "、".join(content.secrets),
        **{name: getattr(content, name) for name in ("stage", "deadline_on")},
        **{name: getattr(content, name) for name in ("budget_low", "budget_high")},
    }
    for name, label in NEED_FIELDS.items():
        if texts[name] not in {None, ""}:
            yield name, label, str(texts[name])


def _called(tree: str, code: str) -> str:
    return f"{code} {reference.called(tree, code)}" if code else ""


def _compared(name: str, old: str, new: str) -> tuple[list[Run], list[Run]]:
    """Return free texts by what they share; a choice or a number is another as a whole."""
    if name in TEXTS:
        return differing.compare(old, new)
    return [Run(old, bool(old))], [Run(new, bool(new))]


def _joined(texts: Mapping[str, str], names: Sequence[str]) -> str:
    return "".join(f"{texts[name]}\n" for name in names)


def _parts(runs: list[Run], texts: Mapping[str, str], names: Sequence[str]) -> list[Part]:
    """Return the runs field by field, without the line ends at which the fields were joined."""
    pieces = differing.split(runs, [size for name in names for size in (len(texts[name]), 1)])
    return [Part(NEED_FIELDS[name], piece) for name, piece in zip(names, pieces[::2], strict=True)]


def _worded(name: str, text: str) -> str:
    """Return codes as people call them."""
    if name not in WORDED:
        return text
    return "、".join(str(WORDS.get(code, code)) for code in text.split("、"))
