"""What the configuration pages list: behind the walls for readers, whole for administrators."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from accounts.models import Person, ServiceToken
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.queries.storage import capacity
from inventory.models import (
    ContainerType,
    Holds,
    Product,
    Program,
    Site,
    Sponsor,
    StabilityLimits,
)
from web.configuring.gate import is_administrator


@dataclass(frozen=True, kw_only=True)
class TypeRow:
    """One type of container."""

    kind: ContainerType
    places: int
    takes: str
    used: int
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """One product with its limits: those in force, who signed them, how many versions there are."""

    product: Product
    limits: StabilityLimits | None
    coming: StabilityLimits | None
    versions: int
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class ProgramRow:
    """One program with its sponsor and products."""

    program: Program
    products: int
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class SiteRow:
    """One site, and who signed it."""

    site: Site
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class SponsorRow:
    """One sponsor, and who signed it."""

    sponsor: Sponsor
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """One version of some rules: what it demanded, and who signed it."""

    version: int
    words: str
    signatures: list[SignatureBlock]


def sites_of(person: Person) -> QuerySet[Site]:
    """Return the sites: all of them for administrators, who open them to others."""
    rows = Site.objects.all() if is_administrator(person) else Site.objects.visible_to(person)
    return rows.order_by("code")


def sites_for(person: Person) -> list[SiteRow]:
    """List the sites with who signed them; three queries."""
    found = list(sites_of(person))
    signed = blocks_under((Site, row.pk) for row in found)
    return [SiteRow(site=row, signatures=signed.get((Site, row.pk), [])) for row in found]


def programs_of(person: Person) -> QuerySet[Program]:
    """Return the programs: all of them for administrators, who open them to others."""
    rows = Program.objects.all() if is_administrator(person) else Program.objects.visible_to(person)
    return rows.select_related("sponsor").order_by("sponsor__name", "code")


def programs_for(person: Person) -> list[ProgramRow]:
    """List the programs with who signed them; three queries."""
    found = list(programs_of(person).annotate(made=Count("products")))
    signed = blocks_under((Program, row.pk) for row in found)
    return [
        ProgramRow(
            program=row,
            products=vars(row)["made"],
            signatures=signed.get((Program, row.pk), []),
        )
        for row in found
    ]


def sponsors_for(person: Person) -> list[SponsorRow]:
    """List the sponsors whose programs the person may see; all of them for administrators."""
    rows = Sponsor.objects.order_by("name")
    if not is_administrator(person):
        rows = rows.filter(programs__in=Program.objects.visible_to(person)).distinct()
    found = list(rows)
    signed = blocks_under((Sponsor, row.pk) for row in found)
    return [SponsorRow(sponsor=row, signatures=signed.get((Sponsor, row.pk), [])) for row in found]


def types() -> list[TypeRow]:
    """List the types of container."""
    counted = ContainerType.objects.annotate(used=Count("containers"))
    rows = list(counted.order_by("category", "name"))
    signed = blocks_under((ContainerType, row.pk) for row in rows)
    return [
        TypeRow(
            kind=row,
            places=capacity(row),
            takes=", ".join(str(kind).replace("_", " ") for kind in row.accepts),
            used=vars(row)["used"],
            signatures=signed.get((ContainerType, row.pk), []),
        )
        for row in rows
    ]


def types_that_fit(holder_type: ContainerType) -> list[ContainerType]:
    """List the types that stand in the places of a type."""
    if holder_type.holds != Holds.CONTAINER:
        return []
    rows = ContainerType.objects.filter(category__in=holder_type.accepts)
    return list(rows.order_by("name"))


def products_for(person: Person, *, at: datetime) -> list[ProductRow]:
    """List the products with their limits and who signed those in force; four queries."""
    programs = programs_of(person).order_by().values("pk")
    versions = Prefetch(
        "limits", queryset=StabilityLimits.objects.order_by("-version"), to_attr="versions"
    )
    rows = Product.objects.filter(program__in=programs).select_related("program")
    found = [_product(row, at) for row in rows.prefetch_related(versions).order_by("code")]
    signed = blocks_under((StabilityLimits, row.limits.pk) for row in found if row.limits)
    return [
        replace(row, signatures=signed.get((StabilityLimits, row.limits.pk), []))
        if row.limits
        else row
        for row in found
    ]


def count_without_limits(person: Person, *, at: datetime) -> int:
    """Count the products for which no limits are in force; one query more than the programs."""
    rows = Product.objects.filter(program__in=programs_of(person).order_by().values("pk"))
    in_force = StabilityLimits.objects.filter(product=OuterRef("pk"), effective_at__lte=at)
    return rows.exclude(Exists(in_force)).count()


def _product(row: Product, at: datetime) -> ProductRow:
    versions: list[StabilityLimits] = vars(row)["versions"]
    return ProductRow(
        product=row,
        limits=next((each for each in versions if each.effective_at <= at), None),
        coming=next((each for each in versions if each.effective_at > at), None),
        versions=len(versions),
        signatures=[],
    )


def tokens() -> list[ServiceToken]:
    """List the tokens of other systems, newest first."""
    return list(ServiceToken.objects.select_related("account").order_by("-pk"))


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One account with its roles."""

    person: Person
    roles: str


def people() -> list[PersonRow]:
    """List the accounts: open ones first, by name."""
    rows = Person.objects.prefetch_related("groups").order_by("-is_active", "full_name")
    return [
        PersonRow(person=row, roles=", ".join(sorted(group.name for group in row.groups.all())))
        for row in rows
    ]
