"""Frames per second and peak memory of mmego's video decoding against decord and torchcodec, in one run.

    python benchmarks/decode.py [--peers-python PY] [--seconds 60] [--hour] [--rounds 3] [--json FILE]

Makes its files (1080p, 30 fps, a keyframe every 2 s) in a cache folder outside the repository. Every measurement is
a process of its own, contenders take turns, the best of all rounds counts. decord and torchcodec usually need an
environment of their own: `python -m venv peers && peers/bin/pip install torch==2.13.0 torchcodec==0.13.0 decord`
(torchcodec also needs the system's FFmpeg), then ``--peers-python peers/bin/python``. Peers that cannot be imported are
named and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SIZE = 384
FPS = 30
GOP_SECONDS = 2
CLIP_SECONDS = 10  # encoded once, then repeated packet by packet
TARGETS = {"exact": 1.3, "keyframe": 5.0, "hour_mb": 400.0}


# ---- files -----------------------------------------------------------------------------------------------------


def scene(frames: int) -> Iterator[Any]:
    """Pictures with texture, camera motion, sensor noise and a moving thing: about 5 Mbit/s at 1080p."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(0)
    coarse = random.integers(0, 255, (160, 280, 3), np.uint8)
    wall = np.asarray(Image.fromarray(coarse).resize((2240, 1280), Image.Resampling.BICUBIC)).astype(np.int16)
    grain = random.integers(-5, 6, (8, 1080, 1920, 1), np.int8)
    for number in range(frames):
        x = int(150 + 140 * np.sin(number / 40))
        y = int(90 + 80 * np.cos(number / 33))
        picture = wall[y : y + 1080, x : x + 1920] + grain[number % 8]
        top, left = number * 5 % 900, number * 9 % 1700
        picture[top : top + 150, left : left + 150] = (number * 3 % 255, 80, 200)
        yield np.clip(picture, 0, 255).astype(np.uint8)


