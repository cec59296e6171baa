"""The room as a Django application."""

from django.apps import AppConfig


class GuardiansConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.guardians"
    label = "guardians"
