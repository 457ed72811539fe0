"""Setting things up: each page is one signed sheet and one action."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from web.configuring import things
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def add_sponsor(request: Request) -> HttpResponse:
    """Add a sponsor."""
    return answer_set_up(request, things.sponsor(request.POST or None))


@_either
def add_program(request: Request) -> HttpResponse:
    """Add a program."""
    return answer_set_up(request, things.program(request.POST or None))


@_either
def add_product(request: Request) -> HttpResponse:
    """Add a product."""
    return answer_set_up(request, things.product(request.POST or None, request.user))


@_either
def change_lifting(request: Request, type_id: int) -> HttpResponse:
    """Say anew whether containers of a type are taken out."""
    return answer_set_up(request, things.lifting(request.POST or None, type_id))


@_either
def set_licence(request: Request, product_id: int) -> HttpResponse:
    """Say whether a product is on the market under a licence."""
    return answer_set_up(request, things.licence(request.POST or None, request.user, product_id))


@_either
def set_limits(request: Request, product_id: int) -> HttpResponse:
    """Set the next version of a product's stability limits."""
    at = timezone.now()
    return answer_set_up(request, things.limits(request.POST or None, request.user, product_id, at))


@_either
def add_site(request: Request) -> HttpResponse:
    """Add a site."""
    return answer_set_up(request, things.site(request.POST or None))


@_either
def add_unit(request: Request) -> HttpResponse:
    """Add a freezer or tank."""
    return answer_set_up(request, things.unit(request.POST or None, request.user))


@_either
def add_containers(request: Request) -> HttpResponse:
    """Add racks, drawers or boxes in the free places of a container."""
    inside = request.GET.get("inside", "")
    return answer_set_up(request, things.containers(request.POST or None, request.user, inside))
