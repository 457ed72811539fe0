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
from accounts.models.readiness import (
    AccountabilityPolicy,
    IdentityVerification,
    PolicyAcknowledgement,
    SigningCertification,
)
from accounts.models.role_names import Right, RoleGroup
from accounts.models.service_token import ServiceToken

__all__ = [
    "AccessEvent",
    "AccessKind",
    "AccountabilityPolicy",
    "Audience",
    "Channel",
    "DeliveryStatus",
    "IdentityVerification",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeReader",
    "NoticedAttempt",
    "Person",
    "PolicyAcknowledgement",
    "Right",
    "RoleGroup",
    "RoleMembership",
    "SecurityNotice",
    "ServiceToken",
    "Severity",
    "SigningCertification",
    "fold",
]
