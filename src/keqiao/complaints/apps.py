"""The room as a Django application."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.complaints"
    label = "complaints"
