"""Writing questions about narrated clips.

- `rules_generator`: by rules (`RulesGenerator`).
- `llm_generator`: by a language model (`LlmGenerator`, `GeneratorOptions`).
- `windows`: the sentences of one call to the model.
- `pairs`: reads question-answer pairs from the model's answer.
- `judge`: a second model tries the questions with and without the narrations (`Judge`, `JudgeOptions`).
- `factories`: how a worker process makes its generator and judge.
"""

from mmego.qa.writing.factories import JudgeByModel, Judging, WriteByModel, WriteByRules, Writing
from mmego.qa.writing.judge import Judge, JudgeOptions
from mmego.qa.writing.llm_generator import GeneratorOptions, LlmGenerator
from mmego.qa.writing.rules_generator import RulesGenerator

__all__ = [
    "GeneratorOptions",
    "Judge",
    "JudgeByModel",
    "JudgeOptions",
    "Judging",
    "LlmGenerator",
    "RulesGenerator",
    "WriteByModel",
    "WriteByRules",
    "Writing",
]
