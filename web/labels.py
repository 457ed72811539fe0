"""What the label pages show, and the file they hand out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse

from accounts.models import Person
from custody.queries.storage import container_seen_by
from inventory.models import Batch, Container, Instrument, Site, Vial
from reports.models import Export, RecordKind
from reports.register import PrintedLabels
from web.links import storage_url, vial_url
from web.presenters import Crumb

SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class LabelRun:
    """
    What would be printed.

    keys: of the vials or containers. codes: as printed. was_printed: labels of these exist already.
    """

    heading: str
    keys: tuple[int, ...]
    codes: tuple[str, ...]
    crumbs: tuple[Crumb, ...]
    cancel_url: str
    was_printed: bool

    @property
    def shown(self) -> Sequence[str]:
        """The codes that the page lists."""
        return self.codes[:SHOWN]

    @property
    def more(self) -> int:
        """How many the page does not list."""
        return max(0, len(self.codes) - SHOWN)


def run_of_vial(person: Person, vial_id: int) -> LabelRun:
    """
    Label one vial.

    Raises Http404: the person may not see it, or there is none.
    """
    vial = Vial.objects.visible_to(person).filter(pk=vial_id).first()
    if vial is None:
        raise Http404
    crumbs = (Crumb(label="Vial", url=vial_url(vial.pk)), Crumb(label="Label"))
    return _run(f"Label for {vial.code}", [(vial.pk, vial.code)], crumbs, vial_url(vial.pk))


def run_of_batch(person: Person, batch_id: int) -> LabelRun:
    """
    Label every vial of a batch.

    Raises Http404: the person may not see any of its vials, or there are none.
    """
    rows = Vial.objects.visible_to(person).filter(batch=batch_id).order_by("code")
    things = list(rows.values_list("pk", "code"))
    if not things:
        raise Http404
    number = Batch.objects.values_list("number", flat=True).get(pk=batch_id)
    url = reverse("batches:batch", args=[batch_id])
    crumbs = (
        Crumb(label="Receipts", url=reverse("batches:index")),
        Crumb(label=number, url=url),
        Crumb(label="Labels"),
    )
    return _run(f"Labels for batch {number}", things, crumbs, url)


def run_of_container(person: Person, container_id: int, *, inside: bool) -> LabelRun:
    """
    Label a container, or everything that stands in its places.

    Raises Http404: the person may not see it, or nothing stands inside.
    """
    container = container_seen_by(person, container_id)
    if container is None:
        raise Http404
    things = [(container.pk, container.code)]
    heading = f"Label for {container.name}"
    if inside:
        rows = Container.objects.filter(position__container=container)
        things = list(rows.order_by("position__ordinal").values_list("pk", "code"))
        heading = f"Labels for what stands in {container.name}"
    if not things:
        raise Http404
    crumbs = (
        Crumb(label="Storage", url=reverse("storage:index")),
        Crumb(label=container.name, url=storage_url(container.pk)),
        Crumb(label="Labels"),
    )
    return _run(heading, things, crumbs, storage_url(container.pk))


def run_of_instrument(person: Person, instrument_id: int) -> LabelRun:
    """
    Label one instrument.

    Raises Http404: there is none at a site that the person may see.
    """
    rows = Instrument.objects.filter(site__in=Site.objects.visible_to(person))
    found = rows.select_related("label").filter(pk=instrument_id).first()
    if found is None:
        raise Http404
    url = reverse("configure:instrument", args=[found.pk])
    crumbs = (Crumb(label=found.name, url=url), Crumb(label="Label"))
    return _run(f"Label for {found.name}", [(found.pk, found.label.code)], crumbs, url)


def _run(
    heading: str, things: Sequence[tuple[int, str]], crumbs: tuple[Crumb, ...], cancel_url: str
) -> LabelRun:
    codes = tuple(code for _, code in things)
    printed = Export.objects.filter(kind=RecordKind.LABELS, query__contains=f" {codes[0]}")
    return LabelRun(
        heading=heading,
        keys=tuple(key for key, _ in things),
        codes=codes,
        crumbs=crumbs,
        cancel_url=cancel_url,
        was_printed=printed.exists(),
    )


def labels_file(printed: PrintedLabels) -> HttpResponse:
    """Hand the PDF out under the name in the register."""
    answer = HttpResponse(printed.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{printed.export.file_name}"'
    return answer