def encode_clip(path: Path, codec: str) -> None:
    """Encode CLIP_SECONDS of the scene with the encoder's usual settings (B-frames included)."""
    import av

    options = {"libx264": {"preset": "medium", "crf": "23"}, "libx265": {"preset": "superfast", "crf": "26"}}[codec]
    if codec == "libx265":
        options["x265-params"] = f"log-level=none:keyint={FPS * GOP_SECONDS}:open-gop=0"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        stream.gop_size = FPS * GOP_SECONDS
        for picture in scene(CLIP_SECONDS * FPS):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def repeat_clip(clip: Path, path: Path, seconds: int) -> None:
    """Write `clip` over and over until `seconds` are full; packets are copied, not encoded."""
    import av

    with av.open(str(clip)) as source, av.open(str(path), "w") as container:
        stream = source.streams.video[0]
        target = container.add_stream_from_template(stream)
        packets = [(bytes(p), p.pts, p.dts, p.is_keyframe, p.duration) for p in source.demux(stream) if p.size]
        length = round(CLIP_SECONDS / stream.time_base)
        for turn in range(-(-seconds // CLIP_SECONDS)):
            for content, pts, dts, is_key, duration in packets:
                packet = av.Packet(content)
                packet.stream, packet.time_base = target, stream.time_base
                packet.pts, packet.dts, packet.duration = pts + turn * length, dts + turn * length, duration
                packet.is_keyframe = is_key
                container.mux(packet)


def video(folder: Path, codec: str, seconds: int) -> Path:
    """Return the file of this codec and length, made if it is not there yet."""
    path = folder / f"{codec}-{seconds}s.mp4"
    clip = folder / f"{codec}-clip.mp4"
    for wanted, make in (
        (clip, lambda p: encode_clip(p, codec)),
        (path, lambda p: repeat_clip(clip, p, seconds)),
    ):
        if not wanted.exists():
            print(f"making {wanted} ...", flush=True)
            unfinished = wanted.with_name("unfinished-" + wanted.name)
            make(unfinished)
            unfinished.rename(wanted)
    return path


# ---- contenders: (path, times) -> number of frames, as a user would write it -------------------------------------


def run_mmego(mode: str) -> Callable[[str, list[float]], int]:
    """mmego, frame by frame."""
    from mmego.video.decode import decode_frames

    def run(path: str, times: list[float]) -> int:
        return sum(1 for frame in decode_frames(path, times, size=(SIZE, SIZE), mode=mode) if frame.image.any())

    return run


def run_decord(_: str) -> Callable[[str, list[float]], int]:
    """decord: scale in the reader, one batch of indices."""
    import decord

    def run(path: str, times: list[float]) -> int:
        reader = decord.VideoReader(path, width=SIZE, height=SIZE)
        return len(reader.get_batch([int(t * reader.get_avg_fps()) for t in times]).asnumpy())

    return run


def run_torchcodec(threads: str) -> Callable[[str, list[float]], int]:
    """torchcodec: scale in the decoder (its own transform), one batch of times."""
    from torchcodec.decoders import VideoDecoder
    from torchcodec.transforms import Resize

    def run(path: str, times: list[float]) -> int:
        decoder = VideoDecoder(path, transforms=[Resize((SIZE, SIZE))], num_ffmpeg_threads=int(threads))
        return len(decoder.get_frames_played_at(times).data)

    return run


CONTENDERS: dict[str, tuple[Callable[[str], Callable[[str, list[float]], int]], str, str]] = {
    "mmego exact": (run_mmego, "exact", "mmego"),
    "mmego keyframe": (run_mmego, "keyframe", "mmego"),
    "decord": (run_decord, "", "decord"),
    "torchcodec": (run_torchcodec, "1", "torchcodec"),
    "torchcodec, all cores": (run_torchcodec, "0", "torchcodec"),
}


def child(name: str, path: str, times: list[float]) -> None:
    """Measure one contender in this process and print the result as JSON."""
    prepare, option, package = CONTENDERS[name]
    try:
        run = prepare(option)
    except (ImportError, OSError, RuntimeError) as error:  # torchcodec without FFmpeg raises RuntimeError
        print(json.dumps({"missing": f"{package}: {str(error).strip().splitlines()[0]}"}))
        return
    began, busy = time.perf_counter(), time.process_time()
    frames = run(path, times)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps({"frames": frames, "seconds": seconds, "cpu_seconds": busy, "peak_mb": peak_megabytes()}))


def peak_megabytes() -> float:
    """Most memory this process ever held. Not getrusage's ru_maxrss, which a process inherits from its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("needs Linux: /proc/self/status has no VmHWM")


def measure(python: str, name: str, path: Path, times: list[float]) -> dict[str, Any]:
    """Run `child` in a fresh process of `python`."""
    command = [python, __file__, "--child", name, str(path)]
    done = subprocess.run(command, input=json.dumps(times), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or f"ended with {done.returncode}").splitlines()[-1]
        return {"missing": last}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


# ---- the comparison ----------------------------------------------------------------------------------------------


def compare(path: Path, times: list[float], names: list[str], peers_python: str, rounds: int) -> dict[str, Any]:
    """Best of `rounds` for every contender, in turns."""
    best: dict[str, Any] = {}
    for _ in range(rounds):
        for name in names:
            python = sys.executable if name.startswith("mmego") else peers_python
            result = measure(python, name, path, times)
            if "missing" in result or name not in best or result["seconds"] < best[name]["seconds"]:
                best[name] = result
    return best


def ratios_of(results: dict[str, Any]) -> dict[str, float]:
    """Frames a second of every contender that could be measured over the faster peer's; empty without a peer."""
    speeds = {name: r["frames"] / r["seconds"] for name, r in results.items() if "seconds" in r}
    fastest = max((speed for name, speed in speeds.items() if not name.startswith("mmego")), default=None)
    return {name: speed / fastest for name, speed in speeds.items()} if fastest else {}


def table(figures: dict[str, Any]) -> str:
    """Return all measurements as one Markdown table."""
    lines = ["| file | reader | frames | seconds | frames/s | CPU s | peak MB | x the faster peer |", "|---" * 8 + "|"]
    missing = []
    for title, results in figures.items():
        ratios = ratios_of(results)
        for name, row in results.items():
            if "missing" in row:
                missing.append(f"not measured: {name} ({row['missing']})")
                continue
            speed, ratio = row["frames"] / row["seconds"], f"{ratios[name]:.2f}" if name in ratios else ""
            time_taken = f"{row['seconds']:.2f} | {speed:.1f} | {row['cpu_seconds']:.2f}"
            lines.append(f"| {title} | {name} | {row['frames']} | {time_taken} | {row['peak_mb']:.0f} | {ratio} |")
    return "\n".join([*lines, *missing])


def misses(figures: dict[str, Any]) -> list[str]:
    """Return the targets that were measured and not met: speed on the short H.264 file, memory on the hour."""
    missed = []
    for title, results in figures.items():
        if title.startswith("libx264") and not title.endswith("hour"):
            ratios = ratios_of(results)
            for mode in ("exact", "keyframe"):
                ratio = ratios.get(f"mmego {mode}", TARGETS[mode])
                if ratio < TARGETS[mode]:
                    missed.append(f"{mode} {ratio:.2f} < {TARGETS[mode]}")
        if title.endswith("hour"):
            missed += [f"{title}, {n}: {r}" for n, r in results.items() if r.get("peak_mb", 1e9) > TARGETS["hour_mb"]]
    return missed


def main() -> int:
    """Run the comparison; 0 unless a target that could be measured was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--child", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--peers-python", default=sys.executable, help="interpreter that has decord and torchcodec")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "mmego-benchmark")
    parser.add_argument("--seconds", type=int, default=60, help="length of the compared files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hevc", action="store_true", help="also compare on HEVC")
    parser.add_argument("--hour", action="store_true", help="also 4,000 exact frames of an hour (2 GB file)")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    if options.child:
        child(*options.child, json.loads(sys.stdin.read()))
        return 0
    options.folder.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {}
    times = [second + 0.5 for second in range(options.seconds)]
    for codec in ["libx264"] + ["libx265"] * options.hevc:
        path = video(options.folder, codec, options.seconds)
        title = f"{codec}, {options.seconds} s"
        figures[title] = compare(path, times, list(CONTENDERS), options.peers_python, options.rounds)
    if options.hour:
        path = video(options.folder, "libx264", 3600)
        times = [(index + 0.5) * 3600 / 4000 for index in range(4000)]
        ours = ["mmego exact", "mmego keyframe"]
        figures["libx264, one hour"] = compare(path, times, ours, options.peers_python, 1)
    print(f"\n1080p30, a keyframe every {GOP_SECONDS} s, resized to {SIZE} x {SIZE}; best of {options.rounds} rounds\n")
    print(table(figures))
    load = os.getloadavg()[0]
    print(f"\nload average {load:.1f} on {os.cpu_count()} cores; above 2 the others' work is in these figures, too")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    missed = misses(figures)
    compared = (
        "" if ratios_of(figures[f"libx264, {options.seconds} s"]) else " as far as measured: no peer to compare with"
    )
    print(f"\ntargets met{compared}" if not missed else "\nMISSED: " + "; ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
