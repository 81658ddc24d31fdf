"""One stage of training: Hugging Face's Trainer with an objective that returns named losses.

A stage's data set has no end: item i depends only on (seed, i), so a run that was stopped continues with exactly the
items that it would have seen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset, SequentialSampler
from transformers import Trainer, TrainerCallback, TrainingArguments

from mmego.files import write_json

Batch = Any
Losses = dict[str, Tensor]


@dataclass
class StageOptions:
    """How one stage is trained."""

    steps: int
    """Optimiser steps."""
    batch_size: int
    """Samples a step."""
    learning_rate: float = 1e-3
    """Highest learning rate; cosine to 2 % of it after a linear warm-up."""
    warmup_steps: int = 100
    """Steps of linear warm-up."""
    weight_decay: float = 0.05
    """AdamW's weight decay (no decay of biases and norms)."""
    evaluate_every: int = 500
    """Steps between evaluations on held-out training-side houses."""
    save_every: int = 500
    """Steps between checkpoints; a stopped run continues from the last."""


class DrawnDataset(Dataset[Any]):
    """`count` samples, sample i drawn by `draw(i)`; the same i gives the same sample."""

    def __init__(self, draw: Callable[[int], Any], count: int) -> None:
        self._draw = draw
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Any:
        return self._draw(index)


class _Evaluation(TrainerCallback):
    """Adds the stage's own evaluation to the log every `every` steps."""

    def __init__(self, module: nn.Module, evaluate: Callable[[], dict[str, float]], every: int) -> None:
        self._module = module
        self._evaluate = evaluate
        self._every = every
        self.trainer: Trainer | None = None

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self.trainer is not None and (state.global_step % self._every == 0 or state.global_step == args.max_steps):
            self._module.train(False)
            with torch.no_grad():
                figures = self._evaluate()
            self._module.train()
            self.trainer.log({f"eval_{name}": value for name, value in figures.items()})


class StageTrainer(Trainer):
    """Trainer whose loss is ``objective(model, batch)["loss"]``; the other entries are logged as running means."""

    def __init__(self, *args: Any, objective: Callable[[nn.Module, Batch], Losses], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._module: nn.Module = kwargs["model"]
        self._objective = objective
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def compute_loss(self, model: nn.Module, inputs: Batch, *args: Any, **kwargs: Any) -> Tensor:
        losses = self._objective(model, inputs)
        for name, value in losses.items():
            if name != "loss":
                self._sums[name] = self._sums.get(name, 0.0) + float(value.detach())
                self._counts[name] = self._counts.get(name, 0) + 1
        return losses["loss"]

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        if "loss" in logs and self._counts:
            logs = {**logs, **{name: self._sums[name] / self._counts[name] for name in self._sums}}
            self._sums, self._counts = {}, {}
        super().log(logs, *args, **kwargs)

    def _get_train_sampler(self, *args: Any, **kwargs: Any) -> SequentialSampler:
        return SequentialSampler(range(self.args.max_steps * self.args.train_batch_size))

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Tensor] | None = None) -> None:
        """Save the weights that this stage trains; tied tensors are written once (safetensors refuses aliases)."""
        folder = Path(str(output_dir or self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_module(self._module, folder / "model.safetensors")

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        load_module(self._module, Path(resume_from_checkpoint) / "model.safetensors")


def _loaders() -> int:
    """Return how many processes prepare batches for a GPU: all cores but two, at most 14."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(14, own - 2))


def save_module(module: nn.Module, path: Path) -> None:
    """Write a module's parameters and buffers as safetensors, aliases once."""
    from safetensors.torch import save_model

    save_model(module, str(path))


def load_module(module: nn.Module, path: Path) -> None:
    """Read what `save_module` wrote; no tensor may be missing."""
    from safetensors.torch import load_model

    load_model(module, str(path))


def last_checkpoint(stage: Path) -> str | None:
    """Return the newest complete ``checkpoint-N`` folder of a stage, None if there is none."""
    done = [c for c in stage.glob("checkpoint-*") if (c / "trainer_state.json").exists()]
    return str(max(done, key=lambda c: int(c.name.rpartition("-")[2]))) if done else None


def train_stage(
    name: str,
    model: nn.Module,
    draw: Callable[[int], Any],
    collate: Callable[[list[Any]], Batch],
    objective: Callable[[nn.Module, Batch], Losses],
    evaluate: Callable[[], dict[str, float]],
    options: StageOptions,
    folder: Path,
    seed: int,
) -> None:
    """Train `model` in place on one objective, from the stage's last checkpoint in `folder`/`name` if there is one.

    A finished stage leaves ``done.safetensors``, which the next run of the recipe loads, and ``log.json`` with its
    curve (one dict for each logged step).
    """
    stage = Path(folder) / name
    finished = stage / "done.safetensors"
    if finished.exists():
        load_module(model, finished)
        return
    cuda = torch.cuda.is_available()
    arguments = TrainingArguments(
        output_dir=str(stage),
        max_steps=options.steps,
        per_device_train_batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        lr_scheduler_type="cosine_with_min_lr",
        lr_scheduler_kwargs={"min_lr_rate": 0.02},
        warmup_steps=options.warmup_steps,
        weight_decay=options.weight_decay,
        adam_beta2=0.98,
        max_grad_norm=1.0,
        bf16=True,
        use_cpu=not cuda,
        logging_steps=50,
        save_steps=options.save_every,
        save_total_limit=1,
        seed=seed,
        remove_unused_columns=False,
        dataloader_drop_last=True,
        dataloader_num_workers=_loaders() if cuda else 0,
        report_to=[],
        disable_tqdm=not sys.stderr.isatty(),
        label_names=[],
    )
    evaluation = _Evaluation(model, evaluate, options.evaluate_every)
    trainer = StageTrainer(
        model=model,
        args=arguments,
        train_dataset=DrawnDataset(draw, options.steps * options.batch_size),
        data_collator=collate,
        objective=objective,
        callbacks=[evaluation],
    )
    evaluation.trainer = trainer
    last = last_checkpoint(stage)
    trainer.train(resume_from_checkpoint=last)
    write_json(stage / "log.json", trainer.state.log_history)
    partial = stage / "done.partial"
    save_module(model, partial)
    partial.replace(finished)
