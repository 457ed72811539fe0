"""Adding a measuring instrument to the register."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, Refusal, refuse_if
from inventory.codes.own import OwnKind
from inventory.codes_in_use import next_own_code
from inventory.models import Identifier, IdentifierKind, Instrument, InstrumentKind, Site
from inventory.rules.naming import refusals_of_code, refusals_of_name

TAKEN_MEANWHILE = Refusal(
    "CODE_TAKEN", "Somebody else has just added an instrument with this serial number."
)
UNKNOWN_SITE = Refusal("UNKNOWN_SITE", "No such site that you may see. Choose it from the list.")
NO_UNIT = Refusal("NO_UNIT", "Say in which unit it shows its value, such as °C.")


def add_instrument(
    *, kind: InstrumentKind, name: str, serial: str, unit: str, site_id: int, intent: SignedIntent
) -> Instrument:
    """
    Add an instrument with a code of its own for its label, signed by QA.

    Nobody measures with it before a calibration is on record.
    Raises NotAuthorised; ActionRefused (CODE_*, NAME_*, NO_UNIT, UNKNOWN_SITE).
    Source: 21 CFR 11.10(h), 211.160(b)(4); URS-28.
    """
    with signed_change(intent, action="add_instrument") as change:
        change.subject.update(serial=serial)
        require_role(intent.signer, [Role.QA])
        site = Site.objects.visible_to(intent.signer).filter(pk=site_id).first()
        if site is None:
            raise ActionRefused([UNKNOWN_SITE])
        refuse_if(_refusals(name, serial.strip(), unit))
        label = Identifier(code=next_own_code(OwnKind.INSTRUMENT), kind=IdentifierKind.INSTRUMENT)
        label.save(force_insert=True)
        row = Instrument(
            label=label,
            serial=serial.strip(),
            name=name.strip(),
            kind=kind,
            unit=unit.strip(),
            site=site,
        )
        with refused_by("inventory_instrument_serial_key", TAKEN_MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
        return row


def _refusals(name: str, serial: str, unit: str) -> list[Refusal]:
    taken = Instrument.objects.filter(serial=serial).exists()
    return [
        *refusals_of_code(serial, taken=taken, what="instrument", longest=60),
        *refusals_of_name(name, taken=False, what="instrument"),
        *([] if unit.strip() else [NO_UNIT]),
    ]
