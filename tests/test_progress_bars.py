"""Progress bars are for terminals: every one in the package is off where stderr is none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mmego

ROOT = Path(mmego.__file__).parent


def bars(tree: ast.AST) -> list[ast.Call]:
    """Every call of tqdm."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "tqdm"]


def is_for_terminals(call: ast.Call) -> bool:
    """Whether a bar is off without a terminal: ``disable=None`` (tqdm looks itself), in any branch, and never False."""
    said = next((keyword.value for keyword in call.keywords if keyword.arg == "disable"), None)
    if said is None:
        return False
    text = ast.unparse(said)
    return "None" in text or "terminal" in text or text == "True"


@pytest.mark.parametrize(
    "path", [p for p in sorted(ROOT.rglob("*.py")) if "tqdm(" in p.read_text(encoding="utf-8")], ids=lambda p: p.stem
)
def test_every_bar_is_off_without_a_terminal(path: Path) -> None:
    found = bars(ast.parse(path.read_text(encoding="utf-8")))
    assert found
    assert all(is_for_terminals(call) for call in found)


@pytest.mark.parametrize(
    ("call", "fine"),
    [
        ("tqdm(x)", False),
        ("tqdm(x, disable=False)", False),
        ("tqdm(x, disable=not progress)", False),
        ("tqdm(x, disable=None)", True),
        ("tqdm(x, disable=None if progress else True)", True),
        ("tqdm(x, disable=not self.terminal)", True),
    ],
)
def test_the_check_sees_faults(call: str, fine: bool) -> None:
    (found,) = bars(ast.parse(call))
    assert is_for_terminals(found) is fine
