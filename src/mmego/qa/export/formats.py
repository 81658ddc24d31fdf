"""Exporting a data set folder to JSON Lines, Parquet, LLaVA JSON, or a `datasets` folder."""

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
from mmego.qa.data.samples import read_samples, read_stats, samples_file
from mmego.qa.export.card import CardOptions, SplitFiles, card_text
from mmego.qa.export.llava import MediaToken, llava_row, with_video, without_media_tokens, write_array
from mmego.qa.export.parquet import schema_features, write_parquet
from mmego.qa.export.plots import draw_card_plots
from mmego.qa.export.survey import Survey
from mmego.records import QA
from mmego.video.files import VideoFiles

Format = Literal["jsonl", "parquet", "llava", "datasets"]
SUFFIXES: dict[Format, str] = {"jsonl": ".jsonl", "parquet": ".parquet", "llava": ".json"}
FOREIGN = (".csv", ".tsv", ".txt", ".arrow", ".feather", ".zip", ".gz", ".zst", ".yaml", ".xlsx")
"""Endings of files that are not a format here, and not the name of a folder."""
ROWS_PER_SHARD = 50_000
_SPLITS = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation"}
_SPLITS |= {"dev": "validation", "test": "test"}
_SPLIT_ORDER = ("train", "validation", "test")
# The files that an export writes into a folder. A folder with any other file is never replaced.
_OURS = re.compile(r"README\.md|data|plots|qa-\d{5}-of-\d{5}\.(?:jsonl|parquet|json)")


@dataclass(frozen=True, slots=True)
class Export:
    """How to export. `videos` leaves out conversations whose video is not in that folder (LLaVA rows name its file).

    In LLaVA rows, `frames` adds labels of so many frames, `token` is the token for the video, and `per_clip` names a
    file for each clip. `shards` None means one file, in a `datasets` folder one for every 50,000 conversations. `seed`
    draws the card's samples.
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
class ExportResult:
    """What was written: files, numbers of conversations and turns, and what was left out and why."""

    files: tuple[Path, ...]
    conversations: int
    turns: int
    drops: Drops


def export(folder: Path, to: Path, options: Export) -> ExportResult:
    """Export the data set in `folder` to the file or folder `to`, whole or not at all.

    The samples are read two or more times and not kept in memory. The first pass counts, so that wrong input is refused
    before a file is written.

    Raises:
        InputError: no samples, a malformed one, `to` of the wrong kind or not replaceable, an option out of range.
    """
    _check_options(options)
    to = Path(to).absolute()  # "." has no name from which to make that of a temporary folder.
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
        return ExportResult((to,), conversations, turns, drops)
    with atomic_path(to) as temporary:
        temporary.mkdir()
        shards = _write_shards(
            temporary, f"qa{{}}{SUFFIXES[options.format]}", conversations, options.shards, read(Drops()), write
        )
    return ExportResult(tuple(to / path.name for path in shards), conversations, turns, drops)


def _inside(samples: Iterable[QA], drops: Drops) -> Iterator[QA]:
    """Yield the samples whose video's name stays inside the folder of videos. Others count as ``video_outside``."""
    for sample in samples:
        if stays_inside(sample.video):
            yield sample
        else:
            drops.add("video_outside", sample.video)


def stays_inside(name: str) -> bool:
    """Return True if `name`, joined to a folder, is a path inside it on every system.

    False for ``../x``, ``/x``, ``C:x``, ``\\\\server\\x``, names of only dots and blanks, and names with control
    characters (NUL ends a path) or half of a surrogate pair.
    """
    if not isinstance(name, str) or any(ord(character) < 32 for character in name) or not nameable(name):
        return False
    parts = re.split(r"[\\/]", name)
    # Windows removes dots and blanks from the end of a name: ".. ." is "..".
    steps = [part for part in parts[1:] if part not in ("", ".")]
    if not parts[0] or re.match(r"[A-Za-z]:", name):
        return False
    return all(part.strip(" .") for part in (parts[0], *steps)) or (parts[0] == "." and bool(steps))


def format_of(to: Path) -> Format:
    """Return the format for a target's ending. A name without an ending is a `datasets` folder.

    Raises:
        InputError: no format has this ending.
    """
    ending = Path(to).suffix.lower()
    found = next((form for form, suffix in SUFFIXES.items() if suffix == ending), None)
    if found is None and ending in FOREIGN:
        known = ", ".join(f"{suffix} ({form})" for form, suffix in SUFFIXES.items())
        raise InputError(f"{to}: no format has the ending {ending}; write {known}, or a folder without an ending")
    return found or "datasets"


def _writer(options: Export, files: VideoFiles | None) -> Callable[[Path, Iterable[QA]], int]:
    """Return the function that writes one file of the format."""
    if options.format == "parquet":
        return write_parquet
    if options.format == "jsonl":
        return lambda path, samples: write_jsonl(path, (sample.to_json() for sample in samples))
    return lambda path, samples: write_array(
        path, (llava_row(sample, options.token, files, options.frames, options.per_clip) for sample in samples)
    )


def _export_datasets(
    read: Callable[[], Iterator[QA]],
    counted: Iterator[QA],
    drops: Drops,
    folder: Path,
    to: Path,
    options: Export,
) -> ExportResult:
    """Write Parquet files for each split, a card and its pictures. `counted` is a `read()` with drops in `drops`."""
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
        plots = draw_card_plots(survey, stats, temporary / "plots")
        write_text(temporary / "README.md", card_text(survey, stats, splits, schema_features(), plots, options.card))
        written = tuple(to / path.relative_to(temporary) for path in sorted(temporary.rglob("*")) if path.is_file())
    return ExportResult(written, survey.conversations, survey.turns, drops)


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
    """Write `count` samples to files of nearly equal size, in order, without an empty file."""
    shards = max(1, min(shards, count))
    paths = []
    for index in range(shards):
        path = folder / pattern.format(f"-{index:05d}-of-{shards:05d}")
        write(path, islice(samples, (index + 1) * count // shards - index * count // shards))
        paths.append(path)
    return paths


def split_names(splits: Iterable[str | None]) -> dict[str | None, str]:
    """Return the exported name of each split of the sources.

    ``val`` becomes ``validation``. If no sample has a split, all of them are ``train``. If only some have one, the
    others are ``unassigned``: they may be test videos.

    Raises:
        InputError: a `datasets` folder cannot have a split of this name.
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
    """Raise InputError for a target in the data set itself, and for a folder with files that no export writes."""
    inside, target = folder.resolve(), to.resolve()
    if target == inside or inside in target.parents or target in inside.parents:
        raise InputError(f"-o must be outside of the data set folder {folder}, got {to}")
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
            raise InputError(f"{to} has a file {foreign[0]!r} that no export writes; choose a new or an empty folder")


def _check_some(conversations: int, source: Path, drops: Drops) -> None:
    if not conversations:
        reasons = ", ".join(f"{reason} {count}" for reason, count in drops.counts.items())
        raise InputError(f"{source}: no conversation to export{f' ({reasons})' if reasons else ''}")
