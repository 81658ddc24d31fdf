"""The whole recipe in small: simulator to checkpoint, and on from where it was stopped."""

from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.files import read_json, read_jsonl
from mmego.model.modeling_mmego import MmEgoForConditionalGeneration
from mmego.train.recipes import NanoRecipe, train_nano
from mmego.train.trainer import StageOptions


def small_recipe(out: Path) -> NanoRecipe:
    stage = {"evaluate_every": 2, "save_every": 2, "warmup_steps": 1}
    return NanoRecipe(
        out=out,
        houses=2,
        validation_houses=1,
        test_houses=1,
        test_seed=800_000,
        minutes=0.5,
        clips_per_class=1,
        vision=StageOptions(steps=2, batch_size=4, **stage),
        pointer=StageOptions(steps=2, batch_size=2, **stage),
        answers=StageOptions(steps=2, batch_size=8, **stage),
    )


@pytest.mark.slow
def test_recipe_runs_through_and_runs_again_without_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("panda3d")
    release = train_nano(small_recipe(tmp_path))
    assert MmEgoForConditionalGeneration.from_pretrained(release).can_point
    assert (tmp_path / "curves.png").exists()
    rows = list(read_jsonl(tmp_path / "predictions.jsonl"))
    results = read_json(tmp_path / "results.json")
    everything = {(r["select"], r["keep"]): r["accuracy"] for r in results["rows"] if r["category"] == "all"}
    assert set(everything) == {(s, k) for s in ("pointer", "uniform", "key_frames") for k in (4, 8)} | {("blind", 0)}
    for (select, keep), accuracy in everything.items():
        some = [r for r in rows if (r["select"], r["keep"]) == (select, keep)]
        assert accuracy == pytest.approx(sum(r["choice"] == r["answer"] for r in some) / len(some))
    weights = (release / "model.safetensors").read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a finished stage trained again")

    monkeypatch.setattr("mmego.train.trainer.StageTrainer.train", refuse)
    assert (train_nano(small_recipe(tmp_path)) / "model.safetensors").read_bytes() == weights


def test_training_houses_must_stay_clear_of_validation_houses(tmp_path: Path):
    recipe = small_recipe(tmp_path)
    recipe.seed = 899_999
    with pytest.raises(InputError, match="900000"):
        train_nano(recipe)
