"""Wrong options by rules: of the answer's kind, from this video and from videos where the like was done.

For houses of the simulator they are those of `bench.distractors.simulator`; for what people narrated, and for answers
that a language model wrote, they come from a `Pool` (`bench.distractors.candidate_sources`) and are drawn by an aim
(`bench.distractors.draw`). Every one is checked (`bench.distractors.checks`) before it is taken.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mmego.bench.distractors.answer_form import Kind, kind_of
from mmego.bench.distractors.balance import Aim, Tilt, drawn_aim
from mmego.bench.distractors.candidate_sources import Tiers
from mmego.bench.distractors.candidates import Pool
from mmego.bench.distractors.checks import GENERAL, option_faults, set_faults
from mmego.bench.distractors.draw import TRIES, Draw, told
from mmego.bench.distractors.equivalence import general
from mmego.bench.distractors.simulator import Candidates, answer_type, distractors, pool_of
from mmego.bench.distractors.simulator import Pool as SimulatorPool
from mmego.bench.distractors.writer import NO_OPTIONS, TOO_FEW, Clips, Item, Written
from mmego.language.timeline import Scene
from mmego.records import QA

SIMULATOR = "mmego-sim"


@dataclass(slots=True)
class RulesOptions:
    """The writer that needs no model. `prepare` is called before `write`."""

    seed: int = 0
    pool: Pool = field(default_factory=Pool)
    simulated: SimulatorPool = field(default_factory=SimulatorPool)
    tilts: dict[Kind, Tilt] = field(default_factory=dict)

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Read the corpus once, for what wrong options are made of."""
        self.pool = Pool(self.seed)
        self.simulated = pool_of(sample for sample in self._counted(samples, clips) if _simulated(sample))

    def _counted(self, samples: Iterable[QA], clips: Clips) -> Iterator[QA]:
        for sample in samples:
            if not _simulated(sample):
                clip = clips(sample.id)
                self.pool.add(sample, clip.narrations if clip is not None else ())
            yield sample

    def about(self) -> dict[str, Any]:
        """What shaped the options, for a record of how a benchmark was made."""
        return {"writer": "rules", "seed": self.seed}

    def write(self, items: Iterable[Item]) -> Iterator[Written]:
        """Three wrong options for each item, or the reason why there are none."""
        tiers = Tiers(self.pool)
        for item in items:
            kind = kind_of(item.turn.question, item.turn.answer, item.turn.category)
            tilt = self.tilts.setdefault(kind, Tilt())
            written = self.one(item, tilt.aim())
            if written.wrong is not None:
                usual = tiers.usual(item, kind)
                tilt.add(item.turn.answer, written.wrong, partial(told, usual))
            yield written

    def one(self, item: Item, aim: Aim | None = None) -> Written:
        """The wrong options of one turn, by an aim that is drawn if none is given."""
        turn = item.turn
        kind = kind_of(turn.question, turn.answer, turn.category)
        if kind in NO_OPTIONS:
            return Written(item, dropped=NO_OPTIONS[kind])
        if kind == "object" and general(turn.answer):
            return Written(item, dropped=GENERAL)
        # Clips overlap: asked again in another one, a question should have the same wrong options, or its answer
        # would be the one that is always there.
        rng = random.Random(f"{self.seed} {item.qa.video} {turn.question} {turn.answer}")
        if _simulated(item.qa) and answer_type(turn) != "other":
            wrong, fault = self._of_the_simulator(item, kind, rng)
        else:
            draw = Draw(turn, kind, item.truth, rng, aim or drawn_aim(rng))
            tiers = Tiers(self.pool)
            wrong, fault = draw.three(tiers.of(item, kind), tiers.usual(item, kind))
        if wrong is None:
            return Written(item, dropped=f"{TOO_FEW} ({kind})", detail=fault)
        return Written(item, tuple(wrong))

    def _of_the_simulator(self, item: Item, kind: Kind, rng: random.Random) -> tuple[list[str] | None, str]:
        candidates = Candidates(item.qa, Scene(item.narrations), self.simulated)
        fault = "too few in the video and in the others"
        for _ in range(TRIES):
            wrong = distractors(item.turn, candidates, rng)
            if wrong is None:
                return None, fault
            found = [f for option in wrong for f in option_faults(option, item.turn, kind, item.truth)]
            found += set_faults(item.turn, kind, wrong)
            if not found:
                return wrong, ""
            fault = str(found[0])
        return None, fault


def _simulated(sample: QA) -> bool:
    return sample.source.dataset == SIMULATOR and sample.source.generator == "rules"
