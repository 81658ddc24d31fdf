"""The memory of one video; `folder` and `manifest` say how it is kept on disk.

Shapes: N frames, T tokens per frame, C hidden size, K frames of which V is held.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from mmego.errors import InputError, MmegoError, ModelError
from mmego.memory import video_file
from mmego.memory.fingerprint import Fingerprints
from mmego.memory.folder import TRIES, read_manifest, read_tensors, write_folder
from mmego.memory.frame_tokens import FrameTokens
from mmego.memory.manifest import Manifest
from mmego.memory.prefix import FramePrefix
from mmego.memory.video_file import FileStat
from mmego.records import Span


@dataclass(eq=False)
class Memory:
    """What one model keeps of one video. Times and spans are in seconds.

    Made by `encode.encode_video`, or by `on_demand.plan_video` for evenly spaced frames: then E is None, V is held for
    the frames read so far, and `times` are the planned times of the others.

    Attributes:
        video: the file it was made from; read again only for pictures, and for V that was not kept.
        video_hash: SHA-256 of that file.
        fingerprints: of the model: `vision` made E and V, `language` the prefix.
        duration: of the whole video.
        span: the part that was sampled.
        times: time of each of the N frames, in order; decoding exactly there gives the frame again.
        E_NC: compressed tokens, on the CPU; None until a pointer reads the video.
        V_NTC: high-resolution tokens of all frames, on the CPU; None if they were not kept.
        gaps: spans without pictures.
        prefix: the frames' K/V prefix, None until the first question needs it.
        seconds: how long making it took, by stage.
        video_stat: size and time of the file; None if they are not known.
        planned: how many frames were planned; N is less if some could not be decoded. None means N.
        some_V: V of single frames if not all are kept; bounded, see `frame_tokens`.
        files: how many videos it joins; frames of several cannot be decoded again.
        grains: grain of some of its pictures, if the checkpoint has statistics of grain (`model.familiarity`).
    """

    video: Path
    video_hash: str
    fingerprints: Fingerprints
    duration: float
    span: Span
    times: tuple[float, ...]
    E_NC: Tensor | None
    V_NTC: Tensor | None
    gaps: tuple[Span, ...] = ()
    prefix: FramePrefix | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    video_stat: FileStat | None = None
    planned: int | None = None
    some_V: FrameTokens = field(default_factory=FrameTokens)
    files: int = 1
    grains: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        frames = len(self.times)
        if frames == 0:
            raise InputError("a memory needs one frame or more, got none")
        if self.E_NC is not None and (self.E_NC.dim() != 2 or self.E_NC.shape[0] != frames):
            raise InputError(f"a memory of {frames} frames needs E of shape (N, C), got {tuple(self.E_NC.shape)}")
        if self.V_NTC is not None and (self.V_NTC.dim() != 3 or self.V_NTC.shape[0] != frames):
            raise InputError(f"a memory of {frames} frames needs V of shape (N, T, C), got {tuple(self.V_NTC.shape)}")
        if self.prefix is not None and self.prefix.length != frames:
            raise InputError(f"a memory of {frames} frames has a prefix of {self.prefix.length}")

    def __repr__(self) -> str:
        kept = f"V of {len(self.some_V)}" if self.E_NC is None else "E" if self.V_NTC is None else "E and V"
        return f"Memory({self.video.name!r}, {len(self.times)} frames of {self.duration:.1f} s, {kept})"

    @property
    def frame_spacing(self) -> float:
        """How far apart the frames are, in seconds: the median, or the whole span where there is one frame."""
        steps = [later - earlier for earlier, later in pairwise(self.times)]
        return round(statistics.median(steps) if steps else self.span.length, 3)

    def check_model(self, fingerprints: Fingerprints, model: str) -> None:
        """Raise ModelError unless the model's vision tower, which is part of `model`, made this memory's frames.

        Another language model is allowed: it reads the frames again, so the prefix is dropped.
        """
        if fingerprints.vision != self.fingerprints.vision:
            raise ModelError(
                f"the memory of {self.video.name} belongs to another model: its frames were encoded by the vision "
                f"tower {self.fingerprints.vision[:12]}, {model} has {fingerprints.vision[:12]}; index the video again "
                f"with this model"
            )
        if fingerprints != self.fingerprints:
            self.fingerprints, self.prefix = fingerprints, None

    def check_video(self) -> None:
        """Raise VideoError unless the video file is still where it was, and still the same.

        Size and time are compared; if they differ, the content decides, which is read once in a process.
        """
        video_file.check_video(self.video, self.video_hash, self.video_stat)

    def save(self, folder: Path) -> None:
        """Write the folder, whole or not at all; it replaces a memory that is already there (`folder.write_folder`).

        Raises:
            InputError: the folder holds something else, or this memory joins several videos.
        """
        if self.files > 1:
            raise InputError(f"a memory of {self.files} videos cannot be saved: save that of each video")
        prefix = {} if self.prefix is None else self.prefix.to_tensors()
        write_folder(Path(folder), {"frames": self._frames(), "prefix": prefix}, self._manifest().to_json())

    def _frames(self) -> dict[str, Tensor]:
        if self.E_NC is not None:
            return {"E": self.E_NC} if self.V_NTC is None else {"E": self.E_NC, "V": self.V_NTC}
        held = list(self.some_V)
        return {"V_held": self.some_V.take(held), "held": torch.tensor(held)} if held else {}

    def _manifest(self) -> Manifest:
        return Manifest(
            video=self.video,
            video_hash=self.video_hash,
            video_stat=self.video_stat,
            duration=self.duration,
            fingerprints=self.fingerprints,
            span=self.span,
            planned=len(self.times) if self.planned is None else self.planned,
            times=self.times,
            gaps=self.gaps,
            seconds=self.seconds,
            files={},
            grains=self.grains,
        )

    @classmethod
    def load(cls, folder: Path) -> Memory:
        """Read a folder written by `save`, even while another process saves to it.

        Raises:
            InputError: it is not a memory, has another schema version, or is damaged; the message says where.
        """
        folder = Path(folder)
        manifest, tries = read_manifest(folder), TRIES
        while True:
            try:
                return cls._read(folder, Manifest.from_json(manifest, folder))
            except InputError:
                # A writer removes the old version's files once the new manifest is in place.
                found, tries = read_manifest(folder), tries - 1
                if found == manifest or not tries:
                    raise
                manifest = found

    @classmethod
    def _read(cls, folder: Path, manifest: Manifest) -> Memory:
        frames = read_tensors(folder / manifest.files["frames"]) if "frames" in manifest.files else {}
        where = folder / manifest.files.get("frames", "")
        E_NC, V_NTC = (_values(frames[name], f"{where}: {name}") if name in frames else None for name in ("E", "V"))
        if E_NC is None and V_NTC is not None:
            raise InputError(f"{where} is damaged: it has V and no E; index the video again")
        try:
            prefix = None
            if "prefix" in manifest.files:
                where = folder / manifest.files["prefix"]
                prefix = FramePrefix.from_tensors(read_tensors(where))
                where = folder
            return cls(
                video=manifest.video,
                video_hash=manifest.video_hash,
                fingerprints=manifest.fingerprints,
                duration=manifest.duration,
                span=manifest.span,
                times=manifest.times,
                E_NC=E_NC,
                V_NTC=V_NTC,
                gaps=manifest.gaps,
                prefix=prefix,
                seconds=manifest.seconds,
                video_stat=manifest.video_stat,
                planned=manifest.planned,
                grains=manifest.grains,
                some_V=FrameTokens() if E_NC is not None else _held(frames, len(manifest.times), where),
            )
        except MmegoError as error:
            named = str(error) if str(folder) in str(error) else f"{where} is damaged: {error}; index the video again"
            raise InputError(named) from error


def _values(tensor: Tensor, where: str) -> Tensor:
    """Return a stored tensor of tokens; raise InputError unless its values are finite numbers."""
    if not tensor.is_floating_point():
        raise InputError(
            f"{where} is damaged: it holds {tensor.dtype}, not floating-point numbers; index the video again"
        )
    if tensor.numel() and not bool(torch.isfinite(tensor.sum(dtype=torch.float32))):
        raise InputError(f"{where} is damaged: its values are not finite numbers; index the video again")
    return tensor


def _held(frames: dict[str, Tensor], count: int, where: Path) -> FrameTokens:
    """Return V of single frames as `Memory.save` writes them."""
    if not frames:
        return FrameTokens()
    V_KTC, held = frames.get("V_held"), frames.get("held")
    if V_KTC is None or held is None:
        raise InputError(f"{where} is damaged: it has the tensors {sorted(frames)}; index the video again")
    numbers = held.tolist() if held.dtype == torch.int64 and held.dim() == 1 else [-1]
    good = numbers == sorted(set(numbers)) and all(0 <= number < count for number in numbers)
    if not good or V_KTC.dim() != 3 or V_KTC.shape[0] != len(numbers):
        raise InputError(
            f"{where} is damaged: V of single frames has shape {tuple(V_KTC.shape)} for frames of {count} named by "
            f"{tuple(held.shape)} numbers; index the video again"
        )
    return FrameTokens(zip(numbers, _values(V_KTC, f"{where}: V_held"), strict=True))
