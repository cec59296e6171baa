"""The room as a Django application."""

from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.invitations"
    label = "invitations"
