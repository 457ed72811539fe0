#!/usr/bin/env python3
"""
Check the proof in an exported dossier, without the portal and without its database.

    python3 check_proof.py dossier-COI-proof.json --dossier dossier-COI.json --anchor anchor.txt

Needs Python 3.11 and the library `cryptography`; nothing else. docs/proofs.md says what is proven.
It ends with 0 when everything holds, with 1 when something does not, naming it.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]
ENTRY_BYTES = 42  # two bytes for the table, eight for the key, 32 for the SHA-256 of the row


def sha256(content: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).digest()


def check_seals(proof: Json, anchor: set[str] | None) -> tuple[dict[int, Json], list[str]]:
    """Return the seals of the proof by number, and what is wrong with them."""
    seals: dict[int, Json] = {}
    faults: list[str] = []
    for part in proof["seals"]:
        seal = json.loads(part["text"])
        name = f"seal {seal['number']}"
        seals[seal["number"]] = seal
        if sha256(part["text"].encode()).hex() != part["digest"]:
            faults.append(f"{name}: its text does not have its digest")
        public = bytes.fromhex(seal["public_key"])
        if sha256(public).hex()[:16] != seal["key"]:
            faults.append(f"{name}: its key has another fingerprint")
        try:
            key = Ed25519PublicKey.from_public_bytes(public)
            key.verify(bytes.fromhex(part["signature"]), part["text"].encode())
        except (InvalidSignature, ValueError):
            faults.append(f"{name}: its signature is not of this text and key")
        faults += [f"{name}: {words}" for words in check_anchored(part, seal, anchor)]
    return seals, faults


def check_anchored(part: Json, seal: Json, anchor: set[str] | None) -> list[str]:
    """Return what the anchor lacks of one seal; nothing when no anchor was given."""
    if anchor is None:
        return []
    said = [seal["number"], seal["sealed_at"], seal["root"], part["digest"], seal["key"]]
    said.append(part["signature"])
    if "newest_change" in seal:
        said += [seal[name] for name in ("changes", "attempts", "rows", "newest_change")]
    lines = {
        "the anchor does not have it": f"seal {' '.join(map(str, said))}",
        "the anchor does not know its key": f"key {seal['key']} {seal['public_key']}",
    }
    return [words for words, line in lines.items() if line not in anchor]


def lost_seals(seals: dict[int, Json], anchor: set[str] | None) -> Iterator[str]:
    """Yield which seals the site has lost since with the restore of a backup; that is no fault."""
    for line in sorted(anchor or ()):
        words = line.split(" ")
        if words[0] != "gap" or len(words) != 6:
            continue
        for number in sorted(seals):
            if int(words[1]) <= number <= int(words[2]):
                yield (
                    f"seal {number}: the site lost it with the restore of a backup and signed so "
                    f"at {words[5]}; its own database has these records no more, this proof has."
                )


def check_layouts(proof: Json, seals: dict[int, Json]) -> list[str]:
    """Return what is wrong with the lists of columns, which say how to read a row."""
    faults = []
    for digest, tables in proof["layouts"].items():
        text = json.dumps(tables, sort_keys=True, separators=(",", ":"))
        if sha256(text.encode()).hex() != digest:
            faults.append(f"layout {digest[:12]}: its columns do not have its digest")
    for number, seal in seals.items():
        if seal["layout"] not in proof["layouts"]:
            faults.append(f"seal {number}: the columns of its rows are missing")
    return faults


def check_entry(entry: Json, seals: dict[int, Json]) -> list[str]:
    """Return what is wrong with the way from the rows of one entry up to its seal."""
    name = f"{entry['kind']} {entry['key']}"
    if entry["seal"] not in seals:
        return [f"{name}: its seal {entry['seal']} is missing"]
    manifest = base64.b64decode(entry["manifest"])
    listed = {manifest[at : at + ENTRY_BYTES] for at in range(0, len(manifest), ENTRY_BYTES)}
    faults = []
    for row in entry["rows"]:
        place = row["table"].to_bytes(2, "big") + row["key"].to_bytes(8, "big", signed=True)
        if place + sha256(row["text"].encode()) not in listed:
            faults.append(
                f"{name}: row {row['key']} of table {row['table']} is not what was sealed"
            )
    node = sha256(b"\x00" + manifest)
    for step in entry["path"]:
        other = bytes.fromhex(step["node"])
        pair = other + node if step["side"] == "left" else node + other
        node = sha256(b"\x01" + pair)
    if node.hex() != seals[entry["seal"]]["root"]:
        faults.append(f"{name}: it does not lead to the root of seal {entry['seal']}")
    return faults


def proven_rows(proof: Json, seals: dict[int, Json]) -> Iterator[tuple[str, Json]]:
    """Yield every row of the proof: its table by name, and its columns by name."""
    for entry in proof["entries"]:
        tables = proof["layouts"][seals[entry["seal"]]["layout"]]
        for row in entry["rows"]:
            table = tables[row["table"]]
            yield table["table"], dict(zip(table["columns"], json.loads(row["text"]), strict=True))


def check_dossier(dossier: Json, rows: list[tuple[str, Json]], waiting: set[int]) -> list[str]:
    """Return what the dossier says that the proven rows do not, and gaps in its ledger."""
    record: Json = dossier["record"]
    faults: list[str] = []
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    if sha256(text.encode()).hex() != dossier["record_sha256"]:
        faults.append("dossier: the record does not have its SHA-256")
    events = {row["hash"]: row for table, row in rows if table == "custody_custodyevent"}
    for event in record["events"]:
        name = f"dossier, {event['vial']} event {event['seq']}"
        said = {"seq": event["seq"], "change_id": event["change"]}
        said |= {column: event[column] for column in ("reason", "device", "previous_hash")}
        faults += compare(
            name, said, events.get(event["hash"]), is_waiting=event["change"] in waiting
        )
    changes = {row["id"]: row for table, row in rows if table == "audit_change"}
    for entry in record["audit"]:
        name = f"dossier, audit entry of change {entry['change']}"
        said = {column: entry[column] for column in ("action", "reason", "device", "role")}
        faults += compare(
            name, said, changes.get(entry["change"]), is_waiting=entry["change"] in waiting
        )
    return faults + ledger_gaps(record["events"])


def compare(name: str, said: Json, proven: Json | None, *, is_waiting: bool) -> list[str]:
    """Return how an entry of the dossier differs from its proven row."""
    if is_waiting:
        return []
    if proven is None:
        return [f"{name}: no proven row has it"]
    return [
        f"{name}: its {column} reads otherwise" for column in said if said[column] != proven[column]
    ]


def ledger_gaps(events: list[Json]) -> list[str]:
    """Return where the numbers of a vial's events have a gap: an event was left out."""
    numbers: dict[str, list[int]] = {}
    faults: list[str] = []
    for event in events:
        numbers.setdefault(event["vial"], []).append(event["seq"])
    for vial, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            faults.append(f"dossier, {vial}: events are missing among {sorted(found)}")
    return faults


