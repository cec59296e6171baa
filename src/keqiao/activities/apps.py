"""The room as a Django application."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.activities"
    label = "activities"
