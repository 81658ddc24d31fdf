"""What the kill -9 test starts: questions on 60 clips, each clip's id printed when it is written.

python -m tests.qa.run_llm URL JOURNAL CONCURRENCY
"""

from __future__ import annotations

import sys
from pathlib import Path

from mmego.qa.writing.llm_generator import GeneratorOptions, LlmGenerator
from tests.qa.narrated_clips import clip

CLIPS = 60


def main() -> None:
    """Write all clips."""
    url, journal, concurrency = sys.argv[1:4]
    generator = LlmGenerator(GeneratorOptions(model="m", base_url=url, concurrency=int(concurrency)), seed=1)
    for sample in generator.write((clip(i) for i in range(CLIPS)), Path(journal)):
        print(sample.clip.id, len(sample.qa.turns), flush=True)
    print("calls", generator.tally.calls, "cached", generator.tally.cached, flush=True)


if __name__ == "__main__":
    main()
