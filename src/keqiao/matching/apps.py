"""Matching as a Django application."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.matching"
    label = "matching"
