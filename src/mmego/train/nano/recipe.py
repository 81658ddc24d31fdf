"""The recipe of mmego-nano, from an empty folder to a trained checkpoint; ``mmego train nano`` runs `train_nano`.

The order works on a small machine (docs/explanation/training-nano.md): vision from dense labels, the pointer alone,
then answers and pointer together. Every stage leaves its result in the output folder; a second run of the recipe
continues from there, and within a stage from its last checkpoint.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import torch
from transformers import set_seed

from mmego.bench.scoring.intervals import bootstrap_interval
from mmego.errors import InputError
from mmego.files import read_json, require_folder, write_json, write_jsonl
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records import MCQ
from mmego.sim.dataset import SimulateOptions, simulate
from mmego.sim.record import uid
from mmego.train.nano.answer_stage import GroupCollate, GroupDraw, JointCollate, JointObjective
from mmego.train.nano.engine_clips import engine_clips, make_conversations
from mmego.train.nano.episodes import EncodedEpisode, EpisodeLabels, LabelSpace, read_episodes
from mmego.train.nano.evaluation import AnswerRow, evaluate, pointer_recall, rows_to_json, summary_rows
from mmego.train.nano.features import Features, compute_features
from mmego.train.nano.model import NANO_IMAGE_SIZE, build_tokenizer, nano_config, nano_processor
from mmego.train.nano.pointer_stage import PointerCollate, PointerDraw, TrainingPrompts, pointer_objective
from mmego.train.nano.questions import Clip, choice_questions, make_clip, read_narrations
from mmego.train.nano.retelling import NEXT, QUESTION, narrated_per_frame
from mmego.train.nano.selection_tuning import tune_selection
from mmego.train.nano.vision_stage import FrameDraw, VisionEvaluation, VisionObjective, VisionStage, collate_frames
from mmego.train.nano.warm_start import start_from
from mmego.train.plots import plot_stages
from mmego.train.trainer import StageOptions, train_stage

VALIDATION_SEED = 900_000


@dataclass
class NanoRecipe:
    """Train mmego-nano from scratch on simulated houses."""

    out: Path
    """Folder for data, checkpoints and results; a second run with the same folder continues from there."""
    houses: int = 1600
    """Training houses (seeds from `seed` on)."""
    validation_houses: int = 16
    """Houses that measure progress during training (seeds from 900,000 on)."""
    test_houses: int = 30
    """Test houses, used once, at the end."""
    test_seed: int = 9_000_000
    """First test house; seeds from 9,000,000 on are for tests only."""
    minutes: float = 3.0
    """Length of each video."""
    seed: int = 0
    """First training house, and the seed of everything random in training."""
    clips_per_class: int = 3
    """Most clips of each length class that the data engine cuts from one training video."""
    workers: int = 2
    """Processes that render."""
    vision: StageOptions = field(
        default_factory=lambda: StageOptions(steps=8000, batch_size=64, learning_rate=1e-3, warmup_steps=300)
    )
    """Stage 1: the tower and projector from dense labels."""
    pointer: StageOptions = field(
        default_factory=lambda: StageOptions(steps=1000, batch_size=16, learning_rate=1e-3, evaluate_every=200)
    )
    """Stage 2: the memory pointer alone."""
    answers: StageOptions = field(
        default_factory=lambda: StageOptions(steps=3000, batch_size=6, learning_rate=7e-4, evaluate_every=1000)
    )
    """Stage 3: answers and pointer together; a sample is a clip with up to three groups of questions."""
    pointer_weight: float = 1.0
    """Weight of the pointer's loss in stage 3."""
    retell_weight: float = 0.5
    """Weight of retelling the frames shown in stage 3."""
    keep: int = 4
    """Frames kept, in training, evaluation and the checkpoint's config."""
    init: Path | None = None
    """Folder of a nano checkpoint whose weights to start from, instead of random ones."""
    release: Path | None = None
    """Where the finished checkpoint goes; default: the folder `mmego-nano` in `out`."""


@dataclass
class _Split:
    episodes: list[EncodedEpisode]
    clips: list[Clip]
    questions: list[list[MCQ]]


