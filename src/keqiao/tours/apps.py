"""The room as a Django application."""

from django.apps import AppConfig


class ToursConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.tours"
    label = "tours"
