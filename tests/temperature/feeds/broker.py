"""A broker that speaks just enough MQTT 3.1.1 to keep messages for one session."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import create_server, socket
from threading import Thread

CONNECT, PUBLISH, PUBACK, SUBSCRIBE, DISCONNECT = 1, 3, 4, 8, 14


class Broker:
    """Hands each message that waits to who subscribes, until it is acknowledged."""

    def __init__(self) -> None:
        self.waiting: dict[int, bytes] = {}
        self.asked_for: list[bytes] = []
        self.refuses = False

    def publish(self, topic: str, payload: str) -> None:
        """Let a message wait."""
        number = max(self.waiting, default=0) + 1
        named = len(topic).to_bytes(2, "big") + topic.encode()
        self.waiting[number] = named + number.to_bytes(2, "big") + payload.encode()

    def serve(self, line: socket) -> None:
        """Speak with one client until it leaves."""
        with line, suppress(OSError):
            while head := line.recv(1):
                kind, body = head[0] >> 4, _exactly(line, _length(line))
                if kind == CONNECT:
                    line.sendall(bytes([0x20, 2, 0, 5 if self.refuses else 0]))
                elif kind == SUBSCRIBE:
                    self.asked_for.append(body[4:-1])
                    line.sendall(bytes([0x90, 3]) + body[:2] + b"\x01")
                    for number in sorted(self.waiting):
                        line.sendall(_packet(0x32, self.waiting[number]))
                elif kind == PUBACK:
                    self.waiting.pop(int.from_bytes(body, "big"), None)
                elif kind == DISCONNECT:
                    return


def _length(line: socket) -> int:
    total, shift = 0, 0
    while True:
        byte = _exactly(line, 1)[0]
        total |= (byte & 127) << shift
        if byte < 128:
            return total
        shift += 7


def _exactly(line: socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = line.recv(count - len(found))
        if not piece:
            raise OSError("the client went away")
        found += piece
    return found


def _packet(head: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while True:
        left, part = left >> 7, left & 127
        length += bytes([part | (128 if left else 0)])
        if not left:
            return bytes([head]) + length + body


@contextmanager
def running() -> Iterator[tuple[Broker, int]]:
    """Run a broker; yield it with its port."""
    broker = Broker()
    with create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    broker.serve(listening.accept()[0])

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield broker, listening.getsockname()[1]
        listening.shutdown(2)
    thread.join(5)
