"""Tuning of a checkpoint's frame selection: alpha and key_frame_spacing, set on validation houses."""

from __future__ import annotations

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.records import MCQ
from mmego.train.nano.evaluation import evaluate
from mmego.train.nano.features import Features
from mmego.train.nano.pointer_stage import TrainingPrompts
from mmego.train.nano.questions import Clip

SPACINGS = (0, 1, 2)
ALPHAS = (0.0, 0.02, 0.1)


def tune_selection(
    model: MmEgoForConditionalGeneration,
    features: Features,
    prompts: TrainingPrompts,
    clips: list[Clip],
    questions: list[list[MCQ]],
    keep: int,
) -> list[dict[str, float]]:
    """Set the config's alpha and key_frame_spacing to the highest accuracy + recall; the first of equals.

    The two conflict: frames of four moments hold the right one more often than four frames of one moment, but the other
    three mislead a small model more often (docs/reference/nano-results.md). An answer and its evidence have the same
    weight.

    Returns:
        A line for each setting tried.
    """
    lines: list[dict[str, float]] = []
    for spacing in SPACINGS:
        for alpha in ALPHAS:
            rows = evaluate(model, features, prompts, clips, questions, (keep,), alpha, spacing, ("pointer",))
            accuracy = sum(r.choice == r.answer for r in rows) / len(rows)
            recall = sum(r.recall for r in rows) / len(rows)
            lines.append({"spacing": spacing, "alpha": alpha, "accuracy": accuracy, "recall": recall})
    best = max(lines, key=lambda line: line["accuracy"] + line["recall"])
    model.config.alpha, model.config.key_frame_spacing = best["alpha"], int(best["spacing"])
    return lines
