"""Finding the container that an address names, behind the wall of sites."""

from django.http import Http404

from accounts.models import Person
from custody.queries.storage import container_seen_by
from inventory.models import Container


def container_or_404(person: Person, container_id: int) -> Container:
    """
    Return the container.

    Raises Http404: it does not exist, or stands at a site that is not open to the person.
    """
    found = container_seen_by(person, container_id)
    if found is None:
        raise Http404
    return found


def unit_or_404(person: Person, unit_id: int) -> Container:
    """
    Return the freezer or tank.

    Raises Http404: it does not exist, is no unit, or stands at a site that is not open to them.
    """
    found = container_or_404(person, unit_id)
    if not found.type.is_unit:
        raise Http404
    return found
