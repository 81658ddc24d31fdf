"""The summary that ``mmego qa make`` and ``qa filter`` print, and the reason for an empty data set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mmego.commands.common import FAILED
from mmego.qa.pipeline.cutting import CUT_AWAY
from mmego.qa.pipeline.progress import Counts, Prices
from mmego.qa.pipeline.run import GIVEN_UP

FEWEST_SHOWN = 3
"""Most reasons that an explanation names, the commonest first."""


def print_summary(verb: str, out: Path, stats: dict[str, Any], prices: Prices | None = None) -> int:
    """Print the summary; return the exit code: 1, with the reasons on stderr, if no question is left."""
    print(summary(out, stats, prices))
    if stats["turns"]["kept"]:
        return 0
    print(f"mmego {verb}: {why_nothing(stats)}", file=sys.stderr)
    return FAILED


def summary(out: Path, stats: dict[str, Any], prices: Prices | None = None) -> str:
    """Return what was made, in a few lines, with dollars if prices are given."""
    turns = stats["turns"]
    conversations = sum(stats["length_classes"]["after"].values())
    dropped = [f"{row['name']} {row['dropped']:,}" for row in stats["filters"] if row["dropped"]]
    kept_videos = f" of {_number(stats['videos_kept'], 'video')}" if "videos_kept" in stats else ""
    kept = f"{_number(turns['kept'], 'question')} in {_number(conversations, 'conversation')}{kept_videos}"
    lines = [
        f"{out / 'qa.jsonl'}: {kept}",
        f"  of {_number(turns['written'], 'question')} written on {_number(stats['clips'], 'clip')} "
        f"of {_number(stats['videos'], 'video')}",
    ]
    if dropped:
        lines.append(f"  dropped by filters: {', '.join(dropped)}")
    lines += [*_narrations(stats["narrations"]), *_calls(stats, prices)]
    return "\n".join(lines)


def _number(count: int, thing: str) -> str:
    """Return a count of things: "1 video", "1,200 videos"."""
    return f"{count:,} {thing}{'s' * (count != 1)}"


def _narrations(narrations: dict[str, Any]) -> list[str]:
    away = {reason: count for reason, count in narrations["dropped"].items() if reason in CUT_AWAY}
    lost = sum(narrations["dropped"].values()) - sum(away.values())
    if not (lost or away):
        return []
    parts = [f"{narrations['kept']:,} used"]
    parts += [f"{lost:,} dropped on reading (mmego qa inspect says why)"] * bool(lost)
    return [f"  narrations: {', '.join(parts + [f'{count:,} {reason}' for reason, count in away.items()])}"]


def _calls(stats: dict[str, Any], prices: Prices | None) -> list[str]:
    """Return lines on the calls to models, their results and cost; none if no model was asked."""
    lines = []
    judged = stats.get("judged", {})
    if judged.get("turns"):
        lines.append(
            f"  judged: {judged['turns']:,} questions; {judged['guessed']:,} answered right without the narrations, "
            f"{judged['not_told']:,} not answered right with them, {judged['no_verdict']:,} without a full verdict"
        )
    tokens, judge = stats["tokens"], stats.get("judge_tokens", {"prompt": 0, "completion": 0})
    counts = Counts(0, 0, 0, tokens["prompt"], tokens["completion"], judge["prompt"], judge["completion"])
    parts = [
        f"{part['prompt']:,} read and {part['completion']:,} written by the {who}"
        for who, part in (("writer", tokens), ("judge", judge))
        if any(part.values())
    ]
    if parts:
        cost = f"; ${prices.cost(counts):.2f}" if prices is not None and prices.given else ""
        lines.append(f"  tokens: {', '.join(parts)}{cost}")
    if stats["failures"]:
        failed = ", ".join(f"{reason} {count:,}" for reason, count in stats["failures"].items())
        again = any(reason in GIVEN_UP for reason in stats["failures"])
        repeat = " (--retry-failed repeats those given up)" if again else ""
        lines.append(f"  calls without a usable answer: {failed}{repeat}")
    return lines


def why_nothing(stats: dict[str, Any]) -> str:
    """Return one line on a data set without questions: what was read, what was dropped, what to try."""
    narrations, turns = stats["narrations"], stats["turns"]
    read = f"{narrations['read']:,} narrations of {stats['videos']:,} videos were read, {narrations['kept']:,} used"
    if turns["written"]:
        reasons = {
            f"{row['name']}: {reason}": count for row in stats["filters"] for reason, count in row["reasons"].items()
        }
        return (
            f"no question is left of {turns['written']:,} written ({read}); dropped: {_commonest(reasons)}. Try "
            "`mmego qa filter OUT --keep-dropped` and look at dropped.jsonl, or leave a filter out: --without NAME"
        )
    lost = _commonest(narrations["dropped"])
    dropped = f"; dropped: {lost}" if lost else ""
    if stats.get("generator") == "llm":
        failed = f"; calls without a usable answer: {_commonest(stats['failures'])}" if stats["failures"] else ""
        return f"no question was written ({read}{dropped}{failed}). Try --retry-failed, or another model in another OUT"
    return (
        f"no question was written on {stats['clips']:,} clips ({read}{dropped}). The rules need English sentences of "
        "actions with things (`C picks up the red mug`, `open fridge`): `mmego qa inspect` shows what was read; "
        "--generator llm takes any sentences"
    )


def _commonest(reasons: dict[str, int]) -> str:
    """Return the commonest reasons with their counts."""
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    more = f" and {len(ordered) - FEWEST_SHOWN} more reasons" if len(ordered) > FEWEST_SHOWN else ""
    return ", ".join(f"{reason} {count:,}" for reason, count in ordered[:FEWEST_SHOWN]) + more
