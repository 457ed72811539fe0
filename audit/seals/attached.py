"""Rows that no seal covers one by one: a sealed row holds their digest; their room checks it."""

from collections.abc import Callable, Iterator

from audit.seals.findings import Finding

Check = Callable[[], Iterator[Finding]]
_checks: list[Check] = []


def check_with(check: Check) -> None:
    """Have `check` asked with every verification for what is not as its sealed digest says."""
    if check not in _checks:
        _checks.append(check)


def attached_checks() -> tuple[Check, ...]:
    """Return the checks of all rooms."""
    return tuple(_checks)
