"""``python confined.py UNIT COMMAND...``: runs a command with the system calls and sockets that a unit leaves it.

It does by itself what systemd does with ``SystemCallFilter=`` and ``RestrictAddressFamilies=AF_UNIX``, so that none
needs to run; which calls a group such as @system-service stands for is asked of ``systemd-analyze``.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

ALLOW, REFUSE, EQUAL = 0x7FFF0000, 0x00050000 | errno.EPERM, 4  # seccomp.h


class Comparison(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def calls_of(name: str) -> set[str]:
    """The calls of a group, or the one call."""
    if not name.startswith("@"):
        return {name}
    listing = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    names = [line.strip() for line in listing.stdout.splitlines()[1:] if not line.strip().startswith("#")]
    return {call for each in names if each for call in calls_of(each)}


def calls_allowed(unit: str) -> set[str]:
    """What the filters of a unit leave, in their order; what is always allowed stays."""
    allowed: set[str] = set()
    for groups in re.findall(r"^SystemCallFilter=(.+)$", unit, re.MULTILINE):
        calls = {call for group in groups.removeprefix("~").split() for call in calls_of(group)}
        allowed = allowed - calls if groups.startswith("~") else allowed | calls
    return allowed | calls_of("@default")


def confine(unit: str) -> None:
    """From now on this process and its children have no other calls."""
    library = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(REFUSE))
    families = re.search(r"^RestrictAddressFamilies=(.+)$", unit, re.MULTILINE)
    assert families is not None
    assert families[1] == "AF_UNIX"
    local = (Comparison * 1)(Comparison(0, EQUAL, socket.AF_UNIX, 0))
    for call in calls_allowed(unit):
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            continue  # this processor has no such call
        if call == "socket":
            library.seccomp_rule_add_array(rules, ALLOW, number, 1, local)
        else:
            library.seccomp_rule_add(rules, ALLOW, number, 0)
    if library.seccomp_load(rules) != 0:
        raise OSError("the filter could not be loaded")


if __name__ == "__main__":
    confine(Path(sys.argv[1]).read_text("utf-8"))
    os.execvp(sys.argv[2], sys.argv[2:])
