"""The room as a Django application."""

from django.apps import AppConfig


class VolunteeringConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.volunteering"
    label = "volunteering"
