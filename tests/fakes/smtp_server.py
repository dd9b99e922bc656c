"""A mail server that says what it is told to: a line per command, or nothing at all."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Script:
    """`answers` per verb (RCPT, DATA, END …) replace the friendly ones; `silent` accepts and never says a word."""

    def __init__(self, silent: bool = False, **answers: str) -> None:
        self.answers = answers
        self.silent = silent
        self.taken: list[bytes] = []
        self.port = 0

    def answer(self, verb: str) -> bytes:
        friendly = {"DATA": "354 go on", "QUIT": "221 bye"}
        return (self.answers.get(verb) or friendly.get(verb, "250 fine")).encode() + b"\r\n"


@contextmanager
def mail_server(script: Script) -> Iterator[Script]:
    """Run it on a free port of this machine."""
    released = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if script.silent:
                released.wait(10)
                return
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                verb = line.split()[0].decode().upper() if line.split() else ""
                self.wfile.write(script.answer(verb))
                if verb == "QUIT":
                    return
                if verb == "DATA" and script.answer(verb).startswith(b"354"):
                    self._take()

        def _take(self) -> None:
            body = b""
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                body += line
            script.taken.append(body)
            self.wfile.write(script.answer("END"))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        script.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield script
        finally:
            released.set()
            server.shutdown()
