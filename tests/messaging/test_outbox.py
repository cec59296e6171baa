"""The outbox in real SMTP conversations: sent once, tried again when refused for the time being, never when unsure."""

from __future__ import annotations

import math
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.postoffice import SITE, PostOffice
from tests.processes import worker

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.phrases import Phrase
from keqiao.base.states import WrongState
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.messaging import letters, post, selectors, services
from keqiao.messaging.models import Mail, Notice
from keqiao.messaging.states import State
from keqiao.messaging.types import Kind, Language, Message, Rhythm, Way
from keqiao.ops.commands import mail as command
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
DEADLINE = 60  # seconds for each wait


def message(key: str = "entry:1", kind: Kind = Kind.REVIEW) -> Message:
    phrase = Phrase("需求“%(title)s”已通过审核，现在公开征集。", {"title": "锂渣消纳"})
    return Message(kind=kind, key=key, phrase=phrase, path="/needs/N-1/", about="need:N-1")


def tell(person: Person, key: str = "entry:1", kind: Kind = Kind.REVIEW) -> Mail | None:
    """Tell somebody who wants mail; return the mail that waits for it."""
    accounts.consent(person, Purpose.MAIL, by=person)
    services.notify(person, message(key, kind), by=None)
    return Mail.objects.filter(person=person, key=key).first()


def deliver() -> int:
    return post.deliver(until=math.inf, stopping=threading.Event())


def state_of(mail: Mail | None) -> str:
    assert mail is not None
    mail.refresh_from_db()
    return str(mail.state)


def make_due() -> None:
    """Let the time pass after which postponed mails are tried again."""
    Mail.objects.filter(state=State.WAITING).update(next_at=timezone.now())


def test_a_notice_goes_by_mail_once_however_often_it_is_told(
    cast: Cast, post_office: PostOffice
) -> None:
    mail = tell(cast.lin)
    assert not services.notify(cast.lin, message(), by=None)
    assert deliver() == 1
    assert deliver() == 0
    assert post_office.receivers() == ["linxiaoman"]
    assert state_of(mail) == State.SENT
    assert Notice.objects.get(person=cast.lin).read_at is None


def test_without_consent_it_is_told_on_the_site_only(cast: Cast, post_office: PostOffice) -> None:
    services.notify(cast.lin, message(), by=None)
    deliver()
    assert post_office.taken == []
    assert Notice.objects.filter(person=cast.lin).count() == 1


def test_what_an_account_needs_goes_without_consent(cast: Cast, post_office: PostOffice) -> None:
    services.notify(cast.lin, message(kind=Kind.ACCOUNT), by=None)
    deliver()
    letter = post_office.letters("linxiaoman")[0]
    assert letter["List-Unsubscribe"] is None


def test_nobody_is_told_of_the_own_deed_nor_when_the_account_is_closed(cast: Cast) -> None:
    services.notify(cast.lin, message(), by=cast.lin)
    Person.objects.filter(pk=cast.zhou.pk).update(is_active=False)
    cast.zhou.refresh_from_db()
    services.notify(cast.zhou, message(), by=None)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("way", [Way.SITE, Way.DIGEST])
def test_another_way_than_at_once_sends_nothing_at_once(
    cast: Cast, post_office: PostOffice, way: Way
) -> None:
    services.prefer({Kind.REVIEW: way}, language=Language.CHINESE, rhythm=Rhythm.DAILY, by=cast.lin)
    assert tell(cast.lin) is None
    deliver()
    assert post_office.taken == []
    assert Notice.objects.get(person=cast.lin).way == way


def test_consent_withdrawn_before_it_went_drops_the_mail(
    cast: Cast, post_office: PostOffice
) -> None:
    mail = tell(cast.lin)
    accounts.withdraw(cast.lin, Purpose.MAIL, by=cast.lin)
    assert deliver() == 0
    assert (state_of(mail), post_office.taken) == (State.DROPPED, [])


def test_a_way_changed_before_it_went_drops_the_mail(cast: Cast, post_office: PostOffice) -> None:
    mail = tell(cast.lin)
    services.prefer(
        {Kind.REVIEW: Way.SITE}, language=Language.CHINESE, rhythm=Rhythm.DAILY, by=cast.lin
    )
    deliver()
    assert (state_of(mail), post_office.taken) == (State.DROPPED, [])


