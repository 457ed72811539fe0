"""What the paper shows: one therapy gathered into frozen values, at one instant of the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.models import RefusedAttempt, Signature
from audit.seals.proving import keys_of_history, prove
from custody.models import Claim, CustodyEvent, HeldVial, Hold, PickScan, Receipt, Retrieval
from inventory.models import Batch, Identifier, Patient, Program, Therapy, Vial
from reports.dossier.containers import container_parts, verdict_of_all
from reports.dossier.contents import AuditEntry, Dossier, EventPart, RefusedPart, SignaturePart
from reports.dossier.deviations import deviation_parts, is_shared
from reports.dossier.identity import batch_parts, hold_parts, links_of, retrieval_parts
from reports.dossier.ledger import events_of
from reports.dossier.signatures import signatures_under
from reports.dossier.times_out import exposures_of
from reports.dossier.trail import trail_of
from reports.instant import one_instant
from reports.models import Export
from sop.models import Deviation, DeviationVial

NOT_FOUND = Refusal(
    "THERAPY_NOT_FOUND", "No therapy that you may see has this chain of identity. Scan it again."
)


def find_therapy_id(coi: str, *, asked_by: Author | None) -> int:
    """
    Return the key of the therapy with this COI id.

    asked_by: whose programs are searched; None for a machine of this installation, which sees all.
    Raises NotFound: there is none that they may see.
    """
    rows = Therapy.objects.filter(coi=coi)
    if asked_by is not None:
        rows = rows.filter(program__in=Program.objects.visible_to(asked_by))
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NotFound([NOT_FOUND])
    return found


def newest_export() -> datetime | None:
    """Return when something was handed out last."""
    return Export.objects.order_by("-id").values_list("made_at", flat=True).first()


def therapy_dossier(therapy_id: int, *, asked_by: Author | None, at: datetime) -> Dossier:
    """
    Gather everything known of one therapy; the number of queries does not grow with its size.

    asked_by: None for a machine of this installation, which sees every program.
    Raises NotFound: there is no such therapy that they may see.
    Source: 21 CFR 11.10(b), 1271.290; URS-76, URS-90; REQUIREMENTS D2 no. 1.
    """
    with one_instant():
        return _gathered(_Rows(_therapy(therapy_id, asked_by)), at)


def proven_dossier(
    therapy_id: int, *, asked_by: Author | None, at: datetime
) -> tuple[Dossier, dict[str, Any]]:
    """
    Gather everything known of one therapy, and the proof of it from the same instant.

    The proof is what `docs/check_proof.py` reads. Raises as `therapy_dossier` does.
    Source: 21 CFR 11.10(b), (c); URS-38, URS-76.
    """
    with one_instant():
        rows = _Rows(_therapy(therapy_id, asked_by))
        return _gathered(rows, at), prove(rows.evidence())


def _therapy(therapy_id: int, asked_by: Author | None) -> Therapy:
    rows = Therapy.objects.select_related("patient", "product", "program__sponsor")
    if asked_by is not None:
        rows = rows.filter(program__in=Program.objects.visible_to(asked_by))
    therapy = rows.filter(pk=therapy_id).first()
    if therapy is None:
        raise NotFound([NOT_FOUND])
    return therapy


def _gathered(rows: "_Rows", at: datetime) -> Dossier:
    therapy, codes = rows.therapy, rows.codes
    events = events_of(codes)
    containers = container_parts(rows.vials, events, at=at)
    audit = trail_of(rows.audited())
    exposures, times_out = exposures_of(rows.vials, at=at)
    zone = rows.receipts[0].site.time_zone if rows.receipts else "UTC"
    return Dossier(
        coi=therapy.coi,
        patient=therapy.patient.pseudonym,
        product_code=therapy.product.code,
        product_name=therapy.product.name,
        is_autologous=therapy.product.is_autologous,
        storage=therapy.product.get_storage_class_display(),
        program=therapy.program.name,
        sponsor=therapy.program.sponsor.name,
        as_of=at,
        time_zone=zone,
        version=_version(audit, [event for _, event in events]),
        verdict=verdict_of_all(rows.vials, containers),
        identity=tuple(links_of(therapy, rows.batches, rows.vials, rows.identifiers)),
        batches=tuple(batch_parts(rows.batches, rows.receipts)),
        containers=containers,
        holds=tuple(hold_parts(rows.holds, codes)),
        deviations=tuple(deviation_parts(rows.deviations, codes)),
        exposures=exposures,
        times_out=times_out,
        retrievals=tuple(retrieval_parts(rows.retrievals, rows.claims)),
        events=tuple(event for _, event in events),
        signatures=tuple(_signatures(rows, events)),
        audit=tuple(audit),
        refused=tuple(_refused(rows)),
    )


def _version(audit: Sequence[AuditEntry], events: Sequence[EventPart]) -> int:
    return max([0, *(entry.change for entry in audit), *(event.change for event in events)])


@dataclass(frozen=True)
class _Rows:
    """The rows that a dossier is made of, each kind read once."""

    therapy: Therapy

    @cached_property
    def vials(self) -> list[Vial]:
        rows = Vial.objects.filter(Q(therapy=self.therapy) | Q(batch__therapy=self.therapy))
        related = ("batch", "parent", "custodian", "position__container")
        return list(rows.select_related(*related).order_by("code"))

    @cached_property
    def codes(self) -> dict[int, str]:
        return {vial.pk: vial.code for vial in self.vials}

    @cached_property
    def batches(self) -> list[Batch]:
        keys = {vial.batch_id for vial in self.vials}
        rows = Batch.objects.filter(Q(therapy=self.therapy) | Q(pk__in=keys))
        return list(rows.order_by("number"))

    @cached_property
    def receipts(self) -> list[Receipt]:
        rows = Receipt.objects.filter(batch__in=self.batches).select_related("site")
        return list(rows.order_by("received_at", "pk"))

    @cached_property
    def holds(self) -> list[Hold]:
        rows = Hold.objects.filter(held_vials__vial__in=self.codes).distinct()
        mine = Prefetch("held_vials", queryset=HeldVial.objects.filter(vial__in=self.codes))
        return list(
            rows.select_related("placed_by", "released_by", "rules")
            .prefetch_related(mine)
            .order_by("pk")
        )

    @cached_property
    def deviations(self) -> list[Deviation]:
        rows = Deviation.objects.filter(vials__vial__in=self.codes).distinct()
        return list(
            rows.select_related("opened_by", "closed_by").prefetch_related("vials").order_by("pk")
        )

    @cached_property
    def impacts(self) -> dict[int, str]:
        """Name what each deviation means for each container of the therapy, by key."""
        return {
            each.pk: f"impact of {row.number} on {self.codes[each.vial_id]}"
            for row in self.deviations
            for each in row.vials.all()
            if each.vial_id in self.codes
        }

    def own_deviations(self) -> dict[int, str]:
        """Name the deviations of this therapy alone: others' records are no part of it."""
        return {row.pk: row.number for row in self.deviations if not is_shared(row, self.codes)}

    @cached_property
    def retrievals(self) -> list[Retrieval]:
        rows = Retrieval.objects.filter(Q(therapy=self.therapy) | Q(claims__vial__in=self.codes))
        return list(rows.distinct().select_related("claimed_by", "witness").order_by("pk"))

    @cached_property
    def claims(self) -> list[Claim]:
        rows = Claim.objects.filter(vial__in=self.codes).select_related("vial")
        return list(rows.order_by("pk"))

    @cached_property
    def identifiers(self) -> list[Identifier]:
        mine = Q(vial__in=self.codes) | Q(therapy=self.therapy) | Q(batch__in=self.batches)
        related = ("vial", "therapy", "batch", "replaced_by")
        return list(Identifier.objects.filter(mine).select_related(*related).order_by("pk"))

    @cached_property
    def scans(self) -> list[PickScan]:
        rows = PickScan.objects.filter(claim__in=self.claims).select_related("claim__vial")
        return list(rows.order_by("pk"))

    def audited(self) -> dict[type[models.Model], list[int]]:
        """Return the regulated records whose trail belongs to the therapy."""
        held = [row.pk for hold in self.holds for row in hold.held_vials.all()]
        return {
            Patient: [self.therapy.patient_id],
            Therapy: [self.therapy.pk],
            Batch: [row.pk for row in self.batches],
            Vial: list(self.codes),
            Identifier: [row.pk for row in self.identifiers],
            Receipt: [row.pk for row in self.receipts],
            Hold: [row.pk for row in self.holds],
            HeldVial: held,
            Deviation: list(self.own_deviations()),
            DeviationVial: list(self.impacts),
            Retrieval: [row.pk for row in self.retrievals],
            Claim: [row.pk for row in self.claims],
            PickScan: [row.pk for row in self.scans],
        }

    def evidence(self) -> dict[type[models.Model], list[int]]:
        """Return the rows that prove the record: ledger, every version, signatures, refusals."""
        events = CustodyEvent.objects.filter(vial__in=self.codes).values_list("pk", flat=True)
        refused = RefusedAttempt.objects.filter(_about(self)).values_list("pk", flat=True)
        signed = Q(record_table=CustodyEvent._meta.db_table, record_id__in=events)
        found: dict[type[models.Model], list[int]] = {
            CustodyEvent: list(events),
            RefusedAttempt: list(refused),
        }
        for model, keys in self.audited().items():
            history, versions = keys_of_history(model, keys)
            found[history] = versions
            signed |= Q(record_table=model._meta.db_table, record_id__in=keys)
        return found | {
            Signature: list(Signature.objects.filter(signed).values_list("pk", flat=True))
        }


