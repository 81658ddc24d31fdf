"""Workers: every job is done once, progress comes back, and a job's error ends the work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mmego.errors import MmegoError
from mmego.sim.workers import work


def touch(folder: Path, job: int, progress: Callable[[float], None]) -> None:
    """Write a file for a job; job 9 is an error."""
    if job == 9:
        raise MmegoError("job 9 cannot be done")
    (folder / str(job)).touch(exist_ok=False)
    progress(0.5)


def test_every_job_is_done_once_and_reported(tmp_path: Path) -> None:
    seen: list[float] = []
    work(range(5), partial(touch, tmp_path), 2, seen.append, batch=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1", "2", "3", "4"]
    assert seen == [0.5] * 5


def test_the_message_of_a_failed_job_is_kept(tmp_path: Path) -> None:
    with pytest.raises(MmegoError, match="job 9 cannot be done"):
        work([8, 9], partial(touch, tmp_path), 1, lambda seconds: None)
