"""The database of the demo: complete, or begun anew."""

import shutil

import psycopg
from psycopg import sql

from freezer_inventory.embedded.postgres import ROLE
from freezer_inventory.embedded.services import Services

_LOADED = "demo data loaded"


class DemoDatabase:
    """The embedded database, whose comment says when it is complete, or one of somebody's own."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def is_loaded(self) -> bool:
        """Say whether the demo data is complete; elsewhere: whether there are people."""
        if not self._services.database_is_embedded:
            return self._has_people()
        with psycopg.connect(self._services.postgres.url) as connection:
            row = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                "WHERE datname = current_database()"
            ).fetchone()
        return row == (_LOADED,)

    def mark_as_loaded(self) -> None:
        """Write the mark that only a complete load leaves."""
        if not self._services.database_is_embedded:
            return
        mark = sql.SQL("COMMENT ON DATABASE {} IS {}")
        with psycopg.connect(self._services.postgres.url, autocommit=True) as connection:
            connection.execute(mark.format(sql.Identifier(ROLE), sql.Literal(_LOADED)))

    def forget_what_is_half_loaded(self) -> None:
        """Begin anew when the first start was killed while it loaded: the trail keeps no half."""
        if self._services.database_is_embedded and not self.is_loaded:
            self._services.postgres.empty()
            shutil.rmtree(self._services.postgres.folder / "seals", ignore_errors=True)

    def _has_people(self) -> bool:
        url = self._services.addresses().database_url
        with psycopg.connect(url) as connection:
            return (
                connection.execute("SELECT 1 FROM accounts_person LIMIT 1").fetchone() is not None
            )
