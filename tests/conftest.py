"""What every test needs: signals that act, also where the tests were started in the background."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Undo signals that the parent ignores: a shell starts background jobs deaf to Ctrl-C, and children inherit it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
