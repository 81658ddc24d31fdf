"""Wrong choices by rules: of the answer's form, from the same video and from videos of similar actions.

For houses of the simulator they come from `bench.distractors.simulator`. For narrations by people, and for answers by
a language model, they come from `CandidateSources` and are drawn towards an `Aim`. Each is checked before it is taken.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from mmego.bench.distractors.answer_form import AnswerForm, bare_name, features, form_of, predicate, subject
from mmego.bench.distractors.balance import Aim, ChoiceBalance, random_aim
from mmego.bench.distractors.candidate_sources import CandidateSources
from mmego.bench.distractors.candidates import Candidates, anchor
from mmego.bench.distractors.checks import (
    GENERAL,
    WRONG,
    ClipTruth,
    lengths_are_alike,
    problems_of_choice,
    problems_of_set,
)
from mmego.bench.distractors.equivalence import is_general, may_be_same_action, same_meaning, stated_action
from mmego.bench.distractors.simulator import AnswerCounts, SampleCandidates, answer_type, count_answers, distractors
from mmego.bench.distractors.writer import NO_FOUR_CHOICES, TOO_FEW, Clips, QuestionToFill, WrittenChoices
from mmego.language.content_words import content_set
from mmego.language.lexicon import word_set
from mmego.language.nouns import head_noun, singular
from mmego.language.timeline import Timeline
from mmego.records import QA, Turn

SIMULATOR = "mmego-sim"


@dataclass(slots=True)
class RulesWriter:
    """A `ChoiceWriter` that needs no model. Call `prepare` before `write`."""

    seed: int = 0
    candidates: Candidates = field(default_factory=Candidates)
    simulator_answers: AnswerCounts = field(default_factory=AnswerCounts)
    balances: dict[AnswerForm, ChoiceBalance] = field(default_factory=dict)

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Read the corpus once and collect candidates."""
        self.candidates = Candidates(self.seed)
        self.simulator_answers = count_answers(
            sample for sample in self._collected(samples, clips) if _simulated(sample)
        )

    def _collected(self, samples: Iterable[QA], clips: Clips) -> Iterator[QA]:
        for sample in samples:
            if not _simulated(sample):
                clip = clips(sample.id)
                self.candidates.add(sample, clip.narrations if clip is not None else ())
            yield sample

    def about(self) -> dict[str, Any]:
        """Return the writer's settings, for the record of how a benchmark was made."""
        return {"writer": "rules", "seed": self.seed}

    def write(self, items: Iterable[QuestionToFill]) -> Iterator[WrittenChoices]:
        """Yield three wrong choices for each item, or the reason why there are none."""
        sources = CandidateSources(self.candidates)
        for item in items:
            form = form_of(item.turn.question, item.turn.answer, item.turn.category)
            balance = self.balances.setdefault(form, ChoiceBalance())
            written = self.write_one(item, balance.aim())
            if written.wrong is not None:
                frequency = sources.frequency(item, form)
                balance.add(item.turn.answer, written.wrong, partial(times_narrated, frequency))
            yield written

    def write_one(self, item: QuestionToFill, aim: Aim | None = None) -> WrittenChoices:
        """Return the wrong choices of one question; without an aim, one is drawn."""
        turn = item.turn
        form = form_of(turn.question, turn.answer, turn.category)
        if form in NO_FOUR_CHOICES:
            return WrittenChoices(item, dropped=NO_FOUR_CHOICES[form])
        if form == "object" and is_general(turn.answer):
            return WrittenChoices(item, dropped=GENERAL)
        # Clips overlap. A question that comes again in another clip gets the same wrong choices: else its answer
        # would be the one choice that is always there.
        rng = random.Random(f"{self.seed} {item.qa.video} {turn.question} {turn.answer}")
        if _simulated(item.qa) and answer_type(turn) != "other":
            wrong, problem = self._from_simulator(item, form, rng)
        else:
            draw = ChoiceDraw(turn, form, item.truth, rng, aim or random_aim(rng))
            sources = CandidateSources(self.candidates)
            wrong, problem = draw.draw_three(sources.of(item, form), sources.frequency(item, form))
        if wrong is None:
            return WrittenChoices(item, dropped=f"{TOO_FEW} ({form})", detail=problem)
        return WrittenChoices(item, tuple(wrong))

    def _from_simulator(
        self, item: QuestionToFill, form: AnswerForm, rng: random.Random
    ) -> tuple[list[str] | None, str]:
        candidates = SampleCandidates(item.qa, Timeline(item.narrations), self.simulator_answers)
        problem = "too few in the video and in the others"
        for _ in range(TRIES):
            wrong = distractors(item.turn, candidates, rng)
            if wrong is None:
                return None, problem
            found = [f for choice in wrong for f in problems_of_choice(choice, item.turn, form, item.truth)]
            found += problems_of_set(item.turn, form, wrong)
            if not found:
                return wrong, ""
            problem = str(found[0])
        return None, problem


