"""The command, with a rules generator that takes its time: ``python -m tests.qa.slow_make SECONDS make SOURCE ...``.

Every clip that is begun is noted in the file ``$CLIPS_BEGUN``, with the process that began it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mmego.errors import InputError, MmegoError
from mmego.qa.data.clip_qa import ClipQA, Generator
from mmego.qa.writing.factories import RulesGenerator
from mmego.records import NarratedClip


@dataclass(frozen=True)
class WriteSlowly:
    """`Writing` that sleeps before each clip, and fails as the environment says."""

    seed: int
    turns: int
    seconds: float = 0.0
    begun: str = ""
    fails: str = ""
    """Part of a clip's name on which it fails; after ":" how (wrong_key, leaky, other, died)."""

    def __call__(self) -> Generator:
        return SlowRules(self)


class SlowRules:
    def __init__(self, writing: WriteSlowly) -> None:
        self.writing = writing
        self.rules = RulesGenerator(writing.seed, writing.turns)

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        yield from self.rules.write(map(self._note, clips), journal)

    def _note(self, clip: NarratedClip) -> NarratedClip:
        with open(self.writing.begun, "a") as file:
            file.write(f"{os.getpid()} {clip.id}\n")
        time.sleep(self.writing.seconds)
        name, _, how = self.writing.fails.partition(":")
        if name and name in clip.id:
            if how == "wrong_key":
                raise InputError("the server says that the key is wrong")
            if how == "leaky":
                key = os.environ["OPENAI_API_KEY"]
                try:
                    raise ValueError(f"wrong key: {key}")
                except ValueError as error:
                    raise InputError("the server refuses the key") from error
            if how == "died":
                os.kill(os.getpid(), 9)
            raise MmegoError(f"cannot write about {name}")
        return clip


def main(words: list[str]) -> int:
    """Run ``mmego qa ...`` with the slow generator in the place of the rules."""
    from mmego import cli
    from mmego.commands.qa import make

    seconds = float(words[0])

    def write_slowly(seed: int, turns: int) -> WriteSlowly:
        fails = os.environ.get("CLIPS_FAIL", "")
        return WriteSlowly(seed, turns, seconds, os.environ["CLIPS_BEGUN"], fails)

    make.WriteByRules = write_slowly  # type: ignore[assignment, misc]
    return cli.main(["qa", *words[1:]])


if __name__ == "__main__":
    # Under this name, not __main__, so that the workers can import what they are sent.
    from tests.qa import slow_make

    sys.exit(slow_make.main(sys.argv[1:]))
