"""A printed label is looked at as a scanner does: rendered, then decoded."""

from collections.abc import Callable

import pytest

from tests import paper

Decode = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def decode() -> Decode:
    """Render one page at a printer's resolution and give every code found with its symbology."""
    return paper.codes_on


@pytest.fixture
def words_on() -> Callable[[bytes], str]:
    """Extract the text of all pages."""
    return lambda pdf: "\n".join(paper.words_on(pdf))
