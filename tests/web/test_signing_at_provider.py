"""Signing at the identity provider: asked anew each time, for the sheet that was shown, once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts import provider as seam
from accounts.actions.deactivate_person import deactivate_person
from accounts.lockout import failures_of, is_locked
from accounts.models import AccessEvent, Person, SigningUnderWay
from accounts.signings_under_way import keep_signing, take_signing
from audit.models import RefusedAttempt, Signature
from custody.actions.report_missing import report_missing
from inventory.models import Custody, Vial
from tests.browsing import Browser, hidden_on
from tests.custody.racing import race, winners
from tests.custody.retrievals import claimed_retrieval
from tests.factories.people import PASSWORD
from tests.provider.people import asked_for, comes_back, linked, sign_in
from tests.provider.process import Provider
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.urs("URS-62")


class Bench:
    """The technician, who signs at the provider, with the sheet of a missing vial before them."""

    def __init__(self, world: World, provider: Provider) -> None:
        self.world, self.provider = world, provider
        self.person = linked(world, provider, world.technician)
        self.vial: Vial = world.stored()[0]
        self.url = f"/vials/{self.vial.pk}/missing/"
        self.desk = Browser()
        sign_in(self.desk, provider, self.person.user_id)
        self.sheet = self.desk.get(self.url)
        self.signatures = Signature.objects.count()

    def send(self, **more: str) -> Any:
        """Fill the sheet in and send it; return the answer."""
        entered = {"password": "", "reason": "Not in its place", "searched": "Rack R1"}
        told = hidden_on(self.sheet) | entered | {"scanned": self.vial.code}
        return self.desk.post(self.url, told | more)

    def sign_as(self, person: Person, **how: Any) -> Any:
        """Send the sheet, log in at the provider as somebody, and return the sheet's answer."""
        address = self.send().context["address"]
        back = comes_back(self.desk, self.provider, address, person.user_id, **how)
        assert (back.status_code, back.headers["Location"]) == (302, self.url)
        return self.desk.get(self.url)

    def is_signed(self) -> bool:
        """Say whether the vial is missing, by signatures that were not there before."""
        is_missing = fresh([self.vial])[0].custody == Custody.MISSING
        assert is_missing is (Signature.objects.count() > self.signatures)
        return is_missing


@pytest.fixture
def bench(world: World, provider: Provider) -> Bench:
    """Sit the technician down."""
    return Bench(world, provider)


def attempts() -> list[tuple[str, object, list[str]]]:
    """Return the refused attempts, oldest first."""
    rows = RefusedAttempt.objects.order_by("id")
    return [(one.action, one.actor, one.codes) for one in rows]


@pytest.mark.urs("URS-49", "URS-52", "URS-54")
def test_signs_the_very_sheet_after_the_provider_asked_anew(bench: Bench) -> None:
    leaving = bench.send()
    address = leaving.context["address"]

    assert not bench.is_signed()
    assert 'name="password"' not in bench.sheet.text.partition("sign-fields")[2].partition("</f")[0]
    asked = asked_for(address)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert asked["login_hint"] == bench.person.user_id
    assert "searched" not in address
    comes_back(bench.desk, bench.provider, address, bench.person.user_id)
    done = bench.desk.get(bench.url)

    assert (done.status_code, done.headers["Location"]) == (302, f"/vials/{bench.vial.pk}/")
    assert bench.is_signed()
    signature = Signature.objects.latest("pk")
    assert (signature.signer, signature.reason) == (bench.person, "Not in its place")
    assert attempts() == []
    assert not SigningUnderWay.objects.exists()


@pytest.mark.urs("URS-57")
def test_the_old_password_signs_nothing(bench: Bench) -> None:
    leaving = bench.send(password=PASSWORD, user_id=bench.person.user_id, signs_at="")

    assert "address" in leaving.context
    assert not bench.is_signed()


