from __future__ import annotations

import json

import pytest

from mmego.errors import InputError
from mmego.llm.failure import Failure
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.records import QA, NarratedClip, Narration, Source, Span, Turn


def written(verdicts: tuple[Verdict, ...] = ()) -> ClipQA:
    narration = Narration("v", Span(61.0, 61.0), "C picks a mug", "C", "take", ("mug",))
    clip = NarratedClip("v:60-90", "v", Span(60.0, 90.0), (narration,), "ego4d", "train")
    turn = Turn("What did I pick up?", "the mug", (Span(60.5, 63.0),), (0,), "first")
    source = Source("ego4d", "llm", "some-model", 3, "ask@1", 120, 40, "train")
    return ClipQA(clip, QA(clip.id, "v", clip.clip, (turn,), source), (Failure("refused", "no"),), verdicts)


@pytest.mark.parametrize("verdicts", [(), (Verdict(blind=False, narrated=True),)])
def test_round_trip_through_json(verdicts: tuple[Verdict, ...]) -> None:
    sample = written(verdicts)
    assert ClipQA.from_json(json.loads(json.dumps(sample.to_json()))) == sample


def test_a_missing_key_is_named() -> None:
    row = written().to_json()
    del row["clip"]["dataset"]
    with pytest.raises(InputError, match="dataset"):
        ClipQA.from_json(row)


def test_verdicts_belong_to_turns() -> None:
    with pytest.raises(InputError, match="2 verdicts for 1 turns"):
        written((Verdict(), Verdict()))
