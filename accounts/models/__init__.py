"""The tables of people: accounts, roles, sessions, access and its requests, notices to security."""

from accounts.models.access_event import AccessEvent, AccessKind
from accounts.models.access_request import AccessRequest, RequestedKind, RequestStatus
from accounts.models.access_review import (
    AccessReview,
    AccessReviewLine,
    LineDecision,
    ReviewStatus,
)
from accounts.models.access_rules import AccessRules, SecondFactorFor
from accounts.models.access_token import AccessToken, TokenKind, TokenState, TokenTest
from accounts.models.browser_session import BrowserSession
from accounts.models.earlier_password import EarlierPassword
from accounts.models.emergency_access import EmergencyAccess
from accounts.models.notice import (
    TOLD_BY_ITSELF,
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
from accounts.models.security_key import SecurityKey, SecurityKeyCount
from accounts.models.service_token import ServiceToken
from accounts.models.signing_under_way import SigningUnderWay

__all__ = [
    "TOLD_BY_ITSELF",
    "AccessEvent",
    "AccessKind",
    "AccessRequest",
    "AccessReview",
    "AccessReviewLine",
    "AccessRules",
    "AccessToken",
    "AccountabilityPolicy",
    "Audience",
    "BrowserSession",
    "Channel",
    "DeliveryStatus",
    "EarlierPassword",
    "EmergencyAccess",
    "IdentityVerification",
    "LineDecision",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeReader",
    "NoticedAttempt",
    "Person",
    "PolicyAcknowledgement",
    "ProviderLink",
    "RequestStatus",
    "RequestedKind",
    "ReviewStatus",
    "Right",
    "RoleGroup",
    "RoleMembership",
    "SecondFactor",
    "SecondFactorFor",
    "SecurityKey",
    "SecurityKeyCount",
    "SecurityNotice",
    "ServiceToken",
    "Severity",
    "SigningCertification",
    "SigningUnderWay",
    "TokenKind",
    "TokenState",
    "TokenTest",
    "fold",
]
