"""Reactions as a Django application."""

from django.apps import AppConfig


class ReactionsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.reactions"
    label = "reactions"
