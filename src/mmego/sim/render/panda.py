"""The parts of Panda3D that the renderer needs: its off-screen software renderer, meshes and textures as nodes.

It asks for `TinyOffscreenGraphicsPipe` by name: the default pipe would look for an X server.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import numpy as np
import numpy.typing as npt

from mmego.errors import MmegoError, require_extra
from mmego.sim.render import textures
from mmego.sim.render.meshes import Mesh

FIELD_OF_VIEW = 82.0
"""Degrees, both ways."""
NEAR, FAR = 0.12, 22.0
# Without the two settings about transforms, Panda3D replaces a position by one within a millionth that it drew before,
# even in an earlier house, and sometimes a pixel depends on what the process drew before.
_CONFIG = """
load-display p3tinydisplay
aux-display p3tinydisplay
window-type offscreen
audio-library-name null
framebuffer-hardware #f
support-threads #f
uniquify-transforms #f
transform-cache #f
notify-level-display error
notify-level-tinydisplay error
notify-level-gobj error
"""


@functools.cache
def core() -> Any:
    """Return Panda3D's core module, configured; the same object every time.

    Raises:
        MissingExtraError: Panda3D is not installed.
    """
    require_extra("panda3d", "sim")
    # With DISPLAY set, loading the module makes it try X.
    os.environ.pop("DISPLAY", None)
    import panda3d.core as core_module

    core_module.loadPrcFileData("", _CONFIG)
    # By default the order of drawing depends on memory addresses: if two faces have the same depth, a house's pixels
    # would depend on what the process drew before.
    bins = core_module.CullBinManager.getGlobalPtr()
    bins.setBinType(bins.findBin("opaque"), core_module.CullBinManager.BTUnsorted)
    return core_module


@functools.cache
def _pipe() -> Any:
    p = core()
    selection = p.GraphicsPipeSelection.getGlobalPtr()
    selection.loadAuxModules()
    pipe = selection.makePipe(p.TypeRegistry.ptr().findType("TinyOffscreenGraphicsPipe"))
    if pipe is None:
        raise MmegoError("Panda3D's software renderer did not start (it needs libX11: apt install libx11-6)")
    return pipe


class Screen:
    """A square picture in memory, for any scene. Get one from `screen`: they are shared."""

    def __init__(self, size: int) -> None:
        p = core()
        self._size = size
        self._engine = p.GraphicsEngine.getGlobalPtr()
        frame = p.FrameBufferProperties()
        frame.setRgbaBits(8, 8, 8, 8)
        frame.setDepthBits(24)
        window = p.WindowProperties.size(size, size)
        flags = p.GraphicsPipe.BFRefuseWindow
        self._buffer = self._engine.makeOutput(_pipe(), f"screen {size}", 0, frame, window, flags)
        if self._buffer is None:
            raise MmegoError(f"Panda3D gave no off-screen buffer of {size} x {size} pixels")
        self._texture = p.Texture()
        self._buffer.addRenderTexture(self._texture, p.GraphicsOutput.RTMCopyRam)
        self._buffer.setClearColor(p.LColor(0, 0, 0, 1))
        self._region = self._buffer.makeDisplayRegion()
        self._buffer.setActive(False)

    def draw(self, camera: Any) -> npt.NDArray[np.uint8]:
        """Draw what the camera (a NodePath) sees: (size, size, 4) BGRA, top row first, valid until the next call."""
        self._region.setCamera(camera)
        self._buffer.setActive(True)
        self._engine.renderFrame()
        self._buffer.setActive(False)
        self._region.setCamera(core().NodePath())
        # Otherwise these tables keep every position of the camera and the hands, 10 KB a frame. In an application
        # Panda3D's own main loop does this.
        core().TransformState.garbageCollect()
        core().RenderState.garbageCollect()
        flat = np.frombuffer(self._texture.getRamImageAs("BGRA"), np.uint8)
        return flat.reshape(self._size, self._size, 4)[::-1]


@functools.cache
def screen(size: int, use: str) -> Screen:
    """Return the one screen of this size and use; screens are kept because making one leaks a little memory."""
    del use
    return Screen(size)


@functools.cache
def _texture(name: str) -> Any:
    p = core()
    result = p.Texture(name)
    if name in ("blob", "halo"):
        opacity = textures.blob() if name == "blob" else textures.halo()
        size = len(opacity)
        result.setup2dTexture(size, size, p.Texture.TUnsignedByte, p.Texture.FRgba)
        image = np.zeros((size, size, 4), np.uint8)
        image[..., :3] = 0 if name == "blob" else 255
        image[..., 3] = opacity
        result.setRamImageAs(image.tobytes(), "BGRA")
        result.setWrapU(p.SamplerState.WMClamp)
        result.setWrapV(p.SamplerState.WMClamp)
    else:
        image = textures.texture(name)
        size = len(image)
        result.setup2dTexture(size, size, p.Texture.TUnsignedByte, p.Texture.FRgb)
        result.setRamImageAs(np.ascontiguousarray(image[::-1]).tobytes(), "RGB")
        result.setWrapU(p.SamplerState.WMRepeat)
        result.setWrapV(p.SamplerState.WMRepeat)
    result.setMinfilter(p.SamplerState.FTLinearMipmapLinear)
    result.setMagfilter(p.SamplerState.FTLinear)
    return result


def node(mesh: Mesh, texture: str | None, order: int) -> Any:
    """Make a NodePath that shows the mesh, its colours times the named texture, drawn after lower `order`s.

    The textures "blob" and "halo" are transparent and drawn after everything solid.
    """
    p = core()
    layout = p.GeomVertexFormat.getV3c4t2()
    rows = np.zeros(len(mesh.points), [("v", "f4", 3), ("c", "u1", 4), ("t", "f4", 2)])
    rows["v"] = mesh.points
    rows["c"][:, :3] = np.clip(mesh.colours * 255 + 0.5, 0, 255).astype(np.uint8)
    rows["c"][:, 3] = 255
    rows["t"] = mesh.uv
    if layout.getArray(0).getStride() != rows.itemsize:
        raise MmegoError("this version of Panda3D lays vertices out in another way")
    data = p.GeomVertexData("mesh", layout, p.Geom.UHStatic)
    data.setNumRows(len(rows))
    data.modifyArrayHandle(0).copyDataFrom(rows.tobytes())
    triangles = p.GeomTriangles(p.Geom.UHStatic)
    triangles.setIndexType(p.Geom.NTUint32)
    indices = triangles.modifyVertices()
    indices.setNumRows(mesh.triangles.size)
    indices.modifyHandle().copyDataFrom(mesh.triangles.astype(np.uint32).tobytes())
    geom = p.Geom(data)
    geom.addPrimitive(triangles)
    holder = p.GeomNode("mesh")
    holder.addGeom(geom)
    path = p.NodePath(holder)
    # By default Panda3D draws in the order of memory addresses, which shows where surfaces touch.
    path.setBin("background", order)
    if texture is not None:
        path.setTexture(_texture(texture))
    if texture in ("blob", "halo"):
        path.setTransparency(p.TransparencyAttrib.MAlpha)
        path.setDepthWrite(False)
        path.setBin("transparent", 0)
    return path


def camera(mask: int) -> Any:
    """Make a camera node that sees what is not hidden from bit `mask` of the scene that it is attached to."""
    p = core()
    lens = p.PerspectiveLens()
    lens.setFov(FIELD_OF_VIEW)
    lens.setNearFar(NEAR, FAR)
    eye = p.Camera("camera", lens)
    eye.setCameraMask(p.BitMask32.bit(mask))
    return p.NodePath(eye)
