"""
Become a server that dies with its parent and is never root.

Run by path, before any package is importable: `python -I launch.py '{"command": [...], ...}'`.
"""

import ctypes
import ctypes.util
import json
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilitySets(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def _drop_root(*, uid: int, gid: int, keep_reach: bool) -> None:
    libc = ctypes.CDLL(None, use_errno=True) if keep_reach else None
    if libc is not None:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if libc is not None:
        _keep_reach(libc)


def _keep_reach(libc: ctypes.CDLL) -> None:
    """Keep only the right to pass folders closed to others, such as a clone under root's home."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    mask = 1 << _CAP_DAC_OVERRIDE
    sets = (_CapabilitySets * 2)()
    sets[0] = _CapabilitySets(mask, mask, mask)
    if libc.capset(ctypes.byref(header), ctypes.byref(sets)) != 0:
        sys.exit("The folder of this clone is closed to other users: move it, or do not be root.")
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _die_with(parent: int, signal_number: int) -> None:
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The supervisor ended before this process began.")


def main() -> None:
    """Replace this process by the command of the order given as JSON."""
    order = json.loads(sys.argv[1])
    if order["uid"] is not None:
        _drop_root(uid=order["uid"], gid=order["gid"], keep_reach=order["keep_reach"])
    _die_with(order["parent"], order["death_signal"])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    command = order["command"]
    os.execv(command[0], command)  # noqa: S606 - replacing this process is its purpose


if __name__ == "__main__":
    main()
