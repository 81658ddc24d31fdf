"""Nano against its own ablations on EgoMemoria-Sim: every figure of docs/explanation/results.md, in one command.

    python benchmarks/egomemoria_sim.py --bench out/egomemoria-sim --runs out/runs

makes the videos, asks the model (pointer and even frames at 4, 8, 16 and 32 kept, blind, five values of alpha at 4
kept, one frame a second at 4 and 8 kept), lets the baselines that see the text alone answer too, puts the figures
between the marks of docs/explanation/results.md, and writes the appendix pages beside it. The conclusions of that page
are written by hand: read them again. What is done already is not done again: after a new checkpoint give another folder
for the runs. `--partial` takes the videos that are there.
`--short` prints the summary and the part on one frame a second alone, from runs that are there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.data.runs import find_runs, load_run
from mmego.bench.egomemoria_sim.questions import SEED, SHAPE, SimVideo, candidates, choose, story_of
from mmego.bench.scoring.metrics import mean
from mmego.bench.scoring.scores import GROUPS, Scores
from mmego.bench.scoring.summary import difference, summary_table
from mmego.files import write_text
from mmego.records import MCQ
from mmego.records.length_classes import LENGTH_CLASSES, length_class
from mmego.sim.record import uid
from mmego.video.sampling import frame_times, stride

FRAMES = 300
KEEPS = ("4", "8", "16", "32")
SECONDS = 3600
"""Frames of the longest video at one a second."""
DENSE_KEEPS = ("4", "8")
ALPHAS = ("0", "0.05", "0.1", "0.15", "0.2")
BASELINES = ("majority", "longest", "bow")
TRAINING_HOUSES = 200
"""Houses from seed 0 on: what the bag of words learns from, as nano did."""
PART = """**Not the whole benchmark yet**: {questions} of {all} questions, on the {videos} videos that were there.

"""
SUMMARY = """{questions:,} questions on {videos} videos, asked of {model}. `keep` is how many frames an answer is read
from; `frames3600` looks at one frame a second, the others at 300 frames of a video.

"""
APPENDIX = (
    ("settings", "all settings: runs, accuracy and MDA"),
    ("settings", "all settings: lengths, categories, key frames, letters"),
    ("alpha", "the exploration bonus: runs, accuracy and MDA"),
    ("alpha", "the exploration bonus: lengths, categories, key frames, letters"),
)
"""Of which set of runs each page of the appendix is, and its title."""
SECOND_HALF = "#### Accuracy by length of the clip"
"""Where the tables of one set of runs go on on another page."""
DENSE = """    mmego bench run {bench} -o R/every-second --frames 3600 --keep 4 8

looks at every second of the longest videos: {seen:.1f} % of the key spans hold a frame. The glimpse then reads segments
of at most 300 frames, as it was trained to, and all scores are normalised together. For videos up to five minutes the
two settings are identical.

| kept | minutes | 300 frames | one a second | difference, points |
|---|---|---|---|---|
"""
SPANS = """Nano looks at one frame a second until it has {frames}. In longer videos the frames are `stride` seconds
apart. What is asked about lasts about four seconds. The last column is the share of key spans in which there is a
frame at all, and no choice among the frames can find the others.

