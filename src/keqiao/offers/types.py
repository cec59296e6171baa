"""The words of the room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

RENEW_DAYS = 30  # before its end that an entry may be renewed, and its owner is reminded


class Kind(models.TextChoices):
    """What sort of thing is offered."""

    SKILL = "skill", _("技术专长")
    RESULT = "result", _("科技成果")
    PATENT = "patent", _("专利")
    EQUIPMENT = "equipment", _("仪器设备")
    TEAM = "team", _("团队")
    IDEA = "idea", _("设想")


class Rights(models.TextChoices):
    """Where the intellectual property stands."""

    UNKNOWN = "unknown", _("未说明")
    NONE = "none", _("不涉及")
    APPLIED = "applied", _("已申请专利")
    GRANTED = "granted", _("已授权专利")
    SECRET = "secret", _("技术秘密")
    COPYRIGHT = "copyright", _("软件著作权")
    VARIETY = "variety", _("植物新品种权")
    OPEN = "open", _("公开可用")


class EvidenceKind(models.TextChoices):
    """What backs an offer."""

    GRANT = "grant", _("科研项目")
    PATENT = "patent", _("专利号")
    PAPER = "paper", _("论文")
    CASE = "case", _("以往案例")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence: its kind and what it says."""

    kind: EvidenceKind
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered for an offer; stage is TRL 1–9, capacity the cases it can serve at once."""

    title: str
    kind: str = Kind.SKILL
    description: str = ""
    stage: int | None = None
    rights: str = Rights.UNKNOWN
    evidence: tuple[Evidence, ...] = ()
    region_id: str = ""
    subject_id: str = ""
    industry_ids: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class StudioContent:
    """What is entered for a studio."""

    name: str
    about: str = ""
    region_id: str = ""
    subject_id: str = ""
    capacity: int = 3
