"""The two status axes as tables: what may follow what; everything else is refused."""

from inventory.models import Custody, Quality

QUALITY_TRANSITIONS: dict[Quality, frozenset[Quality]] = {
    Quality.EXPECTED: frozenset({Quality.QUARANTINE}),
    Quality.QUARANTINE: frozenset(
        {
            Quality.COND_RELEASED,
            Quality.RELEASED,
            Quality.REJECTED,
            Quality.OOS_SUPPLY,
            Quality.EXPIRED,
        }
    ),
    Quality.COND_RELEASED: frozenset(
        {
            Quality.RELEASED,
            Quality.REJECTED,
            Quality.QUARANTINE,
            Quality.EXPIRED,
            Quality.RECALLED,
        }
    ),
    Quality.RELEASED: frozenset(
        {Quality.EXPIRED, Quality.RECALLED, Quality.REJECTED, Quality.QUARANTINE}
    ),
    Quality.REJECTED: frozenset({Quality.OOS_SUPPLY}),
    Quality.OOS_SUPPLY: frozenset({Quality.REJECTED, Quality.QUARANTINE}),
    Quality.EXPIRED: frozenset({Quality.OOS_SUPPLY, Quality.REJECTED}),
    Quality.RECALLED: frozenset({Quality.REJECTED, Quality.QUARANTINE}),
}

CUSTODY_TRANSITIONS: dict[Custody, frozenset[Custody]] = {
    Custody.NOT_RECEIVED: frozenset({Custody.RECEIVED}),
    Custody.RECEIVED: frozenset({Custody.IN_STORAGE, Custody.DISCARDED, Custody.MISSING}),
    Custody.IN_STORAGE: frozenset({Custody.CHECKED_OUT, Custody.MISSING}),
    Custody.CHECKED_OUT: frozenset(
        {
            Custody.IN_STORAGE,
            Custody.PACKED,
            Custody.IN_TRANSIT,
            Custody.AT_CLINIC,
            Custody.CONSUMED_QC,
            Custody.CONSUMED_SPLIT,
            Custody.DISCARDED,
            Custody.TRANSFERRED,
            Custody.MISSING,
        }
    ),
    Custody.PACKED: frozenset(
        {Custody.IN_STORAGE, Custody.IN_TRANSIT, Custody.AT_CLINIC, Custody.MISSING}
    ),
    Custody.IN_TRANSIT: frozenset({Custody.AT_CLINIC, Custody.RETURNED, Custody.MISSING}),
    Custody.AT_CLINIC: frozenset({Custody.ADMINISTERED, Custody.RETURNED, Custody.DISCARDED}),
    Custody.RETURNED: frozenset({Custody.IN_STORAGE, Custody.DISCARDED, Custody.MISSING}),
    Custody.MISSING: frozenset({Custody.IN_STORAGE}),
    Custody.ADMINISTERED: frozenset(),
    Custody.DISCARDED: frozenset(),
    Custody.CONSUMED_QC: frozenset(),
    Custody.CONSUMED_SPLIT: frozenset(),
    Custody.TRANSFERRED: frozenset(),
}
