"""The wheel: everything the package needs is in it, and an installed ``mmego`` works from any folder.

The environment it is installed into borrows the dependencies (torch and the rest) of the one that runs the tests, so
that nothing is downloaded; it never sees the source tree.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

import mmego

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "mmego"
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE")


def shipped_files() -> set[str]:
    """Every file under src/mmego that is not Python source, by its path inside the package."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(PACKAGE).as_posix() for path in files if path.suffix != ".py"}


def run(*command: object, cwd: Path) -> str:
    """Return the standard output of a command that must not fail, run without the tests' own import paths."""
    unset = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment["HF_HUB_OFFLINE"] = "1"
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_package_data_names_every_file_that_is_not_python() -> None:
    """A new folder of assets that no pattern in pyproject.toml covers would be missing from the wheel."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["mmego"]
    covered = {path.relative_to(PACKAGE).as_posix() for pattern in patterns for path in PACKAGE.glob(pattern)}
    assert shipped_files() - covered == set()
    assert {"assets/nano/model.safetensors", "assets/demo/demo.mp4", "llm/prompts/ask@1.txt", "py.typed"} <= covered


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: setuptools leaves its scratch folders beside what it builds."""
    source = tmp_path_factory.mktemp("source")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    shutil.copytree(PACKAGE, source / "src" / "mmego", ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", cwd=source)
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scripts folder of a fresh environment with the wheel in it."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home.parent)
    python = home / "bin" / "python"
    install = ("install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, *install, wheel, cwd=home.parent)
    # A path in a .pth file is searched last, and .pth files inside that path (an editable mmego) are not read.
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home.parent).strip()
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


@pytest.mark.slow
def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name.removeprefix("mmego/") for name in archive.namelist() if name.startswith("mmego/")}
        for name in ("assets/nano/model.safetensors", "assets/demo/demo.mp4"):
            assert archive.read(f"mmego/{name}") == (PACKAGE / name).read_bytes()
    assert held == shipped_files() | {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}


@pytest.mark.slow
def test_installed_command_answers_from_any_folder(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import mmego; print(mmego.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(installed.parent)
    assert run(installed / "mmego", "--version", cwd=tmp_path) == f"mmego {mmego.__version__}\n"
    said = run(installed / "mmego", "demo", cwd=tmp_path)
    assert "answers right by the truth file" in said
    assert (tmp_path / "mmego-demo.html").stat().st_size > 20_000
    video = Path(where).parent / "assets" / "demo" / "demo.mp4"
    answer, *evidence = run(
        installed / "mmego", "ask", video, "Where did I place the black shoe?", cwd=tmp_path
    ).splitlines()
    assert answer
    assert len(evidence) == 4
