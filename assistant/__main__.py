"""Starts the command line. Until that is ready to tidy up, there is nothing to tidy: Ctrl-C ends us without a word."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)

import sys  # noqa: E402

from assistant.cli import main  # noqa: E402

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
