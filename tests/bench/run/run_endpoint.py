"""What the kill -9 test of the endpoint starts: python -m tests.bench.run.run_endpoint BENCH RUNS URL."""

from __future__ import annotations

import sys
from pathlib import Path

from mmego.bench.data.folder import load_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.run.endpoint import EndpointModel
from mmego.bench.run.run import run_benchmark
from mmego.llm.options import CallOptions

CONCURRENCY = 4


def main() -> None:
    """Run blind and with four frames."""
    bench, out, url = sys.argv[1:]
    options = CallOptions(model="m", base_url=url, concurrency=CONCURRENCY, temperature=0.0)
    model = EndpointModel(options, 64, Path(out) / "calls.jsonl")
    run_benchmark(load_benchmark(Path(bench)), model, [RunSettings(keep=4), RunSettings(blind=True)], Path(out))


if __name__ == "__main__":
    main()
