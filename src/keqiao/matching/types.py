"""The words of the room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    """For what a run was asked."""

    NEED = "need", _("需求")
    OFFER = "offer", _("所能")
