"""Filters and tags that make times, temperatures, durations, codes and icons look one way."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventory.rules import expiry
from temperature.models import CONTACTS, Quantity
from web.forms.marks import GOES_WITH_OTHERS
from web.icons import svg
from web.presenters.verdicts import Axis, Mark, StatusBadge

register = template.Library()
# What depends on nothing but its argument is drawn once: a box of one lot has one last day.
drawn_once = lru_cache(maxsize=256)

MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
STRESSED = 4
_LOCAL_FORMATS = {
    "seconds": "%Y-%m-%d %H:%M:%S",
    "minutes": "%Y-%m-%d %H:%M",
    "clock": "%H:%M:%S",
    "date": "%Y-%m-%d",
}
_AGES = (
    (timedelta(weeks=104), timedelta(days=365), "years"),
    (timedelta(weeks=9), timedelta(days=30), "months"),
    (timedelta(weeks=2), timedelta(weeks=1), "weeks"),
    (timedelta(days=2), timedelta(days=1), "days"),
    (timedelta(hours=2), timedelta(hours=1), "h"),
    (timedelta(minutes=2), timedelta(minutes=1), "min"),
    (timedelta(0), timedelta(seconds=1), "s"),
)


@register.filter
def local_time(moment: datetime | None, precision: str = "seconds") -> str:
    """
    Show an instant as local time with its offset; the title has the full ISO time in UTC.

    precision: seconds, minutes, clock or date; a date shows no offset.
    Source: URS-71.
    """
    if moment is None:
        return "not recorded"
    local = timezone.localtime(moment)
    shown = local.strftime(_LOCAL_FORMATS[precision])
    if precision != "date":
        offset = local.strftime("%z")
        shown = f"{shown}{offset[:3]}:{offset[3:5]}"
    iso = moment.astimezone(UTC).isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), iso, shown)


@register.filter
@drawn_once
def last_day(expires_at: datetime) -> str:
    """
    Show the last day on which something may be used, as its label and its finding say it.

    expires_at: the first instant at which it is expired; the title has it in full.
    """
    iso = expires_at.astimezone(UTC).isoformat()
    return format_html(
        '<time datetime="{}" title="expired from {} on">{}</time>',
        iso,
        iso,
        f"{expiry.last_day(expires_at):%Y-%m-%d}",
    )


@register.filter
def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Say how long ago an instant was, or how soon it will be, in one unit."""
    if moment is None:
        return "never"
    passed = (now or timezone.now()) - moment
    size = abs(passed)
    unit, name = next((unit, name) for least, unit, name in _AGES if size >= least)
    shown = f"{size // unit} {name}"
    words = f"{shown} ago" if passed >= timedelta(0) else f"in {shown}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        moment.astimezone(UTC).isoformat(),
        words,
    )


@register.filter
def duration(length: timedelta | None) -> str:
    """Show a duration as minutes and seconds, with hours and days when it has them."""
    if length is None:
        return "unknown"
    sign = MINUS if length < timedelta(0) else ""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days} d {hours:02}:{minutes:02}:{seconds:02}"
    if hours:
        return f"{sign}{hours}:{minutes:02}:{seconds:02}"
    return f"{sign}{minutes}:{seconds:02}"


@register.filter
def seconds_long(seconds: int) -> str:
    """Show a number of seconds as a duration."""
    return duration(timedelta(seconds=seconds))


@register.filter
def celsius(temperature: Decimal | None) -> str:
    """Show a temperature with a true minus sign and its unit, never blank."""
    if temperature is None:
        return "not measured"
    return f"{temperature}".replace("-", MINUS) + f"{NARROW_SPACE}°C"


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """
    Show a measured value with one decimal, a true minus sign and its unit, never blank.

    The state of a contact is shown in words.
    """
    if value is None:
        return "no value"
    if unit in CONTACTS and value in {0, 1}:
        return Quantity(unit).states[int(value)]
    return f"{value:.1f}".replace("-", MINUS) + f"{NARROW_SPACE}{unit}"


@register.filter
def in_sentence(label: str) -> str:
    """Write a label inside a sentence: `Retain sample` small, `QC sample` as it is."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"


@register.filter
def stress(code: str) -> SafeString:
    """Show a code in monospace with its last four characters stressed."""
    return format_html(
        '<span class="code">{}<b class="code-end">{}</b></span>', code[:-STRESSED], code[-STRESSED:]
    )


@register.filter
def unlike(code: str, other: str) -> SafeString:
    """Show a code with what differs from another one stressed; very different ones as ever."""
    start = _alike(code, other)
    end = len(code) - _alike(code[start:][::-1], other[start:][::-1])
    if end == start or len(code) - (end - start) < STRESSED:
        return stress(code)
    return format_html(
        '<span class="code">{}<b class="code-end">{}</b>{}</span>',
        code[:start],
        code[start:end],
        code[end:],
    )


def _alike(code: str, other: str) -> int:
    """Count the characters in which both begin alike."""
    pairs = zip(code, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@register.filter
@drawn_once
def shape(mark: Mark) -> SafeString:
    """Show a verdict as its sign, with its words for those who cannot see it."""
    return format_html(
        '<span class="shape shape-{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        mark,
        mark.shape,
        mark.words,
    )


@register.filter
@drawn_once
def status(badge: StatusBadge) -> SafeString:
    """Show a status as its sign and its words, never by colour alone."""
    sign: SafeString | str = ""
    if badge.axis == Axis.HOLD:
        sign = svg("hand-stop")
    elif badge.mark is not None:
        sign = format_html('<span aria-hidden="true">{}</span>', badge.mark.shape)
    classes = f"status status-{badge.axis}" + (f" status-{badge.mark}" if badge.mark else "")
    return format_html('<span class="{}">{}{}</span>', classes, sign, badge.words)


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a form field's widget with the class that its kind of input needs."""
    kind = getattr(field.field.widget, "input_type", "textarea")
    if field.use_fieldset:
        return field.as_widget(attrs={"class": "choice-group"})
    classes = {
        "select": "form-select",
        "checkbox": "form-check-input",
        "radio": "form-check-input",
    }.get(kind, "form-control")
    own = field.field.widget.attrs.get("class", "")
    invalid = "is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": " ".join(filter(None, (classes, own, invalid)))})


@register.filter
def is_optional(field: BoundField) -> bool:
    """Say whether a field may be left empty whatever else is entered."""
    return not field.field.required and GOES_WITH_OTHERS not in field.field.widget.attrs


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the Tabler set inline; without a label it is decoration."""
    return svg(name, label=label)
