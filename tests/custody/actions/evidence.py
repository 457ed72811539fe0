"""What every action on vials leaves behind, and what a refused one does not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.apps import apps

from accounts.models import Person
from audit.errors import ActionRefused, DomainError
from audit.models import Change, RefusedAttempt, Signature
from audit.signing import is_intact
from custody.chain import check_chains
from custody.models import CustodyEvent, EventKind, Stay
from inventory.models import Vial
from sop.models import Deviation, DeviationSource
from tests.world import fresh


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of inventory, custody and trail, except the refused attempts."""
    models = [
        model
        for label in ("inventory", "custody", "audit")
        for model in apps.get_app_config(label).get_models()
        if model is not RefusedAttempt
    ]
    return {
        model._meta.db_table: sorted(model._default_manager.values_list(), key=repr)
        for model in models
    }


@contextmanager
def refused(*codes: str, by: type[DomainError] = ActionRefused) -> Iterator[None]:
    """Insist on exactly these refusals, once, kept with their subject, and that nothing changed."""
    before, attempts = everything(), RefusedAttempt.objects.count()

    with pytest.raises(by) as raised:
        yield

    assert raised.value.codes == list(codes)
    assert all(refusal.words.endswith(".") for refusal in raised.value.refusals)
    assert everything() == before
    assert RefusedAttempt.objects.count() == attempts + 1
    kept = RefusedAttempt.objects.order_by("-pk")[0]
    assert (kept.codes, kept.error) == (list(codes), by.__name__)


LEFT_BY_A_MIX_UP = {
    *("audit_change", "custody_custodyevent", "custody_hold", "custody_historicalhold"),
    *("custody_heldvial", "custody_historicalheldvial", "custody_lift"),
}


@contextmanager
def mixed_up(*codes: str) -> Iterator[None]:
    """Insist on these refusals, once, with one Change, at most a hold, a lift, and a deviation."""
    before, attempts = everything(), RefusedAttempt.objects.count()
    changes = Change.objects.count()

    with pytest.raises(ActionRefused) as raised:
        yield

    assert raised.value.codes == list(codes)
    now = everything()
    assert {table for table in now if now[table] != before[table]} <= LEFT_BY_A_MIX_UP
    assert RefusedAttempt.objects.order_by("-pk")[0].codes == list(codes)
    assert (RefusedAttempt.objects.count(), Change.objects.count()) == (attempts + 1, changes + 1)
    assert Deviation.objects.open().filter(source=DeviationSource.MISMATCH).exists()


@dataclass(frozen=True)
class Expected:
    """The one event that each vial gets, and by whom."""

    kind: EventKind
    by: Person | None
    second: Person | None = None
    signed: bool = False
    reason: str = "As the procedure says"


@contextmanager
def appends(vials: Sequence[Vial], expected: Expected) -> Iterator[None]:
    """Insist on exactly one event for each of `vials`, true to what was and what is now."""
    before = {vial.pk: vial for vial in fresh(vials)}
    last = {key: CustodyEvent.objects.filter(vial=key).count() for key in before}

    yield

    for vial in fresh(vials):
        event = CustodyEvent.objects.get(vial=vial, seq__gt=last[vial.pk])
        assert_true(event, before[vial.pk], vial)
        assert_by(event, expected)
        assert_stays(vial)
        kept = Vial.history.filter(id=vial.pk).order_by("-history_id")[0]
        assert (kept.custody, kept.quality, kept.position_id, kept.code) == (
            (vial.custody, vial.quality, vial.position_id, vial.code)
        )
    chains = check_chains(list(before))
    assert all(chain.intact and chain.unbroken for chain in chains.values())


def assert_true(event: CustodyEvent, was: Vial, now: Vial) -> None:
    """Insist that the event tells where the vial came from and went to, on both axes."""
    assert (event.from_custody, event.to_custody) == (was.custody, now.custody)
    assert (event.from_quality, event.to_quality) == (was.quality, now.quality)
    assert (event.from_position_id, event.to_position_id) == (was.position_id, now.position_id)
    assert (event.from_custodian_id, event.to_custodian_id) == (was.custodian_id, now.custodian_id)
    assert bool(event.from_place) is (was.position_id is not None)
    assert bool(event.to_place) is (now.position_id is not None)


def assert_by(event: CustodyEvent, expected: Expected) -> None:
    """Insist on actor, second person, reason, and intact signatures of exactly those."""
    assert event.kind == expected.kind
    assert (event.actor, event.second_person) == (expected.by, expected.second)
    assert event.reason == expected.reason
    assert event.change.actor == expected.by
    signatures = Signature.objects.filter(record_table=event._meta.db_table, record_id=event.pk)
    people = [expected.by, expected.second] if expected.signed else []
    assert {row.signer for row in signatures} == {person for person in people if person}
    assert all(is_intact(row, CustodyEvent) for row in signatures)


def assert_stays(vial: Vial) -> None:
    """Insist on one open stay, at the vial's position, when it is stored, and none otherwise."""
    stays = list(Stay.objects.open().filter(vial=vial))
    assert [stay.position_id for stay in stays] == (
        [] if vial.position_id is None else [vial.position_id]
    )
