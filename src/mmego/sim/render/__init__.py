"""Pictures of a house by Panda3D's software renderer, and which thing fills each pixel.

renderer: `Renderer`, a house to look at and change
scene: the nodes of a scene
panda: the parts of Panda3D that are used
meshes: triangles of parts and sheets
shell: walls, floors, ceilings, shadows
textures, pictures: procedural textures, and those that are pictures
instances: ids of things and the colours that encode them
visibility: rooms in sight
"""
