"""A mail server and a receiver on this machine, for channels that are really used."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from ssl import SSLContext
from threading import Thread


@dataclass
class Received:
    """What came: of a receiver method, headers and body; of a mail server the whole message."""

    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    status: int = 204
    url: str = ""
    port: int = 0

    @property
    def posted(self) -> list[tuple[dict[str, str], bytes]]:
        """Return headers and body of what was posted."""
        return [(headers, body) for method, headers, body in self.requests if method == "POST"]


class _Posts(BaseHTTPRequestHandler):
    """Keep what comes, and answer as the test wants."""

    received: Received

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.received.requests.append((self.command, dict(self.headers), body))
        self.send_response(self.received.status)
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def do_HEAD(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Mails(StreamRequestHandler):
    """Speak as much SMTP as a client needs."""

    received: Received
    tls: SSLContext | None = None

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            command = line.decode().strip().upper()
            self.received.commands.append(command[:4])
            if command == "STARTTLS" and self.tls is not None:
                if not self._begin_tls(self.tls):
                    return
                continue
            if command.startswith("EHLO") and self.tls is not None:
                self._say("250-here")
                self._say("250 STARTTLS")
                continue
            if command == "DATA":
                self._say("354 go on")
                self.received.mails.append(self._mail())
            self._say("221 bye" if command == "QUIT" else "250 fine")

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _begin_tls(self, tls: SSLContext) -> bool:
        self._say("220 begin")
        try:
            self.connection = tls.wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True

    def _mail(self) -> str:
        lines = []
        for line in self.rfile:
            if line.strip() == b".":
                break
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def receiver() -> Iterator[Received]:
    """Take what is posted, with a status that the test may change meanwhile."""
    received = Received()
    server = HTTPServer(("127.0.0.1", 0), type("Posts", (_Posts,), {"received": received}))
    received.url = f"http://127.0.0.1:{server.server_port}/in"
    with _served(server):
        yield received


@contextmanager
def mail_server(tls: SSLContext | None = None) -> Iterator[Received]:
    """Take mail as a simple server does, over TLS once that is asked for."""
    received = Received()
    handler = type("Mails", (_Mails,), {"received": received, "tls": tls})
    server = ThreadingTCPServer(("127.0.0.1", 0), handler)
    received.port = int(server.server_address[1])
    with _served(server):
        yield received


@contextmanager
def _served(server: HTTPServer | ThreadingTCPServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
