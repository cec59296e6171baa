"""What the board and the page of a case show to the broker: stages, tasks, days, who could take over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import YAAN, Cast, browser, person

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.casework import selectors as casework
from keqiao.casework import services
from keqiao.casework.models import Case
from keqiao.casework.types import StepContent
from keqiao.invitations import services as invitations
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.outcomes.models import Milestone
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def shown(cast: Cast, path: str) -> str:
    """Return the page as 吴桥 sees it."""
    return browser(cast.wu).get(path).content.decode()


def test_a_stage_that_was_skipped_is_called_skipped_and_not_done(cast: Cast) -> None:
    case = cast.table()
    services.advance(case, "contact", StepContent(), by=cast.wu)
    services.advance(case, "contract", StepContent(reason="早就谈好了"), by=cast.wu)
    way = shown(cast, f"/cases/{case.code}/").split('<ol class="steps">')[1].split("</ol>")[0]
    steps = way.split("<li ")[1:]
    marks = [step.split('"')[1].removeprefix("step step--") for step in steps]
    assert marks == ["done", "done", "skipped", "skipped", "now", "step", "step"]
    assert [("跳过" in step) for step in steps] == [False, False, True, True, False, False, False]


def test_a_task_is_taken_back_by_the_broker_alone_and_only_while_it_is_open(cast: Cast) -> None:
    case = cast.table()
    task, done = (services.add_task(case, text, by=cast.wu) for text in ("寄样品", "约时间"))
    services.finish_task(done, by=cast.wu)
    path = f"/cases/{case.code}/task-withdraw/{task.pk}/"
    assert path in shown(cast, f"/cases/{case.code}/")
    before = Entry.objects.count()
    assert browser(cast.lin).post(path).status_code == 403
    assert path not in browser(cast.lin).get(f"/cases/{case.code}/").content.decode()
    refused = browser(cast.wu).post(f"/cases/{case.code}/task-withdraw/{done.pk}/")
    assert refused.status_code == 409
    assert Entry.objects.count() == before
    assert browser(cast.wu).post(path).status_code == 302
    assert browser(cast.wu).post(path).status_code == 404
    assert [one.text for one in casework.tasks(case)] == ["约时间"]
    assert [one.action for one in journal.about(services.subject_of(case))][-1] == (
        "case.task_withdrawn"
    )


@pytest.mark.parametrize("deed", ["task", "milestone"])
def test_nothing_new_is_due_in_the_past(cast: Cast, deed: str) -> None:
    case = cast.table()
    entered = {"text": "寄样品", "title": "小试", "due_on": "2020-01-01"}
    client, path = browser(cast.wu), f"/cases/{case.code}/do/{deed}/"
    refused = client.post(path, entered)
    assert refused.status_code == 422
    assert "期限已经过去" in refused.content.decode()
    assert 'value="2020-01-01"' in refused.content.decode()
    assert not casework.tasks(case).exists()
    assert not Milestone.objects.exists()
    today = timezone.localdate().isoformat()
    assert client.post(path, {**entered, "due_on": today}).status_code == 302


def test_a_case_is_handed_over_to_others_and_not_to_oneself(cast: Cast) -> None:
    case = cast.table()
    path = f"/cases/{case.code}/"
    assert "本地区没有别的经纪人，请联系上级管理员。" in shown(cast, path)
    assert 'name="broker"' not in shown(cast, path)
    another = person("qinfang", "秦访")
    access.grant(another, Role.BROKER, Association.objects.get(region_id=YAAN), by=cast.he)
    choice = shown(cast, path).split('name="broker"')[1].split("</select>")[0]
    assert "秦访" in choice
    assert "吴桥" not in choice
    own = browser(cast.wu).post(f"{path}do/hand-over/", {"broker": str(cast.wu.pk)})
    assert own.status_code == 422
    assert browser(cast.wu).post(f"{path}do/hand-over/", {"broker": another.pk}).status_code == 302


def test_one_word_stands_for_the_end_of_a_case(cast: Cast) -> None:
    case = cast.table()
    entered = {"end_reason": "terms", "reason": "谈不拢", "revision": str(case.revision)}
    page = browser(cast.wu).post(f"/cases/{case.code}/do/end/", entered, follow=True)
    said = page.content.decode()
    assert "对接单已终止，需求重新开放。" in said
    assert "结束" not in said


def test_the_board_puts_questions_first_and_names_the_need(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    today = timezone.localdate()
    first = invitations.invite(
        case, need, cast.gu_studio, due_on=today + timedelta(days=1), by=cast.wu
    )
    asked = invitations.invite(
        case, need, cast.chen_studio, due_on=today + timedelta(days=9), by=cast.wu
    )
    invitations.ask(asked, "硫含量多少？", by=cast.chen)
    board = shown(cast, "/cases/")
    assert board.index(asked.code) < board.index(first.code)
    row = board[board.index(asked.code) :].split("</li>")[0]
    assert "有提问，等您回复" in row
    assert need.public_title in row
    assert "有提问" not in board[board.index(first.code) :].split("</li>")[0]


def test_a_case_without_a_day_is_followed_up_after_a_day(cast: Cast) -> None:
    case = cast.case()
    due = "按阶段"
    address = f'href="/cases/{case.code}/"'
    assert address not in shown(cast, "/cases/").split(due)[0]
    Case.objects.filter(pk=case.pk).update(changed_at=timezone.now() - timedelta(days=2))
    board = shown(cast, "/cases/").split(due)[0]
    assert address in board
    assert "还没定下次跟进的日期" in board
    services.advance(
        case,
        "contact",
        StepContent(next_on=timezone.localdate() + timedelta(days=5)),
        by=cast.wu,
    )
    Case.objects.filter(pk=case.pk).update(changed_at=timezone.now() - timedelta(days=2))
    assert address not in shown(cast, "/cases/").split(due)[0]


def test_an_invitation_says_what_an_expert_has_to_know(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    today = timezone.localdate()
    sent = invitations.invite(
        case, need, cast.chen_studio, due_on=today + timedelta(days=9), by=cast.wu
    )
    client = browser(cast.chen)
    page = client.get(f"/invitations/{sent.code}/").content.decode()
    for said in ("技术开发、技术服务", "雅安市", "6 级"):
        assert said in page, said
    assert f'href="/needs/{need.code}/"' in page
    assert client.get(f"/needs/{need.code}/").status_code == 200
    desk = client.get("/desk/").content.decode()
    row = desk[desk.index(sent.code) :].split("</li>")[0]
    assert cast.chen_studio.name in row


def test_an_answered_invitation_leaves_those_that_wait(cast: Cast) -> None:
    cast.table()
    desk = browser(cast.chen).get("/desk/").content.decode()
    assert "收到的邀请" not in desk
    assert "答复过或已失效的邀请（1）" in desk
