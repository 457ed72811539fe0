"""Whatever people do in whatever order, the ledger and the state agree."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Person
from audit.authors import SignedIntent
from audit.errors import ActionRefused
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.check_out_vials import (
    InternalPurpose,
    check_out_vials,
)
from custody.actions.claim_vials import claim_vials
from custody.actions.consume_vials import consume_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.discard_vials import discard_vials
from custody.actions.expire_vials import expire_vials
from custody.actions.hand_over_retrieval import Receiver, hand_over_retrieval
from custody.actions.move_container import move_container
from custody.actions.move_vials import move_vials
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.receive_batch import receive_batch
from custody.actions.record_found import record_found
from custody.actions.release_claim import release_claim
from custody.actions.release_hold import release_hold
from custody.actions.report_missing import report_missing
from custody.actions.return_vials import return_vials
from custody.actions.scan_pick import scan_pick
from custody.actions.split_vial import Part, split_vial
from custody.actions.witness_pick import witness_pick
from custody.chain import check_chains
from custody.models import Claim, CustodyEvent, Hold, HoldScope, Retrieval, Stay
from custody.placements import Placement
from custody.rules.deciding import DECISIONS
from inventory.models import Custody, Position, Purpose, Quality, Vial, VialKind
from tests.custody.retrievals import requested_retrieval
from tests.world import NOON, World

indexes = st.integers(min_value=0, max_value=10_000)
MOVES = {"place": place_vials, "move": move_vials, "put_back": put_back_vials}


class StorageMachine(RuleBasedStateMachine):
    """People do things to seven vials of four batches, sensible or not."""

    world: World

    def __init__(self, opened: World) -> None:
        super().__init__()
        self._opened = opened
        self._before = transaction.savepoint()

    def teardown(self) -> None:
        """Take back what was done, so that the next people begin with the same site."""
        transaction.savepoint_rollback(self._before)

    @initialize()
    def open_the_site(self) -> None:
        """Begin where everybody begins."""
        self.world = deepcopy(self._opened)
        self.codes = count(1)
        self.clock = NOON

    def vial(self, index: int) -> Vial:
        """Return any vial of the site."""
        rows = Vial.objects.filter(program=self.world.program).order_by("pk")
        return rows[index % rows.count()]

    def position(self, index: int) -> Position:
        """Return one of a few positions, so that people meet."""
        rows = Position.objects.filter(
            container__in=[self.world.box.pk, self.world.other_box.pk], ordinal__lte=4
        ).order_by("pk")
        return rows[index % rows.count()]

    def retrieval(self, index: int) -> Retrieval | None:
        """Return any retrieval of the site."""
        rows = list(Retrieval.objects.filter(program=self.world.program).order_by("pk"))
        return rows[index % len(rows)] if rows else None

    def attempt(self, step: Callable[[], object]) -> None:
        """Do something that the rules may refuse, a second later than the last thing."""
        self.clock += timedelta(seconds=1)
        with suppress(ActionRefused):
            step()

    @rule(index=indexes)
    def receive(self, index: int) -> None:
        """Receive a vial."""
        vial, world = self.vial(index), self.world
        self.attempt(
            lambda: receive_batch(
                batch_id=vial.batch_id,
                vial_ids=[vial.pk],
                inspection=world.inspection(1),
                intent=world.signs(world.technician, world.witness),
                at=self.clock,
            )
        )

    @rule(how=st.sampled_from(sorted(MOVES)), index=indexes, where=indexes)
    def stand_somewhere(self, how: str, index: int, where: int) -> None:
        """Place, move or put back a vial."""
        placement = Placement(vial_id=self.vial(index).pk, position_id=self.position(where).pk)
        self.attempt(
            lambda: MOVES[how](
                placements=[placement],
                attribution=self.world.says(self.world.technician),
                at=self.clock,
            )
        )

    @rule(index=indexes, decision=st.sampled_from(sorted(DECISIONS)))
    def decide(self, index: int, decision: Quality) -> None:
        """Decide quality."""
        releasing = decision in (Quality.RELEASED, Quality.COND_RELEASED, Quality.OOS_SUPPLY)
        signer = self.world.release if releasing else self.world.qa
        self.attempt(
            lambda: decide_quality(
                vial_ids=[self.vial(index).pk],
                decision=decision,
                evidence="certificate",
                intent=self.world.signs(signer),
                at=self.clock,
            )
        )

    @rule(index=indexes)
    def check_out(self, index: int) -> None:
        """Check a vial out."""
        self.attempt(
            lambda: check_out_vials(
                vial_ids=[self.vial(index).pk],
                purpose=InternalPurpose.REARRANGE,
                intent=self.both(),
                at=self.clock,
            )
        )

    @rule(index=indexes, share=st.sampled_from([Decimal("0.25"), Decimal(1)]))
    def split(self, index: int, share: Decimal) -> None:
        """Split a vial, in part or wholly."""
        vial = self.vial(index)
        part = Part(
            code=f"{vial.batch.number}-P{next(self.codes)}",
            volume_ml=(vial.volume_ml * share).quantize(Decimal("0.01")),
            kind=VialKind.VIAL,
            purpose=Purpose.QC,
        )
        self.attempt(
            lambda: split_vial(vial_id=vial.pk, parts=[part], intent=self.both(), at=self.clock)
        )

    @rule(index=indexes, end=st.sampled_from(["discard", "consume", "missing", "return"]))
    def leave(self, index: int, end: str) -> None:
        """Let a vial leave in one of the ways that need no order."""
        ids = [self.vial(index).pk]
        ways: dict[str, Callable[[], object]] = {
            "discard": lambda: discard_vials(
                vial_ids=ids, method="autoclave", manifest="M1", intent=self.both(), at=self.clock
            ),
            "consume": lambda: consume_vials(
                vial_ids=ids, test="sterility 1", intent=self.both(), at=self.clock
            ),
            "missing": lambda: report_missing(
                vial_ids=ids, searched="box", intent=self.both(), at=self.clock
            ),
            "return": lambda: return_vials(
                vial_ids=ids, condition="sealed", intent=self.both(), at=self.clock
            ),
        }
        self.attempt(ways[end])

    @rule(index=indexes, where=indexes)
    def find(self, index: int, where: int) -> None:
        """Find a missing vial."""
        placement = Placement(vial_id=self.vial(index).pk, position_id=self.position(where).pk)
        self.attempt(
            lambda: record_found(
                placements=[placement], intent=self.world.signs(self.world.qa), at=self.clock
            )
        )

    @rule(index=indexes)
    def hold(self, index: int) -> None:
        """Hold the batch of a vial, now and then: a hold stops nearly everything else."""
        if index % 4:
            return
        self.attempt(
            lambda: place_hold(
                scope=HoldScope.BATCH,
                subject=self.vial(index).batch.number,
                intent=self.world.signs(self.world.qa),
                at=self.clock,
            )
        )

    @rule()
    def release_a_hold(self) -> None:
        """Release the oldest open hold."""
        mine = Hold.objects.filter(program=self.world.program, released_at__isnull=True)
        hold = mine.order_by("pk").first()
        if hold is not None:
            self.attempt(
                lambda: release_hold(
                    hold_id=hold.pk, intent=self.world.signs(self.world.qa2), at=self.clock
                )
            )

    @rule(index=indexes)
    def order_and_claim(self, index: int) -> None:
        """Order a vial for its patient and claim it, also the last one, and samples in vain."""
        vial = self.vial(index)
        if vial.therapy is None:
            return

        def claim() -> None:
            retrieval = requested_retrieval(self.world, vial)
            claim_vials(
                retrieval_id=retrieval.pk,
                vial_ids=[vial.pk],
                attribution=self.world.says(self.world.technician),
                at=self.clock,
                reason_for_last="The first one broke",
            )

        self.attempt(claim)

    @rule(index=indexes)
    def pick(self, index: int) -> None:
        """Witness, scan and check out a retrieval."""
        retrieval = self.retrieval(index)
        if retrieval is None:
            return
        world = self.world
        codes = (
            Claim.objects.open().filter(retrieval=retrieval).values_list("vial__code", flat=True)
        )
        self.attempt(
            lambda: witness_pick(retrieval_id=retrieval.pk, intent=world.signs(world.witness))
        )
        for code in list(codes):
            for person in (world.technician, world.witness):
                self.attempt(partial(self.scan, retrieval.pk, code, person))
        if codes:
            self.attempt(
                lambda: check_out_retrieval(
                    retrieval_id=retrieval.pk, intent=self.both(), at=self.clock
                )
            )

    def scan(self, retrieval_id: int, code: str, person: Person) -> object:
        """Scan a vial at the pick."""
        return scan_pick(
            retrieval_id=retrieval_id,
            code=code,
            attribution=self.world.says(person),
            at=self.clock,
        )

    @rule(index=indexes)
    def pack(self, index: int) -> None:
        """Pack what was picked for a retrieval; few shippers, so that orders meet."""
        retrieval = self.retrieval(index)
        if retrieval is None:
            return
        codes = (
            Claim.objects.open().filter(retrieval=retrieval).values_list("vial__code", flat=True)
        )
        self.attempt(
            lambda: pack_retrieval(
                retrieval_id=retrieval.pk,
                codes=list(codes),
                shipper=f"DS-{index % 2}",
                seal_number="S-1",
                intent=self.both(),
                at=self.clock,
            )
        )

    @rule(index=indexes, give_up=st.booleans())
    def finish(self, index: int, give_up: bool) -> None:
        """Hand a retrieval over, or release its claims."""
        retrieval = self.retrieval(index)
        if retrieval is None or not Claim.objects.open().filter(retrieval=retrieval).exists():
            return
        receiver = Receiver(name="C", organisation="W", identified_by="badge", is_courier=True)
        if give_up:
            self.attempt(
                lambda: release_claim(
                    retrieval_id=retrieval.pk,
                    attribution=self.world.says(self.world.technician),
                    at=self.clock,
                )
            )
            return
        self.attempt(
            lambda: hand_over_retrieval(
                retrieval_id=retrieval.pk, receiver=receiver, intent=self.both(), at=self.clock
            )
        )

    @rule(where=st.sampled_from(["1", "2", "3", "4"]))
    def move_the_box(self, where: str) -> None:
        """Move a box with its contents."""
        self.attempt(
            lambda: move_container(
                container_id=self.world.box.pk,
                to_position_id=self.world.rack.positions.get(label=where).pk,
                attribution=self.world.says(self.world.technician),
                at=self.clock,
            )
        )

    @rule(years=st.sampled_from([0] * 9 + [3]))
    def let_time_pass(self, years: int) -> None:
        """Let the clock mark what has expired."""
        expire_vials(at=self.clock + timedelta(days=365 * years))

    def both(self) -> SignedIntent:
        """Return the intent of technician and witness."""
        return self.world.signs(self.world.technician, self.world.witness)

    @invariant()
    def ledger_and_state_agree(self) -> None:
        """See that every chain verifies, has no gap, and ends where the vial is."""
        if not hasattr(self, "world"):
            return
        moved = Vial.objects.filter(program=self.world.program, events__isnull=False).distinct()
        for check in check_chains(moved.values_list("pk", flat=True)).values():
            assert check.intact, f"event {check.first_bad_event} does not verify"
            assert check.unbroken

    @invariant()
    def every_vial_is_in_one_place_or_one_pair_of_hands(self) -> None:
        """See that stored vials, and only they, have a position and an open stay."""
        if not hasattr(self, "world"):
            return
        stays = defaultdict(list)
        for stay in Stay.objects.open().filter(vial__program=self.world.program):
            stays[stay.vial_id].append(stay.position_id)
        for vial in Vial.objects.filter(program=self.world.program):
            if vial.custody == Custody.IN_STORAGE:
                assert stays[vial.pk] == [vial.position_id]
                assert vial.custodian_id is None
            else:
                assert not stays[vial.pk]
                assert vial.position_id is None

    @invariant()
    def one_thing_stands_in_each_position(self) -> None:
        """See that no position holds two vials, or a vial while it is kept for another."""
        if not hasattr(self, "world"):
            return
        stored = Vial.objects.filter(program=self.world.program, position__isnull=False)
        positions = [vial.position for vial in stored.select_related("position")]
        assert len({position.pk for position in positions if position}) == len(positions)
        assert all(position and position.reserved_for_id is None for position in positions)

    @invariant()
    def every_event_has_its_change(self) -> None:
        """See that each entry of the ledger says who, why and on which device."""
        if not hasattr(self, "world"):
            return
        nameless = CustodyEvent.objects.filter(change__reason="")
        assert not nameless.exists()


@pytest.mark.urs("URS-32", "URS-33", "URS-89", "URS-91", "URS-106")
def test_whatever_people_do_the_ledger_and_the_state_agree(world: World) -> None:
    # vials of two patients and a bank at every stage, so that chance goes deep
    world.released(3)
    world.checked_out(world.stored(2))
    world.received(1, world.bank())
    world.expected(1, world.bank())

    run_state_machine_as_test(
        partial(StorageMachine, world),  # type: ignore[arg-type]  # whatever makes one will do
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
