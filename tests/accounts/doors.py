"""Attempts to come in, as a bench makes them."""

from audit.proofs import ProofRequest, Purpose, proven


def at_bench(purpose: Purpose = Purpose.SIGN_IN) -> ProofRequest:
    """Begin an attempt at bench 1."""
    return ProofRequest(purpose=purpose, device="bench 1", address="192.0.2.7")


def fail(user_id: str, times: int = 1) -> None:
    """Try to come in with a wrong password."""
    for _ in range(times):
        proven(user_id, "not the password", at_bench())
