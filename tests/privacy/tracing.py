"""What programs ask the system for, as `strace` writes it down; and a network in which there is nothing."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = {"strace": "strace", "unshare": "util-linux", "espeak-ng": "espeak-ng"}
CALLS = "trace=network,open,openat,openat2,creat,memfd_create,mknod,mknodat"
NETWORK = re.compile(r".*(?:AF_INET|AF_PACKET|AF_NETLINK|AF_BLUETOOTH|AF_VSOCK).*")
SOCKETS = re.compile(r".*(?:connect\(|sendto\(|memfd_create).*")
CONNECTED = re.compile(r".*connect\(.*")
FOLDER = r"(?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"  # the number of an open folder, and with -y what it is
WRITTEN = (
    re.compile(rf'\b(?:openat2?|open)\({FOLDER}"([^"]*)", [^)\n]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)'),
    re.compile(rf'\b(?:creat|mknod|mknodat)\({FOLDER}"([^"]*)", '),
)
proof_is_asked_for = False
"""Whether somebody wants to see a promise proven, as with the commands in README; set by ``conftest.py``."""


def tracer(log: Path) -> list[str]:
    """What to put before a command, so that all that it and its children ask for is written into `log`.

    The test is skipped where nothing can be traced. Where only the tool is missing, it fails if a proof is asked for.
    """
    if shutil.which("strace") is None:
        missing("strace", possible=_would_work("libc.ptrace(0, 0, 0, 0)"))
    strace = ["strace", "-f", "-qq", "-y", "--seccomp-bpf"]
    strace += ["-e", CALLS, "-e", "signal=none", "-o", str(log)]
    if not _may_trace(tuple(strace)):
        pytest.skip("needs the right to trace processes (ptrace), which an emulated machine does not give")
    return strace


def missing(tool: str, *, possible: bool) -> NoReturn:
    """Skip the test, or let it fail. ``possible``: whether the tool would be of use on this machine."""
    what = f"needs {tool}: sudo apt-get install {PACKAGES[tool]}, or scripts/test"
    if proof_is_asked_for and possible and sys.platform == "linux":
        pytest.fail(f"Nothing has been proven: this {what}.", pytrace=False)
    pytest.skip(what)


@cache
def _would_work(call: str) -> bool:
    """Whether the system does this for us, without the tool."""
    code = f"import ctypes, sys; libc = ctypes.CDLL(None); sys.exit({call} != 0)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@cache
def _may_trace(strace: tuple[str, ...]) -> bool:
    return subprocess.run([*strace, "true"], capture_output=True, check=False).returncode == 0


def network(trace: str) -> list[str]:
    """Every call that has to do with another machine, or with the network of this one."""
    return NETWORK.findall(trace)


def sockets(trace: str) -> list[str]:
    """Every call to another program on this machine, and every file without a name."""
    return SOCKETS.findall(trace)


def reached_out(trace: str) -> list[str]:
    """Every call to another machine, or to another program by any way but a socket of this machine's own."""
    return network(trace) + [call for call in CONNECTED.findall(trace) if "AF_UNIX" not in call]


def written(trace: str) -> list[str]:
    """Every file that was opened to be written to, or made, with its folder where that is known."""
    found = [posixpath.join(*call) for kind in WRITTEN for call in kind.findall(trace)]
    return [path for path in found if path != "/dev/null"]


NEW_NETWORK = (0x40000000, 0x50000000)  # CLONE_NEWNET, alone and with CLONE_NEWUSER
EMPTY = (("unshare", "--net"), ("unshare", "--net", "--map-root-user"))


@cache
def _empty_network() -> tuple[str, ...]:
    for alone in EMPTY if shutil.which("unshare") else ():
        if not subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
            return alone
    return ()


def can_be_without_network() -> bool:
    """Whether this machine lets us make a network in which there is nothing."""
    return bool(_empty_network())


def without_network() -> Sequence[str]:
    """What to put before a command that is to run where there is no network, not even this machine itself.

    The test is skipped where that is not possible.
    """
    if shutil.which("unshare") is None:
        missing("unshare", possible=any(_would_work(f"libc.unshare({flags})") for flags in NEW_NETWORK))
    if not can_be_without_network():
        pytest.skip("needs to make an empty network: run the tests as root")
    return _empty_network()
