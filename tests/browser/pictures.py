"""Pictures of pages: a test needs none, so they are taken only when somebody wants them."""

import os
from pathlib import Path

from playwright.sync_api import Page

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"


def pictures_are_wanted() -> bool:
    """Say whether the walks take the pictures that the docs choose from: `PICTURES=on`."""
    return os.environ.get("PICTURES") == "on"


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page under a name."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def keep_nothing(page: Page, name: str) -> None:
    """Take no picture."""
    del page, name
