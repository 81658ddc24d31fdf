"""The wearer's body: where feet, head and hands are, and the motions that move them, tick by tick.

A motion is a generator: each `yield` is one tick. Motions that can fail return False.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import numpy as np

from mmego.sim.actors.state import EpisodeView, Side
from mmego.sim.house.floor_grid import Route
from mmego.sim.shapes.geometry import heading_to, wrap
from mmego.sim.shapes.shapes import Point

Motion = Generator[None, None, None]
Attempt = Generator[None, None, bool]
Blocker = Callable[[], tuple[float, float] | None]

EYE_HEIGHT = 1.55
"""Height of the eyes above the floor in metres."""
_REST: Point = (0.20, 0.40, -0.42)
_CARRY: Point = (0.15, 0.46, -0.29)
_INSPECT: Point = (0.09, 0.44, -0.19)
_PERSONAL_SPACE = 0.55


@dataclass(slots=True)
class Hand:
    """One hand: what it holds, and how far (`reach` 0..1) it is on its way from the body to a world point."""

    item: str | None = None
    target: Point | None = None
    reach: float = 0.0
    lift: float = 0.0


@dataclass(slots=True)
class Wearer:
    """The person behind the camera.

    `x`, `y` are the feet; `course` is the direction of the body, `heading` and `pitch` are those of the eyes (degrees);
    `lean` is how far the head is bent forwards along `heading`, `height` the height of the eyes (metres).
    """

    rng: np.random.Generator
    fps: int
    x: float
    y: float
    heading: float
    room: str
    pace: float = 1.0
    blocker: Blocker = lambda: None
    course: float = 0.0
    pitch: float = -12.0
    height: float = EYE_HEIGHT
    lean: float = 0.0
    phase: float = 0.0
    speed: float = 0.0
    ticks: int = 0
    hands: dict[Side, Hand] = field(default_factory=lambda: {"right": Hand(), "left": Hand()})
    glance: Point | None = None
    _glance_until: int = 0
    _stopped: bool = False
    _sway: list[float] = field(default_factory=list)
    _gain: float = 0.0

    def __post_init__(self) -> None:
        self.course = self.heading
        self._sway = [float(v) for v in self.rng.uniform(0, 6.28, 6)]
        self._gain = 1.0 - math.exp(-1.0 / (self.fps * 0.16))

    @property
    def time(self) -> float:
        """Return the seconds since the start."""
        return self.ticks / self.fps

    def free_hand(self) -> Side | None:
        """Return an empty hand, the right one if both are; None if both hold something."""
        for side in ("right", "left"):
            if self.hands[side].item is None:
                return side
        return None

    def hand_of(self, item: str) -> Side:
        """Return the hand that holds `item`."""
        return "right" if self.hands["right"].item == item else "left"

    def tick(self) -> None:
        """Pass one tick; the body slows down unless `walk` keeps it going."""
        self.ticks += 1
        self.phase += 2 * math.pi * 1.8 * self.speed / self.fps

    def look(self, heading: float, pitch: float) -> None:
        """Turn the eyes part of the way to a direction, at most 220 degrees a second."""
        most = 220.0 / self.fps
        self.heading += min(max(wrap(heading - self.heading) * self._gain, -most), most)
        self.pitch += min(max((pitch - self.pitch) * self._gain, -most), most)

    def look_at(self, point: Point, above: float = 5.0) -> None:
        """Turn the eyes part of the way to a point, `above` degrees higher, so that its surroundings are seen, too."""
        x, y, z = self.eye()
        flat = math.hypot(point[0] - x, point[1] - y)
        pitch = math.degrees(math.atan2(point[2] - z, max(flat, 0.05))) + above
        self.look(heading_to(self.x, self.y, point[0], point[1]), min(max(pitch, -62.0), 20.0))

    def eye(self) -> Point:
        """Return where the eyes are, without the up and down of walking."""
        angle = math.radians(self.heading)
        return self.x + self.lean * math.cos(angle), self.y + self.lean * math.sin(angle), self.height

    def angle_to(self, point: Point) -> float:
        """Return the degrees between the direction of the eyes and a point."""
        x, y, z = camera_point(point, self.eye(), self.heading, self.pitch)
        return math.degrees(math.acos(y / max(math.sqrt(x * x + y * y + z * z), 1e-6)))

    def straighten(self) -> None:
        """Bring head and empty hands part of the way back to their walking position."""
        self.height += (EYE_HEIGHT - self.height) * 1.6 * self._gain * 0.6
        self.lean -= self.lean * self._gain
        for hand in self.hands.values():
            hand.reach = max(0.0, hand.reach - 3.0 / self.fps)
            hand.lift = max(0.0, hand.lift - 0.8 / self.fps)

    def glance_at(self, point: Point, seconds: float, stop: bool = False) -> None:
        """Look at something for some seconds of a walk; with `stop`, stand still for it."""
        self.glance, self._glance_until = point, self.ticks + round(seconds * self.fps)
        self._stopped = stop

    # Motions

    def walk(self, route: Route, focus: Point | None = None) -> Attempt:
        """Walk along `route`; look at `focus` over the last 1.5 metres. False if the other person stays in the way."""
        waited = 0
        rest = [0.0] * len(route)
        for k in range(len(route) - 2, -1, -1):
            rest[k] = rest[k + 1] + math.dist(route[k], route[k + 1])
        for k, (tx, ty) in enumerate(route):
            while True:
                distance = math.hypot(tx - self.x, ty - self.y)
                if distance < 0.05:
                    break
                ahead = heading_to(self.x, self.y, tx, ty)
                if self._stopped and self.glance is not None:
                    yield from self._watch(self.glance)
                    continue
                if self._in_the_way(ahead):
                    waited += 1
                    self.speed = 0.0
                    if waited > 1.5 * self.fps:
                        return False
                else:
                    self._step(tx, ty, ahead, distance)
                self.straighten()
                if focus is not None and distance + rest[k] < 1.5:
                    self.look_at(focus)
                else:
                    self._look_ahead(route, k, distance, ahead)
                yield
        self.speed = 0.0
        return True

    def _watch(self, point: Point) -> Motion:
        while self.ticks < self._glance_until:
            self._stand(point, False)
            yield
        self.glance, self._stopped = None, False

    def _in_the_way(self, ahead: float) -> bool:
        other = self.blocker()
        if other is None:
            return False
        near = math.hypot(other[0] - self.x, other[1] - self.y) < _PERSONAL_SPACE
        return near and abs(wrap(heading_to(self.x, self.y, *other) - ahead)) < 75

    def _step(self, tx: float, ty: float, ahead: float, distance: float) -> None:
        turn = wrap(ahead - self.course)
        most = 190.0 / self.fps
        self.course += min(max(turn, -most), most)
        wanted = self.pace * min(max(1.0 - abs(turn) / 80.0, 0.0), 1.0)
        self.speed += min(wanted - self.speed, 2.5 / self.fps)
        step = min(self.speed / self.fps, distance)
        self.x += step * (tx - self.x) / distance
        self.y += step * (ty - self.y) / distance

    def _look_ahead(self, route: Route, k: int, distance: float, ahead: float) -> None:
        """Look a metre ahead and a little down, with some wandering, or at what the wearer glances at."""
        if self.glance is not None:
            if self.ticks < self._glance_until:
                aim = heading_to(self.x, self.y, self.glance[0], self.glance[1])
                if abs(wrap(aim - ahead)) < 70:
                    self.look_at(self.glance)
                    return
            self.glance = None
        if distance < 1.0 and k + 1 < len(route):
            share = (1.0 - distance) / max(math.dist(route[k], route[k + 1]), 1.0)
            nx = route[k][0] + (route[k + 1][0] - route[k][0]) * share
            ny = route[k][1] + (route[k + 1][1] - route[k][1]) * share
            ahead = heading_to(self.x, self.y, nx, ny)
        time = self.time
        self.look(
            ahead + 9.0 * math.sin(0.7 * time + self._sway[0]) + 5.0 * math.sin(1.7 * time + self._sway[1]),
            -15.0 + 5.0 * math.sin(0.5 * time + self._sway[2]),
        )

    def gaze(self, point: Point, seconds: float, bend: bool = False) -> Motion:
        """Stand and look at a point; `bend` leans and stoops towards it."""
        for _ in range(round(seconds * self.fps)):
            self._stand(point, bend)
            yield

    def _stand(self, point: Point, bend: bool) -> None:
        self.speed = 0.0
        self.course += wrap(self.heading - self.course) * self._gain
        if bend:
            flat = math.hypot(point[0] - self.x, point[1] - self.y)
            self.lean += (min(max(flat - 0.46, 0.0), 0.25) - self.lean) * self._gain
            self.height += (min(max(point[2] + 0.62, 1.0), EYE_HEIGHT) - self.height) * self._gain
        else:
            self.straighten()
        self.look_at(point)

    def turn(self, heading: float, pitch: float, seconds: float) -> Motion:
        """Stand and look in a direction."""
        for _ in range(round(seconds * self.fps)):
            self.speed = 0.0
            self.straighten()
            self.course += wrap(self.heading - self.course) * self._gain
            self.look(heading, pitch)
            yield

    def reach(self, side: Side, target: Point, gaze: Point, seconds: float = 0.5) -> Motion:
        """Move a hand to a point while looking at `gaze`."""
        hand = self.hands[side]
        hand.target, start = target, hand.reach
        count = max(1, round(seconds * self.fps))
        for k in range(1, count + 1):
            share = k / count
            hand.reach = start + (1.0 - start) * share * share * (3 - 2 * share)
            self._stand(gaze, True)
            yield

    def draw_back(self, side: Side, gaze: Point, seconds: float = 0.5) -> Motion:
        """Take a hand back; it lifts what it holds before the eyes."""
        hand = self.hands[side]
        start = hand.reach
        count = max(1, round(seconds * self.fps))
        for k in range(1, count + 1):
            share = k / count
            hand.reach = start * (1.0 - share * share * (3 - 2 * share))
            hand.lift = share if hand.item is not None else 0.0
            self._stand(gaze, True)
            yield

    # View

    def show(self, view: EpisodeView) -> None:
        """Put the view's camera and hands where the body is."""
        time = self.time
        sway = self._sway
        moving = min(1.0, self.speed)
        x, y, z = self.eye()
        z += 0.022 * math.sin(self.phase) * moving
        heading = self.heading + 0.8 * math.sin(0.9 * time + sway[3]) + 0.5 * math.sin(2.3 * time + sway[4])
        pitch = self.pitch + 0.6 * math.sin(1.1 * time + sway[5])
        view.set_camera(x, y, z, heading, pitch, 1.2 * math.sin(self.phase / 2) * moving)
        for side, hand in self.hands.items():
            view.set_hand(side, self._hand_point(side, hand, (x, y, z), heading, pitch, moving))

    def _hand_point(self, side: Side, hand: Hand, eye: Point, heading: float, pitch: float, moving: float) -> Point:
        """Return where a hand is in camera coordinates, at most an arm's length away."""
        sign = 1.0 if side == "right" else -1.0
        home = _CARRY if hand.item is not None else _REST
        rise = hand.lift * hand.lift * (3 - 2 * hand.lift)
        x, y, z = (a + (b - a) * rise for a, b in zip(home, _INSPECT, strict=True))
        x, z = sign * x, z + 0.012 * math.sin(self.phase + (0.0 if sign > 0 else 1.5)) * moving
        if hand.target is None or hand.reach == 0.0:
            return x, y, z
        a, b, c = camera_point(hand.target, eye, heading, pitch)
        far = math.sqrt(a * a + b * b + c * c)
        if far > 1.0:
            a, b, c = a / far, b / far, c / far
        share = hand.reach
        return x + (a - x) * share, y + (b - y) * share, z + (c - z) * share


def camera_point(point: Point, eye: Point, heading: float, pitch: float) -> Point:
    """Convert a world point to the coordinates of a camera without roll: x right, y forward, z up."""
    h, p = math.radians(heading), math.radians(pitch)
    dx, dy, dz = point[0] - eye[0], point[1] - eye[1], point[2] - eye[2]
    flat = dx * math.cos(h) + dy * math.sin(h)
    return (
        dx * math.sin(h) - dy * math.cos(h),
        flat * math.cos(p) + dz * math.sin(p),
        dz * math.cos(p) - flat * math.sin(p),
    )
