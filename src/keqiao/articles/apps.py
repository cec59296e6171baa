"""Articles as a Django application."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.articles"
    label = "articles"
