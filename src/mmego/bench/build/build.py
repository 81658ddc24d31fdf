"""From conversations to a benchmark: write wrong choices, choose by quotas, deal the letters, record each step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mmego.bench.build.history import JOURNAL, begin, history_of, save_step
from mmego.bench.build.quotas import Candidate, Filled, Quotas, choose, place_of, wording_of
from mmego.bench.build.source import QuestionSource
from mmego.bench.data.folder import Benchmark
from mmego.bench.data.letters import deal_letters
from mmego.bench.distractors.llm import LlmOptions, LlmWriter
from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import ChoiceWriter, write_choices
from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.records import MCQ, QA, NarratedClip
from mmego.records.length_classes import length_class

Clips = Callable[[str], NarratedClip | None]
Wanted = Collection[str] | None
Write = Callable[[Iterable[QA], Clips, Drops, Wanted], Iterator[MCQ]]
"""Makes multiple-choice questions of whole conversations; turn i of conversation c becomes question ``{c}-{i}``. Only
wanted questions are written, and counted where they cannot be; None: all.
"""


@dataclass(frozen=True)
class BuildOptions:
    """What shapes a benchmark: one `split` of the source only, without the videos in `exclude`."""

    quotas: Quotas
    seed: int = 0
    split: str | None = None
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True)
class WriterSetup:
    """A writer of wrong choices; `about` goes into the benchmark's record.

    A `costly` one (a language model) is asked only for the questions that are chosen, and again for others in place of
    those that it could not do. A cheap one writes all, and what it could not do is never chosen.
    """

    write: Write
    about: Mapping[str, Any]
    costly: bool = False


@dataclass(frozen=True)
class Built:
    """A finished benchmark, and whether it existed before this call."""

    benchmark: Benchmark
    step: dict[str, Any]
    was_there: bool = False

    @property
    def filled(self) -> list[Filled]:
        """How far each length class was filled."""
        return [Filled(**row) for row in self.step["filled"]]


def rules_writer(seed: int) -> WriterSetup:
    """Return the writer by rules."""
    rules = RulesWriter(seed)
    return WriterSetup(_writing(rules, seed), rules.about())


def llm_writer(options: LlmOptions, out: Path, seed: int) -> WriterSetup:
    """Return the writer by a language model; paid answers are kept in the benchmark's folder `out`."""
    model = LlmWriter(options, Path(out) / JOURNAL, seed)
    return WriterSetup(_writing(model, seed), model.about(), costly=True)


def _writing(writer: ChoiceWriter, seed: int) -> Write:
    def write(samples: Iterable[QA], clips: Clips, drops: Drops, wanted: Wanted) -> Iterator[MCQ]:
        return write_choices(
            samples, clips, writer, seed, drops, wanted=None if wanted is None else wanted.__contains__
        )

    return write


def build_benchmark(source: QuestionSource, out: Path, name: str, options: BuildOptions, writer: WriterSetup) -> Built:
    """Build a benchmark in `out`, or continue a started one; the same seed gives the same bytes.

    Raises:
        InputError: `source` is faulty or has nothing to ask, or `out` was started with other options.
    """
    shape = {
        "name": name,
        "source": source.sha256,
        "quotas": {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(options.quotas).items()},
        **writer.about,
        "seed": options.seed,
        "split": options.split,
        "exclude": sorted(options.exclude),
    }
    finished = begin(out, shape)
    if finished is not None:
        return Built(finished, history_of(finished)[-1], was_there=True)
    drops = Drops()

    def samples(counts: Drops) -> Iterator[QA]:
        return source.samples(counts, options.split, options.exclude)

    without: set[str] = set()

    def clips(conversation: str) -> NarratedClip | None:
        clip = source.clip(conversation)
        if clip is None:
            without.add(conversation)
        return clip

    make = _chosen_first if writer.costly else _written_first
    questions, filled = make(samples, clips, options, writer, drops)
    not_made = sum(q.id.rpartition("-")[0] in without for q in questions)
    dealt = deal_letters(questions, options.seed)
    step = {
        "step": "build",
        "source": {"file": source.file.name, "sha256": source.sha256},
        **{key: shape[key] for key in ("quotas", "seed", "split")},
        "excluded_videos": len(options.exclude),
        **writer.about,
        "filled": [asdict(one) for one in filled],
        # Only the clip's narrations show whether a wrong choice is true of the clip.
        "truth_checks": {"made": len(questions) - not_made, "not_made": not_made},
        "dropped": dict(drops.counts.most_common()),
        "examples": {reason: drops.examples[reason] for reason in sorted(drops.examples)},
    }
    return Built(save_step(out, name, dealt, step), step)


def _written_first(
    samples: Callable[[Drops], Iterator[QA]], clips: Clips, options: BuildOptions, writer: WriterSetup, drops: Drops
) -> tuple[list[MCQ], list[Filled]]:
    """Write all questions, then choose."""
    written: dict[str, MCQ] = {}
    for question in tqdm(
        writer.write(samples(drops), clips, drops, None), desc="options", unit=" questions", disable=None
    ):
        written[question.id] = question
    if not written:
        raise InputError(f"no question can be made multiple choice; dropped: {_drops_text(drops)}")
    ids, filled = choose(map(Candidate.of, written.values()), options.quotas, options.seed)
    return [written[name] for name in ids], filled


def _chosen_first(
    samples: Callable[[Drops], Iterator[QA]], clips: Clips, options: BuildOptions, writer: WriterSetup, drops: Drops
) -> tuple[list[MCQ], list[Filled]]:
    """Choose, write, and choose again in place of what could not be written, until nothing is missing."""
    candidates = [one for sample in samples(drops) for one in _candidates(sample)]
    written: dict[str, MCQ] = {}
    failed: set[str] = set()
    while True:
        left = (one for one in candidates if one.id not in failed)
        ids, filled = choose(left, options.quotas, options.seed, keep=written)
        wanted = {name for name in ids if name not in written}
        if not wanted:
            if not written:
                raise InputError(f"no question can be made multiple choice; dropped: {_drops_text(drops)}")
            return [written[name] for name in ids], filled
        for question in writer.write(samples(Drops()), clips, drops, wanted):
            written[question.id] = question
        failed |= wanted - written.keys()


def _candidates(sample: QA) -> Iterator[Candidate]:
    """Yield the turns of a conversation, under the ids of their questions."""
    name = length_class(sample.clip.length)
    for index, turn in enumerate(sample.turns):
        place = place_of(sample.clip, turn.key_spans)
        wording = wording_of(turn.question, turn.answer)
        yield Candidate(f"{sample.id}-{index}", sample.video, name, turn.category, place, wording)


def _drops_text(drops: Drops) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in drops.counts.most_common()) or "nothing"
