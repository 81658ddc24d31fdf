"""Building: what is recorded, equal bytes, going on, and a costly writer that is asked for no more than is needed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.build.build import BuildOptions, Clips, Wanted, WriterSetup, build_benchmark, rules_writer
from mmego.bench.build.history import history_of
from mmego.bench.build.quotas import Quotas
from mmego.bench.build.source import QuestionSource
from mmego.bench.data.folder import load_benchmark
from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.records import MCQ, QA
from mmego.records.length_classes import length_class
from tests.qa.small_set import conversations, write_set

SMALL = BuildOptions(Quotas.of([6], [9], 10), seed=1)


@pytest.fixture
def qa(tmp_path: Path) -> Path:
    write_set(tmp_path / "qa")
    return tmp_path / "qa"


def build(qa: Path, out: Path, options: BuildOptions = SMALL, writer: WriterSetup | None = None):  # type: ignore[no-untyped-def]
    return build_benchmark(QuestionSource(qa), out, "small", options, writer or rules_writer(options.seed))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_questions_are_those_of_the_data_set(qa: Path, tmp_path: Path) -> None:
    built = build(qa, tmp_path / "bench")
    turns = {f"{s.id}-{i}": (s, t) for s in conversations() for i, t in enumerate(s.turns)}
    assert built.benchmark == load_benchmark(tmp_path / "bench")
    assert len(built.benchmark.questions) > 15
    for q in built.benchmark.questions:
        sample, turn = turns[q.id]
        assert (q.video, q.clip, q.question, q.key_spans) == (sample.video, sample.clip, turn.question, turn.key_spans)
        assert q.options[q.answer] == turn.answer
        assert len(set(q.options)) == 4
        assert q.length_class == length_class(sample.clip.length)
    assert max(Counter(q.video for q in built.benchmark.questions).values()) <= 10
    letters = Counter(q.answer for q in built.benchmark.questions)
    assert max(letters.values()) - min(letters.get(i, 0) for i in range(4)) <= 1


def test_the_record_adds_up(qa: Path, tmp_path: Path) -> None:
    built = build(qa, tmp_path / "bench", replace(SMALL, exclude=frozenset({"day1"})))
    (step,) = history_of(built.benchmark)
    assert step == json.loads(json.dumps(built.step))
    total = sum(len(s.turns) for s in conversations())
    assert sum(step["dropped"].values()) + sum(f["candidates"] for f in step["filled"]) == total
    assert sum(f["taken"] for f in step["filled"]) == len(built.benchmark.questions)
    assert "day1" not in built.benchmark.videos
    assert str(tmp_path) not in (tmp_path / "bench" / "benchmark.json").read_text()


def test_same_seed_same_bytes_and_another_seed_another_benchmark(qa: Path, tmp_path: Path) -> None:
    build(qa, tmp_path / "one")
    build(qa, tmp_path / "two")
    build(qa, tmp_path / "three", replace(SMALL, seed=2))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert (tmp_path / "one" / "questions.jsonl").read_bytes() != (tmp_path / "three" / "questions.jsonl").read_bytes()


def test_a_folder_is_finished_once(qa: Path, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    first = build(qa, out)
    before = files(out)
    again = build(qa, out)
    assert again.was_there
    assert again.step == json.loads(json.dumps(first.step))
    assert files(out) == before
    with pytest.raises(InputError, match=r"other options \(seed was 1, is 7\)"):
        build(qa, out, replace(SMALL, seed=7))
    (out / "benchmark.json").unlink()  # as a killed build leaves it
    assert not build(qa, out).was_there
    assert files(out) == before


def test_other_peoples_files_are_left_alone(qa: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "questions.jsonl").write_text("mine")
    with pytest.raises(InputError, match="holds another benchmark"):
        build(qa, tmp_path / "other")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"a folder is to be written there, and .*file is a file"):
        build(qa, tmp_path / "file")
    assert (tmp_path / "other" / "questions.jsonl").read_text() == (tmp_path / "file").read_text() == "mine"


class Costly:
    """A writer that counts what it is asked for, and cannot do every fifth question."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.rounds = 0

    def __call__(self, samples: Iterable[QA], clips: Clips, drops: Drops, wanted: Wanted) -> Iterator[MCQ]:
        self.rounds += 1
        for sample in samples:
            known = clips(sample.id)
            assert known is not None
            for index, turn in enumerate(sample.turns):
                assert wanted is not None
                if f"{sample.id}-{index}" not in wanted:
                    continue
                self.asked[f"{sample.id}-{index}"] += 1
                if sum(map(ord, turn.question)) % 5 == 0:
                    drops.add("the model: refused", turn.question)
                    continue
                yield MCQ(
                    f"{sample.id}-{index}",
                    sample.video,
                    sample.clip,
                    turn.question,
                    (turn.answer, "x", "y", "z"),
                    0,
                    length_class(sample.clip.length),
                    turn.key_spans,
                    turn.category,
                    sample.source,
                )


def test_a_costly_writer_is_asked_for_what_is_chosen(qa: Path, tmp_path: Path) -> None:
    costly = Costly()
    built = build(qa, tmp_path / "bench", SMALL, WriterSetup(costly, {"writer": "llm"}, costly=True))
    questions = built.benchmark.questions
    refused = built.step["dropped"]["the model: refused"]
    assert max(costly.asked.values()) == 1
    assert costly.asked.total() == len(questions) + refused
    assert costly.asked.total() < sum(len(s.turns) for s in conversations())
    assert costly.rounds >= 2
    # Those refused were replaced.
    turns = {f"{s.id}-{i}": t for s in conversations() for i, t in enumerate(s.turns)}
    assert all(turns[q.id].question == q.question and turns[q.id].key_spans == q.key_spans for q in questions)
    assert next(f.taken for f in built.filled) == 6


def test_nothing_to_ask(qa: Path, tmp_path: Path) -> None:
    def nothing(samples: Iterable[QA], clips: Clips, drops: Drops, wanted: Wanted) -> Iterator[MCQ]:
        for sample in samples:
            drops.add("no idea", sample.id, len(sample.turns))
        yield from ()

    for costly in (False, True):
        with pytest.raises(InputError, match="no question can be made multiple choice; dropped: no idea"):
            build(qa, tmp_path / f"bench{costly}", SMALL, WriterSetup(nothing, {"writer": "none"}, costly))
