"""How a mail reads to the server and to the person: both bodies, both languages, hostile names, links, calendar."""

from __future__ import annotations

import math
import re
import threading
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.hostile.corpus import FORMULAS, MARKUP, TEMPLATES, UNICODE
from tests.postoffice import SITE, PostOffice, calendar, part, plain

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Missing
from keqiao.base.phrases import Phrase
from keqiao.messaging import letters, post, selectors, services
from keqiao.messaging.apps import site_is_known
from keqiao.messaging.letters import Letter
from keqiao.messaging.models import Mail, Notice
from keqiao.messaging.types import Attendance, Kind, Language, Message, Rhythm, Way

pytestmark = pytest.mark.django_db
TITLE = "锂渣的规模化消纳利用"
ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Keqiao//Keqiao//ZH\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
INJECTIONS = [
    "林小满\r\nBcc: zhouhe@keqiao.example",
    "林小满\nSubject: 转账",
    "林\x00小\x1b满",
    "林\u2028小满\u2029",
    '林"小<满>, x@y.example',
    "\ud800",
    "=?utf-8?q?=0d=0aBcc:_x@y.example?=",
]


def sent(
    person: Person, office: PostOffice, *, title: str = TITLE, attendance: Attendance | None = None
) -> EmailMessage:
    """Tell somebody something by mail; return the letter that arrived."""
    accounts.consent(person, Purpose.MAIL, by=person)
    phrase = Phrase("需求“%(title)s”已通过审核，现在公开征集。", {"title": title})
    told = Message(
        kind=Kind.REVIEW,
        key="entry:1",
        phrase=phrase,
        path="/needs/N-1/private/",
        about="need:N-1",
        attendance=attendance,
    )
    services.notify(person, told, by=None)
    post.deliver(until=math.inf, stopping=threading.Event())
    assert len(office.taken) == 1
    return office.letters()[0]


def test_a_letter_says_what_happened_where_why_and_how_to_stop_it(
    cast: Cast, post_office: PostOffice, settings: Settings
) -> None:
    letter = sent(cast.lin, post_office)
    said = plain(letter)
    assert "林小满，您好：" in said
    assert f"需求“{TITLE}”已通过审核，现在公开征集。\n{SITE}/needs/N-1/private/" in said
    assert f"{settings.SITE_NAME}（{settings.ASSOCIATION}）" in said
    assert "为什么收到这封信：您同意了邮件提醒，这是“审核结果”一类" in said
    assert f"{SITE}/preferences/notices/" in said
    html = letter.get_body(("html",))
    assert html is not None
    assert f'<a href="{SITE}/needs/N-1/private/">' in html.get_content()
    assert letter["Subject"] == f"[{settings.SITE_NAME}] 需求“{TITLE}”已通过审核，现在公开征集。"
    assert letter["From"].addresses[0].display_name == settings.SITE_NAME
    assert letter["To"].addresses[0].display_name == "林小满"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == Mail.objects.get().message_id
    assert letter["Message-ID"].endswith("@kx.keqiao.example>")


def test_a_letter_is_plain_ascii_on_the_wire(cast: Cast, post_office: PostOffice) -> None:
    sent(cast.ji, post_office)
    _to, raw = post_office.taken[0]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert post_office.letters()[0]["To"].addresses[0].display_name == "𠮷田㐂"


def test_what_programs_read_is_written_as_it_is_however_long(
    cast: Cast, post_office: PostOffice, settings: Settings
) -> None:
    settings.SITE_URL = f"https://{'.'.join(['keqiao'] * 12)}.example"
    letter = sent(cast.lin, post_office)
    _to, raw = post_office.taken[0]
    for name in ("Message-ID", "References", "List-Unsubscribe"):
        assert f"\r\n{name}: {letter[name]}\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe: <https://keqiao." in raw