@pytest.mark.parametrize("answer", ["450 4.2.1 mailbox busy", "421 4.3.2 going down"])
def test_a_mail_refused_for_the_time_being_is_tried_again_later(
    cast: Cast, post_office: PostOffice, answer: str
) -> None:
    mail = tell(cast.lin)
    post_office.refused["linxiaoman@keqiao.example"] = answer
    before = timezone.now()
    assert deliver() == 0
    assert state_of(mail) == State.WAITING
    assert mail is not None
    assert mail.next_at >= before + services.WAITS[0]
    assert deliver() == 0, "not before its time"
    post_office.refused.clear()
    make_due()
    assert deliver() == 1
    assert post_office.receivers() == ["linxiaoman"]
    assert not Entry.objects.filter(action="mail.failed").exists()


def test_a_letter_refused_for_the_time_being_after_it_was_given_is_tried_again(
    cast: Cast, post_office: PostOffice
) -> None:
    mail = tell(cast.lin)
    post_office.answer = "451 4.7.1 greylisted"
    deliver()
    assert state_of(mail) == State.WAITING
    post_office.answer = "250 OK"
    make_due()
    assert deliver() == 1


def test_an_address_refused_for_good_is_in_the_journal_without_the_address(
    cast: Cast, post_office: PostOffice
) -> None:
    mail = tell(cast.lin)
    post_office.refused["linxiaoman@keqiao.example"] = (
        "550 5.1.1 <linxiaoman@keqiao.example> unknown"
    )
    deliver()
    make_due()
    deliver()
    assert state_of(mail) == State.FAILED
    assert mail is not None
    assert mail.answer == "550 5.1.1 … unknown"
    entry = Entry.objects.get(action="mail.failed")
    assert entry.data == {"mail": mail.pk, "kind": "review", "code": "550"}
    assert (entry.subject_key, entry.actor_id) == (str(cast.lin.pk), None)
    assert "@" not in str(entry.data)


def test_after_seven_attempts_a_mail_has_failed(cast: Cast, post_office: PostOffice) -> None:
    mail = tell(cast.lin)
    post_office.refused["linxiaoman@keqiao.example"] = "450 later"
    for _attempt in range(len(services.WAITS)):
        deliver()
        assert state_of(mail) == State.WAITING
        make_due()
    deliver()
    assert state_of(mail) == State.FAILED


def test_one_call_to_the_server_serves_many_letters_and_a_refusal_ends_it(
    cast: Cast, post_office: PostOffice
) -> None:
    for number in range(4):
        tell(cast.lin, f"entry:{number}")
    assert (deliver(), post_office.calls) == (4, 1)
    refused = tell(cast.zhou)
    post_office.refused["zhouhe@keqiao.example"] = "450 later"
    tell(cast.lin, "entry:9")
    assert (deliver(), post_office.calls) == (1, 3)
    assert state_of(refused) == State.WAITING


