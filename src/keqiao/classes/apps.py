"""The room as a Django application."""

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "keqiao.classes"
    label = "classes"

    def ready(self) -> None:
        """Have the room below count the places that are kept for classes."""
        from keqiao.classes import selectors
        from keqiao.registrations import turns

        turns.KEEPERS.append(selectors.kept)
