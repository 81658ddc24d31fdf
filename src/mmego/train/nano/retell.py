"""Retelling what a few frames show, from the narrations: the densest lesson in reading that a frame can give.

An answer of two words teaches the reader little about what it was shown. "picked up the red mug from the desk then
nothing then ..." makes it name deed, thing, colour and place of every frame (docs/decisions.md).
"""

from __future__ import annotations

from mmego.language.timeline import Scene, Step
from mmego.qa.rules.facts import past, put_place, take_source
from mmego.train.nano.questions import Clip

QUESTION = "What did I do?"
NOTHING = "nothing"
NEXT = "then"
# A deed shows in frames from one second before its moment to two seconds after it.
BEFORE, AFTER = 1.0, 2.0


def told_per_frame(clip: Clip) -> list[str]:
    """What each of a clip's frames shows, `NOTHING` where no narrated deed is near; frame i is the time i + 0.5."""
    scene = Scene(clip.narrations)
    deeds = [(clip.narrations[step.index].span.start, said(step)) for step in scene.steps]
    told = []
    for frame in range(clip.count):
        near = [(abs(frame + 0.5 - t), text) for t, text in deeds if -BEFORE <= frame + 0.5 - t <= AFTER]
        told.append(min(near)[1] if near else NOTHING)
    return told


def said(step: Step) -> str:
    """A step in short words: "picked up the red mug from the desk", "the man opened the fridge"."""
    action = step.action
    words = [] if action.wearer else [f"the {action.subject.split()[0]}" if action.subject else "the person"]
    words.append(past(action.verb))
    if action.object is not None:
        words.append(action.object.definite)
    place = take_source(step) if action.kind == "take" else put_place(step) if action.kind == "put" else None
    if place is not None:
        words.append(place.text)
    elif action.kind == "enter" and action.place is not None:
        words.append(action.place.thing.definite)
    return " ".join(words)


def retell(told: list[str], frames: list[int]) -> str:
    """The answer to `QUESTION` for the frames shown, in time order."""
    return f" {NEXT} ".join(told[i] for i in frames)
