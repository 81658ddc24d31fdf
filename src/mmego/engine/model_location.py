"""Where a model is: in the package's assets, in a folder, or on the hub. Needs no torch."""

from __future__ import annotations

import importlib.resources
import re
from pathlib import Path

from mmego.errors import InputError, ModelError

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def find_asset(name: str) -> Path:
    """Return the folder or file `name` of the package's assets; raise InputError if this build lacks it."""
    path = Path(str(importlib.resources.files("mmego"))) / "assets" / name
    if not path.exists():
        raise InputError(f"this build of mmego ships no '{name}' ({path} is missing)")
    return path


def locate_model(name: str) -> tuple[str, str]:
    """Return ``(the model's name in answers, the folder or hub id to load)``.

    Raises:
        ModelError: this build has no nano model, or the name is neither a checkpoint folder nor a hub id.
    """
    if name == "nano":
        try:
            return "mmego-nano", str(find_asset("nano"))
        except InputError as error:
            raise ModelError(f"{error}; give another with --model FOLDER") from error
    folder = Path(name)
    try:
        is_folder, exists = folder.is_dir(), folder.exists()
    except (OSError, ValueError) as error:  # too long a name, a null character
        raise ModelError(f"'{name[:80]}' is not a model: {error}") from error
    if is_folder:
        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder} is not a checkpoint: it has no config.json")
        return folder.resolve().name, str(folder)
    if exists or not HUB_ID.fullmatch(name):
        raise ModelError(
            f"'{name}' is not a model: give nano, a checkpoint folder that exists, or a hub id like owner/name"
        )
    return name, name
