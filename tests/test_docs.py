"""What README and docs/ say is there: links, make targets, commands, flags, the Python example."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from mmego import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for target in re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(), re.M):
        assert target in targets, f"{page.name} names make {target}"


def commands() -> list[tuple[str, list[str]]]:
    found = []
    for page in PAGES:
        for line in re.findall(r"^ {4}(?:\$ )?(mmego [^\n]+?)(?:\s+#.*)?$|^\$ (mmego [^\n]+)$", page.read_text(), re.M):
            words = shlex.split(line[0] or line[1])
            if words[1].islower() and words[1].isalpha():
                found.append((page.name, words[1:]))
    return found


@pytest.mark.parametrize(("page", "words"), commands(), ids=lambda v: v if isinstance(v, str) else " ".join(v))
def test_commands_use_verbs_and_flags_that_exist(
    page: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    verb = words[:2] if words[0] in ("qa", "train", "bench") else words[:1]
    with pytest.raises(SystemExit) as stop:
        cli.main([*verb, "--help"])
    assert stop.value.code in (0, None)
    text = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    for word in words:
        if word.startswith("--"):
            assert word in text, f"{page}: mmego {' '.join(verb)} has no {word}"


def test_scripts_named_in_the_docs_exist() -> None:
    for page in PAGES:
        for path in re.findall(r"python ((?:benchmarks|examples|scripts)/[a-z_]+\.py)", page.read_text()):
            assert (ROOT / path).exists(), f"{page.name} names {path}"


def test_the_python_example_of_the_readme_uses_names_that_exist() -> None:
    import mmego

    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    tree = ast.parse(block)
    imported = [a.name for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names]
    assert imported == ["Engine"]
    called = {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    assert {"from_pretrained", "index", "ask"} <= called
    for name in called:
        assert hasattr(mmego.Engine, name)
