"""Who is told of a complaint: whoever may handle it, and whoever complained; never the one complained about."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.complaints.test_complaints import lodged
from tests.reactions.test_notices import forget_the_past, told

from keqiao.complaints import services
from keqiao.complaints.types import Measure

pytestmark = pytest.mark.django_db


def test_the_desk_is_told_of_a_complaint_and_who_complained_of_the_answer(cast: Cast) -> None:
    forget_the_past()
    complaint, _key = lodged(cast, by=cast.zhou)
    assert told(cast) == {"zheng": ["complaint"], "he": ["complaint"]}
    services.take(complaint, by=cast.zheng)
    services.answer(complaint, "已请作者改正。", Measure.CORRECTED, by=cast.zheng)
    assert told(cast)["zhou"] == ["complaint", "complaint"]
    services.object_to(complaint, "没有改。", by=cast.zhou)
    assert told(cast)["he"] == ["complaint", "complaint"]


def test_who_complains_without_an_account_is_told_nothing(cast: Cast) -> None:
    forget_the_past()
    complaint, _key = lodged(cast)
    services.take(complaint, by=cast.zheng)
    assert set(told(cast)) <= {"zheng", "he"}
