"""Multiple-choice questions and predictions of models: the rows of `questions.jsonl` and `predictions.jsonl`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from mmego.errors import InputError
from mmego.records.qa import Source
from mmego.records.span import Span
from mmego.records.values import milliseconds, naming_bad_values, six_digits, text, texts


@dataclass(frozen=True, slots=True)
class VideoInput:
    """One of several videos that a question is about; a picture is a `clip` of zero length.

    `name` is what the question calls it ("video 1"); `clip` is None for the whole video.
    """

    name: str
    video: str
    clip: Span | None = None

    def to_json(self) -> dict[str, Any]:
        """Return ``{"name", "video", "clip"}``."""
        return {"name": self.name, "video": self.video, "clip": _clip_to_json(self.clip)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> VideoInput:
        """Read what `to_json` returns; raise InputError naming a missing key or a value of another type."""
        with naming_bad_values("an input of a question", row):
            return cls(text(row, "name"), text(row, "video"), _clip_from_json(row["clip"]))


@dataclass(frozen=True, slots=True)
class MCQ:
    """A multiple-choice question; `options` are its choices and `answer` is the 0-based index of the right one.

    `clip` is None for a whole video of unknown length; `length_class` is then empty. A question about several videos
    lists all of them in `inputs`, in order; `video` and `clip` are those of the first. For one video `inputs` is empty.
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
            raise InputError(f"{self.id}: answer {self.answer} is not the index of one of {len(self.options)} choices")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON Lines form with every digit, since the hash of its questions identifies a benchmark.

        ``inputs`` is there only for several videos.
        """
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
        """Read what `to_json` returns; raise InputError naming a missing key or a value of another type."""
        with naming_bad_values("a multiple-choice question", row):
            return cls(
                id=text(row, "id"),
                video=text(row, "video"),
                clip=_clip_from_json(row["clip"]),
                question=text(row, "question"),
                options=texts(row, "options"),
                answer=int(row["answer"]),
                length_class=row["length_class"],
                key_spans=tuple(Span.from_json(s) for s in row["key_spans"]),
                category=text(row, "category"),
                source=Source(**row["source"]),
                inputs=tuple(VideoInput.from_json(one) for one in row.get("inputs", ())),
            )


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's answer to one question of a benchmark: a row of `predictions.jsonl`.

    `choice` is the 0-based choice; if the model made none it is None and `error` says why. `text` is the model's text.
    `key_frames` are the seconds of the frames the answer was read from, best first, and `scores` their shares of the
    pointer's softmax; times of several videos run on from one video to the next. `probabilities` are those of the
    choices, empty if the model gives none; `frames` is the number of frames glimpsed, 0 when blind; `seconds` the time
    of this question without the video's encoding. `gaps` are the spans of the video that could not be decoded.
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
        """Return the JSON Lines form: times in milliseconds, scores in six digits; ``gaps`` only if there are any."""
        row = {
            **asdict(self),
            "key_frames": [milliseconds(time) for time in self.key_frames],
            "scores": [six_digits(score) for score in self.scores],
            "probabilities": [six_digits(share) for share in self.probabilities],
            "seconds": milliseconds(self.seconds),
            "gaps": [span.in_milliseconds() for span in self.gaps],
        }
        return row if self.gaps else {name: value for name, value in row.items() if name != "gaps"}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Prediction:
        """Read what `to_json` returns; raise InputError naming a missing or unknown key or a value of another type."""
        known = {field.name for field in fields(cls)}
        missing = [name for name in ("id", "model", "blind", "choice", "text") if name not in row]
        unknown = sorted(set(row) - known)
        if missing or unknown:
            raise InputError(f"a prediction has the keys {sorted(known)}; missing: {missing}, unknown: {unknown}")
        with naming_bad_values("a prediction", row):
            for name in ("id", "model", "text"):
                text(row, name)
            lists = {name: tuple(row.get(name, ())) for name in ("key_frames", "scores", "probabilities")}
            gaps = tuple(Span.from_json(span) for span in row.get("gaps", ()))
            return cls(**{**row, **lists, "gaps": gaps})


def _clip_to_json(clip: Span | None) -> list[float] | None:
    return None if clip is None else clip.to_json()


def _clip_from_json(value: Any) -> Span | None:
    return None if value is None else Span.from_json(value)
