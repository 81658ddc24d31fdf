"""Checks of the arguments of ``mmego ask``, before torch is loaded; each error says what to do instead."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from pathlib import Path

from mmego.errors import InputError, VideoError
from mmego.files import HALF_CHARACTER, VIDEO_ENDINGS, is_file

MEMORY = "manifest.json"
"""A file that every memory's folder holds."""
ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+(.*)", re.DOTALL)
NAMED = 3
PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
HEADER = 16
STILL = (b"heic", b"heix", b"mif1", b"avif")
OPTIONS_COME_LAST = (
    "--options takes every word up to the next flag, so it goes behind the questions: "
    "mmego ask VIDEO QUESTION [QUESTION ...] --options TEXT TEXT [TEXT ...]"
)


def options_take_questions(words: Sequence[str]) -> bool:
    """Return whether ``--options`` comes before VIDEO and QUESTION, which then count as choices."""
    if "--options" not in words:
        return False
    before = words[: words.index("--options")]
    return sum(not word.startswith("-") for word in before) < 2


def check_questions(questions: Sequence[str], choices: Sequence[str]) -> None:
    """Raise InputError for a question or choice without text, and for a question that is a file name."""
    for kind, texts in (("question", questions), ("choice", choices)):
        for text in texts:
            if not text.strip():
                raise InputError(f"a {kind} is empty: give it some text")
            if HALF_CHARACTER.search(text):
                raise InputError(f"the {kind} {text!a} is not text in UTF-8: half a character is in it")
    for text in questions:
        if _is_a_file(text):
            raise InputError(
                f"the question {text!r} is a file: mmego ask takes one VIDEO, and questions after it. "
                "Ask each video by itself"
            )


def _is_a_file(text: str) -> bool:
    if is_file(Path(text)) or is_file(Path(text) / MEMORY):
        return True
    return len(text.split()) == 1 and text.lower().endswith(VIDEO_ENDINGS)


def check_video(video: Path) -> None:
    """Raise InputError or VideoError unless the path is a readable video or the folder of a memory."""
    from mmego.video.probe import probe

    _refuse_address(str(video))
    try:
        is_folder, exists = video.is_dir(), video.exists()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{video}: cannot be looked up: {reason}") from error
    if is_folder:
        _check_memory(video)
        return
    if not exists:
        _refuse_pattern(str(video))
        raise InputError(f"no such file: {video}")
    kind = _picture(video)
    if kind is not None:
        raise VideoError(
            f"{video} is a picture ({kind}), and mmego takes videos; this makes one of it: "
            f"ffmpeg -loop 1 -i {video} -t 2 -pix_fmt yuv420p picture.mp4"
        )
    probe(video)


def _refuse_address(name: str) -> None:
    found = ADDRESS.fullmatch(name)
    if found is None or len(found.group(1)) < 2:
        return
    scheme, rest = found.groups()
    if scheme.lower() == "file":
        path = f"/{rest.lstrip('/')}"
        raise InputError(f"{scheme}://{path} is an address: give the path alone: {path}")
    raise InputError(
        f"{scheme}://{rest} is an address, and mmego reads files: download the video first (curl -LO ..., yt-dlp ...) "
        "and give its file"
    )


def _refuse_pattern(name: str) -> None:
    if not glob.has_magic(name):
        return
    found = sorted(glob.glob(name))
    held = f"{len(found)} files ({', '.join(found[:NAMED])}{', ...' * (len(found) > NAMED)})" if found else "no file"
    raise InputError(
        f"{name} is a pattern, which fits {held}, and mmego ask takes one video: "
        f'for video in {name}; do mmego ask "$video" QUESTION; done'
    )


def _check_memory(folder: Path) -> None:
    """Raise InputError unless a folder holds a memory; the message names videos in it."""
    try:
        if (folder / MEMORY).is_file():
            return
        videos = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in VIDEO_ENDINGS)
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {error.strerror}") from error
    fault = f"{folder} is a folder, and not one of a memory (it has no {MEMORY})"
    if videos:
        raise InputError(f"{fault}: mmego ask takes one video, such as {folder / videos[0]} ({len(videos)} are in it)")
    raise InputError(f"{fault}: give a video file, or a folder that Memory.save wrote")


def _picture(path: Path) -> str | None:
    """Return the format of a picture file by its first bytes; None for anything else, also if it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEADER)
    except OSError:
        return None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp" and head[8:12] in STILL:
        return head[8:12].decode().upper()
    return next((kind for start, kind in PICTURES.items() if head.startswith(start)), None)
