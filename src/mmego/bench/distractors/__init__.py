"""Wrong choices for multiple-choice questions, by rules or by a language model, each checked before it is taken.

- `writer`: open questions become four-way multiple choice, through any `ChoiceWriter`
- `rules`: the writer that needs no model: draws among candidates
- `llm`: the writer that asks a language model
- `simulator`: questions on the simulator's houses, where everything that happens is known
- `candidates`: what the narrations of a corpus name, counted by semantic role
- `candidate_sources`: lists of candidates for one question, the most believable first
- `balance`: keeps the right choice from being the longest, the shortest or the most frequent one too often
- `checks`: what makes a question unfair, and whether a wrong choice is true of its clip
- `equivalence`: whether two choices mean the same
- `answer_form`: what kind of thing an answer names, and how it is written
"""
