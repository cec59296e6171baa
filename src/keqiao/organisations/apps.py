"""Organisations as a Django application."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.organisations"
    label = "organisations"
