"""Warming curves: which there are, and setting one."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Meaning
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.actions.set_warming_curve import set_warming_curve
from custody.curves_in_force import newest_curves
from custody.models import WarmingCurve
from web.configuring.setups import SetUp, sheet
from web.forms.warming_curves import WarmingCurveForm, initial_of
from web.signing import SignAs


@dataclass(frozen=True)
class CurveRow:
    """One warming curve as it is now, with who signed that."""

    curve: WarmingCurve
    signatures: list[SignatureBlock]


def rows() -> list[CurveRow]:
    """List the newest version of each curve."""
    found = list(newest_curves())
    signed = blocks_under((WarmingCurve, row.pk) for row in found)
    return [CurveRow(row, signed.get((WarmingCurve, row.pk), [])) for row in found]


def known(name: str) -> Mapping[str, object]:
    """Return what the form begins with: the curve of this name, or nothing."""
    row = WarmingCurve.objects.filter(name=name).order_by("-version").first()
    return {} if row is None else initial_of(row)


def setting(posted: QueryDict | None, initial: Mapping[str, object]) -> SetUp:
    """Set a warming curve."""
    form = WarmingCurveForm(posted, initial=initial)
    return SetUp(
        form=form,
        sheet=sheet(
            "Set a warming curve",
            under="warming_curves",
            words="Every time that such vials were, or will be, out of storage is estimated by it "
            "as soon as you sign, and the verdicts follow. Enter what was measured; assume "
            "nothing.",
        ),
        act=lambda intent: set_warming_curve(facts=form.facts(), intent=intent, at=timezone.now()),
        done="The warming curve is set.",
        done_url=reverse("configure:warming_curves"),
        roles=(Role.QA,),
        signs=SignAs(meaning=Meaning.APPROVED),
    )
