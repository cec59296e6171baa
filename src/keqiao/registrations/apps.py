"""The room as a Django application."""

from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.registrations"
    label = "registrations"
