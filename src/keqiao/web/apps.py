"""Pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.web"
    label = "web"
