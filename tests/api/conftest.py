"""What every test of the interface needs: nobody is asked for a second factor, and limits are far away."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def _far_limits(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    settings.API_LIMIT = settings.API_TOKEN_LIMIT = 100_000
