"""The sheet on which somebody signs: what for, each record it covers, fields and signature."""

from dataclasses import dataclass

from django.db.models import Model
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import render

from inventory.models import Vial
from web.forms.signing import SigningForm
from web.gates import insist_on_a_doer
from web.http import Request
from web.late_entries import late_fields
from web.presenters import Crumb, Identity, SignFields
from web.signing import Attempt, SignAs, sign_fields
from web.vial_lines import VialLine

SIGNATURE_INPUTS = frozenset(
    {"user_id", "password", "reason", "second_user_id", "second_password", "second_signs_at"}
)


@dataclass(frozen=True, kw_only=True)
class SignSheet:
    """
    What a signing page says around the form.

    statement: what the signature says, in the first person. reasons: suggested ones.
    hidden: name and value pairs that are sent along. grave: the act cannot be taken back.
    text: what is to be read before signing, where that is a text of its own.
    covers: what else the sheet shows of records that change, each by model and key.
    """

    heading: str
    words: str
    statement: str
    action_label: str
    cancel_url: str
    crumbs: tuple[Crumb, ...]
    identity: Identity | None = None
    lines: tuple[VialLine, ...] = ()
    reasons: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    covers: tuple[tuple[type[Model], int], ...] = ()
    grave: bool = False
    text: str = ""

    @property
    def records_title(self) -> str:
        """Say how many records the signature covers."""
        number = len(self.lines)
        return f"{number} record{'' if number == 1 else 's'} under this signature"

    @property
    def records(self) -> list[tuple[type[Model], int]]:
        """Every record that must be as it was shown when it is signed."""
        return [*((Vial, line.id) for line in self.lines), *self.covers]

    @property
    def is_blocked(self) -> bool:
        """Say whether a record on the sheet may not be signed for."""
        return any(line.refusals for line in self.lines)


def answer_sheet(
    request: Request,
    sheet: SignSheet,
    form: SigningForm,
    tried: Attempt,
    *,
    signs: SignAs,
    template: str = "signing/sheet.html",
) -> HttpResponse:
    """
    Show the sheet, with every reason why it was not signed when it was tried.

    template: one that extends the sheet's, for a form that is laid out in another way.
    Raises NotAuthorised: an inspector opened it.
    """
    insist_on_a_doer(request)
    context = {
        "form": form,
        "sheet": sheet,
        "own_fields": own_fields(form),
        "late_fields": late_fields(form),
        "is_late": any(field.value() for field in late_fields(form)),
        "fields": _sign_fields(request, sheet, form, tried, signs),
        "refusals": tried.refusals,
    }
    return render(request, template, context, status=tried.status)


def own_fields(form: SigningForm) -> list[BoundField]:
    """Return the fields of the step itself, without those of the signature."""
    apart = SIGNATURE_INPUTS | {field.name for field in late_fields(form)}
    return [field for field in form.visible_fields() if field.name not in apart]


def _sign_fields(
    request: Request, sheet: SignSheet, form: SigningForm, tried: Attempt, signs: SignAs
) -> SignFields:
    return sign_fields(
        request,
        form,
        tried,
        signs=signs,
        statement=sheet.statement,
        reasons=sheet.reasons,
        records=sheet.records,
        hidden=sheet.hidden,
    )
