"""Find the folder of an installed package without importing it."""

from importlib.util import find_spec
from pathlib import Path

from freezer_inventory.embedded.errors import StartRefused


def installed_package(name: str) -> Path:
    """
    Return the folder of an installed package.

    Raises StartRefused: it is not installed.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise StartRefused(
            f"The package {name} that brings an embedded server is not installed: "
            f"run `make demo`, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent
