"""The checker of template names finds what it says and stays quiet otherwise."""

from pathlib import Path

import pytest
from django.template import engines
from pytest_django import Settings

from tools import template_names


@pytest.fixture
def templates(tmp_path: Path, settings: Settings) -> Path:
    loaders = [("template_partials.loader.Loader", ["django.template.loaders.filesystem.Loader"])]
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [tmp_path],
            "OPTIONS": {
                "loaders": loaders,
                "builtins": ["template_partials.templatetags.partials"],
                "context_processors": ["django.template.context_processors.debug"],
            },
        }
    ]
    (tmp_path / "card.html").write_text("{{ vial.code }}{% if note %}{{ note }}{% endif %}")
    assert engines["django"] is not None
    return tmp_path


def _inclusions(templates: Path, text: str) -> list[str]:
    (templates / "page.html").write_text(text)
    return list(template_names.inclusion_complaints("page.html"))


def _views(templates: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(template_names, "ROOT", templates)
    module = templates / "views.py"
    module.write_text(code)
    return list(template_names.view_complaints(module))


def test_finds_a_name_that_an_inclusion_is_not_given(templates: Path) -> None:
    found = _inclusions(templates, '{% include "card.html" with note=1 only %}')

    assert found == ["templates/page.html: includes card.html without vial, which that reads"]


def test_finds_a_name_that_an_inclusion_never_reads(templates: Path) -> None:
    found = _inclusions(templates, '{% include "card.html" with vial=v colour=1 only %}')

    assert found == ["templates/page.html: includes card.html with colour, which that never reads"]


@pytest.mark.parametrize(
    "text",
    [
        '{% include "card.html" with vial=v only %}',
        '{% include "card.html" with vial=v note=n only %}',
        '{% include "card.html" %}',
        "{% include which only %}",
        '{% for v in vials %}{% include "card.html" with vial=v only %}{% endfor %}',
    ],
)
def test_accepts_an_inclusion_that_agrees(templates: Path, text: str) -> None:
    assert _inclusions(templates, text) == []


def test_finds_what_a_view_gives_in_vain_and_what_it_forgets(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (templates / "page.html").write_text(
        "{% for v in vials %}{{ v }}{{ forloop.counter }}{% endfor %}"
    )

    found = _views(templates, 'render(request, "page.html", {"vial": 1})', monkeypatch)

    assert found == [
        "views.py:1: page.html reads vials, which it is not given",
        "views.py:1: gives vial, which page.html never read",
    ]


@pytest.mark.parametrize(
    "code",
    [
        'render(request, "page.html", {"vials": 1})',
        'render(request, "page.html", context)',
        'render(request, template, {"anything": 1})',
        'render(request, "page.html#result" if request.htmx else "page.html", {"vials": 1})',
    ],
)
def test_accepts_a_view_that_agrees_or_cannot_be_read(
    templates: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    (templates / "page.html").write_text(
        "{% partialdef result inline %}{% for v in vials %}{{ v }}{% endfor %}{% endpartialdef %}"
    )

    assert _views(templates, code, monkeypatch) == []


def test_reads_the_blocks_of_parent_and_child(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (templates / "base.html").write_text("{{ title }}{% block main %}{% endblock %}")
    (templates / "page.html").write_text(
        '{% extends "base.html" %}{% block main %}{{ text|default:other }}{% endblock %}'
    )

    found = _views(templates, 'render(request, "page.html", {"text": 1})', monkeypatch)

    assert found == [
        "views.py:1: page.html reads other, which it is not given",
        "views.py:1: page.html reads title, which it is not given",
    ]


def test_names_a_template_that_is_not_there(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _views(templates, 'render(request, "none.html")', monkeypatch)

    assert found == ["views.py:1: there is no template none.html"]
