"""Wrong options by a model that answers well, badly, or not at all; nothing is paid for twice, no error is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.distractors.llm import ERRORS, LlmOptions, LlmWriter, parse_choices
from mmego.bench.distractors.writer import write_choices
from mmego.errors import InputError
from mmego.llm.prompts import read_prompt
from mmego.narrations.clean import Drops
from mmego.records import MCQ, QA, Source, Turn
from tests.bench.distractors.kitchens import CLIP, kitchens
from tests.llm.fake_openai import FakeOpenAI, by_weights

OBJECTS = ("the lantern", "the bucket", "the violin", "the hammer", "the basket", "the pillow")


def samples() -> list[QA]:
    return [
        QA(f"s{i}", f"v{i}", CLIP, (Turn("What did I find?", thing, (), (i,), "object"),), Source("x", "llm"))
        for i, thing in enumerate(OBJECTS)
    ]


def write(fake: FakeOpenAI, folder: Path, drops: Drops, **options: object) -> tuple[list[MCQ], LlmWriter]:
    given = LlmOptions(model="m", base_url=fake.url, **options)  # type: ignore[arg-type]
    writer = LlmWriter(given, folder)
    return list(write_choices(samples(), lambda _: None, writer, 0, drops)), writer


def errors_in(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / ERRORS).read_text().splitlines()]


@pytest.mark.parametrize("how", ["good", "fenced", "plain", "thought", "closed_thought", "parts"])
def test_options_are_read_in_any_form_and_paid_for_once(tmp_path: Path, how: str) -> None:
    with FakeOpenAI(lambda *_: how, latency=0.01, jitter=0.9) as fake:
        found, writer = write(fake, tmp_path, Drops())
        assert fake.calls == len(OBJECTS) == writer.tally.calls
        again, _ = write(fake, tmp_path, Drops())
        assert fake.calls == len(OBJECTS), "the second time everything comes from the journal"
    assert [q.id for q in found] == [f"s{i}-0" for i in range(6)], "in the samples' order, whichever call was slow"
    assert [q.to_json() for q in again] == [q.to_json() for q in found]
    for question, thing in zip(found, OBJECTS, strict=True):
        assert question.options[question.answer] == thing
        assert {o.split()[1] for o in question.options} - {thing.split()[1]} <= {
            *("pebble", "walnut", "ribbon", "candle", "feather")
        }
    assert errors_in(tmp_path) == []


def test_a_server_without_schemas_is_asked_in_plain_text(tmp_path: Path) -> None:
    with FakeOpenAI(schema=False) as fake:
        found, _ = write(fake, tmp_path, Drops(), concurrency=1)
        assert 'begins with "W: "' in fake.bodies[-1]["messages"][0]["content"]
    assert len(found) == len(OBJECTS)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("refusal", "refused"),
        ("empty", "no_answer"),
        ("invalid_json", "invalid_json"),
        ("400", "bad_request"),
        ("only_thought", "no_answer"),
        ("open_thought", "truncated"),
    ],
)
def test_what_fails_is_on_record_and_left_out_with_its_reason(tmp_path: Path, how: str, reason: str) -> None:
    drops = Drops()
    with FakeOpenAI(lambda *_: how) as fake:
        found, writer = write(fake, tmp_path, drops)
    assert found == []
    assert drops.counts == {f"the model: {reason}": len(OBJECTS)}
    rows = errors_in(tmp_path)
    assert sorted(row["id"] for row in rows) == [f"s{i}-0" for i in range(6)]
    assert {row["reason"] for row in rows} == {reason}
    assert writer.errors[reason] == len(OBJECTS)
    with FakeOpenAI(lambda *_: how) as fake:
        writer = LlmWriter(LlmOptions(model="m", base_url=fake.url), tmp_path)
        for part in (samples()[:2], samples()[2:]):
            list(write_choices(part, lambda _: None, writer, 0, Drops()))
    assert len(errors_in(tmp_path)) == len(OBJECTS), "the second part does not wipe out the first"


def test_the_rules_step_in_only_if_asked_to(tmp_path: Path) -> None:
    with FakeOpenAI(lambda *_: "refusal") as fake:
        drops = Drops()
        found, writer = write(fake, tmp_path, drops, fallback="rules")
    assert len(found) == len(OBJECTS), "the other answers are of the same kind"
    assert all(set(q.options) <= set(OBJECTS) for q in found)
    assert sum(writer.errors.values()) == len(errors_in(tmp_path)) == len(OBJECTS), "on record all the same"


def test_a_mixture_of_faults_loses_nothing(tmp_path: Path) -> None:
    kitchen, clips = kitchens(2)
    drops = Drops()
    plan = by_weights({"good": 3, "refusal": 1, "invalid_json": 1, "429_ms": 1, "500": 0.3}, 1)
    with FakeOpenAI(plan) as fake:
        writer = LlmWriter(LlmOptions(model="m", base_url=fake.url, concurrency=8), tmp_path)
        found = list(write_choices(kitchen, clips, writer, 0, drops))
    assert len(found) + sum(drops.counts.values()) == sum(len(s.turns) for s in kitchen)
    left_out = sum(n for reason, n in drops.counts.items() if reason.startswith("the model: "))
    assert len(errors_in(tmp_path)) == left_out > 0


def test_too_few_that_pass_are_asked_for_once_more_with_what_was_wrong(tmp_path: Path) -> None:
    turn = Turn("What did I find first?", "the bucket", (), (), "object")
    odd = QA("s", "v", CLIP, (turn,), Source("x", "llm"))
    seen: list[dict[str, Any]] = []
    with FakeOpenAI(lambda _, body: (seen.append(body), "invalid_json" if len(seen) == 1 else "good")[1]) as fake:
        writer = LlmWriter(LlmOptions(model="m", base_url=fake.url), tmp_path)
        list(write_choices([odd], lambda _: None, writer, 0, Drops()))
        assert fake.calls == 2
    again = seen[-1]["messages"]
    assert [m["role"] for m in again] == ["system", "user", "assistant", "user"]
    assert again[2]["content"] == "pairs = question, answer and so on"
    assert "too few can be used" in again[3]["content"]


def test_a_wrong_key_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with FakeOpenAI(key="right") as fake, pytest.raises(InputError, match="refuses the key in OPENAI_API_KEY"):
        write(fake, tmp_path, Drops())


@pytest.mark.parametrize("wrong", [{"number": 2}, {"sentences": 0}, {"fallback": "silent"}])
def test_options_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        LlmOptions(model="m", **wrong).check()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        '{"options": ["the mug", "the cup", "the pan"]}',
        'Sure:\n```json\n{"options": ["A) the mug", "B) the cup", "C) the pan"]}\n```',
        '["the mug", "the cup", "the pan"]',
        '[{"option": "the mug"}, {"option": "the cup"}, {"option": "the pan"}]',
        "W: the mug\nW: the cup\n\nW: the pan",
        "**W1:** the mug\n**W2:** the cup\n**W3:** the pan",
        "1. the mug\n2. the cup\n3. the pan",
        "- the mug\n- the cup\n- the mug\n- the pan",
    ],
)
def test_replies_are_read(text: str) -> None:
    assert parse_choices(text) == ["the mug", "the cup", "the pan"]


@pytest.mark.parametrize("text", ["", "I'm sorry, but I can't help with that.", '{"options": []}', "[[[[", "{" * 5000])
def test_nothing_is_made_up_from_other_replies(text: str) -> None:
    assert parse_choices(text) == []


def test_the_form_that_the_plain_prompt_names_is_the_form_that_is_read() -> None:
    assert 'begins with "W: "' in read_prompt("distract_plain").text
    assert (
        set(read_prompt("distract").sections)
        == set(read_prompt("distract_plain").sections)
        == {"system", "user", "again"}
    )
