"""The account PostgreSQL runs as: never root, who hands its data folder to an unprivileged one."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Account:
    """An unprivileged account; `needs_reach` when closed folders lie above what it must read."""

    uid: int
    gid: int
    needs_reach: bool


def unprivileged_account(*paths: Path) -> Account | None:
    """
    Return the account to run PostgreSQL as, or None when the present one will do.

    paths: what the account must be able to reach.
    """
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    closed = any(_is_closed(folder) for path in paths for folder in path.resolve().parents)
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid, needs_reach=closed)


def give(path: Path, account: Account | None) -> None:
    """Hand a file or folder to the account; nothing to do when there is none."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _is_closed(folder: Path) -> bool:
    return not folder.stat().st_mode & stat.S_IXOTH
