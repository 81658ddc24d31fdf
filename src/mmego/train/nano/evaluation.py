"""Evaluation of a checkpoint on simulated houses that it was not trained on: key-frame recall and multiple choice.

It reads precomputed features; `mmego bench run` measures the same through the engine and video files.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from mmego.errors import InputError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.pointer import fill_key_frames
from mmego.model.sequence_layout import IGNORE, pad_ids
from mmego.model.training import answer_logprobs
from mmego.records import MCQ
from mmego.selectors import select, select_uniform
from mmego.train.nano.features import Features, project
from mmego.train.nano.pointer_stage import TrainingPrompts, score_clips
from mmego.train.nano.questions import Clip, key_frames

SELECTIONS = ("pointer", "uniform", "key_frames", "blind")


@dataclass(frozen=True)
class AnswerRow:
    """The answer to one multiple-choice question with one selection of frames: a prediction's fields and recall.

    `recall` is the share of the question's key spans that hold at least one of the frames shown.
    """

    id: str
    video: str
    category: str
    select: str
    keep: int
    choice: int
    answer: int
    recall: float
    frames: tuple[int, ...]


def span_recall(question: MCQ, frames: list[int]) -> float:
    """Return the share of key spans that hold the time i + 0.5 of a shown frame i, or whose nearest frame is shown."""
    if question.clip is None:
        raise InputError(f"{question.id}: key-frame recall needs the clip's length")
    times = torch.arange(int(question.clip.end)).double().numpy() + 0.5
    shown = set(frames)
    hit = [bool(shown & set(key_frames((span,), times))) for span in question.key_spans]
    return sum(hit) / len(hit)


def choose_frames(select_by: str, scores_N: Tensor, question: MCQ, keep: int, alpha: float, spacing: int) -> list[int]:
    """Return the frames to show for one question: the pointer's, evenly spaced ones, the key frames, or none."""
    count = len(scores_N)
    if select_by == "blind":
        return []
    if select_by == "uniform":
        return list(select_uniform(count, keep).indices)
    if select_by == "pointer":
        return list(select(scores_N, keep, alpha, spacing).indices)
    times = torch.arange(count).double().numpy() + 0.5
    return fill_key_frames(key_frames(question.key_spans, times), count, keep)


@dataclass
class AnswerSample:
    """One exchange: the frames shown (none if blind), prompt and answer as token ids."""

    clip: Clip
    frames: list[int]
    prompt: list[int]
    answer: list[int]


class AnswerCollate:
    """Pads answer samples; `hidden` holds one (K, T, C) tensor for each sample, or None if blind."""

    def __init__(self, features: Features) -> None:
        self._features = features

    def __call__(self, samples: list[AnswerSample]) -> dict[str, Any]:
        hidden = [
            self._features.frames(s.clip.episode, torch.tensor(s.frames) + s.clip.first).float() if s.frames else None
            for s in samples
        ]
        ids, mask = pad_ids([s.prompt + s.answer for s in samples])
        labels = torch.where(mask, ids, IGNORE)
        for row, sample in enumerate(samples):
            labels[row, : len(sample.prompt)] = IGNORE
        return {"hidden": hidden, "ids_BL": ids, "labels_BL": labels}


def likeliest_choices(
    model: MmEgoForConditionalGeneration,
    prompts: TrainingPrompts,
    collate: AnswerCollate,
    questions: list[tuple[Clip, MCQ, list[int]]],
    batch_size: int = 32,
) -> list[int]:
    """Return the most likely choice of each question, by the summed log-likelihood of its text as the answer."""
    choices = []
    with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16):
        for start in range(0, len(questions), batch_size):
            group = questions[start : start + batch_size]
            samples = [
                AnswerSample(clip, frames, prompts.prompt(q.question, len(frames)), prompts.answer(option))
                for clip, q, frames in group
                for option in q.options
            ]
            batch = collate(samples)
            V = [None if h is None else project(model, h) for h in batch["hidden"]]
            ids, labels = batch["ids_BL"].to(model.device), batch["labels_BL"].to(model.device)
            likelihood = answer_logprobs(model, V, ids, labels).sum(1).cpu()
            first = 0
            for _, q, _ in group:
                choices.append(int(likelihood[first : first + len(q.options)].argmax()))
                first += len(q.options)
    return choices


