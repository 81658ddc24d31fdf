"""``mmego qa export``: write a finished data set in another tool's format."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from mmego.commands.common import parse

VERB = "qa export"
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
OptionalFloat = Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")]


@dataclass(frozen=True)
class ExportOptions:
    """Write a data set made by `mmego qa make` as JSON Lines, Parquet, LLaVA training JSON or a Hugging Face folder."""

    folder: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="OUT", help_behavior_hint="")]
    """The data set's folder: it holds qa.jsonl and, for the card's counts, stats.json."""
    to: Annotated[Path, tyro.conf.arg(aliases=["-o", "--out"], metavar="FILE|FOLDER", help_behavior_hint="")]
    """File to write, or a folder for --format datasets and for --shards of 2 or more."""
    format: Annotated[
        Literal["jsonl", "parquet", "llava", "datasets"] | None,
        tyro.conf.arg(metavar="jsonl|parquet|llava|datasets", help_behavior_hint=""),
    ] = None
    """jsonl and parquet: a conversation per row; llava: training JSON of the LLaVA family; datasets: a folder with a
    card for `datasets.load_dataset` and the Hugging Face Hub. Default: by the ending of -o (.jsonl, .parquet, .json for
    llava), else datasets."""
    reviewed: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Export qa.reviewed.jsonl, which `mmego qa review import` wrote, instead of qa.jsonl."""
    videos: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")] = None
    """Leave out conversations whose video is not in this folder; llava rows name the file's path inside it."""
    frames: OptionalInt = None
    """llava: add the times of this many frames, evenly over the clip, and each turn's key frames among them."""
    video_token: Literal["<image>", "<video>"] = "<image>"
    """llava: placeholder of the video in the first question. LLaVA-NeXT's trainer takes only <image>, for videos, too;
    others (lmms-finetune, LLaMA-Factory, ms-swift) take <video>."""
    per_clip: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """llava: name a separate file for every clip, since trainers read whole files; whole_video and clip say what to cut
    it from."""
    shards: OptionalInt = None
    """Number of files. Default: one; for --format datasets one for every 50,000 conversations of a split."""
    name: str = "Egocentric question-answer pairs"
    """datasets: the card's title."""
    license: Annotated[str | None, tyro.conf.arg(metavar="NAME", help_behavior_hint="")] = None
    """datasets: the licence, by the Hub's name (cc-by-nc-4.0). Default: none is stated."""
    price_in: OptionalFloat = None
    """datasets: dollars per million tokens read; with --price-out the card states what the conversations cost."""
    price_out: OptionalFloat = None
    """datasets: dollars per million tokens written."""
    seed: int = 0
    """datasets: seed of the card's samples."""


def run(arguments: Sequence[str]) -> int:
    """Export; print on stderr what was left out and on stdout what was written; return the exit code."""
    options = parse(ExportOptions, VERB, arguments)
    from mmego.qa.export.card import CardOptions
    from mmego.qa.export.formats import Export, export, format_of

    form = options.format or format_of(options.to)
    if options.format is None and form == "llava":
        print(f"{options.to}: by its ending in the format llava (--format names another)", file=sys.stderr)
    card = CardOptions(options.name, options.license, options.price_in, options.price_out)
    done = export(
        options.folder,
        options.to,
        Export(
            form,
            options.videos,
            options.frames,
            options.shards,
            options.video_token,
            options.per_clip,
            options.reviewed,
            options.seed,
            card,
        ),
    )
    for reason, count in done.drops.counts.most_common():
        examples = "; ".join(done.drops.examples[reason][:3])
        print(f"left out: {reason} {count:,} ({examples})", file=sys.stderr)
    files = f"{len(done.files)} files" if len(done.files) > 1 else "1 file"
    print(f"{done.conversations:,} conversations, {done.turns:,} turns, {files}: {options.to}")
    return 0
