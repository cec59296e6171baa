"""Tokens as a Django application."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.tokens"
    label = "tokens"
