"""Starting a count: of the container that was chosen, or of the one that is scanned."""

from dataclasses import dataclass, field
from typing import Self

from django.utils import timezone

from audit.errors import ActionRefused, NotFound, Refusal
from custody.actions.start_count import start_count
from custody.models import Count
from custody.queries.counts import open_count_in
from custody.queries.resolve import resolve
from custody.queries.storage import container_seen_by
from inventory.codes.words import UnreadableScan
from inventory.models import Container, IdentifierKind
from web.attribution import attributed
from web.forms.counts import StartForm
from web.http import Request
from web.keyset import key_in
from web.presenters import Crumb

REASON = "Cycle count"
NO_CONTAINER = Refusal(
    "NOT_A_CONTAINER", "That is no container that you may see. Scan the label of a box or a rack."
)


@dataclass(frozen=True, kw_only=True)
class Start:
    """
    What is to be counted, where the address says it, and the count of it that goes on already.

    begun: the count, once it was begun.
    """

    container: Container | None
    open_count: Count | None
    begun: list[Count] = field(default_factory=list)

    @classmethod
    def asked(cls, request: Request) -> Self:
        """Read it from the address."""
        key = key_in(request, "container")
        found = None if key is None else container_seen_by(request.user, key)
        return cls(container=found, open_count=None if found is None else open_count_in(found))

    @property
    def code(self) -> str:
        """The code of the container, to be filled in."""
        return "" if self.container is None else self.container.code

    @property
    def crumb(self) -> Crumb:
        """The last crumb of the page."""
        return Crumb(label="Start a count")


def begin(request: Request, form: StartForm, start: Start) -> None:
    """
    Start the count.

    Raises ActionRefused (NOT_A_CONTAINER), and whatever the action refuses.
    """
    start.begun.append(
        start_count(
            container_id=_container(request, form.cleaned_data["code"]),
            attribution=attributed(request, REASON),
            at=timezone.now(),
            recount_of=form.cleaned_data["recount_of"],
        )
    )


def _container(request: Request, raw: str) -> int:
    try:
        found = resolve(raw, seen_by=request.user)
    except UnreadableScan as fault:
        raise ActionRefused([Refusal(fault.code, fault.words)]) from fault
    if found is None:
        raise NotFound([NO_CONTAINER])
    if found.kind != IdentifierKind.CONTAINER:
        raise ActionRefused([NO_CONTAINER])
    return found.key