def tell(
    proof: Json, seals: dict[int, Json], faults: list[str], rows: int, anchor: set[str] | None
) -> None:
    """Say what holds and what does not."""
    for fault in faults:
        print(f"FAULT {fault}")
    if not faults:
        print(f"{rows} rows of {len(proof['entries'])} entries hold, in {len(seals)} seals.")
        if anchor is None:
            keys = sorted({f"{seal['key']} {seal['public_key']}" for seal in seals.values()})
            print("No anchor was given: compare these public keys with what the site published.")
            print("\n".join(keys))
    for words in lost_seals(seals, anchor):
        print(f"NOTE {words}")
    waiting = len(proof["waiting"]["changes"]) + len(proof["waiting"]["attempts"])
    if waiting:
        print(f"{waiting} entries were not sealed yet when this was exported.")


def main() -> None:
    """Check what the command line names; say what holds and what does not."""
    parser = argparse.ArgumentParser(description="Check the proof of an exported dossier.")
    parser.add_argument("proof", type=Path)
    parser.add_argument("--dossier", type=Path, help="the JSON copy that came with the proof")
    parser.add_argument("--anchor", type=Path, help="the site's anchor file, got another way")
    given = parser.parse_args()
    proof = json.loads(given.proof.read_text("utf-8"))
    anchor = set(given.anchor.read_text("ascii").splitlines()) if given.anchor else None
    seals, faults = check_seals(proof, anchor)
    faults += check_layouts(proof, seals)
    for entry in proof["entries"]:
        faults += check_entry(entry, seals)
    rows = [] if faults else list(proven_rows(proof, seals))
    if given.dossier and not faults:
        dossier = json.loads(given.dossier.read_text("utf-8"))
        faults += check_dossier(dossier, rows, set(proof["waiting"]["changes"]))
    tell(proof, seals, faults, len(rows), anchor)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
