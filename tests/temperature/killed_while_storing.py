"""A worker that stores a large arrival, says so when a part of it is in, and waits to be killed."""

import sys
import time
from collections.abc import Callable
from typing import Any

import django

LASTS = 120  # seconds; whoever started it kills it long before


def main() -> None:
    django.setup()
    from django.db import connection

    from temperature.actions.take_readings import take_readings
    from tests.temperature.large import large_arrival
    from tests.world import NOON

    def stop_in_the_middle(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        done = execute(sql, params, many, context)
        if "INSERT INTO public.temperature_reading" in sql:
            sys.stdout.write("a part is in\n")
            sys.stdout.flush()
            time.sleep(LASTS)
        return done

    with connection.execute_wrapper(stop_in_the_middle):
        take_readings(feed_id=int(sys.argv[1]), arrival=large_arrival(), at=NOON)


if __name__ == "__main__":
    main()
