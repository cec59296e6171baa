"""The platform's clock, moved: what a year brings, in a second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone


@contextmanager
def at_time(moment: dt.datetime) -> Iterator[dt.datetime]:
    """Let it be ``moment`` inside, for ``timezone.now`` and for all that was defined by it, defaults of columns too.

    Django's module is given another ``datetime``: whoever holds the function itself is told the moment as well.
    """

    class Likewise(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, dt.datetime)

    class Stopped(dt.datetime, metaclass=Likewise):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "datetime", Stopped)
        yield moment


def local(year: int, month: int, day: int, hour: int = 9) -> dt.datetime:
    """Return an hour of a local day."""
    return dt.datetime(year, month, day, hour, tzinfo=timezone.get_default_timezone())
