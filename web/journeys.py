"""Ways to the identity provider and back: what somebody left for waits in their session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import provider

_KEPT_AS = "journeys"
_LASTS = timedelta(minutes=10)
_MOST_AT_ONCE = 5


class Errand(StrEnum):
    """What somebody leaves for."""

    SIGN_IN = "sign_in"
    UNLOCK = "unlock"
    LINK = "link"
    SIGN = "sign"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """
    One way there and back.

    back: the path where they go on. about: the number of what waits for it, where something does.
    """

    errand: Errand
    departed_at: datetime
    back: str
    about: int = 0


def set_out(
    request: HttpRequest, errand: Errand, *, back: str, known_as: str = "", about: int = 0
) -> str:
    """
    Begin a journey, and return the address to leave for.

    Raises SigningFailed: the provider does not answer.
    """
    at = timezone.now()
    return_to = request.build_absolute_uri(reverse("accounts:provider_callback"))
    departure = provider.depart(request, return_to=return_to, known_as=known_as)
    begun = [*_under_way(request).items()][-_MOST_AT_ONCE + 1 :]
    told = {"errand": errand, "at": at.isoformat(), "back": back, "about": about}
    request.session[_KEPT_AS] = dict([*begun, (departure.state, told)])
    return departure.address


def returned(request: HttpRequest) -> Journey | None:
    """Return the journey from which this request comes back, once; None when it is of none."""
    under_way = _under_way(request)
    told = under_way.pop(request.GET.get("state", ""), None)
    request.session[_KEPT_AS] = under_way
    if told is None:
        return None
    departed_at = datetime.fromisoformat(told["at"])
    if timezone.now() - departed_at > _LASTS:
        return None
    return Journey(
        errand=Errand(told["errand"]),
        departed_at=departed_at,
        back=told["back"],
        about=told["about"],
    )


def _under_way(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return dict(request.session.get(_KEPT_AS, {}))
