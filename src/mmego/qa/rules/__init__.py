"""Questions and answers from narrations by rules, without a language model.

- `turns`: narrations -> turns; the entry point.
- `facts`: one fact for each question with a sure answer, and helpers for the functions that find facts.
- `simulator_things`, `simulator_order`, `simulator_states`, `simulator_people`: facts from complete narrations, as the
  simulator gives them.
- `narrated`: facts from people's narrations, which leave things out.
"""

from mmego.qa.rules.facts import Fact
from mmego.qa.rules.turns import CATEGORIES, make_turns, narrator_of

__all__ = ["CATEGORIES", "Fact", "make_turns", "narrator_of"]
