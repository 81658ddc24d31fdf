"""Every verb under faults of the machine and of its input: how many end as they should.

    python benchmarks/faults.py [signals] [kills] [places] [inputs]

A run ends well if no traceback is shown, stderr has at most one line that is not progress, and the exit code is the
documented one. Full disks are made by a limit on the size of files; locked files need setpriv where this runs as root.
Prints a table: kind of fault, runs, and those that did not end well (with their words and last line below it).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmego.engine.loading import find_asset
from mmego.scratch import SCRATCH

LIMIT = 3000
"""Bytes that a file may hold on the "full disk"."""
DELAYS = (0.7, 1.5, 3.0)
PROGRESS = ("reading ", "report: ", "mmego: warning", "left out:", "videos not in", "questions:", "no avg and no mda")
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
LONG = "n" * 300
NOT_UTF8 = os.fsdecode(b"caf\xe9")


@dataclass
class Kind:
    """A kind of fault: its runs, and the words and last line of each that did not end well."""

    runs: int = 0
    bad: list[tuple[list[str], int, str]] = field(default_factory=list)


def command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "mmego", *words]


def judge(kind: Kind, words: Sequence[str], code: int, err: str, allowed: Sequence[int]) -> None:
    """Count a run."""
    lines = [line for line in err.splitlines() if line.strip() and not line.startswith(PROGRESS)]
    kind.runs += 1
    if code not in allowed or "Traceback" in err or len(lines) > 1:
        kind.bad.append((list(words), code, (lines or [""])[-1]))


def run(words: Sequence[str], locked: bool = False, limit: int | None = None) -> tuple[int, str]:
    """Return a whole run: exit code and stderr."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    prefix = UNPRIVILEGED if locked and os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *command(words)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=limited if limit is not None else None,
    )
    return done.returncode, done.stderr


