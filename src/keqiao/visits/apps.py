"""The room as a Django application."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.visits"
    label = "visits"
