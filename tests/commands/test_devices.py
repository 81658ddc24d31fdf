"""Devices that are surely not here are refused without torch."""

from __future__ import annotations

import pytest

from mmego.commands import devices
from mmego.commands.devices import gpu_count, require_device, torch_built_for
from mmego.errors import InputError


def here(monkeypatch: pytest.MonkeyPatch, built: dict[str, str] | None, gpus: int | None) -> None:
    monkeypatch.setattr(devices, "torch_built_for", lambda: built)
    monkeypatch.setattr(devices, "gpu_count", lambda: gpus)


@pytest.mark.parametrize(
    ("device", "built", "gpus", "said"),
    [
        ("cuda", {}, 8, "torch is built for the CPU alone"),
        ("cuda", {"cuda": "12.4"}, 0, "there is no GPU here"),
        ("cuda:1", {"cuda": "12.4"}, 1, "cuda:0 is the only one"),
        ("cuda:4", {"cuda": "12.4"}, 2, "there are cuda:0 to cuda:1"),
    ],
)
def test_refused(device: str, built: dict[str, str], gpus: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, built, gpus)
    with pytest.raises(InputError, match=f"device {device} was asked for, but {said}"):
        require_device(device)


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
    require_device(device)


def test_mps_is_apples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices.platform, "system", lambda: "Linux")
    with pytest.raises(InputError, match="no Apple computer"):
        require_device("mps")


def test_torch_itself_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    built = {kind: value for kind in ("cuda", "hip") if (value := getattr(torch.version, kind))}
    assert torch_built_for() == built
    if built and gpu_count() is not None:
        assert (gpu_count() or 0) == torch.cuda.device_count()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert gpu_count() == 0
