"""The room as a Django application."""

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.classes"
    label = "classes"
