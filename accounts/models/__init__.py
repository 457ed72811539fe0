"""The tables of people: accounts, access and its requests, tokens, comings and goings, notices."""

from accounts.models.access_event import AccessEvent, AccessKind
from accounts.models.access_request import AccessRequest, RequestedKind, RequestStatus
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
    "AccessRequest",
    "Audience",
    "Channel",
    "DeliveryStatus",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeReader",
    "NoticedAttempt",
    "Person",
    "RequestStatus",
    "RequestedKind",
    "Right",
    "RoleGroup",
    "RoleMembership",
    "SecurityNotice",
    "ServiceToken",
    "Severity",
    "fold",
]
