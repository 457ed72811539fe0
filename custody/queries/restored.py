"""What may stand elsewhere than a restored database says: what was touched shortly before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from audit.authors import Author
from custody.models import CustodyEvent
from custody.queries.whereabouts import UNMOVING
from custody.rules.standing import OUT
from inventory.models import Container, Custody, Identifier, Message, Program, Site, Vial

MOST_LISTED = 2_000
LOOSE = (*OUT, Custody.RECEIVED, Custody.MISSING)


@dataclass(frozen=True, kw_only=True)
class TouchedLine:
    """
    One vial or container as the restored database has it: go and see whether it is so.

    kind: `vial` or `container`. what: the last thing that is known of it.
    """

    kind: str
    id: int
    code: str
    place: str
    what: str
    who: str
    at: datetime | None


def vials_to_find(since: datetime, *, seen_by: Author) -> list[TouchedLine]:
    """
    List vials whose last event is not older than `since`, and all that stood in no place.

    Source: 21 CFR 1271.290; URS-83.
    """
    events = CustodyEvent.objects.exclude(kind__in=UNMOVING).filter(vial=OuterRef("pk"))
    newest = events.order_by("-seq").values("pk")[:1]
    touched = CustodyEvent.objects.filter(recorded_at__gte=since).values("vial")
    rows = Vial.objects.visible_to(seen_by).filter(Q(pk__in=touched) | Q(custody__in=LOOSE))
    last = dict(rows.order_by("code").values_list("pk", Subquery(newest))[:MOST_LISTED])
    found = CustodyEvent.objects.filter(pk__in=[key for key in last.values() if key])
    return [
        TouchedLine(
            kind="vial",
            id=row.vial_id,
            code=row.vial.code,
            place=row.to_place or row.vial.get_custody_display(),
            what=row.get_kind_display(),
            who=row.device if row.actor is None else row.actor.full_name,
            at=row.recorded_at,
        )
        for row in found.select_related("vial", "actor").order_by("vial__code")
    ]


def containers_to_find(since: datetime, *, seen_by: Author) -> list[TouchedLine]:
    """List containers that were set up, moved or changed not before `since`."""
    history = Container.history
    touched = history.filter(change__recorded_at__gte=since).values("id")
    rows = Container.objects.filter(
        pk__in=touched, site__in=Site.objects.visible_to(seen_by)
    ).order_by("code")
    by_id = {row.pk: row for row in rows[:MOST_LISTED]}
    newest = {
        row.id: row.change
        for row in history.filter(id__in=list(by_id)).select_related("change").order_by("pk")
    }
    names = _names([row.path for row in by_id.values()])
    return [
        TouchedLine(
            kind="container",
            id=key,
            code=row.code,
            place=" › ".join(names[part] for part in _parts(row.path)),
            what=newest[key].action.replace("_", " ").capitalize(),
            who=newest[key].actor_name or newest[key].device,
            at=newest[key].recorded_at,
        )
        for key, row in by_id.items()
    ]


def _names(paths: Sequence[str]) -> dict[int, str]:
    keys = {part for path in paths for part in _parts(path)}
    return dict(Container.objects.filter(pk__in=keys).values_list("pk", "name"))


def _parts(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]


def newest_own_codes(kinds: Sequence[str]) -> dict[str, str]:
    """Return the newest code of ours of each kind; a label with a higher one was lost."""
    found = {}
    for kind in kinds:
        rows = Identifier.objects.filter(code__startswith=f"{kind}-").order_by("-pk")
        code = rows.values_list("code", flat=True).first()
        if code:
            found[kind] = code
    return found


def newest_messages(*, seen_by: Author) -> dict[str, datetime]:
    """Return when each sender's newest message came; none of it names a patient."""
    if not Program.objects.visible_to(seen_by).exists():
        return {}
    rows = Message.objects.order_by("source_system", "-received_at").distinct("source_system")
    return dict(rows.values_list("source_system", "received_at"))
