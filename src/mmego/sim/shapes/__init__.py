"""Bodies, furniture, rooms and houses as plain values, and the geometry that all of the simulator uses.

shapes: the values, from `Part` to `House`
parts: short constructors of parts, and shared colours
style: one house's materials, and the design that a furniture builder returns
boxes: axis-aligned boxes
geometry: angles and coordinates
"""

from mmego.sim.shapes.boxes import Box
from mmego.sim.shapes.shapes import Body, Doorway, Furniture, House, HouseItem, Joint, Part, Room, Slot
from mmego.sim.shapes.style import FurnitureDesign, Style

__all__ = [
    "Body",
    "Box",
    "Doorway",
    "Furniture",
    "FurnitureDesign",
    "House",
    "HouseItem",
    "Joint",
    "Part",
    "Room",
    "Slot",
    "Style",
]
