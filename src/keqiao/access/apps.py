"""Roles and grants as a Django application."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.access"
    label = "access"
