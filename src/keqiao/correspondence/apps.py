"""The room as a Django application."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.correspondence"
    label = "correspondence"
