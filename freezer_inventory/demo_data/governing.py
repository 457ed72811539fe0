"""Which procedures govern the demo's work: on the screens of old, then step by step."""

from collections.abc import Sequence

from django.utils import timezone

from audit.models import Meaning
from freezer_inventory.demo_data.cast import Cast
from sop.action import Action
from sop.actions.set_governance import set_governance
from sop.governed import GOVERNED
from sop.library import LIBRARY_GOVERNS
from sop.models import Follows, ProcedureVersion
from sop.setting_rules import WantedRule, Way, newest_rule_change

STEP_BY_STEP = (
    Action.PLACE_VIALS,
    Action.PUT_BACK_VIALS,
    Action.MOVE_VIALS,
    Action.DISCARD_VIALS,
)
"""What the demo's floor does in runs from the day that its history ends."""
BESIDE = {Action.CHECK_OUT_VIALS: "SOP-ST-019"}
"""Done in a run of these too, beside what governs the action on its own screen."""


def govern(cast: Cast, versions: dict[str, ProcedureVersion]) -> None:
    """Let the library govern every action, each on its own screen, as the site worked so far."""
    rules = _rules(versions, sorted(GOVERNED), Follows.SCREEN)
    _set(cast, rules, "The site works by these from today")


def govern_step_by_step(cast: Cast, versions: dict[str, ProcedureVersion]) -> None:
    """Let what moves vials, and what takes them away for good, be done in runs from now on."""
    rules = [
        *_rules(versions, STEP_BY_STEP, Follows.RUN),
        *(
            WantedRule(action=action, procedure_id=versions[code].procedure_id, way=Way.BESIDE)
            for action, code in BESIDE.items()
        ),
    ]
    _set(cast, rules, "Runs were practised by everybody")


def _rules(
    versions: dict[str, ProcedureVersion], actions: Sequence[Action], follows: Follows
) -> list[WantedRule]:
    return [
        WantedRule(
            action=action,
            procedure_id=versions[LIBRARY_GOVERNS[action]].procedure_id,
            follows=follows,
            way=Way.INSTEAD,
        )
        for action in actions
    ]


def _set(cast: Cast, rules: Sequence[WantedRule], reason: str) -> None:
    set_governance(
        rules=rules,
        seen_until=newest_rule_change(),
        intent=cast.signs("qa", reason, meaning=Meaning.APPROVED),
        at=timezone.now(),
    )
    cast.tell()
