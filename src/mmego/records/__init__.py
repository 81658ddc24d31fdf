"""The records that every stage passes on. Times are seconds from the start of the video, as floats."""

from mmego.records.answer import Answer, Answerer, Evidence, EvidenceOrigin, SelectMode
from mmego.records.choice import MCQ, Prediction, VideoInput
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
