"""Devices that are there or not, and the precision that `auto` takes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmego.engine import device_choice
from mmego.engine.device_choice import cpu_has_bfloat16, pick_device, pick_precision
from mmego.engine.model_location import find_asset
from mmego.errors import InputError


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with two."""
    monkeypatch.setattr("mmego.devices.no_cuda", lambda: None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


def test_with_gpus_auto_is_one_and_a_number_must_exist(gpus: None) -> None:
    assert pick_device("auto").type == "cuda"
    assert pick_device("cuda:1") == torch.device("cuda", 1)
    with pytest.raises(InputError, match="there are 2 GPUs, numbered from 0"):
        pick_device("cuda:2")


def test_without_one_auto_is_the_cpu_and_others_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmego.devices.no_cuda", lambda: None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert pick_device("auto").type == "cpu"
    with pytest.raises(InputError, match="sees no GPU"):
        pick_device("cuda")
    with pytest.raises(InputError, match="Apple"):
        pick_device("mps")


def test_auto_precision(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nano = find_asset("nano")
    assert pick_precision("float16", torch.device("cpu"), nano) == torch.float16
    assert pick_precision("auto", torch.device("cuda"), nano) == torch.bfloat16
    assert pick_precision("auto", torch.device("mps"), nano) == torch.float32
    has = {"cpu": True}
    monkeypatch.setattr(device_choice, "cpu_has_bfloat16", lambda: has["cpu"])
    for stored, expected in {
        (16, 7_000_000_000): torch.bfloat16,
        (32, 7_000_000_000): torch.float32,
        (16, 7_000_000): torch.float32,
    }.items():
        monkeypatch.setattr(device_choice, "stored_precision", lambda folder, stored=stored: stored)
        assert pick_precision("auto", torch.device("cpu"), tmp_path) == expected
    has["cpu"] = False
    monkeypatch.setattr(device_choice, "stored_precision", lambda folder: (16, 7_000_000_000))
    assert pick_precision("auto", torch.device("cpu"), tmp_path) == torch.float32


def test_nano_stays_in_float32_on_every_cpu() -> None:
    """Its shipped answers and tables are those of float32."""
    assert device_choice.stored_precision(find_asset("nano"))[1] < device_choice.LARGE
    assert pick_precision("auto", torch.device("cpu"), find_asset("nano")) == torch.float32


def test_what_the_cpu_can_is_read_from_torch_or_from_linux(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "amx_bf16": False}, raising=False)
    assert not cpu_has_bfloat16()
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    assert cpu_has_bfloat16()
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    (tmp_path / "cpuinfo").write_text("flags : fpu avx512f avx512_bf16 umip\n")
    monkeypatch.setattr(device_choice, "CPUINFO", tmp_path / "cpuinfo")
    assert cpu_has_bfloat16()
    (tmp_path / "cpuinfo").write_text("Features : fp asimd\n")
    assert not cpu_has_bfloat16()
    monkeypatch.setattr(device_choice, "CPUINFO", tmp_path / "nothing")
    assert not cpu_has_bfloat16()
