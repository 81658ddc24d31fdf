"""Checkpoints of the hub as folders on this machine: downloaded, or from the cache if the hub cannot be reached.

huggingface_hub retries with longer and longer waits, so that a hub that never answers becomes an error only after
minutes. So one request with a time limit comes first; after it, either the hub answers or only the cache is used.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huggingface_hub import constants, hf_hub_download, hf_hub_url, utils
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from mmego.errors import MmegoError, ModelError
from mmego.model.checkpoint_files import error_text, read_json_object
from mmego.model.checkpoint_settings import ADAPTER, CONFIG, check_config, check_quantisation
from mmego.model.checkpoint_weights import INDEX, WEIGHTS, weight_files
from mmego.model.familiarity import NAME as FAMILIARITY

hub_tools: Any = utils  # exports its parts in a way that type checkers do not see
CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 6.0
"""Time limit of one small request to the hub, with name lookup and proxies."""
SETTINGS = (
    *("generation_config.json", "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json"),
    *("chat_template.json", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json"),
    *("special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", ADAPTER, FAMILIARITY),
)
"""Files beside config.json that a checkpoint may have: neither weights nor code."""


def fetch_checkpoint(name: str) -> Path:
    """Return the folder with the checkpoint `name` of the hub.

    Raises:
        ModelError: there is no such model, mmego cannot load it, or the hub cannot be reached and the cache does not
            hold all its files.
    """
    reason = unreachable(name)
    try:
        config = _file(name, CONFIG, local=reason is not None)
    except EntryNotFoundError as error:
        if reason is None:
            raise ModelError(f"{name} on the hub has no {CONFIG}: it is not a checkpoint") from error
        raise ModelError(
            f"{name} cannot be loaded: {reason}, and it is not in the cache {constants.HF_HUB_CACHE}; download it "
            "where the hub can be reached and give its folder"
        ) from error
    if reason is not None and not offline():
        warnings.warn(f"{reason}: {name} is loaded from the cache", stacklevel=2)
    settings = read_json_object(config)
    check_config(settings, name)
    check_quantisation(settings, name)
    commit = config.parent.name
    for file in SETTINGS:
        _have(name, file, commit, reason)
    with _bars():
        if not _have(name, WEIGHTS, commit, reason) and _have(name, INDEX, commit, reason):
            index = read_json_object(config.parent / INDEX).get("weight_map")
            shards = sorted({str(shard) for shard in index.values()}) if isinstance(index, dict) else []
            for shard in shards:
                _have(name, shard, commit, reason)
    try:
        weight_files(config.parent)
    except ModelError as error:
        missing = "" if reason is None else f" ({reason}; the cache holds a part of it)"
        raise ModelError(f"{error}{missing}") from error
    return config.parent


def offline() -> bool:
    """Return whether the user has turned the hub off (HF_HUB_OFFLINE)."""
    return bool(constants.HF_HUB_OFFLINE)


def unreachable(name: str) -> str | None:
    """Return why the hub cannot be reached, None if it answers; takes at most `ANSWER_SECONDS`.

    Raises:
        ModelError: the hub answers that there is no such model, or that you may not read it.
    """
    if offline():
        return "the hub is turned off (offline mode: HF_HUB_OFFLINE)"
    answer: Future[int] = Future()
    # In a thread that may be left behind, since a name lookup takes no time limit.
    threading.Thread(target=_ask, args=(name, answer), daemon=True).start()
    try:
        status = answer.result(ANSWER_SECONDS)
    except (FutureTimeoutError, TimeoutError):
        return f"the hub {constants.ENDPOINT} does not answer within {ANSWER_SECONDS:.0f} s{_proxy()}"
    except HFValidationError as error:
        raise ModelError(f"'{name}' is not a model of the hub: {error_text(error)}") from error
    except Exception as error:
        if isinstance(error, MmegoError):
            raise
        return _named_fault(error)
    if status in (401, 403, 404):
        raise ModelError(
            f"the hub {constants.ENDPOINT} has no model {name} that you may read (answer {status}); for a private or "
            "gated one: hf auth login"
        )
    if status >= 500 or status in (407, 429):
        return f"the hub {constants.ENDPOINT} answers {status}{_proxy()}"
    return None


def _ask(name: str, answer: Future[int]) -> None:
    try:
        url = hf_hub_url(name, CONFIG, endpoint=constants.ENDPOINT)
        headers = hub_tools.build_hf_headers()
        answer.set_result(hub_tools.get_session().head(url, headers=headers, timeout=CONNECT_SECONDS).status_code)
    except Exception as error:  # noqa: BLE001  (handed to the waiting thread)
        answer.set_exception(error)


def _named_fault(error: Exception) -> str:
    return f"the hub {constants.ENDPOINT} cannot be reached ({error_text(error)}){_proxy()}"


def _proxy() -> str:
    """Return a phrase on the proxy in use, without the password that its address may hold."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        if os.environ.get(name):
            return f" through the proxy {os.environ[name].rpartition('@')[2]} ({name})"
    return ""


def _have(name: str, file: str, commit: str, reason: str | None) -> bool:
    """Bring a file into the cache; return False if the model, or the cache without a hub, has no such file."""
    try:
        _file(name, file, local=reason is not None, revision=commit)
    except EntryNotFoundError:
        return False
    return True


def _file(name: str, file: str, *, local: bool, revision: str | None = None) -> Path:
    try:
        return Path(
            hf_hub_download(
                name,
                file,
                revision=revision,
                local_files_only=local,
                etag_timeout=CONNECT_SECONDS,
                endpoint=constants.ENDPOINT,
            )
        )
    except LocalEntryNotFoundError as error:
        if local:
            raise
        raise ModelError(f"{name}: {file} cannot be downloaded: the hub {constants.ENDPOINT} went away") from error
    except (GatedRepoError, RepositoryNotFoundError) as error:
        raise ModelError(f"{name}: you may not read it: {error_text(error)}; hf auth login") from error
    except EntryNotFoundError:
        raise
    except Exception as error:
        raise ModelError(f"{name}: {file} cannot be downloaded: {error_text(error)}") from error


@contextmanager
def _bars() -> Iterator[None]:
    """Show progress bars of downloads on a terminal; gigabytes take minutes."""
    hidden = are_progress_bars_disabled()
    if not sys.stderr.isatty() or not hidden:
        yield
        return
    enable_progress_bars()
    try:
        yield
    finally:
        disable_progress_bars()
