"""Backing a database up and restoring it, by copies of the whole database."""

from django.db import connection

from audit.seals import standing
from tests.plugins.pristine import copy_database, drop_database, let_go


def back_up() -> str:
    """Copy the database as it is now; return the copy's name."""
    name: str = connection.settings_dict["NAME"]
    let_go()
    copy_database(name, f"{name}_backup")
    return f"{name}_backup"


def restore(backup: str) -> None:
    """Put the copy in the place of the database; whoever was connected no longer is."""
    name: str = connection.settings_dict["NAME"]
    let_go()
    copy_database(backup, name)
    standing.forget_standing()


def drop(backup: str) -> None:
    """Take the copy away."""
    drop_database(backup)
