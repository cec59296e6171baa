"""The net between a phone and the server, which a test can cut: what a browser only pretends leaks now and then."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Cord:
    """Carries bytes from a port of its own to another, until it is cut; mended, it carries again."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.is_cut = False
        self.is_mute = False
        self.open: set[socket.socket] = set()
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.port = self.ear.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Let nothing through, and break off what is under way."""
        self.is_cut = True
        for one in list(self.open):
            _end(one)

    def mute(self) -> None:
        """Keep every connection, and let nothing through them: a net that has gone away without a word."""
        self.is_mute = True

    def mend(self) -> None:
        """Carry again."""
        self.is_cut = self.is_mute = False

    def close(self) -> None:
        """Stop for good."""
        self.cut()
        _end(self.ear)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.ear.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self.target)
                self.open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if not self.is_mute:
                    sink.sendall(piece)
        for one in (source, sink):
            _end(one)
            self.open.discard(one)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
