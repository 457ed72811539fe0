"""Take the pictures of the docs from those of the last browser walk, small enough to keep."""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TAKEN = ROOT / "var" / "screenshots"
KEPT = ROOT / "docs" / "screenshots"
CHOSEN = {
    "main-job-1-arrive": "arrive",
    "main-job-2-received": "receive",
    "main-job-3-store": "store",
    "main-job-4-judge-vial": "vial",
    "main-job-5-retrieve-stop": "stop",
    "main-job-6-prove": "prove",
}
LOWEST = 1130
COLOURS = 128
LARGEST_BYTES = 150_000


class PictureTooLarge(Exception):
    """Raised for a picture that would weigh the repository down."""


def main() -> int:
    """Copy every chosen picture; name those that the last run did not take."""
    missing = [name for name in CHOSEN if not (TAKEN / f"{name}.png").exists()]
    if missing:
        print(f"Run `make pictures`: {', '.join(missing)} not found in {TAKEN.name}.")
        return 1
    for name, kept in CHOSEN.items():
        size = take(TAKEN / f"{name}.png", KEPT / f"{kept}.png")
        print(f"docs/screenshots/{kept}.png {size // 1024} kB")
    return 0


def take(taken: Path, kept: Path) -> int:
    """
    Keep the upper part of a picture in few colours, and return its size in bytes.

    Raises PictureTooLarge: it is heavier than the repository bears.
    """
    with Image.open(taken) as picture:
        upper = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, LOWEST)))
    few = upper.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(kept, optimize=True)
    size = kept.stat().st_size
    if size > LARGEST_BYTES:
        kept.unlink()
        raise PictureTooLarge(f"{kept.name} would have {size} bytes: crop it more.")
    return size


if __name__ == "__main__":
    sys.exit(main())
