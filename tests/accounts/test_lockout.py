"""Locking an account after failures: by account, for everything a password opens, and for good."""

import pytest

from accounts.access import record_access
from accounts.access_rules import Limits
from accounts.actions.create_person import create_person
from accounts.actions.unlock_account import unlock_account
from accounts.lockout import failures_of, is_locked
from accounts.models import AccessEvent, AccessKind, Person
from accounts.opening import NewAccount
from audit.errors import SigningFailed
from audit.models import Meaning, RefusedAttempt, Signature
from audit.proofs import Purpose, proven
from audit.signing import confirm_intent, is_intact
from tests.accounts.doors import at_bench, fail
from tests.custody.racing import race
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-68")
MOST_FAILURES = Limits().failures


def sign(person: Person, password: str = PASSWORD) -> object:
    """Prove somebody who signs."""
    return confirm_intent(
        user_id=person.user_id,
        password=password,
        meaning=Meaning.PERFORMED,
        reason="Order 7",
        device="bench 1",
        at=NOON,
    )


def kinds_of(person: Person) -> list[str]:
    """Return what the access log holds of somebody, oldest first."""
    rows = AccessEvent.objects.filter(person=person).order_by("id")
    return list(rows.values_list("kind", flat=True))


@pytest.mark.urs("URS-20", "URS-59")
def test_failures_at_the_door_and_in_signing_lock_the_account_for_both(world: World) -> None:
    qa = world.qa
    signed = Signature.objects.filter(signer=qa).count()
    fail(qa.user_id.upper(), MOST_FAILURES - 1)
    assert proven(qa.user_id, PASSWORD, at_bench()) == qa

    with pytest.raises(SigningFailed) as last_one:
        sign(qa, "not the password")

    assert last_one.value.codes == ["LOCKED_OUT"]
    assert proven(qa.user_id, PASSWORD, at_bench()) is None
    with pytest.raises(SigningFailed) as with_the_right_one:
        sign(qa)
    assert with_the_right_one.value.codes == ["LOCKED_OUT"]
    assert Signature.objects.filter(signer=qa).count() == signed
    assert RefusedAttempt.objects.filter(codes__contains="LOCKED_OUT").count() == 2
    assert kinds_of(qa) == ["failed"] * 5 + ["locked_out"] + ["refused"] * 2
    assert proven(world.release.user_id, PASSWORD, at_bench()) == world.release


def test_an_id_that_nobody_has_is_answered_as_one_that_somebody_has(world: World) -> None:
    answers = []
    for user_id in (world.qa.user_id, "nobody.at.all"):
        for _ in range(MOST_FAILURES + 1):
            proof = at_bench()
            answers.append((proven(user_id, "not the password", proof), proof.axes_locked_out))

    assert answers[: MOST_FAILURES + 1] == answers[MOST_FAILURES + 1 :]
    kept = AccessEvent.objects.filter(account="nobody.at.all", person=None)
    assert kept.filter(kind=AccessKind.LOCKED_OUT).count() == 1


def test_proving_who_one_is_begins_the_count_anew(world: World) -> None:
    fail(world.qa.user_id, MOST_FAILURES - 1)

    sign(world.qa)

    assert failures_of(world.qa.user_id) == 0


def test_thousands_of_wrong_passwords_cost_no_hash_and_lock_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    fail(world.qa.user_id, MOST_FAILURES)
    hashed: list[object] = []
    monkeypatch.setattr(Person, "check_password", lambda *given: hashed.append(given))

    with django_assert_max_num_queries(7 * 50):  # type: ignore[operator]  # pytest-django's fixture
        fail(world.qa.user_id, 50)

    assert hashed == []
    assert failures_of(world.qa.user_id) == MOST_FAILURES
    assert not is_locked(world.qa2.user_id)


def test_an_administrator_unlocks_with_a_signed_note_that_misuse_is_ruled_out(world: World) -> None:
    fail(world.qa.user_id, MOST_FAILURES)

    with refused("NOTE_MISSING"):
        unlock_account(person_id=world.qa.pk, ruled_out=" ", intent=world.signs(world.admin))
    with unauthorised():
        unlock_account(person_id=world.qa.pk, ruled_out="Seen", intent=world.signs(world.qa2))
    entry = unlock_account(
        person_id=world.qa.pk,
        ruled_out="Keyboard was French",
        intent=world.signs(world.admin),
    )

    assert proven(world.qa.user_id, PASSWORD, at_bench()) == world.qa
    assert (entry.kind, entry.note) == (AccessKind.UNLOCKED, "Keyboard was French")
    signature = Signature.objects.get(record_table="accounts_accessevent", record_id=entry.pk)
    assert signature.signer == world.admin
    assert is_intact(signature, AccessEvent)
    with refused("NOT_LOCKED"):
        unlock_account(person_id=world.qa.pk, ruled_out="Again", intent=world.signs(world.admin))


def test_what_others_typed_before_somebody_had_the_id_does_not_lock_them(world: World) -> None:
    fail("new.person", MOST_FAILURES)
    account = NewAccount(user_id="new.person", full_name="New Person", password=PASSWORD, roles=[])

    person = create_person(account=account, intent=world.signs(world.admin))

    assert proven("new.person", PASSWORD, at_bench()) == person


def test_the_right_password_among_many_guesses_made_at_once_comes_too_late(
    committed_world: World,
) -> None:
    qa = committed_world.qa
    fail(qa.user_id, MOST_FAILURES - 1)

    right, _wrong = race(
        lambda: proven(qa.user_id, PASSWORD, at_bench(Purpose.SIGN)),
        lambda: proven(qa.user_id, "not the password", at_bench()),
        meet_in="accounts.models.person.check_password",
    )

    assert right.returned is None
    assert is_locked(qa.user_id)


def test_without_the_second_look_the_right_password_comes_through(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    qa = committed_world.qa
    fail(qa.user_id, MOST_FAILURES - 1)
    monkeypatch.setattr("accounts.backends.PersonBackend._insist_on_no_lock", lambda *_: None)

    right, _wrong = race(
        lambda: proven(qa.user_id, PASSWORD, at_bench(Purpose.SIGN)),
        lambda: proven(qa.user_id, "not the password", at_bench()),
        meet_in="accounts.models.person.check_password",
    )

    assert right.returned == qa


@pytest.mark.urs("URS-20")
def test_an_entry_names_person_role_device_and_the_servers_time(world: World) -> None:
    entry = record_access(AccessKind.SIGNED_IN, person=world.qa, device="bench 1", address="::1")

    entry.refresh_from_db()
    assert (entry.person_name, entry.role, entry.device) == (world.qa.full_name, "qa", "bench 1")
    assert entry.happened_at is not None
