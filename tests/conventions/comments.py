"""A rule about silenced linters: each says which complaint it silences, and why."""

import io
import re
import tokenize
from collections.abc import Iterator

from tests.conventions.source import Module

SILENCES = re.compile(r"#\s*(noqa|type:\s*ignore|ruff:|mypy:)")
EXPLAINED = re.compile(
    r"# noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S.*|# type: ignore\[[a-z-]+(, ?[a-z-]+)*\] +# \S.*"
)


def silences_with_code_and_reason(module: Module) -> Iterator[str]:
    """Say where a linter is silenced without a code, or without a reason."""
    if not SILENCES.search(module.text):
        return
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        is_silence = token.type == tokenize.COMMENT and SILENCES.match(token.string)
        if is_silence and not EXPLAINED.search(token.string):
            yield f"line {token.start[0]}: {token.string[:60]}"
