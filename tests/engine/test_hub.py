"""The hub: downloads on loopback, the cache where it is away, and one line within seconds where it is neither."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from mmego.engine import hub
from mmego.engine.hub import ANSWER_SECONDS, fetch_checkpoint
from mmego.engine.loading import load
from mmego.errors import ModelError
from tests.engine.fake_hub import COMMIT, FakeHub, fake_hub
from tests.model.tiny import write_llava_onevision

NAME = "llava-hf/tiny-ov-hf"
WITHIN = 10.0
"""Seconds that an error about an unreachable hub may take: promised to users, so a test may hold it."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    write_llava_onevision(folder / NAME)
    (folder / NAME / "evil.py").write_text("raise SystemExit\n")
    (folder / NAME / "pytorch_model.bin").write_bytes(b"x" * 100)
    return folder


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


def point_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """As HF_ENDPOINT does, which is read once, at import."""
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


@pytest.fixture
def server(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with fake_hub(root) as running:
        point_to(monkeypatch, running.url)
        yield running


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return a server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def test_a_model_is_downloaded_once_and_loads(server: FakeHub) -> None:
    folder = fetch_checkpoint(NAME)
    assert folder.name == COMMIT
    names = {path.name for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "chat_template.json"} <= names
    assert not {"evil.py", "pytorch_model.bin"} & names
    before = len(server.asked)
    assert load(NAME).name == NAME
    assert not [line for line in server.asked[before:] if line.startswith("GET")]


def test_shards_that_the_index_names_come_too(server: FakeHub, root: Path) -> None:
    other = Path(shutil.copytree(root / NAME, root / "a/shards"))
    (other / "model.safetensors").rename(other / "model-00001-of-00001.safetensors")
    (other / "model.safetensors.index.json").write_text('{"weight_map": {"x": "model-00001-of-00001.safetensors"}}')
    assert (fetch_checkpoint("a/shards") / "model-00001-of-00001.safetensors").is_file()
    (other / "model.safetensors.index.json").write_text('{"weight_map": {"x": "../../evil.safetensors"}}')
    shutil.rmtree(constants.HF_HUB_CACHE)
    with pytest.raises(ModelError, match=r"\.\./\.\./evil.safetensors"):
        fetch_checkpoint("a/shards")


def test_what_cannot_be_loaded_is_known_before_the_weights(server: FakeHub, root: Path) -> None:
    (root / "lmms-lab/llava-onevision-qwen2-7b-ov").mkdir(parents=True, exist_ok=True)
    (root / "lmms-lab/llava-onevision-qwen2-7b-ov/config.json").write_text('{"model_type": "llava_qwen"}')
    with pytest.raises(ModelError, match="take llava-hf/llava-onevision-qwen2-7b-ov-hf"):
        load("lmms-lab/llava-onevision-qwen2-7b-ov")
    assert not [line for line in server.asked if "safetensors" in line]


def test_no_such_model_says_so(server: FakeHub) -> None:
    with pytest.raises(ModelError, match="no model nobody/nothing that you may read"):
        fetch_checkpoint("nobody/nothing")


def test_with_the_hub_away_the_cache_serves(server: FakeHub, silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fetch_checkpoint(NAME)
    for status in (503, 429):
        server.status = status
        with pytest.warns(UserWarning, match=f"answers {status}.*loaded from the cache"):
            assert fetch_checkpoint(NAME) == folder
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fetch_checkpoint(NAME) == folder


def test_a_cache_that_holds_a_part_says_what_is_missing(server: FakeHub) -> None:
    folder = fetch_checkpoint(NAME)
    (folder / "model.safetensors").unlink()
    server.status = 503
    with (
        pytest.warns(UserWarning, match="503"),
        pytest.raises(ModelError, match=r"no safetensors weights.*answers 503"),
    ):
        fetch_checkpoint(NAME)


@pytest.mark.parametrize("kind", ["refused", "silent", "no such host", "silent proxy"])
def test_an_unreachable_hub_is_one_line_within_ten_seconds(
    kind: str, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = {
        "refused": "http://127.0.0.1:9",
        "silent": f"http://{silent}",
        "no such host": "http://no-such-host.invalid",
        "silent proxy": "http://hub.invalid",
    }[kind]
    point_to(monkeypatch, endpoint)
    if kind == "silent proxy":
        monkeypatch.setenv("HTTP_PROXY", f"http://user:secret-word@{silent}")
        monkeypatch.setenv("http_proxy", f"http://user:secret-word@{silent}")
        hub.hub_tools.close_session()  # it has read the environment already
    started = time.perf_counter()
    with pytest.raises(ModelError, match="not in the cache") as caught:
        fetch_checkpoint(NAME)
    assert time.perf_counter() - started < WITHIN
    assert endpoint in str(caught.value)
    assert "secret-word" not in str(caught.value)
    hub.hub_tools.close_session()


def test_a_name_that_is_never_looked_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(hub, "_ask", lambda name, answer: time.sleep(5))
    with pytest.raises(ModelError, match=r"does not answer within 0 s.*not in the cache"):
        fetch_checkpoint(NAME)
    assert ANSWER_SECONDS < WITHIN


def test_the_endpoint_of_the_environment_is_the_one_that_is_asked(silent: str, tmp_path: Path) -> None:
    env = {**os.environ, "HF_ENDPOINT": f"http://{silent}", "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"}
    env |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    code = "from mmego.engine.hub import fetch_checkpoint\nfetch_checkpoint('a/b')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert "ModelError: a/b cannot be loaded: the hub http://127.0.0.1" in last
