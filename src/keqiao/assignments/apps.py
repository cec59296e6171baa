"""The room as a Django application."""

from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.assignments"
    label = "assignments"
