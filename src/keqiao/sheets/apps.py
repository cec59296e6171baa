"""The room as a Django application."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.sheets"
    label = "sheets"
