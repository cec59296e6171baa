"""A class of 罗青's for the camp, and what its guardians say by their links."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.crew import Crew
from tests.guardians.camp import PHONE, camp, child

from keqiao.activities.models import Session
from keqiao.classes import selectors, services
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.classes.types import Content
from keqiao.guardians.types import Guardian
from keqiao.registrations.models import Registration

CALLED = ("小满", "𠮷子", "小秋㐂")
MOTHER = Guardian("马兰", PHONE)


def content(*called: str, **changes: Any) -> Content:
    """Return a class of three, to be confirmed until tomorrow."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    values: dict[str, Any] = {"name": "四年级 2 班", "pupils": called or CALLED, "due_on": tomorrow}
    return Content(**{**values, **changes})


def enter(crew: Crew, session: Session | None = None, *called: str, **changes: Any) -> SchoolClass:
    """Return a class that 罗青 has entered."""
    wanted = session or camp(crew)
    return services.enter(wanted, crew.school, content(*called, **changes), by=crew.luo)


def links(crew: Crew, school_class: SchoolClass) -> list[str]:
    """Return the keys of fresh links, in the order of the pupils."""
    return [one.key for one in services.issue_links(school_class, by=crew.luo)]


def by_key(key: str) -> Pupil:
    """Return the pupil as a guardian finds it."""
    return selectors.by_key(key)


def confirm(key: str, **changes: Any) -> Registration:
    """Return the registration after a guardian confirmed by the link."""
    return services.confirm(by_key(key), child(**changes), MOTHER)
