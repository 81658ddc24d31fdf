"""Index a video once, ask it several questions, keep its memory on disk and write the report.

python examples/ask_video.py walk.mp4 "Where did I put the red mug?" "What did I pick up first?"
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mmego import Engine, Memory


def main() -> None:
    """Ask the questions of the command line; a second run reads the memory instead of the video."""
    parser = argparse.ArgumentParser(description="ask a first-person video questions")
    parser.add_argument("video", type=Path)
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--model", default="nano", help="nano, a checkpoint folder, or a hub id")
    given = parser.parse_args()

    engine = Engine.from_pretrained(given.model)
    folder = given.video.with_suffix(".memory")
    memory = Memory.load(folder) if folder.is_dir() else engine.index(given.video)

    # A video that changed is refused; one that was thrown away is not missed.
    for answer in engine.ask_all(memory, given.questions, stale_ok=not given.video.exists()):
        best = answer.evidence[0]
        print(f"{answer.question}\n  {answer.answer}  (seen best at {best.time:.1f} s, score {best.score:.2f})")

    memory.save(folder)  # with the frames' prefix, which the first question made


if __name__ == "__main__":
    main()