def _simulated(sample: QA) -> bool:
    return sample.source.dataset == SIMULATOR and sample.source.generator == "rules"


# ---- Drawing three wrong choices that fit beside the answer

TRIES = 6
_MOST_LOOKED_AT = 150  # candidates of one draw
_COOKS = re.compile(r"\bI (?:stir|mix|cook|fr[yi]|boil|heat|whisk)", re.IGNORECASE)
_VESSELS = word_set("pan pot saucepan wok cooker bowl")
_SHARP = 3.0


class ChoiceDraw:
    """Draws three wrong choices for one question, so that the answer meets the aim among them if it can."""

    def __init__(self, turn: Turn, form: AnswerForm, truth: ClipTruth | None, rng: random.Random, aim: Aim) -> None:
        self.turn, self.form, self.truth, self.rng, self.aim = turn, form, truth, rng, aim
        self._known: dict[str, bool] = {}
        self._features = features(turn.answer)
        self._anchor = anchor(turn.question)

    def draw_three(self, sources: Sequence[Counter[str]], frequency: Counter[str]) -> tuple[list[str] | None, str]:
        """Return three choices in random order, or None and the last problem.

        Args:
            sources: candidates with weights, best first.
            frequency: how often each is narrated in the answer's role, by its plain name.
        """
        problem = "too few candidates"
        for count in range(min(2, len(sources)), len(sources) + 1):
            for attempt in range(TRIES):
                wrong = self._draw_once(self._ordered(sources[:count], frequency, alike=attempt >= TRIES // 2))
                if len(wrong) < WRONG:
                    continue
                found = problems_of_set(self.turn, self.form, wrong)
                if not found:
                    self.rng.shuffle(wrong)
                    return wrong, ""
                problem = str(found[0])
        return None, problem

    def _ordered(self, sources: Sequence[Counter[str]], frequency: Counter[str], alike: bool) -> list[str]:
        """Return candidates in the order to try them; with `alike`, only those with the answer's features."""
        order: list[str] = []
        for source in sources:
            if len(order) < _MOST_LOOKED_AT:
                # Weighted sampling without replacement (Efraimidis and Spirakis): frequent names are drawn often.
                sharp = _SHARP if self.aim.common else 1.0
                weights = {
                    o: (max(times_narrated(frequency, o), 1) if self.aim.common else n) ** sharp
                    for o, n in source.items()
                }
                keys = {choice: math.log(self.rng.random()) / weight for choice, weight in weights.items()}
                order += sorted(source, key=keys.__getitem__, reverse=True)
        same = (o for o in dict.fromkeys(order) if not alike or features(o) == self._features)
        return list(islice(same, _MOST_LOOKED_AT))

    def _draw_once(self, order: Sequence[str]) -> list[str]:
        """Return the first candidates that pass; those of the wanted length come first."""
        own = len(self.turn.answer)
        wrong: list[str] = []
        for number in range(WRONG):
            shorter = self.aim.length == "longest" or (self.aim.length == "between" and number == 0)
            rest = [o for o in order if o not in wrong]
            wanted = [o for o in rest if (len(o) < own if shorter else len(o) > own)]
            found = next((o for o in (*wanted, *rest) if self._passes(o) and self._goes_with(o, wrong)), None)
            if found is None:
                return wrong
            wrong.append(found)
        return wrong

    def _passes(self, choice: str) -> bool:
        if choice not in self._known:
            self._known[choice] = self._fits(choice) and not problems_of_choice(
                choice, self.turn, self.form, self.truth
            )
        return self._known[choice]

    def _fits(self, choice: str) -> bool:
        """Return True if the choice repeats the question's words only where the answer does, and not its action."""
        if self._anchor is not None and self.form == "action":
            stated = stated_action(choice)
            if stated is not None and may_be_same_action(stated, self._anchor):
                return False
        if (
            _COOKS.search(self.turn.question)
            and self.form == "object"
            and singular(head_noun(bare_name(choice))) in _VESSELS
        ):
            return False  # to stir the sauce is to stir the pan
        asked = content_set(self.turn.question)
        return bool(content_set(choice) & asked) == bool(content_set(self.turn.answer) & asked)

    def _goes_with(self, choice: str, wrong: Sequence[str]) -> bool:
        return not any(same_meaning(self.form, choice, other) for other in wrong) and lengths_are_alike(
            (self.turn.answer, choice, *wrong)
        )


def times_narrated(frequency: Counter[str], choice: str) -> int:
    """Count the narrations of a choice: of the thing without its article or, for an action, of the verb phrase."""
    return frequency[predicate(choice) if subject(choice) else bare_name(choice)]
