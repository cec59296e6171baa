"""The journal as a Django application."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.journal"
    label = "journal"
