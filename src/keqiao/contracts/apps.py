"""The room as a Django application."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.contracts"
    label = "contracts"