def evaluate(
    model: MmEgoForConditionalGeneration,
    features: Features,
    prompts: TrainingPrompts,
    clips: list[Clip],
    questions: list[list[MCQ]],
    keeps: tuple[int, ...] = (4, 8),
    alpha: float = 0.0,
    spacing: int = 0,
    selections: tuple[str, ...] = SELECTIONS,
) -> list[AnswerRow]:
    """Ask every question of every clip for each selection and number of frames kept; rows in a fixed order."""
    model.train(False)
    scores = score_questions(model, features, prompts, clips, questions)
    answers = AnswerCollate(features)
    rows = []
    for how in selections:
        for keep in keeps if how != "blind" else keeps[:1]:
            shown_questions = [
                (clip, q, choose_frames(how, scores[c][i], q, keep, alpha, spacing))
                for c, clip in enumerate(clips)
                for i, q in enumerate(questions[c])
            ]
            choices = likeliest_choices(model, prompts, answers, shown_questions)
            for (_, q, frames), choice in zip(shown_questions, choices, strict=True):
                shown = 0 if how == "blind" else keep
                recall = span_recall(q, frames)
                rows.append(AnswerRow(q.id, q.video, q.category, how, shown, choice, q.answer, recall, tuple(frames)))
    return rows


def score_questions(
    model: MmEgoForConditionalGeneration,
    features: Features,
    prompts: TrainingPrompts,
    clips: list[Clip],
    questions: list[list[MCQ]],
) -> list[Tensor]:
    """Compute the pointer's scores (Q, N) of each clip's multiple-choice questions, in their order."""
    by_text = [{a.turn.question: i for i, a in enumerate(clip.questions)} for clip in clips]
    scores = score_clips(model, clips, features, prompts)
    return [
        scores[c][[by_text[c][q.question] for q in questions[c]]] if questions[c] else scores[c][:0]
        for c in range(len(clips))
    ]


def pointer_recall(
    model: MmEgoForConditionalGeneration,
    features: Features,
    prompts: TrainingPrompts,
    clips: list[Clip],
    questions: list[list[MCQ]],
    keeps: tuple[int, ...] = (4, 8),
    alpha: float = 0.0,
    spacing: int = 0,
) -> dict[str, float]:
    """Compute the mean key-span recall of the pointer's frames and of uniform ones: ``recall@4``, ``uniform@4``, ..."""
    scores = score_questions(model, features, prompts, clips, questions)
    found: dict[str, list[float]] = {}
    for clip_scores, group in zip(scores, questions, strict=True):
        for score, q in zip(clip_scores, group, strict=True):
            for keep in keeps:
                for name, how in (("recall", "pointer"), ("uniform", "uniform")):
                    frames = choose_frames(how, score, q, keep, alpha, spacing)
                    found.setdefault(f"{name}@{keep}", []).append(span_recall(q, frames))
    return {name: sum(values) / len(values) for name, values in found.items()}


def summary_rows(rows: list[AnswerRow]) -> list[dict[str, object]]:
    """Compute accuracy and recall per selection, frames kept and category ("all" first), with counts."""
    keys = sorted({(r.select, r.keep) for r in rows}, key=lambda k: (SELECTIONS.index(k[0]), k[1]))
    out: list[dict[str, object]] = []
    for how, keep in keys:
        part = [r for r in rows if (r.select, r.keep) == (how, keep)]
        for category in ("all", *sorted({r.category for r in part})):
            some = [r for r in part if category in ("all", r.category)]
            out.append(
                {
                    "select": how,
                    "keep": keep,
                    "category": category,
                    "questions": len(some),
                    "accuracy": sum(r.choice == r.answer for r in some) / len(some),
                    "recall": sum(r.recall for r in some) / len(some),
                }
            )
    return out


def rows_to_json(rows: list[AnswerRow]) -> list[dict[str, object]]:
    """Return the rows as JSON values."""
    return [asdict(r) for r in rows]
