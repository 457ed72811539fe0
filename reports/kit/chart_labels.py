"""Where the labels of a curve on paper stand, so that none is drawn over another."""

from collections.abc import Sequence

from reports.kit.paper import TINY

Box = tuple[float, float, float, float]
"""Left, bottom, right and top of what is drawn."""


def free_place(
    x: float, y: float, wide: float, within: tuple[float, float], taken: Sequence[Box]
) -> Box:
    """
    Return where a label is drawn: beside those that stand where it would, never over them.

    x, y: where it belongs; it moves to the right, then to the left, and where both are full, up.
    """
    least, most = within
    steps = [x, *(box[2] + 2 for box in taken), *(box[0] - wide - 2 for box in taken)]
    for up in range(2 * len(taken) + 1):
        bottom = y + up * (TINY + 2)
        for left in steps:
            box = left, bottom, left + wide, bottom + TINY + 1
            inside = least <= left and left + wide <= most + 0.1
            if inside and not any(_touch(box, other) for other in taken):
                return box
    return x, y, x + wide, y + TINY + 1


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
