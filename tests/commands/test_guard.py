"""The guard around every verb: signals, failures of the system and --debug, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmego import cli
from mmego.errors import InputError

# A verb with something to clean up, in the place of the real ones; it says when it is at work.
VERB = """
import sys, time
from mmego import cli

class Deaf:
    def __init__(self, seconds):
        self.seconds = seconds
    def __del__(self):
        print("ready", flush=True)
        time.sleep(self.seconds)

def act(verb, words):
    kind = words[0]
    try:
        if kind == "swallowed":  # an interrupt in a destructor is lost, and python only mumbles of it
            Deaf(2)
            time.sleep(600)
        if kind == "exec":  # python then ends itself by SIGINT in the place of the exit code
            exec("print('ready', flush=True)\\ntime.sleep(600)")
        print("ready", flush=True)
        if kind == "turned":
            try:
                time.sleep(600)
            except KeyboardInterrupt as error:
                raise ImportError("half a module") from error
        time.sleep(600)
    finally:
        time.sleep(0.3 if kind == "slow" else 0)
        print("cleaned", flush=True)

cli.run_command = act
sys.exit(cli.main())
"""


def started(*words: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Return the verb at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", VERB, "ask", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("kind", ["plain", "exec", "turned", "swallowed"])
@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [
        (signal.SIGINT, 130, "stopped"),
        (signal.SIGTERM, 143, "ended by SIGTERM"),
        (signal.SIGHUP, 129, "ended by SIGHUP"),
    ],
)
def test_a_signal_cleans_up_and_is_one_line(kind: str, sent: signal.Signals, code: int, said: str) -> None:
    process = started(kind)
    process.send_signal(sent)
    assert ended(process) == (code, "cleaned\n", f"mmego ask: {said}\n")


def test_two_quick_ctrl_c_are_one() -> None:
    process = started("slow")
    process.send_signal(signal.SIGINT)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    assert ended(process) == (130, "cleaned\n", "mmego ask: stopped\n")


def test_an_ignored_signal_stays_ignored() -> None:
    program = VERB.replace("import sys, time", "import signal, sys, time\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)")
    process = subprocess.Popen(
        [sys.executable, "-c", program, "ask", "plain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGHUP)  # as under nohup
    process.send_signal(signal.SIGTERM)
    assert ended(process)[0] == 143


def test_debug_shows_where_it_was_stopped_and_the_line() -> None:
    for process in (started("plain", "--debug"), started("plain", environment={"MMEGO_DEBUG": "1"})):
        process.send_signal(signal.SIGINT)
        code, _, err = ended(process)
        assert code == 130
        assert "Traceback" in err
        assert err.endswith("mmego ask: stopped\n")


# In this process --------------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(verb: str, words: object) -> int:
        raise error

    monkeypatch.setattr(cli, "run_command", fail)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "out/qa.jsonl"), "out/qa.jsonl: No space left on device"),
        (PermissionError(13, "Permission denied", b"caf\xe9"), r"caf\udce9: Permission denied"),
        (OSError(18, "Invalid cross-device link", "a", None, "b"), "a to b: Invalid cross-device link"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("pyarrow says no more"), "pyarrow says no more"),
        (RuntimeError("I/O error: No space left on device (os error 28)"), "No space left on device (I/O error"),
        (InputError("first\n  second"), "first second"),
    ],
)
def test_failures_of_the_system_are_one_line(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, error)
    assert cli.main(["ask"]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith(f"mmego: {said}")
    assert shown.count("\n") == 1
    assert cli.main(["ask", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, TypeError("ours"))
    with pytest.raises(TypeError, match="ours"):
        cli.main(["ask"])


def test_the_handlers_of_the_caller_are_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)], sys.unraisablehook
    failing(monkeypatch, InputError("no"))
    cli.main(["ask"])
    after = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)], sys.unraisablehook
    assert after == before


def test_debug_is_taken_from_the_words_of_every_verb_but_not_behind_two_dashes() -> None:
    assert cli.without_debug(["ask", "v", "--debug", "q"]) == (["ask", "v", "q"], True)
    assert cli.without_debug(["ask", "v", "--", "--debug"]) == (["ask", "v", "--", "--debug"], False)
    assert cli.without_debug([]) == ([], False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_output_that_takes_nothing_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mmego", "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "mmego: No space left on device\n")


def test_a_reader_that_went_away_is_no_failure_to_speak_of() -> None:
    program = "import subprocess, sys\nsys.exit(0)"
    reader = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE)
    reader.wait()
    done = subprocess.run(
        [sys.executable, "-m", "mmego", "--help"], stdout=reader.stdin, stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
