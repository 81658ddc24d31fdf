"""Where a model is: the assets, a folder, or a name that is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.engine import model_location
from mmego.engine.loading import find_asset, locate_model
from mmego.errors import InputError, ModelError


def test_nano_is_an_asset_of_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(model_location.importlib.resources, "files", lambda package: tmp_path)
    with pytest.raises(ModelError, match=r"ships no 'nano'.*--model FOLDER"):
        locate_model("nano")
    with pytest.raises(InputError, match="ships no 'demo'"):
        find_asset("demo")
    (tmp_path / "assets" / "nano").mkdir(parents=True)
    assert locate_model("nano") == ("mmego-nano", str(tmp_path / "assets" / "nano"))


@pytest.mark.parametrize("name", ["no-such-folder", "./no/such/folder", "/no/such", "a/b/c", "", "x" * 5000, "a\0b"])
def test_names_that_are_no_model(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"not a model|no config"):
        locate_model(name)


def test_file_and_empty_folder_are_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="is not a model"):
        locate_model(str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"has no config\.json"):
        locate_model(str(tmp_path))
