"""Carriers: which there are, and setting one."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Meaning
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.actions.set_carrier import set_carrier
from custody.models import Carrier
from custody.queries.carriers import carriers
from web.configuring.setups import SetUp, sheet
from web.forms.carriers import CarrierForm
from web.signing import SignAs


@dataclass(frozen=True)
class CarrierRow:
    """One carrier as it is now, with who signed that."""

    carrier: Carrier
    signatures: list[SignatureBlock]


def rows() -> list[CarrierRow]:
    """List the newest version of each carrier."""
    found = list(carriers())
    signed = blocks_under((Carrier, row.pk) for row in found)
    return [CarrierRow(row, signed.get((Carrier, row.pk), [])) for row in found]


def setting(posted: QueryDict | None) -> SetUp:
    """Set a carrier."""
    form = CarrierForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            "Set a carrier",
            under="carriers",
            words="From now on it may be chosen when vials are taken out. What left in it before "
            "keeps what was known then.",
        ),
        act=lambda intent: set_carrier(facts=form.facts(), intent=intent, at=timezone.now()),
        done="The carrier is set.",
        done_url=reverse("configure:carriers"),
        roles=(Role.QA,),
        signs=SignAs(meaning=Meaning.APPROVED),
    )