def test_a_letter_is_in_the_language_that_its_reader_chose(
    cast: Cast, post_office: PostOffice
) -> None:
    services.prefer({}, language=Language.ENGLISH, rhythm=Rhythm.DAILY, by=cast.lin)
    letter = sent(cast.lin, post_office)
    assert "Why you get this" in plain(letter)
    assert TITLE in plain(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert '<html lang="en">' in html.get_content()


@pytest.mark.parametrize("name", INJECTIONS)
def test_no_name_writes_a_header(cast: Cast, post_office: PostOffice, name: str) -> None:
    cast.lin.name = name
    made = letters.compose(_unsaved(cast.lin), "zh-hans").message()
    raw = made.as_bytes()
    assert [address.addr_spec for address in made["To"].addresses] == [cast.lin.email]
    assert b"\nBcc:" not in raw
    assert made.get_all("Subject") == [made["Subject"]]
    assert post_office.taken == []


def test_no_title_writes_a_header_or_markup(cast: Cast) -> None:
    wrong = []
    for title in [*INJECTIONS, *MARKUP, *TEMPLATES, *FORMULAS, *UNICODE]:
        made = letters.compose(_unsaved(cast.lin, title), "zh-hans").message()
        html = made.get_body(("html",)).get_content()  # type: ignore[union-attr]
        has_markup = re.search(r"<(script|img|svg|iframe|style|base|form|math)\b", html)
        if b"\nBcc:" in made.as_bytes() or has_markup:
            wrong.append(title)
    assert wrong == []


def _unsaved(person: Person, title: str = TITLE) -> Mail:
    said = {"text": "需求“%(title)s”已通过审核，现在公开征集。", "values": {"title": title}}
    return Mail(
        person=person,
        kind=Kind.REVIEW,
        key="entry:1",
        lines=[{"said": said, "path": "/", "why": []}],
        message_id=letters.message_id(person.pk, "entry:1"),
    )


def test_a_very_long_title_is_cut_in_the_subject_only(cast: Cast, post_office: PostOffice) -> None:
    long = "锂" * 500
    letter = sent(cast.lin, post_office, title=long)
    assert len(letter["Subject"]) < 140
    assert letter["Subject"].endswith("…")
    assert long in plain(letter)


@pytest.mark.usefixtures("db")
def test_lines_that_begin_with_a_dot_arrive_whole(post_office: PostOffice) -> None:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = "post@keqiao.example", "linxiaoman@keqiao.example"
    made.set_content(".\n..\nQUIT\n.x\n\n.")
    with post.Line() as line:
        answer = line.say(Letter(made, "linxiaoman@keqiao.example"))
    assert answer.end == post.End.SENT
    assert plain(post_office.letters()[0]) == ".\n..\nQUIT\n.x\n\n.\n"


def test_a_call_carries_its_entry_for_the_calendar_twice(
    cast: Cast, post_office: PostOffice
) -> None:
    letter = sent(cast.lin, post_office, attendance=Attendance("REQUEST", ICS))
    kinds = [one.get_content_type() for one in letter.walk()]
    assert kinds[:2] == ["multipart/mixed", "multipart/alternative"]
    assert kinds[2:] == ["text/plain", "text/html", "text/calendar", "application/ics"]
    beside, attached = part(letter, "text/calendar"), part(letter, "application/ics")
    assert beside.get_param("method") == "REQUEST"
    assert attached.get_filename() == "invitation.ics"
    for one in (beside, attached):
        assert calendar(one)["METHOD"] == "REQUEST"


def test_the_same_thing_has_the_same_message_id_for_one_person_only() -> None:
    assert letters.message_id(1, "entry:7") == letters.message_id(1, "entry:7")
    ids = {letters.message_id(1, "entry:7"), letters.message_id(2, "entry:7")}
    assert len(ids | {letters.message_id(1, "entry:8")}) == 3


def test_the_way_out_works_without_log_in_once_it_is_pressed(
    cast: Cast, post_office: PostOffice
) -> None:
    letter = sent(cast.lin, post_office)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip("<>")
    assert address in plain(letter)
    path = address.removeprefix(SITE)
    stranger = Client(enforce_csrf_checks=True)
    assert "要停止发给您的“审核结果”一类的邮件吗？" in stranger.get(path).content.decode()
    assert selectors.way(cast.lin, Kind.REVIEW) == Way.AT_ONCE, "looking changes nothing"
    pressed = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert "已停止" in pressed.content.decode()
    assert selectors.way(cast.lin, Kind.REVIEW) == Way.SITE
    assert selectors.way(cast.lin, Kind.MEETING) == Way.AT_ONCE


@pytest.mark.parametrize("token", ["x", "WzEsInJldmlldyJd:1:abc", "%00", "a" * 3000])
def test_a_way_out_that_we_did_not_make_is_not_there(cast: Cast, token: str) -> None:
    with pytest.raises(Missing):
        letters.read_way_out(token)
    assert Client().post(f"/unsubscribe/{token}/").status_code == 404
    assert selectors.way(cast.lin, Kind.REVIEW) == Way.AT_ONCE


def test_a_way_out_of_a_kind_that_is_no_more_is_not_there(cast: Cast, settings: Settings) -> None:
    path = letters.way_out(cast.lin, "points").removeprefix(settings.SITE_URL)
    assert Client().get(path).status_code == 404


def test_mail_to_the_world_needs_to_know_where_the_site_is(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.IS_SITE_KNOWN = False
    assert [one.id for one in site_is_known()] == ["keqiao.E001"]
    settings.IS_SITE_KNOWN = True
    assert site_is_known() == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.IS_SITE_KNOWN = False
    assert site_is_known() == []


def test_a_mail_that_cannot_be_written_waits_for_an_operator_and_holds_up_nobody(
    cast: Cast, post_office: PostOffice
) -> None:
    for person in (cast.zhou, cast.lin):
        accounts.consent(person, Purpose.MAIL, by=person)
        told = Message(kind=Kind.REVIEW, key="entry:1", phrase=Phrase("一"), path="/")
        services.notify(person, told, by=None)
    Mail.objects.filter(person=cast.zhou).update(lines=[{"said": None, "path": 7}])
    post.deliver(until=math.inf, stopping=threading.Event())
    assert post_office.receivers() == ["linxiaoman"]
    assert Mail.objects.get(person=cast.zhou).state == "failed"
    assert Notice.objects.count() == 2
