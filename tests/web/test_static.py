"""What is collected for production is complete: every file that a page names, hashed."""

import json
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from tests.web.test_look import ROOT, TEMPLATES

STATIC_TAG = re.compile(r"{% static '([^']+)' %}")


@pytest.fixture
def collected(tmp_path: Path, settings: LazySettings) -> Path:
    """Collect the static files as production does."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "web.static_storage.HashedStaticStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_collects_everything_that_pages_name(collected: Path) -> None:
    manifest = json.loads((collected / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    named = {name for path in TEMPLATES for name in STATIC_TAG.findall(path.read_text("utf-8"))}

    assert "tabler/tabler.min.css" in named
    assert named <= manifest.keys()


def test_imports_between_scripts_are_hashed_too(collected: Path) -> None:
    script = next(path for path in (collected / "js").glob("base.*.js"))
    imported = re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8"))

    assert imported
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)
    assert all((collected / "js" / name).is_file() for name in imported)


def test_collects_no_package_but_the_files_that_are_named(collected: Path) -> None:
    assert not (collected / "@tabler").exists()
    assert (ROOT / "node_modules").is_dir()
