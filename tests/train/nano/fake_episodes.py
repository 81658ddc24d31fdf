"""Episodes made of noise with a consistent truth, for tests of the training code that need no renderer."""

from __future__ import annotations

import numpy as np

from mmego.train.nano.episodes import EncodedEpisode

KINDS = ("mug", "book", "keys")
COLOURS = ("red", "blue")


def fake_episode(number: int, seconds: int = 40) -> EncodedEpisode:
    """Make an episode whose wearer moves the red mug between the desk and the sofa every ten seconds."""
    rng = np.random.default_rng(number)
    names = [(f"{c} {k}", k, c) for k in KINDS for c in COLOURS]
    instances = [
        {"id": i + 1, "name": n, "kind": k, "colour": c, "role": "item", "room": "office"}
        for i, (n, k, c) in enumerate(names)
    ]
    instances += [
        {"id": 10 + i, "name": n, "kind": n, "colour": None, "role": "furniture", "room": "office"}
        for i, n in enumerate(("desk", "sofa"))
    ]
    instances.append({"id": 20, "name": "man X", "kind": "person", "colour": None, "role": "person", "room": None})
    events = []
    for i, time in enumerate(np.arange(5.0, seconds - 2, 10.0)):
        place = ("desk", "sofa")[i // 2 % 2]
        verb = "picks up" if i % 2 == 0 else "puts"
        events.append(_event(float(time), "C", verb, "red mug", place))
    events.append(_event(12.0, "X", "picks up", "blue book", "sofa"))
    held = [any(e["verb"] == "picks up" and 0 <= t + 0.5 - e["time"] < 10 for e in events) for t in range(seconds)]
    truth = {
        "video": f"fake-{number}",
        "instances": instances,
        "events": sorted(events, key=lambda e: float(str(e["time"]))),
        "seconds": [
            {
                "time": t + 0.5,
                "room": "office",
                "held": {"left": None, "right": "red mug" if held[t] else None},
            }
            for t in range(seconds)
        ],
    }
    frames = rng.integers(0, 255, (seconds, 128, 128, 3)).astype(np.uint8)
    ids = rng.choice(np.array([0, 1, 2, 10, 11], np.uint8), (seconds, 32, 32))
    return EncodedEpisode(f"fake-{number}", frames, ids, truth)


def _event(time: float, actor: str, verb: str, item: str, place: str) -> dict[str, object]:
    return {
        "start": time - 1,
        "end": time + 1,
        "time": time,
        "actor": actor,
        "verb": verb,
        "item": item,
        "place": place,
        "joint": None,
        "room": "office",
    }
