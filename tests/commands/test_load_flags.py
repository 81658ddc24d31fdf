"""The flags for loading a checkpoint: what is refused before torch is there, and that the verbs take them all."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import pytest

from mmego.commands.ask import AskOptions
from mmego.commands.bench.models import ModelFlags
from mmego.commands.common import parse
from mmego.commands.load_flags import LoadFlags, check_load_flags, refuse_load_flags
from mmego.engine import load_options
from mmego.engine.load_options import LoadOptions
from mmego.errors import InputError, MissingExtraError, MmegoError, ModelError

WORDS = (
    *("--device", "cpu", "--precision", "bfloat16", "--attention", "eager", "--no-time-prompt"),
    *("--system-prompt", "be brief", "--sampling", "llava"),
)
MEANT = LoadFlags("cpu", "bfloat16", "eager", no_time_prompt=True, system_prompt="be brief", sampling="llava")


def test_ask_and_bench_run_read_the_same_flags() -> None:
    assert parse(AskOptions, "ask", ["v.mp4", "q", *WORDS]).load == MEANT
    assert parse(ModelFlags, "bench run", WORDS).load == MEANT
    assert parse(AskOptions, "ask", ["v.mp4", "q"]).load == LoadFlags()


def test_every_flag_reaches_the_options_of_the_engine() -> None:
    assert LoadFlags().options() == LoadOptions()
    assert MEANT.options() == LoadOptions("cpu", "bfloat16", "eager", None, None, False, "be brief", "llava")
    named = {item.name for item in fields(LoadFlags)} - {"no_time_prompt", "threads"} | {"time_prompt"}
    assert named == {item.name for item in fields(LoadOptions)}


@pytest.mark.parametrize(
    ("flags", "error", "said"),
    [
        ({"device": "tpu"}, InputError, "auto, cpu, cuda, cuda:N or mps, got 'tpu'"),
        ({"device": "cuda:x"}, InputError, "got 'cuda:x'"),
        ({"device": "mps"}, InputError, "Apple"),
        ({"precision": "int8"}, InputError, "precision must be auto, float32"),
        ({"attention": "owner/kernel"}, InputError, "attention must be auto, sdpa"),
        ({"device": "cpu", "device_map": "auto"}, InputError, "cannot be used with device cpu"),
        ({"device_map": "everywhere"}, InputError, "device_map must be"),
        ({"quantize": "2bit"}, InputError, "quantize must be 8bit or 4bit"),
        ({"attention": "flash_attention_2", "precision": "float32"}, InputError, "computes in 16 bits"),
        ({"attention": "flash_attention_2", "device": "cpu"}, InputError, "needs a CUDA GPU"),
        ({"system_prompt": " "}, InputError, "system prompt is empty"),
        ({"sampling": "random"}, InputError, "sampling must be"),
    ],
)
def test_what_cannot_be_is_refused(
    flags: dict[str, Any], error: type[MmegoError], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(error, match=said):
        check_load_flags("nano", replace(LoadFlags(), **flags))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"device_map": "auto"}, r"accelerate.*pip install 'mmego\[quant\]'"),
        ({"quantize": "4bit"}, r"bitsandbytes.*pip install 'mmego\[quant\]'"),
        ({"attention": "flash_attention_2"}, "flash-attn.*pip install flash-attn"),
    ],
)
def test_a_missing_package_is_one_line_with_its_pip_line(
    flags: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(load_options, "no_cuda", lambda: None)
    with pytest.raises(MissingExtraError, match=said):
        check_load_flags("nano", replace(LoadFlags(), **flags))


def test_names_that_are_no_model_are_refused() -> None:
    with pytest.raises(ModelError, match="is not a model"):
        check_load_flags("no-such-model", LoadFlags())


def test_flags_that_a_server_or_a_baseline_does_not_know_are_named_as_typed() -> None:
    refuse_load_flags("openai:gpt", LoadFlags())
    with pytest.raises(InputError, match="--no-time-prompt has no effect on openai:gpt"):
        refuse_load_flags("openai:gpt", LoadFlags(no_time_prompt=True))


def test_all_that_is_done_without_torch() -> None:
    code = (
        "import sys\nfrom mmego.commands.load_flags import LoadFlags, check_load_flags\n"
        "check_load_flags('nano', LoadFlags())\nprint('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr
