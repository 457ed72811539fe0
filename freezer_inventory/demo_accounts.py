"""The people of the demo: their names and the one password they share, in demo data only."""

from dataclasses import dataclass

DEMO_PASSWORD = "cold-hands-warm-hearts"  # noqa: S105 - printed by `make demo`, never in production


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """One account of the demo, and what a visitor does with it."""

    username: str
    purpose: str


DEMO_ACCOUNTS = (
    DemoAccount(username="technician", purpose="receives, stores, finds and hands over"),
    DemoAccount(username="witness", purpose="the second person at the freezer"),
    DemoAccount(username="supervisor", purpose="requests, transfers and sees both sites"),
    DemoAccount(username="qa", purpose="reviews and decides on quality"),
    DemoAccount(username="qa2", purpose="releases the holds that qa placed"),
    DemoAccount(username="release", purpose="releases batches"),
    DemoAccount(username="admin", purpose="configures freezers, people and procedures"),
    DemoAccount(username="admin2", purpose="asks for what concerns the other administrator"),
    DemoAccount(username="inspector", purpose="reads and exports evidence"),
    DemoAccount(username="harbor", purpose="technician in Boston, of one sponsor only"),
    DemoAccount(username="kiosk", purpose="shared: may look, never write or sign"),
)
