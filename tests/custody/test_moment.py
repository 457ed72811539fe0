"""The verdict as of a past instant: what was said then, and what is known of then since."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.errors import ActionRefused
from audit.models import Meaning
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.claim_vials import claim_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.evaluate_excursion import evaluate_excursion
from custody.actions.place_hold import place_hold
from custody.actions.put_back_vials import put_back_vials
from custody.actions.release_claim import release_claim
from custody.actions.release_hold import release_hold
from custody.actions.scan_pick import scan_pick
from custody.exposure import Outing
from custody.findings import Verdict
from custody.models import Hold, HoldScope, Retrieval, RetrievalStatus
from custody.moment import Moment
from custody.placements import Placement
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.rules.evaluating import Decision
from custody.viability import Judgement
from inventory.actions.set_stability_limits import set_stability_limits
from inventory.models import Custody, Quality, StabilityLimits, Vial
from inventory.rules.limits import Limits
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.models import Excursion, Gap, Probe
from temperature.rules.probes import Certificate
from temperature.watching import judge_readings, watch_for_silence
from tests.custody.retrievals import requested_retrieval
from tests.factories.deviations import opened_deviation
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
Said = tuple[datetime, dict[int, Judgement]]


class Story:
    """Acts that happen one after the other by the real clock, drawn at random."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, random.Random(seed)  # noqa: S311 - a repeatable order
        self.vials = [*world.released(2), *world.stored(2)]
        self.keys = [vial.pk for vial in self.vials]
        self.places = {vial.pk: vial.position_id for vial in self.vials}
        LimitVersionFactory.create(profile__unit=world.tank)
        self.probe: Probe = fitted_probe(world.tank)
        self.read_from = timezone.now() - 60 * MINUTE
        self.number = 0

    def tell(self, acts: int) -> Iterator[Said]:
        """Let something happen, again and again, and yield what is said after each."""
        kinds: list[Callable[[datetime], object]] = [
            *(self.reads, self.reads, self.goes_out, self.is_held, self.is_let_go),
            *(self.is_picked, self.is_picked, self.is_given_up),
            *(self.deviates, self.is_evaluated, self.is_calibrated, self.is_limited, self.decided),
        ]
        for _ in range(acts):
            self.number += 1
            with suppress(ActionRefused):
                self.chance.choice(kinds)(timezone.now())
            at = timezone.now()
            yield at, verdicts(self.keys, at=at)

    def one(self) -> Vial:
        """Draw a vial, as it stands now."""
        return Vial.objects.get(pk=self.chance.choice(self.keys))

    def reads(self, at: datetime) -> None:
        """Let some readings come: cold, warm, none that counts, or after a silence."""
        kind = self.chance.choice([-190.0, -190.1, -152.0, -130.0, None])
        arrived(self.probe, [kind] * self.chance.randint(1, 8), start=self.read_from, at=at)
        self.read_from += self.chance.choice([8, 12]) * MINUTE
        judge_readings(at=at)
        watch_for_silence(at=at)

    def goes_out(self, at: datetime) -> None:
        """Take a vial out, or put it back."""
        world, vial = self.world, self.one()
        if vial.custody == Custody.CHECKED_OUT:
            back = Placement(vial_id=vial.pk, position_id=self.places[vial.pk] or 0)
            put_back_vials(placements=[back], attribution=world.says(world.technician), at=at)
        else:
            by = world.signs(world.technician, world.witness)
            purpose = InternalPurpose.REARRANGE
            check_out_vials(vial_ids=[vial.pk], purpose=purpose, intent=by, at=at)

    def is_picked(self, at: datetime) -> None:
        """Scan a vial at the pick for an order; it is out since then, before any check-out."""
        vial, by = self.one(), self.world.says(self.world.technician)
        order = requested_retrieval(self.world, vial)
        claim_vials(retrieval_id=order.pk, vial_ids=[vial.pk], attribution=by, at=at)
        scan_pick(retrieval_id=order.pk, code=vial.code, attribution=by, at=at)

    def is_given_up(self, at: datetime) -> None:
        """Take a pick back."""
        for order in Retrieval.objects.filter(status=RetrievalStatus.CLAIMED)[:1]:
            by = self.world.says(self.world.technician)
            release_claim(retrieval_id=order.pk, attribution=by, at=at)

    def is_held(self, at: datetime) -> None:
        """Hold a vial."""
        by = self.world.signs(self.world.qa)
        place_hold(scope=HoldScope.VIALS, subject=self.one().code, intent=by, at=at)

    def is_let_go(self, at: datetime) -> None:
        """Release a hold."""
        for hold in Hold.objects.filter(released_at__isnull=True)[:1]:
            release_hold(hold_id=hold.pk, intent=self.world.signs(self.world.qa2), at=at)

    def deviates(self, at: datetime) -> None:
        """Open a deviation on a vial."""
        opened_deviation(self.world, vials=[self.one()], at=at)

    def is_evaluated(self, at: datetime) -> None:
        """Evaluate an excursion or a gap."""
        model: type[Excursion] | type[Gap] = Excursion if self.chance.random() < 0.5 else Gap
        for row in model.objects.filter(is_withdrawn=False, ended_at__isnull=False)[:1]:
            decision = Decision(
                key=row.pk,
                product_id=self.one().batch.product_id,
                has_impact=self.chance.random() < 0.3,
                cause="handling",
                comparison="Study 7",
                reasoning="Short",
                tells_physician=False,
            )
            by = self.world.signs(self.world.qa)
            evaluate_excursion(of=model, decisions=[decision], intent=by, at=at)

    def is_calibrated(self, at: datetime) -> None:
        """Sign a calibration that counts from earlier on, and have it judged."""
        calibrated(self.world, self.probe, f"CAL {self.number}", self.chance.choice([0, 3, -3]), at)

    def is_limited(self, at: datetime) -> None:
        """Set other limits of a product."""
        endures(self.world, self.one(), self.chance.choice(["-150.0", "-140.0", "-120.0"]), at)

    def decided(self, at: datetime) -> None:
        """Decide on the quality of a vial."""
        decide(self.world, self.one(), self.chance.choice([Quality.REJECTED, Quality.RELEASED]), at)


