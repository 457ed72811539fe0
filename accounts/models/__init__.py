"""The tables of people: accounts, roles, service tokens, who came and went, security notices."""

from accounts.models.access_event import AccessEvent, AccessKind
from accounts.models.notice import (
    Audience,
    Channel,
    DeliveryStatus,
    NoticedAttempt,
    NoticeDelivery,
    NoticeKind,
    NoticeReader,
    SecurityNotice,
    Severity,
)
from accounts.models.person import Person, RoleMembership, fold
from accounts.models.role_names import Right, RoleGroup
from accounts.models.service_token import ServiceToken

__all__ = [
    "AccessEvent",
    "AccessKind",
    "Audience",
    "Channel",
    "DeliveryStatus",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeReader",
    "NoticedAttempt",
    "Person",
    "Right",
    "RoleGroup",
    "RoleMembership",
    "SecurityNotice",
    "ServiceToken",
    "Severity",
    "fold",
]
