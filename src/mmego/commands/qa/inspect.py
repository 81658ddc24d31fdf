"""``mmego qa inspect``: show what a source of narrations holds, and what cleaning leaves of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from mmego.commands.common import FAILED, parse, wrong_usage
from mmego.narrations.readers.lines import NOT_LISTED

if TYPE_CHECKING:
    from mmego.narrations.clean import Drops
    from mmego.narrations.inspection import Inspection

VERB = "qa inspect"
OptionalFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE", help_behavior_hint="")]
OptionalText = Annotated[str | None, tyro.conf.arg(metavar="NAME", help_behavior_hint="")]
Switch = Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")]
Format = Literal["auto", "ego4d", "mmego-sim", "epic-kitchens", "hd-epic", "csv", "jsonl", "srt", "vtt"]


@dataclass(frozen=True)
class InspectOptions:
    """Count the videos and narrations of a source; show every reason for a dropped line, and the first sentences."""

    source: Annotated[
        tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="SOURCE [SOURCE ...]", help_behavior_hint="")
    ]
    """Narration files or folders of one format: Ego4D, EPIC-KITCHENS, HD-EPIC, simulated, CSV, JSON Lines, SRT, VTT."""
    format: Format = "auto"
    """Format of the source; auto looks at its content."""
    videos: OptionalFile = None
    """Durations and splits: ego4d.json, or a CSV with video_id and duration. Default: the one beside the source."""
    split: OptionalText = None
    """Use only the videos of this official split (Ego4D: train, val, test; EPIC-KITCHENS: train, validation)."""
    exclude: OptionalFile = None
    """Videos to leave out: EgoSchema's uid_to_ego4d.json, or a list (text, CSV, JSON)."""
    trust_pickle: Switch = False
    """Read HD-EPIC's pickle. A pickle can run code; mmego's restricted reader runs none."""
    json: Switch = False
    """Print one JSON object instead of text."""


def run(arguments: Sequence[str]) -> int:
    """Read the source once and print what is in it; return the exit code."""
    options = parse(InspectOptions, VERB, arguments)
    if not options.source:
        return wrong_usage(VERB, "give at least one SOURCE")
    from mmego.narrations.clean import Drops
    from mmego.narrations.inspection import inspect_narrations, inspection_text
    from mmego.narrations.sources import open_source
    from mmego.narrations.split import choose_videos, read_exclusions

    source = open_source(options.source, options.format, options.videos, trust_pickle=options.trust_pickle)
    exclude = read_exclusions(options.exclude) if options.exclude is not None else frozenset()
    drops = Drops()
    found = inspect_narrations(choose_videos(source.read(drops), drops, options.split, exclude))
    listed = sorted({str(file) for path in source.paths if (file := source.videos_of(path)) is not None})
    if options.json:
        about = {"dataset": source.dataset, "format": source.format, "video_lists": listed}
        print(json.dumps({**about, **found.to_json(drops)}, indent=1, ensure_ascii=False))
        return _code(found, drops)
    title = f"{source.dataset}: {len(source.paths)} file{'s' * (len(source.paths) > 1)} of the format {source.format}"
    lists = f"; video list {', '.join(listed)}" if listed else "; no video list: lengths and splits are unknown"
    print(inspection_text(found, drops, title + lists))
    return _code(found, drops)


def _code(found: Inspection, drops: Drops) -> int:
    """Return 0, or 1 with the reasons on stderr if no narration is left."""
    if found.narrations:
        return 0
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in drops.counts.most_common(4)) or "nothing"
    unlisted = drops.counts[NOT_LISTED]
    hint = "the list must name the videos as the narrations do" if unlisted else "see the examples above"
    print(
        f"mmego {VERB}: no narration is left of {found.videos:,} videos (dropped: {reasons}); {hint}", file=sys.stderr
    )
    return FAILED
