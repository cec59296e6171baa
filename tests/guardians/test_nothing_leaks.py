"""No field about a child leaves by search, API, pages, other persons' copies, logs, journal, mails, feeds or errors."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.utils.log import AdminEmailHandler
from pytest_django.fixtures import Settings
from tests.api.programs import ALL as SCOPES
from tests.api.programs import program
from tests.cast import browser
from tests.classes import room
from tests.crew import Crew
from tests.guardians.camp import CONTACT, MARKS, NAME, NOTE, PHONE, SCHOOL, camp, child
from tests.web.pages_of_minors import posted
from tests.web.test_who_sees_what import as_somebody, paths
from tests.web.whom import LOGGED_IN

from keqiao.activities.models import Session
from keqiao.api.mount import api
from keqiao.classes import services as classes
from keqiao.guardians import services
from keqiao.guardians.types import Purpose
from keqiao.journal.models import Entry
from keqiao.messaging.models import Mail, Notice
from keqiao.privacy import selectors as privacy
from keqiao.reactions import services as reactions
from keqiao.registrations import services as registrations
from keqiao.registrations.models import Registration
from keqiao.search import sources

__all__ = ["as_somebody", "paths"]  # fixtures
pytestmark = pytest.mark.django_db
UNESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+")
SECRETS = (NOTE, PHONE, CONTACT)  # that not even organisers and teachers read
WHO = "监护人㐂马"
READERS = {
    "ma",
    "qin",
    "tang",
    "luo",
}  # mother, leader, organiser, teacher: they know the child's name


def leaked(said: object) -> list[str]:
    """Return the marks that stand in a text, however it is escaped."""
    text = html.unescape(str(said))
    plain = UNESCAPED.sub(_unescaped, text)
    return [mark for mark in MARKS if mark in text or mark in plain]


def _unescaped(found: re.Match[str]) -> str:
    """Return the characters of a run of JSON's escapes, pairs of surrogates among them."""
    return str(json.loads(f'"{found.group()}"'))


@pytest.fixture
def lived(crew: Crew) -> Session:
    """Return a session in which everything happened to children that can: entered, read, corrected, taken back."""
    reactions.skip_to("notices", 0)
    session = camp(crew)
    minors = [child(), child(name=f"{NAME}二"), child(name=f"{NAME}三")]
    made = registrations.sign_up(session, minors=minors, by=crew.ma)
    first, second, third = (one.minor for one in made)
    assert first is not None
    assert second is not None
    assert third is not None
    services.read(first, by=crew.qin)
    services.correct(first, child(grade="五年级", consents=frozenset()), by=crew.ma)
    services.withdraw(second, Purpose.HEALTH, by=crew.ma)
    registrations.cancel(Registration.objects.get(minor=third), by=crew.ma)
    keys = room.links(crew, room.enter(crew, session, NAME, f"{NAME}二", f"{NAME}三"))
    room.confirm(keys[0])
    classes.refuse(room.by_key(keys[1]))
    return session


def test_the_marks_are_where_they_belong_so_that_these_tests_can_fail(
    crew: Crew, lived: Session
) -> None:
    code = Registration.objects.filter(session=lived, minor__guardian=crew.ma).latest("pk")
    assert code.minor is not None
    page = browser(crew.ma).get("/guardians/").content.decode()
    assert leaked(page) == [NAME]
    assert leaked(json.dumps(NAME)) == [NAME]
    assert set(leaked(privacy.held_about(crew.ma))) >= {NAME, NOTE, PHONE}


