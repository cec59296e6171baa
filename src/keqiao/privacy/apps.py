"""The room as a Django application."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.privacy"
    label = "privacy"
