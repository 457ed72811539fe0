"""Build the migrated database that a test run begins with, unless it is there."""

import os
import sys

from tests.plugins import seed


def main() -> int:
    """Build it with the settings of tests; what is wrong with the migrations the run says too."""
    os.environ.setdefault("DEMO", "on")
    os.environ.setdefault("SECRET_KEY", "tests-only-" + "t" * 50)
    try:
        seed.seeded_folder()
    except seed.SeedFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
