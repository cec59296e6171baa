"""Persons as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.accounts"
    label = "accounts"