| minutes | videos | questions | stride, s | key span, s (mean) | key spans that hold a frame |
|---|---|---|---|---|---|
"""


def spans_table(bench: Benchmark) -> str:
    """How many key spans hold one of the frames that a model of `FRAMES` frames samples."""
    rows = []
    for name in LENGTH_CLASSES:
        asked = [q for q in bench.questions if q.length_class == name]
        if not asked:
            continue
        times = {q.video: frame_times(_length(q), FRAMES) for q in asked}
        spans = [span for q in asked for span in q.key_spans]
        strides = [stride(found) for found in times.values()]
        rows.append(
            f"| {name} | {len(times)} | {len(asked)} | {min(strides):.1f} to {max(strides):.1f} "
            f"| {mean(span.length for span in spans):.1f} | {100 * seen(asked, FRAMES):.1f} % |"
        )
    return SPANS.format(frames=FRAMES) + "\n".join(rows) + "\n"


def seen(questions: Sequence[MCQ], frames: int) -> float:
    """Return the share of key spans in which one of the frames sampled lies."""
    times = {q.video: frame_times(_length(q), frames) for q in questions}
    return mean(float(any(span.holds(time) for time in times[q.video])) for q in questions for span in q.key_spans)


def _length(question: MCQ) -> float:
    assert question.clip is not None
    return question.clip.length


def mmego(*words: str) -> str:
    """Run the command; returns what it prints."""
    print("mmego", *words, file=sys.stderr)
    return subprocess.run([sys.executable, "-m", "mmego", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def ask(bench: Path, runs: Path, model: str) -> None:
    """All runs; those that are there already cost nothing."""
    own = ("--model", model)
    mmego("bench", "run", str(bench), "-o", str(runs / "nano"), *own, "--select", "pointer", "uniform",
          "--keep", *KEEPS, "--blind")  # fmt: skip
    mmego("bench", "run", str(bench), "-o", str(runs / "alpha"), *own, "--select", "pointer", "--keep", "4",
          "--alpha", *ALPHAS)  # fmt: skip
    mmego("bench", "run", str(bench), "-o", str(runs / "every-second"), *own, "--frames", str(SECONDS),
          "--keep", *DENSE_KEEPS)  # fmt: skip
    for name in BASELINES:
        learns = ("--train", str(training_questions(runs / "training-questions"))) if name == "bow" else ()
        mmego("bench", "run", str(bench), "-o", str(runs / name), "--model", f"baseline:{name}", *learns)


def training_questions(folder: Path) -> Path:
    """Questions on training houses, chosen as those of the benchmark are; no video is drawn for them."""
    if not folder.exists():
        taken: Counter[str] = Counter()
        asked: list[MCQ] = []
        for seed in tqdm(range(TRAINING_HOUSES), desc="training houses"):
            video = SimVideo(uid(seed), seed, 180, length_class(180))
            asked += choose(candidates(video, story_of(video), SEED), SHAPE[video.length_class][1], taken, SEED)
        save_benchmark(folder, "training houses", asked, {"generator": "rules", "houses": TRAINING_HOUSES})
    return folder


def sections(bench: Path, runs: Path) -> Sequence[str]:
    """Return the tables of both sets of runs, headings lower than they are printed.

    Both have the same blind runs, so the same panel: MDA of one table compares with MDA of the other."""
    guessers = [str(runs / name) for name in BASELINES]
    shown = mmego("bench", "score", str(bench), str(runs / "nano"), *guessers)
    alpha = mmego("bench", "score", str(bench), str(runs / "alpha"), str(runs / "nano" / "blind"), *guessers)
    return f"## The table\n\n{_lower(shown)}", f"## The exploration bonus, 4 frames kept\n\n{_lower(alpha)}"


def scores_of(bench: Benchmark, runs: Path) -> Scores:
    """Return the runs at 300 frames and at one a second that the summary compares, and the panel's."""
    kept = [f"pointer-keep{keep}" for keep in DENSE_KEEPS]
    folders = [runs / "nano" / name for name in (*kept, "uniform-keep4", "blind")]
    folders += [runs / "every-second" / f"{name}-frames{SECONDS}" for name in kept]
    folders.append(runs / "nano" / "uniform-keep8")
    folders += [run for name in BASELINES for run in find_runs([runs / name])]
    return Scores(bench, [load_run(folder, bench) for folder in folders])


def summary(scores: Scores) -> str:
    """Return what the page says, in five rows."""
    bench, model = scores.benchmark, scores.runs[0].model
    table = summary_table(scores, (0, 4, 5, 2, 3))
    head = SUMMARY.format(questions=len(bench.questions), videos=len(bench.videos), model=model)
    shown = "\n".join(table.to_markdown().splitlines()[2:])
    return head + shown.replace(" All tables are below.", "") + "\n"


def dense_table(scores: Scores, bench: str) -> str:
    """Accuracy at 300 frames and at one a second, by length of the video."""
    rows = []
    for place, keep in enumerate(DENSE_KEEPS):
        few, dense = place, place + 4
        for group in GROUPS:
            mask = scores.groups[group]
            gap = scores.estimate(
                scores.accuracy_draws(dense, mask) - scores.accuracy_draws(few, mask), mask, signed=True
            )
            rows.append(f"| {keep} | {group} | {scores.accuracy(few, mask)} | {scores.accuracy(dense, mask)} | {gap} |")
        whole = (scores.average(few), scores.average(dense), difference(scores, dense, few))
        rows.append(f"| {keep} | Avg | {' | '.join(map(str, whole))} |")
    return DENSE.format(bench=bench, seen=100 * seen(scores.benchmark.questions, SECONDS)) + "\n".join(rows) + "\n"


