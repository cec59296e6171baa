"""After a session: three questions and a certificate, for those who came."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.fixtures import Settings
from tests.attendance.camp import child, over, place, session
from tests.cast import browser, person
from tests.crew import Crew

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.attendance import selectors, services
from keqiao.attendance.models import Feedback
from keqiao.attendance.types import Answer
from keqiao.base.errors import Invalid, NotAllowed
from keqiao.guardians.models import Minor
from keqiao.journal.models import Entry
from keqiao.messaging.models import Notice
from keqiao.proofs import selectors as proofs
from keqiao.proofs.models import Proof
from keqiao.reactions import reminders
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db
YES: dict[str, Answer | None] = dict.fromkeys(("understood", "learned", "comes_again"), Answer.YES)


def came(crew: Crew, held: Session | None = None, **of_child: Any) -> Registration:
    """Return the place of 阿依·马兰's child who came to a session that is over."""
    held = held or session(crew)
    one = place(held, crew.ma, minor=child(held, crew.ma, **of_child))
    services.check_in_now(held, one.code, by=crew.qin)
    over(held)
    return selectors.own(one.code, by=crew.ma)


def grown_ups(crew: Crew, held: Session, count: int) -> list[Registration]:
    """Return places of persons who came."""
    rows = [place(held, person(f"guest{number}", f"来客{number}")) for number in range(count)]
    for row in rows:
        services.check_in_now(held, row.code, by=crew.qin)
    return rows


def paper(client: Client, one: Registration) -> tuple[str, Proof]:
    """Return what the certificate says, and the proof behind it."""
    answer = client.post(f"/attendance/{one.code}/certificate/")
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\u200b", "")
    return text, proofs.get(re.findall(r"P-[0-9A-Z]{8}", text)[0])


def test_a_guardian_answers_for_a_child_once_and_the_journal_keeps_no_answer(crew: Crew) -> None:
    one = came(crew)
    services.give_feedback(one, YES, text="讲得很好，㐂𠮷。", by=crew.ma)
    assert Feedback.objects.get().text == "讲得很好，㐂𠮷。"
    entry = Entry.objects.get(action="registration.feedback_given")
    assert (entry.subject_key, entry.data) == (one.code, {})
    with pytest.raises(services.Given):
        services.give_feedback(one, YES, by=crew.ma)


def test_nobody_answers_for_another(crew: Crew) -> None:
    one = came(crew)
    for who in (crew.qin, crew.tang, crew.luo, crew.cast.ji):
        with pytest.raises(NotAllowed):
            services.give_feedback(one, YES, by=who)
    pupil = place(one.session, crew.luo, minor=child(one.session, None, "李想"))
    with pytest.raises(NotAllowed):
        services.give_feedback(pupil, YES, by=crew.luo)  # a teacher is no guardian
    assert not Feedback.objects.exists()


