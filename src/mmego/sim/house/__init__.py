"""The generator of houses.

generator: `make_house`, the same house for the same seed
layout: rooms and doorways
catalog: kinds of rooms and furniture
catalog_items: kinds of movable objects
room_plan: what stands where in one room
furnishing: draws the furniture of a room
floor_grid: where a person can stand, and routes
"""

from mmego.sim.house.generator import make_house

__all__ = ["make_house"]
