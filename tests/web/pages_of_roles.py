"""Roles in the tables: administrators of a node and above know who holds them there, and give and take them."""

from __future__ import annotations

from tests.cast import YAAN
from tests.crew import Crew
from tests.web.whom import LOGIN, only

from keqiao.access.models import Grant
from keqiao.access.types import Role

READ = {"role_list": only("he", stranger=LOGIN)}
POSTED = {"role_end", "society_create"}


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    assert crew.cast.he is not None
    return {"role_list": "/roles/?page=abc"}


def presses(crew: Crew) -> dict[str, tuple[str, dict[str, object], set[str]]]:
    """Return every press on the page of roles."""
    given: dict[str, object] = {
        "email": crew.cast.ji.email,
        "role": Role.BROKER.value,
        "node": f"A-{YAAN}",
    }
    brokers = Grant.objects.get(person=crew.cast.wu, role=Role.BROKER, ended_at=None)
    society: dict[str, object] = {"name": "雅安𠮷示例学会", "under": f"A-{YAAN}"}
    return {
        "role_list": ("/roles/", given, {"he"}),
        "role_end": (f"/roles/{brokers.pk}/end/", {}, {"he"}),
        "society_create": ("/roles/societies/new/", society, {"he"}),
    }
