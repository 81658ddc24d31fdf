"""Time and memory to read and clean a narration file of Ego4D's size; the peer is `json.load`.

    python benchmarks/narrations.py --out /tmp            # about 1 GB is written there and removed again
    python benchmarks/narrations.py --out /tmp --scale 0.05

The file is invented: 8,933 videos, 3.8 million sentences in two passes, with tags, doubts, summaries, disorder,
duplicates and times past the end. Each reader runs in a process of its own. `json.load` only loads; reading also cleans
and merges. Processor seconds are compared: other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

VIDEOS, SENTENCES = 8_933, 3_800_000
LIMIT_MB = 1_500
ACTIONS = (
    "picks up",
    "drops",
    "opens",
    "closes",
    "washes",
    "cuts",
    "looks at",
    "holds",
    "moves",
    "puts down",
    "turns",
    "wipes",
)
THINGS = (
    *(
        "the knife",
        "a red bowl",
        "the fridge door",
        "a piece of wood",
        "the tap",
        "her phone",
        "a plant pot",
        "the dough",
    ),
    *(
        "the trowel",
        "a paint brush",
        "the cards on the table",
        "the bicycle wheel",
        "a cloth",
        "the wire",
        "the pan lid",
    ),
)
ENDS = (
    "",
    "",
    "",
    " with his right hand",
    " on the table",
    " in the sink",
    ".",
    " with both hands",
    " from the #unsure",
)
READ = """
import sys
from pathlib import Path
from mmego.narrations.clean import Drops
from mmego.narrations.readers.ego4d import read_ego4d
drops, videos, kept = Drops(), 0, 0
for _, narrations in read_ego4d(Path(sys.argv[1]), Path(sys.argv[2]), drops):
    videos, kept = videos + 1, kept + len(narrations)
lost = drops.counts.total()
print(f"{videos:,} videos, {kept + lost:,} sentences read, {kept:,} kept, {lost:,} dropped", dict(drops.counts))
"""
LOAD = "import json, sys; print(f'{len(json.load(open(sys.argv[1], encoding=\"utf-8\"))):,} videos loaded')"


def sentence(dice: random.Random) -> str:
    """Return one line as narrators write them."""
    draw = dice.random()
    if draw < 0.02:
        return "#unsure"
    if draw < 0.03:
        return "#C C does something #unsure"
    who = "#C C" if draw < 0.9 else dice.choice(("#O man X", "#O a lady Y", "#O person B", "#c c"))
    return f"{who} {dice.choice(ACTIONS)} {dice.choice(THINGS)}{dice.choice(ENDS)}"


def one_pass(dice: random.Random, length: float, count: int) -> dict[str, Any]:
    """Return the rows of one annotator; a few are out of order, duplicates or past the end."""
    uid = f"{dice.getrandbits(64):016x}"
    rows = [
        {
            "timestamp_sec": (at := round(dice.random() * length * 1.001, 7)),
            "timestamp_frame": int(at * 30),
            "narration_text": sentence(dice),
            "annotation_uid": f"{uid}-{uid[:4]}-{uid[4:8]}-{number:06}",
            "_annotation_round": "first",
            "_status": "narrated and checked",
        }
        for number in range(count)
    ]
    rows.sort(key=lambda row: row["timestamp_sec"])
    rows += rows[: count // 100]
    rows[: count // 50] = rows[count // 50 - 1 :: -1] if count >= 50 else rows[:0]
    return {
        "narrations": rows,
        "summaries": [{"start_sec": 0.0, "end_sec": length, "summary_text": "#Summary C works"}],
    }


def write(folder: Path, scale: float) -> tuple[Path, Path]:
    """Write the narration file and the video list."""
    narrated, listed = folder / "narration.json", folder / "ego4d.json"
    videos = max(1, round(VIDEOS * scale))
    per_pass = SENTENCES // VIDEOS // 2 + 1
    metas = []
    with narrated.open("w", encoding="utf-8") as file:
        file.write("{")
        for number in range(videos):
            dice = random.Random(number)
            uid, length = f"{number:08x}-video", dice.uniform(60, 2400)
            count = max(1, round(per_pass * length / 1230))
            entry = {f"narration_pass_{p}": one_pass(dice, length, count) for p in (1, 2)} | {"status": "complete"}
            file.write(f'{", " if number else ""}"{uid}": {json.dumps(entry)}')
            metas.append({"video_uid": uid, "duration_sec": length, "split_em": dice.choice(("train", "val", None))})
        file.write("}")
    listed.write_text(json.dumps({"videos": metas}), encoding="utf-8")
    return narrated, listed


def measure(program: str, *arguments: Path) -> tuple[float, float, float, str]:
    """Run a program in its own process: processor seconds, wall seconds, peak megabytes and output."""
    tail = (
        "\nimport resource; u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program + tail, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    wall = time.perf_counter() - start
    *output, used = done.stdout.splitlines()
    processor, peak = used.split()
    return float(processor), wall, int(peak) / 1024, " ".join(output)


CUT = """
import sys
from mmego.narrations.clean import Drops
from mmego.narrations.sources import open_source
from mmego.qa.pipeline.cutting import ClipOptions
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.data.folder import Folder
from mmego.qa.filters import FilterOptions
from mmego.qa.pipeline.finish import FinishOptions
from mmego.qa.writing.factories import WriteByRules
from mmego.qa.pipeline.run import Recipe, make_plan
from pathlib import Path
source = open_source([Path(sys.argv[1])], "ego4d", Path(sys.argv[2]))
finish = FinishOptions((), FilterOptions(), CorpusOptions(steps=()))
recipe = Recipe(source.dataset, source.read, ClipOptions(), WriteByRules(0), None, finish, {})
folder = Folder(Path(sys.argv[3]))
folder.root.mkdir()
plan = make_plan(folder, recipe)
print(f"{plan.videos:,} videos cut into {plan.clips:,} clips in {len(plan.tasks)} files")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()), help="where the file is written")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--without-peer", action="store_true", help="leave json.load out: it needs many gigabytes")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mmego-narrations-", dir=options.out))
    try:
        narrated, listed = write(folder, options.scale)
        print(f"{narrated.stat().st_size / 1e6:,.0f} MB written")
        took, wall, peak, output = measure(READ, narrated, listed)
        total = int(output.split(" videos, ")[1].split()[0].replace(",", ""))
        print(output)
        print(f"mmego:     {took:7.1f} s ({wall:.1f} s wall)  {total / took:10,.0f} sentences/s  peak {peak:8,.0f} MB")
        took, wall, cut_peak, output = measure(CUT, narrated, listed, folder / "dataset")
        print(f"read, cut and written as tasks: {output}")
        print(f"mmego:     {took:7.1f} s ({wall:.1f} s wall)  peak {cut_peak:8,.0f} MB")
        peak = max(peak, cut_peak)
        if not options.without_peer:
            its, its_wall, its_peak, _ = measure(LOAD, narrated)
            print(f"json.load: {its:7.1f} s ({its_wall:.1f} s wall), loads only  peak {its_peak:8,.0f} MB")
            print(f"ratio:     {took / its:7.2f}  peak {peak / its_peak:.3f}")
    finally:
        shutil.rmtree(folder)
    if peak > LIMIT_MB:
        sys.exit(f"peak memory {peak:,.0f} MB is over the limit of {LIMIT_MB:,} MB")


if __name__ == "__main__":
    main()
