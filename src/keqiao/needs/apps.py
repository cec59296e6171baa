"""Needs as a Django application."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.needs"
    label = "needs"
