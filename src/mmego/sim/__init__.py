"""A simulated household seen from the wearer's head, for training data and tests (extra ``[sim]``).

dataset: the files of many houses (``mmego simulate``)
record: one house's video or frames, with truth and annotations in Ego4D's schema
story: a house's narrations without pictures, and their hash
workers: processes that make houses at the same time
shapes/: bodies, furniture, rooms and houses as plain values
bodies/: the builders of furniture, objects and people
house/: the generator of houses
actors/: the wearer and the other person, their actions and narrations
render/: pictures and instance ids of a house
"""
