"""What a free text already says of a need, what is still to ask, and a draft of what may be public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from keqiao.engine import clarifying as engine
from keqiao.engine.clarifying.types import Budget, Proposals, Question
from keqiao.needs.models import MOST_BUDGET, Need
from keqiao.needs.types import Content, Exposure
from keqiao.organisations.models import Organisation
from keqiao.places import reference

SURE = 0.35  # a proposal below this is left to the person
MOST_TITLE = 80
SHORTEST_NAME = (
    3  # characters of an own name that is refused in public; a shorter one is asked about
)
MOST = {"wanted": 5000, "tried": 3000, "targets": 3000, "limits": 3000}


# Kinds that never go out: a deliberate word of the author does not change that.
REFUSED = frozenset({"secret", "phone", "email", "account", "identity"})


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft of a public version: what may be shown, the words that are kept secret, and what was taken out."""

    title: str
    text: str
    keywords: tuple[str, ...]
    secrets: tuple[str, ...]
    taken: tuple[Exposure, ...]


@dataclass(frozen=True, slots=True)
class Clarified:
    """A first content with the names of the fields that were proposed; whether the text rather offers something."""

    content: Content
    proposed: tuple[str, ...]
    is_offer: bool


def clarify(text: str, *, organisation: Organisation | None = None) -> Clarified:
    """Return what the clarifier makes of an enterprise's own words, ``MOST["wanted"]`` characters at most.

    All of them stay in what is wanted, also those that are proposed for another field. Where the text names no
    region, it is the organisation's.
    """
    found = engine.propose(text, reference.load_trees(), today=timezone.localdate())
    values = {**_parts(found), **_codes(found), **_terms(found)}
    if not values["region_id"] and organisation is not None:
        values["region_id"] = organisation.region_id
    secrets = _secrets(text)
    hidden = (*secrets, *_own_names(organisation))
    title = found.title.value if found.title is not None else text.strip().split("\n")[0]
    content = Content(
        title=title[:MOST_TITLE],
        wanted=text,
        stage=found.stage.value if found.stage is not None else None,
        cooperation=tuple(one.value for one in found.cooperation if one.score >= SURE),
        keywords=_kept_back([one.value for one in found.keywords], hidden),
        secrets=secrets,
        **values,
    )
    names = ("title", "stage", "cooperation", "keywords", "secrets", *values)
    filled = [name.removesuffix("_id") for name in names if getattr(content, name)]
    is_offer = found.direction is not None and found.direction.value == "offer"
    return Clarified(content, tuple(filled), is_offer)


def questions(need: Need) -> tuple[Question, ...]:
    """Return what is still to ask of a draft, most useful first."""
    found = engine.propose(_whole(need), reference.load_trees())
    return engine.questions(need, found)


def public_draft(need: Need) -> Drafted:
    """Return title, text and keywords that may be shown, what was taken out, and the words that are kept secret.

    When the owner has named no secrets, what the text names as a product is taken for one.
    """
    whole = _whole(need)
    secrets = tuple(need.secrets) or _secrets(whole)
    draft = engine.public_version(
        need.title,
        whole,
        names=_names(need),
        secrets=secrets,
        gazetteer=reference.load_gazetteer(),
    )
    written = {"title": need.title, "text": whole}
    taken = [
        Exposure(one.part, written[one.part][one.start : one.end], one.kind) for one in draft.taken
    ]
    keywords = _kept_back(need.keywords, (*secrets, *_own_names(need.organisation)))
    return Drafted(draft.title, draft.text, keywords, secrets, tuple(dict.fromkeys(taken)))


def exposed(need: Need) -> tuple[Exposure, ...]:
    """Return what the public title, text and keywords tell of who, where, how much and secrets, each once.

    The form shows it to the author, the page of the review to whoever opens the need.
    """
    gazetteer = reference.load_gazetteer()
    never = (*need.secrets, *_own_names(need.organisation))
    shown = [("public_title", need.public_title), ("public_text", need.public_text)]
    shown += [("keywords", word) for word in need.keywords]
    found: list[Exposure] = []
    for field, said in shown:
        draft = engine.public_version(
            "", said, names=_names(need), secrets=need.secrets, gazetteer=gazetteer
        )
        for one in draft.taken:
            passage = said[one.start : one.end]
            is_refused = one.kind in REFUSED or engine.is_told(passage, never)
            found.append(Exposure(field, passage, one.kind, is_refused))
    return tuple(dict.fromkeys(found))


def _names(need: Need) -> list[str]:
    own = [need.organisation.name] if need.organisation is not None else []
    return [need.author.name, *own]


def _own_names(organisation: Organisation | None) -> tuple[str, ...]:
    """Return what the owner's organisation is called, none of two characters, which may be a word of the matter."""
    if organisation is None:
        return ()
    names = engine.called(organisation.name, reference.load_gazetteer())
    return tuple(name for name in names if len(name) >= SHORTEST_NAME)


def _secrets(text: str) -> tuple[str, ...]:
    return tuple(one.value for one in engine.secrets(text))


def _kept_back(keywords: Sequence[str], hidden: Sequence[str]) -> tuple[str, ...]:
    """Return the keywords that tell none of the hidden words."""
    return tuple(word for word in keywords if not engine.is_told(word, hidden))


def _parts(found: Proposals) -> dict[str, Any]:
    values = {}
    for name in ("tried", "targets", "limits"):
        proposal = getattr(found, name)
        values[name] = proposal.value[: MOST[name]] if proposal is not None else ""
    return values


def _codes(found: Proposals) -> dict[str, Any]:
    return {
        "industry_id": found.industries[0].value if _sure(found.industries[:1]) else "",
        "subject_id": found.subjects[0].value if _sure(found.subjects[:1]) else "",
        "region_id": found.region.value if found.region is not None else "",
    }


def _terms(found: Proposals) -> dict[str, Any]:
    """Return budget and last day; an amount that the table cannot hold is left to the person."""
    budget = found.budget.value if found.budget is not None else Budget(None, None)
    amounts = [one for one in (budget.low, budget.high) if one is not None]
    is_kept = all(one <= MOST_BUDGET for one in amounts)
    return {
        "budget_low": budget.low if is_kept else None,
        "budget_high": budget.high if is_kept else None,
        "deadline_on": found.deadline.value if found.deadline is not None else None,
    }


def _sure(proposals: tuple[object, ...]) -> bool:
    return any(getattr(one, "score", 0) >= SURE for one in proposals)


def _whole(need: Need) -> str:
    """Return the private text, each part once: a part that was taken from what is wanted is there already."""
    parts = [need.wanted]
    parts += [
        part for part in (need.tried, need.targets, need.limits) if part and part not in need.wanted
    ]
    return "\n".join(parts)
