"""The room as a Django application."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.records"
    label = "records"
