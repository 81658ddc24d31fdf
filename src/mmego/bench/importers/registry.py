"""The formats of other benchmarks that you can import, by name (docs/reference/benchmark-files.md).

To add one: write a module in this folder with a function ``read_NAME(files, settings) -> Imported`` (`video_mme.py`
is a short example), and add one line to `FORMATS`.
"""

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
from mmego.bench.importers.rows import Imported, ImportSettings, Row, RowError, class_of
from mmego.bench.importers.video_mme import read_video_mme
from mmego.errors import InputError, VideoError
from mmego.files import unreadable
from mmego.records import MCQ, Span, VideoInput
from mmego.video.files import VideoFiles
from mmego.video.probe import probe

_OVERRUN = 1.0  # seconds that a published span may exceed its file: re-encoding drops a frame or two


@dataclass(frozen=True, slots=True)
class Format:
    """A benchmark that you can import: its title, the files to give, the number of choices, and the reader."""

    title: str
    files: str
    choices: str
    read: Callable[[Sequence[Path], ImportSettings], Imported]
    inside: tuple[str, ...]
    """The patterns of its files in a folder."""
    check: Callable[[Row, MCQ], None] | None = None


FORMATS: dict[str, Format] = {
    "hd-epic": Format("HD-EPIC VQA", "vqa-benchmark/*.json", "5", read_hd_epic, ("*.json",), hd_epic.check),
    "egoschema": Format(
        "EgoSchema, public answers",
        "questions.json subset_answers.json [uid_to_ego4d.json]",
        "5",
        read_egoschema,
        ("questions.json", "subset_answers.json", "uid_to_ego4d.json"),
    ),
    "qaego4d": Format(
        "QaEgo4D, closed",
        "annotations.QaEgo4D_test_close.json",
        "4",
        read_qaego4d,
        ("annotations.QaEgo4D_*close*.json",),
    ),
    "egotimeqa": Format(
        "EgoTimeQA, closed", "annotations.EgoTimeQA.json", "4", read_egotimeqa, ("annotations.EgoTimeQA*.json",)
    ),
    "egolifeqa": Format("EgoLifeQA", "EgoLifeQA_A1_JAKE.json ...", "4", read_egolifeqa, ("EgoLifeQA_*.json",)),
    "egomemreason": Format("EgoMemReason, with answers", "annotations.jsonl", "4-10", read_egomemreason, ("*.jsonl",)),
    "video-mme": Format("Video-MME", "test-00000-of-00001.parquet", "4", read_video_mme, ("*.parquet",)),
    "plain": Format("JSON Lines of your own", "FILE.jsonl ...", "2-26", read_plain, ("*.jsonl",)),
}


def import_questions(
    name: str, files: Sequence[Path], videos: Path | None = None, seed: int = 0, strict: bool = False
) -> Imported:
    """Read a benchmark's files.

    A row that does not make a question is left out and listed in `Imported.bad`; so is one whose video cannot be read
    or ends before its clip.

    Args:
        name: one of `FORMATS`.
        files: as `Format.files` says, or folders that contain them.
        videos: a folder in which to look for the videos. Those found are opened: a question on a whole video then gets
            its length.
        seed: deals the choices of formats that leave their order open.
        strict: raise at the first bad row.

    Raises:
        InputError: no such format, no file, a file of another kind, no question left, more than half of all rows
            bad; with `strict` the first bad row, with file and row.
    """
    if name not in FORMATS:
        raise InputError(f"there is no importer {name!r}; there are {', '.join(FORMATS)}")
    if not files:
        raise InputError(f"give the files of {FORMATS[name].title}: {FORMATS[name].files}")
    folder = None if videos is None else VideoFiles(videos)
    if folder is not None:
        folder.require_folder()
    found = FORMATS[name].read(files_of(name, files), ImportSettings(folder, seed, strict))
    found.require_most()
    if found.questions and folder is not None:
        _measure(found, folder)
    check = FORMATS[name].check
    if check is not None:
        _keep(found, [_fault(found, question, check) for question in found.questions])
    found.require_most()
    if not found.questions:
        raise InputError(f"{', '.join(map(str, files))}: no question is left ({dict(found.drops.counts)})")
    found.covered = {name: found.covered[name] for name in found.rows if name in found.covered}
    return found


