"""When the index stands elsewhere and does not answer, a visitor is told so and can go on without it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.e5_server import free_port

from keqiao.search import readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(settings: Settings) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    settings.INDEX = {"address": address, "token": "root:verborgen", "database": ""}
    readers.forget()


@pytest.mark.usefixtures("gone")
def test_a_search_without_its_index_says_so_and_keeps_the_secret(client: Client) -> None:
    for path in ("/search/?q=锂渣", "/needs/?q=锂渣"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), path
        page = answer.content.decode()
        assert "存放索引的服务器没有回应" in page
        assert "verborgen" not in page
    english = client.get("/search/?q=lithium", headers={"cookie": "django_language=en"})
    assert english.status_code == 503


@pytest.mark.usefixtures("gone")
def test_lists_without_words_still_work(cast: Cast, client: Client) -> None:
    need = cast.open_need()
    page = client.get("/needs/")
    assert page.status_code == 200
    assert need.public_title in page.content.decode()
