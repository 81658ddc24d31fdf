"""Where a model comes from: the package's assets, a folder, or the hub. Needs no torch."""

from __future__ import annotations

import importlib.resources
import re
from pathlib import Path

from mmego.errors import InputError, ModelError

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def asset(name: str) -> Path:
    """The folder or file `name` among the package's own assets; raises InputError if this build lacks it."""
    path = Path(str(importlib.resources.files("mmego"))) / "assets" / name
    if not path.exists():
        raise InputError(f"this build of mmego ships no '{name}' ({path} is missing)")
    return path


def locate(name: str) -> tuple[str, str]:
    """``(what answers call the model, what to load it from)``.

    Raises:
        ModelError: the nano model is not in this build, or the name is neither a checkpoint folder nor a hub id.
    """
    if name == "nano":
        try:
            return "mmego-nano", str(asset("nano"))
        except InputError as error:
            raise ModelError(f"{error}; give another with --model FOLDER") from error
    folder = Path(name)
    try:
        is_folder, exists = folder.is_dir(), folder.exists()
    except (OSError, ValueError) as error:  # too long a name, a null character
        raise ModelError(f"'{name[:80]}' is no model: {error}") from error
    if is_folder:
        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder} is not a checkpoint: it has no config.json")
        return folder.resolve().name, str(folder)
    if exists or not HUB_ID.fullmatch(name):
        raise ModelError(
            f"'{name}' is no model: give nano, a checkpoint folder that exists, or a hub id like owner/name"
        )
    return name, name
