"""Sisters as a Django application."""

from django.apps import AppConfig


class SistersConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.sisters"
    label = "sisters"
