"""Failed allocations: real ones of torch, NumPy and Python, separated from other errors, and what is left of them."""

from __future__ import annotations

import errno
import gc
import weakref

import numpy as np
import pytest
import torch

from mmego.errors import InputError, MemoryLimitError, ModelError
from mmego.out_of_memory import describe_out_of_memory, free_caches, is_out_of_memory, report_out_of_memory


def of_torch() -> None:
    torch.empty(1 << 50, dtype=torch.uint8)


def of_numpy() -> None:
    np.empty(1 << 50, np.uint8)


def of_python() -> None:
    bytearray(1 << 50)


def of_a_gpu() -> None:
    # The words of torch 2.13 on a GPU, which the machines of these tests need not have.
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 24 GiB")


def of_cublas() -> None:
    raise RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")


def of_the_system() -> None:
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


def while_loading() -> None:
    try:
        of_a_gpu()
    except RuntimeError as error:
        raise ModelError(f"a checkpoint cannot be loaded: {error}") from error


@pytest.mark.parametrize(
    ("fail", "said"),
    [
        (of_torch, "out of memory: no room for 1125899.9 GB more"),
        (of_numpy, "out of memory: no room for 1125899.9 GB more"),
        (of_python, "out of memory"),
        (of_a_gpu, "out of memory: no room for 2.7 GB more"),
        (of_cublas, "out of memory"),
        (of_the_system, "out of memory"),
        (while_loading, "out of memory: no room for 2.7 GB more"),
    ],
)
def test_every_kind_is_one_error_on_one_line(fail, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MemoryLimitError) as caught, report_out_of_memory("; lower it"):
        fail()
    assert str(caught.value) == f"{said}; lower it"
    assert caught.value.__cause__ is not None


def test_other_errors_pass_as_they_are() -> None:
    for error in (
        InputError("the question 'CUDA out of memory' needs options"),
        ValueError("out of memory"),
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        OSError(errno.ENOSPC, "No space left on device"),
    ):
        assert not is_out_of_memory(error)
        with pytest.raises(type(error)) as caught, report_out_of_memory():
            raise error
        assert caught.value is error


def test_advice_is_added_once_and_an_error_within_guards_stays_itself() -> None:
    with (
        pytest.raises(MemoryLimitError) as caught,
        report_out_of_memory("; lower --keep"),
        report_out_of_memory(),
        report_out_of_memory(),
    ):
        of_torch()
    assert str(caught.value) == "out of memory: no room for 1125899.9 GB more; lower --keep"
    assert describe_out_of_memory(MemoryLimitError("out of memory: x")) == "out of memory: x"


def test_what_the_failed_call_held_is_let_go_of() -> None:
    seen: list[weakref.ref[torch.Tensor]] = []

    def greedy() -> None:
        held = torch.zeros(1000)
        seen.append(weakref.ref(held))
        of_torch()

    with pytest.raises(MemoryLimitError) as caught, report_out_of_memory():
        greedy()
    gc.collect()
    assert caught.value.__traceback__ is not None  # still there, without the variables
    assert seen[0]() is None
    free_caches()
