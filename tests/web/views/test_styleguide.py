"""The style guide shows everything, answers scans, and exists only where people develop."""

import pytest
from django.test import Client
from django.test.utils import override_settings


def test_shows_every_component(client: Client) -> None:
    response = client.get("/styleguide/")

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/styleguide/", "/styleguide/scan/"])
def test_does_not_exist_in_production(client: Client, path: str) -> None:
    with override_settings(DEMO=False, DEBUG=False):
        assert client.get(path).status_code == 404


def test_htmx_gets_only_the_result(client: Client) -> None:
    page = client.post("/styleguide/scan/", {"code": "V001"})
    fragment = client.post("/styleguide/scan/", {"code": "V001"}, headers={"HX-Request": "true"})

    assert "<html" not in fragment.text
    assert fragment.text.strip() in page.text


def test_refuses_with_409(client: Client) -> None:
    response = client.post("/styleguide/scan/", {"code": "V00X"}, headers={"HX-Request": "true"})

    assert response.status_code == 409
    assert "put it back now" in response.text
