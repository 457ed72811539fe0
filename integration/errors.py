"""Why a machine's message was not carried out, in the shape every machine reads."""

from dataclasses import dataclass

from audit.errors import DomainError, Refusal


@dataclass(frozen=True)
class Fault(Refusal):
    """
    One fault of a message.

    where: the field, such as `batches[0].containers[2].barcode`; empty for the whole message.
    """

    where: str = ""


class MessageUnreadable(DomainError):
    """The text is no JSON, so nothing more can be said about it."""

    http_status = 400


class NotAuthenticated(DomainError):
    """The sender did not prove who they are."""

    http_status = 401


class MessageTooLarge(DomainError):
    """The text is longer than any message may be."""

    http_status = 413


class MessageMalformed(DomainError):
    """Fields of the message are missing, or are not what they must be."""

    http_status = 422


def as_refusals(error: DomainError) -> list[dict[str, str]]:
    """Return the refusals of `error` as a machine reads them."""
    return [
        {
            "code": refusal.code,
            "words": refusal.words,
            "where": refusal.where if isinstance(refusal, Fault) else "",
        }
        for refusal in error.refusals
    ]
