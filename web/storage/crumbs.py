"""The way from storage down to a container."""

from django.urls import reverse

from custody.spots import lineages
from inventory.models import Container
from web.links import storage_url
from web.presenters import Crumb


def crumbs_to(container: Container, *, last: str = "") -> tuple[Crumb, ...]:
    """
    Lead the way from storage down to the container.

    last: a page of the container; the container itself is a link then.
    """
    above = lineages([container])[container.pk]
    crumbs = [Crumb(label="Storage", url=reverse("storage:index"))]
    crumbs += [Crumb(label=row.name, url=storage_url(row.pk)) for row in above]
    if last:
        return (*crumbs, Crumb(label=last))
    return (*crumbs[:-1], Crumb(label=crumbs[-1].label))
