"""How a user id and a password are checked: never while locked, and counted when wrong."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from accounts.lockout import forgive
from accounts.models import Person
from accounts.passwords import must_change
from audit.proofs import ProofRequest, Purpose


class PersonBackend(AxesStandaloneBackend, ModelBackend):
    """
    Checks the password of an account that is not locked.

    Source: 21 CFR 11.300(d); URS-59, URS-68.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Person | None:
        """
        Return whose user id and password these are; None when they do not match.

        The lock is looked at again after the slow hash: of many guesses made at once, the right
        one counts only when fewer than the limit failed before it.
        Raises PermissionDenied: the account is locked, which no password is checked against.
        """
        self._insist_on_no_lock(request, username)
        person = ModelBackend.authenticate(self, request, username, password, **kwargs)
        if not isinstance(person, Person):
            return None
        self._insist_on_no_lock(request, username)
        if isinstance(request, ProofRequest):
            request.must_change = must_change(person, at=timezone.now())
            if request.purpose != Purpose.SIGN_IN:  # which does so at its end
                forgive(person.user_id)
        return person

    def _insist_on_no_lock(self, request: HttpRequest | None, username: str | None) -> None:
        AxesStandaloneBackend.authenticate(self, request, username=username)
