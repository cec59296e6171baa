"""A need that is told and not kept: who can answer, why, or what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings
from tests.api.programs import QUESTION, ask, program
from tests.cast import Cast
from tests.e5_server import free_port

from keqiao.journal import selectors as journal
from keqiao.matching.models import Run, Suggestion
from keqiao.needs.models import Need
from keqiao.reactions import services as reactions
from keqiao.search import readers

pytestmark = pytest.mark.django_db


def test_an_answer_comes_with_parts_that_add_up_and_reasons_that_can_be_read(cast: Cast) -> None:
    offer = cast.open_offer()
    reactions.run("default")
    response = ask(program(cast.lin, "match"), {**QUESTION, "industry": "C3011", "stage": 6})
    assert response.status_code == 200, response.content.decode()
    found = response.json()
    assert found["is_good"] is True
    assert [one["offer"]["code"] for one in found["items"]] == [offer.code]
    best = found["items"][0]
    assert best["score"] == pytest.approx(sum(part["points"] for part in best["parts"]), abs=0.011)
    assert 0.28 <= best["probability"] <= 1
    words = next(part for part in best["parts"] if part["code"] == "words")
    assert words["reason"]["code"] == "words.shared"
    assert "锂渣" in words["reason"]["sentence"]
    assert best["ahead"] is None
    assert best["offer"]["industries"][0]["code"] == "C3011"


def test_reasons_are_said_in_the_language_that_was_asked_for(cast: Cast) -> None:
    cast.open_offer(), cast.open_offer(title="酸法锂渣作混凝土掺合料")
    reactions.run("default")
    client = program(cast.lin, "match", **{"Accept-Language": "en-GB,en;q=0.9"})
    response = ask(client)
    assert response.headers["Content-Language"] == "en"
    first = response.json()["items"][0]
    sentences = [part["reason"]["sentence"] for part in first["parts"]]
    assert any(sentence.startswith("Both speak of") for sentence in sentences)
    assert first["ahead"] is not None


def test_when_nobody_can_answer_what_is_missing_is_told(cast: Cast) -> None:
    cast.open_offer()
    reactions.run("default")
    asked = {"title": "古琴减字谱的打谱", "text": "清末减字谱抄本需要打谱，请懂琴曲的人来看。"}
    found = ask(program(cast.lin, "match"), asked).json()
    assert found["is_good"] is False
    assert found["missing"]
    assert all(one["sentence"] and one["code"] for one in found["missing"])


def test_no_more_answers_come_than_were_asked_for(cast: Cast) -> None:
    for number in range(4):
        cast.open_offer(title=f"锂渣微粉作水泥混合材（{number}）")
    reactions.run("default")
    client = program(cast.lin, "match")
    assert len(ask(client, {**QUESTION, "top": 2}).json()["items"]) == 2
    assert len(ask(client).json()["items"]) == 4


def test_nothing_of_a_question_is_kept(cast: Cast) -> None:
    cast.open_offer()
    reactions.run("default")
    client = program(cast.lin, "match")
    before = journal.last_position()
    needle = "只在这一问里出现的话"
    assert ask(client, {**QUESTION, "text": f"{QUESTION['text']}{needle}"}).status_code == 200
    assert journal.last_position() == before
    assert not Need.objects.exists()
    assert not Run.objects.filter(need__isnull=False).exists()
    assert not Suggestion.objects.exclude(run__subject_kind="offer").exists()
    kept = [str(row) for table in connection.introspection.table_names() for row in rows_of(table)]
    assert kept
    assert not any(needle in row for row in kept)


def rows_of(table: str) -> list[Any]:
    if table.startswith("places_"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
        return list(cursor.fetchall())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"), ({"title": "名" * 81}, "title"), ({"title": None}, "title"),
        ({"text": ""}, "text"), ({"text": " \u200b\n"}, "text"), ({"text": "字" * 5001}, "text"),
        ({"text": "\x00"}, "text"), ({"text": "\ud800"}, "text"), ({"text": "\u202e倒"}, "text"), ({"text": 5}, "text"),
        ({"region": "999999"}, "region"), ({"industry": "Z"}, "industry"), ({"subject": "学科"}, "subject"),
        ({"region": "'; --"}, "region"), ({"stage": 0}, "stage"), ({"stage": 10}, "stage"), ({"stage": "六"}, "stage"),
        ({"stage": 1.5}, "stage"), ({"keywords": "锂渣"}, "keywords"), ({"keywords": ["词" * 21]}, "keywords.0"),
        ({"keywords": ["词"] * 13}, "keywords"), ({"top": 0}, "top"), ({"top": 21}, "top"), ({"what": 1}, "what"),
        ({"keywords": ["\x00"]}, "keywords"),
    ],
)  # fmt: skip
def test_each_wrong_value_is_named_with_a_sentence(
    cast: Cast, changed: dict[str, Any], field: str
) -> None:
    response = ask(program(cast.lin, "match"), {**QUESTION, **changed})
    assert response.status_code == 422, response.content.decode()
    found = response.json()
    assert [one["field"] for one in found["errors"]] == [field]
    assert found["errors"][0]["sentence"]
    assert found["errors"][0]["sentence"].isascii() is False


def test_full_width_traditional_and_rare_characters_are_ordinary(cast: Cast) -> None:
    cast.open_offer()
    reactions.run("default")
    asked = {
        "title": "㐂 𠮷 鋰渣（ＬＩＺＨＡ）",
        "text": "=SUM(A1) 鋰渣的規模化消納利用，㐂𠮷，ＡＢＣ１２３。",
    }
    assert ask(program(cast.lin, "match"), asked).status_code == 200


def test_without_its_index_the_engine_says_so(cast: Cast, settings: Settings) -> None:
    client = program(cast.lin, "match")
    address = f"http://127.0.0.1:{free_port()}"
    settings.INDEX = {"address": address, "token": "root:verborgen", "database": ""}
    readers.forget()
    for response in (ask(client), client.get("/api/v1/needs?q=锂渣")):
        assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
        assert response.json()["type"] == "urn:keqiao:problem:index"
        assert "verborgen" not in response.content.decode()
    assert client.get("/api/v1/needs").status_code == 200
