"""A small house made by hand, and a view that records calls instead of drawing."""

from __future__ import annotations

from mmego.sim.shapes.shapes import Body, Doorway, Furniture, House, HouseItem, Joint, Part, Point, Room, Slot

GREY = (0.5, 0.5, 0.5)


def box(x: float, y: float, z: float) -> Body:
    """Make a box of these half extents that stands on the floor."""
    return Body((Part("box", (0.0, 0.0, z), (x, y, z), GREY),))


def row(count: int, width: float, y: float, z: float) -> tuple[Slot, ...]:
    """Make slots side by side along x."""
    step = width / count
    return tuple(Slot((-width / 2 + step * (k + 0.5), y, z)) for k in range(count))


def make_house(person: str | None = None, items: int = 8) -> House:
    """Make two rooms, a doorway, a counter, a fridge with a door, a dresser with a drawer, a table, a lamp."""
    rooms = tuple(
        Room(name, x0, 0.0, x1, 4.0, "tile", GREY, "plain", GREY)
        for name, x0, x1 in (("kitchen", 0.0, 4.0), ("bedroom", 4.12, 8.0))
    )
    door = Joint("fridge", "hinge", (-0.35, -0.3, 0.0), _door(), -100.0, (0.65, -0.03, 1.0))
    drawer = Joint("drawer of the dresser", "slide", (0.0, -0.25, 0.6), _front(), 0.3, (0.0, -0.04, 0.1))
    inside = tuple(Slot((x, 0.0, z), "in", 0) for x in (-0.15, 0.15) for z in (0.5, 1.0))
    furniture = (
        Furniture("kitchen counter", "counter", "kitchen", box(0.8, 0.3, 0.45), (1.3, 3.68, 0), 0,
                  row(4, 1.5, -0.1, 0.9)),
        Furniture("fridge", "fridge", "kitchen", box(0.35, 0.3, 0.9), (3.0, 3.68, 0), 0, inside, (door,)),
        Furniture("kitchen table", "table", "kitchen", box(0.5, 0.35, 0.37), (1.8, 1.4, 0), 0,
                  row(3, 0.9, 0.0, 0.74)),
        Furniture("dresser", "dresser", "bedroom", box(0.5, 0.25, 0.4), (7.7, 2.0, 0), -90,
                  (*row(3, 0.9, 0.0, 0.8), Slot((0.0, 0.0, 0.62), "in", 0)), (drawer,)),
        Furniture("bed", "bed", "bedroom", box(0.8, 0.9, 0.25), (5.4, 3.0, 0), 0, row(3, 1.4, -0.6, 0.5)),
        Furniture("desk", "desk", "bedroom", box(0.6, 0.3, 0.37), (5.6, 0.35, 0), 180, row(3, 0.7, -0.1, 0.74)),
        Furniture("desk lamp", "lamp", "bedroom", box(0.1, 0.1, 0.2), (6.1, 0.4, 0.74), 180, switchable=True),
        Furniture("rug", "rug", "bedroom", box(0.6, 0.6, 0.005), (6.0, 1.5, 0), 0, walkable=True),
    )  # fmt: skip
    spots = [(f.name, k) for f in furniture for k, slot in enumerate(f.slots)]
    names = [f"{colour} {kind}" for kind in ("mug", "book", "ball") for colour in ("red", "orange", "blue", "green")]
    things = tuple(
        HouseItem(name, name.split()[1], name.split()[0], box(0.04, 0.04, 0.05), *spots[(5 * k) % len(spots)], 0.0)
        for k, name in enumerate(names[:items])
    )
    return House(7, rooms, (Doorway(("kitchen", "bedroom"), 4.06, 1.5, 0.95, "y"),), furniture, things, person)


def _door() -> Body:
    return Body((Part("box", (0.35, -0.02, 0.9), (0.35, 0.02, 0.85), GREY),))


def _front() -> Body:
    return Body((Part("box", (0.0, -0.01, 0.1), (0.45, 0.01, 0.1), GREY),))


class Recorder:
    """A view that keeps the last value of everything and the calls that moved items, and counts the rest."""

    def __init__(self) -> None:
        self.camera: tuple[float, ...] = ()
        self.hands: dict[str, Point | None] = {}
        self.joints: dict[tuple[str, int], float] = {}
        self.lit: dict[str, bool] = {}
        self.person: tuple[float, ...] | None = None
        self.moves: list[tuple[object, ...]] = []

    def set_camera(self, x: float, y: float, z: float, heading: float, pitch: float, roll: float) -> None:
        self.camera = (x, y, z, heading, pitch, roll)

    def set_hand(self, side: str, position: Point | None) -> None:
        self.hands[side] = position

    def attach(self, item: str, to: str) -> None:
        self.moves.append(("attach", item, to))

    def place(self, item: str, position: Point, yaw: float) -> None:
        self.moves.append(("place", item, position, yaw))

    def set_joint(self, furniture: str, joint: int, fraction: float) -> None:
        self.joints[furniture, joint] = fraction

    def set_switch(self, furniture: str, on: bool) -> None:
        self.lit[furniture] = on

    def set_person(self, pose: tuple[float, float, float, float, float] | None) -> None:
        self.person = pose
