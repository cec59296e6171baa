"""From no account to the desk, over a real SMTP conversation; and the refusals on the way."""

from __future__ import annotations

import asyncio
import email
import re
import threading

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import PASSWORD, Cast

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.journal import services as journal
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db
ENTERED = {
    "name": "欧阳·示例",
    "email": "Ouyang@keqiao.example",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "agrees": "on",
}


class Post(threading.Thread):
    """A mail server on loopback that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.letters: list[bytes] = []
        self.ready = threading.Event()
        self.port = 0

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        async with server:
            await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post.example ready\r\n")
        while line := await reader.readline():
            word = line.strip().upper()[:4]
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(letter)
            if word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"250 fine\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
def post(settings: Settings) -> Post:
    """Send the site's mail to a server that is really there."""
    server = Post()
    server.start()
    server.ready.wait(10)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return server


@pytest.mark.usefixtures("reference")
def test_a_visitor_signs_up_confirms_the_address_and_reaches_the_desk(post: Post) -> None:
    client = Client()
    response = client.post("/account/signup/", ENTERED)
    assert response.status_code == 302, response.content.decode()[:2000]
    person = Person.objects.get()
    assert (person.name, person.email) == ("欧阳·示例", "ouyang@keqiao.example")
    assert set(accounts.consents(person)) == {Purpose.ACCOUNT}
    assert Entry.objects.filter(action="person.joined", actor_id=person.pk).count() == 1
    assert client.get("/desk/").status_code == 302
    assert len(post.letters) == 1

    letter = email.message_from_bytes(post.letters[0])
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    link = re.search(r"http://testserver(/account/confirm-email/\S+)", body.decode())
    assert link is not None
    client.post(link.group(1))
    client.post("/account/login/", {"login": "OUYANG@keqiao.example", "password": PASSWORD})
    assert client.get("/desk/").status_code == 200
    assert Entry.objects.filter(action="person.logged_in", actor_id=person.pk).exists()
    assert journal.verify().holds


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agrees": ""}, "开设账号需要这项同意"),
        ({"name": "\u202e倒"}, "隐藏符号"),
        ({"password1": "12345678", "password2": "12345678"}, "密码"),
        ({"email": "不是邮箱"}, "邮箱"),
    ],
)
@pytest.mark.usefixtures("reference")
def test_each_refusal_is_said_beside_its_field(changed: dict[str, str], said: str) -> None:
    response = Client().post("/account/signup/", {**ENTERED, **changed})
    assert response.status_code == 200
    shown = response.content.decode()
    assert 'role="alert"' in shown
    assert said in shown or "电子邮" in shown
    assert not Person.objects.exists()


def test_too_many_wrong_passwords_lock_the_account_out(cast: Cast) -> None:
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    client = Client()
    for _attempt in range(6):
        client.post("/account/login/", {"login": cast.lin.email, "password": "错的密码"})
    response = client.post("/account/login/", {"login": cast.lin.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert response.status_code in {200, 429}
    refused = Entry.objects.filter(action="person.log_in_refused", subject_key=str(cast.lin.pk))
    assert refused.filter(is_success=False).count() >= 5
