"""Limits of temperature: the profiles, one with its versions, and the sheets QA signs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.models import Meaning
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.queries.unguarded import unguarded_under
from inventory.models import UNITS, Container, ContainerType, StorageClass
from temperature.actions.add_limit_profile import add_limit_profile
from temperature.actions.set_limits import set_limits
from temperature.models import LimitProfile, LimitVersion, Quantity
from temperature.rules.bands import Band, bands_of
from temperature.rules.filling import fill_rules_of
from temperature.rules.limits import (
    CRITICAL_HOURS,
    LEAST_HOURS,
    proposed_bands,
    proposed_level_bands,
)
from web.configuring.limit_lines import Line, compared, lasting
from web.configuring.lists import sites_of
from web.configuring.setups import SetUp, sheet
from web.forms.contact_limits import ContactLimitsForm, initial_of_contact
from web.forms.limits import (
    LimitProfileForm,
    LimitVersionForm,
    filling_initial,
    initial_of,
)
from web.signing import SignAs
from web.templatetags.freezer import in_unit

Posted = QueryDict | None
OF_VALUES = "configure/limits_sheet.html"
OF_CONTACTS = "configure/contact_limits_sheet.html"
APPROVED = SignAs(meaning=Meaning.APPROVED)


@dataclass(frozen=True, kw_only=True)
class ProfileRow:
    """One profile: what it is for, which version holds and which comes."""

    profile: LimitProfile
    target: str
    in_force: LimitVersion | None
    bands: tuple[str, ...]
    coming: LimitVersion | None
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class VersionCard:
    """One version of limits; has_before: whether it stands beside the one before it."""

    version: LimitVersion
    has_before: bool
    is_in_force: bool
    lines: tuple[Line, ...]
    signatures: list[SignatureBlock]


def list_context(person: Person, *, unit: str, at: datetime) -> dict[str, object]:
    """Gather the profiles; unit: the key of one whose profiles alone are shown."""
    rows = profiles_seen_by(person)
    asked = _unit(person, unit)
    if asked is not None:
        rows = rows.filter(
            Q(unit=asked)
            | Q(container_type=asked.type_id)
            | Q(storage_class=asked.type.storage_class) & ~Q(storage_class="")
        )
    ordered = sorted(rows.order_by("name"), key=lambda row: Quantity.values.index(row.quantity))
    found = [_row(row, at) for row in ordered]
    held = [row.in_force.pk for row in found if row.in_force]
    signed = blocks_under((LimitVersion, key) for key in held)
    return {
        "rows": [
            (row, signed.get((LimitVersion, row.in_force.pk), []) if row.in_force else [])
            for row in found
        ],
        "unit": asked,
        "may_set": Role.QA in person.role_names(),
    }


def _unit(person: Person, key: str) -> Container | None:
    if not key.isdecimal():
        return None
    rows = Container.objects.filter(pk=int(key), site__in=sites_of(person))
    return rows.select_related("type").first()


def profiles_seen_by(person: Person) -> QuerySet[LimitProfile]:
    """Return the profiles with their versions, newest first; those of a unit behind its site."""
    versions = Prefetch(
        "versions", queryset=LimitVersion.objects.newest_first(), to_attr="kept_versions"
    )
    rows = LimitProfile.objects.filter(Q(unit__isnull=True) | Q(unit__site__in=sites_of(person)))
    return rows.select_related("unit__type", "container_type").prefetch_related(versions)


def _versions(profile: LimitProfile) -> list[LimitVersion]:
    versions: list[LimitVersion] = vars(profile)["kept_versions"]
    return versions


def _row(profile: LimitProfile, at: datetime) -> ProfileRow:
    versions = _versions(profile)
    begun = next((each for each in versions if each.effective_at <= at), None)
    quantity = Quantity(profile.quantity)
    return ProfileRow(
        profile=profile,
        target=target_of(profile),
        in_force=begun,
        bands=() if begun is None else tuple(_words(each, quantity) for each in bands_of(begun)),
        coming=next((each for each in versions if each.effective_at > at), None),
        signatures=[],
    )


def target_of(profile: LimitProfile) -> str:
    """Say what a profile is for."""
    if profile.unit is not None:
        return f"unit {profile.unit.name}"
    if profile.container_type is not None:
        return f"every {profile.container_type.name}"
    return f"every unit of {StorageClass(profile.storage_class).label}"


def _words(band: Band, quantity: Quantity) -> str:
    lasts = f"for {lasting(band.delay)}" if band.delay else "at once"
    beyond = f"{band.side.label.lower()} {in_unit(band.limit, quantity.unit)}"
    if quantity.is_contact:
        beyond = quantity.when_on.lower()
    return f"{band.level.label} {beyond} {lasts}"


def profile_context(person: Person, profile_id: int, *, at: datetime) -> dict[str, object]:
    """
    Gather the page of one profile: each version beside the one before it.

    Raises Http404: there is none, or the person may not see its unit's site.
    """
    profile = _profile(person, profile_id)
    versions = _versions(profile)
    signed = blocks_under(
        [(LimitProfile, profile.pk), *((LimitVersion, version.pk) for version in versions)]
    )
    row = _row(profile, at)
    is_level = profile.quantity == Quantity.LEVEL
    return {
        "row": row,
        "cards": [
            VersionCard(
                version=version,
                has_before=before is not None,
                is_in_force=version == row.in_force,
                lines=compared(version, before, Quantity(profile.quantity).unit),
                signatures=signed.get((LimitVersion, version.pk), []),
            )
            for version, before in zip(versions, [*versions[1:], None], strict=False)
        ],
        "signatures": signed.get((LimitProfile, profile.pk), []),
        "unguarded": []
        if is_level or row.in_force is None
        else unguarded_under(row.in_force, seen_by=person, at=at),
        "asks_low": is_level and not versions,
        "may_set": Role.QA in person.role_names(),
    }


def _profile(person: Person, profile_id: int) -> LimitProfile:
    profile = profiles_seen_by(person).filter(pk=profile_id).first()
    if profile is None:
        raise Http404
    return profile


def adding(posted: Posted, person: Person) -> SetUp:
    """Add a profile."""
    units = Container.objects.filter(
        site__in=sites_of(person), type__category__in=UNITS, retired_at__isnull=True
    )
    types = ContainerType.objects.filter(category__in=UNITS)
    form = LimitProfileForm(
        posted,
        units=list(units.order_by("name").values_list("pk", "name")),
        types=list(types.order_by("name").values_list("pk", "name")),
    )
    return SetUp(
        form=form,
        sheet=sheet(
            "Add a profile of limits",
            under="limits",
            words="It says what the limits are for. Nothing is in force until you set them.",
        ),
        act=lambda intent: add_limit_profile(
            name=form.cleaned_data["name"],
            quantity=Quantity(form.cleaned_data["quantity"]),
            target=form.aimed_at(),
            intent=intent,
        ),
        done="The profile is added. Set its limits next: nothing is in force yet.",
        done_url=reverse("configure:limits"),
        roles=(Role.QA,),
    )


def setting(posted: Posted, person: Person, profile_id: int, *, low: str, at: datetime) -> SetUp:
    """
    Set the next version of a profile's limits; the form is filled in, never the limits.

    low: the low level that a tank's maker names, in %, as asked for.
    Raises Http404: there is no such profile, or the person may not see its unit's site.
    """
    profile = _profile(person, profile_id)
    initial, words = _filled_in(profile, low)
    quantity = Quantity(profile.quantity)
    kind = ContactLimitsForm if quantity.is_contact else LimitVersionForm
    form = kind(posted, quantity=quantity, initial=initial)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Set limits of {profile.name}",
            under="limits",
            words=words,
            statement=f"These are the approved limits for {target_of(profile)}.",
            action_label="Sign and set the limits",
            covers=((LimitProfile, profile.pk),),
        ),
        act=lambda intent: set_limits(
            profile_id=profile.pk,
            limits=form.limits(),
            effective_at=form.cleaned_data["effective_at"] or at,
            intent=intent,
            at=at,
        ),
        done=f"The limits of {profile.name} are set.",
        done_url=reverse("configure:limit_profile", args=[profile.pk]),
        roles=(Role.QA,),
        signs=APPROVED,
        template=OF_CONTACTS if quantity.is_contact else OF_VALUES,
    )


def _filled_in(profile: LimitProfile, low: str) -> tuple[dict[str, object], str]:
    """Return what the form holds before anything is entered, and where that is from."""
    last = next(iter(sorted(_versions(profile), key=lambda each: -each.number)), None)
    if last is not None:
        known = {
            "setpoint": last.setpoint,
            "dead_band": last.dead_band,
            "most_apart": last.most_apart,
            "least_hours": last.least_hours,
            "critical_hours": last.critical_hours,
            **filling_initial(fill_rules_of(last)),
        }
        words = f"Filled in with version {last.number}. Earlier versions stay as they are."
        return {**known, **_initial(profile, bands_of(last))}, words
    bands = _proposed(profile, low)
    if not bands:
        return {}, "Nothing is in force yet, and nothing is proposed: enter each limit."
    words = (
        "Filled in with a proposal; nothing of it is in force until you sign. Replace it by what "
        "the stability of your products and the mapping of your units show."
    )
    hours = {"least_hours": LEAST_HOURS, "critical_hours": CRITICAL_HOURS}
    is_level = profile.quantity == Quantity.LEVEL
    return {**_initial(profile, bands), **(hours if is_level else {})}, words


def _initial(profile: LimitProfile, bands: Sequence[Band]) -> Mapping[str, float]:
    is_contact = Quantity(profile.quantity).is_contact
    return initial_of_contact(bands) if is_contact else initial_of(bands)


def _proposed(profile: LimitProfile, low: str) -> list[Band]:
    if profile.quantity == Quantity.LEVEL:
        return list(proposed_level_bands(_percent(low))) if _percent(low) else []
    kind = profile.unit.type if profile.unit is not None else profile.container_type
    storage_class = profile.storage_class if kind is None else kind.storage_class
    return list(proposed_bands(Quantity(profile.quantity), storage_class))


def _percent(low: str) -> float:
    try:
        value = float(low)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and 0 < value < 100 else 0.0
