"""Labels read from the simulator's truth."""

from pathlib import Path

import numpy as np
import pytest

from mmego.errors import InputError
from mmego.files import write_jsonl
from mmego.train.nano.episodes import EpisodeLabels, LabelSpace, read_episodes
from tests.train.nano.fake_episodes import fake_episode


def test_label_space_collects_sorted_classes_and_survives_json():
    space = LabelSpace.from_episodes([fake_episode(0), fake_episode(1)])
    assert space.frame["item_kind"] == ("none", "book", "keys", "mug")
    assert space.frame["place"] == ("none", "desk", "sofa")
    assert "furniture desk" in space.grid
    assert "person" in space.grid
    assert LabelSpace.from_json(space.to_json()) == space


def test_frames_near_an_event_carry_its_labels_and_others_do_not():
    episode = fake_episode(0)
    space = LabelSpace.from_episodes([episode])
    labels = EpisodeLabels(episode, space, before=1.0, after=1.5)
    # The wearer's first contact is at 5.0 s: the frames at 4.5, 5.5 and 6.5 s lie in [4.0, 6.5].
    verbs = [space.frame["verb"][i] for i in labels.frame["verb"][:9]]
    assert verbs == ["none"] * 4 + ["picks up"] * 3 + ["none"] * 2
    assert space.frame["place"][labels.frame["place"][5]] == "desk"
    assert space.frame["item_colour"][labels.frame["item_colour"][5]] == "red"
    # The other person's event at 12.0 s colours its own labels, never the wearer's.
    assert space.frame["other_kind"][labels.frame["other_kind"][12]] == "book"
    assert labels.frame["item_kind"][12] == 0
    assert space.frame["right_kind"][labels.frame["right_kind"][9]] == "mug"


def test_grid_marks_the_cells_that_hold_an_instance():
    episode = fake_episode(0)
    space = LabelSpace.from_episodes([episode])
    labels = EpisodeLabels(episode, space)
    ids = np.zeros((32, 32), np.uint8)
    ids[0:4, 28:32] = 1  # the red mug fills the top right cell of an 8 x 8 grid
    ids[31, 0] = 10  # one sample of the desk is too little
    grid = labels.grid(ids, 8)
    marked = {(int(cell), space.grid[c]) for cell, c in zip(*grid.nonzero(), strict=True)}
    assert marked == {(7, "item mug"), (7, "colour red")}


def test_a_folder_without_frames_is_refused_with_the_command_that_makes_one(tmp_path: Path):
    with pytest.raises(InputError, match="--frames-only"):
        read_episodes(tmp_path, ["fake-0"])


def test_only_the_videos_named_are_read_and_a_missing_one_is_an_error(tmp_path: Path):
    made = [fake_episode(number, seconds=3) for number in range(3)]
    (tmp_path / "frames").mkdir()
    for episode in made:
        np.save(tmp_path / "frames" / f"{episode.video}.frames.npy", episode.frames)
        np.save(tmp_path / "frames" / f"{episode.video}.ids.npy", episode.ids)
    write_jsonl(tmp_path / "truth.jsonl", [episode.truth for episode in made])
    found = read_episodes(tmp_path, {"fake-2", "fake-1"})
    assert [episode.video for episode in found] == ["fake-1", "fake-2"]
    assert np.array_equal(found[0].frames, made[1].frames)
    with pytest.raises(InputError, match="lacks 1 of 2 videos, first fake-7"):
        read_episodes(tmp_path, ["fake-0", "fake-7"])
