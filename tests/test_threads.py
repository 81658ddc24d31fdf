"""How threads wait and how many there are: what the user says goes first, and nothing outlives the work."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from mmego import threads
from mmego.errors import InputError
from mmego.threads import limit_threads, thread_count_for, wait_passively, with_own_threads


def test_threads_sleep_unless_the_user_says_how_they_wait() -> None:
    environment: dict[str, str] = {}
    assert wait_passively(environment, loaded=False)
    assert environment == {"OMP_WAIT_POLICY": "PASSIVE"}
    for name, value, sleeps in [
        ("OMP_WAIT_POLICY", "ACTIVE", False),
        ("OMP_WAIT_POLICY", "passive", True),
        ("GOMP_SPINCOUNT", "1000", False),
        ("GOMP_SPINCOUNT", "0", True),
        ("KMP_BLOCKTIME", "200", False),
        ("KMP_BLOCKTIME", "0", True),
    ]:
        environment = {name: value}
        assert wait_passively(environment, loaded=False) == sleeps
        assert environment == {name: value}


def test_once_torch_is_loaded_it_is_too_late() -> None:
    environment: dict[str, str] = {}
    assert not wait_passively(environment, loaded=True)
    assert environment == {}
    assert wait_passively({"OMP_WAIT_POLICY": "PASSIVE"}, loaded=True)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import mmego, os, torch", "PASSIVE True"),
        ("import mmego.cli, os, torch", "PASSIVE True"),
        ("from mmego.engine.engine import Engine; import mmego, os", "PASSIVE True"),
        ("import torch, os, mmego", "None False"),
    ],
)
def test_the_package_says_so_before_torch_is_loaded(program: str, said: str) -> None:
    names = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    whole = f"{program}\nprint(os.environ.get('OMP_WAIT_POLICY'), mmego.threads.PASSIVE)"
    done = subprocess.run([sys.executable, "-c", whole], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == said


def test_small_models_get_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in threads.COUNT:
        monkeypatch.delenv(name, raising=False)
    assert thread_count_for(7_000_000) == 1
    assert thread_count_for(500_000_000) is None
    assert thread_count_for(500_000_000, asked=3) == 3
    assert thread_count_for(7_000_000, asked=3) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    assert thread_count_for(7_000_000) is None


@pytest.mark.parametrize("asked", [0, -1])
def test_less_than_one_thread_is_refused(asked: int) -> None:
    with pytest.raises(InputError, match=f"threads must be 1 or more, got {asked}"):
        thread_count_for(7_000_000, asked)


def test_the_process_has_its_threads_again_afterwards() -> None:
    before = torch.get_num_threads()
    with limit_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(ValueError, match="work"), limit_threads(before + 1):
        raise ValueError("work")
    assert torch.get_num_threads() == before
    with limit_threads(None):
        assert torch.get_num_threads() == before


def test_a_method_computes_with_its_objects_threads() -> None:
    class Worker:
        threads: int | None = torch.get_num_threads() + 2

        @with_own_threads
        def work(self, more: int) -> int:
            """Say how many."""
            return torch.get_num_threads() + more

    before = torch.get_num_threads()
    assert Worker().work(more=1) == before + 3
    assert torch.get_num_threads() == before
