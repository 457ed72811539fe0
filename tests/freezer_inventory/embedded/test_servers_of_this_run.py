"""The servers that the test run itself stands on."""

import os

import psycopg


def test_are_postgresql_18_with_an_ordinary_role() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        version = connection.info.server_version
        row = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert version >= 180000
    assert row == (False,)
