"""Damage as files come to: bits that flip, parts that are gone, doubled, swapped or made of something else."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

Damage = Callable[[bytes], bytes]

FOREIGN = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"""',
    b"[",
    b"]]",
    b"= nan",
    b"= 1e999",
    b"= -1",
    b"\n[",
    b"{",
    b"'",
)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
THOROUGH = settings(QUICK, max_examples=4000)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The content after one to three accidents."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(whole)))
        length = draw(st.integers(1, 40))
        accident = draw(st.sampled_from(["flip", "cut", "end", "double", "zeros", "foreign"]))
        before, part, after = whole[:at], whole[at : at + length], whole[at + length :]
        match accident:
            case "flip" if part:
                whole = before + bytes([part[0] ^ 1 << draw(st.integers(0, 7))]) + part[1:] + after
            case "cut":
                whole = before + after
            case "end":
                whole = before
            case "double":
                whole = before + part + part + after
            case "zeros":
                whole = before + bytes(len(part)) + after
            case "foreign":
                whole = before + draw(st.sampled_from(FOREIGN) | st.binary(max_size=12)) + after
    return whole


def wav(
    data: bytes,
    *,
    kind: int = 1,
    channels: int = 1,
    rate_hz: int = 16_000,
    bits: int = 16,
    claimed: int | None = None,
    riff_claimed: int | None = None,
    before: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    """A WAV file, as it should be or not. ``claimed``, ``riff_claimed``: the sizes in its headers, where they lie.

    ``before``: other chunks, name and content, before the sound.
    """
    frame = channels * bits // 8
    head = struct.pack("<HHIIHH", kind, channels, rate_hz, rate_hz * frame % 2**32, frame % 2**16, bits)
    parts = [(b"fmt ", head), *before]
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(content)) + content for name, content in parts)
    body += b"data" + struct.pack("<I", len(data) if claimed is None else claimed) + data
    return b"RIFF" + struct.pack("<I", len(body) if riff_claimed is None else riff_claimed) + body
