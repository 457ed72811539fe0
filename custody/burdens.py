"""What stands on vials and keeps them under review: open holds and deviations, in one query."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value

from custody.models import HeldVial
from custody.viability import DeviationFact, HoldFact
from sop.models import DeviationVial, Impact

HOLD, DEVIATION = "hold", "deviation"


@dataclass(frozen=True, kw_only=True)
class Burdens:
    """The open holds and deviations on one vial, each by its key."""

    holds: tuple[HoldFact, ...] = ()
    deviations: tuple[DeviationFact, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Name its deviations."""
        return tuple(fact.number for fact in self.deviations)


NONE = Burdens()


def burdens_on(vial_ids: Collection[int]) -> dict[int, Burdens]:
    """Return what stands on those of these vials that carry anything; one query."""
    rows = _holds(vial_ids).union(_deviations(vial_ids), all=True)
    holds: dict[int, list[HoldFact]] = {}
    found: dict[int, list[DeviationFact]] = {}
    for kind, vial, key, subject, words, since in sorted(rows, key=_by_key):
        if kind == HOLD:
            holds.setdefault(vial, []).append(HoldFact(key, subject, words, since))
        else:
            found.setdefault(vial, []).append(DeviationFact(key, subject, Impact(words)))
    return {
        vial: Burdens(holds=tuple(holds.get(vial, ())), deviations=tuple(found.get(vial, ())))
        for vial in holds.keys() | found.keys()
    }


def _by_key(row: tuple[Any, ...]) -> int:
    """Return the key of the hold or deviation of a row."""
    return int(row[2])


def _holds(vial_ids: Collection[int]) -> QuerySet[HeldVial, tuple[Any, ...]]:
    rows = HeldVial.objects.open().filter(vial__in=vial_ids).order_by()
    return rows.annotate(
        of=Value(HOLD, output_field=CharField()),
        key=F("hold_id"),
        subject=F("hold__subject"),
        words=F("hold__reason"),
        since=F("hold__placed_at"),
    ).values_list("of", "vial_id", "key", "subject", "words", "since")


def _deviations(vial_ids: Collection[int]) -> QuerySet[DeviationVial, tuple[Any, ...]]:
    rows = DeviationVial.objects.standing().filter(vial__in=vial_ids).order_by()
    return rows.annotate(
        of=Value(DEVIATION, output_field=CharField()),
        key=F("deviation_id"),
        subject=F("deviation__number"),
        said=F("impact"),
        since=F("deviation__opened_at"),
    ).values_list("of", "vial_id", "key", "subject", "said", "since")
