"""Make EgoMemoria-Sim anew: its questions, its videos, and the hashes that ship with the package.

    python scripts/make_egomemoria_sim.py --videos out/egomemoria-sim

tells what happens in the houses of `mmego.bench.egomemoria_sim.questions.plan()`, asks about it by rules, draws the
videos that the folder lacks, and writes questions.jsonl, benchmark.json and videos.json into
src/mmego/assets/egomemoria-sim. The same versions of Panda3D, PyAV and NumPy on the same kind of processor give the
same bytes. With `--draw 0` no video is drawn: questions and stories are written, and the bytes of those videos that the
folder has.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from mmego.bench.data.folder import save_benchmark
from mmego.bench.egomemoria_sim.questions import (
    FPS,
    NAME,
    SCHEMA,
    SEED,
    SHIPPED,
    SIZE,
    TICKS,
    VIDEOS,
    ShippedVideo,
    SimVideo,
    plan,
    questions,
    story_of,
)
from mmego.bench.egomemoria_sim.videos import draw_all, read_made, versions
from mmego.files import write_json
from mmego.records import Narration
from mmego.sim.story import story_hash


def list_videos(videos: Sequence[SimVideo], narrations: Mapping[str, Sequence[Narration]], folder: Path) -> None:
    """Write videos.json; a video that was drawn must tell the same story as without being drawn."""
    listed = []
    for video in videos:
        story, made = story_hash(narrations[video.video]), read_made(video, folder) or {}
        assert made.get("story", story) == story, f"{video.video} tells another story when it is drawn"
        frames, size, digest = video.seconds * FPS, made.get("bytes"), made.get("sha256")
        listed.append(
            ShippedVideo(video.video, video.seed, video.seconds, video.length_class, frames, size, digest, story)
        )
    about = {"schema": SCHEMA, "fps": FPS, "size": SIZE, "ticks": TICKS, "made_with": versions()}
    write_json(SHIPPED / VIDEOS, {**about, "videos": [video.to_json() for video in listed]})
    noted = sum(video.sha256 is not None for video in listed)
    print(f"{len(listed)} videos listed, {noted} with their bytes")


def main() -> None:
    """Tell, ask, draw, list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=Path, default=Path("out/egomemoria-sim"))
    parser.add_argument("--draw", type=int, default=2, metavar="WORKERS", help="processes that draw; 0 draws nothing")
    given = parser.parse_args()

    videos = plan()
    narrations = {video.video: story_of(video) for video in tqdm(videos, desc="stories")}
    asked = list(questions(videos, story=lambda video: narrations[video.video]))
    print(save_benchmark(SHIPPED, NAME, asked, {"generator": "rules", "seed": SEED, "videos": len(videos)}))
    if given.draw:
        draw_all(videos, given.videos, given.draw)
    list_videos(videos, narrations, given.videos)


if __name__ == "__main__":
    main()
