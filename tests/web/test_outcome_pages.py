"""What the page of an outcome keeps, says and leads to, and who learns on the desks of what waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser
from tests.outcomes.test_outcomes import content

from keqiao.casework.models import Case
from keqiao.outcomes import services
from keqiao.outcomes.models import FollowUp, Outcome
from keqiao.outcomes.types import Kind, Use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def entered(cast: Cast) -> Outcome:
    return services.enter(cast.table(), content(), by=cast.wu)


def confirmed(cast: Cast) -> Outcome:
    outcome = entered(cast)
    services.confirm(outcome, by=cast.lin)
    return services.confirm(outcome, by=cast.chen)


def asked_after(outcome: Outcome) -> list[FollowUp]:
    """Have the first two questions asked, and return them."""
    rows = list(FollowUp.objects.filter(outcome=outcome).order_by("days")[:2])
    for asked in rows:
        FollowUp.objects.filter(pk=asked.pk).update(due_on=timezone.localdate() - timedelta(days=1))
        asked.refresh_from_db()
        services.ask_after(asked)
        asked.refresh_from_db()
    return rows


def test_a_correction_begins_with_the_old_words_and_keeps_the_new_ones(cast: Cast) -> None:
    outcome = confirmed(cast)
    path, client = f"/outcomes/{outcome.code}/", browser(cast.wu)
    assert outcome.text in client.get(path).content.decode().split("登记更正", 1)[1]
    written = {
        "do": "correct",
        "kind": "contract",
        "text": "合同金额写错了，𠮷田㐂核对过。",
        "happened_on": "2026-01-05",
        "people": "7",
    }
    refused = client.post(path, written)
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "合同金额写错了，𠮷田㐂核对过。" in said
    assert 'value="2026-01-05"' in said
    assert 'href="#correct_amount"' in said
    assert 'id="correct_amount"' in said
    assert Outcome.objects.count() == 1


def test_after_a_correction_one_stands_on_the_new_page_and_the_old_one_leads_to_it(
    cast: Cast,
) -> None:
    outcome = confirmed(cast)
    written = {
        "do": "correct",
        "kind": "advice",
        "text": "改正后的内容，写清楚做了什么。",
        "happened_on": timezone.localdate().isoformat(),
    }
    pressed = browser(cast.wu).post(f"/outcomes/{outcome.code}/", written, follow=True)
    new = Outcome.objects.exclude(pk=outcome.pk).get()
    assert pressed.redirect_chain[0][0] == f"/outcomes/{new.code}/"
    assert "更正已登记" in pressed.content.decode()
    old = browser(cast.lin).get(f"/outcomes/{outcome.code}/").content.decode()
    assert f'href="/outcomes/{new.code}/"' in old


@pytest.mark.parametrize(("who", "do"), [("lin", "dispute"), ("he", "stands")])
def test_a_refused_word_about_an_outcome_stays_on_the_page(cast: Cast, who: str, do: str) -> None:
    outcome = entered(cast)
    if do == "stands":
        services.dispute(outcome, "没有做成。", by=cast.chen)
    text = "很长的话" * 600
    refused = browser(getattr(cast, who)).post(
        f"/outcomes/{outcome.code}/", {"do": do, "text": text}
    )
    assert refused.status_code == 422
    assert text in refused.content.decode()


def test_a_refused_answer_stays_with_its_own_question(cast: Cast) -> None:
    outcome = confirmed(cast)
    first, second = asked_after(outcome)
    written = {"do": "tell", "follow_up": str(second.pk), "use": "", "text": "换了新设备"}
    said = browser(cast.lin).post(f"/outcomes/{outcome.code}/", written).content.decode()
    assert said.count("换了新设备") == 1
    assert f'href="#tell{second.pk}_use_0"' in said
    assert f'id="tell{second.pk}_use_0"' in said
    assert said.index("换了新设备") > said.index(f'id="tell{first.pk}_use_0"')


@pytest.mark.parametrize(
    ("who", "do", "sentence"),
    [
        ("lin", "confirm", "已为您这一方确认。"),
        ("lin", "dispute", "异议已提出"),
        ("wu", "void", "已撤回这条登记。"),
    ],
)
def test_each_word_is_answered_with_its_own_sentence(
    cast: Cast, who: str, do: str, sentence: str
) -> None:
    outcome = entered(cast)
    path = f"/outcomes/{outcome.code}/"
    page = browser(getattr(cast, who)).post(path, {"do": do, "text": "没有做成。"}, follow=True)
    assert sentence in page.content.decode()


def test_an_amount_is_written_with_its_thousands_apart(cast: Cast) -> None:
    case = cast.table()
    outcome = services.enter(case, content(kind=Kind.CONTRACT, amount=Decimal(1234567)), by=cast.wu)
    client = browser(cast.wu)
    for path in (f"/outcomes/{outcome.code}/", f"/cases/{case.code}/"):
        assert "1,234,567 元" in client.get(path).content.decode()


def test_the_broker_and_both_sides_learn_of_a_dispute(cast: Cast) -> None:
    outcome = entered(cast)
    services.dispute(outcome, "没有做成。", by=cast.chen)
    address = f'href="/outcomes/{outcome.code}/"'
    board = browser(cast.wu).get("/cases/").content.decode()
    assert "成果有异议，等上级裁定" in board
    for who in (cast.wu, cast.lin, cast.chen):
        said = browser(who).get("/desk/").content.decode()
        assert address in said.split("有异议的成果", 1)[1]
    for who in (cast.zhou, cast.sun, cast.gu):
        assert address not in browser(who).get("/desk/").content.decode()
    services.decide(outcome, "核实无误。", stands=True, by=cast.he)
    assert "有异议的成果" not in browser(cast.wu).get("/desk/").content.decode()


def test_a_question_that_was_asked_stands_on_the_desk_until_the_own_side_answers(
    cast: Cast,
) -> None:
    outcome = confirmed(cast)
    words = "请告诉我们后来怎样"
    assert words not in browser(cast.lin).get("/desk/").content.decode()
    first, second = asked_after(outcome)
    assert words in browser(cast.lin).get("/desk/").content.decode()
    assert words not in browser(cast.zhou).get("/desk/").content.decode()
    for asked in (first, second):
        services.tell(asked, Use.IN_USE, by=cast.lin)
    assert words not in browser(cast.lin).get("/desk/").content.decode()
    assert words in browser(cast.chen).get("/desk/").content.decode()


def test_the_work_is_asked_about_only_when_there_is_something_to_look_back_on(cast: Cast) -> None:
    outcome = entered(cast)
    case = Case.objects.get()
    path, client = f"/cases/{case.code}/", browser(cast.lin)
    assert "回答三个问题" not in client.get(path).content.decode()
    services.confirm(outcome, by=cast.lin)
    services.confirm(outcome, by=cast.chen)
    assert "回答三个问题" in client.get(path).content.decode()


def test_a_wrong_number_of_people_is_called_wrong_and_not_missing(cast: Cast) -> None:
    case = cast.table()
    written = {
        "kind": "training",
        "text": "培训了一线操作人员三天。",
        "happened_on": timezone.localdate().isoformat(),
        "people": "-5",
    }
    client = browser(cast.wu)
    path = f"/cases/{case.code}/do/outcome/"
    wrong = client.post(path, written).content.decode()
    assert "培训人数请填 1 到 100000 之间的整数。" in wrong
    missing = client.post(path, {**written, "people": ""}).content.decode()
    assert "人才培训要写明培训人数。" in missing
    assert "培训人数请填" not in missing
