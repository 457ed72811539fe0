"""Pages for what went wrong say what happened and what to do now."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from web.views import errors


@pytest.fixture
def request_of_nobody(rf: RequestFactory) -> HttpRequest:
    """Make a request without a person."""
    request = rf.get("/somewhere/")
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (errors.bad_request, 400, "could not be read"),
        (errors.forbidden, 403, "You may not open this"),
        (errors.csrf_failed, 403, "open for too long"),
        (errors.not_found, 404, "There is nothing here"),
    ],
)
def test_says_what_happened_and_what_to_do(
    request_of_nobody: HttpRequest, view: object, status: int, words: str
) -> None:
    response = view(request_of_nobody, ValueError("secret"))  # type: ignore[operator]  # a view

    assert response.status_code == status
    assert words in response.text
    assert "Do now:" in response.text
    assert "secret" not in response.text


def test_says_when_something_broke_without_needing_anything(
    request_of_nobody: HttpRequest,
) -> None:
    response = errors.server_error(request_of_nobody)

    assert response.status_code == 500
    assert "Something broke" in response.text
    assert "Do now:" in response.text


def test_is_what_an_unknown_address_shows(client: Client) -> None:
    response = client.get("/nothing-is-here/")

    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_is_what_a_form_without_its_token_shows() -> None:
    response = Client(enforce_csrf_checks=True).post("/preferences/", {"theme": "dark"})

    assert response.status_code == 403
    assert "open for too long" in response.text
