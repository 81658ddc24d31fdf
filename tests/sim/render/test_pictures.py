"""Pictures on screens and in frames: levels in range, the top row first, and no two alike."""

from __future__ import annotations

import itertools

import numpy as np

from mmego.sim.render import pictures


def test_every_picture_is_a_square_of_levels() -> None:
    drawn = [pictures.books(), pictures.window_view(), pictures.screen(), pictures.desktop(), pictures.whiteboard()]
    for picture in drawn:
        assert picture.shape == (pictures.N, pictures.N, 3)
        assert picture.min() >= 0.0
        assert np.median(picture) <= 1.0


def test_the_six_framed_pictures_differ() -> None:
    for one, other in itertools.combinations([pictures.picture(index) for index in range(6)], 2):
        assert (np.abs(one - other).max(-1) > 0.1).mean() > 0.1


def test_the_sky_is_at_the_top() -> None:
    view = pictures.window_view()
    assert view[0].mean(0)[2] > view[0].mean(0)[0]
    assert view[-1].mean(0)[1] == view[-1].mean(0).max()
