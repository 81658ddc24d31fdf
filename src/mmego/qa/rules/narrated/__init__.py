"""Questions and answers from people's narrations, which leave things out and give one thing several names.

- `lids`: verbs that open or close something in other words.
- `narrated_action`: one narrated action of the camera wearer.
- `implicit_actions`: actions that nobody narrated, derived from narrated ones.
- `clip_actions`: the narrated actions of a clip, and which of them are unique.
- `wording`: actions and places as phrases of a question or an answer.
- `actions`, `order`, `places`: functions that find facts.
- `selection`: the best facts of a clip, as questions.
"""

from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.narrated_action import NarratedAction
from mmego.qa.rules.narrated.selection import NARRATED_CATEGORIES, narrated_drafts

__all__ = ["NARRATED_CATEGORIES", "ClipActions", "NarratedAction", "narrated_drafts"]