def stopped(words: Sequence[str], delay: float, signals: Sequence[signal.Signals]) -> tuple[int, str]:
    """Return a run whose whole group gets signals, as from a terminal; exit code and stderr."""
    process = subprocess.Popen(
        command(words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    time.sleep(delay)
    for number in signals:
        if process.poll() is None:
            os.killpg(process.pid, number)
            time.sleep(0.05)
    _, err = process.communicate(timeout=300)
    return process.returncode, err


def material(folder: Path) -> dict[str, str]:
    """Make inputs for every verb in `folder`; return them by the word that stands for them."""
    narrations = folder / "narrations.jsonl"
    things = ("mug", "cup", "knife", "plate", "pan", "towel")
    rows = [
        {"video": "v", "start": 5 * n, "end": 5 * n + 2, "text": f"C takes the {things[n % 6]} from the table"}
        for n in range(40)
    ]
    narrations.write_text("".join(json.dumps(row) + "\n" for row in rows))
    questions = folder / "questions.jsonl"
    asked = [{"id": f"q{n}", "video": "demo", "question": f"Where {n}?", "options": ["a", "b"]} for n in range(40)]
    questions.write_text("".join(json.dumps({**row, "answer": n % 2}) + "\n" for n, row in enumerate(asked)))
    video = folder / "demo.mp4"
    shutil.copy(find_asset("demo") / "demo.mp4", video)
    named = {"VIDEO": str(video), "NARRATIONS": str(narrations), "ASKED": str(questions)}
    (folder / "bench" / "videos").mkdir(parents=True)
    shutil.copy(video, folder / "bench" / "videos")
    named |= {"BENCH": str(folder / "bench"), "RUNS": str(folder / "runs"), "QA": str(folder / "qa")}
    for words in (
        f"bench import plain {questions} -o {named['BENCH']}",
        f"bench run {named['BENCH']} --model baseline:longest -o {named['RUNS']}",
        f"qa make {narrations} -o {named['QA']} --workers 1",
    ):
        code, err = run(words.split())
        if code:
            sys.exit(f"{words}: {err}")
    return named


WRITERS = (
    "ask VIDEO Where --report OUT",
    "simulate OUT --minutes 0.1 --size 32",
    "bench import plain ASKED -o OUT",
    "bench run BENCH --model baseline:longest -o OUT",
    "bench report BENCH RUNS -o OUT",
    "qa make NARRATIONS -o OUT --workers 2",
    "qa export QA --format jsonl --to OUT",
    "lmms-eval-tasks BENCH -o OUT",
)
READERS = (
    "ask IN Where",
    "demo --folder IN",
    "bench import plain IN -o OUT",
    "bench run IN --model baseline:longest -o OUT",
    "bench score IN RUNS",
    "qa make IN -o OUT",
    "qa inspect IN",
    "qa export IN --format jsonl --to OUT",
)
SLOW = (
    "ask VIDEO Where",
    "demo --report OUT",
    "simulate OUT --minutes 2 --houses 2",
    "bench simulate --mini -o OUT",
    "bench run BENCH --videos VIDEOS -o OUT",
    "bench report BENCH RUNS -o OUT",
    "bench score BENCH RUNS",
    "qa make NARRATIONS -o OUT --workers 2",
    "train nano --out OUT",
)
BROKEN = {
    "nested too deeply": b"[" * 100_000,
    "5,000 digits": b'{"answer": ' + b"9" * 5000 + b"}",
    "not UTF-8": b'{"a": "\xe9"}\n',
    "half a character": b'{"video": "\\ud83d", "question": "\\ud83d", "options": ["a", "b"], "answer": 0}\n',
    "NaN": b'{"a": NaN}\n',
    "a list": b"[1, 2]\n",
    "text": b'"x"\n',
}


class Sweep:
    """All kinds of faults, on material in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.named = folder, material(folder)
        self.named["VIDEOS"] = str(folder)
        self.kinds: dict[str, Kind] = {}
        self._outs = iter(range(1_000_000))

    def words(self, line: str, **more: str) -> list[str]:
        """Return a line of words with its material in place; OUT is a new place unless given."""
        named = {"OUT": str(self.folder / f"out{next(self._outs)}"), **self.named, **more}
        return [named.get(word, word) for word in line.split()]

    def count(self, kind: str, words: list[str], ended: tuple[int, str], allowed: Sequence[int] = (1,)) -> None:
        judge(self.kinds.setdefault(kind, Kind()), words, *ended, allowed)

    def signals(self) -> None:
        """Ctrl-C once and twice, SIGTERM: at several moments of every slow verb."""
        for line in SLOW:
            for delay in DELAYS:
                sent = {"Ctrl-C": [signal.SIGINT], "two Ctrl-C": [signal.SIGINT] * 2, "SIGTERM": [signal.SIGTERM]}
                for kind, numbers in sent.items():
                    words = self.words(line)
                    code = 128 + numbers[0]
                    # 0: it was done before the signal came.
                    self.count(kind, words, stopped(words, delay, numbers), (code, 0))

    def kills(self) -> None:
        """kill -9, then the same command again: it ends well and leaves no scratch folder."""
        for line in ("simulate OUT --minutes 0.3 --houses 2 --size 64", "qa make NARRATIONS -o OUT --workers 2"):
            for delay in (1.5, 3.0, 6.0):
                words = self.words(line)
                stopped(words, delay, [signal.SIGKILL])
                code, err = run(words)
                out = Path(words[words.index("-o") + 1] if "-o" in words else words[1])
                left = [str(path) for path in out.rglob(".*") if SCRATCH.fullmatch(path.name)]
                self.count(
                    "kill -9, then again", words, (code, err + "".join(f"left: {one}\nleft\n" for one in left)), (0,)
                )

    def places(self) -> None:
        """Output that finds no room, is locked, or has an impossible name."""
        locked = self.folder / "locked"
        locked.mkdir()
        locked.chmod(0o555)
        for line in WRITERS:
            words = self.words(line)
            self.count("full disk", words, run(words, limit=LIMIT), (0, 1))
            words = self.words(line, OUT=str(locked / "out"))
            self.count("locked output", words, run(words, locked=True))
            words = self.words(line, OUT=str(self.folder / LONG))
            self.count("output name of 300 characters", words, run(words))
            words = self.words(line, OUT=str(self.folder / f"{NOT_UTF8}{next(self._outs)}"))
            self.count("output name that is not UTF-8", words, run(words), (0,))

    def inputs(self) -> None:
        """Input that is missing, locked, badly named or no JSON."""
        for line in READERS:
            words = self.words(line, IN=str(self.folder / LONG))
            self.count("input name of 300 characters", words, run(words))
            file = self.folder / f"in{next(self._outs)}.jsonl"
            file.write_text("{}")
            file.chmod(0)
            words = self.words(line, IN=str(file))
            self.count("locked input", words, run(words, locked=True))
            for name, content in BROKEN.items():
                file = self.folder / f"in{next(self._outs)}.jsonl"
                file.write_bytes(content)
                words = self.words(line, IN=str(file))
                # 0: a verb that counts what it leaves out.
                self.count(f"JSON: {name}", words, run(words), (0, 1))


def table(kinds: dict[str, Kind]) -> Iterator[str]:
    """Return the lines that are printed."""
    yield "| fault | runs | not as they should |\n|---|---|---|"
    for name, kind in kinds.items():
        yield f"| {name} | {kind.runs} | {len(kind.bad)} |"
    yield f"| all | {sum(k.runs for k in kinds.values())} | {sum(len(k.bad) for k in kinds.values())} |"
    for name, kind in kinds.items():
        for words, code, line in kind.bad:
            yield f"{name}: exit {code}: {' '.join(words)[:160]!a}: {line[:200]}"


def main() -> None:
    """Sweep and print."""
    parts: dict[str, Callable[[Sweep], None]] = {
        "signals": Sweep.signals,
        "kills": Sweep.kills,
        "places": Sweep.places,
        "inputs": Sweep.inputs,
    }
    chosen = sys.argv[1:] or list(parts)
    with tempfile.TemporaryDirectory(prefix="mmego-faults-") as name:
        sweep = Sweep(Path(name))
        for part in chosen:
            parts[part](sweep)
        print("\n".join(table(sweep.kinds)))
        (Path(name) / "locked").chmod(0o755) if (Path(name) / "locked").exists() else None


if __name__ == "__main__":
    main()
