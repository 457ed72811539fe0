"""Addresses of things that several sections link to; the paths are a stable contract."""

from urllib.parse import urlencode

from django.urls import get_script_prefix


def vial_url(vial_id: int) -> str:
    """Give the address of a vial's page."""
    return f"{get_script_prefix()}vials/{vial_id}/"


def therapy_url(coi: str) -> str:
    """Give the address of a therapy's page."""
    return f"{get_script_prefix()}therapies/{coi}/"


def storage_url(container_id: int) -> str:
    """Give the address of a container's page."""
    return f"{get_script_prefix()}storage/{container_id}/"


def unit_temperature_url(unit_id: int) -> str:
    """Give the address of a unit's temperature."""
    return f"{get_script_prefix()}temperature/units/{unit_id}/"


def labels_url(batch_id: int) -> str:
    """Give the address that prints the labels of a batch."""
    return f"{get_script_prefix()}labels/batches/{batch_id}/"


def scan_url(code: str) -> str:
    """Give the address that opens whatever a code stands for."""
    return f"{get_script_prefix()}scan/?{urlencode({'code': code})}"


def with_query(url: str, **filters: object) -> str:
    """Add those filters that say something to an address."""
    said = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{url}?{urlencode(said)}" if said else url


def retrieval_url(key: int) -> str:
    """Give the address of a retrieval's page."""
    return f"{get_script_prefix()}retrievals/{key}/"


def batch_url(key: int) -> str:
    """Give the address of a batch's page."""
    return f"{get_script_prefix()}batches/{key}/"


def product_url(code: str) -> str:
    """Give the address of the therapies made as one product."""
    return with_query(f"{get_script_prefix()}therapies/", product=code)
