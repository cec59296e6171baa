"""What the suite leaves out on the second database opens none: whoever asks for rows is seen, by whatever way."""

from __future__ import annotations

import pytest
from tests import conftest
from tests.cast import Cast


@pytest.mark.django_db
def test_who_is_marked_asks(request: pytest.FixtureRequest) -> None:
    assert conftest.opens_rows(request.node)


def test_who_meets_the_cast_asks(request: pytest.FixtureRequest, cast: Cast) -> None:
    assert cast.lin.pk
    assert conftest.opens_rows(request.node)


def test_who_serves_the_site_asks(request: pytest.FixtureRequest, live_server: object) -> None:
    assert live_server
    assert conftest.opens_rows(request.node)


def test_who_asks_for_nothing_is_left_out_and_gets_nothing(request: pytest.FixtureRequest) -> None:
    from django.contrib.sessions.models import Session

    assert not conftest.opens_rows(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Session.objects.exists()
