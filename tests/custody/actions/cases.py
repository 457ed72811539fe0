"""Every action once: how it is prepared, and done by anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from custody.actions.abandon_count import abandon_count
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.claim_vials import claim_vials
from custody.actions.close_count import close_count
from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.confirm_rack_place import confirm_rack_place
from custody.actions.consume_vials import consume_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.discard_vials import discard_vials
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.lift_container import lift_container
from custody.actions.move_container import move_container
from custody.actions.move_vials import move_vials
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.receive_batch import receive_batch
from custody.actions.record_administration import record_administration
from custody.actions.record_found import record_found
from custody.actions.register_batches import register_batches
from custody.actions.relabel_vial import relabel_vial
from custody.actions.release_claim import release_claim
from custody.actions.release_hold import release_hold
from custody.actions.report_missing import report_missing
from custody.actions.request_retrievals import request_retrievals
from custody.actions.return_container import return_container
from custody.actions.return_vials import return_vials
from custody.actions.scan_count import scan_count
from custody.actions.scan_pick import scan_pick
from custody.actions.split_vial import Part, split_vial
from custody.actions.start_count import start_count
from custody.actions.store_late import store_late
from custody.actions.transfer_vials import transfer_vials
from custody.actions.witness_pick import witness_pick
from custody.messages import IncomingMessage
from custody.models import HoldScope
from custody.rules.late import LateEntry
from inventory.models import Purpose, Quality, VialKind
from tests.custody.actions.ways import (
    NURSE,
    RECEIVER,
    handed_over,
    keys,
    missing,
    placements,
    rejected_in_hand,
)
from tests.custody.counts import counting, scan
from tests.custody.emptying import after, begun, put, take, unit
from tests.custody.messages import announced_batch
from tests.custody.retrievals import (
    claimed_retrieval,
    order_for,
    picked_retrieval,
    requested_retrieval,
    scanned_retrieval,
)
from tests.world import NOON, World

Do = Callable[[Person], object]
Prepare = Callable[[World], Do]


@dataclass(frozen=True)
class Case:
    """An action: its preparation, a role that may, and whether a site is asked for."""

    prepare: Prepare
    role: Role = Role.TECHNICIAN
    at_site: bool = False


def _message(name: str) -> IncomingMessage:
    return IncomingMessage(source_system="EBR", message_id=name, body=name)


def _register(world: World) -> Do:
    batch = announced_batch(world)
    return lambda by: register_batches(
        message=_message("m-1"), batches=[batch], attribution=world.says(by), at=NOON
    )


def _receive(world: World) -> Do:
    vials = world.expected(2)
    return lambda by: receive_batch(
        batch_id=vials[0].batch_id,
        vial_ids=keys(vials),
        inspection=world.inspection(2),
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def _place(world: World) -> Do:
    wanted = placements(world.box, world.received(2))
    return lambda by: place_vials(placements=wanted, attribution=world.says(by), at=NOON)


def _move(world: World) -> Do:
    wanted = placements(world.other_box, world.stored(2))
    return lambda by: move_vials(placements=wanted, attribution=world.says(by), at=NOON)


def _put_back(world: World) -> Do:
    wanted = placements(world.other_box, world.checked_out(world.stored(2)))
    return lambda by: put_back_vials(placements=wanted, attribution=world.says(by), at=NOON)


def _store_late(world: World) -> Do:
    [to] = placements(world.other_box, world.checked_out(world.stored(1)))
    late = LateEntry(performed_at=timezone.now(), reason="The scanner was broken")
    return lambda by: store_late(
        placement=to, late=late, intent=world.signs(by, world.witness), at=timezone.now()
    )


def _move_container(world: World) -> Do:
    world.stored(2)
    to = world.rack.positions.get(label="4")
    return lambda by: move_container(
        container_id=world.box.pk, to_position_id=to.pk, attribution=world.says(by), at=NOON
    )


def _lift_container(world: World) -> Do:
    world.stored(2)
    return lambda by: lift_container(
        container_id=world.box.pk, attribution=world.says(by), at=NOON + timedelta(hours=1)
    )


def _take_out_rack(world: World) -> Do:
    world.stored(2)
    emptying = begun(world)
    return lambda by: take(world, emptying, world.rack, by=by)


def _put_down_rack(world: World) -> Do:
    world.stored(2)
    emptying, other = begun(world), unit(world)
    take(world, emptying, world.rack)
    return lambda by: put(world, emptying, world.rack, other, by=by)


def _confirm_rack_place(world: World) -> Do:
    world.stored(2)
    emptying, other = begun(world), unit(world)
    take(world, emptying, world.rack)
    rack = put(world, emptying, world.rack, other)
    to = other.positions.get(label="R1")
    return lambda by: confirm_rack_place(
        rack_id=rack.pk, position_id=to.pk, attribution=world.says(by), at=after(600)
    )


def _return_container(world: World) -> Do:
    world.stored(2)
    said, at = world.says(world.technician), NOON + timedelta(hours=1)
    lift_container(container_id=world.box.pk, attribution=said, at=at)
    return lambda by: return_container(
        container_id=world.box.pk, attribution=world.says(by), at=at + timedelta(minutes=1)
    )


def _check_out(world: World) -> Do:
    vials = world.stored(2)
    return lambda by: check_out_vials(
        vial_ids=keys(vials),
        purpose=InternalPurpose.QC,
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def _check_out_retrieval(world: World) -> Do:
    retrieval, _ = scanned_retrieval(world)
    return lambda by: check_out_retrieval(
        retrieval_id=retrieval.pk, intent=world.signs(by, world.witness), at=NOON
    )


def _pack(world: World) -> Do:
    retrieval, vial = picked_retrieval(world)
    return lambda by: pack_retrieval(
        retrieval_id=retrieval.pk,
        codes=[vial.code],
        shipper="DS-1",
        seal_number="S-2",
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def _hand_over(world: World) -> Do:
    retrieval, _ = picked_retrieval(world)
    return lambda by: hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=RECEIVER,
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def _arrive(world: World) -> Do:
    vial = handed_over(world)
    return lambda by: confirm_arrival(
        vial_ids=[vial.pk],
        receiver="Nora Nurse",
        arrival_celsius="-178.0",
        intent=world.signs(by),
        at=NOON,
    )


def _administer(world: World) -> Do:
    vial = handed_over(world, NURSE)
    return lambda by: record_administration(
        vial_ids=[vial.pk], reference="EMR-1", intent=world.signs(by), at=NOON
    )


def _return(world: World) -> Do:
    vial = handed_over(world)
    return lambda by: return_vials(
        vial_ids=[vial.pk], condition="sealed", intent=world.signs(by), at=NOON
    )


def _consume(world: World) -> Do:
    vials = world.checked_out(world.stored(2, purpose=Purpose.QC))
    return lambda by: consume_vials(
        vial_ids=keys(vials), test="Sterility 12", intent=world.signs(by), at=NOON
    )


def _discard(world: World) -> Do:
    vials = rejected_in_hand(world, 2)
    return lambda by: discard_vials(
        vial_ids=keys(vials),
        method="autoclave",
        manifest="W-1",
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def _transfer(world: World) -> Do:
    vials = world.checked_out(world.released(2))
    return lambda by: transfer_vials(
        vial_ids=keys(vials),
        receiver="Partner site",
        intent=world.signs(by, world.witness),
        at=NOON,
    )


def _report(world: World) -> Do:
    vials = world.stored(2)
    return lambda by: report_missing(
        vial_ids=keys(vials), searched="rack 1", intent=world.signs(by), at=NOON
    )


def _find(world: World) -> Do:
    wanted = placements(world.other_box, missing(world, 2))
    return lambda by: record_found(placements=wanted, intent=world.signs(by), at=NOON)


def _split(world: World) -> Do:
    vial = world.checked_out(world.stored())[0]
    part = Part(code="PART-1", volume_ml=Decimal("0.5"), kind=VialKind.VIAL, purpose=Purpose.QC)
    return lambda by: split_vial(
        vial_id=vial.pk, parts=[part], intent=world.signs(by, world.witness), at=NOON
    )


def _relabel(world: World) -> Do:
    vial = world.stored()[0]
    return lambda by: relabel_vial(
        vial_id=vial.pk, new_code="NEW-1", intent=world.signs(by, world.witness), at=NOON
    )


def _hold(world: World) -> Do:
    vial = world.stored()[0]
    return lambda by: place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(by), at=NOON
    )


def _release_hold(world: World) -> Do:
    vial = world.stored()[0]
    hold = place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.release), at=NOON
    )
    return lambda by: release_hold(hold_id=hold.pk, intent=world.signs(by), at=NOON)


def _decide(world: World) -> Do:
    vials = world.stored(2)
    return lambda by: decide_quality(
        vial_ids=keys(vials),
        decision=Quality.RELEASED,
        evidence="Certificate 1",
        intent=world.signs(by),
        at=NOON,
    )


def _request(world: World) -> Do:
    order = order_for(world.released()[0])
    return lambda by: request_retrievals(
        message=_message("o-1"), orders=[order], attribution=world.says(by), at=NOON
    )


def _claim(world: World) -> Do:
    vial = world.released()[0]
    retrieval = requested_retrieval(world, vial)
    return lambda by: claim_vials(
        retrieval_id=retrieval.pk, vial_ids=[vial.pk], attribution=world.says(by), at=NOON
    )


def _release_claim(world: World) -> Do:
    retrieval, _ = claimed_retrieval(world)
    return lambda by: release_claim(retrieval_id=retrieval.pk, attribution=world.says(by), at=NOON)


def _witness(world: World) -> Do:
    retrieval, _ = claimed_retrieval(world)
    return lambda by: witness_pick(retrieval_id=retrieval.pk, intent=world.signs(by))


def _scan(world: World) -> Do:
    retrieval, vial = claimed_retrieval(world)
    return lambda by: scan_pick(
        retrieval_id=retrieval.pk, code=vial.code, attribution=world.says(by), at=NOON
    )


def _start_count(world: World) -> Do:
    world.stored(2)
    return lambda by: start_count(container_id=world.box.pk, attribution=world.says(by), at=NOON)


def _scan_count(world: World) -> Do:
    vials = world.stored(2)
    count = counting(world)
    return lambda by: scan_count(
        count_id=count.pk, text=vials[0].code, attribution=world.says(by), at=NOON
    )


def _close_count(world: World) -> Do:
    vials = world.stored(2)
    count = counting(world)
    scan(world, count, *(vial.code for vial in vials))
    return lambda by: close_count(count_id=count.pk, intent=world.signs(by), at=NOON)


def _abandon_count(world: World) -> Do:
    world.stored(2)
    count = counting(world)
    return lambda by: abandon_count(count_id=count.pk, attribution=world.says(by), at=NOON)


CASES: dict[str, Case] = {
    "register_batches": Case(_register, Role.SUPERVISOR),
    "receive_batch": Case(_receive, at_site=True),
    "place_vials": Case(_place, at_site=True),
    "move_vials": Case(_move, at_site=True),
    "put_back_vials": Case(_put_back, at_site=True),
    "store_late": Case(_store_late, at_site=True),
    "move_container": Case(_move_container, at_site=True),
    "lift_container": Case(_lift_container, at_site=True),
    "return_container": Case(_return_container, at_site=True),
    "take_out_rack": Case(_take_out_rack, at_site=True),
    "put_down_rack": Case(_put_down_rack, at_site=True),
    "confirm_rack_place": Case(_confirm_rack_place, at_site=True),
    "check_out_vials": Case(_check_out, at_site=True),
    "check_out_retrieval": Case(_check_out_retrieval, at_site=True),
    "pack_retrieval": Case(_pack),
    "hand_over_retrieval": Case(_hand_over),
    "confirm_arrival": Case(_arrive),
    "record_administration": Case(_administer),
    "return_vials": Case(_return),
    "consume_vials": Case(_consume),
    "discard_vials": Case(_discard),
    "transfer_vials": Case(_transfer, Role.SUPERVISOR),
    "report_missing": Case(_report, at_site=True),
    "record_found": Case(_find, Role.QA, at_site=True),
    "split_vial": Case(_split),
    "relabel_vial": Case(_relabel, at_site=True),
    "place_hold": Case(_hold, Role.QA, at_site=True),
    "release_hold": Case(_release_hold, Role.QA, at_site=True),
    "decide_quality": Case(_decide, Role.RELEASE, at_site=True),
    "request_retrievals": Case(_request, Role.SUPERVISOR),
    "claim_vials": Case(_claim, at_site=True),
    "release_claim": Case(_release_claim, at_site=True),
    "witness_pick": Case(_witness),
    "scan_pick": Case(_scan),
    "start_count": Case(_start_count, at_site=True),
    "scan_count": Case(_scan_count, at_site=True),
    "close_count": Case(_close_count, at_site=True),
    "abandon_count": Case(_abandon_count, at_site=True),
}
