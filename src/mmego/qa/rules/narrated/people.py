"""Facts from people's narrations: what somebody else did right after something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mmego.language.timeline import Scene
from mmego.qa.rules.facts import Fact
from mmego.qa.rules.narrated.events import AT_ONCE
from mmego.qa.rules.simulator_people import deed
from mmego.records import Narration

SOON = 15.0
"""Seconds up to which the next deed told of somebody comes "right after"."""
_PRONOUNS = {"the man": "he", "the boy": "he", "the woman": "she", "the girl": "she"}


def others_in_turn(scene: Scene, narrations: Sequence[Narration]) -> Iterator[Fact]:
    """What the man did right after he did something that he did once."""
    for person, steps in scene.people.items():
        texts = [deed(step) for step in steps]
        for step, following, said, text in zip(steps, steps[1:], texts, texts[1:], strict=False):
            if said is None or text is None or said == text or texts.count(said) > 1 or step.index == following.index:
                continue
            wait = narrations[following.index].span.start - narrations[step.index].span.end
            apart = narrations[following.index].span.start - narrations[step.index].span.start
            if wait > SOON or apart < AT_ONCE:
                continue
            wordings = (f"What did {person} do right after {_PRONOUNS.get(person, 'they')} {said}?",)
            yield Fact("other_person", "deed", text, (step.index, following.index), wordings, worth=1.0)