Answers = Callable[[Bench], Any]
FAULTS: dict[str, tuple[Answers, str]] = {
    "somebody else": (lambda bench: bench.sign_as(bench.world.witness), "OTHER_SIGNER"),
    "who goes back": (lambda bench: bench.sign_as(bench.person, go="cancel"), "PROVIDER_DENIED"),
    "an old sign-in": (lambda bench: _spoilt(bench, auth_time=_now() - 61), "STALE_AUTHENTICATION"),
    "one before the sheet was sent": (
        lambda bench: _spoilt(bench, auth_time=_now() - 5),
        "STALE_AUTHENTICATION",
    ),
    "one that is still to come": (
        lambda bench: _spoilt(bench, auth_time=_now() + 30),
        "STALE_AUTHENTICATION",
    ),
    "an unknown time": (lambda bench: _spoilt(bench, auth_time=True), "STALE_AUTHENTICATION"),
    "another departure": (lambda bench: _spoilt(bench, nonce="another"), "PROVIDER_REFUSED"),
}


def _now() -> int:
    return int(timezone.now().timestamp())


def _spoilt(bench: Bench, **claims: object) -> Any:
    bench.provider.spoil(claims=claims)
    return bench.sign_as(bench.person)


@pytest.mark.urs("URS-59", "URS-68")
@pytest.mark.parametrize(("answers", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_what_proves_nothing_signs_nothing_and_counts_as_a_failure(
    bench: Bench, answers: Answers, code: str
) -> None:
    shown = answers(bench)

    assert shown.status_code == 403
    assert 'value="Not in its place"' in shown.text
    assert "Rack R1" in shown.text
    assert not bench.is_signed()
    assert attempts() == [("sign", bench.person, [code])]
    assert failures_of(bench.person.user_id) == 1
    assert AccessEvent.objects.latest("id").purpose == "sign"
    bench.sheet = shown
    assert bench.sign_as(bench.person).status_code == 302
    assert bench.is_signed()
    assert failures_of(bench.person.user_id) == 0


@pytest.mark.urs("URS-59")
def test_a_provider_that_is_down_signs_nothing_and_is_nobodys_failure(
    bench: Bench, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = settings.OIDC_ISSUER
    address = bench.send().context["address"]
    back = bench.provider.answer(address, bench.person.user_id)
    settings.OIDC_ISSUER = "http://127.0.0.1:9"

    bench.desk.get(back)
    shown = bench.desk.get(bench.url)
    bench.sheet = shown
    again = bench.send()

    assert (shown.status_code, again.status_code) == (403, 403)
    assert 'value="Not in its place"' in shown.text
    assert "does not answer" in again.text
    assert not bench.is_signed()
    assert attempts() == [("sign", bench.person, ["PROVIDER_UNREACHABLE"])] * 2
    assert failures_of(bench.person.user_id) == 0
    settings.OIDC_ISSUER = issuer
    monkeypatch.setattr("accounts.provider.memory", seam.Memory())
    bench.sheet = again
    assert bench.sign_as(bench.person).status_code == 302


def test_a_return_counts_once(bench: Bench) -> None:
    address = bench.send().context["address"]
    back = bench.provider.answer(address, bench.person.user_id)
    bench.desk.get(back)

    again = bench.desk.get(back)
    signed = bench.desk.get(bench.url)
    reloaded = bench.desk.get(bench.url)

    assert (again.status_code, signed.status_code, reloaded.status_code) == (403, 302, 200)
    assert bench.is_signed()
    assert attempts() == [("return_from_provider", bench.person, ["PROVIDER_REFUSED"])]


@pytest.mark.urs("URS-52")
def test_what_changed_meanwhile_is_not_signed_as_it_was_shown(bench: Bench) -> None:
    world = bench.world
    address = bench.send().context["address"]
    intent = world.signs(world.supervisor)
    report_missing(vial_ids=[bench.vial.pk], searched="Everything", intent=intent, at=NOON)
    signatures = Signature.objects.count()
    comes_back(bench.desk, bench.provider, address, bench.person.user_id)

    assert bench.desk.get(bench.url).status_code == 409
    assert Signature.objects.count() == signatures


@pytest.mark.urs("URS-17")
def test_somebody_who_is_gone_meanwhile_signs_nothing(bench: Bench) -> None:
    world = bench.world
    address = bench.send().context["address"]
    deactivate_person(person_id=bench.person.pk, intent=world.signs(world.admin))

    answer = comes_back(bench.desk, bench.provider, address, bench.person.user_id)

    assert answer.status_code == 403
    assert fresh([bench.vial])[0].custody == Custody.IN_STORAGE


@pytest.mark.urs("URS-68")
def test_failures_at_the_provider_lock_the_account(bench: Bench) -> None:
    for _ in range(5):
        bench.sheet = bench.sign_as(bench.world.witness)

    locked = bench.send()

    assert is_locked(bench.person.user_id)
    assert (locked.status_code, attempts()[-1][2]) == (403, ["LOCKED_OUT"])
    assert not bench.is_signed()


@pytest.mark.urs("URS-31")
@pytest.mark.parametrize("first_is_linked", [True, False])
def test_the_second_person_signs_there_too_beside_whoever_is_first(
    world: World, provider: Provider, first_is_linked: bool
) -> None:
    first, second = world.technician, linked(world, provider, world.witness)
    vial, desk = world.stored()[0], Browser()
    desk.force_login(linked(world, provider, first) if first_is_linked else first)
    url = f"/vials/{vial.pk}/check-out/"
    both = {"second_user_id": second.user_id, "second_password": "", "second_signs_at": "provider"}
    own = {"password": "" if first_is_linked else PASSWORD, "user_id": first.user_id}
    entered = own | both | {"reason": "QC", "purpose": "qc", "scanned": vial.code}

    page = desk.post(url, entered)
    kept = SigningUnderWay.objects.get()
    if first_is_linked:
        page = comes_back(desk, provider, page.context["address"], first.user_id)
        assert page.context["who"] == second
    comes_back(desk, provider, page.context["address"], second.user_id)
    done = desk.get(url)

    assert PASSWORD.replace(" ", "+") not in kept.posted
    assert done.status_code == 302
    signed = Signature.objects.filter(record_table="custody_custodyevent").order_by("-pk")[:2]
    assert {row.signer for row in signed} == {first, second}
    assert {row.meaning for row in signed} == {"performed", "witnessed"}


def test_a_sheet_that_waits_is_taken_once_in_time_and_in_its_own_session(
    committed_world: World,
) -> None:
    person = committed_world.qa
    kept = {"person": person, "path": "/x/", "posted": "", "waiting": [], "proven": []}
    now = timezone.now()
    number, old = (keep_signing(session="a", at=at, **kept) for at in (now, NOON))  # type: ignore[arg-type]  # as named

    def take(number: int = number, session: str = "a") -> object:
        return take_signing(number, session=session, person=person, path="/x/", at=now)

    assert take(session="b") is None
    assert take(old) is None
    outcomes = race(take, take, meet_in="accounts.signings_under_way.Proven")

    assert sum(outcome.returned is not None for outcome in winners(outcomes)) == 1


@pytest.mark.urs("URS-55")
def test_saying_so_is_no_way_round_the_password(world: World, client: Browser) -> None:
    client.force_login(world.qa)
    signed = {"user_id": world.qa.user_id, "password": "", "reason": "Order 7"}
    hold = {"scope": "vials", "subject": world.stored()[0].code}

    for way in ({"signs_at": "provider"}, {"proven_before": "yes"}):
        assert client.post("/quality/holds/new/", signed | hold | way).status_code == 403

    assert {codes[0] for _, _, codes in attempts()} == {"WRONG_CREDENTIALS"}


@pytest.mark.urs("URS-31")
def test_a_witness_joins_there_from_another_persons_screen(
    world: World, provider: Provider, client: Browser
) -> None:
    retrieval, _ = claimed_retrieval(world)
    witness = linked(world, provider, world.witness)
    client.force_login(world.technician)
    url = f"/retrievals/{retrieval.pk}/witness/"
    own = {"user_id": witness.user_id, "password": "", "signs_at": "provider", "reason": "I look"}

    page = client.post(url, own)
    comes_back(client, provider, page.context["address"], witness.user_id)
    joined = client.get(url)

    assert (joined.status_code, page.context["who"]) == (302, witness)
    assert "seat=witness" in joined.headers["Location"]
