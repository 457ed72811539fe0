"""Setting up sponsors, programs, products, sites, units and what stands in them."""

from datetime import datetime

from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from custody.queries.storage import container_seen_by
from inventory.actions.add_container import add_container
from inventory.actions.add_containers import add_containers
from inventory.actions.add_product import add_product
from inventory.actions.add_program import add_program
from inventory.actions.add_site import add_site
from inventory.actions.add_sponsor import add_sponsor
from inventory.actions.change_lifting import change_lifting
from inventory.actions.set_product_licence import set_product_licence
from inventory.actions.set_stability_limits import set_stability_limits
from inventory.models import UNITS, ContainerType, Product, Sponsor, StorageClass, Zone
from web.configuring import lists
from web.configuring.setups import SetUp, sheet
from web.forms import configure as forms
from web.links import storage_url

Posted = QueryDict | None


def sponsor(posted: Posted) -> SetUp:
    """Set a sponsor up."""
    form = forms.SponsorForm(posted)
    return SetUp(
        form=form,
        sheet=sheet("Add a sponsor", under="programs"),
        act=lambda intent: add_sponsor(name=form.cleaned_data["name"], intent=intent),
        done="The sponsor is added. Add its programs next.",
        done_url=reverse("configure:programs"),
    )


def program(posted: Posted) -> SetUp:
    """Set a program up."""
    sponsors = [(row.pk, row.name) for row in Sponsor.objects.order_by("name")]
    form = forms.ProgramForm(posted, sponsors=sponsors)
    return SetUp(
        form=form,
        sheet=sheet(
            "Add a program",
            under="programs",
            words="Nobody sees its patients until you open the program to them.",
        ),
        act=lambda intent: add_program(
            sponsor_id=form.cleaned_data["sponsor"],
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            intent=intent,
        ),
        done="The program is added. Open it to the people who work on it.",
        done_url=reverse("configure:programs"),
    )


def product(posted: Posted, person: Person) -> SetUp:
    """Set a product up."""
    programs = [(row.pk, f"{row.code}, {row.name}") for row in lists.programs_of(person)]
    form = forms.ProductForm(posted, programs=programs)
    return SetUp(
        form=form,
        sheet=sheet("Add a product", under="products"),
        act=lambda intent: add_product(
            program_id=form.cleaned_data["program"],
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            is_autologous=form.cleaned_data["is_autologous"],
            storage_class=StorageClass(form.cleaned_data["storage_class"]),
            intent=intent,
        ),
        done="The product is added. Set its stability limits next.",
        done_url=reverse("configure:products"),
    )


def licence(posted: Posted, person: Person, product_id: int) -> SetUp:
    """
    Say whether a product is licensed; the form asks for what it is not now.

    Raises Http404: the person may not see the product's program.
    """
    found = _product_seen_by(person, product_id)
    form = forms.LicenceForm(posted, initial={"is_licensed": found.is_licensed})
    return SetUp(
        form=form,
        sheet=sheet(
            f"Licence of {found.code}",
            under="products",
            words="A deviation that may have touched distributed product under a licence is "
            "reported to FDA within 45 calendar days (21 CFR 600.14).",
            statement=f"This is how {found.code} stands on the market.",
            covers=((Product, found.pk),),
        ),
        act=lambda intent: set_product_licence(
            product_id=found.pk, is_licensed=form.cleaned_data["is_licensed"], intent=intent
        ),
        done=f"The licence of {found.code} is recorded.",
        done_url=reverse("configure:products"),
        roles=(Role.QA,),
    )