def test_feedback_waits_for_the_end_and_ends_after_thirty_days(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    services.check_in_now(held, one.code, by=crew.qin)
    mine = selectors.own(one.code, by=crew.cast.ji)
    with pytest.raises(services.OutOfTime):
        services.give_feedback(mine, YES, by=crew.cast.ji)
    over(held, days=30)
    late = selectors.own(one.code, by=crew.cast.ji)
    with pytest.raises(services.OutOfTime):
        services.give_feedback(late, YES, by=crew.cast.ji)
    over(held, days=29)
    on_time = selectors.own(one.code, by=crew.cast.ji)
    assert services.give_feedback(on_time, YES, by=crew.cast.ji).registration == one


def test_who_did_not_come_says_nothing_and_gets_no_certificate(crew: Crew) -> None:
    held = over(session(crew))
    absent = selectors.own(place(held, crew.cast.ji).code, by=crew.cast.ji)
    with pytest.raises(services.NotThere):
        services.give_feedback(absent, YES, by=crew.cast.ji)
    with pytest.raises(services.NotThere):
        services.certify(absent, by=crew.cast.ji)


@pytest.mark.parametrize(
    ("answers", "text"),
    [({}, ""), ({**YES, "learned": None}, ""), (YES, "一\x00二"), (YES, "长" * 1001)],
)
def test_feedback_that_cannot_be_kept_is_refused_whole(
    crew: Crew, answers: dict[str, Answer | None], text: str
) -> None:
    one = came(crew)
    with pytest.raises(Invalid):
        services.give_feedback(one, answers, text=text, by=crew.ma)
    assert not Feedback.objects.exists()


def test_four_answers_are_not_shown_and_five_are_without_names(
    crew: Crew, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    held = session(crew)
    rows = grown_ups(crew, held, 5)
    over(held)
    organiser = browser(crew.tang)
    for number, row in enumerate(rows):
        mine = selectors.own(row.code, by=row.person)
        learned = Answer.NO if number == 0 else Answer.YES
        text = f"第{number}句话。"
        services.give_feedback(mine, {**YES, "learned": learned}, text=text, by=row.person)
        page = organiser.get(f"/sessions/{held.code}/feedback/").content.decode()
        assert ("句话" in page) is (number == 4)
        assert "来客" not in page
    said = selectors.said(held)
    assert said.counts["learned"] == {Answer.YES: 4, Answer.PARTLY: 0, Answer.NO: 1}
    assert said.texts == tuple(sorted(said.texts))


def test_who_came_is_asked_once_and_whoever_answered_is_not(crew: Crew) -> None:
    held = session(crew)
    (answered, silent, absent) = (
        place(held, person(f"guest{number}", f"来客{number}")) for number in range(3)
    )
    pupil = place(held, crew.luo, minor=child(held, None, "李想"))
    for one in (answered, silent, pupil):
        services.check_in_now(held, one.code, by=crew.qin)
    young = came(crew, held)
    mine = selectors.own(answered.code, by=answered.person)
    services.give_feedback(mine, YES, by=answered.person)
    assert reminders.ask_how_it_was(timezone.now()) == 2
    assert reminders.ask_how_it_was(timezone.now()) == 0
    told = {notice.person: notice.path for notice in Notice.objects.all()}
    assert told == {
        silent.person: f"/attendance/{silent.code}/",
        crew.ma: f"/attendance/{young.code}/",
    }
    assert absent.person not in told
    over(held, days=8)
    Notice.objects.all().delete()
    assert reminders.ask_how_it_was(timezone.now()) == 0


def test_who_leaves_takes_the_words_along_and_leaves_the_counts(crew: Crew) -> None:
    one = came(crew)
    services.give_feedback(one, {**YES, "learned": Answer.NO}, text="我的话", by=crew.ma)
    services.erase(crew.ma, by=crew.ma)
    kept = Feedback.objects.get()
    assert (kept.text, kept.learned) == ("", Answer.NO)
    with pytest.raises(NotAllowed):
        services.erase(crew.ma, by=crew.tang)


def test_a_certificate_of_a_child_names_it_on_the_paper_only(crew: Crew, client: Client) -> None:
    one = came(crew, name="阿依木·㐂")
    text, proof = paper(browser(crew.ma), one)
    assert "阿依木·㐂" in text
    assert "玩转科学夏令营" in text
    assert "阿依木" not in str(proof.content)
    assert "阿依木" not in str(list(Entry.objects.values_list("data", flat=True)))
    page = f"/proofs/{proof.code}/"
    assert f"/proofs/{proof.code}/" in text
    shown = client.get(page).content.decode()
    assert "有效" in shown
    assert "阿依木" not in shown
    assert "姓名一致" in client.post(page, {"name": "阿依木·㐂"}).content.decode()
    assert "姓名不一致" in client.post(page, {"name": "阿依·马兰"}).content.decode()


def test_a_certificate_that_was_tampered_with_is_seen(crew: Crew, client: Client) -> None:
    _text, proof = paper(browser(crew.ma), came(crew))
    assert proofs.is_unchanged(proof)
    changed = {**proof.content, "title": "获奖证明"}
    Proof.objects.filter(pk=proof.pk).update(content=changed)
    assert not proofs.is_unchanged(proofs.get(proof.code))
    good = client.get(f"/proofs/{proof.code}/").content.decode()
    Proof.objects.filter(pk=proof.pk).update(content=proof.content)
    assert good != client.get(f"/proofs/{proof.code}/").content.decode()


def test_a_certificate_is_issued_once_and_anew_under_a_new_name(crew: Crew) -> None:
    held = session(crew)
    (one,) = grown_ups(crew, held, 1)
    over(held)
    client = browser(one.person)
    first, again = paper(client, one)[1], paper(client, one)[1]
    assert first == again
    one.person.name = "来客改名"
    one.person.save()
    text, other = paper(client, one)
    assert other != first
    assert "来客改名" in text
    assert Entry.objects.filter(action="proof.issued").count() == 2


def test_a_check_in_that_is_undone_voids_the_certificate(crew: Crew) -> None:
    one = came(crew)
    proof = services.certify(one, by=crew.ma)
    services.undo(one.session, one.code, by=crew.tang)
    proof.refresh_from_db()
    assert proof.voided_at is not None
    assert proof.void_why == "签到已撤销"


def test_no_certificate_before_the_end_nor_after_the_name_is_deleted(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.ma, minor=child(held, crew.ma))
    services.check_in_now(held, one.code, by=crew.qin)
    with pytest.raises(services.NotOver):
        services.certify(selectors.own(one.code, by=crew.ma), by=crew.ma)
    over(held)
    proof = services.certify(selectors.own(one.code, by=crew.ma), by=crew.ma)
    blank: dict[str, Any] = dict.fromkeys(("name", "emergency_phone", "health_note"), "")
    Minor.objects.update(**blank, born_on=None, deleted_at=timezone.now())
    with pytest.raises(services.Nameless):
        services.certify(selectors.own(one.code, by=crew.ma), by=crew.ma)
    assert proofs.is_of(proof, "阿依木")  # what was handed out can still be checked
    page = browser(crew.ma).get(f"/attendance/{one.code}/").content.decode()
    assert "未成年人（资料已删除）" in page
    assert "下载参加证明" not in page


def test_only_who_has_the_ticket_gets_the_certificate(crew: Crew) -> None:
    one = came(crew)
    for who in (crew.qin, crew.tang, crew.cast.ji):
        with pytest.raises(NotAllowed):
            services.certify(one, by=who)
    pupil = place(one.session, crew.luo, minor=child(one.session, None, "李想"))
    services.check_in_now(one.session, pupil.code, by=crew.qin)
    held = selectors.own(pupil.code, by=crew.luo)
    assert services.certify(held, by=crew.luo).holder == crew.luo


def test_only_the_certificate_with_the_name_of_now_stands(crew: Crew) -> None:
    held = session(crew)
    (one,) = grown_ups(crew, held, 1)
    over(held)
    first = services.certify(selectors.own(one.code, by=one.person), by=one.person)
    Person.objects.filter(pk=one.person.pk).update(name="来客改名")
    second = services.certify(selectors.own(one.code, by=one.person), by=one.person)
    first.refresh_from_db()
    assert first.void_why == "姓名已更正，以新出具的证明为准"
    assert second.voided_at is None