def test_no_page_shows_them_to_whom_the_child_does_not_concern(
    lived: Session, paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    """Every address of the platform, for a stranger, a member and the administrator above."""
    wrong = []
    for name in ("stranger", "lin", "he"):
        for row, path in paths.items():
            if row.startswith("pupil_link"):
                continue  # a secret link shows the child to whoever holds it: that is what it is for
            response = as_somebody[name].get(path, follow=True)
            body = b"".join(response) if response.streaming else response.content
            if leaked(body.decode("utf-8", "ignore")):
                wrong.append(f"{row} for {name}")
    assert wrong == []
    assert lived.code


def test_not_even_those_who_know_the_child_see_what_the_leader_alone_reads(
    lived: Session, paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    for name in READERS - {"ma"}:
        for row, path in paths.items():
            if not row.startswith("pupil_link"):
                response = as_somebody[name].get(path, follow=True)
                body = b"".join(response) if response.streaming else response.content
                text = body.decode("utf-8", "ignore")
                assert not any(secret in text for secret in SECRETS), f"{row} for {name}"
    assert lived.code


def test_the_search_holds_no_child(crew: Crew, lived: Session) -> None:
    reactions.run("words")
    assert leaked(list(sources.open_entries())) == []
    for who in (None, crew.cast.he, crew.ma):
        client = Client() if who is None else browser(who)
        for mark in MARKS:
            page = client.get("/search/", {"q": mark}).content.decode()
            assert leaked(page.replace(html.escape(mark), "")) == []
    assert lived.code


def test_no_operation_of_the_interface_tells_of_a_child(crew: Crew, lived: Session) -> None:
    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    asked = [path for path, operations in schema["paths"].items() if "get" in operations]
    codes = [lived.code, lived.activity.code, *Registration.objects.values_list("code", flat=True)]
    clients = [Client(), program(crew.ma, *SCOPES), program(crew.cast.he, *SCOPES)]
    for client in clients:
        for path in asked:
            for code in codes if "{" in path else [""]:
                address = path.split("{")[0] + code if "{" in path else path
                assert leaked(client.get(address).content.decode("utf-8", "ignore")) == [], address


def test_the_journal_tells_codes_and_fields_and_no_value(lived: Session) -> None:
    told = list(Entry.objects.order_by("position").values())
    assert {"minor.entrusted", "minor.read", "minor.withdrawn", "minors.deleted"} <= {
        one["action"] for one in told
    }
    assert leaked(told) == []
    assert leaked(json.dumps(told, default=str)) == []
    assert lived.code


def test_notices_and_mails_say_your_child_and_never_who(lived: Session) -> None:
    reactions.run("mail")
    assert leaked(list(Notice.objects.values())) == []
    assert leaked(list(Mail.objects.values())) == []
    for letter in mail.outbox:
        assert leaked(letter.message().as_string()) == []
        assert leaked(letter.body) == []
    assert lived.code


def test_calendars_and_feeds_name_sessions_and_nobody(
    crew: Crew, lived: Session, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    for who in (crew.ma, crew.tang, crew.qin):
        client = browser(who)
        for path in (f"/sessions/{lived.code}/session.ics", "/activities/feed.ics"):
            response = client.get(path)
            assert response.status_code == 200
            assert leaked(response.content.decode()) == []
    assert leaked(Client().get("/api/v1/feed").content.decode()) == []


def test_nobody_elses_copy_holds_them(crew: Crew, lived: Session) -> None:
    for name in set(LOGGED_IN) - {"ma"}:
        assert leaked(privacy.held_about(crew.person(name))) == [], name
    assert lived.code


def test_nothing_of_it_is_logged(
    crew: Crew, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lived = request.getfixturevalue("lived")
    client = browser(crew.ma)
    minor = Registration.objects.filter(session=lived, minor__guardian=crew.ma).first()
    assert minor is not None
    assert minor.minor is not None
    client.post(f"/guardians/{minor.minor.code}/", posted(born_on="1990-01-01"))
    client.post(f"/guardians/{minor.minor.code}/", posted(school=""))
    Client().post("/pupils/none/", posted())
    reactions.run("words")
    reactions.run("mail")
    as_json = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    assert caplog.records
    assert leaked(caplog.text) == []
    assert leaked([as_json.format(one) for one in caplog.records]) == []


@pytest.fixture
def failing() -> Callable[[], Any]:
    """Return what lets the database fail in the middle of writing about a child, as a full disk does."""

    def fail(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if "guardians_minor" in sql and sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("disk is full")
        return execute(sql, params, many, context)

    return lambda: connection.execute_wrapper(fail)


def test_an_error_shows_nothing_to_the_visitor_in_the_log_or_in_the_operators_mail(
    crew: Crew, settings: Settings, caplog: pytest.LogCaptureFixture, failing: Callable[[], Any]
) -> None:
    """With the whole report that Django can make: every frame and its variables, as HTML."""
    settings.DEBUG, settings.ADMINS = False, [("操作员", "operator@keqiao.example")]
    caplog.set_level(logging.DEBUG)
    handler, log = AdminEmailHandler(include_html=True), logging.getLogger("django.request")
    made = registrations.sign_up(camp(crew), minors=[child()], by=crew.ma)[0]
    assert made.minor is not None
    key = room.links(crew, room.enter(crew, None, NAME))[0]
    log.addHandler(handler)
    try:
        for client, path in (
            (browser(crew.ma), f"/guardians/{made.minor.code}/"),
            (Client(), f"/pupils/{key}/"),
        ):
            client.raise_request_exception = False
            with failing():
                response = client.post(path, posted(school=f"新{SCHOOL}", guardian_name=WHO))
            assert response.status_code == 500
            assert leaked(response.content.decode()) == []
    finally:
        log.removeHandler(handler)
    assert len(mail.outbox) >= 2
    for letter in mail.outbox:
        whole = [letter.body, *(one[0] for one in letter.alternatives)]  # type: ignore[union-attr]
        assert leaked(whole) == []
        assert WHO not in html.unescape(str(whole))
    assert "disk is full" in str(mail.outbox[0].body)
    assert leaked(caplog.text) == []
