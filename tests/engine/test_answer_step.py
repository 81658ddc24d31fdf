"""The answer step: open answers and choices equal the stock model."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmego import Engine, Memory, Question
from mmego.errors import ModelError
from tests.engine.tiny_engine import OPTIONS, WHERE, engine_of

pytestmark = pytest.mark.usefixtures("short_answers")


def test_open_answer_equals_stock_generation_on_the_kept_frames(engine: Engine, memory: Memory) -> None:
    answer = engine.ask(memory, WHERE)
    times = sorted(e.time for e in answer.evidence)
    V_KTC = torch.stack([memory.V_NTC[memory.times.index(time)] for time in times])  # type: ignore[index]
    prompt = engine.processor.answer_prompt(WHERE, None, times, 7.0, num_frames=3)
    assert memory.duration == pytest.approx(7.0)
    ids = list(prompt)
    for _ in range(8):  # greedy decoding by hand, without any cache
        with torch.no_grad():
            out = engine.model(
                input_ids=torch.tensor([ids]),
                mm_encoder_outputs=engine.model.encoder_outputs(V_KTC),
                use_cache=False,
            )
        ids.append(int(out.logits[0, -1].argmax()))
        if ids[-1] == engine.processor.tokenizer.eos_token_id:
            break
    assert answer.answer == engine.processor.decode(ids[len(prompt) :])


@pytest.mark.parametrize("scoring", ["letter", "text"])
def test_choice_is_the_likeliest_option(clip: Path, scoring: str) -> None:
    engine = engine_of(option_scoring=scoring)
    memory = engine.index(clip)
    finding = engine.find_all(memory, [Question(WHERE, OPTIONS)])[0]
    times = sorted(e.time for e in finding.answer.evidence)
    V_KTC = torch.stack([memory.V_NTC[memory.times.index(time)] for time in times])  # type: ignore[index]
    prompt = engine.processor.answer_prompt(WHERE, OPTIONS, times, memory.duration, num_frames=3)
    expected = []
    for ids in engine.processor.choice_ids(OPTIONS):  # each option forwarded whole, as stock LLaVA-OneVision does
        with torch.no_grad():
            whole = torch.tensor([[*prompt, *ids]])
            out = engine.model(input_ids=whole, mm_encoder_outputs=engine.model.encoder_outputs(V_KTC))
        logprobs = out.logits[0, len(prompt) - 1 : -1].float().log_softmax(-1)
        expected.append(logprobs[torch.arange(len(ids)), torch.tensor(ids)].sum())
    shares = torch.stack(expected).softmax(-1)
    assert finding.probabilities == pytest.approx(shares.tolist(), abs=1e-3)
    assert finding.answer.choice == int(shares.argmax())
    assert finding.answer.answer == OPTIONS[int(shares.argmax())]


def test_scores_that_are_no_numbers_choose_nothing(
    engine: Engine, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.model, "choice_logprobs", lambda *_: torch.full((len(OPTIONS),), torch.nan))
    with pytest.raises(ModelError, match="not numbers"):
        engine.ask(memory, WHERE, OPTIONS)
