"""The rules of access: what is in force, what was, and setting others."""

from dataclasses import fields

from django.http import QueryDict
from django.urls import reverse

from accounts.access_rules import BOUNDS, Limits, limits_of, newest_limits
from accounts.actions.set_access_rules import set_access_rules
from accounts.models import AccessRules, SecondFactorFor
from audit.queries.signatures import blocks_under
from web.configuring.lists import VersionRow
from web.configuring.setups import SetUp, sheet
from web.forms.access import SECOND_FACTOR, LimitsForm


def in_force() -> list[tuple[str, object]]:
    """List what the site demands now."""
    return _said(newest_limits())


def _said(limits: Limits) -> list[tuple[str, object]]:
    numbers = [(label, getattr(limits, name)) for name, (label, _, _) in BOUNDS.items()]
    return [*numbers, (SECOND_FACTOR, SecondFactorFor(limits.second_factor).label)]


def versions() -> list[VersionRow]:
    """List every version, the newest first, with what it demanded and who signed it."""
    rows = list(AccessRules.objects.order_by("-version")[:50])
    signed = blocks_under((AccessRules, row.pk) for row in rows)
    return [
        VersionRow(
            version=row.version,
            words=_words(limits_of(row)),
            signatures=signed.get((AccessRules, row.pk), []),
        )
        for row in rows
    ]


def _words(limits: Limits) -> str:
    return "; ".join(f"{label.lower()}: {limit}" for label, limit in _said(limits))


def setting_limits(posted: QueryDict | None) -> SetUp:
    """Set what the site demands of passwords and sessions."""
    now = newest_limits()
    initial = {each.name: getattr(now, each.name) for each in fields(Limits)}
    form = LimitsForm(posted, initial=initial)
    return SetUp(
        form=form,
        sheet=sheet(
            "Set the rules of access",
            under="access",
            words="They hold for everybody and at once. Nobody can loosen them for themselves.",
        ),
        act=lambda intent: set_access_rules(limits=form.limits(), intent=intent),
        done="The rules of access are in force.",
        done_url=reverse("configure:access"),
    )
