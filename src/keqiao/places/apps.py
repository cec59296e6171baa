"""Regions, industries, subjects and associations as a Django application."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.places"
    label = "places"
