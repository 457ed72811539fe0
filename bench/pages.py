"""Pages through a real gunicorn worker over loopback, each beside the bare SQL of its content."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.ground import Ground
from bench.timing import Line, timed
from inventory.models import Vial

ROOT = Path(__file__).resolve().parent.parent
WARM_UP = 15  # until each statement's plan is kept
HOST = "127.0.0.1"

VIAL_SQL = """
    SELECT v.*, b.*, p.code, t.coi, pt.pseudonym, po.label, c.name, c.path
    FROM inventory_vial v JOIN inventory_batch b ON b.id = v.batch_id
    JOIN inventory_product p ON p.id = b.product_id
    LEFT JOIN inventory_therapy t ON t.id = v.therapy_id
    LEFT JOIN inventory_patient pt ON pt.id = t.patient_id
    LEFT JOIN inventory_position po ON po.id = v.position_id
    LEFT JOIN inventory_container c ON c.id = po.container_id
    WHERE v.id = {vial}"""
SCAN_SQL = VIAL_SQL.format(
    vial="(SELECT i.vial_id FROM inventory_identifier i WHERE i.code = %(code)s)"
)
EVENTS_SQL = "SELECT * FROM custody_custodyevent WHERE vial_id = %(vial)s ORDER BY seq"
BOX_SQL = """
    SELECT po.*, v.code, v.quality, v.custody, v.expires_at, t.coi FROM inventory_position po
    LEFT JOIN inventory_vial v ON v.position_id = po.id
    LEFT JOIN inventory_therapy t ON t.id = v.therapy_id
    WHERE po.container_id = %(box)s ORDER BY po.ordinal"""
THERAPY_SQL = """
    SELECT v.*, po.label, c.name, (
        SELECT max(e.recorded_at) FROM custody_custodyevent e WHERE e.vial_id = v.id)
    FROM inventory_vial v LEFT JOIN inventory_position po ON po.id = v.position_id
    LEFT JOIN inventory_container c ON c.id = po.container_id
    WHERE v.therapy_id = %(therapy)s ORDER BY v.code"""
SEARCH_SQL = """
    SELECT t.coi, t.id, pt.pseudonym FROM inventory_patient pt
    JOIN inventory_therapy t ON t.patient_id = pt.id WHERE pt.pseudonym = %(pseudonym)s"""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One kind of page: its address for a vial, and the bare statements of its content."""

    what: str
    address: Callable[[Vial], str]
    bare: Sequence[str]
    budget_ms: float


PAGES = (
    Page(
        what="scan a vial",
        address=lambda vial: f"/scan/?code={quote(vial.code)}",
        bare=[SCAN_SQL],
        budget_ms=20,
    ),
    Page(
        what="vial page",
        address=lambda vial: f"/vials/{vial.pk}/",
        bare=[VIAL_SQL.format(vial="%(vial)s"), EVENTS_SQL],
        budget_ms=25,
    ),
    Page(
        what="box map of 100",
        address=lambda vial: f"/storage/{_box(vial)}/",
        bare=[BOX_SQL],
        budget_ms=40,
    ),
    Page(
        what="therapy page of 90 vials",
        address=lambda vial: f"/therapies/{_coi(vial)}/",
        bare=[THERAPY_SQL],
        budget_ms=60,
    ),
    Page(
        what="search a pseudonym",
        address=lambda vial: f"/scan/?code={quote(_pseudonym(vial))}",
        bare=[SEARCH_SQL],
        budget_ms=40,
    ),
)


def measure_pages(ground: Ground, rounds: int) -> Iterator[Line]:
    """Yield a line for each page, measured at a worker that runs for this time only."""
    client = Client(headers={"host": HOST})
    client.force_login(ground.technician)
    client.get("/scan/")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    sample = ground.vials[: rounds + WARM_UP]
    with worker() as port:
        for page in PAGES:
            yield _measured(page, sample, client, port, cookie)


def _measured(page: Page, sample: Sequence[Vial], client: Client, port: int, cookie: str) -> Line:
    to = http.client.HTTPConnection(HOST, port, timeout=60)
    ours = timed(
        (lambda vial=vial: fetched(to, page.address(vial), cookie) for vial in sample),  # type: ignore[misc] # each round keeps its own vial
        warm_up=WARM_UP,
    )
    to.close()
    bare = timed((lambda vial=vial: _asked(page, vial) for vial in sample), warm_up=WARM_UP)  # type: ignore[misc] # as above
    with CaptureQueriesContext(connection) as asked:
        client.get(page.address(sample[0]))
    return Line(
        what=page.what, ours=ours, bare=bare, statements=len(asked), budget_ms=page.budget_ms
    )


def fetched(to: http.client.HTTPConnection, address: str, cookie: str) -> None:
    """
    Fetch a whole page.

    Raises RuntimeError: it is not the page.
    """
    to.request("GET", address, headers={"Cookie": cookie})
    answer = to.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{address} answers {answer.status}")


def _asked(page: Page, vial: Vial) -> None:
    with connection.cursor() as cursor:
        for statement in page.bare:
            cursor.execute(
                statement,
                {
                    "vial": vial.pk,
                    "code": vial.code,
                    "box": _box(vial),
                    "therapy": vial.therapy_id,
                    "pseudonym": _pseudonym(vial),
                },
            )
            cursor.fetchall()


def _box(vial: Vial) -> int:
    if vial.position is None:
        raise ValueError(f"{vial} is not stored")
    return vial.position.container_id


def _coi(vial: Vial) -> str:
    return "" if vial.therapy is None else vial.therapy.coi


def _pseudonym(vial: Vial) -> str:
    return "" if vial.therapy is None else vial.therapy.patient.pseudonym


@contextmanager
def worker() -> Iterator[int]:
    """Serve with one gunicorn worker, as in production; yield its port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own server
        [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py")],
        cwd=ROOT,
        env={**os.environ, "HOST": HOST, "PORT": str(port), "WEB_WORKERS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web worker did not start; collect the static files first")
