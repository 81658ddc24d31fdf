"""The same pipeline on Slurm and on Ray, by datatrove's executors. Imported only by a run.

Keys never travel: on Slurm a job has the environment it was submitted from, on Ray the one its node was started with.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from datatrove.executor.ray import RayPipelineExecutor
from datatrove.executor.slurm import SlurmPipelineExecutor

from mmego.errors import InputError, MmegoError
from mmego.files import read_json, write_json
from mmego.qa.dataset import Folder, Plan
from mmego.qa.settings import ClusterOptions
from mmego.qa.steps import SaveWritten

POLL_SECONDS = 1.0
LIST_SECONDS = 30.0
"""How often Slurm is asked for the job; a job just submitted may not be listed at once."""


# Slurm ------------------------------------------------------------------------------------------------------


class SlurmExecutor(SlurmPipelineExecutor):  # type: ignore[misc]
    """datatrove's Slurm executor; the statistics are ours, so no second job merges them."""

    def launch_merge_stats(self) -> None:
        """Nothing: the main process reads what was written."""


def run_slurm(pipeline: list[Any], folder: Folder, plan: Plan, workers: int, options: ClusterOptions) -> None:
    """Submit one array job for the tasks that are missing, and wait until it is gone.

    A job that an earlier start submitted, and that Slurm still knows, is waited for instead.

    Raises:
        InputError: there is no ``sbatch`` here, or it refused the job.
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
    while (missing := folder.missing(plan)) and not {fault.task for fault in folder.faults()} >= set(missing):
        time.sleep(POLL_SECONDS)
        if folder.stop.exists():
            subprocess.run(["scancel", job], check=False, capture_output=True)
            break
        if time.monotonic() - asked >= LIST_SECONDS:
            asked = time.monotonic()
            if not _listed(job):
                break
    record.unlink(missing_ok=True)


def _submit(pipeline: list[Any], folder: Folder, tasks: int, workers: int, options: ClusterOptions) -> str:
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
        # The job finds datatrove's launcher, and us, where this process found them.
        env_command=f'export PATH="{Path(sys.executable).parent}:$PATH"',
        sbatch_args=extra,
        logging_dir=str(folder.logs.resolve()),
    )
    try:
        executor.run()
    except subprocess.CalledProcessError as error:
        raise InputError(f"sbatch refused the job (exit code {error.returncode}); see {folder.logs}") from error
    return str(executor.job_id)


def _listed(job: str) -> bool:
    """True if Slurm still has the job queued or running."""
    done = subprocess.run(["squeue", "--noheader", "--jobs", job], check=False, capture_output=True, text=True)
    return done.returncode == 0 and bool(done.stdout.strip())


# Ray --------------------------------------------------------------------------------------------------------


class SaveWrittenOnRay(SaveWritten):
    """The last step in a process that Ray's worker forked: it must not outlive the worker when a node dies."""

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> None:
        """As `SaveWritten.run`."""
        parent = os.getppid()

        def watch() -> None:
            while os.getppid() == parent:
                time.sleep(0.5)
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
        super().run(data, rank, world_size)


def run_ray(pipeline: list[Any], folder: Folder, plan: Plan, workers: int, options: ClusterOptions) -> None:
    """Run the tasks on the Ray cluster of ``RAY_ADDRESS`` (the one on this machine otherwise, begun if need be).

    Raises:
        MmegoError: the cluster cannot be reached.
    """
    import ray

    last = pipeline[-1]
    executor = RayPipelineExecutor(
        [*pipeline[:-1], SaveWrittenOnRay(last.root)],
        tasks=len(plan.tasks),
        workers=workers,
        mem_per_cpu_gb=options.memory,
        logging_dir=str(folder.logs.resolve()),
    )
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError) as error:
        raise MmegoError(f"no Ray cluster: {error}") from error
    try:
        executor.run()
    finally:
        ray.shutdown()