def _signatures(rows: _Rows, events: Sequence[tuple[int, EventPart]]) -> list[SignaturePart]:
    return signatures_under(
        {
            CustodyEvent: {key: f"{event.vial} no. {event.seq}" for key, event in events},
            Vial: rows.codes,
            Deviation: rows.own_deviations(),
            DeviationVial: rows.impacts,
            Batch: {row.pk: f"batch {row.number}" for row in rows.batches},
            Receipt: {row.pk: f"receipt #{row.pk}" for row in rows.receipts},
            Hold: {row.pk: f"hold #{row.pk} on {row.subject}" for row in rows.holds},
            Retrieval: {row.pk: f"order {row.order_number}" for row in rows.retrievals},
            Claim: {row.pk: f"claim on {row.vial.code}" for row in rows.claims},
            PickScan: {row.pk: f"pick of {row.scanned_code}" for row in rows.scans},
        }
    )


def _about(rows: _Rows) -> Q:
    """Match the refused attempts that were about the therapy."""
    codes = list(rows.codes.values())
    return (
        Q(subject__vials__has_any_keys=codes)
        | Q(subject__expected__has_any_keys=codes)
        | Q(subject__vial__in=codes)
        | Q(subject__scanned__in=codes)
        | Q(subject__subject__in=[*codes, rows.therapy.coi])
        | Q(subject__coi=rows.therapy.coi)
        | Q(subject__batch__in=[batch.number for batch in rows.batches])
        | Q(subject__retrieval__in=[order.order_number for order in rows.retrievals])
    )


def _refused(rows: _Rows) -> Iterator[RefusedPart]:
    for row in RefusedAttempt.objects.filter(_about(rows)).order_by("pk"):
        yield RefusedPart(
            refused_at=row.refused_at,
            who=f"{row.actor_name} ({row.actor_user_id})" if row.actor_user_id else row.device,
            role=row.role,
            action=row.action,
            words=row.words,
            device=row.device,
        )
