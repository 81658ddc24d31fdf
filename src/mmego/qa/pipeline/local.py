"""datatrove's local executor with workers that end with the main process. Only a run imports this module.

datatrove's own pool waits forever for a killed worker, keeps a manager process that outlives a killed main process, and
prints every worker's log. Here each task is one process, forked from a server that has the modules loaded.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import deepcopy
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from mmego.qa.pipeline.steps import TaskFailedError  # isort: skip  (first: it keeps variables out of datatrove's logs)

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.utils.logging import logger

from mmego.processes import end_with_main_process, hold_interrupts
from mmego.qa.data.folder import DatasetFolder, TaskProblem

POLL_SECONDS = 0.5
END_SECONDS = 5.0
"""Seconds that a worker may take to end before it is killed."""


class LocalExecutor(LocalPipelineExecutor):  # type: ignore[misc]
    """Runs the tasks in this process (one worker) or in one process per task, `workers` at a time."""

    def __init__(self, pipeline: list[Any], folder: DatasetFolder, tasks: int, workers: int) -> None:
        super().__init__(pipeline, tasks=tasks, workers=workers, logging_dir=str(folder.logs.resolve()))
        self.pipeline: list[Any]
        self.root = str(folder.root.resolve())

    def run(self) -> None:
        """Run all tasks without a completion marker. A failed task writes a `TaskProblem`; a fatal one ends the run."""
        folder = DatasetFolder(Path(self.root))
        tasks = self.get_incomplete_ranks()
        self.save_executor_as_json()
        if self.workers == 1:
            self._run_here(folder, tasks)
        else:
            self._run_in_processes(folder, tasks)

    def _run_here(self, folder: DatasetFolder, tasks: list[int]) -> None:
        pipeline = self.pipeline
        with quiet_output(folder):
            for task in tasks:
                # The steps have statistics; each task begins with empty ones.
                self.pipeline = deepcopy(pipeline)
                try:
                    self._run_for_rank(task, 1)
                except TaskFailedError:
                    if folder.stop.exists():
                        return

    def _run_in_processes(self, folder: DatasetFolder, tasks: list[int]) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "mmego.qa.rules.turns"])
        waiting, running = deque(tasks), dict[int, tuple[int, BaseProcess]]()
        try:
            while (waiting or running) and not folder.stop.exists():
                while waiting and len(running) < self.workers:
                    task = waiting.popleft()
                    process: BaseProcess = context.Process(target=_work, args=(self, task), daemon=True)
                    with hold_interrupts():
                        process.start()
                    running[process.sentinel] = (task, process)
                for sentinel in wait(list(running), timeout=POLL_SECONDS):
                    assert isinstance(sentinel, int)
                    task, process = running.pop(sentinel)
                    process.join()
                    if process.exitcode and not folder.problem(task).exists():
                        folder.write_problem(
                            TaskProblem(task, "WorkerEnded", _how_it_ended(process.exitcode), fatal=False)
                        )
        finally:
            _end([process for _, process in running.values()])


def _how_it_ended(exitcode: int) -> str:
    if exitcode < 0:
        return f"its process was ended by {signal.Signals(-exitcode).name} (out of memory?)"
    return f"its process ended with code {exitcode}"


def _end(processes: list[BaseProcess]) -> None:
    """End the processes, by force if they take too long."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()


def _work(executor: LocalExecutor, task: int) -> None:
    """Run one task in a worker process. Its output goes to the logs, also a traceback."""
    # Ctrl-C reaches the whole group; the main process ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_main_process()
    output = _log_file(DatasetFolder(Path(executor.root)), f"worker_{task:05d}.log")
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output, stream.fileno())
    executor._run_for_rank(task, 1)


def _log_file(folder: DatasetFolder, name: str) -> int:
    folder.logs.mkdir(parents=True, exist_ok=True)
    return os.open(folder.logs / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


@contextmanager
def quiet_output(folder: DatasetFolder) -> Iterator[None]:
    """Send what datatrove logs and what others print in this process to ``logs/main.log``."""
    with open(_log_file(folder, "main.log"), "w", encoding="utf-8") as file:
        try:
            with redirect_stderr(file), redirect_stdout(file):
                logger.remove()
                logger.add(file)
                yield
        finally:
            # After each task datatrove attaches its logger to the current stderr: this file, which is now closed.
            logger.remove()
