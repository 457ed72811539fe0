"""Deviations on screen: the lists, reporting one by scanning, and the way to its closure."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from audit.models import Signature
from custody.queries.deviations import Shown, count_deviations
from inventory.actions.set_product_licence import set_product_licence
from inventory.models import Vial
from sop.models import Deviation, DeviationKind, DeviationStatus, Impact
from tests.custody.retrievals import handed_over_retrieval
from tests.factories.deviations import opened_deviation
from tests.factories.inventory import ProgramFactory
from tests.factories.people import PASSWORD
from tests.world import NOON, World

LONG_AGO = NOON - timedelta(days=60)


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what one person enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "Looked into it", **fields}


@pytest.mark.urs("URS-113")
def test_reports_what_was_seen_with_the_vials_that_were_scanned(
    world: World, client: Client
) -> None:
    vials = world.expected(2, world.batch())
    client.force_login(world.technician)
    form = {"title": "A lid stood open", "what_happened": "For two minutes.", "site": world.site.pk}
    wrong = client.post("/quality/deviations/new/", form | {"vials": "NO-SUCH-VIAL"})
    assert wrong.status_code == 422
    assert "NO-SUCH-VIAL" in wrong.text

    scanned = "\n".join(vial.code for vial in vials)
    answer = client.post("/quality/deviations/new/", form | {"vials": scanned}, follow=True)

    deviation = Deviation.objects.get()
    assert deviation.vials.count() == 2
    assert "Classify it" not in answer.text
    assert 'data-refusal="IMPACT_NOT_ASSESSED"' in answer.text
    assert deviation.number in client.get("/quality/deviations/?show=mine").text


@pytest.mark.urs("URS-113", "URS-49")
def test_leads_from_open_to_closed(world: World, client: Client) -> None:
    [vial] = world.expected(1, world.batch())
    deviation = opened_deviation(world, vials=[vial])
    url = f"/quality/deviations/{deviation.pk}/"
    client.force_login(world.qa)
    texts = {"investigation": "It was torn.", "root_cause": "", "disposition": "Discarded."}
    impact = {f"impact-{vial.pk}": Impact.NONE.value, f"words-{vial.pk}": "Never touched."}
    [later] = world.expected(1, world.batch())
    impact |= {f"impact-{later.pk}": Impact.NONE.value, f"words-{later.pk}": "Never touched."}
    steps: list[tuple[str, dict[str, object]]] = [
        ("vials", {"vials": later.code, "reason": "Found beside it"}),
        ("investigate", {**texts, "reason": "Found today"}),
        ("classify", signed(world.qa, classification="minor")),
        ("assess", signed(world.qa, **impact)),
        ("ask-closure", {"reason": "Ready"}),
        ("close", signed(world.qa)),
    ]

    for step, entered in steps:
        answer = client.post(f"{url}{step}/", entered)
        assert answer.status_code == 302, (step, answer.text)

    deviation.refresh_from_db()
    page = client.get(url).text
    assert deviation.status == DeviationStatus.CLOSED
    assert Signature.objects.filter(signer=world.qa, reason="Looked into it").count() == 4
    assert page.count("Looked into it") >= 3
    assert "Changed since signed" not in page
    assert "Open again" in page


@pytest.mark.urs("URS-113")
def test_shows_every_reason_beside_the_closure(world: World, client: Client) -> None:
    deviation = opened_deviation(world, vials=world.expected(1, world.batch()))
    client.force_login(world.qa)

    answer = client.post(f"/quality/deviations/{deviation.pk}/close/", signed(world.qa))

    assert answer.status_code == 409
    for code in ("CLOSURE_NOT_REQUESTED", "NOT_CLASSIFIED", "NO_DISPOSITION"):
        assert f'data-refusal="{code}"' in answer.text


@pytest.mark.urs("URS-113", "URS-121")
def test_lists_by_chip_and_order_and_gives_the_same_as_csv(world: World, client: Client) -> None:
    old = opened_deviation(world, title="An old one", at=LONG_AGO)
    new = opened_deviation(world, title="=A new one")
    incident = opened_deviation(world, kind=DeviationKind.INCIDENT)
    client.force_login(world.qa)

    page = client.get("/quality/deviations/?sort=oldest").text
    overdue = client.get("/quality/deviations/?show=overdue").text
    rows = client.get("/quality/deviations/?sort=oldest&format=csv").text.splitlines()

    assert page.index(old.number) < page.index(new.number)
    assert incident.number not in page
    assert old.number in overdue
    assert new.number not in overdue
    assert [row.partition(",")[0] for row in rows[1:]] == [old.number, new.number]
    assert "'=A new one" in rows[2]
    assert incident.number in client.get("/quality/incidents/").text


@pytest.mark.urs("URS-114")
def test_runs_a_clock_for_distributed_product_under_a_licence(world: World, client: Client) -> None:
    _, vial = handed_over_retrieval(world)
    other = world.stored(1, vial.batch)[0]
    kept = opened_deviation(world, vials=[other])
    deviation = opened_deviation(world, vials=[vial])
    client.force_login(world.qa)
    assert "45 calendar days" not in client.get(f"/quality/deviations/{deviation.pk}/").text

    set_product_licence(
        product_id=vial.batch.product_id, is_licensed=True, intent=world.signs(world.qa)
    )

    page = client.get(f"/quality/deviations/{deviation.pk}/").text
    assert "2027-01-04" in page
    assert "45 calendar days" not in client.get(f"/quality/deviations/{kept.pk}/").text
    assert counted(world, Shown.TO_REPORT) == 1
    assert "To report to FDA within 45 days" in client.get("/").text
    answer = client.post(
        f"/quality/deviations/{deviation.pk}/report/", signed(world.qa, words="BPD-26-0042")
    )
    assert answer.status_code == 302
    assert counted(world, Shown.TO_REPORT) == 0
    assert "BPD-26-0042" in client.get(f"/quality/deviations/{deviation.pk}/").text


@pytest.mark.urs("URS-14", "URS-117")
def test_hides_what_touches_another_program(world: World, client: Client) -> None:
    theirs = opened_deviation(world, program_id=ProgramFactory.create().pk)
    client.force_login(world.qa)

    assert client.get(f"/quality/deviations/{theirs.pk}/").status_code == 404
    assert theirs.number not in client.get("/quality/deviations/").text


@pytest.mark.parametrize(
    ("path", "most"), [("/quality/deviations/", 8), ("/quality/deviations/{}/", 26)]
)
def test_costs_a_fixed_number_of_queries(
    path: str, most: int, world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    vials: list[Vial] = world.stored(3, world.batch())
    deviation = opened_deviation(world, vials=vials)
    client.force_login(world.qa)
    client.get("/sites/")

    with django_assert_max_num_queries(most):
        client.get(path.format(deviation.pk))


def counted(world: World, shown: Shown) -> int:
    """Return the number on a chip."""
    return count_deviations(DeviationKind.DEVIATION, seen_by=world.qa, at=NOON)[shown]
