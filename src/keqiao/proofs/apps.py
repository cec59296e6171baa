"""The room as a Django application."""

from django.apps import AppConfig


class ProofsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.proofs"
    label = "proofs"
