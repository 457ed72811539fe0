"""The register of probes: the list, one probe, and the sheets on which it is changed."""

from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import Person
from audit.queries.signatures import blocks_under
from inventory.models import UNITS, Container
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.actions.change_probe import change_probe
from temperature.actions.fit_probe import fit_probe
from temperature.actions.register_probe import register_probe
from temperature.actions.remove_probe import remove_probe
from temperature.actions.retire_probe import retire_probe
from temperature.models import Calibration, Feed, Fitting, Probe, Quantity
from temperature.queries.probes import Due, ProbeLine, ProbePage, probe_lines, probe_page
from web.configuring.gate import is_administrator
from web.configuring.lists import sites_of
from web.configuring.setups import SetUp, sheet
from web.configuring.taking_out import what_ends
from web.forms import probes as forms
from web.forms.signing import SigningForm
from web.http import Request
from web.links import with_query
from web.presenters import FilterChip
from web.sites import show_times_of

Posted = QueryDict | None
LATE = (Due.NEVER, Due.OVERDUE)
SHOWN = {
    "": "In service",
    "late": "Calibration overdue",
    "soon": "Due in 30 days",
    "silent": "Silent",
    "loose": "In no unit",
    "retired": "Retired",
}


def list_context(request: Request, *, at: datetime) -> dict[str, object]:
    """Gather the list that the chips, a unit or some words ask for."""
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWN else ""
    words, unit = request.GET.get("q", "").strip(), request.GET.get("unit", "")
    lines = [
        line
        for line in probe_lines(sites_of(request.user), at=at)
        if _fits(line, words.lower()) and (not unit.isdecimal() or line.unit_id == int(unit))
    ]
    return {
        "lines": [line for line in lines if _is_shown(line, show)],
        "chips": [
            FilterChip(
                label=label,
                url=with_query(reverse("configure:probes"), show=name, q=words, unit=unit),
                count=sum(_is_shown(line, name) for line in lines),
                active=name == show,
            )
            for name, label in SHOWN.items()
        ],
        "words": words,
        "show": show,
        "unit": unit,
        "now": at,
        "may_add": is_administrator(request.user),
    }


def _fits(line: ProbeLine, words: str) -> bool:
    said = " ".join((line.code, line.unit, line.zone, line.feed, line.channel)).lower()
    return all(word in said for word in words.split())


def _is_shown(line: ProbeLine, show: str) -> bool:
    if line.is_retired or show == "retired":
        return line.is_retired and show == "retired"
    return {
        "late": line.due in LATE,
        "soon": line.due == Due.SOON,
        "silent": line.is_silent,
        "loose": line.unit_id is None,
    }.get(show, True)


def page_context(request: Request, probe_id: int, *, at: datetime) -> dict[str, object]:
    """
    Gather the page of one probe.

    Raises Http404: the person may not see its site.
    """
    page = _page(request.user, probe_id, at)
    records: list[tuple[type[Probe | Fitting | Calibration], int]] = [
        (Probe, page.probe.pk),
        *((Fitting, row.pk) for row in page.fittings),
        *((Calibration, row.pk) for row in page.calibrations),
    ]
    signed = blocks_under(records)
    return {
        "probe": page.probe,
        "line": page.line,
        "fittings": [(row, signed.get((Fitting, row.pk), [])) for row in page.fittings],
        "calibrations": [(row, signed.get((Calibration, row.pk), [])) for row in page.calibrations],
        "signatures": signed.get((Probe, page.probe.pk), []),
        "now": at,
        "may_change": is_administrator(request.user) and page.probe.retired_at is None,
    }


def _page(person: Person, probe_id: int, at: datetime) -> ProbePage:
    """Return the probe, and show times by the clock of its site."""
    page = probe_page(probe_id, sites_of(person), at=at)
    if page is None:
        raise Http404
    show_times_of(page.probe.feed.site)
    return page


def registering(posted: Posted, person: Person) -> SetUp:
    """Register a probe of a source."""
    feeds = Feed.objects.filter(site__in=sites_of(person), retired_at__isnull=True)
    choices = list(feeds.order_by("name").values_list("pk", "name"))
    form = forms.ProbeForm(posted, feeds=choices)
    return SetUp(
        form=form,
        sheet=sheet(
            "Register a probe",
            under="probes",
            words="Its readings are taken from now on. Fit it to a unit and record its "
            "calibration next: before that it is no evidence."
            if choices
            else "No source of readings is registered yet: register one first.",
        ),
        act=lambda intent: register_probe(
            code=form.cleaned_data["code"],
            quantity=Quantity(form.cleaned_data["quantity"]),
            feed_id=form.cleaned_data["feed"],
            channel=form.cleaned_data["channel"],
            pace=form.pace(),
            intent=intent,
        ),
        done="The probe is registered. Fit it to a unit and record its calibration next.",
        done_url=reverse("configure:probes"),
    )


