"""The room as a Django application."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.outcomes"
    label = "outcomes"
