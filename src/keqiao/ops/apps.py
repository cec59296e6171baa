"""Commands as a Django application."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.ops"
    label = "ops"
