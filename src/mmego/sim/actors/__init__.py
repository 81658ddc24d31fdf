"""The people of a house: what they do, what the wearer sees of it, and how it is narrated.

episode: `run_episode`, a part of life in a house
wearer: the body of the person with the camera
person: the other person
tasks: what the wearer does next
actions: how the wearer does it
standpoints: where to stand for it
state: where everything is
narrator: events and their sentences
"""

from mmego.sim.actors.episode import Episode, EpisodeView, Event, Moment, run_episode

__all__ = ["Episode", "EpisodeView", "Event", "Moment", "run_episode"]
