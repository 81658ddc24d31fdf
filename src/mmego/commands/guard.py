"""The guard around every verb: failures of the system become one line, Ctrl-C and SIGTERM a clean end.

It imports only the standard library, so that it works before anything slow is loaded.
"""

from __future__ import annotations

import atexit
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from mmego.errors import MmegoError, system_error

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FORCE_SECONDS = 2.0
"""Seconds within which a second Ctrl-C is ignored; a later one ends the process without cleaning up."""
AGAIN_SECONDS = 0.05


class Guard:
    """Runs a verb; use it as a context manager.

    `debug` shows where a failure came from. With `whole_process` it handles signals until Python has ended, so that a
    second Ctrl-C during that time is ignored.

    The first signal raises KeyboardInterrupt in the main thread, so that everything can clean up.
    """

    def __init__(self, debug: bool = False, whole_process: bool = False) -> None:
        self.debug, self._whole = debug, whole_process
        self.signal: int | None = None
        self._at = 0.0
        self._over = False
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook

    def __enter__(self) -> Self:
        for stream in (sys.stdout, sys.stderr):
            # Printing a file name that is not UTF-8 must not end a run.
            if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
                stream.reconfigure(errors="backslashreplace")
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                # `nohup` and a shell's `&` ignore a signal: keep that.
                if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                    self._before[number] = signal.signal(number, self._on_signal)
            sys.unraisablehook = self._on_unraisable
            if self._whole:
                atexit.register(self._wind_up)  # registered first, so it runs last
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        if not self._whole:
            for number, handler in self._before.items():
                signal.signal(number, handler)
        sys.unraisablehook = self._hook

    def _wind_up(self) -> None:
        """Ignore signals at the end: Python restores the system's handlers, which would end us by the signal."""
        for number in self._before if self.signal is not None else ():
            signal.signal(number, signal.SIG_IGN)

    def run(self, verb: str, act: Callable[[], int]) -> int:
        """Run `act` and return its exit code, or that of a signal; print one line on stderr for a failure.

        Raises:
            Exception: a fault of this program: neither an error raised on purpose nor one of the system.
        """
        try:
            code = act()
            sys.stdout.flush()
        except KeyboardInterrupt as error:
            self.signal = self.signal or signal.SIGINT
            self._say(error, f"mmego {verb}: {self._ended()}")
            code = INTERRUPTED
        except MmegoError as error:
            # A worker process that was ended with us did not fail by itself.
            self._say(error, f"mmego: {error}" if self.signal is None else f"mmego {verb}: {self._ended()}")
            code = FAILED
        except BrokenPipeError as error:
            # The reader has ended (`mmego ask ... | head -1`): not our failure, and Python must not report it at exit.
            self._say(error, "")
            _close_stdout()
            code = FAILED
        except Exception as error:
            number = system_error(error)
            if self.signal is not None:  # a library turned the interrupt into another error
                self._say(error, f"mmego {verb}: {self._ended()}")
            elif isinstance(error, OSError) or number is not None:
                self._say(error, f"mmego: {_of_system(error, number)}")
                _close_stdout()
            else:
                raise
            code = FAILED
        if self.signal is not None and code in (FAILED, INTERRUPTED):
            # An interrupt that passed through exec("...") (dataclasses use it) makes CPython end by SIGINT instead of
            # our exit code, until the next exec.
            exec("")
            return 128 + self.signal
        return code

    def _ended(self) -> str:
        number = signal.Signals(self.signal or signal.SIGINT)
        return "stopped" if number == signal.SIGINT else f"ended by {number.name}"

    def _say(self, error: BaseException, line: str) -> None:
        with suppress(OSError, ValueError):
            if self.debug:
                import traceback

                traceback.print_exception(error)
            if line:
                print(" ".join(line.split()), file=sys.stderr, flush=True)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._over and self.signal is None:
            os._exit(128 + number)
        if self.signal is None:
            self.signal, self._at = number, now
            raise KeyboardInterrupt
        if now - self._at > FORCE_SECONDS:
            os.write(2, b"mmego: ended at once\n")
            os._exit(128 + self.signal)

    def _on_unraisable(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Send an interrupt again, a moment later, if it was lost in a destructor or a callback."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt) and self.signal is not None:
            number, self.signal = self.signal, None
            again = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), number))
            again.daemon = True
            again.start()
        else:
            self._hook(unraisable)


def _of_system(error: Exception, number: int | None) -> str:
    """Return a failure of the system with its file: "out/qa.jsonl: No space left on device"."""
    if not isinstance(error, OSError) or number is None:
        return os.strerror(number) + f" ({error})" if number is not None else str(error) or type(error).__name__
    reason = error.strerror or str(error)
    named = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    return f"{' to '.join(named)}: {reason}" if named else reason


def _close_stdout() -> None:
    """Flush stdout, and stop writing to it if that fails."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
