"""The whole recipe in small: simulator to checkpoint, and on from where it was stopped."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mmego.errors import InputError
from mmego.files import read_json, read_jsonl, write_jsonl
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.records import MCQ, Narration, Source, Span
from mmego.sim.dataset import SimulateOptions
from mmego.sim.record import uid
from mmego.train.nano import recipe as module
from mmego.train.nano.questions import make_clip
from mmego.train.nano.recipe import NanoRecipe, train_nano
from mmego.train.trainer import StageOptions
from tests.train.nano.fake_episodes import fake_episode


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


def test_a_split_is_the_recipes_own_houses_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate(options: SimulateOptions) -> None:
        """As the simulator leaves a folder in which another recipe ran before: its houses are there, too."""
        (options.out / "frames").mkdir(parents=True)
        episodes = [replace(fake_episode(seed, seconds=3), video=uid(seed)) for seed in range(4, 9)]
        for episode in episodes:
            np.save(options.out / "frames" / f"{episode.video}.frames.npy", episode.frames)
            np.save(options.out / "frames" / f"{episode.video}.ids.npy", episode.ids)
        write_jsonl(options.out / "truth.jsonl", [{**e.truth, "video": e.video} for e in episodes])

    monkeypatch.setattr(module, "simulate", simulate)
    monkeypatch.setattr(module, "read_narrations", lambda _, episodes: [[] for _ in episodes])
    split = module._make_split(small_recipe(tmp_path), "test", 2, 6)
    assert [clip.video for clip in split.clips] == ["sim-0000006", "sim-0000007"]
    assert [episode.video for episode in split.episodes] == ["sim-0000006", "sim-0000007"]


def test_a_release_that_cannot_be_written_is_named_before_the_work(tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path)
    recipe.release = tmp_path / "notes.txt"
    recipe.release.write_text("keep")
    with pytest.raises(InputError, match=r"notes\.txt is a file"):
        train_nano(recipe)


def fake_split(recipe: NanoRecipe, name: str, houses: int, seed: int) -> module._Split:
    """Make a split of noise and true narrations, without the simulator and the data engine."""
    episodes = [fake_episode(seed + number) for number in range(houses)]
    words = {"puts": "puts the {} on the {}", "picks up": "picks up the {} from the {}"}
    clips = []
    for number, episode in enumerate(episodes):
        narrated = [
            Narration(
                episode.video, Span(e["time"], e["time"]), f"C {words[e['verb']].format(e['item'], e['place'])}", "C"
            )
            for e in episode.truth["events"]
            if e["actor"] == "C"
        ]
        clips.append(make_clip(number, episode.video, narrated, 0, len(episode.frames), seed))
    questions = []
    for clip in clips:
        turn = clip.questions[0].turn
        options = (turn.answer, "the sink", "the rug", "the stove")
        span = Span(0.0, float(clip.count))
        key = turn.key_spans
        questions.append([MCQ(clip.video, clip.video, span, turn.question, options, 0, "0.5-1", key, "first", SOURCE)])
    return module._Split(episodes, clips, questions)


SOURCE = Source("fake", "rules")


@pytest.mark.parametrize(
    "device", [pytest.param("cpu", marks=pytest.mark.slow), pytest.param("cuda", marks=pytest.mark.gpu)]
)
def test_every_stage_takes_a_step_on_the_device_there_is(
    device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    if device == "cpu":
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(module, "_make_split", fake_split)
    recipe = small_recipe(tmp_path)
    release = train_nano(recipe)
    if device == "cuda":
        assert torch.cuda.max_memory_allocated() > 20e6
    for stage in ("vision", "pointer", "answers"):
        log = read_json(tmp_path / stage / "log.json")
        (loss,) = [row["train_loss"] for row in log if "train_loss" in row]
        assert loss > 0
        assert all(math.isfinite(value) for row in log for value in row.values())
    weights = MmEgoForConditionalGeneration.from_pretrained(release).state_dict()
    assert all(value.isfinite().all() for value in weights.values())
    # A run that goes on finds the stages' results, and puts what it loads where it computes.
    features = tmp_path / "features-train.safetensors"
    features.unlink()
    before = (release / "model.safetensors").read_bytes()
    assert (train_nano(recipe) / "model.safetensors").read_bytes() == before
    assert features.exists()
