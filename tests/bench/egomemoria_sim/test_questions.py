"""EgoMemoria-Sim: its shape, the choice of its questions, and that what ships is what the houses tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.letters import letter_balance
from mmego.bench.distractors.checks import find_problems
from mmego.bench.egomemoria_sim.questions import (
    COUNTS_PER_VIDEO,
    FPS,
    MINI,
    SEED,
    SHAPE,
    SHIPPED,
    TICKS,
    Shipped,
    candidates,
    choose,
    load_shipped,
    plan,
    questions,
    story_of,
)
from mmego.errors import InputError
from mmego.files import read_json, write_json
from mmego.qa.rules.turns import make_turns
from mmego.records import MCQ
from mmego.records.length_classes import LENGTH_CLASSES, length_class, length_group
from mmego.sim.actors.episode import run_episode
from mmego.sim.house.generator import make_house
from mmego.sim.story import NoView, story_hash
from tests.bench.small import question
from tests.sim.lying import lying_by_me

PAGE_ORDER = (
    "where_put", "where_taken", "put_on", "after", "before", "first", "last", "switched", "closed", "other_person",
    "colour", "count",
)  # fmt: skip
STILL = re.compile(r"What is (?:still )?(on|in) the (.*) that I put there\?")


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return load_shipped()


def test_no_check_on_options_finds_fault_and_the_page_counts_what_ships(shipped: Shipped) -> None:
    asked = shipped.benchmark.questions
    assert [q.id for q in asked if find_problems(q)] == []
    balance = letter_balance(asked).counts.values()
    assert max(balance) - min(balance) <= 1
    page = (Path(__file__).parents[3] / "docs" / "reference" / "egomemoria-sim.md").read_text()
    by_class, by_category = Counter(q.length_class for q in asked), Counter(q.category for q in asked)
    assert f"| questions | {' | '.join(str(by_class[name]) for name in LENGTH_CLASSES)} | {len(asked):,} |" in page
    row = [by_category[name] for name in PAGE_ORDER]
    assert sum(row) == len(asked)
    assert f"| {' | '.join(map(str, row))} |" in page
    longest = sum(_share_of_longest(q) for q in asked) / len(asked)
    assert f"right in {100 * longest:.1f} % of the questions" in page
    assert f"most often right in other videos in {100 * _share_of_commonest(asked):.1f} %" in page
    spans = [span.length for q in asked for span in q.key_spans]
    assert f"{len(spans) / len(asked):.1f} a question, {sum(spans) / len(spans):.1f} s long on average" in page
    assert f"{sum('that I put there' in q.question for q in asked)} of those on what I put there" in page


def _share_of_longest(asked: MCQ) -> float:
    """Return the chance of being right by naming the longest option, one of equals at random."""
    longest = [i for i, option in enumerate(asked.options) if len(option) == max(map(len, asked.options))]
    return (asked.answer in longest) / len(longest)


# The plan


def test_the_plan_has_test_houses_only_each_once_and_all_seven_classes_up_to_an_hour() -> None:
    videos = plan()
    seeds = [v.seed for v in videos]
    assert len(set(seeds)) == len(seeds) >= 100
    assert min(seeds) >= 9_100_000  # houses from 9,000,000 to 9,000,029 are those of the small model's own table
    assert {v.length_class: length_class(v.seconds) for v in videos} == {name: name for name in LENGTH_CLASSES}
    assert (videos[0].seconds, videos[-1].seconds) == (30, 3600)
    assert [v.seconds for v in videos] == sorted(v.seconds for v in videos)


def test_choosing_takes_the_category_that_was_taken_least_and_few_counts() -> None:
    found = [replace(question(n), category="where_put") for n in range(6)]
    found += [replace(question(n), category="count") for n in range(6, 10)]
    found += [replace(question(10), category="colour")]
    taken = Counter({"colour": 5})
    chosen = choose(found, 5, taken, 0)
    assert Counter(q.category for q in chosen) == {"where_put": 4, "count": COUNTS_PER_VIDEO}
    assert taken == {"colour": 5, "where_put": 4, "count": COUNTS_PER_VIDEO}
    assert {q.category for q in choose(found, 99, Counter(), 0)} == {"where_put", "count", "colour"}
    assert choose(found, 5, Counter({"colour": 5}), 0) == chosen
    assert choose([], 5, Counter(), 0) == []


def test_letters_are_dealt_in_turn_over_the_videos() -> None:
    asked = list(questions(plan()[:4]))
    counts = Counter(q.answer for q in asked)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert asked == list(questions(plan()[:4]))
    by_rules = {q.id: q for video in plan()[:4] for q in candidates(video, story_of(video), SEED)}
    for q in asked:  # only the order of the options is new
        assert sorted(q.options) == sorted(by_rules[q.id].options)
        assert q.options[q.answer] == by_rules[q.id].options[by_rules[q.id].answer]


# What ships


def test_what_ships_is_small_and_in_the_papers_shape(shipped: Shipped) -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 3_000_000
    asked = shipped.benchmark.questions
    assert len(asked) >= 1200
    assert len(shipped.videos) >= 100
    assert {q.video for q in asked} == {v.video for v in shipped.videos}
    assert {length_group(q.length_class) for q in asked} == {"short", "medium", "long"}
    per_video = Counter(q.video for q in asked)
    seconds = {v.video: v.seconds for v in shipped.videos}
    assert all(per_video[v.video] <= SHAPE[v.length_class][1] for v in shipped.videos)
    letters = Counter(q.answer for q in asked)
    assert max(letters.values()) - min(letters.values()) <= 1
    for q in asked:
        assert q.length_class == length_class(seconds[q.video])
        assert q.clip is not None
        assert q.clip.to_json() == [0.0, seconds[q.video]]
        assert len({option.lower() for option in q.options}) == 4
        assert q.key_spans
        assert all(0 <= s.start < s.end <= seconds[q.video] for s in q.key_spans)
    categories = Counter(q.category for q in asked)
    assert categories["count"] <= 0.1 * len(asked)
    assert max(categories.values()) <= 0.15 * len(asked)


def _share_of_commonest(asked: Sequence[MCQ]) -> float:
    """Return the chance of being right by naming the option that is right most often in other videos."""
    right = Counter(q.options[q.answer] for q in asked)
    here = Counter((q.video, q.options[q.answer]) for q in asked)
    share = 0.0
    for q in asked:
        counts = [right[option] - here[q.video, option] for option in q.options]
        share += (counts[q.answer] == max(counts)) / counts.count(max(counts))
    return share / len(asked)


def test_what_ships_lists_the_planned_videos(shipped: Shipped) -> None:
    rows = [(v.video, v.seed, v.seconds, v.length_class) for v in shipped.videos]
    assert rows == [(v.video, v.seed, v.seconds, v.length_class) for v in plan()]
    assert all(v.frames == v.seconds * FPS and len(v.story) == 64 for v in shipped.videos)
    without = [v.video for v in shipped.videos if v.sha256 is None or v.bytes is None]
    assert not without, "python scripts/make_egomemoria_sim.py draws them and notes their bytes"


@pytest.mark.parametrize("index", [0, 17, 30, 60])
def test_shipped_questions_are_true_of_the_house_simulated_again(shipped: Shipped, index: int) -> None:
    video = shipped.videos[index]
    narrations = story_of(video)
    assert story_hash(narrations) == video.story
    turns = {(t.question, t.answer, t.key_spans) for t in make_turns(narrations, float(video.seconds), SEED)}
    mine = [q for q in shipped.benchmark.questions if q.video == video.video]
    assert mine
    for q in mine:
        assert (q.question, q.options[q.answer], q.key_spans) in turns


@pytest.mark.slow
def test_all_shipped_questions_come_again_byte_for_byte(shipped: Shipped) -> None:
    assert list(questions(plan())) == list(shipped.benchmark.questions)


@pytest.mark.slow
def test_what_is_still_there_in_a_shipped_question_lies_there_at_the_end(shipped: Shipped) -> None:
    seconds = {v.video: (v.seed, float(v.seconds)) for v in shipped.videos}
    asked = [(q, match) for q in shipped.benchmark.questions if (match := STILL.fullmatch(q.question))]
    assert len(asked) == sum("that I put there" in q.question for q in shipped.benchmark.questions) > 10
    for q, match in asked:
        seed, length = seconds[q.video]
        lying = lying_by_me(run_episode(make_house(seed), seed, length, NoView(), TICKS))
        assert lying[match[1], match[2]] == {q.options[q.answer].removeprefix("the ")}, q


def test_the_mini_slice_is_a_part_with_short_and_medium_videos(shipped: Shipped) -> None:
    mini = shipped.mini()
    assert mini.benchmark.name == MINI
    assert set(mini.benchmark.questions) < set(shipped.benchmark.questions)
    assert set(mini.videos) < set(shipped.videos)
    assert {q.video for q in mini.benchmark.questions} == {v.video for v in mini.videos}
    assert sum(v.seconds for v in mini.videos) <= 12 * 60
    assert len(mini.benchmark.questions) >= 20


def test_a_question_on_a_video_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    for name in ("questions.jsonl", "benchmark.json"):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    about = read_json(SHIPPED / "videos.json")
    write_json(tmp_path / "videos.json", {**about, "videos": about["videos"][1:]})
    with pytest.raises(InputError, match="does not list sim-9100000"):
        load_shipped(tmp_path)
    write_json(tmp_path / "videos.json", {**about, "schema": 9})
    with pytest.raises(InputError, match="schema 9; this version reads 1"):
        load_shipped(tmp_path)
