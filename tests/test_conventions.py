"""The house's rules that linters cannot say, each shown to find what breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from accounts.roles import Role
from custody.status import CUSTODY_TRANSITIONS, QUALITY_TRANSITIONS
from inventory.models import Custody, Quality
from sop.action import Action
from sop.authority import AUTHORITY
from sop.rules.versions import VERSION_TRANSITIONS, VersionState
from tests.conventions import actions, comments, views, writing
from tests.conventions.source import ROOT, Module, modules

Rule = Callable[[Module], Iterator[str]]
HOUSE = list(modules())


@dataclass(frozen=True)
class Sample:
    """Code that breaks a rule, and where it would lie."""

    rule: Rule
    path: str
    text: str


ACTION = "custody/actions/warm_vial.py"
VIEW = "web/views/vials/pages.py"
SAMPLES = {
    "an action beside its name": Sample(
        actions.one_function_of_its_name, ACTION, "def heat_vial(*, at): ...\n"
    ),
    "a second public function": Sample(
        actions.one_function_of_its_name, ACTION, "def warm_vial(): ...\ndef digest_of(): ...\n"
    ),
    "arguments by order": Sample(
        actions.keyword_only, ACTION, "def warm_vial(vial_id, *, at): ...\n"
    ),
    "arguments by any name": Sample(actions.keyword_only, ACTION, "def warm_vial(**given): ...\n"),
    "no author": Sample(actions.has_an_author, ACTION, "def warm_vial(*, at: datetime): ...\n"),
    "an author that may be missing": Sample(
        actions.has_an_author, ACTION, "def warm_vial(*, intent: SignedIntent | None): ...\n"
    ),
    "a clock of its own": Sample(
        actions.takes_its_time, ACTION, "def warm_vial(*, at): timezone.now()\n"
    ),
    "the ledger without a time": Sample(
        actions.takes_its_time,
        ACTION,
        "from custody.ledger import write\ndef warm_vial(*, vial_id): ...\n",
    ),
    "no change": Sample(
        actions.opens_one_change, ACTION, "def warm_vial(*, intent): refuse_if([])\n"
    ),
    "nobody asked": Sample(
        actions.asks_inside_its_change,
        ACTION,
        "def warm_vial(*, intent):\n  require_role(1)\n  with signed_change(intent): write()\n",
    ),
    "one thing recorded, another asked for": Sample(
        actions.asks_for_what_it_does,
        ACTION,
        "def warm_vial(*, i):\n  signed_change(i, action=Action.MOVE)\n  ask(Action.PLACE)\n",
    ),
    "a screen that saves": Sample(
        writing.outer_floors_write_nothing, VIEW, "def f(vial): vial.save()\n"
    ),
    "a machine door that creates": Sample(
        writing.outer_floors_write_nothing, "integration/api.py", "Vial.objects.create(code='')\n"
    ),
    "a screen that updates a set": Sample(
        writing.outer_floors_write_nothing, VIEW, "Vial.objects.filter(pk=1).update(code='')\n"
    ),
    "a screen that uses the shared writes": Sample(
        writing.outer_floors_write_nothing, VIEW, "update_all(vials, ['code'])\n"
    ),
    "a save of everything": Sample(
        writing.save_names_its_fields, "custody/steps.py", "vial.save()\n"
    ),
    "a proof made by hand": Sample(
        writing.only_signing_makes_intents, "web/signing.py", "SignedIntent(signer=person)\n"
    ),
    "a proof for somebody else": Sample(
        writing.only_signing_makes_intents, "web/signing.py", "replace(intent, signer=person)\n"
    ),
    "a proof that is only said": Sample(
        writing.only_signing_makes_intents, VIEW, "confirm_intent(authenticated=person)\n"
    ),
    "an order in Meta": Sample(
        writing.no_order_in_meta,
        "inventory/models/site.py",
        "class Site:\n  class Meta:\n    ordering = ['code']\n",
    ),
    "a long view": Sample(views.short, VIEW, "def detail(request):\n" + "  pass\n" * 25),
    "a view without types": Sample(views.typed, VIEW, "def detail(request): ...\n"),
    "a view that returns something else": Sample(
        views.typed, VIEW, "def detail(request: Request) -> str: ...\n"
    ),
    "a view of every method": Sample(
        views.says_its_methods,
        VIEW,
        "@login_required\ndef detail(request: Request) -> HttpResponse: ...\n",
    ),
    "a missing template": Sample(
        views.templates_live_where_views_say, VIEW, "render(r, 'vials/nowhere.html')\n"
    ),
    "a missing fragment": Sample(
        views.templates_live_where_views_say, VIEW, "render(r, 'vials/detail.html#nothing')\n"
    ),
    "a template of another section": Sample(
        views.templates_live_where_views_say, VIEW, "render(r, 'audit/index.html')\n"
    ),
    "silence without a code": Sample(
        comments.silences_with_code_and_reason, ACTION, "x = 1  # noqa - because\n"
    ),
    "silence without a reason": Sample(
        comments.silences_with_code_and_reason, ACTION, "x = 1  # noqa: E501\n"
    ),
    "a type ignored without a code": Sample(
        comments.silences_with_code_and_reason, ACTION, "x = 1  # type: ignore # because\n"
    ),
    "a type ignored without a reason": Sample(
        comments.silences_with_code_and_reason, ACTION, "x = 1  # type: ignore[arg-type]\n"
    ),
}
RULES = list(dict.fromkeys(sample.rule for sample in SAMPLES.values()))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps(rule: Rule) -> None:
    broken = [f"{module.path}: {words}" for module in HOUSE for words in rule(module)]

    assert broken == []


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_finds(sample: Sample) -> None:
    assert list(sample.rule(Module(sample.path, sample.text)))


def test_every_rule_is_shown_to_find_something() -> None:
    written = {
        rule
        for part in (actions, comments, views, writing)
        for name, rule in vars(part).items()
        if getattr(rule, "__module__", "") == part.__name__
        and getattr(rule, "__annotations__", {}).get("module") is Module
        and not name.startswith("_")
    }

    assert written == set(RULES)


def test_reads_every_action() -> None:
    read = {module.path for module in HOUSE if module.is_an_action}

    assert len(read) >= len(Action)
    assert {path.partition("/")[0] for path in read} == {
        "accounts",
        "audit",
        "custody",
        "inventory",
        "reports",
        "sop",
        "temperature",
    }


@pytest.mark.urs("URS-14", "URS-27")
def test_every_action_of_the_gate_is_asked_for_and_the_reverse() -> None:
    asked = {
        name
        for module in HOUSE
        if module.is_an_action
        for name in actions.actions_named(module.tree)
    }

    assert asked == {action.name for action in Action}


@pytest.mark.urs("URS-14", "URS-23")
@pytest.mark.parametrize(
    ("table", "members"),
    [
        (AUTHORITY, Action),
        (QUALITY_TRANSITIONS, Quality),
        (CUSTODY_TRANSITIONS, Custody),
        (VERSION_TRANSITIONS, VersionState),
    ],
    ids=["authority", "quality", "custody", "version"],
)
def test_every_table_is_complete(
    table: dict[str, frozenset[str]], members: type[Action | Quality | Custody | VersionState]
) -> None:
    assert set(table) == set(members)
    assert set().union(*table.values()) <= set(members) | set(Role)


def test_every_template_is_shown() -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in (ROOT / "templates").rglob("*.html")
    } | {module.path: module.text for module in HOUSE if not module.is_a_test}

    assert list(views.templates_nobody_shows(texts)) == []
    assert list(views.templates_nobody_shows({"templates/a/lonely.html": "<p>"}))
