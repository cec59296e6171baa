"""Two at once take up the same need, with real commits: there is one case, and one is told."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once

from keqiao.casework import services
from keqiao.casework.models import Case, Party
from keqiao.needs.models import Need

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_need_that_two_pages_take_up_at_once_has_one_case(cast: Cast) -> None:
    need = cast.open_need()

    def take() -> object:
        return services.open_case([Need.objects.get(pk=need.pk)], by=cast.wu)

    assert len(at_once(take, take)) == 1
    assert (Case.objects.count(), Party.objects.count()) == (1, 1)
