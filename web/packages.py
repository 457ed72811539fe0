"""The static files that come from npm packages, each named; nothing else of them is served."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

Found = str | list[str]  # named here, because the finder's own `list` hides the type

# where it is served below STATIC_URL -> where it is below node_modules
PACKAGED = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "uplot/uPlot.iife.min.js": "uplot/dist/uPlot.iife.min.js",
    "uplot/uPlot.min.css": "uplot/dist/uPlot.min.css",
}


def packages_folder() -> Path:
    """Say where npm installs packages."""
    return Path(settings.BASE_DIR) / "node_modules"


class PackageStorage(FileSystemStorage):
    """Reads files of npm packages under the names in `PACKAGED`."""

    def __init__(self) -> None:
        super().__init__(location=packages_folder())

    def path(self, name: str) -> str:
        """Give the path on disk of a name in `PACKAGED`."""
        return super().path(PACKAGED[name])


class PackageFinder(BaseFinder):
    """Lets `collectstatic` and the development server find the files in `PACKAGED`."""

    storage = PackageStorage()

    def check(self, **_kwargs: object) -> list[CheckMessage]:
        """Report every file that is not installed."""
        return [
            Error(f"{source} is not installed.", hint="Run `npm ci`.", id="web.E001")
            for source in PACKAGED.values()
            if not (packages_folder() / source).is_file()
        ]

    def find(self, path: str, find_all: bool = False) -> Found:  # type: ignore[override]  # noqa: FBT001, FBT002 - Django's signature, which its stubs split
        """Find one file; an empty list when it is not a packaged one."""
        source = PACKAGED.get(path)
        if source is None or not (packages_folder() / source).is_file():
            return []
        found = str(packages_folder() / source)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Give every packaged file."""
        del ignore_patterns  # the list above is already the selection
        for name in PACKAGED:
            yield name, self.storage
