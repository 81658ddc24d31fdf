"""Tests stand where their modules stand: ``qa/filters/registry.py`` has ``tests/qa/filters/test_registry.py``."""

from __future__ import annotations

from pathlib import Path

import mmego

PACKAGE = Path(mmego.__file__).parent
TESTS = Path(__file__).parent
LEAST = 0.75
"""Share of modules with a test file of their own name; the rest is tested beside its neighbours."""


def own_test(module: Path) -> Path:
    """Return the path that the module's own test has, whether it is there or not."""
    place = module.relative_to(PACKAGE)
    return TESTS / place.parent / f"test_{place.stem}.py"


def test_most_modules_have_a_test_of_their_own_name() -> None:
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if not path.name.startswith("__")]
    without = [str(path.relative_to(PACKAGE)) for path in modules if not own_test(path).exists()]
    assert 1 - len(without) / len(modules) >= LEAST, without


def test_every_folder_of_tests_is_a_folder_of_the_package() -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    assert sorted(str(f) for f in folders if not (PACKAGE / f).is_dir() and str(f) != "e2e") == []
