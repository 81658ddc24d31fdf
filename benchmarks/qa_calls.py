"""How fast questions are asked of a language model, and whether slow calls are kept in flight.

    python benchmarks/qa_calls.py

asks a FAKE server in a process of its own (tests/llm/fake_openai.py). At zero latency: calls a second and processor
milliseconds a call of `LlmGenerator` (windows, prompts, journal, parsing and all), of the openai client as its manual
shows it, and of a bare asyncio client that only writes and reads the same bytes, in turn, in this process. Then with
a latency that varies about one second, as that of real servers does: the mean number of calls in flight, of 64.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.qa.narrated_clips import clip  # noqa: E402

from mmego.qa.writing.llm_generator import GeneratorOptions, LlmGenerator  # noqa: E402

CONCURRENCY = 64
JITTER = 0.3
SENTENCES = 60


@contextmanager
def fake_server(latency: float) -> Iterator[str]:
    """Yield the address of a fake in its own process."""
    command = [sys.executable, "-m", "tests.llm.fake_openai", "--latency", str(latency), "--jitter", str(JITTER)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def counts(url: str) -> dict[str, Any]:
    """Return what the fake has seen."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url.removesuffix("/v1") + "/counts", timeout=60) as response:
        found: dict[str, Any] = json.load(response)
    return found


def timed(run: Callable[[], int]) -> tuple[float, float]:
    """Return calls a second by the clock, and processor milliseconds a call (of this process)."""
    wall, processor = time.perf_counter(), time.process_time()
    calls = run()
    return calls / (time.perf_counter() - wall), (time.process_time() - processor) / calls * 1000


def generate(url: str, calls: int, seed: int) -> int:
    """`LlmGenerator` on `calls` clips of one window each."""
    generator = LlmGenerator(GeneratorOptions(model="m", base_url=url, concurrency=CONCURRENCY), seed)
    with tempfile.TemporaryDirectory() as folder:
        done = sum(1 for _ in generator.write((clip(i, SENTENCES) for i in range(calls)), Path(folder) / "journal"))
    assert done == generator.tally.calls == calls
    return calls


def bodies(calls: int) -> list[dict[str, Any]]:
    """Return the requests that the generator makes for the same clips."""
    generator = LlmGenerator(GeneratorOptions(model="m", base_url="http://127.0.0.1/v1"))
    from mmego.llm.server_parameters import Dialect
    from mmego.qa.writing.windows import cut_windows

    found = []
    for i in range(calls):
        narrated = clip(i, SENTENCES)
        (window,) = cut_windows(narrated, 80, 20, 0)
        found.append(Dialect().body(generator._request(narrated, 0, window), "m", 0.7, 1500))
    return found


async def in_flight(requests: list[dict[str, Any]], ask: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """All requests, `CONCURRENCY` at once."""
    slots = asyncio.Semaphore(CONCURRENCY)

    async def one(body: dict[str, Any]) -> None:
        async with slots:
            await ask(body)

    await asyncio.gather(*(one(body) for body in requests))


def plain_openai(url: str, requests: list[dict[str, Any]]) -> int:
    """Call the openai client as its manual shows it."""
    import openai

    async def run() -> None:
        async with openai.AsyncOpenAI(api_key="none", base_url=url, max_retries=0) as client:

            async def ask(body: dict[str, Any]) -> None:
                json.loads((await client.chat.completions.create(**body)).choices[0].message.content or "")

            await in_flight(requests, ask)

    asyncio.run(run())
    return len(requests)


def bare(url: str, requests: list[dict[str, Any]]) -> int:
    """Sockets and JSON, nothing else: what no client can beat."""
    address = urlsplit(url)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(body: dict[str, Any]) -> None:
        pair = idle.pop() if idle else await asyncio.open_connection(address.hostname, address.port)
        data = json.dumps(body).encode()
        pair[1].write(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
        head = await pair[0].readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        json.loads(await pair[0].readexactly(length))
        idle.append(pair)

    asyncio.run(in_flight(requests, ask))
    return len(requests)


def throughput(calls: int, rounds: int) -> None:
    """Print the table at zero latency; the best round of each counts, since others use these cores too."""
    best: dict[str, list[float]] = {}
    requests = bodies(calls)
    with fake_server(0.0) as url:
        generate(url, 20, -1)  # imports and first connections
        for number in range(rounds):
            runs: dict[str, Callable[[], int]] = {
                "LlmGenerator": lambda seed=number: generate(url, calls, seed),  # type: ignore[misc]
                "openai client": lambda: plain_openai(url, requests),
                "bare asyncio": lambda: bare(url, requests),
            }
            for name, run in runs.items():
                rate, cost = timed(run)
                old = best.setdefault(name, [0.0, float("inf")])
                best[name] = [max(old[0], rate), min(old[1], cost)]
    print(f"zero latency, {calls} calls, {CONCURRENCY} at once, best of {rounds} rounds")
    print(f"{'':16}{'calls/s':>10}{'cpu ms/call':>14}{'calls/s of a free core':>26}")
    for name, (rate, cost) in best.items():
        print(f"{name:16}{rate:10.0f}{cost:14.2f}{1000 / cost:26.0f}")
    ours, theirs, least = (best[name][1] for name in ("LlmGenerator", "openai client", "bare asyncio"))
    print(f"processor time: {ours / theirs:.2f} x the openai client, {ours / least:.1f} x bare asyncio")


def kept_in_flight(calls: int, latency: float) -> None:
    """Print the mean number of slow calls in flight, for all three clients."""
    requests = bodies(calls)
    least = calls / CONCURRENCY * latency
    print(f"{latency:g} s latency +- {JITTER:.0%}, {calls} calls: {least:.1f} s if nothing ever waited")
    with fake_server(latency) as url:
        generate(url, CONCURRENCY, -1)  # imports and first connections
        runs: dict[str, Callable[[], int]] = {
            "LlmGenerator": lambda: generate(url, calls, 0),
            "openai client": lambda: plain_openai(url, requests),
            "bare asyncio": lambda: bare(url, requests),
        }
        for name, run in runs.items():
            before, start = counts(url)["busy"], time.perf_counter()
            run()
            wall = time.perf_counter() - start
            mean = (counts(url)["busy"] - before) / wall
            print(f"{name:16}{wall:6.1f} s, in flight: mean {mean:.1f} of {CONCURRENCY} ({mean / CONCURRENCY:.0%})")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=1.0)
    options = parser.parse_args()
    throughput(options.calls, options.rounds)
    kept_in_flight(CONCURRENCY * 10, options.latency)


if __name__ == "__main__":
    main()
