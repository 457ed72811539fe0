"""The register of measuring instruments: the list, one instrument, and what quality signs."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from inventory.actions.add_instrument import add_instrument
from inventory.actions.record_calibration import record_calibration
from inventory.actions.take_out_of_use import take_out_of_use
from inventory.instruments import instruments_at
from inventory.models import Calibration, Instrument
from inventory.rules.instruments import Standing
from web.configuring import lists
from web.configuring.setups import SetUp, sheet
from web.forms import instruments as forms

Posted = QueryDict | None


@dataclass(frozen=True, kw_only=True)
class CalibrationLine:
    """One calibration, and who signed it."""

    calibration: Calibration
    signatures: list[SignatureBlock]


def register(person: Person, *, at: datetime) -> list[Standing]:
    """List the instruments of the sites that the person may see, what is overdue first."""
    return instruments_at(lists.sites_of(person), at=at)


def instrument_or_404(person: Person, instrument_id: int, *, at: datetime) -> Standing:
    """
    Return one instrument.

    Raises Http404: there is none at a site that the person may see.
    """
    found = next((o for o in register(person, at=at) if o.instrument_id == instrument_id), None)
    if found is None:
        raise Http404
    return found


def context_of(found: Standing) -> dict[str, object]:
    """Gather what the page of one instrument shows; its newest calibration first."""
    rows = Calibration.objects.filter(instrument=found.instrument_id)
    calibrations = list(rows.order_by("-calibrated_on", "-pk"))
    own = (Instrument, found.instrument_id)
    signed = blocks_under([own, *((Calibration, row.pk) for row in calibrations)])
    return {
        "instrument": found,
        "signatures": signed.get(own, []),
        "calibrations": [
            CalibrationLine(calibration=row, signatures=signed.get((Calibration, row.pk), []))
            for row in calibrations
        ],
    }


def adding(posted: Posted, person: Person) -> SetUp:
    """Add an instrument."""
    sites = [(row.pk, row.name) for row in lists.sites_of(person)]
    form = forms.InstrumentForm(posted, sites=sites)
    return SetUp(
        form=form,
        sheet=sheet(
            "Add an instrument",
            under="instruments",
            words="It gets a code of its own for its label. Nobody measures with it before its "
            "calibration is on record.",
        ),
        act=lambda intent: add_instrument(
            kind=form.cleaned_data["kind"],
            name=form.cleaned_data["name"],
            serial=form.cleaned_data["serial"],
            unit=form.cleaned_data["unit"],
            site_id=form.cleaned_data["site"],
            intent=intent,
        ),
        done="The instrument is added. Record its calibration and print its label next.",
        done_url=reverse("configure:instruments"),
        roles=(Role.QA,),
    )


def calibrating(posted: Posted, found: Standing, *, at: datetime) -> SetUp:
    """Record a calibration."""
    form = forms.CalibrationForm(posted)
    back = " It is out of use; this brings it back." if found.out_of_use_at is not None else ""
    return SetUp(
        form=form,
        sheet=sheet(
            f"Record a calibration of {found.name}",
            under="instruments",
            words=f"{found.code}, serial number {found.serial}.{back}",
            statement=f"I checked the certificate of {found.name} against its serial number.",
            covers=((Instrument, found.instrument_id),),
        ),
        act=lambda intent: record_calibration(
            instrument_id=found.instrument_id,
            certificate=form.said(),
            intent=intent,
            at=at,
        ),
        done=f"The calibration of {found.name} is on record.",
        done_url=reverse("configure:instrument", args=[found.instrument_id]),
        roles=(Role.QA,),
    )


def taking_out(posted: Posted, found: Standing, *, at: datetime) -> SetUp:
    """Take an instrument out of use."""
    form = forms.OutOfUseForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Take {found.name} out of use",
            under="instruments",
            words=f"{found.code}, serial number {found.serial}. Nobody measures with it from now "
            "on, until a new calibration is on record. Look at what was measured with it.",
            statement=f"{found.name} is set apart.",
            covers=((Instrument, found.instrument_id),),
        ),
        act=lambda intent: take_out_of_use(instrument_id=found.instrument_id, intent=intent, at=at),
        done=f"{found.name} is out of use.",
        done_url=reverse("configure:instrument", args=[found.instrument_id]),
        roles=(Role.QA,),
    )
