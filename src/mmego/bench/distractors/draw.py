"""Draws three wrong options from lists of candidates, such that they stand well beside the answer."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from mmego.bench.distractors.answer_form import Kind, bare, features, predicate, subject
from mmego.bench.distractors.balance import Aim
from mmego.bench.distractors.checks import lengths_go_together, option_faults, set_faults
from mmego.bench.distractors.equivalence import done, may_be_one, same_meaning
from mmego.bench.distractors.roles import anchor
from mmego.bench.distractors.truth import Truth
from mmego.language.content_words import content_set
from mmego.language.lexicon import word_set
from mmego.language.nouns import head, singular
from mmego.records import Turn

WRONG = 3
TRIES = 6
_MOST_LOOKED_AT = 150  # candidates of one draw
_COOKS = re.compile(r"\bI (?:stir|mix|cook|fr[yi]|boil|heat|whisk)", re.IGNORECASE)
_VESSELS = word_set("pan pot saucepan wok cooker bowl")
_SHARP = 3.0


class Draw:
    """Draws three wrong options for one turn, so that the answer is among them what the aim says, if it can be."""

    def __init__(self, turn: Turn, kind: Kind, truth: Truth | None, rng: random.Random, aim: Aim) -> None:
        self.turn, self.kind, self.truth, self.rng, self.aim = turn, kind, truth, rng, aim
        self._fine: dict[str, bool] = {}
        self._features = features(turn.answer)
        self._anchor = anchor(turn.question)

    def three(self, tiers: Sequence[Counter[str]], usual: Counter[str]) -> tuple[list[str] | None, str]:
        """Three options in random order, or None and the last fault seen.

        Args:
            tiers: candidates with weights, best first.
            usual: how often each is told in the answer's role, by its plain name.
        """
        fault = "too few candidates"
        for count in range(min(2, len(tiers)), len(tiers) + 1):
            for attempt in range(TRIES):
                wrong = self._once(self._ordered(tiers[:count], usual, alike=attempt >= TRIES // 2))
                if len(wrong) < WRONG:
                    continue
                found = set_faults(self.turn, self.kind, wrong)
                if not found:
                    self.rng.shuffle(wrong)
                    return wrong, ""
                fault = str(found[0])
        return None, fault

    def _ordered(self, tiers: Sequence[Counter[str]], usual: Counter[str], alike: bool) -> list[str]:
        """Candidates in the order in which they are tried; `alike`: only what shows the same at a glance."""
        order: list[str] = []
        for tier in tiers:
            if len(order) < _MOST_LOOKED_AT:
                # Weighted without replacement (Efraimidis and Spirakis): often told, often drawn.
                sharp = _SHARP if self.aim.common else 1.0
                weights = {o: (max(told(usual, o), 1) if self.aim.common else n) ** sharp for o, n in tier.items()}
                keys = {option: math.log(self.rng.random()) / weight for option, weight in weights.items()}
                order += sorted(tier, key=keys.__getitem__, reverse=True)
        same = (o for o in dict.fromkeys(order) if not alike or features(o) == self._features)
        return list(islice(same, _MOST_LOOKED_AT))

    def _once(self, order: Sequence[str]) -> list[str]:
        """The first that pass, those of the wanted lengths before others."""
        own = len(self.turn.answer)
        wrong: list[str] = []
        for number in range(WRONG):
            shorter = self.aim.length == "longest" or (self.aim.length == "between" and number == 0)
            rest = [o for o in order if o not in wrong]
            wanted = [o for o in rest if (len(o) < own if shorter else len(o) > own)]
            found = next((o for o in (*wanted, *rest) if self._is_fine(o) and self._goes_with(o, wrong)), None)
            if found is None:
                return wrong
            wrong.append(found)
        return wrong

    def _is_fine(self, option: str) -> bool:
        if option not in self._fine:
            self._fine[option] = self._fits(option) and not option_faults(option, self.turn, self.kind, self.truth)
        return self._fine[option]

    def _fits(self, option: str) -> bool:
        """Beside what is checked of every option: names no more of the question than the answer does, nor its deed."""
        if self._anchor is not None and self.kind == "deed":
            claimed = done(option)
            if claimed is not None and may_be_one(claimed, self._anchor):
                return False
        if _COOKS.search(self.turn.question) and self.kind == "object" and singular(head(bare(option))) in _VESSELS:
            return False  # who stirs the sauce stirs the pan
        asked = content_set(self.turn.question)
        return bool(content_set(option) & asked) == bool(content_set(self.turn.answer) & asked)

    def _goes_with(self, option: str, wrong: Sequence[str]) -> bool:
        return not any(same_meaning(self.kind, option, other) for other in wrong) and lengths_go_together(
            (self.turn.answer, option, *wrong)
        )


def told(usual: Counter[str], option: str) -> int:
    """How often an option was told, by its plain name: the bare name, or the deed without its subject."""
    return usual[predicate(option) if subject(option) else bare(option)]
