"""What a free text already says of a need, what is still to ask, and a draft of what may be public."""

from __future__ import annotations

from dataclasses import dataclass

from keqiao.engine import clarifying as engine
from keqiao.engine.clarifying.types import PublicDraft, Question
from keqiao.needs.models import Need
from keqiao.needs.types import Content
from keqiao.places import reference

SURE = 0.35  # a proposal below this is left to the person
MOST_TITLE = 80
MOST = {"wanted": 5000, "tried": 3000, "targets": 3000, "limits": 3000}


@dataclass(frozen=True, slots=True)
class Clarified:
    """A first content with the names of the fields that were proposed; whether the text rather offers something."""

    content: Content
    proposed: tuple[str, ...]
    is_offer: bool


def clarify(text: str) -> Clarified:
    """Return what the clarifier makes of an enterprise's own words, ``MOST["wanted"]`` characters at most.

    All of them stay in what is wanted, also those that are proposed for another field.
    """
    found = engine.propose(text, reference.load_trees())
    parts = {
        name: proposal.value[:most]
        for name, most in MOST.items()
        if (proposal := getattr(found, name)) is not None
    }
    codes = {
        "industry_id": found.industries[0].value if _sure(found.industries[:1]) else "",
        "subject_id": found.subjects[0].value if _sure(found.subjects[:1]) else "",
        "region_id": found.region.value if found.region is not None else "",
    }
    title = found.title.value if found.title is not None else text.strip().split("\n")[0]
    content = Content(
        title=title[:MOST_TITLE],
        wanted=text,
        tried=parts.get("tried", ""),
        targets=parts.get("targets", ""),
        limits=parts.get("limits", ""),
        stage=found.stage.value if found.stage is not None else None,
        cooperation=tuple(one.value for one in found.cooperation if one.score >= SURE),
        keywords=tuple(one.value for one in found.keywords),
        industry_id=codes["industry_id"],
        subject_id=codes["subject_id"],
        region_id=codes["region_id"],
    )
    names = ("title", "tried", "targets", "limits", "stage", "cooperation", "keywords")
    filled = [name for name in names if getattr(content, name)]
    filled += [name.removesuffix("_id") for name, code in codes.items() if code]
    is_offer = found.direction is not None and found.direction.value == "offer"
    return Clarified(content, tuple(filled), is_offer)


def questions(need: Need) -> tuple[Question, ...]:
    """Return what is still to ask of a draft, most useful first."""
    found = engine.propose(_whole(need), reference.load_trees())
    return engine.questions(need, found)


def public_draft(need: Need) -> PublicDraft:
    """Return title and text that may be shown, and what was taken out."""
    names = [need.author.name]
    if need.organisation is not None:
        names.append(need.organisation.name)
    return engine.public_version(
        need.title,
        _whole(need),
        names=names,
        secrets=need.secrets,
        gazetteer=reference.load_gazetteer(),
    )


def _sure(proposals: tuple[object, ...]) -> bool:
    return any(getattr(one, "score", 0) >= SURE for one in proposals)


def _whole(need: Need) -> str:
    """Return the private text, each part once: a part that was taken from what is wanted is there already."""
    parts = [need.wanted]
    parts += [
        part for part in (need.tried, need.targets, need.limits) if part and part not in need.wanted
    ]
    return "\n".join(parts)
