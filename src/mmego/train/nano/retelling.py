"""Retelling of what a few frames show, from the narrations: an exchange that says much about each frame.

An answer of two words teaches the model little about the frames. "picked up the red mug from the desk then nothing
then ..." makes it name action, thing, colour and place of every frame (docs/explanation/training-nano.md).
"""

from __future__ import annotations

from mmego.language.timeline import Timeline, TimelineEntry
from mmego.qa.rules.facts import past_tense, put_place, take_source
from mmego.train.nano.questions import Clip

QUESTION = "What did I do?"
NOTHING = "nothing"
NEXT = "then"
# Frames show an action from one second before its time to two seconds after it.
BEFORE, AFTER = 1.0, 2.0


def narrated_per_frame(clip: Clip) -> list[str]:
    """Return what each frame of a clip shows, `NOTHING` if no narrated action is near; frame i is the time i + 0.5."""
    timeline = Timeline(clip.narrations)
    actions = [(clip.narrations[step.index].span.start, step_text(step)) for step in timeline.entries]
    narrated = []
    for frame in range(clip.count):
        near = [(abs(frame + 0.5 - t), text) for t, text in actions if -BEFORE <= frame + 0.5 - t <= AFTER]
        narrated.append(min(near)[1] if near else NOTHING)
    return narrated


def step_text(step: TimelineEntry) -> str:
    """Return a step in short words: "picked up the red mug from the desk", "the man opened the fridge"."""
    action = step.action
    words = [] if action.wearer else [f"the {action.subject.split()[0]}" if action.subject else "the person"]
    words.append(past_tense(action.verb))
    if action.object is not None:
        words.append(action.object.definite)
    place = take_source(step) if action.kind == "take" else put_place(step) if action.kind == "put" else None
    if place is not None:
        words.append(place.text)
    elif action.kind == "enter" and action.place is not None:
        words.append(action.place.thing.definite)
    return " ".join(words)


def retell(narrated: list[str], frames: list[int]) -> str:
    """Return the answer to `QUESTION` for the frames shown, in time order."""
    return f" {NEXT} ".join(narrated[i] for i in frames)