def train_nano(recipe: NanoRecipe) -> Path:
    """Run the recipe and return the folder of the finished checkpoint.

    It leaves in ``recipe.out``: ``data/``, one folder a stage, ``results.json`` (the table), ``predictions.jsonl``
    (one row a test question and selection) and ``curves.png``.
    """
    if recipe.seed + recipe.houses > VALIDATION_SEED:
        raise InputError(
            f"training houses end at seed {recipe.seed + recipe.houses}, they must stay below {VALIDATION_SEED}"
        )
    out = Path(recipe.out)
    release = recipe.release or out / "mmego-nano"
    require_folder(release)
    train = _make_split(recipe, "train", recipe.houses, recipe.seed)
    validation = _make_split(recipe, "validation", recipe.validation_houses, VALIDATION_SEED)
    texts = [t for clip in train.clips for a in clip.questions for t in (a.turn.question, a.turn.answer)]
    retold = [narrated for clip in train.clips for narrated in (*narrated_per_frame(clip), QUESTION, NEXT)]
    tokenizer = build_tokenizer([*texts, *retold])
    config = nano_config(tokenizer, keep=recipe.keep)
    processor = nano_processor(tokenizer, config)
    set_seed(recipe.seed)
    model = MmEgoForConditionalGeneration(config)
    if recipe.init is not None:
        start_from(model, tokenizer, recipe.init)
    # The whole model: stage 1 alone would move only the tower, and code that reads the pointer's device would fail.
    torch.nn.Module.to(model, torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    model.set_attn_implementation("eager")  # the faster one on a CPU at these sizes
    prompts = TrainingPrompts(processor)

    _train_vision(recipe, model, train.episodes, validation.episodes)
    features = compute_features(model, train.episodes, out / "features-train.safetensors")
    validation_features = compute_features(model, validation.episodes, out / "features-validation.safetensors")
    _freeze_vision(model)
    _train_pointer(recipe, model, train, features, validation, validation_features, prompts)
    _train_answers(recipe, model, train, features, validation, validation_features, prompts)

    model.config.pointer_trained = True
    lines = tune_selection(model, validation_features, prompts, validation.clips, validation.questions, recipe.keep)
    write_json(out / "selection.json", lines)
    save_release(model, processor, release)
    _test(recipe, model, prompts, out)
    plot_stages(out, out / "curves.png")
    return release


def save_release(model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, folder: Path) -> None:
    """Write the checkpoint in bfloat16 with its tokenizer and preprocessor files."""
    weights = {name: value.to(torch.bfloat16) for name, value in model.state_dict().items()}
    model.save_pretrained(folder, state_dict=weights)
    # It replaces the config's dtype by that of the module's parameters, even if it saves another state dict.
    config = deepcopy(model.config)
    config.dtype = torch.bfloat16
    config.save_pretrained(folder)
    processor.save_pretrained(folder)


def _make_split(recipe: NanoRecipe, name: str, houses: int, seed: int) -> _Split:
    """Simulate (or find) one split with its questions; those of training come from the data engine, others are MCQs."""
    folder = Path(recipe.out) / "data" / name
    simulate(
        SimulateOptions(
            out=folder,
            houses=houses,
            minutes=recipe.minutes,
            seed=seed,
            size=NANO_IMAGE_SIZE,
            frames_only=True,
            workers=recipe.workers,
        )
    )
    episodes = read_episodes(folder, {uid(house) for house in range(seed, seed + houses)})
    narrations = read_narrations(folder, episodes)
    if name == "train":
        conversations = make_conversations(folder, folder / "qa", recipe.clips_per_class, recipe.seed, recipe.workers)
        return _Split(episodes, engine_clips(conversations, episodes, narrations), [])
    clips = [make_clip(i, e.video, narrations[i], 0, len(e.frames), recipe.seed) for i, e in enumerate(episodes)]
    return _Split(episodes, clips, choice_questions(clips, recipe.seed))


def _train_vision(
    recipe: NanoRecipe,
    model: MmEgoForConditionalGeneration,
    train: list[EncodedEpisode],
    validation: list[EncodedEpisode],
) -> None:
    space_path = Path(recipe.out) / "labels.json"
    if space_path.exists():
        space = LabelSpace.from_json(read_json(space_path))
    else:
        space = LabelSpace.from_episodes(train)
        write_json(space_path, space.to_json())
    stage = VisionStage(model, space)
    labels = [EpisodeLabels(e, space) for e in train]
    validation_labels = [EpisodeLabels(e, space) for e in validation]
    draw = FrameDraw(train, labels, stage.patches, recipe.seed)
    validation_draw = FrameDraw(validation, validation_labels, stage.patches, recipe.seed)
    evaluation = VisionEvaluation(stage, validation_draw, validation, validation_labels)
    train_stage(
        "vision",
        stage,
        draw,
        collate_frames,
        VisionObjective(space),
        evaluation,
        recipe.vision,
        recipe.out,
        recipe.seed,
    )


def _freeze_vision(model: MmEgoForConditionalGeneration) -> None:
    """Freeze everything before the projector's second layer: the features are computed once."""
    model.model.vision_tower.requires_grad_(False)
    model.model.multi_modal_projector.linear_1.requires_grad_(False)


def _train_pointer(
    recipe: NanoRecipe,
    model: MmEgoForConditionalGeneration,
    train: _Split,
    features: Features,
    validation: _Split,
    validation_features: Features,
    prompts: TrainingPrompts,
) -> None:
    train_stage(
        "pointer",
        model,
        PointerDraw(train.clips, 8, recipe.seed),
        PointerCollate(features, prompts),
        pointer_objective,
        lambda: pointer_recall(model, validation_features, prompts, validation.clips, validation.questions),
        recipe.pointer,
        recipe.out,
        recipe.seed,
    )


def _train_answers(
    recipe: NanoRecipe,
    model: MmEgoForConditionalGeneration,
    train: _Split,
    features: Features,
    validation: _Split,
    validation_features: Features,
    prompts: TrainingPrompts,
) -> None:
    draw = GroupDraw(prompts, recipe.keep, recipe.seed)
    groups = GroupCollate(features, model.config.video_token_id)

    def figures() -> dict[str, float]:
        found = pointer_recall(model, validation_features, prompts, validation.clips, validation.questions)
        rows = evaluate(model, validation_features, prompts, validation.clips, validation.questions, (recipe.keep,))
        for line in summary_rows(rows):
            if line["category"] == "all":
                found[f"accuracy_{line['select']}"] = float(str(line["accuracy"]))
        return found

    train_stage(
        "answers",
        model,
        PointerDraw(train.clips, 12, recipe.seed + 1),
        JointCollate(PointerCollate(features, prompts)),
        JointObjective(draw, groups, recipe.pointer_weight, recipe.retell_weight),
        figures,
        recipe.answers,
        recipe.out,
        recipe.seed,
    )


def _test(
    recipe: NanoRecipe, model: MmEgoForConditionalGeneration, prompts: TrainingPrompts, out: Path
) -> list[AnswerRow]:
    """Ask the test houses' questions and write predictions.jsonl and results.json, with intervals over videos."""
    split = _make_split(recipe, "test", recipe.test_houses, recipe.test_seed)
    features = compute_features(model, split.episodes, out / "features-test.safetensors")
    rows = evaluate(
        model,
        features,
        prompts,
        split.clips,
        split.questions,
        (recipe.keep, 2 * recipe.keep),
        model.config.alpha,
        model.config.key_frame_spacing,
    )
    write_jsonl(out / "predictions.jsonl", rows_to_json(rows))
    lines = summary_rows(rows)
    for line in lines:
        part = [r for r in rows if (r.select, r.keep) == (line["select"], line["keep"])]
        part = [r for r in part if line["category"] in ("all", r.category)]
        low, high = bootstrap_interval([float(r.choice == r.answer) for r in part], [r.video for r in part], seed=0)
        line["accuracy_95"] = [low, high]
    setting = {"alpha": model.config.alpha, "spacing": model.config.key_frame_spacing}
    write_json(out / "results.json", {**setting, "houses": recipe.test_houses, "rows": lines})
    return rows
