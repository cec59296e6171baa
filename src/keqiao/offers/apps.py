"""Offers as a Django application."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.offers"
    label = "offers"
