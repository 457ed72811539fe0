"""The second factor: who needs one, who has one, and whether a code is theirs."""

import secrets

from django.db import transaction
from django.db.models import Model
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.access_rules import limits_in_force
from accounts.lockout import count_failure, is_locked
from accounts.models import Person, SecondFactor, SecondFactorFor
from accounts.passwords import LETTERS
from accounts.roles import Role
from audit.proofs import ProofRequest

RECOVERY_CODES = 8
RECOVERY_LENGTH = 12


def needs_second_factor(person: Person) -> bool:
    """
    Say whether the site demands a second factor of this person.

    Source: draft Annex 11 section 11; URS-21.
    """
    demanded_of = limits_in_force().second_factor
    if person.is_shared or demanded_of == SecondFactorFor.NOBODY:
        return False
    return demanded_of == SecondFactorFor.EVERYBODY or Role.ADMINISTRATOR in person.role_names()


def has_second_factor(person: Person) -> bool:
    """Say whether somebody has enrolled a device that counts."""
    return SecondFactor.objects.filter(person=person, removed_at__isnull=True).exists()


def new_recovery_code() -> str:
    """Return a code that takes the place of the device once."""
    return "".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH))


def matched_step(key: str, code: str, *, seconds: float) -> int | None:
    """
    Return the time step of a code of the device that was just given this key; None for no match.

    A code may be one step of half a minute late or early.
    key: in hex. seconds: since 1970.
    """
    totp = TOTP(bytes.fromhex(key))
    totp.time = seconds
    is_number = code.isascii() and code.isdecimal()
    return int(totp.t()) if is_number and totp.verify(int(code), tolerance=1) else None


def is_theirs(person: Person, code: str, proof: ProofRequest) -> bool:
    """
    Say whether this is a fresh code of somebody's device, or a recovery code not used before.

    A code counts once, also when it is sent twice at once. A wrong one is a failure like a wrong
    password; while the account is locked none is looked at.
    Source: draft Annex 11 section 11; 21 CFR 11.300(d); URS-21, URS-68.
    """
    entered = "".join(code.split()).lower()
    if not is_locked(person.user_id) and _spend(person, entered):
        return True
    count_failure(person.user_id, proof)
    return False


@transaction.atomic
def _spend(person: Person, code: str) -> bool:
    """Use a code up under the lock of its device."""
    kinds: tuple[type[Model], ...] = (TOTPDevice, StaticDevice)
    for kind in kinds:
        devices = kind._default_manager.select_for_update().filter(user=person, confirmed=True)
        for device in devices.order_by("pk"):
            if device.verify_token(code):  # type: ignore[attr-defined]  # a device of django-otp
                return True
    return False


def give_device(person: Person, key: str, recovery_codes: list[str], *, last_step: int) -> None:
    """
    Write the device and its recovery codes, in the open Change.

    last_step: of the code that proved it, which does not count again.
    """
    TOTPDevice(user=person, key=key, name="app", last_t=last_step).save(force_insert=True)
    device = StaticDevice(user=person, name="recovery")
    device.save(force_insert=True)
    for code in recovery_codes:
        StaticToken(device=device, token=code).save(force_insert=True)


def take_devices(person: Person) -> None:
    """Remove the devices of somebody, with their recovery codes, in the open Change."""
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
