"""What programs ask the system for, as `strace` writes it down; and a network in which there is nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

CALLS = "trace=network,open,openat,openat2,creat,memfd_create,mknod,mknodat"
NETWORK = re.compile(r".*(?:AF_INET|AF_PACKET|AF_NETLINK|AF_BLUETOOTH|AF_VSOCK).*")
SOCKETS = re.compile(r".*(?:connect\(|sendto\(|memfd_create).*")
CONNECTED = re.compile(r".*connect\(.*")
WRITTEN = re.compile(r'(?:openat|open)\((?:AT_FDCWD, )?"([^"]*)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)[^)]*\)')


def tracer(log: Path) -> list[str]:
    """What to put before a command, so that all that it and its children ask for is written into `log`.

    The test is skipped where that is not possible.
    """
    if shutil.which("strace") is None:
        pytest.skip("needs strace: sudo apt-get install strace")
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", CALLS, "-e", "signal=none", "-o", str(log)]
    if not _may_trace(tuple(strace)):
        pytest.skip("needs the right to trace processes (ptrace)")
    return strace


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
    """Every file that was opened to be written to."""
    return [path for path in WRITTEN.findall(trace) if path != "/dev/null"]


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
    if not can_be_without_network():
        pytest.skip("needs to make an empty network: run the tests as root")
    return _empty_network()
