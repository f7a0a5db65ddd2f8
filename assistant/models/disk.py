"""What the disk said, in a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from assistant.errors import CacheError


def disk_error(error: OSError, folder: Path) -> CacheError:
    """The error to raise when `folder`, where models are kept, refuses with `error`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CacheError("The disk is full", where=folder, remedy="Make some room and run set-up again.")
    reason = error.strerror or os.strerror(error.errno or errno.EIO)
    return CacheError(
        f"The folder for models cannot be written to ({reason})",
        where=folder,
        remedy="Mend its permissions, or choose another place with XDG_DATA_HOME.",
    )
