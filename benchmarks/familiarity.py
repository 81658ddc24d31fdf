"""How often a checkpoint calls a video strange that is of its world, and how often it takes a real one for its own.

    python benchmarks/familiarity.py --houses out/egomemoria-sim/videos --real FOLDER

FOLDER holds camera footage. Of every video the pictures are taken that the engine would keep measures of: up to 300
evenly spaced ones, one a second at most, thinned out to 60. Real footage is also cut into pieces of two seconds, and
whole videos and pieces are shrunk, turned, brightened and darkened. With `--made`, what scripts/make_familiarity.py
drew, distances of the model's own mean tokens E are printed as well, which tell nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageEnhance
from torch import Tensor
from tqdm import tqdm

from mmego import Engine
from mmego.engine.loading import find_asset
from mmego.model.configuration import MmEgoConfig
from mmego.model.familiarity import MOST_KEPT, Familiarity, measure_grain, read_familiarity
from mmego.records import Span
from mmego.selectors import select_uniform
from mmego.video.decode import decode_frames, probe
from mmego.video.sampling import frame_times

PIECE = 2.0
Change = Callable[[Image.Image], Image.Image]
CHANGES: dict[str, Change] = {
    "as they are": lambda picture: picture,
    "shrunk to a third first": lambda picture: picture.resize((43, 43), Image.Resampling.BICUBIC).resize(picture.size),
    "the middle half": lambda picture: picture.crop((32, 32, 96, 96)).resize(picture.size, Image.Resampling.BICUBIC),
    "turned by 90 degrees": lambda picture: picture.rotate(90),
    "upside down": lambda picture: picture.rotate(180),
    "half as bright": lambda picture: ImageEnhance.Brightness(picture).enhance(0.5),
    "brighter by half": lambda picture: ImageEnhance.Brightness(picture).enhance(1.5),
}


def pictures_of(path: Path, config: MmEgoConfig, clip: Span | None = None, most: int = MOST_KEPT) -> list[np.ndarray]:
    """Return the pictures whose measures decide."""
    times = frame_times(probe(path).duration, config.max_frames, config.frames_per_second, clip)
    kept = [times[i] for i in select_uniform(len(times), most).indices]
    size = (config.image_size, config.image_size)
    return [frame.image for frame in decode_frames(path, kept, size=size)]


def pieces(path: Path) -> Iterator[Span]:
    """Stretches of two seconds, one after the other; of a video that is no longer, itself."""
    for number in range(max(1, int(probe(path).duration / PIECE))):
        yield Span(number * PIECE, (number + 1) * PIECE)


def strange(known: Familiarity, pictures: list[np.ndarray], change: Change) -> bool:
    """Whether the checkpoint would warn."""
    changed = [np.asarray(change(Image.fromarray(picture))) for picture in pictures]
    return not known.knows(measure_grain(changed))


def show_embeddings(made: Path, real: Path, directions: int = 64) -> None:
    """Print how far videos lie from the training houses by their mean tokens E (Mahalanobis, the main directions)."""
    engine = Engine.from_pretrained("nano", precision="float32")

    def tokens(folder: Path) -> list[Tensor]:
        return [engine.index(path).E_NC for path in tqdm(sorted(folder.rglob("*.mp4")), desc=folder.name, disable=None)]

    usual_NC = torch.cat(tokens(made / "training"))
    values_C, vectors_CC = torch.linalg.eigh(usual_NC.T.cov())
    spread_K, axes_CK = values_C[-directions:].sqrt(), vectors_CC[:, -directions:]
    print("| distance of E, in standard deviations | videos | median over a video: least | middle | most |")
    print("|---|---|---|---|---|")
    for name, folder in (("validation houses", made / "validation"), ("real footage", real)):
        off = [((E_NC - usual_NC.mean(0)) @ axes_CK / spread_K).square().mean(1).sqrt() for E_NC in tokens(folder)]
        middle = sorted(float(distances.median()) for distances in off)
        cells = f"{middle[0]:.2f} | {middle[len(middle) // 2]:.2f} | {middle[-1]:.2f}"
        print(f"| {name} | {len(off)} | {cells} |")


def main() -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=find_asset("nano"))
    parser.add_argument("--houses", type=Path)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--made", type=Path)
    given = parser.parse_args()
    config, known = MmEgoConfig.from_pretrained(given.model), read_familiarity(given.model / "familiarity.json")
    if given.houses is not None:
        found: dict[str, list[bool]] = {"whole": [], "four even pictures": [], "the first ten seconds": []}
        for path in tqdm(sorted(given.houses.rglob("*.mp4")), desc="houses", disable=None):
            same = CHANGES["as they are"]
            found["whole"].append(strange(known, pictures_of(path, config), same))
            found["four even pictures"].append(strange(known, pictures_of(path, config, most=4), same))
            short = pictures_of(path, config, Span(0.0, 10.0))
            found["the first ten seconds"].append(strange(known, short, same))
        print("| houses | videos | false alarms |\n|---|---|---|")
        for name, alarms in found.items():
            print(f"| {name} | {len(alarms)} | {sum(alarms)} |")
    if given.real is not None:
        videos = sorted(given.real.rglob("*.mp4"))
        whole = [pictures_of(path, config) for path in videos]
        cut = [pictures_of(path, config, span) for path in videos for span in pieces(path)]
        print("| real footage | videos | missed | pieces of 2 s | missed |\n|---|---|---|---|---|")
        for name, change in CHANGES.items():
            missed = [sum(not strange(known, pictures, change) for pictures in group) for group in (whole, cut)]
            print(f"| {name} | {len(whole)} | {missed[0]} | {len(cut)} | {missed[1]} |")
    if given.made is not None and given.real is not None:
        show_embeddings(given.made, given.real)
    if given.houses is None and given.real is None:
        sys.exit("give --houses, --real or both")


if __name__ == "__main__":
    main()