def files_of(name: str, paths: Sequence[Path]) -> list[Path]:
    """Return the files of a format: the paths, or in a folder the files that match `Format.inside`, in order.

    Raises:
        InputError: a folder contains none of them.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append(path)
            continue
        try:
            inside = sorted({file for pattern in FORMATS[name].inside for file in path.glob(pattern) if file.is_file()})
        except OSError as error:
            raise unreadable(path, error) from error
        if not inside:
            raise InputError(f"{path} holds none of the files of {name}: {', '.join(FORMATS[name].inside)}")
        found += inside
    return found


def _fault(found: Imported, question: MCQ, check: Callable[[Row, MCQ], None]) -> RowError | None:
    try:
        check(found.rows[question.id], question)
    except RowError as error:
        return error
    return None


def _keep(found: Imported, faults: Sequence[RowError | None]) -> None:
    """Leave out the questions that have a fault."""
    for question, fault in zip(found.questions, faults, strict=True):
        if fault is not None:
            found.leave_out(fault)
            del found.rows[question.id]
    found.questions = [question for question in found.questions if question.id in found.rows]


def _measure(found: Imported, files: VideoFiles) -> None:
    """Put the length of every video that is there into the questions, and list the missing videos."""
    lengths = _Lengths(files, dict(found.lengths))
    faults: list[RowError | None] = []
    # A bar on a terminal only: opening a few thousand files takes minutes.
    for number, question in enumerate(tqdm(found.questions, "looking at videos", unit="question", disable=None)):
        try:
            found.questions[number] = _measured(found.rows[question.id], question, lengths)
        except RowError as error:
            faults.append(error)
        else:
            faults.append(None)
    _keep(found, faults)
    asked = {one for q in found.questions for one in (q.video, *(i.video for i in q.inputs))}
    found.missing = tuple(video for video, known in lengths.known.items() if known is None and video in asked)


def _measured(row: Row, question: MCQ, lengths: _Lengths) -> MCQ:
    """Return a question with the clips of whole videos filled in.

    Raises:
        RowError: a time lies past the end of its video.
    """
    inputs = tuple(lengths.shown(row, one) for one in question.inputs)
    first = inputs[0] if inputs else lengths.shown(row, VideoInput("the clip", question.video, question.clip))
    seconds = [one.clip.length if one.clip else None for one in inputs or (first,)]
    if not inputs and first.clip is not None and question.clip is None:
        late = next((span for span in question.key_spans if span.end > first.clip.end + _OVERRUN), None)
        if late is not None:
            raise row.fault(f"a key span ends at {late.end:.3f} s, but {question.video} is {first.clip.end:.3f} s long")
    return replace(question, clip=first.clip, inputs=inputs, length_class=class_of(seconds))


class _Lengths:
    """The lengths of videos, each opened once; `known` has None for a missing one."""

    def __init__(self, files: VideoFiles, known: dict[str, float | None]) -> None:
        self.files, self.known = files, known
        self._broken: dict[str, str] = {}
        self._whole: dict[VideoInput, VideoInput] = {}

    def shown(self, row: Row, one: VideoInput) -> VideoInput:
        """Return `one` with its clip, as far as the length is known.

        Raises:
            RowError: the clip lies past the video's end.
        """
        known = self._of(row, one.video)
        if known is None:
            return one
        if one.clip is None:
            # One object for all the questions that name this clip: a week of EgoLife is 5,000 of them.
            if one not in self._whole:
                self._whole[one] = replace(one, clip=Span(0.0, known))
            return self._whole[one]
        if one.clip.end > known + _OVERRUN or (one.clip.start >= known and one.clip.length > 0):
            raise row.fault(
                f"{one.name} ends at {one.clip.end:.3f} s, but the file of {one.video} is {known:.3f} s long"
            )
        return one

    def _of(self, row: Row, video: str) -> float | None:
        if video not in self.known and video not in self._broken:
            try:
                path = self.files.path_of(video)
                self.known[video] = None if path is None else probe(self.files.folder / path).duration
            except (VideoError, InputError) as error:
                self._broken[video] = str(error)
        if video in self._broken:
            raise row.fault(self._broken[video])
        return self.known[video]
