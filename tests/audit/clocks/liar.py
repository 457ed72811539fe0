"""A small SNTP server on loopback that lies by a given number of seconds."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator

EPOCH = 2_208_988_800  # seconds from 1900 to 1970
HEADER = struct.Struct("!BBbb11I")


def _stamp(moment: float) -> tuple[int, int]:
    seconds = moment + EPOCH
    return int(seconds), int((seconds % 1) * 2**32)


def _answer(question: bytes, *, ahead: float, stratum: int, leap: int) -> bytes:
    sent = struct.unpack("!11I", question[4:48])[-2:]
    now = _stamp(time.time() + ahead)
    return HEADER.pack(leap << 6 | 4 << 3 | 4, stratum, 6, -20, 0, 0, 0, *now, *sent, *now, *now)


@contextlib.contextmanager
def time_server(*, ahead: float = 0, stratum: int = 2, leap: int = 0) -> Iterator[str]:
    """Serve time that is `ahead` seconds ahead of this machine's; yield `host:port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    question, asker = server.recvfrom(512)
                    answer = _answer(question, ahead=ahead, stratum=stratum, leap=leap)
                    server.sendto(answer, asker)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            serving.join()
