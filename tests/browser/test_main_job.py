"""The main job: one patient's vials from the batch record to the proof, by who does the work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.main_job import arrive, judge, prove, receive, retrieve, store
from tests.browser.main_job.house import build_house
from tests.browser.main_job.walk import Walk


@pytest.fixture
def walk(
    transactional_db: None,
    new_page: Callable[..., Page],
    screenshot: Callable[[Page, str], None],
) -> Walk:
    """Open the house, before anybody has come."""
    return Walk(house=build_house(), new_page=new_page, keep=screenshot)


@pytest.mark.urs("URS-04", "URS-29", "URS-31", "URS-54", "URS-76", "URS-85", "URS-88", "URS-89")
@pytest.mark.urs("URS-95", "URS-96")
def test_follows_vials_from_the_batch_record_to_the_proof(walk: Walk, tmp_path: Path) -> None:
    arrive.issue_tokens(walk)
    arrive.batches_arrive(walk)
    arrive.batch_is_seen(walk)
    receive.receive(walk)
    labels = receive.print_labels(walk, tmp_path)
    walk.house.store_and_release(walk.other)
    store.put_away(walk, labels)
    judge.release(walk)
    judge.find_vial(walk)
    judge.find_therapy(walk)
    retrieve.order_arrives(walk)
    retrieve.pick(walk)
    retrieve.check_out(walk)
    retrieve.hand_over(walk)
    prove.export(walk, tmp_path)
    prove.pdf_holds_everything(walk, tmp_path)
    prove.json_agrees_with_the_screen(walk, tmp_path)
