"""The records that every stage passes on. Times are seconds from the start of the video, as floats."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Protocol

from mmego.errors import InputError

SelectMode = Literal["pointer", "uniform"]
EvidenceOrigin = Literal["pointer", "explore", "uniform"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of video: `start` <= `end`, both in seconds."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not self.start <= self.end:
            raise InputError(f"a span needs start <= end, got [{self.start}, {self.end}]")

    @property
    def length(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start

    def holds(self, time: float) -> bool:
        """True if `time` lies in the closed span."""
        return self.start <= time <= self.end

    def to_json(self) -> list[float]:
        """``[start, end]``."""
        return [self.start, self.end]

    @classmethod
    def from_json(cls, value: Any) -> Span:
        """From ``[start, end]``; raises InputError for anything else."""
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise InputError(f"a span is written [start, end] in seconds, got {value!r}")
        return cls(float(value[0]), float(value[1]))


@dataclass(frozen=True, slots=True)
class Narration:
    """One sentence on what happens in a video.

    `span` is the stretch it tells of (zero length where the source gives a point in time), `actor` is ``"C"`` for
    the camera wearer or another letter of the source (``"X"``, ``"O"``), `text` the cleaned sentence without tags.
    """

    video: str
    span: Span
    text: str
    actor: str = "C"
    verb: str | None = None
    nouns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoMeta:
    """What is known of a video besides its narrations.

    `duration` is in seconds, None where the source does not say; `split` is the source's own split (Ego4D's
    episodic-memory split ``train``, ``val``, ``test``) or None; `redacted` are spans with blank frames.
    """

    video: str
    duration: float | None = None
    split: str | None = None
    redacted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class NarratedClip:
    """A stretch of a video with the narrations that lie in it: what a question generator is given.

    `narrations` are in time order, their times count from the start of the VIDEO, as do those of `clip` and of
    every key span made from them; `Turn.narrations` are indices into this tuple. `dataset` is ``ego4d``,
    ``epic-kitchens``, ``hd-epic``, ``mmego-sim`` or what the user calls a source of their own.
    """

    id: str
    video: str
    clip: Span
    narrations: tuple[Narration, ...]
    dataset: str
    split: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The JSON Lines form."""
        return {
            "id": self.id,
            "video": self.video,
            "clip": self.clip.to_json(),
            "narrations": [
                {"span": n.span.to_json(), "text": n.text, "actor": n.actor, "verb": n.verb, "nouns": list(n.nouns)}
                for n in self.narrations
            ],
            "dataset": self.dataset,
            "split": self.split,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> NarratedClip:
        """Inverse of `to_json`; raises InputError naming a missing key."""
        try:
            narrations = tuple(
                Narration(row["video"], Span.from_json(n["span"]), n["text"], n["actor"], n["verb"], tuple(n["nouns"]))
                for n in row["narrations"]
            )
            clip = Span.from_json(row["clip"])
            return cls(row["id"], row["video"], clip, narrations, row["dataset"], row["split"])
        except KeyError as error:
            raise InputError(f"a narrated clip lacks {error}; it has {sorted(row)}") from error


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sample comes from, and what it cost.

    `generator` is ``rules`` or ``llm``; `model` and `prompt` (name and version of the prompt file) are those of the
    LLM; the tokens are those of all calls that this sample took, 0 for rules; `split` is the source's own.
    """

    dataset: str
    generator: str
    model: str | None = None
    seed: int = 0
    prompt: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    split: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, the spans that prove it and the indices of the narrations it rests on."""

    question: str
    answer: str
    key_spans: tuple[Span, ...]
    narrations: tuple[int, ...] = ()
    category: str = "other"


@dataclass(frozen=True, slots=True)
class QA:
    """A conversation on one clip of one video (DESIGN, "Formats": QA sample)."""

    id: str
    video: str
    clip: Span
    turns: tuple[Turn, ...]
    source: Source

    def to_json(self) -> dict[str, Any]:
        """The JSON Lines form."""
        return {
            "id": self.id,
            "video": self.video,
            "clip": self.clip.to_json(),
            "turns": [
                {
                    "question": t.question,
                    "answer": t.answer,
                    "key_spans": [s.to_json() for s in t.key_spans],
                    "narrations": list(t.narrations),
                    "category": t.category,
                }
                for t in self.turns
            ],
            "source": asdict(self.source),
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> QA:
        """Inverse of `to_json`; raises InputError naming a missing key."""
        try:
            turns = tuple(
                Turn(
                    question=t["question"],
                    answer=t["answer"],
                    key_spans=tuple(Span.from_json(s) for s in t["key_spans"]),
                    narrations=tuple(t.get("narrations", ())),
                    category=t.get("category", "other"),
                )
                for t in row["turns"]
            )
            return cls(row["id"], row["video"], Span.from_json(row["clip"]), turns, Source(**row["source"]))
        except KeyError as error:
            raise InputError(f"a QA sample lacks {error}; it has {sorted(row)}") from error


@dataclass(frozen=True, slots=True)
class VideoInput:
    """One of several videos that a question is about; a picture is a `clip` of zero length.

    `name` is what the question calls it ("video 1"); `clip` is None for the whole video.
    """

    name: str
    video: str
    clip: Span | None = None

    def to_json(self) -> dict[str, Any]:
        """``{"name", "video", "clip"}``."""
        return {"name": self.name, "video": self.video, "clip": _clip_to_json(self.clip)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> VideoInput:
        """Inverse of `to_json`; raises InputError naming a missing key."""
        try:
            return cls(row["name"], row["video"], _clip_from_json(row["clip"]))
        except KeyError as error:
            raise InputError(f"an input of a question lacks {error}; it has {sorted(row)}") from error


@dataclass(frozen=True, slots=True)
class MCQ:
    """A multiple-choice question; `answer` is the 0-based index of the right option.

    `clip` is None for a whole video whose length nobody says; `length_class` is then empty. A question about several
    videos lists all of them in `inputs`, in order; `video` and `clip` are those of the first. For one video `inputs`
    is empty.
    """

    id: str
    video: str
    clip: Span | None
    question: str
    options: tuple[str, ...]
    answer: int
    length_class: str
    key_spans: tuple[Span, ...]
    category: str
    source: Source
    inputs: tuple[VideoInput, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.answer < len(self.options):
            raise InputError(f"{self.id}: answer {self.answer} is not the index of one of {len(self.options)} options")

    def to_json(self) -> dict[str, Any]:
        """The JSON Lines form; ``inputs`` only where there are several videos."""
        row = {
            "id": self.id,
            "video": self.video,
            "clip": _clip_to_json(self.clip),
            "question": self.question,
            "options": list(self.options),
            "answer": self.answer,
            "length_class": self.length_class,
            "key_spans": [s.to_json() for s in self.key_spans],
            "category": self.category,
            "source": asdict(self.source),
        }
        return {**row, "inputs": [one.to_json() for one in self.inputs]} if self.inputs else row

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> MCQ:
        """Inverse of `to_json`; raises InputError naming a missing key."""
        try:
            return cls(
                id=row["id"],
                video=row["video"],
                clip=_clip_from_json(row["clip"]),
                question=row["question"],
                options=tuple(row["options"]),
                answer=int(row["answer"]),
                length_class=row["length_class"],
                key_spans=tuple(Span.from_json(s) for s in row["key_spans"]),
                category=row["category"],
                source=Source(**row["source"]),
                inputs=tuple(VideoInput.from_json(one) for one in row.get("inputs", ())),
            )
        except KeyError as error:
            raise InputError(f"a multiple-choice question lacks {error}; it has {sorted(row)}") from error


@dataclass(frozen=True, slots=True)
class Evidence:
    """One key frame an answer rests on.

    `score` is its share of the pointer's softmax over all frames (0 to 1); `by` says whether the pointer's own
    score chose it, the exploration bonus did, or selection was uniform.
    """

    time: float
    score: float
    by: EvidenceOrigin


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine gives back for one question.

    `evidence` is best first; `frames` the number of frames glimpsed; `choice` the 0-based option or None;
    `seconds` the time of each stage.
    """

    question: str
    answer: str
    choice: int | None
    evidence: tuple[Evidence, ...]
    frames: int
    model: str
    select: SelectMode
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The JSON form printed by ``mmego ask --json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model made of one question of a benchmark (DESIGN, "Formats": Prediction).

    `choice` is the 0-based option, None where the model gave none; `error` then says why and is None otherwise.
    `text` is what the model said. `key_frames` are the seconds of the frames the answer was read from, best first, and
    `scores` their shares of the pointer's softmax; for a question about several videos the clock runs through them in
    order. `probabilities` are those of the options, empty where the model gives none; `frames` the number of frames
    glimpsed, 0 when blind; `seconds` what this question took by itself, without the video's encoding. `gaps` are the
    stretches of the video that could not be decoded: what happened there the model cannot know.
    """

    id: str
    model: str
    blind: bool
    choice: int | None
    text: str
    key_frames: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()
    frames: int = 0
    seconds: float = 0.0
    error: str | None = None
    gaps: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if (self.choice is None) != (self.error is not None):
            raise InputError(
                f"{self.id}: a prediction has either a choice or an error, got {self.choice}, {self.error}"
            )

    def to_json(self) -> dict[str, Any]:
        """The JSON Lines form; ``gaps`` only where there are any."""
        row = {
            **asdict(self),
            "key_frames": list(self.key_frames),
            "scores": list(self.scores),
            "probabilities": list(self.probabilities),
            "gaps": [span.to_json() for span in self.gaps],
        }
        return row if self.gaps else {name: value for name, value in row.items() if name != "gaps"}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Prediction:
        """Inverse of `to_json`; raises InputError naming a missing or unknown key."""
        known = {field.name for field in fields(cls)}
        missing = [name for name in ("id", "model", "blind", "choice", "text") if name not in row]
        unknown = sorted(set(row) - known)
        if missing or unknown:
            raise InputError(f"a prediction has the keys {sorted(known)}; missing: {missing}, unknown: {unknown}")
        lists = {name: tuple(row.get(name, ())) for name in ("key_frames", "scores", "probabilities")}
        gaps = tuple(Span.from_json(span) for span in row.get("gaps", ()))
        return cls(**{**row, **lists, "gaps": gaps})


def _clip_to_json(clip: Span | None) -> list[float] | None:
    return None if clip is None else clip.to_json()


def _clip_from_json(value: Any) -> Span | None:
    return None if value is None else Span.from_json(value)


class Answerer(Protocol):
    """Whatever can answer a question about a video; the benchmark knows nothing more of a model."""

    name: str

    def answer(
        self,
        video: Path | None,
        question: str,
        options: tuple[str, ...] | None = None,
        clip: Span | None = None,
    ) -> Answer:
        """Answer `question`; `video` None means blind (no visual input), `options` None means an open answer."""
        ...
