"""The builders of bodies; `house.catalog` lists furniture and decoration, `house.catalog_items` the objects.

furniture_kitchen, furniture_living, furniture_bedroom, furniture_bathroom: furniture by room
appliances: lamps, the TV and the radio
decor: windows, pictures, rugs, plants
items_table, items_carried: movable objects
people: the wearer's hands and the other person
"""
