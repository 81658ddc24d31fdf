"""What ``mmego qa make`` and ``qa filter`` say at their end, and why a data set came out empty."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mmego.commands.common import FAILED
from mmego.qa.pipeline.clips import CUT_AWAY
from mmego.qa.pipeline.progress import Counts, Prices
from mmego.qa.pipeline.run import GIVEN_UP

FEWEST_SHOWN = 3
"""Reasons of which an explanation names the commonest."""


def tell(verb: str, out: Path, stats: dict[str, Any], prices: Prices | None = None) -> int:
    """Print the summary; returns the exit code: 1, with the reasons on stderr, where no question is left."""
    print(summary(out, stats, prices))
    if stats["turns"]["kept"]:
        return 0
    print(f"mmego {verb}: {why_nothing(stats)}", file=sys.stderr)
    return FAILED


def summary(out: Path, stats: dict[str, Any], prices: Prices | None = None) -> str:
    """What was made, in a few lines; in dollars where prices are given."""
    turns = stats["turns"]
    conversations = sum(stats["length_classes"]["after"].values())
    dropped = [f"{row['name']} {row['dropped']:,}" for row in stats["filters"] if row["dropped"]]
    kept_videos = f" of {stats['videos_kept']:,} videos" if "videos_kept" in stats else ""
    lines = [
        f"{out / 'qa.jsonl'}: {turns['kept']:,} questions in {conversations:,} conversations{kept_videos}",
        f"  of {turns['written']:,} questions written on {stats['clips']:,} clips of {stats['videos']:,} videos",
    ]
    if dropped:
        lines.append(f"  dropped by filters: {', '.join(dropped)}")
    lines += [*_narrations(stats["narrations"]), *_calls(stats, prices)]
    return "\n".join(lines)


def _narrations(narrations: dict[str, Any]) -> list[str]:
    away = {reason: count for reason, count in narrations["dropped"].items() if reason in CUT_AWAY}
    lost = sum(narrations["dropped"].values()) - sum(away.values())
    if not (lost or away):
        return []
    said = [f"{narrations['kept']:,} used"]
    said += [f"{lost:,} dropped on reading (mmego qa inspect says why)"] * bool(lost)
    return [f"  narrations: {', '.join(said + [f'{count:,} {reason}' for reason, count in away.items()])}"]


def _calls(stats: dict[str, Any], prices: Prices | None) -> list[str]:
    """What models were asked, what they said and what it cost; nothing where none was asked."""
    lines = []
    judged = stats.get("judged", {})
    if judged.get("turns"):
        lines.append(
            f"  judged: {judged['turns']:,} questions; {judged['guessed']:,} answered right without the narrations, "
            f"{judged['not_told']:,} not answered right with them, {judged['no_verdict']:,} without a full verdict"
        )
    tokens, judge = stats["tokens"], stats.get("judge_tokens", {"prompt": 0, "completion": 0})
    counts = Counts(0, 0, 0, tokens["prompt"], tokens["completion"], judge["prompt"], judge["completion"])
    said = [
        f"{part['prompt']:,} read and {part['completion']:,} written by the {who}"
        for who, part in (("writer", tokens), ("judge", judge))
        if any(part.values())
    ]
    if said:
        cost = f"; ${prices.cost(counts):.2f}" if prices is not None and prices.given else ""
        lines.append(f"  tokens: {', '.join(said)}{cost}")
    if stats["failures"]:
        failed = ", ".join(f"{reason} {count:,}" for reason, count in stats["failures"].items())
        again = any(reason in GIVEN_UP for reason in stats["failures"])
        lines.append(f"  calls without use: {failed}{' (those given up: again with --retry-failed)' if again else ''}")
    return lines


def why_nothing(stats: dict[str, Any]) -> str:
    """One line for a data set without a question: what was read, what was dropped, what to try."""
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
        failed = f"; calls without use: {_commonest(stats['failures'])}" if stats["failures"] else ""
        return f"no question was written ({read}{dropped}{failed}). Try --retry-failed, or another model in another OUT"
    return (
        f"no question was written on {stats['clips']:,} clips ({read}{dropped}). The rules need English sentences of "
        "deeds with things (`C picks up the red mug`, `open fridge`): `mmego qa inspect` shows what was read; "
        "--generator llm takes any sentences"
    )


def _commonest(reasons: dict[str, int]) -> str:
    """The commonest reasons with their counts."""
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    more = f" and {len(ordered) - FEWEST_SHOWN} more reasons" if len(ordered) > FEWEST_SHOWN else ""
    return ", ".join(f"{reason} {count:,}" for reason, count in ordered[:FEWEST_SHOWN]) + more
