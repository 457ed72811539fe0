"""What stood in a container at an instant in the past, from the stays in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.authors import Author
from custody.models import Stay
from inventory.models import Container, Program

MOST_ROWS = 500


@dataclass(frozen=True, kw_only=True)
class StayThen:
    """One vial that was there: where exactly, from when, and until when if it has left."""

    vial_id: int
    code: str
    coi: str
    batch: str
    place: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ContentsThen:
    """
    What was in a container then.

    place: where the container itself stood then; empty before it existed.
    others: vials of programs that the person may not see. more: rows beyond those listed.
    """

    at: datetime
    place: str
    existed: bool
    stays: tuple[StayThen, ...]
    others: int
    more: int


def contents_at(container: Container, at: datetime, *, seen_by: Author) -> ContentsThen:
    """
    Return what stood in `container`, or in anything that stood in it then, at the instant `at`.

    Counts a vial whose stay had begun and had not ended. Times are those of the server when the
    step was recorded, so what was entered late appears from its entry on.
    Source: DESIGN, the past is a query.
    """
    then = Container.history.filter(id=container.pk, history_date__lte=at)
    state = then.order_by("-history_date", "-history_id").first()
    if state is None:
        return ContentsThen(at=at, place="", existed=False, stays=(), others=0, more=0)
    stays = _stays(container, state.path, at).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at), began_at__lte=at
    )
    visible = stays.filter(vial__program__in=Program.objects.visible_to(seen_by))
    count, seen = stays.count(), visible.count()
    rows = visible.select_related("vial__therapy", "vial__batch").order_by("place", "pk")
    return ContentsThen(
        at=at,
        place=_place(state.path),
        existed=True,
        stays=tuple(_row(stay) for stay in rows[:MOST_ROWS]),
        others=count - seen,
        more=max(0, seen - MOST_ROWS),
    )


def _stays(container: Container, path: str, at: datetime) -> QuerySet[Stay]:
    """Return the stays in the container, and in those that stood in it then."""
    if path == f"/{container.pk}/":
        return Stay.objects.filter(unit=container)
    inside = (
        Container.history.filter(history_date__lte=at, path__startswith=path)
        .order_by("id")
        .values_list("id", flat=True)
        .distinct()
    )
    latest = Container.history.filter(id__in=list(inside), history_date__lte=at)
    newest = latest.order_by("id", "-history_date", "-history_id").distinct("id")
    keys = [row.id for row in newest if row.path.startswith(path)]
    return Stay.objects.filter(position__container__in=keys)


def _place(path: str) -> str:
    keys = [int(part) for part in path.split("/") if part]
    names = dict(Container.objects.filter(pk__in=keys).values_list("pk", "name"))
    return " › ".join(names[key] for key in keys if key in names)


def _row(stay: Stay) -> StayThen:
    vial = stay.vial
    return StayThen(
        vial_id=vial.pk,
        code=vial.code,
        coi="" if vial.therapy is None else vial.therapy.coi,
        batch=vial.batch.number,
        place=stay.place,
        began_at=stay.began_at,
        ended_at=stay.ended_at,
    )
