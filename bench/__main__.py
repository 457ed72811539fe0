"""Measure, and print the table: `python -m bench --vials 100000 --rounds 200`."""

import argparse
import os
import sys
from collections.abc import Sequence

import django


def main(arguments: Sequence[str]) -> int:
    """Measure everything and print it; end with 1 when a budget is missed and that matters."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--vials", type=int, default=100_000, help="load until there are so many")
    parser.add_argument("--rounds", type=int, default=200, help="how often each thing is measured")
    parser.add_argument("--trail", type=int, help="search a trail of so many changes instead")
    parser.add_argument("--strict", action="store_true", help="fail when a budget is missed")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    os.environ.setdefault("STATIC_HASHED", "off")  # nothing needs to be collected first
    django.setup()
    from bench.report import measured  # needs the settings
    from bench.trail import measured_trail  # needs the settings

    if chosen.trail:
        lines, words = measured_trail(changes=chosen.trail, rounds=chosen.rounds)
    else:
        lines, words = measured(vials=chosen.vials, rounds=chosen.rounds)
    sys.stdout.write(f"\n{words}\n")
    missed = [line for line in lines if not line.is_within_budget]
    return 1 if missed and chosen.strict else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
