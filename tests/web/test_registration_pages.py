"""Signing up on pages: a mother, her children, a visitor; what is wrong is said beside its field, nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings
from tests.cast import browser
from tests.crew import Crew
from tests.registrations.room import (
    child,
    come,
    crowd,
    drawn_lecture,
    later,
    lecture,
    run_out,
    states,
    taken,
)

from keqiao.guardians.models import Minor
from keqiao.ops import cli
from keqiao.paperwork.qr import qr_svg
from keqiao.registrations import services
from keqiao.registrations.models import Hold, Registration

pytestmark = pytest.mark.django_db
BOTH = {"school": "按学校分组", "health": "当天安排午餐"}
HOSTILE = (
    "＝ＳＵＭ（Ａ１）",
    "=1+1",
    "臺灣𠮷㐂",
    "a\x00b",
    "\ufffd",
    "<script>alert(1)</script>",
    "长" * 5000,
    "\u202e倒",
)


def entered(number: int = 1, **changes: object) -> dict[str, object]:
    """Return what a mother enters about one child."""
    values = {"name": f"阿依·小满{number}", "born_on": child().born_on, "consent_taking_part": "on"}
    return {f"child{number}-{name}": value for name, value in {**values, **changes}.items()}


def text(client: Client, path: str) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_mother_keeps_places_and_signs_up_two_children(crew: Crew) -> None:
    session, ma = lecture(crew, places=2), browser(crew.ma)
    assert "还有 2 个名额" in text(ma, f"/sessions/{session.code}/")
    kept = ma.post(f"/sessions/{session.code}/hold/", {"children": "2"})
    assert kept.headers["Location"] == f"/sessions/{session.code}/sign-up/?children=2"
    assert Hold.objects.get().count == 2
    shown = text(ma, kept.headers["Location"])
    assert "已为您保留 2 个名额" in shown
    assert "第 2 个孩子" in shown
    answer = ma.post(kept.headers["Location"], {**entered(1), **entered(2)}, follow=True)
    assert "报名成功：2 个名额" in answer.content.decode()
    assert states(session) == ["confirmed", "confirmed"]
    assert taken(session) == 2


def test_one_of_two_children_waits_and_the_page_says_so(crew: Crew) -> None:
    session, ma = lecture(crew, places=1), browser(crew.ma)
    path = f"/sessions/{session.code}/sign-up/?children=2"
    both = {**entered(1), **entered(2)}
    refused = ma.post(path, both)
    assert refused.status_code == 422
    assert "只剩 1 个名额" in refused.content.decode()
    assert "阿依·小满2" in refused.content.decode()
    assert not Registration.objects.exists()
    answer = ma.post(path, {**both, "may_split": "on"}, follow=True).content.decode()
    assert "报名成功：1 个名额" in answer
    assert "1 个在候补，排在最前面" in answer
    assert "第 1 位" in answer


def test_what_is_wrong_with_a_child_stands_beside_its_field(crew: Crew) -> None:
    session = lecture(crew, least_age=8, most_age=12, minor_fields=BOTH)
    path = f"/sessions/{session.code}/sign-up/?children=2"
    young = child(years=5).born_on
    both = {
        **entered(1, school="示例小学"),
        **entered(2, born_on=young, school="示例小学", health_note="对花生过敏"),
    }
    shown = browser(crew.ma).post(path, both).content.decode()
    assert 'id="id_child2-born_on-error"' in shown
    assert 'id="id_child2-health_note-error"' in shown
    assert "id_child1-born_on-error" not in shown
    assert not Minor.objects.exists()


def test_the_form_asks_only_what_is_needed_and_why(crew: Crew) -> None:
    plain, asking = lecture(crew), lecture(crew, minor_fields=BOTH)
    ma = browser(crew.ma)
    path = "/sessions/%s/sign-up/?children=1"
    assert "child1-school" not in text(ma, path % plain.code)
    shown = text(ma, path % asking.code)
    assert "按学校分组" in shown
    assert "child1-emergency_phone" not in shown
    assert "自动删除" in shown


def test_a_visitor_says_that_they_are_of_age(crew: Crew) -> None:
    session, ji = lecture(crew), browser(crew.cast.ji)
    path = f"/sessions/{session.code}/sign-up/?own=on"
    assert ji.post(path, {"x": ""}).status_code == 422
    assert not Registration.objects.exists()
    ji.post(path, {"is_of_age": "on"})
    assert states(session) == ["confirmed"]
    again = ji.post(path, {"is_of_age": "on"}, follow=True).content.decode()
    assert "已经报过名了" in again


def test_a_session_that_opens_later_is_full_closed_or_off_says_so(crew: Crew) -> None:
    stranger, ji = Client(), browser(crew.cast.ji)
    early = lecture(crew, opens_at=timezone.now() + timedelta(hours=1))
    assert "以服务器时间为准" in text(stranger, f"/sessions/{early.code}/")
    answer = ji.post(f"/sessions/{early.code}/hold/", {"own": "on"}, follow=True)
    assert "报名还没有开始" in answer.content.decode()
    full = lecture(crew, places=0, most_waiting=0)
    assert "名额已满，这个场次不设候补" in text(stranger, f"/sessions/{full.code}/")
    answer = ji.post(f"/sessions/{full.code}/hold/", {"own": "on"}, follow=True)
    assert "不设候补" in answer.content.decode()
    closed = lecture(crew, closes_at=timezone.now() - timedelta(hours=1))
    assert "报名已经截止" in text(stranger, f"/sessions/{closed.code}/")
    off = lecture(crew, state="cancelled")
    assert "这个场次已取消" in text(stranger, f"/sessions/{off.code}/")
    waiting = lecture(crew, places=0)
    assert "可以排队候补：前面有 0 位" in text(stranger, f"/sessions/{waiting.code}/")
    assert "登录后报名" in text(stranger, f"/sessions/{waiting.code}/")


def test_an_offer_is_accepted_or_declined_on_the_own_page(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, third = come(session, one, two, three)
    services.cancel(first, by=one)
    mine = browser(two)
    assert "有名额在等您确认" in text(mine, "/registrations/")
    mine.post(f"/registrations/{second.code}/accept/")
    assert "报名成功" in text(mine, "/registrations/")
    late = browser(three)
    services.cancel(Registration.objects.get(pk=second.pk), by=two)
    run_out(session)
    answer = late.post(f"/registrations/{third.code}/accept/", follow=True).content.decode()
    assert "确认的期限已过" in answer


def test_the_own_page_begins_with_what_comes_next(crew: Crew) -> None:
    over, next_one, far = (lecture(crew, title=title) for title in ("已过", "下一场", "更远"))
    for session in (over, far, next_one):
        come(session, crew.cast.ji)
    later(over, starts_at=-timedelta(days=2), ends_at=-timedelta(days=1))
    later(far, starts_at=timedelta(days=20), ends_at=timedelta(days=21))
    shown = text(browser(crew.cast.ji), "/registrations/")
    places = [shown.index(title) for title in ("下一场", "更远", "已过")]
    assert places == sorted(places)


def test_a_ticket_is_a_picture_of_its_own_address(crew: Crew, settings: Settings) -> None:
    (made,) = come(lecture(crew), crew.cast.ji)
    response = browser(crew.cast.ji).get(f"/registrations/{made.code}/ticket.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    address = f"{settings.SITE_URL}/check-in/{made.code}/"
    assert response.content.decode() == qr_svg(address)
    assert "style" not in response.content.decode()
    assert made.code in text(browser(crew.cast.ji), f"/registrations/{made.code}/")


def test_the_list_of_a_session_names_children_the_table_does_not(crew: Crew) -> None:
    session = lecture(crew, places=5)
    services.sign_up(session, by=crew.ma, minors=[child("阿依·小满", school="示例小学")])
    come(session, crew.cast.ji)
    qin = browser(crew.qin)
    shown = text(qin, f"/sessions/{session.code}/registrations/")
    assert "阿依·小满" in shown
    assert "示例小学" not in shown
    assert "有孩子可能报了两次" not in shown
    services.sign_up(session, by=crew.luo, minors=[child("阿依・小满")])
    assert "有孩子可能报了两次" in text(qin, f"/sessions/{session.code}/registrations/")
    table = qin.get(f"/sessions/{session.code}/registrations.csv").content.decode("utf-8-sig")
    assert "阿依·小满" not in table
    assert "𠮷田㐂" in table
    assert len(table.splitlines()) == 4


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "＝HYPERLINK(1)", "＋1"])
def test_a_name_that_is_a_formula_stays_text_in_the_table(crew: Crew, name: str) -> None:
    from tests.cast import person

    session = lecture(crew)
    come(session, person("formula", name))
    table = browser(crew.qin).get(f"/sessions/{session.code}/registrations.csv")
    assert f",'{name}," in table.content.decode("utf-8-sig")


def test_the_paper_of_a_draw_is_checked_by_the_command(
    crew: Crew, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = drawn_lecture(crew)
    come(session, *crowd(4))
    page = text(Client(), f"/sessions/{session.code}/draw/")
    assert session.draw.seed_hash in page
    assert session.draw.seed not in page
    later(session, draws_at=-timedelta(seconds=1))
    services.lapse(timezone.now())
    paper = Client().get(f"/sessions/{session.code}/draw.txt").content.decode()
    file = tmp_path / "draw.txt"
    file.write_text(paper, encoding="utf-8")
    assert cli.main(["draw", "check", str(file)]) == 0
    assert "4 lots of 4 families" in capsys.readouterr().out
    lines = paper.splitlines()
    file.write_text("\n".join([*lines[:-2], lines[-1], lines[-2], ""]), encoding="utf-8")
    assert cli.main(["draw", "check", str(file)]) == 1
    assert "wrong: the order" in capsys.readouterr().out
    file.write_bytes(b"\xff\x00")
    assert cli.main(["draw", "check", str(file)]) == 2
    assert cli.main(["draw", "check", str(tmp_path / "nothing")]) == 2


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_about_a_child_break_nothing(crew: Crew, hostile: str) -> None:
    session = lecture(crew, minor_fields=BOTH)
    path = f"/sessions/{session.code}/sign-up/?children=1"
    wicked = entered(1, name=hostile, school=hostile, health_note=hostile)
    answer = browser(crew.ma).post(path, {**wicked, "child1-consent_health": "on"})
    assert answer.status_code in {302, 422}
    assert b"<script>alert" not in answer.content
    assert Registration.objects.count() == Minor.objects.count() == taken(session)


@pytest.mark.parametrize(
    "query",
    ["children=99999999999999999999", "children=-1&own=on", "children=２", "children=%00", "own=%ED%A0%80"],
)  # fmt: skip
def test_a_hostile_number_of_children_is_no_fault(crew: Crew, query: str) -> None:
    session, ma = lecture(crew), browser(crew.ma)
    assert ma.get(f"/sessions/{session.code}/sign-up/?{query}").status_code in {200, 302}
    entered = dict(pair.split("=") for pair in query.split("&"))
    assert ma.post(f"/sessions/{session.code}/hold/", entered).status_code == 302


def test_pages_of_many_cost_what_pages_of_few_do(
    crew: Crew, django_assert_max_num_queries: object
) -> None:
    session = lecture(crew, places=3, most_per_family=30)
    for number in range(12):
        services.sign_up(session, by=crew.ma, minors=[child(f"孩子{number}")])
    ma, qin = browser(crew.ma), browser(crew.qin)
    for client, path, most in (
        (ma, "/registrations/", 14),
        (ma, f"/sessions/{session.code}/", 18),
        (qin, f"/sessions/{session.code}/registrations/", 14),
    ):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert client.get(path).status_code == 200


def test_whoever_finds_nothing_left_is_told_so_on_a_page_that_asks_little(
    crew: Crew, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = lecture(crew, places=1, most_waiting=0)
    come(session, crew.cast.ji)
    client = browser(crew.ma)
    path = f"/sessions/{session.code}/hold/"
    with django_assert_max_num_queries(5):
        answer = client.post(path, {"children": "0", "own": "on"})
    page = answer.content.decode()
    assert (answer.status_code, "名额已满" in page, f"/sessions/{session.code}/" in page) == (
        409,
        True,
        True,
    )
    assert not Hold.objects.exists()
    assert taken(session) == 1


def test_the_page_says_when_sign_up_really_ends(crew: Crew) -> None:
    start = lecture(crew).starts_at
    draw, late = start - timedelta(days=1), start + timedelta(minutes=30)
    for said, changes in (
        ("本场开始时", {}),
        ("本场开始时", {"closes_at": late}),
        ("抽签时", {"way": "draw", "draws_at": draw}),
        ("抽签时", {"way": "draw", "draws_at": draw, "closes_at": late}),
        (f"{timezone.localtime(draw):%Y-%m-%d %H:%M}", {"closes_at": draw}),
    ):
        session = lecture(crew, **changes)
        shown = text(browser(crew.ma), f"/sessions/{session.code}/")
        assert f"<dt>报名截止</dt><dd>{said}</dd>" in shown, changes


def test_a_consent_that_is_missing_is_told_beside_its_box_with_all_else(crew: Crew) -> None:
    session = lecture(crew, least_age=8, most_age=12)
    path = f"/sessions/{session.code}/sign-up/?children=2"
    both = {**entered(1, name=""), **entered(2, consent_taking_part="")}
    shown = browser(crew.ma).post(path, both).content.decode()
    assert 'id="id_child1-name-error"' in shown
    assert 'id="id_child2-consent_taking_part-error"' in shown
    assert 'id="id_child1-consent_taking_part-error"' not in shown
    assert not Minor.objects.exists()


def test_the_list_tells_of_places_that_are_kept(crew: Crew, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    session, tang = lecture(crew, places=4), browser(crew.tang)
    path = f"/sessions/{session.code}/registrations/"
    come(session, crew.cast.ji)
    assert "保留中" not in text(tang, path)
    browser(crew.ma).post(f"/sessions/{session.code}/hold/", {"children": "2"})
    assert "2 个，留给等监护人确认的班级和正在填写的人" in text(tang, path)


def test_a_place_is_given_up_in_two_steps(crew: Crew) -> None:
    session = lecture(crew)
    come(session, crew.cast.ji)
    shown = text(browser(crew.cast.ji), "/registrations/")
    before, _summary, after = shown.partition("<summary>取消报名</summary>")
    assert "/cancel/" not in before
    assert "确认，不参加了" in after


def test_who_has_all_places_of_a_family_is_told_so_instead_of_asked(crew: Crew) -> None:
    session = lecture(crew, places=5, most_per_family=2)
    path, ma = f"/sessions/{session.code}/", browser(crew.ma)
    ma.post(f"{path}sign-up/?children=1", entered(1))
    assert f"{path}hold/" in text(ma, path)
    ma.post(f"{path}sign-up/?children=1", entered(1, name="阿依·小禾"))
    shown = text(ma, path)
    assert "最多 2 个名额（含候补），您已经报满" in shown
    assert f"{path}hold/" not in shown
    cancelled = Registration.objects.latest("pk")
    services.cancel(cancelled, by=crew.ma)
    assert f"{path}hold/" in text(ma, path)
