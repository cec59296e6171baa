"""What an offer or a studio must look like to be kept, and to be handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keqiao.base.codes import is_code
from keqiao.base.phrases import N_
from keqiao.base.text import TOO_MANY, Intake
from keqiao.offers.models import Offer
from keqiao.offers.types import Content, Evidence, EvidenceKind, Kind, Rights, StudioContent
from keqiao.places.models import Industry, Region, Subject

DESCRIPTION_NEEDED = N_("请写清楚能做什么、做到什么程度，至少 %(least)s 个字。")
REGION_NEEDED = N_("请选择所在地区。")
UNKNOWN_CODE = N_("请从列表里选择。")
WRONG_STAGE = N_("技术成熟度是 1 到 9 级。")
WRONG_CAPACITY = N_("同时能承接的对接数请填 1 到 50。")
LEAST_DESCRIPTION = 20
MOST_EVIDENCE = 20
MOST_INDUSTRIES = 20


def cleaned(content: Content) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the columns of a draft, and its evidence as kind and text.

    Raise Invalid, with every problem, only for what cannot be kept at all.
    """
    intake = Intake()
    values: dict[str, Any] = {
        "title": intake.line("title", content.title, most=80, required=True),
        "description": intake.text("description", content.description, most=5000),
        "keywords": intake.words("keywords", content.keywords, most=12, longest=20),
        "kind": content.kind,
        "rights": content.rights,
        "stage": content.stage,
        "region_id": content.region_id,
        "subject_id": content.subject_id or None,
        "capacity": content.capacity,
    }
    intake.check(content.kind in Kind.values, "kind", UNKNOWN_CODE)
    intake.check(content.rights in Rights.values, "rights", UNKNOWN_CODE)
    intake.check(content.stage is None or content.stage in range(1, 10), "stage", WRONG_STAGE)
    intake.check(content.capacity in range(1, 51), "capacity", WRONG_CAPACITY)
    _check_region(intake, content.region_id)
    _check_subject(intake, content.subject_id)
    _check_industries(intake, set(content.industry_ids))
    backings = _backings(intake, content.evidence)
    intake.finish()
    return values, backings


def refuse_incomplete(offer: Offer) -> None:
    """Raise Invalid with everything that a reviewer would have to ask for."""
    intake = Intake()
    enough = len(offer.description) >= LEAST_DESCRIPTION
    intake.check(enough, "description", DESCRIPTION_NEEDED, least=LEAST_DESCRIPTION)
    intake.finish()


def cleaned_studio(content: StudioContent) -> dict[str, Any]:
    """Return the columns of a studio; raise Invalid with every problem."""
    intake = Intake()
    values: dict[str, Any] = {
        "name": intake.line("name", content.name, most=80, required=True),
        "about": intake.text("about", content.about, most=3000),
        "region_id": content.region_id,
        "subject_id": content.subject_id or None,
        "capacity": content.capacity,
    }
    intake.check(content.capacity in range(1, 51), "capacity", WRONG_CAPACITY)
    _check_region(intake, content.region_id)
    _check_subject(intake, content.subject_id)
    intake.finish()
    return values


def _backings(intake: Intake, evidence: Sequence[Evidence]) -> list[tuple[str, str]]:
    if len(evidence) > MOST_EVIDENCE:
        intake.problem("evidence", TOO_MANY, most=MOST_EVIDENCE)
    kept = []
    for piece in evidence[:MOST_EVIDENCE]:
        intake.check(piece.kind in EvidenceKind.values, "evidence", UNKNOWN_CODE)
        kept.append((str(piece.kind), intake.line("evidence", piece.text, most=200)))
    return [(kind, text) for kind, text in kept if text]


def _check_region(intake: Intake, code: str) -> None:
    known = is_code(code) and Region.objects.filter(pk=code).exists()
    intake.check(known, "region", REGION_NEEDED)


def _check_subject(intake: Intake, code: str) -> None:
    known = not code or (is_code(code) and Subject.objects.filter(pk=code).exists())
    intake.check(known, "subject", UNKNOWN_CODE)


def _check_industries(intake: Intake, codes: set[str]) -> None:
    if len(codes) > MOST_INDUSTRIES:
        intake.problem("industries", TOO_MANY, most=MOST_INDUSTRIES)
    elif not all(is_code(code) for code in codes):
        intake.problem("industries", UNKNOWN_CODE)
    else:
        known = Industry.objects.filter(pk__in=codes).count()
        intake.check(known == len(codes), "industries", UNKNOWN_CODE)
