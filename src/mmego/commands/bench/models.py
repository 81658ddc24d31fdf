"""The model behind ``--model``, ready for the benchmark; heavy parts are imported when they are needed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated

import tyro

from mmego.bench.data.folder import Benchmark, load_benchmark
from mmego.bench.run.baselines import open_baseline
from mmego.bench.run.models import BenchModel, PlainModel
from mmego.commands.common import quiet_transformers, refuse_secrets
from mmego.commands.load_flags import LoadFlags, check_load_flags, refuse_load_flags
from mmego.errors import InputError
from mmego.llm.options import CallOptions

BASELINE, ENDPOINT = "baseline:", "openai:"
JOURNAL = "calls.jsonl"
"""File below RUNS with every answer of a server."""
OptionalFile = Annotated[Path | None, tyro.conf.arg(metavar="BENCH", help_behavior_hint="")]


@dataclass(frozen=True)
class EndpointFlags(CallOptions):
    """Flags of openai:MODEL. The key is read from the environment."""

    model: tyro.conf.Suppress[str] = ""
    concurrency: int = 16
    """Calls in flight at once."""
    temperature: float = 0.0
    """Sampling temperature; not sent to models that refuse it."""
    max_tokens: int = 1024
    """Most tokens of one answer."""
    stop_after: int = 20
    """Number of failed calls in a row after which the run stops. 0: never."""
    accept_failures: tyro.conf.Suppress[bool] = False
    frame_size: int = 512
    """Longer side, in pixels, of the frames that are sent."""


@dataclass(frozen=True)
class ModelFlags:
    """Which model is asked, and how it is loaded."""

    model: str = "nano"
    """nano, a checkpoint's folder or hub id (ours, or a LLaVA-OneVision one), openai:MODEL behind an OpenAI-compatible
    server, or a baseline that sees the text only: baseline:majority, longest, shortest, random or bow."""
    load: Annotated[LoadFlags, tyro.conf.arg(name="")] = field(default_factory=LoadFlags)
    train: OptionalFile = None
    """Benchmark that a baseline learns from; not the one that is run."""
    seed: int = 0
    """Seed of a baseline's training."""
    calls: Annotated[EndpointFlags, tyro.conf.arg(name="")] = field(default_factory=EndpointFlags)


def open_model(flags: ModelFlags, bench: Benchmark, out: Path) -> BenchModel:
    """Return the model named by ``--model``, to be asked `bench`; a server's answers are kept in `out`.

    Raises:
        InputError: there is no such baseline, it would learn from `bench`, or a flag has no effect on this kind of
            model.
        ModelError: there is no such checkpoint.
    """
    if flags.model.startswith(ENDPOINT):
        refuse_load_flags(flags.model, flags.load)
        _refuse(flags, ("train", "seed"), "a baseline")
        return _endpoint(flags, out)
    _refuse_calls(flags)
    if flags.model.startswith(BASELINE):
        refuse_load_flags(flags.model, flags.load)
        return _baseline(flags, bench)
    _refuse(flags, ("train", "seed"), "a baseline")
    check_load_flags(flags.model, flags.load)
    return _checkpoint(flags.model, flags.load)


def _refuse(flags: ModelFlags, names: tuple[str, ...], kind: str) -> None:
    """Raise InputError for a flag that was given and has no effect."""
    for item in fields(flags):
        if item.name in names and getattr(flags, item.name) != item.default:
            raise InputError(f"--{item.name} has no effect on {flags.model}: it is for {kind}")


def _refuse_calls(flags: ModelFlags) -> None:
    for item in fields(flags.calls):
        if getattr(flags.calls, item.name) != item.default:
            raise InputError(f"--{item.name.replace('_', '-')} has no effect on {flags.model}: it is for openai:MODEL")


def _endpoint(flags: ModelFlags, out: Path) -> BenchModel:
    from mmego.bench.run.endpoint import EndpointModel

    options = replace(flags.calls, model=flags.model.removeprefix(ENDPOINT))
    refuse_secrets([options.shape(), {"base_url": options.base_url}])
    return EndpointModel(options, flags.calls.frame_size, out / JOURNAL)


def _checkpoint(name: str, load: LoadFlags) -> BenchModel:
    from mmego.engine.benchmark_model import EngineModel
    from mmego.engine.engine import Engine

    quiet_transformers()
    return EngineModel(Engine.from_pretrained(name, **load.keywords()))


def _baseline(flags: ModelFlags, bench: Benchmark) -> BenchModel:
    train = None if flags.train is None else load_benchmark(flags.train)
    if train is not None:
        asked = {(q.video, q.question, q.options) for q in bench.questions}
        both = sum((q.video, q.question, q.options) in asked for q in train.questions)
        if both:
            raise InputError(f"{both} questions of {flags.train} are asked in {bench.path}: learn from others")
    answerer = open_baseline(flags.model.removeprefix(BASELINE), train, flags.seed)
    learnt = "nothing" if train is None else train.sha256
    return PlainModel(answerer, f"{flags.model} seed {flags.seed} from {learnt}", text_only=True)
