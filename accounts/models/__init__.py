"""The tables of people: accounts, role memberships and service tokens."""

from accounts.models.person import Person, RoleMembership, fold
from accounts.models.role_names import Right, RoleGroup
from accounts.models.service_token import ServiceToken

__all__ = ["Person", "Right", "RoleGroup", "RoleMembership", "ServiceToken", "fold"]
