"""The order in which clips are saved."""

from __future__ import annotations

import pytest


def test_an_order_that_is_no_order_is_refused() -> None:
    from mmego.errors import MmegoError
    from mmego.qa.pipeline.steps import in_clip_order
    from tests.qa.data.test_clip_qa import written

    one = written()
    assert list(in_clip_order(iter([one]), [one.clip.id])) == [one]
    with pytest.raises(MmegoError, match="returned clip 'v:60-90' twice"):
        list(in_clip_order(iter([one, one]), [one.clip.id]))
    with pytest.raises(MmegoError, match="left out 1 of 2 clips, first 'other'"):
        list(in_clip_order(iter([one]), [one.clip.id, "other"]))