def test_a_folder_that_cannot_be_written_to_is_as_good_as_no_server(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    mail = tell(cast.lin)
    assert mail is not None
    letter = letters.compose(mail, "zh-hans")
    with post.Line() as line:
        assert line.say(letter).end == post.End.SENT
    with post.Line() as line:
        shutil.rmtree(tmp_path / "mail")
        assert line.say(letter).end == post.End.NO_SERVER


def test_without_a_server_the_others_lose_no_attempt(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    first, second = tell(cast.lin), tell(cast.zhou)
    deliver()
    assert {state_of(first), state_of(second)} == {State.WAITING}
    assert first is not None
    assert second is not None
    assert (first.attempts, second.attempts) == (1, 0)
    assert first.answer == "ConnectionRefusedError"


def test_a_refused_sender_is_our_fault_and_loses_no_mail(
    cast: Cast, post_office: PostOffice
) -> None:
    first, second = tell(cast.lin), tell(cast.zhou)
    post_office.refused_sender = "530 5.7.0 authentication needed"
    deliver()
    assert {state_of(first), state_of(second)} == {State.WAITING}
    post_office.refused_sender = ""
    make_due()
    assert deliver() == 2


def test_a_server_that_hangs_up_without_an_answer_leaves_doubt_and_no_second_mail(
    cast: Cast, post_office: PostOffice
) -> None:
    mail = tell(cast.lin)
    post_office.hangs_up = True
    deliver()
    assert state_of(mail) == State.UNSURE
    post_office.hangs_up = False
    make_due()
    deliver()
    assert post_office.receivers() == ["linxiaoman"]
    assert Entry.objects.get(action="mail.unsure").subject_key == str(cast.lin.pk)


def test_what_a_dead_worker_took_up_is_doubted_and_its_late_answer_still_counts(
    cast: Cast, post_office: PostOffice
) -> None:
    mail = tell(cast.lin)
    assert mail is not None
    claimed = services.claim(mail.pk)
    assert claimed is not None
    assert services.claim(mail.pk) is None
    assert deliver() == 0
    assert state_of(mail) == State.SENDING
    long_ago = timezone.now() - services.STALE - timedelta(minutes=1)
    Mail.objects.filter(pk=mail.pk).update(claimed_at=long_ago)
    claimed.claimed_at = long_ago
    assert deliver() == 0
    assert (state_of(mail), post_office.taken) == (State.UNSURE, [])
    services.sent(claimed, "250 OK")
    assert state_of(mail) == State.SENT


def test_the_answer_of_an_old_attempt_says_nothing_of_a_new_one(cast: Cast) -> None:
    mail = tell(cast.lin)
    assert mail is not None
    old = services.claim(mail.pk)
    assert old is not None
    services.doubt(old)
    mail.refresh_from_db()
    services.retry(mail, by=None)
    assert services.claim(mail.pk) is not None
    services.fail(old, "550 no")
    assert state_of(mail) == State.SENDING
    assert not Entry.objects.filter(action="mail.failed").exists()


def test_an_operator_sees_what_failed_and_sends_it_again_on_purpose(
    cast: Cast, post_office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    from keqiao.ops import cli

    mail = tell(cast.lin)
    assert mail is not None
    post_office.refused["linxiaoman@keqiao.example"] = "550 5.1.1 unknown"
    deliver()
    assert cli.main(["mail", "status"]) == 1
    assert cli.main(["mail", "failures"]) == 1
    said = capsys.readouterr().out
    assert f"{mail.pk:>8}  failed  review" in said
    assert "550 5.1.1 unknown" in said
    assert "linxiaoman" not in said
    assert cli.main(["mail", "retry"]) == 2
    assert cli.main(["mail", "retry", "999999"]) == 2
    post_office.refused.clear()
    assert cli.main(["mail", "retry", str(mail.pk)]) == 0
    entry = Entry.objects.get(action="mail.retried")
    assert (entry.actor_id, entry.data["was"]) == (None, "failed")
    assert cli.main(["mail", "deliver"]) == 0
    assert post_office.receivers() == ["linxiaoman"]
    assert cli.main(["mail", "status"]) == 0
    assert command.HELP


def test_a_mail_that_was_sent_cannot_be_sent_again(cast: Cast, post_office: PostOffice) -> None:
    mail = tell(cast.lin)
    deliver()
    assert mail is not None
    mail.refresh_from_db()
    with pytest.raises(WrongState):
        services.retry(mail, by=None)
    assert len(post_office.taken) == 1


def test_a_queue_has_work_while_a_mail_is_due(cast: Cast, post_office: PostOffice) -> None:
    reactions.skip_to("notices", journal.last_position() + 2)
    assert not reactions.has_work("mail")
    tell(cast.lin)
    reactions.skip_to("notices", journal.last_position())
    assert reactions.has_work("mail")
    reactions.run("mail")
    assert post_office.receivers() == ["linxiaoman"]
    assert not reactions.has_work("mail")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(cast: Cast, post_office: PostOffice) -> None:
    for number in range(5):
        tell(cast.lin, f"entry:{number}")
    assert at_once(deliver, deliver, deliver) == []
    assert post_office.receivers() == ["linxiaoman"] * 5
    assert selectors.counts() == {State.SENT: 5}


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_the_letter_and_the_answer_sends_no_second_one(
    cast: Cast, post_office: PostOffice, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = tell(cast.lin)
    reactions.skip_to("notices", journal.last_position())
    monkeypatch.setenv("KEQIAO_MAIL", f"smtp://127.0.0.1:{post_office.port}")
    monkeypatch.setenv("KEQIAO_MAIL_FROM", "post@keqiao.example")
    monkeypatch.setenv("KEQIAO_SITE_URL", SITE)
    post_office.holds = True
    process = worker(home)
    assert post_office.arrived.wait(DEADLINE)
    process.send_signal(signal.SIGKILL)
    process.wait()
    post_office.released.set()
    assert state_of(mail) == State.SENDING
    long_ago = timezone.now() - services.STALE - timedelta(minutes=1)
    Mail.objects.update(claimed_at=long_ago)
    post_office.holds = False
    other, after = worker(home), tell(cast.zhou)
    waited = threading.Event()
    while state_of(after) != State.SENT and not waited.wait(0.05):
        with suppress(subprocess.TimeoutExpired):
            other.wait(timeout=0.05)
            pytest.fail("the worker ended by itself")
    other.send_signal(signal.SIGTERM)
    assert other.wait(timeout=DEADLINE) == 0
    assert state_of(mail) == State.UNSURE
    assert post_office.receivers().count("zhouhe") == 1
    assert post_office.receivers().count("linxiaoman") <= 1