def _lower(text: str) -> str:
    """Headings two levels lower; without the summary, for the page opens with one of its own."""
    text = re.sub(r"^## Summary$.*?(?=^## )", "", text, flags=re.M | re.S)
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in text.splitlines()) + "\n"


def appendix_pages(tables: Sequence[str]) -> list[str]:
    """Return the pages of the appendix: each set of tables on two of them, headings at the levels of a page."""
    halves = [half for text in tables for half in _halves(text)]
    pages = []
    for number, ((_, title), half) in enumerate(zip(APPENDIX, halves, strict=True), 1):
        lines = [line.removeprefix("##") if line.startswith("####") else line for line in half.strip().splitlines()]
        pages.append("\n".join([f"# Appendix {number}: {title}", "", INTRODUCTION, "", *lines, ""]))
    return pages


INTRODUCTION = "Written by `benchmarks/egomemoria_sim.py`. [Results](results.md) says what was run and what follows."


def _halves(text: str) -> tuple[str, str]:
    """Return the tables up to those by length, without their title, and the rest."""
    start, found, rest = text.partition(SECOND_HALF)
    without_title = re.sub(r"\A## .*\n+### .*\n+", "", start)
    return without_title, found + rest


def put(page: str, mark: str, text: str) -> str:
    """Put the text between ``<!-- MARK -->`` and ``<!-- end of MARK -->`` of a page.

    Raises:
        ValueError: the page lacks the marks.
    """
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    if begin not in page or end not in page:
        raise ValueError(f"the page has no place for {mark!r}: it needs {begin.strip()} and {end}")
    return page[: page.index(begin) + len(begin)] + "\n" + text.strip("\n") + "\n\n" + page[page.index(end) :]


def part_of(bench: Path, out: Path) -> Path:
    """Make a benchmark of the questions whose videos are there."""
    whole = load_benchmark(bench)
    there = [q for q in whole.questions if (whole.video_folder / f"{q.video}.mp4").exists()]
    save_benchmark(out, f"{whole.name}-part", there, {"part_of": whole.name})
    link = out / "videos"
    if not link.exists():
        link.symlink_to(whole.video_folder.resolve())
    return out


def main() -> None:
    """Make, ask, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("out/egomemoria-sim"))
    parser.add_argument("--runs", type=Path, default=Path("out/egomemoria-sim-runs"))
    parser.add_argument("--model", default="nano")
    parser.add_argument("--page", type=Path, default=Path("docs/explanation/results.md"))
    parser.add_argument("--short", action="store_true", help="print the summary and the part on one frame a second")
    parser.add_argument("--partial", action="store_true", help="only the videos that lie in the folder")
    given = parser.parse_args()

    bench = given.bench
    if given.short:
        scores = scores_of(load_benchmark(bench), given.runs)
        print(summary(scores), dense_table(scores, "out/egomemoria-sim"), sep="\n")
        return
    if given.partial:
        bench = part_of(bench, given.runs / "benchmark")
    else:
        mmego("bench", "simulate", "-o", str(bench))
    ask(bench, given.runs, given.model)
    asked, all_asked = load_benchmark(bench), load_benchmark(given.bench)
    count = len(asked.questions)
    part = PART.format(questions=count, all=len(all_asked.questions), videos=len(asked.videos)) if given.partial else ""
    scores = scores_of(asked, given.runs)
    page = given.page.read_text(encoding="utf-8")
    page = put(page, "summary", part + summary(scores))
    page = put(page, "spans", spans_table(asked))
    page = put(page, "dense", dense_table(scores, "out/egomemoria-sim"))
    write_text(given.page, page)
    for number, text in enumerate(appendix_pages(sections(bench, given.runs)), 1):
        write_text(given.page.with_name(f"results-appendix-{number}.md"), text)


if __name__ == "__main__":
    main()
