"""Servers on this machine that answer as sources of readings do, on good days and on bad ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from socket import create_server
from ssl import SSLContext
from threading import Thread
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def answering(
    answer: Answer, *, at_once: bool = False, tls: SSLContext | None = None
) -> Iterator[str]:
    """Answer each request with `answer`, many at once if asked to; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            answer(self)

        def do_HEAD(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = (ThreadingHTTPServer if at_once else HTTPServer)(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sends(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    """Return an answer that says the same each time."""
    content = body if isinstance(body, bytes) else body.encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@contextmanager
def half_open() -> Iterator[str]:
    """Take connections and never say anything."""
    with create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
