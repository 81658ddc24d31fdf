"""Devices that are surely not here are refused without torch."""

from __future__ import annotations

import pytest

from mmego import devices
from mmego.devices import check_device, gpu_count, no_cuda, torch_built_for
from mmego.errors import InputError


def here(monkeypatch: pytest.MonkeyPatch, built: dict[str, str] | None, gpus: int | None) -> None:
    monkeypatch.setattr(devices, "torch_built_for", lambda: built)
    monkeypatch.setattr(devices, "gpu_count", lambda: gpus)
    monkeypatch.setattr(devices, "GPU_FILES", ("null",))
    monkeypatch.setattr(devices.sys, "platform", "linux")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


@pytest.mark.parametrize(
    ("device", "built", "gpus", "said"),
    [
        ("cuda", {}, 8, "the torch that is installed is built for the CPU alone"),
        ("cuda", {"cuda": "12.4"}, 0, "this machine has no GPU"),
        ("cuda:1", {"cuda": "12.4"}, 1, "cuda:0 is the only one"),
        ("cuda:4", {"cuda": "12.4"}, 2, "there are cuda:0 to cuda:1"),
    ],
)
def test_refused(device: str, built: dict[str, str], gpus: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, built, gpus)
    with pytest.raises(InputError, match=f"^device {device} was asked for, but {said}; use cpu or auto$"):
        check_device(device)


@pytest.mark.parametrize(
    ("device", "built", "gpus"),
    [
        ("cpu", {}, 0),
        ("auto", {}, 0),
        ("cuda", {"cuda": "12.4"}, 1),
        ("cuda:1", {"cuda": "12.4"}, 2),
        ("cuda", {"cuda": "12.4"}, None),
        ("cuda", {"hip": "6.2"}, 0),
        ("cuda", None, 0),
    ],
)
def test_left_to_torch(
    device: str, built: dict[str, str] | None, gpus: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch, built, gpus)
    check_device(device)


def test_mps_is_apples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices.sys, "platform", "linux")
    with pytest.raises(InputError, match="Apple's computers"):
        check_device("mps")


@pytest.mark.parametrize("device", ["tpu", "cuda:x", "cuda:", "CUDA", ""])
def test_a_name_that_is_no_device(device: str) -> None:
    with pytest.raises(InputError, match=f"auto, cpu, cuda, cuda:N or mps, got '{device}'"):
        check_device(device)


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_hidden_gpus_are_none(hidden: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, {"cuda": "12.4"}, 1)
    assert no_cuda() is None
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert no_cuda() == "CUDA_VISIBLE_DEVICES hides every GPU"


def test_a_machine_without_a_gpu_file_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, {"hip": "6.2"}, 0)
    assert no_cuda() is None  # AMD's, which NVIDIA's driver does not count
    monkeypatch.setattr(devices, "GPU_FILES", ("no-such-device",))
    assert no_cuda() == "this machine has no GPU"
    monkeypatch.setattr(devices.sys, "platform", "darwin")
    assert no_cuda() == "Apple's computers have none"


def test_torch_itself_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    built = {kind: value for kind in ("cuda", "hip") if (value := getattr(torch.version, kind))}
    assert torch_built_for() == built
    if built and gpu_count() is not None:
        assert (gpu_count() or 0) == torch.cuda.device_count()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert gpu_count() == 0
