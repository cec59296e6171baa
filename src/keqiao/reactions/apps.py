"""Reactions as a Django application; here the rooms are wired to the index and to the journal."""

from django.apps import AppConfig


class ReactionsConfig(AppConfig):
    """Registers the room, the index's sources and the bell."""

    name = "keqiao.reactions"
    label = "reactions"

    def ready(self) -> None:
        """Hand the sources down to search and the bell down to the journal."""
        from keqiao.activities import documents as activities
        from keqiao.articles import documents as articles
        from keqiao.journal import services as journal
        from keqiao.needs import documents as needs
        from keqiao.offers import documents as offers
        from keqiao.reactions import tasks
        from keqiao.search import imprints, sources
        from keqiao.search.types import Source
        from keqiao.sisters import documents as sisters

        for room in (needs, offers, activities, articles, sisters):
            sources.register(Source(room.KIND, room.entries, room.open_codes))
        for submitting in (needs, offers):
            imprints.register(
                Source(submitting.KIND, submitting.submitted, submitting.submitted_codes)
            )
        journal.follow(tasks.ring)
