"""The words of the room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What sort of body an organisation is."""

    ENTERPRISE = "enterprise", _("企业")
    UNIVERSITY = "university", _("高校")
    INSTITUTE = "institute", _("科研院所")
    SCHOOL = "school", _("中小学校")
    ASSOCIATION = "association", _("科协")
    SOCIETY = "society", _("学会（协会）")
    OTHER = "other", _("其他单位")


class Standing(models.TextChoices):
    """Where the check of an organisation stands."""

    WAITING = "waiting", _("待核验")
    VERIFIED = "verified", _("已核验")
    REFUSED = "refused", _("核验未通过")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is entered about an organisation; ``credit_code`` may be empty, ``region_id`` has six digits."""

    name: str
    kind: Kind
    region_id: str
    credit_code: str = ""
    about: str = ""
