"""The tables of people: accounts, roles, service tokens, and the log of who came and went."""

from accounts.models.access_event import AccessEvent, AccessKind
from accounts.models.person import Person, RoleMembership, fold
from accounts.models.role_names import Right, RoleGroup
from accounts.models.service_token import ServiceToken

__all__ = [
    "AccessEvent",
    "AccessKind",
    "Person",
    "Right",
    "RoleGroup",
    "RoleMembership",
    "ServiceToken",
    "fold",
]