def changing(posted: Posted, person: Person, probe_id: int, at: datetime) -> SetUp:
    """
    Say how a probe reads from now on.

    Raises Http404: the person may not see its site.
    """
    page = _page(person, probe_id, at)
    flat = page.probe.flat_after
    form = forms.PaceForm(
        posted,
        initial={
            "seconds": round(page.probe.expected_every.total_seconds()),
            "flat_minutes": None if flat is None else round(flat.total_seconds() / 60),
            "flat_within": page.probe.flat_within,
            "most_jump": page.probe.most_jump,
        },
    )
    return SetUp(
        form=form,
        act=lambda intent: change_probe(probe_id=probe_id, pace=form.pace(), intent=intent),
        **_about(page, "Change how {} reads", "How {} reads is recorded."),
    )


def retiring(posted: Posted, person: Person, probe_id: int, at: datetime) -> SetUp:
    """
    Retire a probe.

    Raises Http404: the person may not see its site.
    """
    page = _page(person, probe_id, at)
    words = "Nothing it sends is taken any more. Its readings and records stay."
    return SetUp(
        form=SigningForm(posted),
        act=lambda intent: retire_probe(probe_id=probe_id, intent=intent, at=at),
        **_about(page, "Retire {}", "{} is retired.", words=words, grave=True),
    )


def fitting(posted: Posted, person: Person, probe_id: int, at: datetime) -> SetUp:
    """
    Fit a probe to a unit of its source's site.

    Raises Http404: the person may not see its site.
    """
    page = _page(person, probe_id, at)
    form = forms.FitForm(
        posted,
        units=_units(page.probe),
        quantity=Quantity(page.probe.quantity),
        initial={"mapped_offset": 0},
    )
    sits = f"It sits in {page.line.unit} now; that ends then. " if page.line.unit else ""
    ends = what_ends(page.probe)
    return SetUp(
        form=form,
        act=lambda intent: fit_probe(
            probe_id=probe_id, place=form.place(), began_at=form.began(at), intent=intent, at=at
        ),
        **_about(
            page,
            "Fit {} to a unit",
            "{} sits there now.",
            words=f"{sits}What it read since then is judged anew. {ends}".strip(),
            grave=bool(ends),
        ),
    )


def _units(probe: Probe) -> list[tuple[int, str]]:
    rows = Container.objects.filter(
        site=probe.feed.site_id, type__category__in=UNITS, retired_at__isnull=True
    )
    return list(rows.order_by("name").values_list("pk", "name"))


def removing(posted: Posted, person: Person, probe_id: int, at: datetime) -> SetUp:
    """
    Remove a probe from its unit.

    Raises Http404: the person may not see its site.
    """
    page = _page(person, probe_id, at)
    form, ends = forms.RemoveForm(posted), what_ends(page.probe)
    return SetUp(
        form=form,
        act=lambda intent: remove_probe(
            probe_id=probe_id, ended_at=form.ended(at), intent=intent, at=at
        ),
        **_about(
            page,
            "Remove {} from its unit",
            "{} sits in no unit now.",
            words=f"What stands in the unit has one witness less from then on. {ends}".strip(),
            grave=bool(ends),
        ),
    )


def calibrating(posted: Posted, person: Person, probe_id: int, at: datetime) -> SetUp:
    """
    Record a calibration of a probe.

    Raises Http404: the person may not see its site.
    """
    page = _page(person, probe_id, at)
    form = forms.CalibrationForm(posted)
    return SetUp(
        form=form,
        act=lambda intent: calibrate_probe(
            probe_id=probe_id, certificate=form.calibrated(), intent=intent, at=at
        ),
        **_about(page, "Record a calibration of {}", "The calibration of {} is recorded."),
    )


def _about(page: ProbePage, heading: str, done: str, **more: Any) -> dict[str, Any]:
    """Return the sheet about one probe, what is said when it is done, and where that leads."""
    probe = page.probe
    return {
        "sheet": sheet(
            heading.format(probe.code), under="probes", covers=((Probe, probe.pk),), **more
        ),
        "done": done.format(probe.code),
        "done_url": reverse("configure:probe", args=[probe.pk]),
    }
