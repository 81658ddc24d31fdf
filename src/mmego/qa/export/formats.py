"""From a data set folder to the formats that others read: JSON Lines, Parquet, LLaVA JSON, a `datasets` folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from mmego.errors import InputError
from mmego.files import atomic_path, require_file, require_folder, write_jsonl, write_text
from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import nameable
from mmego.qa.data.read import read_samples, read_stats, samples_file
from mmego.qa.export.card import CardOptions, SplitFiles, card_text
from mmego.qa.export.llava import MediaToken, llava_row, with_video, without_media_tokens, write_array
from mmego.qa.export.parquet import features, write_parquet
from mmego.qa.export.plots import draw
from mmego.qa.export.statistics import Survey
from mmego.records import QA
from mmego.video.files import VideoFiles

Format = Literal["jsonl", "parquet", "llava", "datasets"]
SUFFIXES: dict[Format, str] = {"jsonl": ".jsonl", "parquet": ".parquet", "llava": ".json"}
FOREIGN = (".csv", ".tsv", ".txt", ".arrow", ".feather", ".zip", ".gz", ".zst", ".yaml", ".xlsx")
"""Endings of files that nobody takes for a folder's name, and that no format has."""
ROWS_PER_SHARD = 50_000
_SPLITS = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation"}
_SPLITS |= {"dev": "validation", "test": "test"}
_SPLIT_ORDER = ("train", "validation", "test")
# What an export writes into a folder: a folder with anything else in it is never replaced.
_OURS = re.compile(r"README\.md|data|plots|qa-\d{5}-of-\d{5}\.(?:jsonl|parquet|json)")


@dataclass(frozen=True, slots=True)
class Export:
    """How to export: `videos` leaves out conversations whose video is not in that folder (LLaVA rows name its file).

    In LLaVA rows `frames` adds labels of so many frames, `token` stands for the video, `per_clip` names a file a clip.
    `shards` None means one file, and in a `datasets` folder one for every 50,000 conversations. `seed` draws the card's
    samples.
    """

    format: Format
    videos: Path | None = None
    frames: int | None = None
    shards: int | None = None
    token: MediaToken = "<image>"
    per_clip: bool = False
    reviewed: bool = False
    seed: int = 0
    card: CardOptions = field(default_factory=CardOptions)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files, conversations, turns, and what was left out and why."""

    files: tuple[Path, ...]
    conversations: int
    turns: int
    drops: Drops


def export(folder: Path, to: Path, options: Export) -> Exported:
    """Export the data set in `folder` to the file or folder `to`, whole or not at all.

    The samples are read twice or more and never held: a first pass counts, so that wrong input ends it before a file
    is written.

    Raises:
        InputError: no samples, a malformed one, `to` of the wrong kind or not to be replaced, an option out of range.
    """
    _check_options(options)
    to = Path(to).absolute()  # "." has no name that a temporary folder could be called after
    source = samples_file(folder, options.reviewed)
    _check_target(Path(folder), to, options)
    files = VideoFiles(options.videos) if options.videos is not None else None
    if files is not None:
        files.require_folder()

    def read(drops: Drops) -> Iterator[QA]:
        samples = _inside(read_samples(source), drops)
        if files is not None:
            samples = with_video(samples, files, drops)
        return without_media_tokens(samples, drops) if options.format == "llava" else samples

    drops = Drops()
    if options.format == "datasets":
        return _export_datasets(lambda: read(Drops()), read(drops), drops, Path(folder), to, options)
    conversations = turns = 0
    for sample in read(drops):
        conversations += 1
        turns += len(sample.turns)
    _check_some(conversations, source, drops)
    write = _writer(options, files)
    if options.shards is None or options.shards == 1:
        write(to, read(Drops()))
        return Exported((to,), conversations, turns, drops)
    with atomic_path(to) as temporary:
        temporary.mkdir()
        shards = _write_shards(
            temporary, f"qa{{}}{SUFFIXES[options.format]}", conversations, options.shards, read(Drops()), write
        )
    return Exported(tuple(to / path.name for path in shards), conversations, turns, drops)


def _inside(samples: Iterable[QA], drops: Drops) -> Iterator[QA]:
    """The samples whose video's name leads nowhere but into the folder of videos; others count as ``video_outside``."""
    for sample in samples:
        if stays_inside(sample.video):
            yield sample
        else:
            drops.add("video_outside", sample.video)


def stays_inside(name: str) -> bool:
    """True if `name`, joined to a folder, is a path inside of it on every system.

    Not so are ``../x``, ``/x``, ``C:x``, ``\\\\server\\x``, names of dots and blanks alone, and those with control
    characters (NUL ends a path) or half of a surrogate pair.
    """
    if not isinstance(name, str) or any(ord(character) < 32 for character in name) or not nameable(name):
        return False
    parts = re.split(r"[\\/]", name)
    # Windows takes dots and blanks off the end of a name: ".. ." is "..".
    steps = [part for part in parts[1:] if part not in ("", ".")]
    if not parts[0] or re.match(r"[A-Za-z]:", name):
        return False
    return all(part.strip(" .") for part in (parts[0], *steps)) or (parts[0] == "." and bool(steps))


def format_of(to: Path) -> Format:
    """The format that a target's ending tells; a name without one is a `datasets` folder.

    Raises:
        InputError: an ending that no format has.
    """
    ending = Path(to).suffix.lower()
    found = next((form for form, suffix in SUFFIXES.items() if suffix == ending), None)
    if found is None and ending in FOREIGN:
        known = ", ".join(f"{suffix} ({form})" for form, suffix in SUFFIXES.items())
        raise InputError(f"{to}: no format is written to {ending} files; endings are {known}, and a folder has none")
    return found or "datasets"


