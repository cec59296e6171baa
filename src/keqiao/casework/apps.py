"""The room as a Django application."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.casework"
    label = "casework"
