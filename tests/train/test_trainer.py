"""One stage: endless drawn data, resume that changes nothing, a log that can be plotted."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from mmego.files import read_json
from mmego.train.trainer import StageOptions, last_checkpoint, load_module, save_module, train_stage


class InterruptedRunError(Exception):
    """A kill between two steps."""


def draw(index: int) -> dict[str, torch.Tensor]:
    return {"x": torch.from_numpy(np.random.default_rng((0, index)).normal(size=4).astype(np.float32))}


def collate(samples: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {"x": torch.stack([s["x"] for s in samples])}


def objective(model: nn.Module, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    loss = (model(batch["x"]).squeeze(-1) - batch["x"].sum(-1)).float().square().mean()
    return {"loss": loss, "fit": loss}


def train(folder: Path) -> nn.Module:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.1), nn.Linear(8, 1))
    held_out = {"x": torch.arange(16.0).view(4, 4) / 16}
    options = StageOptions(steps=12, batch_size=4, warmup_steps=2, evaluate_every=4, save_every=2)
    train_stage(
        "stage",
        model,
        lambda i: draw(i),
        collate,
        objective,
        lambda: {"fit": float(objective(model, held_out)["loss"])},
        options,
        folder,
        0,
    )
    return model


def test_a_stopped_run_ends_in_the_same_weights_as_one_that_was_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = train(tmp_path / "whole")
    seen: list[int] = []
    original = draw

    def counting(index: int) -> dict[str, torch.Tensor]:
        seen.append(index)
        if len(seen) == 33:  # in the ninth step, after the checkpoint of step 8
            raise InterruptedRunError
        return original(index)

    monkeypatch.setitem(globals(), "draw", counting)
    with pytest.raises(InterruptedRunError):
        train(tmp_path / "parts")
    assert last_checkpoint(tmp_path / "parts" / "stage") is not None
    resumed = train(tmp_path / "parts")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    # After the stop it went on where the checkpoint stood, not from the first sample.
    assert min(seen[33:]) >= 24


def test_a_finished_stage_is_loaded_and_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = train(tmp_path)

    def refuse(index: int) -> dict[str, torch.Tensor]:
        raise AssertionError("a finished stage drew a sample")

    monkeypatch.setitem(globals(), "draw", refuse)
    again = train(tmp_path)
    assert all(torch.equal(v, again.state_dict()[k]) for k, v in first.state_dict().items())


def test_log_holds_the_named_losses_and_evaluations(tmp_path: Path):
    train(tmp_path)
    log = read_json(tmp_path / "stage" / "log.json")
    assert [entry["step"] for entry in log if "eval_fit" in entry] == [4, 8, 12]


def test_tied_weights_survive_saving(tmp_path: Path):
    model = nn.ModuleDict({"a": nn.Linear(3, 3), "b": nn.Linear(3, 3)})
    model["b"].weight = model["a"].weight
    save_module(model, tmp_path / "m.safetensors")
    other = nn.ModuleDict({"a": nn.Linear(3, 3), "b": nn.Linear(3, 3)})
    other["b"].weight = other["a"].weight
    load_module(other, tmp_path / "m.safetensors")
    assert torch.equal(other["b"].weight, model["a"].weight)
