"""A person's browser without the pictures: what a page hides in its form is sent back with it."""

import re
from html import unescape
from typing import Any

from django.test import Client

from web.sheets import SIGNATURE_INPUTS

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SIGNS = frozenset({"password", "reason"})


class Browser(Client):
    """Signs as a browser does: the sheet is read first, and what it hides is sent along."""

    def post(self, path: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Send a form; what is a signature brings the sheet that it is under."""
        if isinstance(data, dict) and data.keys() >= SIGNS and "sheet" not in data:
            data = hidden_on(self.read_sheet(path, data)) | data
        return super().post(path, data, *args, **kwargs)

    def read_sheet(self, path: str, entered: dict[str, Any]) -> Any:
        """Open the page to sign on; one that lists what was ticked is asked for with that."""
        page = self.get(path)
        if page.status_code == 405 and "vial" in entered:
            ticked = {name: entered[name] for name in entered.keys() - SIGNATURE_INPUTS}
            page = super().post(path, ticked)
        return page


def hidden_on(page: Any) -> dict[str, Any]:
    """Return what a page hides in its forms, by name; what is there more than once as a list."""
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page.content.decode()):
        found.setdefault(name, []).append(unescape(value))
    found.pop("csrfmiddlewaretoken", None)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
