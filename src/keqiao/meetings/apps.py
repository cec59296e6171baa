"""The room as a Django application."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.meetings"
    label = "meetings"
