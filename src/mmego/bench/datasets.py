"""Other people's benchmarks as questions of ours: which there are, and reading one (docs/benchmark-import.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from mmego.bench.importers import hd_epic
from mmego.bench.importers.egolife import read_egolifeqa, read_egomemreason
from mmego.bench.importers.egoschema import read_egoschema
from mmego.bench.importers.hd_epic import read_hd_epic
from mmego.bench.importers.plain import read_plain
from mmego.bench.importers.qaego4d import read_egotimeqa, read_qaego4d
from mmego.bench.importers.rows import Imported, Row, Wishes, class_of
from mmego.bench.importers.video_mme import read_video_mme
from mmego.errors import InputError, VideoError
from mmego.records import MCQ, Span, VideoInput
from mmego.video.files import VideoFiles
from mmego.video.probe import probe

_OVERRUN = 1.0  # seconds that a published span may run past its file's end: re-encoding drops a frame or two


@dataclass(frozen=True, slots=True)
class Format:
    """A benchmark that can be imported: what it is called, which files to give, how many options, how it is read."""

    title: str
    files: str
    options: str
    read: Callable[[Sequence[Path], Wishes], Imported]
    check: Callable[[Row, MCQ], None] | None = None


FORMATS: dict[str, Format] = {
    "hd-epic": Format("HD-EPIC VQA", "vqa-benchmark/*.json", "5", read_hd_epic, hd_epic.check),
    "egoschema": Format(
        "EgoSchema, public answers", "questions.json subset_answers.json [uid_to_ego4d.json]", "5", read_egoschema
    ),
    "qaego4d": Format("QaEgo4D, closed", "annotations.QaEgo4D_test_close.json", "4", read_qaego4d),
    "egotimeqa": Format("EgoTimeQA, closed", "annotations.EgoTimeQA.json", "4", read_egotimeqa),
    "egolifeqa": Format("EgoLifeQA", "EgoLifeQA_A1_JAKE.json ...", "4", read_egolifeqa),
    "egomemreason": Format("EgoMemReason, with answers", "annotations.jsonl", "4-10", read_egomemreason),
    "video-mme": Format("Video-MME", "test-00000-of-00001.parquet", "4", read_video_mme),
    "plain": Format("JSON Lines of your own", "FILE.jsonl ...", "2-26", read_plain),
}


def import_questions(name: str, files: Sequence[Path], videos: Path | None = None, seed: int = 0) -> Imported:
    """Read a benchmark's files.

    Args:
        name: one of `FORMATS`.
        files: what `Format.files` says.
        videos: a folder in which to look for the videos. Those found are opened: a question on a whole video then gets
            its length, and a span that runs past the end of its file is an error.
        seed: deals the options of formats that leave their order open.

    Raises:
        InputError: no such format, no file, or whatever is wrong with a row, with file and row.
    """
    if name not in FORMATS:
        raise InputError(f"there is no importer {name!r}; there are {', '.join(FORMATS)}")
    if not files:
        raise InputError(f"give the files of {FORMATS[name].title}: {FORMATS[name].files}")
    folder = None if videos is None else VideoFiles(videos)
    if folder is not None:
        folder.require_folder()
    found = FORMATS[name].read([Path(path) for path in files], Wishes(folder, seed))
    if not found.questions:
        raise InputError(f"{', '.join(map(str, files))}: no question is left ({dict(found.drops.counts)})")
    if folder is not None:
        _measure(found, folder)
    check = FORMATS[name].check
    if check is not None:
        for question in found.questions:
            check(found.rows[question.id], question)
    return found


def _measure(found: Imported, files: VideoFiles) -> None:
    """Put the length of every video that is there into the questions, and note the videos that are not."""
    lengths: dict[str, float | None] = dict(found.lengths)
    whole: dict[VideoInput, VideoInput] = {}

    def length(row: Row, video: str) -> float | None:
        if video not in lengths:
            lengths[video] = _length(row, video, files)
        return lengths[video]

    def measured(row: Row, one: VideoInput) -> VideoInput:
        known = length(row, one.video)
        if known is None:
            return one
        if one.clip is None:
            # One object for all the questions that name this clip: a week of EgoLife is 5,000 of them.
            if one not in whole:
                whole[one] = replace(one, clip=Span(0.0, known))
            return whole[one]
        if one.clip.end > known + _OVERRUN:
            raise row.fault(
                f"{one.name} ends at {one.clip.end:.3f} s, but the file of {one.video} is {known:.3f} s long"
            )
        return one

    # On a terminal only: opening a few thousand files takes minutes.
    for number, question in enumerate(tqdm(found.questions, "looking at videos", unit="question", disable=None)):
        row = found.rows[question.id]
        inputs = tuple(measured(row, one) for one in question.inputs)
        first = inputs[0] if inputs else measured(row, VideoInput("the clip", question.video, question.clip))
        seconds = [one.clip.length if one.clip else None for one in inputs or (first,)]
        found.questions[number] = replace(question, clip=first.clip, inputs=inputs, length_class=class_of(seconds))
    found.missing = tuple(video for video, known in lengths.items() if known is None)


def _length(row: Row, video: str, files: VideoFiles) -> float | None:
    path = files.path_of(video)
    if path is None:
        return None
    try:
        return probe(files.folder / path).duration
    except VideoError as error:
        raise row.fault(str(error)) from error