def calibrated(world: World, probe: Probe, number: str, correction: int, at: datetime) -> None:
    """Sign a calibration that counts since 40 minutes ago, and have it judged."""
    certificate = Certificate(
        number=number,
        calibrated_at=at - 40 * MINUTE,
        due_at=at + timedelta(days=99),
        correction=Decimal(correction),
    )
    by = world.signs(world.admin)
    calibrate_probe(probe_id=probe.pk, certificate=certificate, intent=by, at=at)
    judge_readings(at=at)


def endures(world: World, vial: Vial, warmest: str, at: datetime) -> StabilityLimits:
    """Set how warm the product of a vial may ever be."""
    limits = Limits(
        warmest_allowed_celsius=Decimal(warmest),
        longest_single_exposure=timedelta(minutes=2),
        longest_total_exposure=timedelta(minutes=30),
        most_exposures=10,
    )
    by = world.signs(world.qa)
    product = vial.batch.product_id
    return set_stability_limits(
        product_id=product, limits=limits, effective_at=at, intent=by, at=at
    )


def decide(world: World, vial: Vial, quality: Quality, at: datetime) -> None:
    """Decide on the quality of a vial."""
    person = world.release if quality == Quality.RELEASED else world.qa
    by = world.signs(person, meaning=Meaning.RELEASED)
    decide_quality(vial_ids=[vial.pk], decision=quality, evidence="COA 1", intent=by, at=at)


@pytest.mark.urs("URS-34", "URS-112", "URS-117")
@pytest.mark.parametrize("seed", range(4))
def test_what_was_said_then_is_what_is_said_of_then(world: World, seed: int) -> None:
    """The record alone gives the answer of any instant, whatever happened since."""
    story = Story(world, seed)

    said = list(story.tell(20))

    for at, judged in said:
        again = verdicts(story.keys, at=at, moment=Moment(at, at))
        for key, then in judged.items():
            assert again[key].findings == then.findings
        assert again == judged
        key = story.chance.choice(story.keys)
        assert verdicts([key], at=at, moment=Moment(at, at)) == {key: judged[key]}
    assert len({str(judged[story.keys[0]].findings) for _, judged in said}) > 3


@pytest.mark.urs("URS-34", "URS-112", "URS-117")
def test_a_pick_that_went_on_then_is_told_as_of_then(world: World) -> None:
    [vial] = world.released()
    order, by = requested_retrieval(world, vial), world.says(world.technician)
    claim_vials(retrieval_id=order.pk, vial_ids=[vial.pk], attribution=by, at=timezone.now())
    before = timezone.now()
    scan_pick(retrieval_id=order.pk, code=vial.code, attribution=by, at=before)
    during = timezone.now()
    release_claim(retrieval_id=order.pk, attribution=by, at=during)
    after = timezone.now()

    goes_on = {
        at: warmth_of([vial.pk], at=at, moment=Moment(at, at))[vial.pk].going_on
        for at in (before, during, after)
    }

    assert goes_on[before] is None
    assert goes_on[during] == Outing(before, before)
    assert goes_on[after] is None


@pytest.mark.urs("URS-117")
def test_before_it_was_there_nothing_is_said_of_a_vial(world: World) -> None:
    before = timezone.now()
    [vial] = world.stored()

    assert verdicts([vial.pk], at=before, moment=Moment(before, before)) == {}


@pytest.mark.urs("URS-111", "URS-112", "URS-117")
def test_what_is_known_since_then_is_told_apart_from_what_was_said_then(world: World) -> None:
    [vial] = world.released()
    LimitVersionFactory.create(profile__unit=world.tank)
    probe = fitted_probe(world.tank)
    start = timezone.now() - 10 * MINUTE
    arrived(probe, [-190.0], start=probe.fittings.get().began_at, at=start)
    arrived(probe, [-190.0], start=vial.stays.get().began_at, at=start)
    arrived(probe, [-152.0] * 11, start=start, at=timezone.now())
    judge_readings(at=timezone.now())
    then = timezone.now()
    for gap in Gap.objects.filter(began_at__gte=vial.stays.get().began_at, ended_at__isnull=False):
        decision = Decision(
            key=gap.pk,
            product_id=vial.batch.product_id,
            has_impact=False,
            cause="probe",
            comparison="Study 7",
            reasoning="Moved",
            tells_physician=False,
        )
        by = world.signs(world.qa)
        evaluate_excursion(of=Gap, decisions=[decision], intent=by, at=timezone.now())
    calibrated(world, probe, "CAL 5", 5, timezone.now())
    place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=timezone.now()
    )
    now = timezone.now()

    said, known = (
        {one.code: one.verdict for one in found[vial.pk].findings}
        for found in (
            verdicts([vial.pk], at=then, moment=Moment(then, then)),
            verdicts([vial.pk], at=then, moment=Moment(then, now)),
        )
    )

    assert "EXCURSION" not in said
    assert said["TEMPERATURE_GAP"] == Verdict.GREY
    assert known["EXCURSION"] == Verdict.AMBER
    assert known["GAP_EVALUATED"] == Verdict.GREEN
    assert (said["NO_HOLD"], known["NO_HOLD"]) == (Verdict.GREEN, Verdict.GREEN)
    assert "ON_HOLD" in {one.code for one in verdicts([vial.pk], at=now)[vial.pk].findings}
