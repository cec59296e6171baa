"""More of the fixed cast, for what is organised and attended: plainly invented, as all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.cast import YAAN, Cast, person
from tests.kept import Kept

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.organisations import services as organisations
from keqiao.organisations.types import Kind, Particulars
from keqiao.places.models import Association

if TYPE_CHECKING:
    from keqiao.accounts.models import Person
    from keqiao.organisations.models import Organisation

CREW = ("tang", "qin", "ma", "luo")


@dataclass(slots=True)
class Crew:
    """Who organises, leads, brings children, teaches; ``cast`` are all others."""

    cast: Cast
    tang: Person  # 唐果, organiser in 雅安
    qin: Person  # 秦川, leads sessions, holds no role
    ma: Person  # 阿依·马兰, mother of two
    luo: Person  # 罗青, teacher at the school
    school: Organisation  # 雅安示例县中学
    node: Association  # 雅安市科协

    def person(self, name: str) -> Person:
        """Return one of the crew or of the cast by family name."""
        found: Person = getattr(self if name in CREW else self.cast, name)
        return found


def _built(cast: Cast) -> Crew:
    node = Association.objects.get(code=f"A-{YAAN}")
    tang = person("tangguo", "唐果")
    access.grant(tang, Role.ORGANISER, node, by=cast.he)
    luo = person("luoqing", "罗青")
    entered = Particulars(
        name="雅安示例县中学", kind=Kind.SCHOOL, region_id="511822", credit_code=""
    )
    school = organisations.register(entered, by=luo)
    return Crew(
        cast=cast,
        tang=tang,
        qin=person("qinchuan", "秦川"),
        ma=person("malan", "阿依·马兰"),
        luo=luo,
        school=organisations.verify(school, by=cast.zheng),
        node=node,
    )


KEPT = Kept(_built)


@pytest.fixture
def crew(cast: Cast) -> Crew:
    """Everybody, ready to act; one cast, whoever asks."""
    made = KEPT.lay(cast)
    made.cast = cast
    return made


def at(days: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment ``days`` from today at an hour of the local day."""
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
