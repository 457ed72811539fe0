"""PostgreSQL and Redis together: the embedded ones, unless the environment names others."""

import contextlib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from freezer_inventory.embedded.folder import Addresses, ServersFolder
from freezer_inventory.embedded.postgres import EmbeddedPostgres
from freezer_inventory.embedded.processes import Child
from freezer_inventory.embedded.redis import EmbeddedRedis


class Services:
    """The two servers of one held folder; each stays off when its address is given."""

    def __init__(self, folder: ServersFolder, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._database_url = environment.get("DATABASE_URL", "")
        self._redis_url = environment.get("REDIS_URL", "")
        self.postgres = EmbeddedPostgres(folder=folder.path, log=folder.log("postgres"))
        self.redis = EmbeddedRedis(folder=folder.path, log=folder.log("redis"))

    @property
    def database_is_embedded(self) -> bool:
        """Say whether this folder keeps the database."""
        return not self._database_url

    @property
    def children(self) -> list[Child]:
        """The processes of the servers that run embedded."""
        return [child for child in (self.postgres.child, self.redis.child) if child is not None]

    def start_postgres(self) -> None:
        """Start PostgreSQL on the port it had before, if that is still free."""
        if self._database_url:
            return
        self.postgres.start(preferred_port=_port_of(self._last_addresses().database_url))
        self._folder.remember_processes(self.children)

    def start_redis(self) -> None:
        """Start Redis on the port it had before, if that is still free."""
        if self._redis_url:
            return
        self.redis.start(preferred_port=_port_of(self._last_addresses().redis_url))
        self._folder.remember_processes(self.children)

    def addresses(self, page: str = "") -> Addresses:
        """Return where both servers answer."""
        return Addresses(
            database_url=self._database_url or self.postgres.url,
            redis_url=self._redis_url or self.redis.url,
            page=page,
        )

    def stop(self) -> None:
        """Stop what runs embedded, the queue before the database."""
        self.redis.stop()
        self.postgres.stop()

    def _last_addresses(self) -> Addresses:
        return self._folder.addresses() or Addresses(database_url="", redis_url="")


@contextlib.contextmanager
def running_services(folder: ServersFolder, environment: Mapping[str, str]) -> Iterator[Addresses]:
    """Serve both for the time of a block; servers that a demo already runs are shared."""
    known = folder.addresses() if folder.is_held else None
    if known is not None:
        yield known
        return
    folder.hold()
    services = Services(folder, environment)
    try:
        services.start_postgres()
        services.start_redis()
        folder.remember_addresses(services.addresses())
        yield services.addresses()
    finally:
        services.stop()
        folder.release()


def _port_of(url: str) -> int | None:
    return urlsplit(url).port if url else None
