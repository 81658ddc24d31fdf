"""The memory of one video, and its folder on disk: manifest.json, frames.safetensors, prefix.safetensors.

Shapes: N frames, T tokens per frame, C hidden size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from mmego.errors import InputError, ModelError, VideoError
from mmego.files import atomic_path, file_hash, read_json, write_json
from mmego.memory.prefix import FramePrefix
from mmego.records import Span

SCHEMA = 1
MANIFEST, FRAMES, PREFIX = "manifest.json", "frames.safetensors", "prefix.safetensors"


@dataclass(eq=False)
class Memory:
    """All that is kept of one video for one model. Made by `encode.encode_video`; times and spans are in seconds.

    Attributes:
        video: the file it was made from; read again only for pictures, and for V where that was not kept.
        video_hash: SHA-256 of that file.
        fingerprint: the model's (`encode.model_fingerprint`); another model cannot read this memory.
        duration: of the whole video.
        span: the part that was sampled.
        times: moment of each of the N frames, in order; decoding exactly there gives the frame again.
        E_NC: compressed tokens, on the CPU.
        V_NTC: high-resolution tokens, on the CPU; None where only the compressed ones were kept.
        gaps: stretches without pictures.
        prefix: the frames' K/V prefix, None until the first question needs it.
        seconds: what making it took, by stage.
    """

    video: Path
    video_hash: str
    fingerprint: str
    duration: float
    span: Span
    times: tuple[float, ...]
    E_NC: Tensor
    V_NTC: Tensor | None
    gaps: tuple[Span, ...] = ()
    prefix: FramePrefix | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames = len(self.times)
        if self.E_NC.dim() != 2 or self.E_NC.shape[0] != frames or frames == 0:
            raise InputError(f"a memory of {frames} frames needs E of shape (N, C), got {tuple(self.E_NC.shape)}")
        if self.V_NTC is not None and (self.V_NTC.dim() != 3 or self.V_NTC.shape[0] != frames):
            raise InputError(f"a memory of {frames} frames needs V of shape (N, T, C), got {tuple(self.V_NTC.shape)}")

    def __repr__(self) -> str:
        kept = "E" if self.V_NTC is None else "E and V"
        return f"Memory({self.video.name!r}, {len(self.times)} frames of {self.duration:.1f} s, {kept})"

    def check_model(self, fingerprint: str, model: str) -> None:
        """Raise ModelError unless this memory was made by the model with `fingerprint`, which is called `model`."""
        if fingerprint != self.fingerprint:
            raise ModelError(
                f"the memory of {self.video.name} belongs to another model: it was made by {self.fingerprint[:12]}, "
                f"{model} is {fingerprint[:12]}; index the video again with this model"
            )

    def check_video(self) -> None:
        """Raise VideoError unless the video file is still where it was, and still the same."""
        if not self.video.is_file():
            raise VideoError(f"the memory's video is no longer there: {self.video}")
        if file_hash(self.video) != self.video_hash:
            raise VideoError(f"{self.video} is not the video of this memory any more; index it again")

    def save(self, folder: Path) -> None:
        """Write the folder, whole or not at all; a memory already there is replaced."""
        folder = Path(folder)
        if folder.exists() and not (folder / MANIFEST).is_file():
            raise InputError(f"{folder} exists and is not a memory; choose another folder")
        with atomic_path(folder) as temporary:
            temporary.mkdir()
            frames = {"E": self.E_NC} if self.V_NTC is None else {"E": self.E_NC, "V": self.V_NTC}
            save_file({name: tensor.contiguous() for name, tensor in frames.items()}, temporary / FRAMES)
            if self.prefix is not None:
                save_file(self.prefix.to_tensors(), temporary / PREFIX)
            write_json(temporary / MANIFEST, self._manifest())

    def _manifest(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "video": {
                "path": str(self.video.resolve()),
                "sha256": self.video_hash,
                "duration": self.duration,
            },
            "model": {"fingerprint": self.fingerprint},
            "frames": {"span": self.span.to_json(), "times": list(self.times)},
            "gaps": [gap.to_json() for gap in self.gaps],
            "seconds": self.seconds,
            "files": [FRAMES] if self.prefix is None else [FRAMES, PREFIX],
        }

    @classmethod
    def load(cls, folder: Path) -> Memory:
        """Read a folder written by `save`.

        Raises:
            InputError: it is no memory, one of another schema version, or damaged.
        """
        folder = Path(folder)
        if not (folder / MANIFEST).is_file():
            raise InputError(f"{folder} is not a memory: it has no {MANIFEST}")
        manifest = read_json(folder / MANIFEST)
        version = manifest.get("schema") if isinstance(manifest, dict) else None
        if version != SCHEMA:
            raise InputError(f"{folder} is a memory of schema version {version}; this mmego reads version {SCHEMA}")
        try:
            frames = read_tensors(folder / FRAMES)
            prefix = read_tensors(folder / PREFIX) if PREFIX in manifest["files"] else None
            return cls(
                video=Path(manifest["video"]["path"]),
                video_hash=manifest["video"]["sha256"],
                fingerprint=manifest["model"]["fingerprint"],
                duration=manifest["video"]["duration"],
                span=Span.from_json(manifest["frames"]["span"]),
                times=tuple(manifest["frames"]["times"]),
                E_NC=frames["E"],
                V_NTC=frames.get("V"),
                gaps=tuple(Span.from_json(gap) for gap in manifest["gaps"]),
                prefix=None if prefix is None else FramePrefix.from_tensors(prefix),
                seconds=manifest["seconds"],
            )
        except KeyError as error:
            raise InputError(f"{folder} is damaged: {error} is missing; index the video again") from error


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file, on the CPU; raises InputError naming a file that is missing or damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a dict
    except (SafetensorError, OSError) as error:
        raise InputError(f"{path} is missing or damaged ({error}); index the video again") from error