def lifting(posted: Posted, type_id: int) -> SetUp:
    """
    Say anew whether containers of a type are taken out to reach what is in them.

    Raises Http404: there is no such type.
    """
    kind = ContainerType.objects.filter(pk=type_id).first()
    if kind is None:
        raise Http404
    form = forms.LiftingForm(posted, initial={"is_lifted": forms.LIFTED_SAID[kind.is_lifted]})
    return SetUp(
        form=form,
        sheet=sheet(
            f"Whether {kind.name} is taken out",
            under="types",
            words="It counts for all of this type from the signature on. What was taken out before "
            "stays on record as it was.",
            covers=((ContainerType, kind.pk),),
        ),
        act=lambda intent: change_lifting(
            type_id=kind.pk, is_lifted=form.cleaned_data["is_lifted"], intent=intent
        ),
        done=f"It is recorded whether {kind.name} is taken out.",
        done_url=reverse("configure:types"),
    )


def _product_seen_by(person: Person, product_id: int) -> Product:
    programs = [row.pk for row in lists.programs_of(person)]
    found = Product.objects.filter(pk=product_id, program__in=programs).first()
    if found is None:
        raise Http404
    return found


def limits(posted: Posted, person: Person, product_id: int, at: datetime) -> SetUp:
    """
    Set the next version of a product's limits.

    Raises Http404: the person may not see the product's program.
    """
    found = _product_seen_by(person, product_id)
    form = forms.LimitsForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Set limits of {found.code}",
            under="products",
            words="A new version; earlier ones stay as they are, and old verdicts stay explained.",
            statement=f"These are the approved stability limits of {found.code}.",
            covers=((Product, found.pk),),
        ),
        act=lambda intent: set_stability_limits(
            product_id=found.pk,
            limits=form.limits(),
            effective_at=form.cleaned_data["effective_at"] or at,
            intent=intent,
            at=at,
        ),
        done=f"The limits of {found.code} are set.",
        done_url=reverse("configure:products"),
        roles=(Role.QA,),
    )


def site(posted: Posted) -> SetUp:
    """Set a site up."""
    form = forms.SiteForm(posted)
    return SetUp(
        form=form,
        sheet=sheet("Add a site", under="sites"),
        act=lambda intent: add_site(
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            time_zone=form.cleaned_data["time_zone"],
            intent=intent,
        ),
        done="The site is added. Open it to the people who work there, and add its units.",
        done_url=reverse("configure:sites"),
    )


def unit(posted: Posted, person: Person) -> SetUp:
    """Set a freezer or tank up."""
    units = ContainerType.objects.filter(category__in=UNITS).order_by("name")
    form = forms.UnitForm(
        posted,
        sites=[(row.pk, row.name) for row in lists.sites_of(person)],
        types=[(row.pk, row.name) for row in units],
    )
    return SetUp(
        form=form,
        sheet=sheet("Add a freezer or tank", under="sites"),
        act=lambda intent: add_container(
            type_id=form.cleaned_data["type"],
            name=form.cleaned_data["name"],
            site_id=form.cleaned_data["site"],
            zone=Zone(form.cleaned_data["zone"]),
            intent=intent,
        ),
        done="The unit is added with all its places. Print its label, then add what stands inside.",
        done_url=reverse("storage:index"),
    )


def containers(posted: Posted, person: Person, inside: str) -> SetUp:
    """
    Set racks, drawers or boxes up in the free places of a container.

    Raises Http404: the person may not see the container, or nothing stands in its places.
    """
    holder = container_seen_by(person, int(inside)) if inside.isdecimal() else None
    fitting = [] if holder is None else lists.types_that_fit(holder.type)
    if holder is None or not fitting:
        raise Http404
    programs = [(row.pk, row.code) for row in lists.programs_of(person)]
    form = forms.ContainersForm(posted, types=fitting, programs=programs)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Add to {holder.name}",
            under="sites",
            words="Each gets the next free place, its own code and all its places.",
        ),
        act=lambda intent: add_containers(
            type_id=form.cleaned_data["type"],
            inside_id=holder.pk,
            names=form.names(),
            zone=Zone(form.cleaned_data["zone"]),
            program_id=form.cleaned_data["program"],
            intent=intent,
        ),
        done=f"They stand in {holder.name} now. Print their labels next.",
        done_url=storage_url(holder.pk),
    )
