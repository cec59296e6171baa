"""Two confirmations of one sheet at the same time, with real commits."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.sheets.test_sheets import held

from keqiao.journal.models import Entry
from keqiao.needs.models import Need
from keqiao.sheets import services
from keqiao.sheets.models import Sheet

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_confirmations_at_once_make_the_drafts_once(cast: Cast) -> None:
    sheet = held(cast)
    mine, hers = Sheet.objects.get(pk=sheet.pk), Sheet.objects.get(pk=sheet.pk)
    refusals = at_once(
        lambda: services.apply(mine, by=cast.lin), lambda: services.apply(hers, by=cast.lin)
    )
    assert len(refusals) == 1
    assert Need.objects.count() == 2
    assert Entry.objects.filter(action="sheet.applied").count() == 1
