"""The room as a Django application."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.reviews"
    label = "reviews"
