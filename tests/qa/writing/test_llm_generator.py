"""Questions by a model, against a fake server that answers well, badly and not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mmego.commands.qa.make_flags import MakeOptions
from mmego.errors import InputError
from mmego.llm import retry
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.writing.llm_generator import GeneratorOptions, LlmGenerator, narration_spans
from mmego.records import NarratedClip, Narration, Span
from tests.llm.fake_openai import FakeOpenAI, Plan, by_weights, in_turn
from tests.qa.narrated_clips import clip


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 0.05)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def write(fake: FakeOpenAI, path: Path, clips: list[NarratedClip], **options: Any) -> list[ClipQA]:
    generator = LlmGenerator(GeneratorOptions(model="m", base_url=fake.url, **options), seed=3)
    return list(generator.write(iter(clips), path / "journal" / "00000.jsonl"))


def write_one(plan: Plan, path: Path, **options: Any) -> tuple[ClipQA, FakeOpenAI]:
    with FakeOpenAI(plan) as fake:
        (sample,) = write(fake, path, [clip()], **options)
    return sample, fake


def reasons(sample: ClipQA) -> list[str]:
    return [failure.reason for failure in sample.failures]


def test_a_conversation_with_evidence_and_cost(tmp_path: Path) -> None:
    sample, fake = write_one(in_turn("good"), tmp_path)
    assert [t.question for t in sample.qa.turns][:2] == [
        "Where did I pick up the red mug from?",
        "Where did I put the red mug?",
    ]
    assert len(sample.qa.turns) == 5
    first, second = sample.qa.turns[:2]
    assert (first.answer, first.category, first.narrations) == ("from the drawer", "place", (0,))
    # A point in time reaches to the middle of its neighbours, a take two seconds further.
    assert first.key_spans == (Span(60.0, 65.5),)
    assert second.key_spans == (Span(63.5, 66.5),)
    source = sample.qa.source
    assert (source.dataset, source.generator, source.model, source.seed) == ("made-up", "llm", "m", 3)
    assert (source.prompt, source.split) == ("ask@1", "train")
    assert source.prompt_tokens == sum(len(m["content"].split()) for m in fake.bodies[0]["messages"])
    assert source.completion_tokens > 20
    assert sample.failures == sample.verdicts == ()
    assert (sample.qa.id, sample.qa.video, sample.qa.clip) == (clip().id, clip().video, clip().clip)
    assert ClipQA.from_json(json.loads(json.dumps(sample.to_json()))) == sample


@pytest.mark.parametrize("how", ["thought", "closed_thought", "parts"])
def test_a_draft_in_a_thought_is_no_question(tmp_path: Path, how: str) -> None:
    plain, _ = write_one(in_turn("good"), tmp_path / "plain")
    sample, fake = write_one(in_turn(how), tmp_path / how)
    assert sample.qa.turns == plain.qa.turns
    assert (sample.failures, fake.calls) == ((), 1)


@pytest.mark.parametrize(
    ("how", "reason", "calls"), [("open_thought", "truncated", 1), ("only_thought", "no_answer", 2)]
)
def test_only_a_thought_is_a_failure(tmp_path: Path, how: str, reason: str, calls: int) -> None:
    sample, fake = write_one(in_turn(how), tmp_path)
    assert (sample.qa.turns, reasons(sample), fake.calls) == ((), [reason], calls)


def test_a_runaway_answer_is_one_failure_and_the_others_go_on(tmp_path: Path) -> None:
    with FakeOpenAI(lambda number, _: "spaces" if number == 0 else "good") as fake:
        samples = write(fake, tmp_path, [clip(i) for i in range(4)], concurrency=1)
    assert sorted(reasons(sample) for sample in samples) == [[], [], [], ["truncated"]]


def test_what_the_model_is_shown(tmp_path: Path) -> None:
    _, fake = write_one(in_turn("good"), tmp_path, max_tokens=77, temperature=0.25)
    (body,) = fake.bodies
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    user = body["messages"][1]["content"]
    assert user.startswith("The sentences cover the whole recording")
    assert user.endswith("12. [00:35] C puts the blue box on the table")
    assert (body["max_tokens"], body["temperature"], body["response_format"]["type"]) == (77, 0.25, "json_schema")
    assert 0 <= body["seed"] < 2**31


def test_same_seed_same_request_other_seed_other_request(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        for number, seed in enumerate((1, 1, 2)):
            generator = LlmGenerator(GeneratorOptions(model="m", base_url=fake.url), seed)
            list(generator.write([clip()], tmp_path / str(number)))
        assert sorted(fake.seen.values()) == [1, 2]


@pytest.mark.parametrize("how", ["fenced", "plain"])
def test_good_answers_in_other_clothes(tmp_path: Path, how: str) -> None:
    sample, fake = write_one(in_turn(how), tmp_path)
    assert (len(sample.qa.turns), sample.failures, fake.calls) == (5, (), 1)


def test_a_server_without_schemas_gets_the_plain_form(tmp_path: Path) -> None:
    with FakeOpenAI(schema=False) as fake:
        samples = write(fake, tmp_path, [clip(i) for i in range(6)], concurrency=1)
        assert fake.calls == 7
        assert fake.bodies[-1]["messages"][0]["content"].count("Q: the question") == 1
    assert all(len(s.qa.turns) == 5 and not s.failures for s in samples)
    assert {s.qa.source.prompt for s in samples} == {"ask_plain@1"}


@pytest.mark.parametrize(
    ("how", "turns", "expected", "calls"),
    [
        ("bad_index", 2, ["bad_index"], 1),
        ("twelve", 5, ["too_many"], 1),
        ("refusal", 0, ["refused"], 1),
        ("soft_refusal", 0, ["refused"], 1),
        ("filtered", 0, ["refused"], 1),
        ("truncated", 3, ["truncated"], 1),
        ("invalid_json", 0, ["invalid_json"], 2),
        ("empty", 0, ["invalid_json"], 2),
        ("none", 0, [], 1),
        ("surrogate", 5, [], 1),
        ("400", 0, ["bad_request"], 2),
    ],
)
def test_bad_answers_are_recorded_and_never_become_text(
    tmp_path: Path, how: str, turns: int, expected: list[str], calls: int
) -> None:
    sample, fake = write_one(in_turn(how), tmp_path)
    assert (len(sample.qa.turns), reasons(sample), fake.calls) == (turns, expected, calls)
    text = json.dumps(sample.qa.to_json())
    assert "sorry" not in text
    assert "ud800" not in text
    # Started again, nothing is asked that was answered: not even what was refused.
    with FakeOpenAI() as other:
        again = write(other, tmp_path, [clip()])
        assert other.calls == (1 if how == "400" else 0)  # only the form that the first server refused
        assert again == [sample] or how == "400"


def test_a_repaired_answer_counts_with_the_cost_of_both_calls(tmp_path: Path) -> None:
    sample, fake = write_one(in_turn("invalid_json", "good"), tmp_path)
    assert (len(sample.qa.turns), sample.failures, fake.calls) == (5, (), 2)
    repair = fake.bodies[1]["messages"]
    assert [m["role"] for m in repair] == ["system", "user", "assistant", "user"]
    assert repair[2]["content"] == "pairs = question, answer and so on"
    assert sample.qa.source.prompt_tokens == sum(len(m["content"].split()) for b in fake.bodies for m in b["messages"])


@pytest.mark.parametrize(("how", "reason"), [("500", "server_error"), ("hang", "timeout"), ("429_ms", "rate_limited")])
def test_a_call_that_is_given_up_is_recorded_and_asked_again_next_time(tmp_path: Path, how: str, reason: str) -> None:
    sample, _ = write_one(in_turn(how), tmp_path, attempts=2, timeout=1.0)
    assert (sample.qa.turns, reasons(sample)) == ((), [reason])
    sample, _ = write_one(in_turn("good"), tmp_path)
    assert (len(sample.qa.turns), sample.failures) == (5, ())


def test_a_long_clip_is_asked_in_windows_and_across_them(tmp_path: Path) -> None:
    long = clip(sentences=100)
    umbrella = [Narration(long.video, n.span, "C takes the umbrella") for n in long.narrations]
    told = tuple(umbrella[i] if i in (3, 50, 97) else n for i, n in enumerate(long.narrations))
    with FakeOpenAI() as fake:
        (sample,) = write(
            fake, tmp_path, [NarratedClip(long.id, long.video, long.clip, told, "made-up")], window=40, overlap=10
        )
        users = sorted(b["messages"][1]["content"] for b in fake.bodies)
        assert fake.calls == 4
    (overview,) = (u for u in users if u.startswith("Topics"))
    assert "umbrella" in overview.splitlines()[0]
    assert {f"{i}." for i in (4, 51, 98)} <= {line.split()[0] for line in overview.splitlines()[2:]}
    starts = {u.split("number ")[1].split(" of")[0] for u in users if "number" in u.splitlines()[0]}
    assert starts == {"1 to 40", "31 to 70", "61 to 100"}
    # Whatever the window, what is cited are the clip's own sentences.
    for turn in sample.qa.turns:
        assert all(told[i].text.split()[-1] in f"{turn.question} {turn.answer}" for i in turn.narrations)
    assert len({t.narrations for t in sample.qa.turns}) >= 15


def test_part_of_the_windows_may_fail(tmp_path: Path) -> None:
    def plan(_: int, body: dict[str, Any]) -> str:
        return "soft_refusal" if "number 31" in body["messages"][1]["content"] else "good"

    with FakeOpenAI(plan) as fake:
        (sample,) = write(fake, tmp_path, [clip(sentences=100)], window=40, overlap=10, overview=0)
    assert (len(sample.qa.turns), reasons(sample)) == (10, ["refused"])


def test_a_clip_without_sentences_costs_nothing(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        (sample,) = write(fake, tmp_path, [clip(sentences=0)])
        assert fake.calls == 0
    assert (sample.qa.turns, sample.failures) == ((), ())


def test_key_spans_end_with_the_clip() -> None:
    told = clip()
    short = NarratedClip(told.id, told.video, Span(61.0, 96.0), told.narrations, told.dataset)
    spans = narration_spans(short)
    assert (spans[0].start, spans[-1].end) == (61.0, 96.0)
    assert all(short.clip.start <= s.start <= s.end <= short.clip.end for s in spans)


def test_a_storm_of_faults_loses_no_clip(tmp_path: Path) -> None:
    weights = dict.fromkeys(("500", "429_ms", "drop", "invalid_json", "truncated", "refusal", "bad_index", "503"), 1.0)
    clips = [clip(i) for i in range(60)]
    with FakeOpenAI(by_weights({"good": 6, **weights}, seed=5), latency=0.005) as fake:
        generator = LlmGenerator(GeneratorOptions(model="m", base_url=fake.url, attempts=20, concurrency=16))
        samples = list(generator.write(iter(clips), tmp_path / "j"))
        assert sorted(s.clip.id for s in samples) == sorted(c.id for c in clips)
        assert fake.counts()["twice"] == 0
        assert generator.tally.calls == fake.counts()["answered"]
    assert generator.tally.retries > 10
    counted = [reason for s in samples for reason in reasons(s)]
    assert {reason: counted.count(reason) for reason in set(counted)} == generator.tally.failures
    assert (
        {"refused", "truncated", "bad_index"}
        <= set(counted)
        <= {*("refused", "truncated", "bad_index", "invalid_json")}
    )
    for sample in samples:
        for turn in sample.qa.turns:
            assert all(sample.clip.narrations[i].text.endswith(turn.answer) for i in turn.narrations)


def test_a_wrong_key_stops_at_once_and_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    with FakeOpenAI(key="right") as fake:
        with pytest.raises(InputError, match=r"refuses the key in OPENAI_API_KEY \(401\)"):
            write(fake, tmp_path, [clip(i) for i in range(200)], concurrency=8)
        assert fake.calls <= 16
    assert not [r for r in caplog.records if r.levelname in ("ERROR", "WARNING")]
    assert capfd.readouterr() == ("", "")


def test_clips_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    taken = 0

    def clips() -> Iterator[NarratedClip]:
        nonlocal taken
        for i in range(40):
            taken += 1
            yield clip(i)

    with FakeOpenAI() as fake:
        generator = LlmGenerator(GeneratorOptions(model="m", base_url=fake.url, concurrency=4))
        for given, _ in enumerate(generator.write(clips(), tmp_path / "j"), 1):
            assert taken - given < 4


def test_a_writer_nobody_reads_from_holds_nothing(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        generator = LlmGenerator(GeneratorOptions(model="m", base_url=fake.url))
        first = generator.write([clip()], tmp_path / "j")
        next(first)
        first.close()  # type: ignore[attr-defined]
        assert len(list(generator.write([clip()], tmp_path / "j"))) == 1


@pytest.mark.parametrize(
    ("options", "words"), [({"window": 1}, "window"), ({"overlap": 80}, "less than it"), ({"overview": -1}, "overview")]
)
def test_options_that_are_not_allowed(options: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        LlmGenerator(GeneratorOptions(model="m", **options))  # type: ignore[arg-type]


def test_the_flags_of_the_page_are_options() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "use-a-language-model.md").read_text()
    options = {field.name.replace("_", "-") for kind in (GeneratorOptions, MakeOptions) for field in fields(kind)}
    options |= {"port", "help"}
    named = set(re.findall(r"--([a-z][a-z-]*)", page))
    assert len(named) > 10
    assert named <= options
