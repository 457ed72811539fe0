"""Every route × role × program: who is let in, who is turned away, and who sees nothing at all."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.factories.people import PersonFactory
from tests.routes import Site, build_site, parts_of, routes
from tests.world import World

pytestmark = pytest.mark.urs("URS-14")

EVERYBODY = frozenset(Role) - {Role.SERVICE}
READS_AUDIT = EVERYBODY - {Role.TECHNICIAN}
WATCHES_QUALITY = EVERYBODY - {Role.TECHNICIAN, Role.ADMINISTRATOR}
READS_CONFIGURATION = frozenset({Role.QA, Role.ADMINISTRATOR, Role.INSPECTOR})
KEEPS_TOKENS = frozenset({Role.QA, Role.ADMINISTRATOR})
APPROVES_EMERGENCIES = EVERYBODY - {Role.TECHNICIAN, Role.INSPECTOR}
REPORTS_DEVIATIONS = EVERYBODY - {Role.ADMINISTRATOR, Role.INSPECTOR}
BRINGS_FILES = EVERYBODY - {Role.ADMINISTRATOR, Role.RELEASE, Role.INSPECTOR}
CONFIGURES = frozenset({Role.ADMINISTRATOR})
WRITES_PROCEDURES = EVERYBODY - {Role.ADMINISTRATOR, Role.INSPECTOR}

# open to anybody, signed in or not; the machine door asks for a token instead
OPEN = {
    *("healthz", "readyz", "accounts:login", "accounts:provider", "accounts:provider_callback"),
    *("styleguide:styleguide", "styleguide:scan"),
}
OPEN_POSTS = {"preferences:choose"}
MACHINES = {name for name in routes() if name.startswith("api:")}
# what a section lets in; the longest beginning of a route's name counts
SECTIONS: dict[str, frozenset[Role]] = {
    "accounts:": EVERYBODY,
    "audit:": READS_AUDIT,
    "audit:acknowledge_notice": frozenset({Role.ADMINISTRATOR, Role.QA}),
    "audit:notice": READS_CONFIGURATION,
    "audit:defer_review": frozenset({Role.QA, Role.RELEASE}),
    "audit:new_review": frozenset({Role.QA, Role.RELEASE}),
    "audit:sign_restore": frozenset({Role.QA}),
    "badges:": EVERYBODY,
    "badges:check": KEEPS_TOKENS,
    "badges:end": KEEPS_TOKENS | {Role.TECHNICIAN},  # it is theirs
    "badges:issue": KEEPS_TOKENS,
    "badges:replace": KEEPS_TOKENS,
    "batches:": EVERYBODY,
    "configure:": CONFIGURES,
    "configure:access": READS_CONFIGURATION,
    "configure:access_review": READS_CONFIGURATION,
    "configure:close_access_review": frozenset({Role.QA}),
    "configure:settle_access_line": frozenset({Role.QA}),
    "configure:start_access_review": frozenset({Role.QA}),
    "configure:copy_access_review": READS_CONFIGURATION,
    "configure:carriers": READS_CONFIGURATION,
    "configure:set_carrier": frozenset({Role.QA}),
    "configure:warming_curves": READS_CONFIGURATION,
    "configure:set_warming_curve": frozenset({Role.QA}),
    "configure:handling": READS_CONFIGURATION,
    "configure:set_handling": frozenset({Role.QA}),
    "configure:add_instrument": frozenset({Role.QA}),
    "configure:instrument": READS_CONFIGURATION,
    "configure:record_calibration": frozenset({Role.QA}),
    "configure:take_out_of_use": frozenset({Role.QA}),
    "configure:index": READS_CONFIGURATION,
    "configure:add_limit_profile": frozenset({Role.QA}),
    "configure:limit_profile": READS_CONFIGURATION,
    "configure:limits": READS_CONFIGURATION,
    "configure:set_profile_limits": frozenset({Role.QA}),
    "configure:alarms": READS_CONFIGURATION | {Role.SUPERVISOR},
    "configure:test_channel": frozenset({Role.QA, Role.ADMINISTRATOR, Role.SUPERVISOR}),
    "configure:put_on_call": frozenset({Role.QA, Role.SUPERVISOR}),
    "configure:set_telling_rules": frozenset({Role.QA}),
    "configure:start_drill": frozenset({Role.QA, Role.SUPERVISOR}),
    "configure:start_probe_drill": frozenset({Role.QA, Role.SUPERVISOR}),
    "configure:end_duty": frozenset({Role.QA, Role.SUPERVISOR}),
    "configure:probe": READS_CONFIGURATION,
    "configure:people": READS_CONFIGURATION,
    "configure:person": READS_CONFIGURATION,
    "configure:products": READS_CONFIGURATION,
    "configure:programs": READS_CONFIGURATION,
    "configure:approve_request": frozenset({Role.QA, Role.ADMINISTRATOR}),
    "configure:reject_request": frozenset({Role.QA, Role.ADMINISTRATOR}),
    "configure:requests": frozenset({Role.QA, Role.ADMINISTRATOR}),
    "configure:revoke_token": KEEPS_TOKENS,
    "configure:tokens": KEEPS_TOKENS,
    "configure:feed": READS_CONFIGURATION,
    "configure:procedures": READS_CONFIGURATION,
    "configure:set_procedures": frozenset({Role.QA}),
    "configure:set_limits": frozenset({Role.QA}),
    "configure:set_licence": frozenset({Role.QA}),
    "configure:publish_policy": frozenset({Role.QA, Role.ADMINISTRATOR}),
    "configure:signing": READS_CONFIGURATION,
    "configure:sites": READS_CONFIGURATION,
    "configure:types": READS_CONFIGURATION,
    "counts:": EVERYBODY,
    "dashboard:": EVERYBODY,
    "emergency:": EVERYBODY,
    "emergency:approve": APPROVES_EMERGENCIES,
    "emergency:ask": EVERYBODY - {Role.INSPECTOR},
    "emergency:review": frozenset({Role.QA}),
    "labels:": EVERYBODY,
    "procedures:": EVERYBODY,
    "procedures:approve": frozenset({Role.QA}),
    "procedures:attach": WRITES_PROCEDURES,
    "procedures:draft": WRITES_PROCEDURES,
    "procedures:edit": WRITES_PROCEDURES,
    "procedures:import": WRITES_PROCEDURES,
    "procedures:new": WRITES_PROCEDURES,
    "procedures:remove_file": WRITES_PROCEDURES,
    "procedures:retire": frozenset({Role.QA}),
    "procedures:return_version": frozenset({Role.QA}),
    "procedures:submit": WRITES_PROCEDURES,
    "procedures:withdraw": WRITES_PROCEDURES,
    "put_away:": EVERYBODY - {Role.INSPECTOR},
    "quality:": WATCHES_QUALITY,
    "quality:ask_closure": frozenset({Role.QA, Role.SUPERVISOR}),
    "quality:assess": frozenset({Role.QA}),
    "quality:classify": frozenset({Role.QA}),
    "quality:close_deviation": frozenset({Role.QA}),
    "quality:contain_deviation": REPORTS_DEVIATIONS,
    "quality:copy_deviation": EVERYBODY - {Role.ADMINISTRATOR},
    "quality:deviation": EVERYBODY,
    "quality:evaluate_excursion": frozenset({Role.QA}),
    "quality:evaluate_gap": frozenset({Role.QA}),
    "quality:evaluate_warmth": frozenset({Role.QA}),
    "quality:incidents": EVERYBODY,
    "quality:investigate": frozenset({Role.QA, Role.SUPERVISOR}),
    "quality:link_outside": frozenset({Role.QA}),
    "quality:name_more_vials": REPORTS_DEVIATIONS,
    "quality:new_deviation": REPORTS_DEVIATIONS,
    "quality:new_incident": REPORTS_DEVIATIONS | {Role.ADMINISTRATOR},
    "quality:reopen_deviation": frozenset({Role.QA}),
    "quality:settle_report": frozenset({Role.QA}),
    "quality:hold_record": frozenset({Role.QA}),
    "quality:release_record": frozenset({Role.QA}),
    "quality:set_periods": frozenset({Role.QA}),
    "reading_files:": BRINGS_FILES,
    "reports:": EVERYBODY,
    "retrievals:": EVERYBODY,
    "runs:": EVERYBODY,
    "runs:copy": EVERYBODY - {Role.ADMINISTRATOR},
    "runs:migrate": frozenset({Role.QA}),
    "scan:": EVERYBODY,
    "signing:": EVERYBODY,
    "sites:": EVERYBODY,
    "storage:": EVERYBODY,
    "temperature:": EVERYBODY,
    "temperature:acknowledge": frozenset({Role.TECHNICIAN, Role.SUPERVISOR, Role.QA}),
    "temperature:end_pause": frozenset({Role.TECHNICIAN, Role.SUPERVISOR, Role.QA}),
    "temperature:pause_alarm": frozenset({Role.SUPERVISOR, Role.QA}),
    "temperature:copy_calibrations": EVERYBODY - {Role.TECHNICIAN},
    "temperature:copy_unit": EVERYBODY - {Role.ADMINISTRATOR},
    "temperature:new_review": frozenset({Role.QA}),
    "temperature:pause_unit": frozenset({Role.SUPERVISOR, Role.QA}),
    "temperature:set_review_rules": frozenset({Role.QA}),
    "therapies:": EVERYBODY,
    "emptying:": EVERYBODY,
    "emptying:begin": frozenset({Role.SUPERVISOR, Role.QA}),
    "emptying:end": frozenset({Role.SUPERVISOR, Role.QA}),
    "emergency_work:begin": frozenset({Role.SUPERVISOR}),
    "emergency_work:end": frozenset({Role.SUPERVISOR, Role.QA}),
    "emergency_work:index": EVERYBODY,
    "training:assess": frozenset({Role.QA, Role.SUPERVISOR}),
    "training:demand": EVERYBODY - {Role.TECHNICIAN},
    "training:end": frozenset({Role.QA}),
    "training:index": EVERYBODY,
    "training:person": EVERYBODY - {Role.TECHNICIAN},  # it is another's
    "training:read": EVERYBODY - {Role.ADMINISTRATOR, Role.INSPECTOR},
    "vials:": EVERYBODY,
    "vials:accept-exposure": frozenset({Role.QA}),
}
# forms that are signed or change product: an inspector is stopped when one is opened
STOPS_INSPECTORS = frozenset(
    {
        *("audit:close_check", "counts:close", "emergency:end"),
        *("quality:new_hold", "quality:release"),
        *(f"retrievals:{name}" for name in ("administration", "arrival", "check_out", "hand_over")),
        *(f"retrievals:{name}" for name in ("clinic_answer", "pack", "release", "take_back")),
        "retrievals:witness",
        *(f"storage:{name}" for name in ("back", "block", "lift", "retire", "unblock")),
        *(f"vials:{name}" for name in ("check-out", "consume", "discard", "found", "hold")),
        *(f"vials:{name}" for name in ("missing", "move", "put-back", "relabel", "split")),
        *(f"vials:{name}" for name in ("store-late", "transfer")),
    }
)
NEEDS_A_QUERY = {"configure:add_containers"}  # 404 without the container it is about
# 404 without a token, a file, or one that waits, which it does for who brought it
NO_EXAMPLE = {"configure:revoke_token", "runs:file", "reading_files:waiting"}
SCREENS = sorted(set(routes()) - OPEN - OPEN_POSTS - MACHINES)
# parts that lead to a sponsor's records; people, products and tokens are configuration, which
# administrators keep for all sponsors
OF_A_SPONSOR = {
    "vial_id",
    "batch_id",
    "container_id",
    "count_id",
    "retrieval_id",
    "hold_id",
    "legal_hold_id",
    "coi",
    "review_id",
    "run_id",
    "deviation_id",
    "emptying_id",
    "unit_id",
    "alarm_id",
    "pause_id",
    "temperature_review_id",
}


@pytest.fixture
def site(world: World) -> Site:
    """Return a world with one of everything that has an address."""
    return build_site(world)


def let_in(name: str) -> frozenset[Role]:
    """Return the roles that a route lets in."""
    fitting = [section for section in SECTIONS if name.startswith(section)]
    assert fitting, f"{name} is not in the table: say who may open it"
    allowed = SECTIONS[max(fitting, key=len)]
    return allowed - {Role.INSPECTOR} if name in STOPS_INSPECTORS else allowed


def test_every_route_is_in_the_table() -> None:
    assert all(let_in(name) for name in SCREENS)


def test_nobody_gets_in_without_signing_in(site: Site, client: Client) -> None:
    for name in SCREENS:
        response = client.get(site.address(name))

        assert response.status_code == 302, name
        assert "/accounts/sign-in/" in response.headers["Location"], name


def test_machines_are_asked_for_a_token(site: Site, client: Client) -> None:
    for name in MACHINES - {"api:api-root"}:
        assert client.get(site.address(name)).status_code in {401, 405}, name
        assert client.post(site.address(name)).status_code in {401, 405}, name


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_lets_in_exactly_the_roles_of_the_table(role: Role, site: Site, client: Client) -> None:
    people = {
        Role.TECHNICIAN: site.world.technician,
        Role.SUPERVISOR: site.world.supervisor,
        Role.QA: site.world.qa,
        Role.RELEASE: site.world.release,
        Role.ADMINISTRATOR: site.world.admin,
        Role.INSPECTOR: site.world.inspector,
    }
    client.force_login(people[role])

    answers = {name: client.get(site.address(name)).status_code for name in SCREENS}

    otherwise = {
        name: status
        for name, status in answers.items()
        if status != 405  # it only takes what is posted; the actions behind it ask the gate
        and (status == 403) is not (role not in let_in(name))
        and not (status == 404 and name in NEEDS_A_QUERY | NO_EXAMPLE)
    }
    assert otherwise == {}
    assert max(answers.values()) < 500


@pytest.mark.urs("URS-117")
@pytest.mark.parametrize("roles", [[Role.QA, Role.TECHNICIAN], [Role.ADMINISTRATOR]])
def test_another_sponsors_people_find_nothing(
    site: Site, client: Client, roles: list[Role]
) -> None:
    stranger = PersonFactory.create(roles=roles)
    client.force_login(stranger)

    for name in SCREENS:
        if OF_A_SPONSOR.isdisjoint(parts_of(name)):
            continue
        status = client.get(site.address(name)).status_code

        turned_away = status == 403 and let_in(name).isdisjoint(roles)
        assert status in {404, 405} or turned_away, f"{name}: {status}"