def _writer(options: Export, files: VideoFiles | None) -> Callable[[Path, Iterable[QA]], int]:
    """The function that writes one file of the format."""
    if options.format == "parquet":
        return write_parquet
    if options.format == "jsonl":
        return lambda path, samples: write_jsonl(path, (sample.to_json() for sample in samples))
    return lambda path, samples: write_array(
        path, (llava_row(sample, options.token, files, options.frames, options.per_clip) for sample in samples)
    )


def _export_datasets(
    read: Callable[[], Iterator[QA]], counted: Iterator[QA], drops: Drops, folder: Path, to: Path, options: Export
) -> Exported:
    """Parquet files a split, a card and its pictures; `counted` is a `read()` whose drops go to `drops`."""
    survey = Survey.of(counted, options.seed)
    _check_some(survey.conversations, folder, drops)
    stats = read_stats(folder)
    names = split_names(survey.splits)
    counts: Counter[str] = Counter()
    for split, count in survey.splits.items():
        counts[names[split]] += count
    with atomic_path(to) as temporary:
        temporary.mkdir()
        splits = [
            _write_split(temporary / "data", name, counts[name], _of_split(read(), names, name), options.shards)
            for name in sorted(counts, key=_split_rank)
        ]
        plots = draw(survey, stats, temporary / "plots")
        write_text(temporary / "README.md", card_text(survey, stats, splits, features(), plots, options.card))
        written = tuple(to / path.relative_to(temporary) for path in sorted(temporary.rglob("*")) if path.is_file())
    return Exported(written, survey.conversations, survey.turns, drops)


def _write_split(data: Path, name: str, count: int, samples: Iterator[QA], shards: int | None) -> SplitFiles:
    sizes: list[int] = []

    def write(path: Path, part: Iterable[QA]) -> int:
        sizes.append(write_parquet(path, part))
        return sizes[-1]

    wanted = shards if shards is not None else -(-count // ROWS_PER_SHARD)
    paths = _write_shards(data, f"{name}{{}}.parquet", count, wanted, samples, write)
    return SplitFiles(name, count, sum(sizes), sum(path.stat().st_size for path in paths))


def _write_shards(
    folder: Path,
    pattern: str,
    count: int,
    shards: int,
    samples: Iterator[QA],
    write: Callable[[Path, Iterable[QA]], int],
) -> list[Path]:
    """Cut `count` samples into files of nearly equal size, in order; never an empty one."""
    shards = max(1, min(shards, count))
    paths = []
    for index in range(shards):
        path = folder / pattern.format(f"-{index:05d}-of-{shards:05d}")
        write(path, islice(samples, (index + 1) * count // shards - index * count // shards))
        paths.append(path)
    return paths


def split_names(splits: Iterable[str | None]) -> dict[str | None, str]:
    """The exported name of each of the sources' splits.

    ``val`` becomes ``validation``; where no sample has a split, all of them are ``train``; where only some have one,
    the others are ``unassigned``: they may be anybody's test videos.

    Raises:
        InputError: a split's name cannot be one of a `datasets` folder.
    """
    names: dict[str | None, str] = {}
    found = list(splits)
    for split in found:
        if split is None:
            names[split] = "train" if all(other is None for other in found) else "unassigned"
            continue
        names[split] = _SPLITS.get(split.lower(), split)
        if not re.fullmatch(r"\w+", names[split]):
            raise InputError(f"a split is named with letters, digits and underscores, got {split!r}")
    return names


def _of_split(samples: Iterable[QA], names: dict[str | None, str], name: str) -> Iterator[QA]:
    return (sample for sample in samples if names[sample.source.split] == name)


def _split_rank(name: str) -> tuple[int, str]:
    return (_SPLIT_ORDER.index(name) if name in _SPLIT_ORDER else len(_SPLIT_ORDER)), name


def _check_options(options: Export) -> None:
    if options.format != "llava" and (options.frames is not None or options.per_clip):
        raise InputError(f"--frames and --per-clip are for --format llava, got --format {options.format}")
    for name, value in (("--frames", options.frames), ("--shards", options.shards)):
        if value is not None and value < 1:
            raise InputError(f"{name} must be at least 1, got {value}")


def _check_target(folder: Path, to: Path, options: Export) -> None:
    """Never write into the data set itself, nor over a folder that holds anything an export does not write."""
    inside, target = folder.resolve(), to.resolve()
    if target == inside or inside in target.parents or target in inside.parents:
        raise InputError(f"-o must lie outside of the data set folder {folder}, got {to}")
    if options.format != "datasets" and options.shards in (None, 1):
        if to.is_dir():
            raise InputError(f"{to} is a folder; --format {options.format} writes one file (or give --shards)")
        require_file(to)
        return
    if to.is_file() or to.suffix in SUFFIXES.values():
        raise InputError(f"{to} is named like a file; --format {options.format} with more than one file needs a folder")
    require_folder(to)
    if to.is_dir():
        foreign = sorted(path.name for path in to.iterdir() if not _OURS.fullmatch(path.name))
        if foreign:
            raise InputError(f"{to} holds {foreign[0]!r}, which no export wrote; give a new or an empty folder")


def _check_some(conversations: int, source: Path, drops: Drops) -> None:
    if not conversations:
        reasons = ", ".join(f"{reason} {count}" for reason, count in drops.counts.items())
        raise InputError(f"{source}: no conversation to export{f' ({reasons})' if reasons else ''}")
