"""The records that every stage passes on. Times are seconds from the start of the video, as floats.

- `span`: a part of a video, `Span`.
- `narration`: narrations, and the clips of a video with theirs.
- `qa`: questions with answers and key spans, `QA`.
- `multiple_choice`: questions with choices, `MCQ`, and what models answered, `Prediction`.
- `answer`, `finding`: what the engine answers, `Answer`, and the scores behind it, `Finding`.
- `length_classes`: the seven length classes of clips.
- `load_settings`: the values of the flags that load a checkpoint.
- `values`, `clock_time`: checks and rounding of JSON values; times for people.
"""

from mmego.records.answer import Answer, Answerer, Evidence, EvidenceOrigin, SelectMode
from mmego.records.multiple_choice import MCQ, Prediction, VideoInput
from mmego.records.narration import NarratedClip, Narration, VideoMeta
from mmego.records.qa import QA, Source, Turn
from mmego.records.span import Span

__all__ = [
    "MCQ",
    "QA",
    "Answer",
    "Answerer",
    "Evidence",
    "EvidenceOrigin",
    "NarratedClip",
    "Narration",
    "Prediction",
    "SelectMode",
    "Source",
    "Span",
    "Turn",
    "VideoInput",
    "VideoMeta",
]
