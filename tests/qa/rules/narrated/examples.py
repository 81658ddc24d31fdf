"""Short examples of people's narrations, and what the rules find in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mmego.qa.rules.facts import Fact
from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.narrated_action import NarratedAction
from mmego.records import Narration, Span


def bare(*texts: str, every: float = 5.0) -> list[Narration]:
    """Return narrations of bare sentences, `every` seconds apart and two seconds long."""
    return [Narration("v", Span(i * every, i * every + 2.0), text) for i, text in enumerate(texts)]


def clip_actions(*texts: str, every: float = 5.0) -> ClipActions:
    """Return the actions of a clip with these sentences."""
    return ClipActions(bare(*texts, every=every))


def only_action(text: str) -> NarratedAction:
    """Return the one action of a sentence."""
    [action] = clip_actions(text).actions
    return action


def answers(make: Callable[[ClipActions], Iterable[Fact]], *texts: str) -> dict[str, str]:
    """Return the answers of the facts about a clip by their first wordings."""
    return {fact.wordings[0]: fact.answer for fact in make(clip_actions(*texts))}
