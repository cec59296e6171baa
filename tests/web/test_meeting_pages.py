"""The page of a meeting: who came, who does what, and the minutes that are handed out."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser
from tests.meetings.test_meetings import content

from keqiao.casework import selectors as casework
from keqiao.meetings import services
from keqiao.meetings.models import Meeting
from keqiao.meetings.types import BROKER, Decision, Minutes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Return a meeting of 林小满's enterprise and 陈砚 that 吴桥 has called."""
    case = cast.table()
    return services.call(case, content(case, title="锂渣消纳座谈"), by=cast.wu)


def minutes_of(meeting: Meeting, cast: Cast) -> str:
    """Return the text of the minutes as they are handed out."""
    kept = browser(cast.wu).get(f"/meetings/{meeting.pk}/papers/minutes.docx")
    word = docx.Document(BytesIO(kept.content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_minutes_without_a_word_on_who_came_call_nobody_absent(
    cast: Cast, meeting: Meeting
) -> None:
    services.hold(meeting, Minutes("谈了。"), by=cast.wu)
    said = minutes_of(meeting, cast)
    assert "缺席" not in said
    assert "未记录" in said
    assert "雅安示例锂业有限公司、陈砚固废利用工作室" in said
    assert "锂渣消纳座谈纪要" in said
    assert "座谈座谈" not in said


def test_who_is_marked_absent_is_absent_and_each_name_counts(cast: Cast, meeting: Meeting) -> None:
    asks, answers = (party.pk for party in casework.parties(meeting.case))
    entered = {
        "sequence": "0",
        "minutes": "谈了。",
        f"seat_{asks}": "林小满、𠮷田㐂",
        f"absent_{answers}": "on",
    }
    page = browser(cast.wu).post(f"/meetings/{meeting.pk}/", entered, follow=True)
    assert "陈砚固废利用工作室：没有来" in page.content.decode()
    said = minutes_of(meeting, cast)
    assert "出席（2 人）" in said
    assert "缺席\n陈砚固废利用工作室" in said


def test_a_decision_with_a_day_asks_who_does_it(cast: Cast, meeting: Meeting) -> None:
    entered = {
        "sequence": "0",
        "minutes": "谈了。",
        "decision_0_text": "寄样品",
        "decision_0_who": "林小满",
        "decision_0_due_on": "2031-03-20",
    }
    path, client = f"/meetings/{meeting.pk}/", browser(cast.wu)
    refused = client.post(path, entered)
    assert refused.status_code == 422
    assert 'href="#id_decision_0_party"' in refused.content.decode()
    assert not casework.tasks(meeting.case).exists()
    party = casework.parties(meeting.case)[0]
    shown = client.post(path, {**entered, "decision_0_party": str(party.pk)}, follow=True)
    assert "雅安示例锂业有限公司 林小满" in shown.content.decode()
    task = casework.tasks(meeting.case).get()
    assert (task.text, task.party) == ("寄样品", party)
    anew = {
        **entered,
        "sequence": "1",
        "decision_0_party": str(BROKER),
        "decision_0_text": "寄 8 公斤样品",
        "decision_0_task": str(task.pk),
    }
    assert f'name="decision_0_task" value="{task.pk}"' in shown.content.decode()
    assert client.post(path, anew).status_code == 302
    task.refresh_from_db()
    assert (task.text, task.party) == ("寄 8 公斤样品", None)


def test_minutes_name_the_party_that_has_to_do_something(cast: Cast, meeting: Meeting) -> None:
    party = casework.parties(meeting.case)[0].pk
    decisions = (Decision("寄样品", "林小满", party=party), Decision("订会议室", party=BROKER))
    services.hold(meeting, Minutes("谈了。", decisions=decisions), by=cast.wu)
    said = minutes_of(meeting, cast)
    assert "雅安示例锂业有限公司 林小满" in said
    assert "订会议室\n吴桥" in said


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "٣", "\x00", "1.5"])
def test_a_decision_takes_no_number_that_is_none(cast: Cast, meeting: Meeting, number: str) -> None:
    entered = {
        "sequence": "0",
        "minutes": "谈了。",
        "decision_0_text": "寄样品",
        "decision_0_due_on": "2031-03-20",
    }
    for field in ("decision_0_party", "decision_0_task"):
        page = browser(cast.wu).post(f"/meetings/{meeting.pk}/", {**entered, field: number})
        assert page.status_code == 422
    assert not casework.tasks(meeting.case).exists()
