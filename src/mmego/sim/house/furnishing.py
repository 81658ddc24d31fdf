"""Furnishing of a room: along walls, in the middle, on other furniture, hanging; without overlaps or blocked doors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mmego.sim.house.catalog import FURNITURE, MOUNTED, ROOMS
from mmego.sim.house.room_plan import YAW, Pose, RoomPlan, UnplacedFurniture, WallSide
from mmego.sim.shapes.boxes import Box, furniture_box
from mmego.sim.shapes.geometry import to_world
from mmego.sim.shapes.shapes import Furniture

HEIGHT = 2.6
"""Floor to ceiling in metres."""
_AISLE = 0.56
"""Free floor around things in the middle of a room."""
_FACES = {"TV stand": "sofa"}
"""What stands opposite to what, if possible."""


def furnish(plan: RoomPlan) -> bool:
    """Furnish a room; return False if a piece that must be there does not fit."""
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
    """Place one more piece of furniture, named after its kind; return False if it does not fit."""
    unplaced = UnplacedFurniture(kind, plan.style)
    poses: list[Pose] = []
    if FURNITURE[kind].placement == "middle":
        poses = [pose for pose in _middle_poses(plan, unplaced) if plan.fits(unplaced, pose, _AISLE)]
    if not poses:
        poses = [pose for pose in plan.along_walls(unplaced) if plan.fits(unplaced, pose)]
        poses = _near_neighbours(plan, unplaced, _opposite(plan, kind, poses))
    if not poses:
        return False
    plan.add(kind, unplaced, plan.choose(poses))
    return True


def _opposite(plan: RoomPlan, kind: str, poses: list[Pose]) -> list[Pose]:
    """Return the poses that face what this kind should face, or all if there are none."""
    other = plan.find(_FACES[kind]) if kind in _FACES else None
    if other is None:
        return poses
    return [pose for pose in poses if (pose[1] - other.yaw) % 360 == 180] or poses


def _near_neighbours(plan: RoomPlan, unplaced: UnplacedFurniture, poses: list[Pose]) -> list[Pose]:
    """Return the poses close to a corner or a neighbour, three times in four; all if there are none."""
    if plan.rng.random() < 0.25:
        return poses
    close = []
    for pose in poses:
        box = unplaced.box.placed(*pose)
        wider = box.grown(0.06, 0.0) if pose[1] in (0.0, 180.0) else box.grown(0.0, 0.06)
        if not plan.inside(wider) or any(wider.meets(other) for other in plan.solid):
            close.append(pose)
    return close or poses


def _middle_poses(plan: RoomPlan, unplaced: UnplacedFurniture) -> Iterator[Pose]:
    """Yield poses before the sofa for a coffee table, else near the middle of the room."""
    sofa = plan.find("sofa")
    if unplaced.kind == "coffee table" and sofa is not None:
        depth = -sofa.body.extent()[0][1] + unplaced.box.high[1]
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
    """Put a lamp, the TV or a radio on a piece of furniture that has a place for it."""
    choices = [name for name in MOUNTED.get(base.kind, ()) if name not in plan.names]
    if choices:
        name = choices[int(plan.rng.integers(len(choices)))]
        plan.add(name, UnplacedFurniture(name, plan.style), (to_world(base, plan.mounts[base.name]), base.yaw))


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
    lamp = UnplacedFurniture("ceiling lamp", plan.style)
    plan.add(f"ceiling lamp of the {cell.name}", lamp, ((*plan.middle, HEIGHT - lamp.box.high[2] - 0.005), 0.0))
    if cell.name != "hallway" and plan.rng.random() < 0.85:
        _lay_rug(plan)


def _numbered(plan: RoomPlan, kind: str) -> str:
    count = sum(piece.kind == kind for piece in plan.placed)
    return f"{kind} {count + 1} of the {plan.cell.name}"


def hang(plan: RoomPlan, kind: str, name: str, sides: tuple[WallSide, ...] = tuple(YAW)) -> bool:
    """Hang something on a free part of one of the walls; the wall cabinet goes above the kitchen counter."""
    unplaced = UnplacedFurniture(kind, plan.style)
    yaws = [YAW[side] for side in sides]
    counter = plan.find("kitchen counter")
    poses = []
    for pose in plan.along_walls(unplaced, FURNITURE[kind].height, 0.006):
        box = unplaced.box.placed(*pose)
        if pose[1] not in yaws or any(box.meets(way) for way in plan.ways):
            continue
        if any(box.meets(other, 0.06) for other in plan.solid):
            continue
        if kind == "wall cabinet" and (counter is None or not _above(box, furniture_box(counter))):
            continue
        poses.append(pose)
    if poses:
        plan.add(name, unplaced, plan.choose(poses))
    return bool(poses)


def _above(box: Box, base: Box) -> bool:
    """Return True if `box` hangs over `base` and extends at most 10 cm beyond it."""
    return all(base.low[i] - 0.1 <= box.low[i] and box.high[i] <= base.high[i] + 0.1 for i in (0, 1))


def _lay_rug(plan: RoomPlan) -> None:
    """Lay a rug under the coffee table or bed, a mat before the bath or sink, else a rug in the middle of the room."""
    unplaced = UnplacedFurniture("bath mat" if plan.cell.name in ("bathroom", "kitchen") else "rug", plan.style)
    bases = [plan.find(kind) for kind in ("coffee table", "bathtub", "sink", "bed")]
    base = next((piece for piece in bases if piece is not None), None)
    wide = plan.cell.x1 - plan.cell.x0 > plan.cell.y1 - plan.cell.y0
    pose: Pose = ((*plan.middle, 0.0), 0.0 if wide else 90.0)
    if base is not None:
        before = 0.0 if base.kind in ("coffee table", "bed") else base.body.extent()[0][1] - 0.38
        x, y, _ = to_world(base, (0.0, before, 0.0))
        pose = ((x, y, 0.0), base.yaw)
    if plan.inside(unplaced.box.placed(*pose)):
        plan.add(f"{unplaced.kind} of the {plan.cell.name}", unplaced, pose)
