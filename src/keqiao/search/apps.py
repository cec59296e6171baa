"""Search as a Django application."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.search"
    label = "search"
