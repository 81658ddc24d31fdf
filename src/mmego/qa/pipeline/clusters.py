"""The pipeline on Slurm and on Ray, by datatrove's executors. Only a run imports this module.

Keys are not sent: on Slurm a job has the environment of its submission, on Ray that of its node.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import mmego.qa.pipeline.steps  # noqa: F401  # isort: skip  (first: it keeps variables out of datatrove's logs)

from datatrove.executor.ray import RayPipelineExecutor
from datatrove.executor.slurm import SlurmPipelineExecutor

from mmego.errors import InputError, MmegoError
from mmego.files import read_json, write_json
from mmego.qa.data.folder import DatasetFolder, Plan, TaskProblem
from mmego.qa.pipeline.options import ClusterOptions

POLL_SECONDS = 1.0
RAY_RETRIES = 3
"""How often Ray repeats a task whose process or node died."""
LIST_SECONDS = 30.0
"""Seconds between two queries of the job. Slurm may not list a new job at once."""


# Slurm ------------------------------------------------------------------------------------------------------


class SlurmExecutor(SlurmPipelineExecutor):  # type: ignore[misc]
    """datatrove's Slurm executor without its second job for statistics: our main process makes them."""

    def launch_merge_stats(self) -> None:
        """Do nothing: the main process reads the written files."""


def run_slurm(pipeline: list[Any], folder: DatasetFolder, plan: Plan, workers: int, options: ClusterOptions) -> None:
    """Submit one array job for the missing tasks, and wait until it ends.

    If Slurm still has the job of an earlier start, wait for that one.

    Raises:
        InputError: this machine has no ``sbatch``, or it refused the job.
    """
    for program in ("sbatch", "squeue"):
        if shutil.which(program) is None:
            raise InputError(f"--executor slurm needs the program {program!r}: start it on a login node of the cluster")
    record = folder.work / "slurm.json"
    job = str(read_json(record)["job"]) if record.exists() else None
    if job is None or not _listed(job):
        job = _submit(pipeline, folder, len(plan.tasks), workers, options)
        write_json(record, {"job": job})
    asked = time.monotonic()
    while (missing := folder.missing(plan)) and not {problem.task for problem in folder.problems()} >= set(missing):
        time.sleep(POLL_SECONDS)
        if folder.stop.exists():
            subprocess.run(["scancel", job], check=False, capture_output=True)
            break
        if time.monotonic() - asked >= LIST_SECONDS:
            asked = time.monotonic()
            if not _listed(job):
                break
    record.unlink(missing_ok=True)


def _submit(pipeline: list[Any], folder: DatasetFolder, tasks: int, workers: int, options: ClusterOptions) -> str:
    extra = dict(pair.partition("=")[::2] for pair in options.sbatch)
    executor = SlurmExecutor(
        pipeline,
        tasks=tasks,
        workers=workers,
        time=options.time,
        partition=options.partition,
        mem_per_cpu_gb=options.memory,
        job_name="mmego-qa",
        qos=None,
        # The job finds datatrove's launcher and this package in the same places as this process.
        env_command=f'export PATH="{Path(sys.executable).parent}:$PATH" LOGURU_DIAGNOSE=NO',
        sbatch_args=extra,
        logging_dir=str(folder.logs.resolve()),
    )
    try:
        executor.run()
    except subprocess.CalledProcessError as error:
        raise InputError(f"sbatch refused the job (exit code {error.returncode}); see {folder.logs}") from error
    return str(executor.job_id)


def _listed(job: str) -> bool:
    """Return True if Slurm still has the job queued or running."""
    done = subprocess.run(["squeue", "--noheader", "--jobs", job], check=False, capture_output=True, text=True)
    return done.returncode == 0 and bool(done.stdout.strip())


# Ray --------------------------------------------------------------------------------------------------------


class RayExecutor(RayPipelineExecutor):  # type: ignore[misc]
    """datatrove's Ray executor with plain Ray tasks in the place of its actors.

    Its own run waits forever if a node dies while an actor starts there. Ray restarts a plain task on another node.
    """

    def run(self) -> None:
        """Run all tasks without a completion marker. A failed task writes a `TaskProblem`; a fatal one ends the run."""
        import ray

        folder = DatasetFolder(Path(self.logging_dir.path).parent)
        self.save_executor_as_json()
        memory = self.mem_per_cpu_gb * 1024**3
        start = ray.remote(_work).options(num_cpus=1, memory=memory, max_retries=RAY_RETRIES)
        executor = ray.put(self)
        waiting, running = deque(self.get_incomplete_ranks()), dict[Any, int]()
        try:
            while (waiting or running) and not folder.stop.exists():
                while waiting and len(running) < self.workers:
                    task = waiting.popleft()
                    running[start.remote(executor, task)] = task
                for done in ray.wait(list(running), timeout=POLL_SECONDS)[0]:
                    _note_end(folder, running.pop(done), done)
        finally:
            for unfinished in running:
                ray.cancel(unfinished, force=True)


def _work(executor: RayExecutor, task: int) -> None:
    """Run one task on a node of the cluster."""
    executor._run_for_rank(task, 1)


def _note_end(folder: DatasetFolder, task: int, reference: Any) -> None:
    """Write a `TaskProblem` for a task that ended without writing one."""
    import ray

    try:
        ray.get(reference)
    except ray.exceptions.RayError as error:
        if not folder.problem(task).exists():
            message = " ".join(str(error).split())[:300]
            folder.write_problem(TaskProblem(task, type(error).__name__, message, fatal=False))


def run_ray(pipeline: list[Any], folder: DatasetFolder, plan: Plan, workers: int, options: ClusterOptions) -> None:
    """Run the tasks on the Ray cluster of ``RAY_ADDRESS``, or on this machine's, which is started if necessary.

    Raises:
        MmegoError: the cluster cannot be reached.
    """
    import ray

    logs = str(folder.logs.resolve())
    executor = RayExecutor(
        pipeline, tasks=len(plan.tasks), workers=workers, mem_per_cpu_gb=options.memory, logging_dir=logs
    )
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError) as error:
        raise MmegoError(f"no Ray cluster: {error}") from error
    try:
        executor.run()
    finally:
        ray.shutdown()
