"""Signing: both components, a person of one's own, a reason; bound to one version."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.changes import attributed_change, machine_change, signed_change
from audit.errors import ActionRefused, NotAuthorised, SigningFailed
from audit.models import Change, Meaning, RefusedAttempt, Signature
from audit.signing import confirm_intent, is_intact, signature_blocks, witnessed
from inventory.models import Site
from tests.factories.people import PASSWORD, PersonFactory
from tests.world import NOON, World


def proof(user_id: str, password: str = PASSWORD, reason: str = "Order 7") -> object:
    """Prove somebody."""
    return confirm_intent(
        user_id=user_id,
        password=password,
        meaning=Meaning.APPROVED,
        reason=reason,
        device="bench 1",
        at=NOON,
    )


@pytest.mark.urs("URS-54")
@pytest.mark.parametrize(
    ("user_id", "password"), [("", PASSWORD), ("nobody", PASSWORD), (None, ""), (None, "wrong")]
)
def test_takes_user_id_and_password_and_keeps_the_attempt(
    world: World, user_id: str | None, password: str
) -> None:
    entered = world.qa.user_id if user_id is None else user_id
    signatures = Signature.objects.count()

    with pytest.raises(SigningFailed) as caught:
        proof(entered, password)

    assert caught.value.codes == ["WRONG_CREDENTIALS"]
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.actor, kept.actor_user_id) == ("sign", None, entered)
    assert Signature.objects.count() == signatures


@pytest.mark.urs("URS-10")
def test_a_shared_account_never_signs_and_never_writes(world: World) -> None:
    kiosk = PersonFactory.create(user_id="kiosk", is_shared=True)
    changes = Change.objects.count()

    with pytest.raises(SigningFailed) as signing:
        proof("kiosk")
    with (
        pytest.raises(NotAuthorised) as writing,
        attributed_change(world.says(kiosk), action="look"),
    ):
        pytest.fail("the Change is open")

    assert signing.value.codes == writing.value.codes == ["SHARED_ACCOUNT"]
    assert Change.objects.count() == changes
    assert RefusedAttempt.objects.filter(actor=kiosk).count() == 2


@pytest.mark.urs("URS-36")
@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_nothing_is_signed_or_written_without_a_reason(world: World, reason: str) -> None:
    changes = Change.objects.count()

    with pytest.raises(SigningFailed) as signing:
        proof(world.qa.user_id, reason=reason)
    with (
        pytest.raises(ActionRefused) as writing,
        attributed_change(world.says(world.qa, reason), action="move"),
    ):
        pytest.fail("the Change is open")

    assert signing.value.codes == writing.value.codes == ["NO_REASON"]
    assert Change.objects.count() == changes
    assert RefusedAttempt.objects.filter(actor=world.qa).count() == 2


@pytest.mark.urs("URS-12", "URS-13", "URS-64")
def test_no_proof_is_made_of_somebody_who_may_not_sign_whichever_door_asks(world: World) -> None:
    stranger = PersonFactory.create()

    with pytest.raises(SigningFailed) as caught:
        proof(stranger.user_id)

    assert caught.value.codes == ["IDENTITY_NOT_VERIFIED", "POLICY_NOT_ACKNOWLEDGED"]
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.actor, kept.codes) == ("sign", stranger, caught.value.codes)


def test_nobody_signs_while_nobody_answers_whether_they_may(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.readiness._seam.answer", None)

    with pytest.raises(RuntimeError, match="nobody answers"):
        proof(world.qa.user_id)


@pytest.mark.urs("URS-31")
def test_nobody_is_their_own_witness(world: World) -> None:
    first = world.signs(world.qa)

    with pytest.raises(SigningFailed) as caught:
        witnessed(first, by=world.signs(world.qa, meaning=Meaning.WITNESSED))

    assert caught.value.codes == ["SAME_PERSON"]
    assert RefusedAttempt.objects.get().codes == ["SAME_PERSON"]


@pytest.mark.urs("URS-49", "URS-50", "URS-52", "URS-53")
def test_a_signature_holds_for_one_record_in_one_version(world: World) -> None:
    site = Site.objects.get(pk=world.site.pk)
    intent = world.signs(world.qa, meaning=Meaning.REVIEWED, reason="Yearly review")
    with signed_change(intent, action="review") as change:
        (signature,) = change.sign([site])

    (block,) = signature_blocks(Site, site.pk)
    assert (block.printed_name, block.user_id, block.meaning, block.reason) == (
        (world.qa.full_name, world.qa.user_id, "Reviewed", "Yearly review")
    )
    assert (block.signed_at, block.changed_since) == (NOON, False)
    signature.record_id = world.site.pk + 1
    assert not is_intact(signature, Site), "it holds for another record"
    with machine_change("test", action="rename", reason="A test"):
        site.name = "Renamed"
        site.save(update_fields=["name"])
    (block,) = signature_blocks(Site, site.pk)
    assert block.changed_since


@pytest.mark.urs("URS-73")
def test_the_time_of_an_entry_is_the_servers_whatever_the_action_was_told(world: World) -> None:
    began = timezone.now()
    vial = world.stored()[0]

    events = vial.events.order_by("seq")
    versions = type(vial).history.filter(id=vial.pk)
    entries = [
        *(event.recorded_at for event in events),
        *(event.change.recorded_at for event in events),
        *(version.history_date for version in versions),
    ]
    assert len(entries) >= 6
    assert all(began <= entry <= timezone.now() + timedelta(seconds=1) for entry in entries)
    assert {event.performed_at for event in events} == {None}
