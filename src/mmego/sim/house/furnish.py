"""Furnishes a room: along walls, in the middle, on one another, hanging; nothing overlaps or blocks a way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mmego.sim.house.catalog import FURNITURE, MOUNTED, ROOMS
from mmego.sim.house.room_plan import YAW, Draft, RoomPlan, Side, Spot
from mmego.sim.shapes.boxes import Box, furniture_box
from mmego.sim.shapes.geometry import to_world
from mmego.sim.shapes.shapes import Furniture

HEIGHT = 2.6
"""Floor to ceiling in metres."""
_AISLE = 0.56
"""Free floor around things in the middle of a room."""
_FACES = {"TV stand": "sofa"}
"""What stands opposite to what, if it can."""


def furnish(plan: RoomPlan) -> bool:
    """Furnish a room; False if something that must be there does not fit."""
    kind = ROOMS[plan.cell.name]
    for name in kind.must:
        if name not in plan.names and not place(plan, name):
            return False
    for name in map(str, plan.rng.permutation(kind.may)):
        if name not in plan.names and plan.rng.random() < 0.85:
            place(plan, name)
    for base in list(plan.placed):
        _mount(plan, base)
    _decorate(plan)
    return True


def place(plan: RoomPlan, kind: str) -> bool:
    """Place one more piece of furniture, named after its kind; False if there is no room for it."""
    draft = Draft(kind, plan.style)
    spots: list[Spot] = []
    if FURNITURE[kind].stand == "middle":
        spots = [spot for spot in _middle_spots(plan, draft) if plan.fits(draft, spot, _AISLE)]
    if not spots:
        spots = [spot for spot in plan.along_walls(draft) if plan.fits(draft, spot)]
        spots = _snug(plan, draft, _opposite(plan, kind, spots))
    if not spots:
        return False
    plan.add(kind, draft, plan.choose(spots))
    return True


def _opposite(plan: RoomPlan, kind: str, spots: list[Spot]) -> list[Spot]:
    """Those spots that face what this kind should face, where there are any."""
    other = plan.find(_FACES[kind]) if kind in _FACES else None
    if other is None:
        return spots
    return [spot for spot in spots if (spot[1] - other.yaw) % 360 == 180] or spots


def _snug(plan: RoomPlan, draft: Draft, spots: list[Spot]) -> list[Spot]:
    """Those spots that are close to a corner or a neighbour where there are any (three times in four)."""
    if plan.rng.random() < 0.25:
        return spots
    close = []
    for spot in spots:
        box = draft.box.placed(*spot)
        wider = box.grown(0.06, 0.0) if spot[1] in (0.0, 180.0) else box.grown(0.0, 0.06)
        if not plan.inside(wider) or any(wider.meets(other) for other in plan.solid):
            close.append(spot)
    return close or spots


def _middle_spots(plan: RoomPlan, draft: Draft) -> Iterator[Spot]:
    """Before the sofa for a coffee table, else near the middle of the room."""
    sofa = plan.find("sofa")
    if draft.kind == "coffee table" and sofa is not None:
        depth = -sofa.body.extent()[0][1] + draft.box.high[1]
        for gap in (0.72, 0.8, 0.9, 1.0):
            for aside in (-0.4, -0.2, 0.0, 0.2, 0.4):
                x, y, _ = to_world(sofa, (aside, -(depth + gap), 0.0))
                yield (x, y, 0.0), sofa.yaw
        return
    for yaw in YAW.values():
        for dx in np.arange(-0.6, 0.61, 0.1):
            for dy in np.arange(-0.6, 0.61, 0.1):
                yield (plan.middle[0] + float(dx), plan.middle[1] + float(dy), 0.0), yaw


def _mount(plan: RoomPlan, base: Furniture) -> None:
    """Stand a lamp, the TV or a radio on a piece of furniture that has a place for it."""
    choices = [name for name in MOUNTED.get(base.kind, ()) if name not in plan.names]
    if choices:
        name = choices[int(plan.rng.integers(len(choices)))]
        plan.add(name, Draft(name, plan.style), (to_world(base, plan.mounts[base.name]), base.yaw))


def _decorate(plan: RoomPlan) -> None:
    """Hang things on the walls, lay a rug, put a lamp under the ceiling."""
    cell = plan.cell
    if cell.name == "kitchen":
        hang(plan, "wall cabinet", "wall cabinet")
    for side in plan.outer:
        if plan.rng.random() < 0.75:
            hang(plan, "window", _numbered(plan, "window"), (side,))
    for kind in ROOMS[cell.name].decor:
        hang(plan, kind, _numbered(plan, kind))
    for side in YAW:
        if plan.rng.random() < 0.8:
            hang(plan, "picture", _numbered(plan, "picture"), (side,))
    lamp = Draft("ceiling lamp", plan.style)
    plan.add(f"ceiling lamp of the {cell.name}", lamp, ((*plan.middle, HEIGHT - lamp.box.high[2] - 0.005), 0.0))
    if cell.name != "hallway" and plan.rng.random() < 0.85:
        _lay_rug(plan)


def _numbered(plan: RoomPlan, kind: str) -> str:
    count = sum(piece.kind == kind for piece in plan.placed)
    return f"{kind} {count + 1} of the {plan.cell.name}"


def hang(plan: RoomPlan, kind: str, name: str, sides: tuple[Side, ...] = tuple(YAW)) -> bool:
    """Hang something on a free stretch of one of the walls; the wall cabinet above the kitchen counter."""
    draft = Draft(kind, plan.style)
    yaws = [YAW[side] for side in sides]
    counter = plan.find("kitchen counter")
    spots = []
    for spot in plan.along_walls(draft, FURNITURE[kind].height, 0.006):
        box = draft.box.placed(*spot)
        if spot[1] not in yaws or any(box.meets(way) for way in plan.ways):
            continue
        if any(box.meets(other, 0.06) for other in plan.solid):
            continue
        if kind == "wall cabinet" and (counter is None or not _above(box, furniture_box(counter))):
            continue
        spots.append(spot)
    if spots:
        plan.add(name, draft, plan.choose(spots))
    return bool(spots)


def _above(box: Box, base: Box) -> bool:
    """True if `box` hangs over `base` and does not stick out by more than 10 cm."""
    return all(base.low[i] - 0.1 <= box.low[i] and box.high[i] <= base.high[i] + 0.1 for i in (0, 1))


def _lay_rug(plan: RoomPlan) -> None:
    """A rug under the coffee table or bed, a mat before the bath or sink, else a rug in the middle of the room."""
    draft = Draft("bath mat" if plan.cell.name in ("bathroom", "kitchen") else "rug", plan.style)
    bases = [plan.find(kind) for kind in ("coffee table", "bathtub", "sink", "bed")]
    base = next((piece for piece in bases if piece is not None), None)
    wide = plan.cell.x1 - plan.cell.x0 > plan.cell.y1 - plan.cell.y0
    spot: Spot = ((*plan.middle, 0.0), 0.0 if wide else 90.0)
    if base is not None:
        before = 0.0 if base.kind in ("coffee table", "bed") else base.body.extent()[0][1] - 0.38
        x, y, _ = to_world(base, (0.0, before, 0.0))
        spot = ((x, y, 0.0), base.yaw)
    if plan.inside(draft.box.placed(*spot)):
        plan.add(f"{draft.kind} of the {plan.cell.name}", draft, spot)
