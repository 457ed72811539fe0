"""What the pages of files of readings show, and to whom."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils import timezone

from audit.errors import ActionRefused
from temperature.actions.import_readings import BRINGERS
from temperature.models import Feed, Intake, IntakeKind, WaitingFile
from temperature.trials import Trial, trial_of
from temperature.waiting_files import (
    LARGEST_BYTES,
    TOO_LARGE,
    file_feeds_of,
    read_waiting,
    waiting_file,
)
from web.gates import insist_on_role
from web.http import Request

LINES = 20


def feeds_for(request: Request) -> list[Feed]:
    """
    Return the sources whose files somebody may bring.

    Raises NotAuthorised: their role brings none.
    """
    insist_on_role(request, BRINGERS)
    return file_feeds_of(request.user)


def bytes_of(file: "UploadedFile[bytes]") -> bytes:
    """
    Return what was uploaded.

    Raises ActionRefused (FILE_TOO_LARGE): before it is read.
    """
    if (file.size or 0) > LARGEST_BYTES:
        raise ActionRefused([TOO_LARGE])
    content: bytes = file.read()
    return content


def waiting_or_404(request: Request, file_id: int) -> tuple[WaitingFile, Trial]:
    """
    Return a file that waits for this person, and what would be read of it.

    Raises NotAuthorised; Http404: none of this key waits for them; ActionRefused: it cannot be
    read any more, because its source was changed.
    """
    insist_on_role(request, BRINGERS)
    file = waiting_file(file_id, brought_by=request.user.pk)
    if file is None:
        raise Http404
    return file, trial_of(file.feed, read_waiting(file), at=timezone.now())


def last_files(request: Request) -> list[Intake]:
    """Return the files that were stored last, of the sources that somebody may bring for."""
    rows = Intake.objects.filter(feed__in=file_feeds_of(request.user), kind=IntakeKind.FILE)
    return list(rows.select_related("feed").defer("original").order_by("-pk")[:LINES])


def stored_file(request: Request, intake_id: int) -> Intake | None:
    """Return a file that was stored; None when it is of a source that they may not bring for."""
    insist_on_role(request, BRINGERS)
    rows = Intake.objects.filter(feed__in=file_feeds_of(request.user), kind=IntakeKind.FILE)
    return rows.select_related("feed", "change").defer("original").filter(pk=intake_id).first()
