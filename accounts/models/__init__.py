"""The tables of people: accounts, roles, sessions, access and its requests, notices to security."""

from accounts.models.access_event import AccessEvent, AccessKind
from accounts.models.access_request import AccessRequest, RequestedKind, RequestStatus
from accounts.models.access_rules import AccessRules, SecondFactorFor
from accounts.models.browser_session import BrowserSession
from accounts.models.earlier_password import EarlierPassword
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
from accounts.models.provider_link import ProviderLink
from accounts.models.readiness import (
    AccountabilityPolicy,
    IdentityVerification,
    PolicyAcknowledgement,
    SigningCertification,
)
from accounts.models.role_names import Right, RoleGroup
from accounts.models.second_factor import SecondFactor
from accounts.models.service_token import ServiceToken

__all__ = [
    "AccessEvent",
    "AccessKind",
    "AccessRequest",
    "AccessRules",
    "AccountabilityPolicy",
    "Audience",
    "BrowserSession",
    "Channel",
    "DeliveryStatus",
    "EarlierPassword",
    "IdentityVerification",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeReader",
    "NoticedAttempt",
    "Person",
    "PolicyAcknowledgement",
    "ProviderLink",
    "RequestStatus",
    "RequestedKind",
    "Right",
    "RoleGroup",
    "RoleMembership",
    "SecondFactor",
    "SecondFactorFor",
    "SecurityNotice",
    "ServiceToken",
    "Severity",
    "SigningCertification",
    "fold",
]
