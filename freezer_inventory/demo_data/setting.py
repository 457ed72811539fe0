"""What the demo's administrator sets up first: sites, programs, products, limits and scopes."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.access_rules import Limits as AccessLimits
from accounts.actions.issue_service_token import issue_service_token
from accounts.actions.set_access_rules import set_access_rules
from accounts.models import SecondFactorFor
from custody.actions.set_carrier import CarrierFacts, set_carrier
from custody.actions.set_warming_curve import set_warming_curve
from custody.curves import Point
from custody.models import CarrierKind, Way
from custody.rules.curves import CurveFacts
from freezer_inventory.demo_data.cast import ADMIN, MEMBERS, Cast, Member
from inventory.actions.add_product import add_product
from inventory.actions.add_program import add_program
from inventory.actions.add_site import add_site
from inventory.actions.add_sponsor import add_sponsor
from inventory.actions.request_scope import request_scope
from inventory.actions.set_stability_limits import set_stability_limits
from inventory.grants import Right, ScopeKind
from inventory.models import Product, Program, Site, StorageClass, VialKind
from inventory.rules.limits import Limits

SITES = {
    "ZRH": ("Zurich cell therapy centre", "Europe/Zurich"),
    "BOS": ("Boston storage site", "America/New_York"),
}
ALPINE, HARBOR = "Alpine Cell Therapies", "Harbor Regenerative"
PROGRAMS = {
    "ALP-CART": (ALPINE, "CD19 CAR-T, phase II"),
    "ALP-TCR": (ALPINE, "MAGE-A4 TCR-T, phase I"),
    "HRB-MSC": (HARBOR, "Mesenchymal stromal cells, phase III"),
}


@dataclass(frozen=True, kw_only=True)
class ProductSetting:
    """One product, and what it endures: warmest, one exposure, all of them, how many."""

    program: str
    name: str
    is_autologous: bool
    storage: StorageClass
    limits: tuple[str, int, int, int]


PRODUCTS = {
    "CART-19": ProductSetting(
        program="ALP-CART",
        name="Autologous CD19 CAR-T",
        is_autologous=True,
        storage=StorageClass.VAPOUR,
        limits=("-135.0", 5, 20, 6),
    ),
    "LV-CD19": ProductSetting(
        program="ALP-CART",
        name="Lentiviral vector CD19",
        is_autologous=False,
        storage=StorageClass.ULT,
        limits=("-60.0", 10, 30, 4),
    ),
    "TCR-MAGE": ProductSetting(
        program="ALP-TCR",
        name="Autologous TCR-T",
        is_autologous=True,
        storage=StorageClass.VAPOUR,
        limits=("-135.0", 3, 15, 6),
    ),
    "MSC-ALLO": ProductSetting(
        program="HRB-MSC",
        name="Allogeneic MSC bank",
        is_autologous=False,
        storage=StorageClass.VAPOUR,
        limits=("-135.0", 3, 15, 10),
    ),
    "MSC-MCB": ProductSetting(
        program="HRB-MSC",
        name="MSC master cell bank",
        is_autologous=False,
        storage=StorageClass.LIQUID,
        limits=("-150.0", 2, 6, 3),
    ),
}


CARRIERS = (
    ("LN2 cart 1", CarrierKind.LN2_CART, 120),
    ("Dry ice box 4", CarrierKind.DRY_ICE, 30),
    ("Dry shipper of arrivals", CarrierKind.OTHER, 5 * 24 * 60),
)
CURVES: dict[str, tuple[Way, str, str, tuple[Point, ...]]] = {
    "Demonstration: 2 ml vial, open bench": (
        Way.BENCH,
        "0.5",
        "2",
        ((0, -185), (15, -168), (30, -154), (60, -134), (120, -104), (300, -58), (900, -12)),
    ),
    "Demonstration: 5 ml vial, open bench": (
        Way.BENCH,
        "2.01",
        "5",
        ((0, -185), (30, -168), (60, -155), (120, -134), (300, -92), (900, -38)),
    ),
    "Demonstration: vials in a lifted rack": (
        Way.LIFT,
        "0.5",
        "5",
        ((0, -185), (60, -174), (120, -164), (300, -142), (600, -116)),
    ),
}
"""Made up for the demo, from no measurement: for each in what, from and up to which volume."""


@dataclass
class Setting:
    """What was set up, by code."""

    cast: Cast
    sites: dict[str, Site] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    token: str = ""

    def set_up(self) -> None:
        """Set everything up, signed by the administrator; limits by quality."""
        intent = self.cast.signs("admin", "A demo is tried without a second device")
        limits = AccessLimits(second_factor=SecondFactorFor.NOBODY)
        set_access_rules(limits=limits, intent=intent)
        self._sites()
        self._programs()
        self._products()
        self._carriers()
        self._curves()
        for member in (ADMIN, *MEMBERS):
            self._scopes(member)
        self.token = issue_service_token(
            name="EBR gateway",
            account_id=self.cast.people["ebr"].pk,
            intent=self.cast.signs("admin", "Connect the batch record"),
        )

    def _sites(self) -> None:
        for code, (name, zone) in SITES.items():
            intent = self.cast.signs("admin", "New storage site")
            self.sites[code] = add_site(code=code, name=name, time_zone=zone, intent=intent)
            self.cast.tell()

    def _programs(self) -> None:
        sponsors = {
            name: add_sponsor(name=name, intent=self.cast.signs("admin", "New client"))
            for name in (ALPINE, HARBOR)
        }
        for code, (sponsor, name) in PROGRAMS.items():
            self.programs[code] = add_program(
                sponsor_id=sponsors[sponsor].pk,
                code=code,
                name=name,
                intent=self.cast.signs("admin", "New program of a client"),
            )
            self.cast.tell()

    def _carriers(self) -> None:
        """Set what vials are carried in, signed by quality."""
        for name, kind, minutes in CARRIERS:
            facts = CarrierFacts(
                name=name,
                kind=kind,
                storage_class="",
                cold_for=timedelta(minutes=minutes),
                qualification="Qualification report PQ-021",
                qualified_until=timezone.now() + timedelta(days=365),
            )
            intent = self.cast.signs("qa", f"Qualification of {name}")
            set_carrier(facts=facts, intent=intent, at=timezone.now())

    def _curves(self) -> None:
        """Set how fast vials warm up, signed by quality; the numbers are made up."""
        for name, (way, least, most, points) in CURVES.items():
            facts = CurveFacts(
                name=name,
                kind=VialKind.VIAL,
                least_ml=Decimal(least),
                most_ml=Decimal(most),
                storage_class=StorageClass.VAPOUR,
                way=way,
                points=points,
                warm_above=Decimal(-135),
                qualification="Made up for the demonstration: qualify your own",
                qualified_on=timezone.now().date(),
                valid_until=timezone.now() + timedelta(days=365),
            )
            intent = self.cast.signs("qa", f"Qualification of {name}")
            set_warming_curve(facts=facts, intent=intent, at=timezone.now())

    def _products(self) -> None:
        for code, wanted in PRODUCTS.items():
            product = self.products[code] = add_product(
                program_id=self.programs[wanted.program].pk,
                code=code,
                name=wanted.name,
                is_autologous=wanted.is_autologous,
                storage_class=wanted.storage,
                intent=self.cast.signs("admin", "New product of a program"),
            )
            warmest, single, total, most = wanted.limits
            now = timezone.now()
            set_stability_limits(
                product_id=product.pk,
                limits=Limits(
                    warmest_allowed_celsius=Decimal(warmest),
                    longest_single_exposure=timedelta(minutes=single),
                    longest_total_exposure=timedelta(minutes=total),
                    most_exposures=most,
                ),
                effective_at=now,
                intent=self.cast.signs("qa", f"Stability report of {code}"),
                at=now,
            )
            self.cast.tell()

    def _scopes(self, member: Member) -> None:
        right = Right.WORK if member.works else Right.VIEW
        wanted = [
            (ScopeKind.SITE, self.sites[code].pk) for code in member.sites or tuple(self.sites)
        ] + [
            (ScopeKind.PROGRAM, self.programs[code].pk)
            for code in member.programs or tuple(self.programs)
        ]
        asking = "admin2" if member is ADMIN else "admin"
        for kind, scope_id in wanted:
            request_scope(
                person_id=self.cast.people[member.user_id].pk,
                kind=kind,
                scope_id=scope_id,
                right=right,
                intent=self.cast.signs(asking, f"{member.full_name} is assigned here"),
            )
        self.cast.approve()
        self.cast.tell()
