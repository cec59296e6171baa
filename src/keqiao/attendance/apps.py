"""The room as a Django application."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.attendance"
    label = "attendance"
